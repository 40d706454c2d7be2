"""What an organiser looks at once more before many are told."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from itertools import islice

from actions.events.details import facts
from actions.events.recurrence import ends, slots, wall
from commands.hosting._details import (
    BY_FORM,
    FIELDS,
    TITLE,
    Previewed,
    numbered,
)
from commands.hosting._line import amending, read_changes
from commands.hosting._rules import SHOWN
from commands.hosting._when import DESCRIBING, EPOCH, Announcing, Moving, take_announced, timing
from kit.dialogue import Dialogue
from kit.errors import BadArgument
from kit.question import About, Question
from kit.steps import pick, take_sure
from kit.text import Bullets, Message, Node, Numbered, Paragraphs, Series, Verbatim, _, n_
from kit.times import Ahead, OnDay, When
from kit.words import number

CHANGE = _("Shall I change it so? Please answer yes or no.")
_DESCRIBED = tuple(field.name for field in FIELDS if field.name != TITLE)


@dataclass(frozen=True, slots=True)
class EventChange(Previewed):
    """An event as it would be described, and how many are going to it and would be told."""

    number: int = 0
    asked: bool = True


@dataclass(frozen=True, slots=True)
class CallingOff(Previewed):
    """An event that stands, and how many are going to it and would be told.

    Where others follow in its series, it is *asked* whether the *whole* rest of it is meant, of
    which so many dates are *left*: None has no end.
    """

    number: int = 0
    begins: datetime = EPOCH
    zone: str = "UTC"
    asked: bool = False
    whole: bool = False
    left: int | None = 1


def _times(starts_at: datetime, zone: str, about: About) -> list[Node]:
    moments: list[Node] = [
        When(starts_at, each, there=True) for each in dict.fromkeys((zone, "UTC"))
    ]
    own = When(starts_at, zone)
    return [*moments, _("On your clock: {when}", when=own), Ahead(starts_at - about.now)]


def _ask_announcing(preview: Announcing, about: About) -> Node:
    at, zone, details = preview.when.begins, preview.when.zone, preview.details
    told = n_(
        "I tell the events room at once, in UTC, and {n} member in the digest.",
        "I tell the events room at once, in UTC, and {n} members in the digest.",
        preview.told,
    )
    shown = Bullets(
        [Verbatim(details.title), *_times(at, zone, about), *facts(details, at, zone, whole=True)]
    )
    again = [_comes_again(preview)] if preview.rule else []
    read = _("The room will read: {title}", title=Verbatim(details.title))
    private = [PRIVATE] if details.place or details.link or details.about else []
    return Paragraphs(
        [shown, *again, read, *private, told, _("Shall I announce it? Please answer yes or no.")]
    )


def _comes_again(preview: Announcing) -> Node:
    """Say on which days it comes again, and until when."""
    begins = wall(preview.when.begins, preview.when.zone)
    following = slots(preview.rule, begins, begins)
    days = Series([OnDay(slot.date()) for slot in islice(following, SHOWN)])
    if not ends(preview.rule):
        return _("It comes again, until you call it off: {days} …", days=days)
    every = [*slots(preview.rule, begins, begins)]
    return n_(
        "It comes {n} time in all: again {days}, for the last time on {day}.",
        "It comes {n} times in all: again {days}, for the last time on {day}.",
        len(every) + 1,
        days=days,
        day=OnDay(every[-1].date()),
    )


PRIVATE = _("Place, link and description I show in direct chats only, to members who ask.")


def _told(told: int) -> Message:
    return n_(
        "I tell the events room at once, and {n} member who is going or announced it.",
        "I tell the events room at once, and {n} members who are going or announced it.",
        told,
    )


def _ask_calling_off(preview: CallingOff, about: About) -> Node:
    times = _times(preview.begins, preview.zone, about)
    question = _("Shall I call it off? Please answer yes or no.")
    shown = Bullets([Verbatim(preview.details.title), *times])
    much = [_much(preview.left)] if preview.whole else []
    return Paragraphs([shown, *much, _told(preview.told), question])


def _much(left: int | None) -> Message:
    """Say how much of a series is called off."""
    if left is None:
        return _("All dates from this one on are called off: they have no end.")
    return n_(
        "{n} date is called off: this one is the last.",
        "{n} dates are called off: this one and all that follow.",
        left,
    )


def _ask_moving(preview: Moving, about: About) -> Node:
    zone = preview.when.zone
    was = _("Until now: {when}", when=When(preview.was, zone, there=True))
    times = _times(preview.when.begins, zone, about)
    shown = Bullets([Verbatim(preview.details.title), was, *times])
    which: list[Node] = []
    if preview.whole:
        which = [
            _("All that follow move along, by the same rule."),
            _("To move only this one, answer: only this one"),
        ]
    elif preview.follow:
        which = [
            _("It comes again. Only this one moves."),
            _("To move all that follow along, answer: all"),
        ]
    return Paragraphs([shown, *which, _told(preview.told), CHANGE])


def _take_whole(draft: Moving, said: str, about: About) -> Moving:
    whole = about.understanding.whole_series(said)
    if whole is None or not draft.follow:
        raise BadArgument(_("Please answer just yes or no."))
    return replace(draft, whole=whole)


def _ask_change(draft: EventChange, _about: About) -> Node:
    asked = _("What is to change? Answer with its number and what it is to be.")
    return Paragraphs([asked, Numbered(numbered(draft.details))])


def changed(draft: EventChange, said: str, about: About) -> EventChange:
    """Describe an event as is *said*; raises BadArgument."""
    return replace(draft, details=read_changes(draft.details, said, about))


def _ask_changing(preview: EventChange, _about: About) -> Node:
    return Paragraphs([Numbered(numbered(preview.details)), _told(preview.told), CHANGE])


def _ask_which(_draft: CallingOff, _about: About) -> Node:
    return Paragraphs(
        [
            _("It comes again. What shall be called off?"),
            Numbered([_("only this one"), _("this one and all that follow")]),
        ]
    )


def _take_which(draft: CallingOff, said: str, about: About) -> CallingOff:
    whole = about.understanding.whole_series(said)
    return replace(draft, whole=pick(number(said), (False, True)) if whole is None else whole)


announcing: Dialogue[Announcing] = Dialogue(
    name="event_add",
    version=6,
    draft=Announcing,
    steps=(
        *timing(Announcing, take_announced),
        *DESCRIBING,
        *amending(Announcing, FIELDS[1:]),
        Question(
            "sure",
            _ask_announcing,
            take_sure,
            applies=lambda draft: draft.when.at is not None,
            closed=True,
            plain=True,
            shows=(BY_FORM, "when", TITLE, *_DESCRIBED),
        ),
    ),
)
moving: Dialogue[Moving] = Dialogue(
    name="event_move",
    version=4,
    draft=Moving,
    steps=(
        *timing(Moving),
        Question("which", _ask_moving, _take_whole, applies=lambda _draft: False, formal=True),
        Question(
            "sure",
            _ask_moving,
            take_sure,
            applies=lambda draft: draft.when.at is not None,
            closed=True,
            plain=True,
            shows=("which", "when"),
        ),
    ),
)
changing: Dialogue[EventChange] = Dialogue(
    name="event_edit",
    version=3,
    draft=EventChange,
    steps=(
        Question("change", _ask_change, changed, applies=lambda draft: draft.asked, prose=True),
        *amending(EventChange),
        Question(
            "sure",
            _ask_changing,
            take_sure,
            closed=True,
            plain=True,
            shows=(BY_FORM, TITLE, *_DESCRIBED),
        ),
    ),
)
calling_off: Dialogue[CallingOff] = Dialogue(
    name="event_cancel",
    version=4,
    draft=CallingOff,
    steps=(
        Question("which", _ask_which, _take_which, applies=lambda draft: draft.asked, closed=True),
        Question("sure", _ask_calling_off, take_sure, closed=True, plain=True),
    ),
)
