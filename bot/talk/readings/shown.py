"""What a message may mean after what the hub said last: its rest, a yes, an entry of a list."""

from __future__ import annotations

from dataclasses import replace

from bot.talk.meanings import Facts, Ignore, Meaning, Run
from bot.talk.readings.skills import Skills
from bot.talk.wording import is_whole, without_reason

_MOST_COUNTED = 3  # words behind a no that still choose: "no, the second"


async def finished(skills: Skills, facts: Facts) -> Meaning | None:
    """What was missing from the last command."""
    if facts.asked or not facts.heard.direct:
        return None
    match = await skills.unfinished.filled(
        facts.scope, facts.heard, facts.call, facts.match, exact=facts.exact
    )
    if match is not None and match[0].takes_free_words:
        skills.discretion.check(replace(facts.heard, text=match[1]))
    return Run(match) if match else None


async def agreed(skills: Skills, facts: Facts) -> Meaning | None:
    """A yes or a no to the hub's last words."""
    if facts.exact or not facts.heard.direct:
        return None
    asked, answer = facts.asked, facts.answer
    answers = asked is not None and not asked.prose and answer is not None and answer.readable
    match = await skills.pointing.agreed(
        facts.scope,
        facts.heard,
        skills.understanding.consent,
        asked=asked,
        answers=answers,
    )
    return Run(match) if match else None


async def entry(skills: Skills, facts: Facts) -> Meaning | None:
    """An entry of a list, by its number or its place."""
    first, *more = without_reason(facts.text).split() or [""]
    denies = len(more) > _MOST_COUNTED and skills.understanding.refuses(first)
    if facts.match or denies:  # "no puedo ir a la 5" is no wish to open it
        return None
    # A number that is no answer to a question for a yes or no is of the list above it.
    answers = facts.answer is not None and facts.answer.readable
    asked = facts.asked is not None and (answers or not facts.asked.plain)
    match = await skills.pointing.entry(facts.scope, facts.heard, asked=asked)
    return Run(match) if match else None


async def overheard(_skills: Skills, facts: Facts) -> Meaning | None:
    """In a room, talk of others about what the hub said."""
    if facts.heard.direct or not facts.heard.mere_reply:
        return None
    return None if facts.match and is_whole(facts.text, *facts.match) else Ignore()
