"""What a message that begins with a command may mean."""

from __future__ import annotations

from bot.talk.meanings import Facts, Greet, Ignore, Meaning, Offer, Run
from bot.talk.readings.skills import Skills, acts
from bot.talk.taken import Match, Meant
from bot.talk.wording import is_question, is_talk, is_whole
from kit.authority import Act
from kit.command import Command, Rest
from kit.trait import Purpose, Slot, Trait
from kit.words import USER_ID, number


async def guarded(skills: Skills, facts: Facts) -> Meaning | None:
    """What may give somebody away: nothing is done with it, unless a command takes no words."""
    if not facts.exact or not facts.match or facts.match[0].takes_free_words:
        skills.discretion.check(facts.heard)
    return None


async def ordered(skills: Skills, facts: Facts) -> Meaning | None:
    """What a moderator orders to be done to somebody: the guard minds no name in why."""
    # What is shown before it is done needs no yes before that.
    orders = facts.heard.direct and facts.call.role.may(Act.MODERATE.least)
    if facts.asked or not orders or is_question(facts.text):
        return None
    match = facts.match if facts.exact else None
    measure = match is not None and match[0].act is Act.MODERATE and match[0].takes_free_words
    if match is None or not measure or match[1][:1].isdigit():
        match = await skills.wishing.ordered(facts.scope, facts.call, facts.text)
    if match is None or match[0].lacks(match[1]):
        return None
    moderates = match[0].act is Act.MODERATE
    skills.discretion.check(facts.heard, names=not moderates)
    return Run(match) if moderates else Offer([match])


async def doubted(skills: Skills, facts: Facts) -> Meaning | None:
    """A command that acts, behind a no or with a question mark: it is asked about, not done."""
    answers = facts.answer is not None and facts.answer.readable
    if facts.match is None or not facts.exact or answers:
        return None
    command, rest = facts.match
    if (rest and command.takes_free_words) or not skills.doubts(facts, facts.match):
        return None
    return Offer([facts.match]) if facts.heard.direct else Ignore()


async def command(skills: Skills, facts: Facts) -> Meaning | None:
    """A command with all it takes and nothing else."""
    if not facts.exact or facts.match is None:
        return None
    command, rest = facts.match
    if await _is_beyond(skills, facts, facts.match):
        return None
    if facts.is_new and facts.heard.direct and command.purpose is Purpose.START:
        return Greet()  # it asks the first question once, after what it is for
    reports = command.act is Act.REPORT
    tells = not _stands(skills, facts, facts.match) and skills.wishing.tells(facts.text)
    talk = rest != "" and facts.heard.direct and not facts.heard.addressed
    if talk and (reports or tells):
        found = await _looks_up(skills, facts, facts.match)
        if found and reports:  # "report on the Mandela rules"
            return Offer([found, facts.match])
        if found:  # "翻译免费吗", which begins like "translate"
            return Run(found)
    return Run(facts.match)


def _stands(skills: Skills, facts: Facts, match: Match) -> bool:
    """Tell whether it is the command, though what it is for tells of a case: a room, a topic."""
    command, rest = match
    if command.takes_free_words or " " in command.path:
        return True
    return is_whole(facts.text, command, rest) and not skills.understanding.asks(facts.text)


async def _is_beyond(skills: Skills, facts: Facts, match: Match) -> bool:
    """Tell whether a message begins like a command that its sender may not give, and is another.

    "Remove me as an expert" is no order to take somebody out, nor is "mental health" one. So is
    what takes any words behind polite ones: "can you suggest a time" suggests nothing, and "find
    somebody who knows" looks for no text.
    """
    command, rest = match
    if not (rest and facts.heard.direct and facts.heard.person.is_member):
        return False
    if facts.call.role.may(command.act.least):
        called = skills.table.match(facts.text)
        people = command.slot is Slot.TEXT and skills.understanding.looks_for_people(facts.text)
        ordered = called is not None and called[0] is command and not people
        if ordered or not command.takes_free_words or command.act is Act.REPORT:
            return False  # a report that is asked for politely stays one
    elif facts.asked and not facts.exact:
        return True
    if facts.exact and _names_one(match):
        return False
    return await skills.wishing.instead(facts.scope, facts.call, match, facts.text)


def _names_one(match: Match) -> bool:
    """Tell whether a command has the very ID of what it is for, which is no word of a sentence."""
    command, rest = match
    word, first = command.arguments[0].word, rest.split(maxsplit=1)[0]
    return bool((word.person and USER_ID.match(first)) or (word.lists and "-" in first))


async def _looks_up(skills: Skills, facts: Facts, match: Match) -> Match | None:
    """Find the look-up that a message surely is, though it begins like another command."""
    if not await skills.wishing.instead(facts.scope, facts.call, match, facts.text):
        return None
    matches = (await skills.meant(facts)).matches
    return next((each for each in matches[:1] if each[0].slot is Slot.TEXT), None)


async def begun(skills: Skills, facts: Facts) -> Meaning | None:
    """A command with something wrong or missing, unless another wish is sure."""
    match = facts.match
    if (
        match is None
        or (facts.asked and _is_beside(*match))
        or await _is_beyond(skills, facts, match)
    ):
        return None
    if facts.heard.direct and not facts.asked and is_talk(*match):
        person, least = facts.heard.person, match[0].act.least
        if not match[0].arguments and person.is_member and not facts.call.role.may(least):
            return None
        if Trait.STEERS in match[0].traits and (await skills.meant(facts)).matches:
            return None  # "skip the call on 25 March": nothing is open that could be steered
        instead = await skills.wishing.instead(facts.scope, facts.call, match, facts.text)
        if not instead:
            whole = await skills.wishing.completed(facts.scope, facts.call, match, facts.text)
            return Offer([whole]) if whole and whole[0].weighty else Run(whole or match)
        begins, others = _begins(match), (await skills.meant(facts)).matches
        return Offer([begins]) if begins and others and acts(others[0][0]) else None
    if facts.heard.direct and is_talk(*match):  # "remind me an hour before"
        meant = await skills.meant(facts) if skills.wishing.has_learnt else Meant()
        match = meant.matches[0] if meant.sure else match
    return Run(match)


def _is_beside(command: Command, rest: str) -> bool:
    """Tell whether a message only begins like a command, beside a question that is open."""
    return command.lacks(rest) or (not command.arguments and is_talk(command, rest))


def _begins(match: Match) -> Match | None:
    """Take a command with the first word it needs, behind which a reason may follow."""
    command, rest = match
    first, *more = rest.split(maxsplit=1)
    argument = command.arguments[0].word if command.arguments else None
    if not more or argument is None or isinstance(argument, Rest) or argument.read is str:
        return None
    if argument.person and number(first) is None and not USER_ID.match(first):
        return None  # "undo the mute of Luc" is not about somebody called "the"
    return (command, first) if command.takes(first) else None
