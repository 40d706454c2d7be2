"""What a tour that was cut off left in the hub, and would come into the next one."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection

from bot.sandbox.client import Event
from bot.sandbox.member import Member
from bot.sandbox.story import PATIENCE, ids, kind_of

_NUMBERED = re.compile(r"^\d+\. .*$", re.MULTILINE)


async def forget(member: Member, hub: str) -> None:
    """Let somebody of an earlier tour be forgotten: they neither ask nor help any more."""
    chat = await member.create_direct(hub)
    await member.say(chat, "forget me")
    await member.wait(_of(hub, {"forget.ask.confirm"}), PATIENCE)
    await member.say(chat, "yes")
    await member.wait(_of(hub, {"forget.done"}), PATIENCE)


async def put_away(curator: Member, hub: str, title: str) -> None:
    """Take what an earlier tour suggested out of the library, and out of what waits for it."""
    chat = await curator.create_direct(hub)
    for look, kinds in (
        (f"find {title}", {"find.results", "error.not_found"}),
        ("review", {"curation.queue"}),
    ):
        await curator.say(chat, look)
        listed = await curator.wait(_of(hub, kinds), PATIENCE)
        lines = _NUMBERED.findall(listed["content"]["body"])
        for resource_id, line in zip(ids(listed), lines, strict=False):
            if title in line:
                await curator.say(chat, f"resource retire {resource_id} it was an example")
                await curator.wait(_of(hub, {"curation.retired"}), PATIENCE)


def _of(hub: str, kinds: Collection[str]) -> Callable[[Event], bool]:
    return lambda event: event["sender"] == hub and kind_of(event) in kinds
