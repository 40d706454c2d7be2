"""The questions about a room that somebody wants."""

from __future__ import annotations

from dataclasses import dataclass, replace

from actions.rooms.founding import refuse_likeness
from actions.rooms.letters import WHO, facts, who_enters
from kit.authority import Act
from kit.dialogue import Dialogue
from kit.errors import BadArgument
from kit.network import Access
from kit.question import About, Question
from kit.rendering import steady
from kit.steps import pick, read_text, take_sure
from kit.text import Fill, Node, Numbered, Paragraphs, Verbatim, _
from kit.words import clean, has_link, number

SHORTEST, LONGEST_NAME, LONGEST_TOPIC = 3, 60, 300
MOST_WEEKS = 104


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


def _read(said: str, longest: int, about: About) -> str:
    """Take a text that everybody will read: on one line, without links."""
    text = steady(clean(said))
    if about.understanding.consent(text, about.language) is not None:
        raise BadArgument(_("Here I need words of your own, not a yes or no."))
    if any(map(has_link, text.split())):
        raise BadArgument(_("A title holds no links or addresses. Please write it without them."))
    return read_text(" ".join(text.split()), SHORTEST, longest)


def _name(draft: Wanted, said: str, about: About) -> Wanted:
    name = _read(said, LONGEST_NAME, about)
    refuse_likeness(about.network, about.understanding, name, besides=draft.slug)
    return replace(draft, name=name)


def _topic(draft: Wanted, said: str, about: About) -> Wanted:
    return replace(draft, topic=_read(said, LONGEST_TOPIC, about))


def _ask_name(draft: Wanted, _about: About) -> Node:
    question = _("What is the room to be called? In a few words, without names of people.")
    return Paragraphs([question, *_kept(draft, draft.name)])


def _ask_topic(draft: Wanted, _about: About) -> Node:
    question = _("What is it for? One or two sentences; everybody may read them.")
    return Paragraphs([question, *_kept(draft, draft.topic)])


def _ask_access(draft: Wanted, _about: About) -> Node:
    question = _("Who may enter? Say a number.")
    listed = Numbered([said for _access, said in WHO])
    return Paragraphs([question, listed, *_kept(draft, who_enters(Access(draft.access)))])


def _kept(draft: Wanted, what: Fill) -> list[Node]:
    """Say what a room that is changed keeps if the question is skipped."""
    return [_("Without an answer this stays: {what}", what=what)] if draft.slug else []


def _ask_weeks(_draft: Wanted, _about: About) -> Node:
    return _("For how many weeks is it needed? Without an answer it has no end.")


def _ask_sure(draft: Wanted, _about: About) -> Node:
    name, topic = Verbatim(draft.name), Verbatim(draft.topic)
    shown = facts(name, topic, Access(draft.access), draft.weeks)
    return Paragraphs([shown, _("Is that right? Please answer yes or no.")])


def _access(draft: Wanted, said: str, _about: About) -> Wanted:
    access, _name = pick(number(said), WHO)
    return replace(draft, access=access)


def _weeks(draft: Wanted, said: str, about: About) -> Wanted:
    if about.understanding.endless(said):
        return replace(draft, weeks=0)
    return replace(draft, weeks=pick(number(said), range(1, MOST_WEEKS + 1)))


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
                _name,
                skippable=changed,
                prose=True,
            ),
            Question(
                "topic",
                _ask_topic,
                _topic,
                skippable=changed,
                prose=True,
            ),
            Question("access", _ask_access, _access, skippable=changed),
            Question(
                "weeks",
                _ask_weeks,
                _weeks,
                skippable=True,
                applies=lambda draft: not draft.slug,
                formal=True,
            ),
            Question("sure", _ask_sure, take_sure, formal=True),
        ),
    )


founding = _room("room", changed=False)
changing = _room("room_edit", changed=True)
