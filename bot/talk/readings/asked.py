"""What a message may mean to the question that is open."""

from __future__ import annotations

from dataclasses import replace

from bot.talk.dialogues import Outcome
from bot.talk.meanings import Facts, Meaning, Offer, Run, RunFirst, TakeAnswer
from bot.talk.readings.skills import GREETED_BY, Skills

SETTLED = (*GREETED_BY, "language")  # so the next question is to these, where a language is asked


async def late(skills: Skills, facts: Facts) -> Meaning | None:
    """A yes that comes too late for what cannot be undone: it is asked again."""
    asked, answer = facts.asked, facts.answer
    if asked is None or answer is None or not answer.readable or asked.question is None:
        return None
    if not await skills.talks.is_late(facts.scope, facts.heard.room.id, asked, facts.text):
        return None
    return TakeAnswer(Outcome(asked.talk, asked.question))


async def spoken(skills: Skills, facts: Facts) -> Meaning | None:
    """Something else, said where the language is asked for: so it shows which it is."""
    if (answer := skills.language_of(facts)) is None:
        return None
    call = replace(facts.call, language=answer.language or facts.call.language)
    match = await skills.interpreter.aside(facts.scope, call, facts.text)
    return RunFirst(match, answer) if match and match[0].path not in SETTLED else None


async def revised(skills: Skills, facts: Facts) -> Meaning | None:
    """Another answer to an earlier question: "no, I meant Peru"."""
    if facts.asked is None or facts.answer is None or facts.is_firm:
        return None
    outcome = skills.talks.revised(facts.call, facts.asked, facts.answer, facts.text)
    return TakeAnswer(outcome) if outcome else None


async def aside(skills: Skills, facts: Facts) -> Meaning | None:
    """A sure wish beside a question; where it can be an answer, only one to stop or erase."""
    asked, answer = facts.asked, facts.answer
    if asked is None or answer is None or facts.is_firm:
        return None
    match = await skills.interpreter.aside(
        facts.scope,
        facts.call,
        facts.text,
        about=asked.weighed,
        prose=asked.prose,
        stopping=answer.readable,
        member=facts.heard.person.is_member,
    )
    return Run(match) if match else None


async def elsewhere(skills: Skills, facts: Facts) -> Meaning | None:
    """A sure wish to change something else, where an answer is weighed by what it is about."""
    asked = facts.asked
    if asked is None or not asked.weighed or facts.is_firm:
        return None
    matches = await skills.interpreter.elsewhere(
        facts.scope, facts.call, facts.text, dialogue=asked.row.name
    )
    return Offer(matches) if matches else None


async def answered(_skills: Skills, facts: Facts) -> Meaning | None:
    """An answer to the question that is open."""
    return TakeAnswer(facts.answer) if facts.answer and facts.answer.readable else None


async def complaint(_skills: Skills, facts: Facts) -> Meaning | None:
    """No answer to the question that is open: it says why."""
    return TakeAnswer(facts.answer) if facts.answer else None
