"""What an organiser looks at once more before many are told."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from commands.events._when import STEPS, Announcement
from kit.dialogue import About, Dialogue, Question
from kit.steps import decide
from kit.text import Ahead, Bullets, Message, Node, Paragraphs, Verbatim, When, _, n_


@dataclass(frozen=True, slots=True)
class CallingOff:
    """An event that stands, and how many are going to it and would be told."""

    title: str = ""
    starts_at: datetime | None = None
    zone: str = ""
    told: int = 0
    number: int | None = None
    sure: bool = False


def _shown(preview: Announcement | CallingOff, about: About) -> Node:
    assert preview.starts_at is not None
    moments = [When(preview.starts_at, zone, there=True) for zone in (preview.zone, "UTC")]
    own = When(preview.starts_at, preview.zone)
    facts: list[Node] = [Verbatim(preview.title), *moments[: 1 + (preview.zone != "UTC")]]
    facts += [_("On your clock: {when}", when=own), Ahead(preview.starts_at - about.now)]
    return Bullets(facts)


def _ask_announcing(preview: Announcement, about: About) -> Node:
    told = n_(
        "I tell the events room at once, in UTC, and {n} member in the digest.",
        "I tell the events room at once, in UTC, and {n} members in the digest.",
        preview.told,
    )
    return _ask(_shown(preview, about), told, _("Shall I announce it? Please answer yes or no."))


def _ask_calling_off(preview: CallingOff, about: About) -> Node:
    told = n_(
        "I tell the events room at once, and {n} member who is going or announced it.",
        "I tell the events room at once, and {n} members who are going or announced it.",
        preview.told,
    )
    return _ask(_shown(preview, about), told, _("Shall I call it off? Please answer yes or no."))


def _ask(shown: Node, told: Message, question: Message) -> Node:
    return Paragraphs([shown, told, question])


def _shown_at(preview: Announcement | CallingOff) -> bool:
    return preview.starts_at is not None


def _take_announcing(draft: Announcement, said: str, about: About) -> Announcement:
    return replace(draft, sure=decide(said, about))


def _take_calling_off(draft: CallingOff, said: str, about: About) -> CallingOff:
    return replace(draft, sure=decide(said, about))


announcing: Dialogue[Announcement] = Dialogue(
    name="event_add",
    version=2,
    draft=Announcement,
    steps=(
        *STEPS,
        Question(
            "sure",
            _ask_announcing,
            _take_announcing,
            applies=_shown_at,
            closed=True,
            plain=True,
            shows=("when", "title"),
        ),
    ),
)
calling_off: Dialogue[CallingOff] = Dialogue(
    name="event_cancel",
    version=1,
    draft=CallingOff,
    steps=(
        Question(
            "sure", _ask_calling_off, _take_calling_off, applies=_shown_at, closed=True, plain=True
        ),
    ),
)
