"""What the hub knows about a person, each thing with its purpose."""

from __future__ import annotations

from bot.kit.network import Network
from bot.kit.text import Code, Label, Name, Node, Pill, Say, Series, When, _
from storage.models import PersonRow


def facts(person: PersonRow, network: Network) -> list[Node]:
    """List every stored field."""
    told: list[Node] = [
        _("Matrix ID: {user}, to know you again", user=Pill(person.user_id)),
        _("Language: {language}, to speak with you", language=Name("language", person.language)),
        *answers(person, network),
    ]
    if person.consent_at is not None:
        told.append(
            _(
                "You agreed to the rules on {when}, in {language} (version {version}); "
                "{withdraw} takes it back",
                when=When(person.consent_at),
                language=Name("language", person.consent_language or person.language),
                version=Code(person.consent_version or ""),
                withdraw=Say("withdraw consent"),
            )
        )
    return told


def answers(person: PersonRow, network: Network) -> list[Node]:
    """List what changes with a job: country, time zone, category, topics."""
    none = _("not given")
    country: Node = Name("territory", person.country) if person.country else none
    category = network.categories.get(person.category or "")
    rooms = [network.rooms[slug] for slug in person.topics if slug in network.rooms]
    topics: Node = Series([Label(room.names) for room in rooms]) if rooms else none
    zone: Node = Name("zone", person.zone) if person.zone else none
    return [
        _("Country: {country}, for your region's room", country=country),
        _("Time zone: {zone}, for reminders", zone=zone),
        _("Category: {category}, for rooms", category=Label(category.names) if category else none),
        _("Topics: {topics}, for rooms and questions", topics=topics),
    ]
