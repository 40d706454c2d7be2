"""On a real homeserver, with the default push rules: what rings on a phone, and what does not."""

from __future__ import annotations

import itertools

from bot.sandbox.client import Event
from bot.sandbox.member import Member
from tests.homeserver.world import PATIENCE, World

# Synapse repeats its answer to the very same first sync for two minutes.
PAUSES = itertools.count()
ANSWERS = ("1", "yes", "Kenya", "1", "skip")


def kind(event: Event) -> str:
    return str(event["content"].get("org.ilan.hub", {}).get("kind", ""))


async def unread(member: Member, room_id: str) -> tuple[int, int]:
    """Count unread messages that notified, and those of them that highlighted."""
    answer = await member.call("GET", "/sync", query=[("timeout", str(next(PAUSES)))])
    counts = answer["rooms"]["join"][room_id]["unread_notifications"]
    return counts["notification_count"], counts["highlight_count"]


async def test_what_nobody_just_asked_for_rings_and_an_answer_does_not(world: World) -> None:
    await world.up()
    steward, member = world.members
    chat = world.chats[1]
    for question, said in zip(
        ("consent", "country", "category", "topics", "done"), ANSWERS, strict=True
    ):
        await member.say(chat, said)
        await member.wait(lambda e, q=question: kind(e).endswith(q), PATIENCE)
    await member.say(chat, "quiet 0-0")  # whatever the hour of this test
    await member.wait(lambda e: kind(e) == "attention.quiet", PATIENCE)
    last = (await member.messages(chat))[-1]["event_id"]
    await member.call("POST", f"/rooms/{chat}/receipt/m.read/{last}", {})
    await member.say(chat, "help")
    await member.wait(lambda e: kind(e) == "help.all", PATIENCE)
    assert await unread(member, chat) == (0, 0)

    await steward.say(world.chats[0], f"vouch {member.user_id}")
    news = await member.wait(lambda e: kind(e) == "trust.opened", PATIENCE)
    assert (news["room_id"], await unread(member, chat)) == (chat, (1, 1))
    told = await member.call("GET", "/notifications", query=[("only", "highlight")])
    assert news["event_id"] in [each["event"]["event_id"] for each in told["notifications"]]
