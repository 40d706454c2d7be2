"""What an organiser looks at once more before many are told."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from kit.dialogue import About, Dialogue, Question
from kit.steps import decide
from kit.text import Ahead, Bullets, Message, Node, Paragraphs, Verbatim, When, _, n_


@dataclass(frozen=True, slots=True)
class Preview:
    """An event as it would be told to so many members; *number* is that of one that stands."""

    title: str = ""
    starts_at: datetime | None = None
    zone: str = ""
    told: int = 0
    number: int | None = None
    sure: bool = False


def _shown(preview: Preview, about: About) -> Node:
    assert preview.starts_at is not None
    moments = [When(preview.starts_at, zone, there=True) for zone in (preview.zone, "UTC")]
    own = When(preview.starts_at, preview.zone)
    facts: list[Node] = [Verbatim(preview.title), *moments[: 1 + (preview.zone != "UTC")]]
    facts += [_("On your clock: {when}", when=own), Ahead(preview.starts_at - about.now)]
    return Bullets(facts)


def _ask_announcing(preview: Preview, about: About) -> Node:
    told = n_(
        "I tell the events room at once, in UTC, and {n} member in the digest.",
        "I tell the events room at once, in UTC, and {n} members in the digest.",
        preview.told,
    )
    return _ask(preview, about, told, _("Shall I announce it? Please answer yes or no."))


def _ask_calling_off(preview: Preview, about: About) -> Node:
    told = n_(
        "I tell the events room at once, and {n} member who is going.",
        "I tell the events room at once, and {n} members who are going.",
        preview.told,
    )
    return _ask(preview, about, told, _("Shall I call it off? Please answer yes or no."))


def _ask(preview: Preview, about: About, told: Message, question: Message) -> Node:
    return Paragraphs([_shown(preview, about), told, question])


def _shown_at(preview: Preview) -> bool:
    return preview.starts_at is not None


def _take(preview: Preview, said: str, about: About) -> Preview:
    return replace(preview, sure=decide(said, about))


announcing: Dialogue[Preview] = Dialogue(
    name="event_add",
    version=1,
    draft=Preview,
    steps=(Question("sure", _ask_announcing, _take, applies=_shown_at, closed=True, plain=True),),
)
calling_off: Dialogue[Preview] = Dialogue(
    name="event_cancel",
    version=1,
    draft=Preview,
    steps=(Question("sure", _ask_calling_off, _take, applies=_shown_at, closed=True, plain=True),),
)
