"""What the hub knows about a person, each thing with its purpose."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from actions.authority import ROLE_NAMES
from kit.network import Network
from kit.text import Code, Label, Message, Name, Node, Pill, Say, Series, _
from kit.times import When
from storage.directory import AT_EVENTS
from storage.tables.people import PersonRow

# What a member may show to others, in the order in which it is offered.
FIELDS: Mapping[str, Message] = {
    "language": _("language"),
    "country": _("country"),
    "category": _("category"),
    "topics": _("topics"),
    AT_EVENTS: _("which events you are going to"),
}


def values(person: PersonRow, network: Network) -> Mapping[str, Node | None]:
    """Give the value of each field, None where there is none."""
    category = network.categories.get(person.category or "")
    rooms = [network.rooms[slug] for slug in person.topics if slug in network.rooms]
    return {
        "language": Name("language", person.language),
        "country": Name("territory", person.country) if person.country else None,
        "category": Label(category.names) if category else None,
        "topics": Series([Label(room.names) for room in rooms]) if rooms else None,
    }


def facts(person: PersonRow, network: Network, shown: Sequence[str]) -> list[Node]:
    """List every stored field."""
    told: list[Node] = [
        _("Matrix ID: {user}, to know you again", user=Pill(person.user_id)),
        _("Language: {language}, to speak with you", language=Name("language", person.language)),
        *answers(person, network),
    ]
    if person.consent_at is not None:
        told += _membership(person, shown)
    notes = _(
        "Notes: date of first contact, whether you are in the Space, "
        "and how many messages I did not understand"
    )
    return [*told, notes]


def _membership(person: PersonRow, shown: Sequence[str]) -> list[Node]:
    assert person.consent_at is not None
    told: list[Node] = [
        _("Role: {role}, for what you may do", role=ROLE_NAMES[person.role]),
        _(
            "You agreed to the rules on {when}, in {language} (version {version}); "
            "{withdraw} takes it back",
            when=When(person.consent_at),
            language=Name("language", person.consent_language or person.language),
            version=Code(person.consent_version or ""),
            withdraw=Say("withdraw consent"),
        ),
    ]
    if shown:
        fields = Series([FIELDS[name] for name in shown])
        told.append(_("Other members can find this about you: {fields}", fields=fields))
    if person.practitioner:
        told.append(_("The practitioners' rooms are open to you"))
    return told


def answers(person: PersonRow, network: Network) -> list[Node]:
    """List what changes with a job: country, time zone, category, topics."""
    none = _("not given")
    given = values(person, network)
    zone: Node = Name("zone", person.zone) if person.zone else none
    return [
        _("Country: {country}, for your region's room", country=given["country"] or none),
        _("Time zone: {zone}, for reminders", zone=zone),
        _("Category: {category}, for rooms", category=given["category"] or none),
        _("Topics: {topics}, for rooms and questions", topics=given["topics"] or none),
    ]
