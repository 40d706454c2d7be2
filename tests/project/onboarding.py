"""``docs/ONBOARDING.md``: the welcome in seven languages, and the time it takes to read."""

from __future__ import annotations

import asyncio
import logging
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from html import unescape
from pathlib import Path
from tempfile import TemporaryDirectory

import structlog

from bot.library.librarian import import_library
from bot.sandbox.personas import PERSONAS, Persona
from bot.starter import starter
from bot.talk.arrivals import FIRST_WORDS_WITHIN
from storage.engine import Storage
from storage.migrate import upgrade
from tests.harness import VAULT, Said, Talk, network

PAGE = Path(__file__).parents[2] / "docs" / "ONBOARDING.md"
WORDS_A_MINUTE, CHARACTERS_A_MINUTE = 200, 260  # the latter of Chinese
INTRODUCTION = f"""\
# Onboarding, word for word

What the newcomers of the tour (`bot/sandbox/personas.py`) say and read, in seven languages. Written
by `.venv/bin/python -m tests.project.onboarding` out of the code; a test compares.

Each begins with a look-up, which is answered at once: the first answer is a useful one. Then the
time counts: every word of the welcome and of the questions, all entries of lists included, at
{WORDS_A_MINUTE} words or {CHARACTERS_A_MINUTE} Chinese characters a minute. The last column adds
the message that ends it.
"""
_TAG = re.compile("<[^>]*>")
_HAN = re.compile("[\u4e00-\u9fff]")
_WORD = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*")


@dataclass(frozen=True, slots=True)
class Turn:
    """What a newcomer said, and what they read then."""

    said: str
    heard: Sequence[Said]


async def transcript(talk: Talk, persona: Persona) -> list[Turn]:
    """Let the newcomer of the tour go through onboarding."""
    person = f"@{persona.name}:test"
    await talk.opens(person)
    turns = []
    for said in (persona.first, *persona.answers):
        heard = await talk.says(person, said)
        if said is persona.first:
            heard += await talk.passes(FIRST_WORDS_WITHIN + timedelta(seconds=1))
        turns.append(Turn(said, [each for each in heard if each.body]))
    return turns


def amount(heard: Sequence[Said]) -> tuple[int, int]:
    """Count Chinese characters, and words otherwise, as a client shows them."""
    shown = [each.content.get("formatted_body", each.body) for each in heard]
    text = unescape(_TAG.sub(" ", " ".join(shown)))
    return len(_HAN.findall(text)), len(_WORD.findall(_HAN.sub(" ", text)))


def seconds(heard: Sequence[Said]) -> int:
    """Say how long *heard* takes to read."""
    characters, words = amount(heard)
    return round(60 * (characters / CHARACTERS_A_MINUTE + words / WORDS_A_MINUTE))


def questions(turns: Sequence[Turn]) -> list[Said]:
    """List what is read before one is a member, but for the answer to the look-up."""
    heard = [each for turn in turns for each in turn.heard]
    return [s for s in heard if s.kind.startswith(("onboarding.welcome", "onboarding.ask"))]


def _row(persona: Persona, turns: Sequence[Turn]) -> str:
    asked = questions(turns)
    han, words = amount(asked)
    characters = sum(len(each.body) for each in asked)
    ended = [*asked, *(s for s in turns[-1].heard if s.kind == "onboarding.done")]
    counts = f"{characters} | {words} | {han} | {seconds(asked)} | {seconds(ended)}"
    return f"| {persona.language} | {len(turns) - 1} | {counts} |"


def _written(persona: Persona, turns: Sequence[Turn]) -> str:
    lines = [f"## {persona.language}: {persona.name}"]
    for turn in turns:
        lines.append(f"**{turn.said}**")
        for heard in turn.heard:
            body = "\n".join(f"> {line}".rstrip() for line in heard.body.splitlines())
            lines.append(f"`{heard.kind}`\n\n{body}")
    return "\n\n".join(lines)


async def page(talk: Talk) -> str:
    """Write the page out of what the hub says now."""
    for slug in network().rooms:
        await talk.room(f"space:{slug}", f"!{slug}:test")
    told = [(persona, await transcript(talk, persona)) for persona in PERSONAS]
    table = [
        "| language | answers | characters | words | Chinese | seconds to the last | to the end |",
        "| --- | --- | --- | --- | --- | --- | --- |",
        *(_row(persona, turns) for persona, turns in told),
    ]
    parts = [INTRODUCTION.rstrip(), "\n".join(table), *(_written(*each) for each in told)]
    return "\n\n".join(parts) + "\n"


async def _rewrite() -> None:
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))
    with TemporaryDirectory() as directory:
        storage = Storage(f"sqlite:///{directory}/hub.db", VAULT)
        await upgrade(storage)
        await import_library(storage, starter("library.yaml"))
        PAGE.write_text(await page(Talk(storage)), "utf-8")
        await storage.close()


if __name__ == "__main__":
    asyncio.run(_rewrite())
