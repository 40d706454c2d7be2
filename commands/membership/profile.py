"""See and change what the hub knows about you."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from typing import Annotated

from actions.acquaintance import Acquaintance
from actions.membership import Membership
from commands.membership._facts import answers, facts
from commands.membership._feature import feature
from commands.membership._steps import CATEGORY, COUNTRY, NATIVE, TOPICS, ZONE, Registration
from kit.authority import Act
from kit.command import Call, Rest
from kit.dialogue import Dialogue, Open
from kit.errors import BadArgument
from kit.network import Network
from kit.question import About, Step
from kit.text import Bullets, Label, Name, Node, Paragraphs, Reply, Say, Series, When, _
from kit.understanding import Understanding
from kit.words import quote
from storage.directory import Directory
from storage.people import People


@dataclass(frozen=True, slots=True)
class ProfileChange:
    """One field being changed: its new answer is collected as in onboarding."""

    name: str = ""
    answers: Registration = field(default_factory=Registration)


class _Only:
    """One of onboarding's questions, asked alone."""

    def __init__(self, step: Step[Registration]) -> None:
        self._step = step
        self.name = step.name
        self.skippable = step.skippable  # an answer left out is an answer erased
        self.closed = step.closed
        self.prose = step.prose
        self.plain = step.plain
        self.weighed = step.weighed
        self.shows = step.shows
        self.formal = step.formal
        self.follows = step.follows

    def applies(self, draft: ProfileChange) -> bool:
        return draft.name == self.name or (
            draft.name == "country" and self.name == "zone" and self._step.applies(draft.answers)
        )

    def ask(self, draft: ProfileChange, about: About) -> Node:
        return self._step.ask(draft.answers, about)

    def take(self, draft: ProfileChange, said: str, about: About) -> ProfileChange:
        return replace(draft, answers=self._step.take(draft.answers, said, about))

    def guess(self, draft: ProfileChange, said: str, about: About) -> Node | None:
        return self._step.guess(draft.answers, said, about)


CHANGES = (
    *("language", "timezone", "profile country", "profile category", "profile topics"),
    "profile directory",
)

changing: Dialogue[ProfileChange] = Dialogue(
    name="profile",
    version=1,
    draft=ProfileChange,
    steps=tuple(_Only(step) for step in (COUNTRY, ZONE, CATEGORY, TOPICS)),
)


@feature.command("profile", summary=_("what I know about you, and why"), private=True)
async def profile(
    call: Call,
    people: People,
    network: Network,
    directory: Directory,
) -> Reply:
    """Show every stored field with its purpose."""
    person = await people.get(call.person_id)
    shown = await directory.of(person.id)
    body = Paragraphs(
        [
            _("This is all I know about you, and what each thing is for."),
            Bullets(facts(person, network, shown)),
            _(
                "Change it with {changes}. Erase it all with {forget}.",
                changes=Series([Say(path) for path in CHANGES]),
                forget=Say("forget me"),
            ),
        ]
    )
    return Reply("profile.show", body)


def _changes(name: str) -> Callable[[Call], Awaitable[Open[ProfileChange]]]:
    async def change(call: Call) -> Open[ProfileChange]:
        return Open(changing, ProfileChange(name))

    return change


for _name, _summary in (
    ("country", _("change your country")),
    ("category", _("change what you do")),
    ("topics", _("change your topics")),
):
    feature.command(f"profile {_name}", summary=_summary, act=Act.CHANGE_PROFILE, private=True)(
        _changes(_name)
    )


@feature.dialogue(changing, Act.CHANGE_PROFILE)
async def changed(
    call: Call, change: ProfileChange, membership: Membership, people: People, network: Network
) -> Reply:
    """Keep the new answer, and say what is kept."""
    match change.name:
        case "country":
            await membership.move(call.by, change.answers.country, change.answers.zone, call.now)
        case "category":
            await membership.change_category(call.by, change.answers.category, call.now)
        case _:
            await membership.choose_topics(call.by, change.answers.topics)
    kept = answers(await people.get(call.person_id), network)
    text = _("Changed. This is what I keep about you:")
    return Reply("profile.changed", Paragraphs([text, Bullets(kept)]))


@feature.command(
    "language", summary=_("the language I speak with you"), act=Act.SET_WISHES, private=True
)
async def language(
    call: Call,
    acquaintance: Acquaintance,
    network: Network,
    understanding: Understanding,
    name: Annotated[str, Rest(_("language"))] = "",
) -> Reply:
    """Show or set the language; everything after is in it."""
    code = call.language
    if name:
        meant = name if name in network.languages else understanding.language(name, call.language)
        if meant is None or meant not in network.languages:
            names = Series([Label({"en": NATIVE.get(c, c)}) for c in network.languages])
            raise BadArgument(_("I speak {languages}.", languages=names))
        code = meant
        await acquaintance.speak(call.by, code)
    text = _("I speak {language} with you.", language=Name("language", code))
    return Reply("profile.language", text, ids=(code,))


@feature.command(
    "timezone", summary=_("the time zone of your reminders"), act=Act.SET_WISHES, private=True
)
async def timezone(
    call: Call,
    people: People,
    membership: Membership,
    understanding: Understanding,
    place: Annotated[str, Rest(_("city, country or zone"))] = "",
) -> Reply:
    """Show or set the zone."""
    person = await people.get(call.person_id)
    if place:
        zone = _zone(place, call.language, understanding.zone)
        await membership.keep_time(call.by, zone, call.now)
    text = _("It is {now} for you.", now=When(call.now))
    return Reply("profile.timezone", text, ids=(person.zone or "UTC",))


def _zone(place: str, language: str, read: Callable[[str, str], str | None]) -> str:
    zone = read(place, language)
    if zone is None:
        raise BadArgument(
            _("I do not know the time in {said}. Try a large city near you.", said=quote(place))
        )
    return zone
