"""A chat with the hub in the terminal, for a newcomer without a Matrix client at hand."""

from __future__ import annotations

import asyncio
import contextlib
import sys

from bot.sandbox.member import Missed
from bot.sandbox.story import Person

PROMPT = "you: "


async def _show(person: Person) -> None:
    """Print whatever the hub says, as it comes."""
    while True:
        with contextlib.suppress(Missed):
            event = await person.member.wait(
                lambda e: e["sender"] == person.hub and "body" in e["content"], 3600
            )
            body = event["content"]["body"].replace("\n", "\n  │ ")
            print(f"\r  │ {body}\n{PROMPT}", end="", flush=True)


async def chat(person: Person, homeserver: str, hub: str) -> None:
    """Chat until the end of input. The loop goes on while the person thinks."""
    print(f"""
Now it is your turn: you are a newcomer, and this is your direct chat with the hub.
Say hello in any of the seven languages, or try: find 67/187. Ctrl-D ends it.

Or use any Matrix client on this machine: homeserver {homeserver}, and write to {hub}.
""")
    person.chat = await person.member.create_direct(hub)
    shown = asyncio.create_task(_show(person))
    print(PROMPT, end="", flush=True)
    try:
        while line := await asyncio.to_thread(sys.stdin.readline):
            if said := line.strip():
                await person.member.say(person.chat, said)
            print(PROMPT, end="", flush=True)
    finally:
        shown.cancel()
