"""Slow down a flood of newcomers, and act on what was counted."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated

from actions.moderation.floods import Flooded, FloodTold
from actions.moderation.lockdowns import USUAL, DoorKeeping, LockdownEnds
from actions.moderation.namesakes import Impostors, Namesake, NamesakeLetter, NamesakeTold
from actions.moderation.vigilance import Vigilance
from commands.measures._feature import feature
from kit.authority import Act
from kit.command import Call, Rest
from kit.due import Due
from kit.errors import BadArgument
from kit.text import Reply, Say, _
from kit.times import When
from kit.trait import Slot
from kit.understanding import Understanding

LONGEST = timedelta(days=7)


@feature.command(
    "lockdown",
    summary=_("let who wants to join the Space knock for a while"),
    act=Act.MODERATE,
    private=True,
    weighty=True,
)
async def lockdown(
    call: Call,
    doors: DoorKeeping,
    understanding: Understanding,
    said: Annotated[str, Rest(_("how long"), slot=Slot.LENGTH)] = "",
) -> Reply:
    """Close the Space to who does not knock, for an hour unless it is said how long."""
    spans = understanding.spans(said, call.language) if said else [USUAL]
    if len(spans) != 1 or not spans[0] <= LONGEST:
        raise BadArgument(
            _("How long? A week at most, for example: {usage}", usage=Say("lockdown", "2 h"))
        )
    row = await doors.lock(call.by, spans[0], call.now)
    text = _(
        "Until {when} who wants to join the Space has to knock, and you let them in with your "
        "client. {off} ends that.",
        when=When(row.until),
        off=Say("lockdown off"),
    )
    return Reply("lockdown.on", text, (str(row.id),))


@feature.command(
    "lockdown off", summary=_("let newcomers join again"), act=Act.MODERATE, private=True
)
async def off(call: Call, doors: DoorKeeping) -> Reply:
    """Open the Space."""
    await doors.unlock(call.by, call.now)
    return Reply("lockdown.off", _("In some minutes whoever may join the Space does so at once."))


@feature.due(LockdownEnds)
async def ended(due: Due[LockdownEnds], doors: DoorKeeping) -> None:
    """Open the Space when its time has come."""
    await doors.ended(due.what.lockdown, due.now)


@feature.due(Flooded)
async def flooded(due: Due[Flooded], vigilance: Vigilance) -> None:
    """Do what is called for."""
    await vigilance.act(due.what, due.now)


@feature.due(Namesake)
async def namesake(due: Due[Namesake], impostors: Impostors) -> None:
    """Tell moderators of who may pass for one of them."""
    await impostors.compare(due.what, due.now)


feature.mark(FloodTold)
feature.mark(NamesakeTold)
feature.mark(NamesakeLetter)
