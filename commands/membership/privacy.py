"""Being forgotten."""

from __future__ import annotations

from dataclasses import dataclass

from actions.erasure import Erasure
from actions.purge import Erase
from commands.membership._feature import feature
from commands.membership._steps import lapsed
from kit.authority import Act
from kit.command import Call
from kit.dialogue import Dialogue, Open
from kit.due import Due
from kit.question import About, Question
from kit.steps import take_sure
from kit.text import Node, Paragraphs, Reply, _
from kit.trait import Purpose, Trait


@dataclass(frozen=True, slots=True)
class Farewell:
    """Whether the person confirmed."""

    sure: bool = False


def _ask(_draft: Farewell, _about: About) -> Node:
    return Paragraphs(
        [
            _(
                "I will erase everything I keep about you: your answers, what you signed up for, "
                "your requests. You lose the rooms of members, and I leave this chat. "
                "It cannot be undone."
            ),
            _(
                "What you wrote in rooms stays there: delete it in your client. "
                "The homeserver keeps its own records."
            ),
            _("Shall I do it? Please answer yes or no."),
        ]
    )


forgetting: Dialogue[Farewell] = Dialogue(
    name="forget",
    version=1,
    draft=Farewell,
    steps=(Question("confirm", _ask, take_sure, closed=True, plain=True),),
    lapses=lapsed("forget me"),
)


@feature.command(
    "forget me",
    summary=_("erase what I know about you"),
    private=True,
    purpose=Purpose.FORGET,
    traits=(Trait.STOPS, Trait.ERASES, Trait.OF_ONESELF),
)
async def forget(call: Call) -> Open[Farewell]:
    """Ask whether they are sure."""
    return Open(forgetting, Farewell())


@feature.dialogue(forgetting, Act.LOOK)
async def forgotten(call: Call, farewell: Farewell, erasure: Erasure) -> Reply | None:
    """Erase the one who asked for it, unless they thought better of it."""
    if not farewell.sure:
        return Reply("forget.kept", _("Nothing was erased."))
    await erasure.forget(call.person_id, call.now)
    return None


@feature.due(Erase)
async def erase(due: Due[Erase], erasure: Erasure) -> None:
    """Erase one person."""
    await erasure.forget(due.what.person, due.now)
