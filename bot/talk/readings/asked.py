"""What a message may mean to the question that is open."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from bot.talk.dialogues import Outcome, Standing
from bot.talk.meanings import Facts, Meaning, Offer, Run, RunFirst, TakeAnswer
from bot.talk.readings.skills import Skills
from bot.talk.readings.wished import spared
from bot.talk.taken import Match
from bot.talk.weighed import ABOUT
from bot.talk.wishing import CLAUSE
from bot.talk.wording import SENTENCE, is_question, size_of, without_reason
from bot.understanding.wishes import FIND
from kit.trait import Purpose, Trait

ERASURE = "forget"  # the dialogue that asks whether to erase
MOST_OF_YES = 4  # words
MOST_NAMED = 3  # words that rather name what somebody is than ask: "ministry official"
SIGNS = " ,.;،؛，；。"
_PARTS = re.compile(f"[{SIGNS.strip()}]")


async def late(skills: Skills, facts: Facts) -> Meaning | None:
    """A yes that comes too late for what cannot be undone: it is asked again."""
    asked, answer = facts.asked, facts.answer
    if asked is None or answer is None or not answer.readable or asked.question is None:
        return None
    if not await skills.talks.is_late(facts.scope, facts.heard.room.id, asked, facts.text):
        return None
    return TakeAnswer(Outcome(asked.talk, asked.question, again=asked.messages[:1]))


async def spoken(skills: Skills, facts: Facts) -> Meaning | None:
    """Something else, said where the language is asked for: so it shows which it is."""
    if (answer := skills.language_of(facts)) is None:
        return None
    call = replace(facts.call, language=answer.language or facts.call.language)
    match = await skills.wishing.aside(facts.scope, call, facts.text)
    if match is None or Trait.GREETED in match[0].traits or match[0].purpose is Purpose.LANGUAGE:
        return None  # the next question is an answer to these
    return RunFirst(match, answer)


async def erased(skills: Skills, facts: Facts) -> Meaning | None:
    """A newcomer who wants nothing kept: no yes that follows may be one to what was open."""
    asked, text, command = facts.asked, facts.text, skills.table.of(Purpose.FORGET)
    if asked is None or command is None or facts.exact or facts.heard.person.is_member:
        return None
    if asked.row.name == ERASURE or is_question(text) or not skills.understanding.erases(text):
        return None
    # Erasure may be among the topics that are asked for.
    if asked.weighed and not skills.understanding.refuses(text):
        return None
    if await spared(skills, facts):
        return None
    answer = skills.language_of(facts)
    return RunFirst((command, ""), answer) if answer else Run((command, ""))


async def revised(skills: Skills, facts: Facts) -> Meaning | None:
    """Another answer to an earlier question: "no, I meant Peru"."""
    if facts.asked is None or facts.answer is None or facts.is_firm:
        return None
    outcome = skills.talks.revised(facts.call, facts.asked, facts.answer, facts.text)
    return TakeAnswer(outcome) if outcome else None


async def aside(skills: Skills, facts: Facts) -> Meaning | None:
    """A sure wish beside a question; where it is an answer, only one to stop or erase."""
    # Where it may be one, and would wait for a yes, what surely asks to see something is done.
    asked, answer = facts.asked, facts.answer
    if asked is None or answer is None or facts.is_firm:
        return None
    asks = size_of(facts.text) > CLAUSE and skills.understanding.asks(facts.text)
    instead = asked.weighed and asks
    about = {
        "about": asked.weighed and not instead,
        "prose": asked.prose,
        "stopping": answer.readable and not instead,
        "asking": is_question(facts.text) or (answer.guessed and size_of(facts.text) > MOST_NAMED),
        "member": facts.heard.person.is_member,
        "guessed": asked.closed and answer.guessed,
    }
    match = await skills.wishing.aside(facts.scope, facts.call, facts.text, **about)
    for rest in () if match or answer.readable else _behind_a_yes(skills, facts):
        found = await skills.wishing.aside(facts.scope, facts.call, rest, **about)
        if found and found[0].path.startswith(ABOUT):
            match = found
    if match and (skills.doubts(facts, match) or _leaves_more_said(facts, match)):
        return Offer([match])
    find = skills.table.command(FIND)
    if match is None and instead and find and not asked.closed:
        match = (find, facts.text)  # what is guessed of a question is no answer
    return Run(match) if match else None


def _leaves_more_said(facts: Facts, match: Match) -> bool:
    """Tell whether more is said than that the question is given up: its answers would be lost."""
    if match[0].purpose is not Purpose.CANCEL:
        return False
    more = [part for part in _PARTS.split(facts.text.strip(SIGNS)) if part.strip()]
    return len(more) > 1 or size_of(facts.text) > SENTENCE


def _behind_a_yes(skills: Skills, facts: Facts) -> Iterator[str]:
    """Leave out a plain yes before a question, and a but: "I agree, but who reads this?"."""
    text, language = facts.text, facts.heard.person.language
    words = text.split()
    places = range(1, min(MOST_OF_YES + 1, len(words)))
    fronts = [without_reason(text), *(" ".join(words[:place]) for place in places)]
    for front in fronts:
        if front != text and skills.understanding.consent(front, language):
            rest = text[len(front) :].lstrip(SIGNS)
            yield from (rest, rest.partition(" ")[2])


async def elsewhere(skills: Skills, facts: Facts) -> Meaning | None:
    """A sure wish to change something else, where an answer is weighed by what it is about."""
    if facts.asked is None or not facts.asked.weighed or facts.is_firm:
        return None
    return await _elsewhere(skills, facts, facts.asked)


async def _elsewhere(skills: Skills, facts: Facts, asked: Standing) -> Meaning | None:
    matches = await skills.wishing.elsewhere(
        facts.scope, facts.call, facts.text, dialogue=asked.row.name
    )
    if matches and not facts.call.role.may(matches[0][0].act.least):
        describes = skills.understanding.practises(facts.text)
        return Run(matches[0]) if asked.closed and not describes else None  # says whose it is
    return Offer(matches) if matches else None


async def answered(_skills: Skills, facts: Facts) -> Meaning | None:
    """An answer to the question that is open."""
    return TakeAnswer(facts.answer) if facts.answer and facts.answer.readable else None


async def complaint(skills: Skills, facts: Facts) -> Meaning | None:
    """No answer to the question that is open: it says why, unless another wish is sure."""
    asked, answer = facts.asked, facts.answer
    if asked is None or answer is None:
        return None
    free = not (asked.prose or asked.plain)
    return (await _elsewhere(skills, facts, asked) if free else None) or TakeAnswer(answer)
