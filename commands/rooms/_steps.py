"""The questions about a room that somebody wants."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from kit.authority import Act
from kit.dialogue import About, Dialogue, Question
from kit.errors import BadArgument
from kit.network import Access
from kit.rendering import steady
from kit.steps import decide, read_text
from kit.text import Bullets, Message, Node, Numbered, Paragraphs, Say, Verbatim, _, n_
from kit.words import clean, has_link, number

SHORTEST, LONGEST_NAME, LONGEST_TOPIC = 3, 60, 300
MOST_WEEKS = 104
WHO: Sequence[tuple[Access, Message]] = (
    (Access.OPEN, _("everybody in the Space")),
    (Access.MEMBERS, _("members")),
    (Access.PRACTITIONERS, _("practitioners of the defence, encrypted")),
)


@dataclass(frozen=True, slots=True)
class Wanted:
    """A room that is added, asked for, or, where it has a *slug*, changed."""

    asked: bool = False
    slug: str = ""
    name: str = ""
    topic: str = ""
    access: str = Access.MEMBERS
    weeks: int = 0
    sure: bool = False

    @property
    def act(self) -> Act:
        """What is done when the questions are answered."""
        return Act.ASK_ROOM if self.asked else Act.KEEP_ROOMS


def _read(said: str, longest: int) -> str:
    """Take a text that everybody will read: on one line, without links."""
    text = steady(clean(said))
    if any(map(has_link, text.split())):
        raise BadArgument(_("A title holds no links or addresses. Please write it without them."))
    return read_text(" ".join(text.split()), SHORTEST, longest)


def _ask_name(draft: Wanted, _about: About) -> Node:
    question = _("What is the room to be called? In a few words, without names of people.")
    return _keeping(question, draft, draft.name)


def _ask_topic(draft: Wanted, _about: About) -> Node:
    question = _("What is it for? One or two sentences; everybody may read them.")
    return _keeping(question, draft, draft.topic)


def _ask_access(draft: Wanted, _about: About) -> Node:
    question = _("Who may enter? Say a number.")
    kept = next(said for access, said in WHO if access == draft.access)
    listed = Numbered([said for _access, said in WHO])
    keep = _("Say {skip} to keep this: {what}", skip=Say("skip"), what=kept)
    return Paragraphs([question, listed, *([keep] if draft.slug else [])])


def _keeping(question: Message, draft: Wanted, kept: str) -> Node:
    keep = _("Say {skip} to keep this: {what}", skip=Say("skip"), what=kept)
    return Paragraphs([question, keep]) if draft.slug else question


def _ask_weeks(_draft: Wanted, _about: About) -> Node:
    return _("For how many weeks is it needed? Say {skip} if it has no end.", skip=Say("skip"))


def _ask_sure(draft: Wanted, _about: About) -> Node:
    who = next(said for access, said in WHO if access == draft.access)
    lines: list[Node] = [
        _("Name: {name}", name=Verbatim(draft.name)),
        _("What for: {topic}", topic=Verbatim(draft.topic)),
        _("Who may enter: {who}", who=who),
    ]
    if draft.weeks:
        lines.append(n_("For {n} week", "For {n} weeks", draft.weeks))
    return Paragraphs([Bullets(lines), _("Is that right? Please answer yes or no.")])


def _access(draft: Wanted, said: str, _about: About) -> Wanted:
    index = number(said)
    if index is None or not 1 <= index <= len(WHO):
        raise BadArgument(_("Please answer with a number from 1 to {most}.", most=len(WHO)))
    return replace(draft, access=str(WHO[index - 1][0]))


def _weeks(draft: Wanted, said: str, _about: About) -> Wanted:
    weeks = number(said)
    if weeks is None or not 1 <= weeks <= MOST_WEEKS:
        raise BadArgument(_("Please answer with a number from 1 to {most}.", most=MOST_WEEKS))
    return replace(draft, weeks=weeks)


def _room(name: str, *, changed: bool) -> Dialogue[Wanted]:
    """Ask about a room; one that is *changed* may keep what it has."""
    return Dialogue(
        name=name,
        version=1,
        draft=Wanted,
        steps=(
            Question(
                "name",
                _ask_name,
                lambda draft, said, _about: replace(draft, name=_read(said, LONGEST_NAME)),
                skippable=changed,
                prose=True,
            ),
            Question(
                "topic",
                _ask_topic,
                lambda draft, said, _about: replace(draft, topic=_read(said, LONGEST_TOPIC)),
                skippable=changed,
                prose=True,
            ),
            Question("access", _ask_access, _access, skippable=changed),
            Question("weeks", _ask_weeks, _weeks, skippable=True, applies=lambda d: not d.slug),
            Question(
                "sure",
                _ask_sure,
                lambda draft, said, about: replace(draft, sure=decide(said, about)),
                formal=True,
            ),
        ),
    )


founding = _room("room", changed=False)
changing = _room("room_edit", changed=True)
