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


async def chat(person: Person) -> None:
    """Chat until the end of input. The loop goes on while the person thinks."""
    print("""
Now it is your turn: here you are the newcomer, and this is your direct chat with the hub.
Say hello in any of the seven languages, or try: find 67/187. Ctrl-D ends the demo.
""")
    shown = asyncio.create_task(_show(person))
    print(PROMPT, end="", flush=True)
    try:
        while line := await asyncio.to_thread(sys.stdin.readline):
            if said := line.strip():
                # Not before: in a client of their own they may want to begin differently.
                person.chat = person.chat or await person.member.create_direct(person.hub)
                await person.member.say(person.chat, said)
            print(PROMPT, end="", flush=True)
    finally:
        shown.cancel()
