"""What an organiser looks at once more before many are told."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from actions.events.details import NOTHING_KNOWN, Details, facts
from commands.hosting._details import Description, numbered, read_changes
from commands.hosting._when import STEPS, Announcement
from kit.dialogue import Dialogue
from kit.question import About, Question
from kit.steps import pick, take_sure
from kit.text import (
    Ahead,
    Bullets,
    Message,
    Node,
    Numbered,
    Paragraphs,
    Verbatim,
    When,
    _,
    n_,
)
from kit.words import number

CHANGE = _("Shall I change it so? Please answer yes or no.")


@dataclass(frozen=True, slots=True)
class CallingOff:
    """An event that stands, and how many are going to it and would be told.

    Where others *follow* in its series, the *whole* rest of it may be meant.
    """

    title: str = ""
    starts_at: datetime | None = None
    zone: str = ""
    told: int = 0
    number: int | None = None
    follow: bool = False
    whole: bool = False
    sure: bool = False


@dataclass(frozen=True, slots=True)
class EventChange:
    """An event as it would be described, and how many are going to it and would be told."""

    number: int = 0
    told: int = 0
    title: str = ""
    details: Details = NOTHING_KNOWN
    asked: bool = True
    sure: bool = False

    @property
    def described(self) -> Description:
        """What can be changed."""
        return Description(self.title, self.details)


def _shown(preview: Announcement | CallingOff, about: About) -> Node:
    assert preview.starts_at is not None
    return Bullets([Verbatim(preview.title), *_times(preview.starts_at, preview.zone, about)])


def _times(starts_at: datetime, zone: str, about: About) -> list[Node]:
    moments: list[Node] = [
        When(starts_at, each, there=True) for each in dict.fromkeys((zone, "UTC"))
    ]
    own = When(starts_at, zone)
    return [*moments, _("On your clock: {when}", when=own), Ahead(starts_at - about.now)]


def _ask_announcing(preview: Announcement, about: About) -> Node:
    assert preview.starts_at is not None
    known = facts(preview.details, preview.starts_at, preview.zone, link=True)
    times = _times(preview.starts_at, preview.zone, about)
    told = n_(
        "I tell the events room at once, in UTC, and {n} member in the digest.",
        "I tell the events room at once, in UTC, and {n} members in the digest.",
        preview.told,
    )
    shown = Bullets([Verbatim(preview.title), *times, *known])
    return _ask(shown, told, _("Shall I announce it? Please answer yes or no."))


def _told(told: int) -> Message:
    return n_(
        "I tell the events room at once, and {n} member who is going or announced it.",
        "I tell the events room at once, and {n} members who are going or announced it.",
        told,
    )


def _ask_calling_off(preview: CallingOff, about: About) -> Node:
    question = _("Shall I call it off? Please answer yes or no.")
    return _ask(_shown(preview, about), _told(preview.told), question)


def _ask_moving(preview: Announcement, about: About) -> Node:
    assert preview.starts_at is not None
    assert preview.was is not None
    was = _("Until now: {when}", when=When(preview.was, preview.zone, there=True))
    times = _times(preview.starts_at, preview.zone, about)
    shown = Bullets([Verbatim(preview.title), was, *times])
    return _ask(shown, _told(preview.told), CHANGE)


def _ask_change(draft: EventChange, _about: About) -> Node:
    asked = _("What is to change? Answer with its number and what it is to be.")
    return Paragraphs([asked, Numbered(numbered(draft.described))])


def _take_change(draft: EventChange, said: str, about: About) -> EventChange:
    return changed(draft, said, about)


def changed(draft: EventChange, said: str, about: About) -> EventChange:
    """Describe an event as is *said*; raises BadArgument."""
    new = read_changes(draft.described, said, about)
    return replace(draft, title=new.title, details=new.details)


def _ask_changing(preview: EventChange, _about: About) -> Node:
    return _ask(Numbered(numbered(preview.described)), _told(preview.told), CHANGE)


def _ask_which(_draft: CallingOff, _about: About) -> Node:
    return Paragraphs(
        [
            _("It comes again. What shall be called off?"),
            Numbered([_("only this one"), _("this one and all that follow")]),
        ]
    )


def _take_which(draft: CallingOff, said: str, _about: About) -> CallingOff:
    return replace(draft, whole=pick(number(said), (False, True)))


def _ask(shown: Node, told: Message, question: Message) -> Node:
    return Paragraphs([shown, told, question])


def _shown_at(preview: Announcement | CallingOff) -> bool:
    return preview.starts_at is not None


announcing: Dialogue[Announcement] = Dialogue(
    name="event_add",
    version=4,
    draft=Announcement,
    steps=(
        *STEPS,
        Question(
            "sure",
            _ask_announcing,
            take_sure,
            applies=_shown_at,
            closed=True,
            plain=True,
            shows=("when", "title"),
        ),
    ),
)
moving: Dialogue[Announcement] = Dialogue(
    name="event_move",
    version=2,
    draft=Announcement,
    steps=(
        *STEPS,
        Question(
            "sure",
            _ask_moving,
            take_sure,
            applies=_shown_at,
            closed=True,
            plain=True,
            shows=("when",),
        ),
    ),
)
changing: Dialogue[EventChange] = Dialogue(
    name="event_edit",
    version=2,
    draft=EventChange,
    steps=(
        Question(
            "change", _ask_change, _take_change, applies=lambda draft: draft.asked, prose=True
        ),
        Question("sure", _ask_changing, take_sure, closed=True, plain=True),
    ),
)
calling_off: Dialogue[CallingOff] = Dialogue(
    name="event_cancel",
    version=2,
    draft=CallingOff,
    steps=(
        Question("which", _ask_which, _take_which, applies=lambda draft: draft.follow, closed=True),
        Question("sure", _ask_calling_off, take_sure, applies=_shown_at, closed=True, plain=True),
    ),
)
