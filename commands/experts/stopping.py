"""Be an expert no more: what waits goes to others, and what goes on is said before the yes."""

from __future__ import annotations

from dataclasses import dataclass

from actions.cases.serving import NamedLately, Serving
from commands.experts._feature import feature
from kit.authority import Act
from kit.command import Call
from kit.dialogue import Dialogue, Open
from kit.question import About, Question
from kit.steps import take_sure
from kit.text import Bullets, Node, Paragraphs, Reply, Say, _, n_


@dataclass(frozen=True, slots=True)
class Leaving:
    """Whether somebody stops being an expert, and what is under way with them."""

    offered: int = 0
    taken: int = 0
    met: int = 0
    sure: bool = False


def _ask_leaving(draft: Leaving, _about: About) -> Node:
    lines: list[Node] = [
        _("I put no more requests to you, and erase what you told me to ask you for and when."),
    ]
    if draft.offered:
        text = n_(
            "{n} request that waits for your answer goes to others.",
            "{n} requests that wait for your answer go to others.",
            draft.offered,
        )
        lines.append(text)
    if draft.taken:
        text = n_(
            "{n} request that you agreed to help with goes to others; who waits for you is told.",
            "{n} requests that you agreed to help with go to others; who waits for you is told.",
            draft.taken,
        )
        lines.append(text)
    if draft.met:
        text = n_(
            "{n} request over which you met goes on in its private room; {done} closes it.",
            "{n} requests over which you met go on in their private rooms; {done} closes each.",
            draft.met,
            done=Say("done"),
        )
        lines.append(text)
    stays = _(
        "What stays: which requests were put to you, for a year after each was made, and whom you "
        "do not want to meet again. You stay a member."
    )
    return Paragraphs(
        [
            _("If you stop being an expert or an interpreter:"),
            Bullets([*lines, stays]),
            _("Shall I do it? Please answer yes or no."),
        ]
    )


leaving: Dialogue[Leaving] = Dialogue(
    name="leaving",
    version=1,
    draft=Leaving,
    steps=(Question("sure", _ask_leaving, take_sure, closed=True, plain=True),),
)


@feature.command("volunteer stop", summary=_("no longer be an expert"), act=Act.SERVE, private=True)
async def stop(call: Call, serving: Serving) -> Open[Leaving] | Reply:
    """Show what comes of it, and ask."""
    if not await serving.serves(call.by):
        text = _("You are no expert, so I put no requests to you.")
        return Reply("experts.none", text)
    now = await serving.under_way(call.by)
    return Open(leaving, Leaving(now.offered, now.taken, now.met))


@feature.dialogue(leaving, Act.SERVE)
async def stopped(call: Call, draft: Leaving, serving: Serving) -> Reply:
    """Let them go."""
    if not draft.sure:
        return Reply("experts.stays", _("Nothing has changed."))
    await serving.stop(call.by, call.now)
    text = _(
        "Done: I put no more requests to you. {volunteer} makes you an expert again.",
        volunteer=Say("volunteer"),
    )
    return Reply("experts.stopped", text)


feature.mark(NamedLately)
