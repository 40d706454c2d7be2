"""``ilan-hub recover``: another account takes the Space over."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AsyncExitStack

from bot.matrix.login import client_of
from bot.matrix.space.recovery import Recovery
from bot.service.parts import open_parts
from bot.settings import KEEPER_VARIABLE, Settings

UNAVAILABLE = 69


async def recover(settings: Settings, say: Callable[[str], None]) -> int:
    """Let the account of *settings* take the Space over; returns the exit code.

    Raises:
        BadConfiguration: a token is not valid.
        Refused, Unreachable: another try goes on.
    """
    token = settings.secrets.keeper_token
    async with open_parts(settings) as parts, AsyncExitStack() as stack:
        keeper = await client_of(settings.matrix.homeserver, token) if token else None
        if keeper is not None:
            stack.push_async_callback(keeper.close)
        keepers = sorted(settings.space.keepers)
        recovery = Recovery(parts.client, parts.storage, parts.network, keepers, keeper)
        rooms, lacking = await recovery.take_over()
    for each in lacking:
        say(str(each))
    say(f"{rooms - len(lacking)} of {rooms} rooms are the hub's.")
    if not lacking:
        say("Say `ilan-hub space apply`, then start the hub.")
        return 0
    if keeper is None:
        say(f"With the access token of somebody named above in {KEEPER_VARIABLE}, all they can do")
        say("is done for them. Without it, say this again once they did it by hand.")
    return UNAVAILABLE
