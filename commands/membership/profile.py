"""See and change what the hub knows about you."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Annotated

from actions.acquaintance import Acquaintance
from actions.membership import Membership
from commands.membership._facts import answers, facts
from commands.membership._feature import feature
from commands.membership._steps import (
    CATEGORY,
    COUNTRY,
    MOST_TOPICS,
    NATIVE,
    TOPICS,
    ZONE,
    Registration,
    read_topics,
)
from kit.authority import Act
from kit.command import Call, Rest
from kit.dialogue import Dialogue, Open
from kit.errors import BadArgument
from kit.network import Network
from kit.question import About, Step
from kit.text import Bullets, Label, Name, Node, Paragraphs, Reply, Say, Series, _
from kit.times import When
from kit.trait import Purpose, Slot, Trait
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

    def more(self, said: str, about: About) -> bool:
        return self._step.more(said, about)

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


@dataclass(frozen=True, slots=True)
class Keeping:
    """Keeps a new answer about a member."""

    membership: Membership
    people: People
    network: Network
    understanding: Understanding

    def about(self, call: Call) -> About:
        """Say what a question may consult."""
        return About(self.network, self.understanding, call.language, call.now)

    async def keep(self, call: Call, change: ProfileChange) -> Reply:
        """Keep it, and say what is kept."""
        new = change.answers
        match change.name:
            case "country" | "zone":
                await self.membership.move(call.by, new.country, new.zone, call.now)
            case "category":
                await self.membership.change_category(call.by, new.category, call.now)
            case _:
                await self.membership.choose_topics(call.by, new.topics)
        kept = answers(await self.people.get(call.person_id), self.network)
        text = _("Changed. This is what I keep about you:")
        return Reply("profile.changed", Paragraphs([text, Bullets(kept)]))


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


@feature.command(
    "profile country",
    summary=_("change your country"),
    act=Act.CHANGE_PROFILE,
    private=True,
    purpose=Purpose.COUNTRY,
)
async def country(
    call: Call,
    keeping: Keeping,
    said: Annotated[str, Rest(_("country"), slot=Slot.COUNTRY)] = "",
) -> Open[ProfileChange] | Reply:
    """Ask for it, or keep the one that is named; then only the city may be to ask."""
    if not said:
        return Open(changing, ProfileChange("country"))
    taken = COUNTRY.take(Registration(), said, keeping.about(call))
    if taken.zone is None:
        return Open(changing, ProfileChange("zone", taken))
    return await keeping.keep(call, ProfileChange("country", taken))


@feature.command(
    "profile category",
    summary=_("change what you do"),
    act=Act.CHANGE_PROFILE,
    private=True,
    purpose=Purpose.CATEGORY,
)
async def category(
    call: Call,
    keeping: Keeping,
    said: Annotated[str, Rest(_("category"))] = "",
) -> Open[ProfileChange] | Reply:
    """Ask for it, or keep what is named."""
    if not said:
        return Open(changing, ProfileChange("category"))
    taken = CATEGORY.take(Registration(), said, keeping.about(call))
    return await keeping.keep(call, ProfileChange("category", taken))


@feature.command(
    "profile topics",
    summary=_("change your topics"),
    act=Act.CHANGE_PROFILE,
    private=True,
    purpose=Purpose.TOPICS,
)
async def topics(
    call: Call,
    membership: Membership,
    people: People,
    network: Network,
    understanding: Understanding,
    said: Annotated[str, Rest(_("topics"), slot=Slot.TOPICS)] = "",
) -> Open[ProfileChange] | Reply:
    """Ask for all topics anew, or add to them, or leave out, what is named."""
    if not said:
        return Open(changing, ProfileChange("topics"))
    named = read_topics(said, About(network, understanding, call.language, call.now))
    own = (await people.get(call.person_id)).topics
    match understanding.alters(said):
        case True:
            kept = [*dict.fromkeys([*own, *named])]
        case False:
            kept = [topic for topic in own if topic not in named]
        case None:
            kept = [*named]
    if len(kept) > MOST_TOPICS:
        raise BadArgument(
            _(
                "You may have {most} topics, and have chosen {topics}. Leave one out first.",
                most=MOST_TOPICS,
                topics=_named(own, network),
            )
        )
    await membership.choose_topics(call.by, kept)
    text = _("Your topics: {topics}", topics=_named(kept, network)) if kept else _NO_TOPIC
    return Reply("profile.topics", text, ids=tuple(kept))


_NO_TOPIC = _("You have no topic. Say {topics} to choose some.", topics=Say("profile topics"))


def _named(topics: Sequence[str], network: Network) -> Node:
    return Series([Label(network.rooms[topic].names) for topic in topics if topic in network.rooms])


@feature.dialogue(changing, Act.CHANGE_PROFILE)
async def changed(call: Call, change: ProfileChange, keeping: Keeping) -> Reply:
    """Keep the new answer, and say what is kept."""
    return await keeping.keep(call, change)


@feature.command(
    "language",
    summary=_("the language I speak with you"),
    act=Act.SET_WISHES,
    private=True,
    purpose=Purpose.LANGUAGE,
    traits=(Trait.BESIDE,),
)
async def language(
    call: Call,
    acquaintance: Acquaintance,
    network: Network,
    understanding: Understanding,
    name: Annotated[str, Rest(_("language"), slot=Slot.LANGUAGE)] = "",
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
    "timezone",
    summary=_("the time zone of your reminders"),
    act=Act.SET_WISHES,
    private=True,
    traits=(Trait.SAID_OF_HUB,),
)
async def timezone(
    call: Call,
    people: People,
    membership: Membership,
    understanding: Understanding,
    place: Annotated[str, Rest(_("city, country or zone"), slot=Slot.ZONE)] = "",
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
