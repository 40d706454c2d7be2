"""What a message in words of one's own may wish for."""

from __future__ import annotations

from collections.abc import Collection

from bot.talk.meanings import Facts, Greet, Meaning, Offer, Run, RunBoth, RunFirst
from bot.talk.readings.skills import Skills, acts
from bot.talk.taken import Match, Meant
from bot.talk.weighed import SMALL_TALK
from bot.talk.wishing import CLAUSE
from bot.talk.wording import SENTENCE, is_exact, size_of, without_reason
from kit.authority import Act
from kit.command import Command
from kit.listing import NO_MORE
from kit.notices import Notice
from kit.trait import Purpose, Slot, Trait
from kit.understanding import Distress, Emergency, Fear, Posting
from kit.words import split_and
from language.analysis import tokens
from storage.events import Events

# What is answered to a fear, wherever it is said.
_FEARED = {
    Fear.SEEN: Purpose.AUTHORITIES,
    Fear.REPRISAL: Purpose.REPRISALS,
    Fear.COLLEAGUE: Purpose.COLLEAGUE,
}
# What is said before all else, whatever is open.
FIRST_OF_ALL = {
    Distress.OWN: Purpose.DESPAIR,
    Distress.ANOTHER: Purpose.DANGER,
    Distress.GRIEF: Purpose.GRIEF,
    Distress.WORN: Purpose.EXHAUSTION,
}
_NO = "no"  # it is read in every language
_STOPPED = {
    Posting.NO_DIGEST: (Purpose.NOT_GATHER, ""),
    Posting.NO_REMINDERS: (Purpose.NOT_NOTIFY, str(Notice.REMINDERS)),
}
# What changes how much the hub writes, and what brings its messages back.
_POSTED = {
    Posting.FEWER: (Purpose.GATHER, Purpose.NOTIFY, Purpose.MUTE),
    Posting.MISSED: (Purpose.UNMUTE, Purpose.NOTIFY),
}


async def distressed(skills: Skills, facts: Facts) -> Meaning | None:
    """Who speaks of dying, mourns or can bear no more: that comes before all else."""
    # Of another it is told in a command as well, and in a question to colleagues.
    found = skills.understanding.distress(facts.text)
    if found is None or (not facts.heard.direct and not facts.heard.addressed):
        return None
    if facts.exact and found is not Distress.OWN:
        return None
    said = skills.table.of(FIRST_OF_ALL[found])
    if said is None:
        return None
    match = (said, "")
    asked, answer = facts.asked, facts.answer
    if asked is None or answer is None or not answer.readable or found is Distress.OWN:
        return Run(match)
    kept = asked.prose if found is Distress.ANOTHER else asked.weighed
    return RunFirst(match, answer) if kept else Run(match)


async def need(skills: Skills, facts: Facts) -> Meaning | None:
    """The need of a lawyer; where a story is asked for, it is one."""
    lawyer, heard, match = skills.table.of(Purpose.LAWYER), facts.heard, facts.match
    if lawyer is None or (facts.asked and facts.asked.prose):
        return None
    # "lawyer Kenya": what follows it is either a country or talk about lawyers.
    said = match[1] if match and match[0] is lawyer else ""
    if said and skills.understanding.country(said, heard.person.language) is not None:
        return Run((lawyer, ""), said=said)
    if (facts.exact and match and match[0].purpose is not Purpose.HELP) or not heard.direct:
        return None
    works = heard.person.is_member or skills.works(facts)
    seeks = skills.understanding.seeks_lawyer(facts.text, member=works)
    if not seeks or (heard.person.is_member and _is_of_a_client(skills, facts.text)):
        return None
    answer = skills.language_of(facts)
    return RunFirst((lawyer, ""), answer) if answer else Run((lawyer, ""))


def _is_of_a_client(skills: Skills, text: str) -> bool:
    """Tell whether a member tells of a case that the library answers, and nobody close is hurt."""
    hurt = skills.understanding.emergency(text) in {Emergency.BEATEN, Emergency.VIOLENCE}
    return skills.wishing.tells(text) and not hurt


async def afraid(skills: Skills, facts: Facts) -> Meaning | None:
    """Whether the police learn who writes, revenge, a colleague who is held: heard everywhere."""
    fear = skills.understanding.fears(facts.text)
    if fear is None or facts.exact or not facts.heard.direct:
        return None
    said = skills.table.of(_FEARED[fear])
    works = fear is not Fear.COLLEAGUE and skills.understanding.practises(facts.text)
    if said is None or works or (facts.asked and facts.asked.prose):
        return None
    answer = skills.language_of(facts)
    return RunFirst((said, ""), answer) if answer else Run((said, ""))


async def posted(skills: Skills, facts: Facts) -> Meaning | None:
    """What is wished of the hub's messages: which are named are stopped, else it is asked how."""
    wish, person, asked = skills.understanding.posting(facts.text), facts.heard.person, facts.asked
    if facts.exact or not facts.heard.direct or not person.is_member or (asked and asked.prose):
        return None
    remind, event = skills.table.of(Purpose.REMIND), skills.table.of(Purpose.EVENT)
    if wish is Posting.NO_REMINDER and remind and event:  # of what is named, or was shown last
        one = await skills.wishing.completed(facts.scope, facts.call, (event, ""), facts.text)
        return Run((remind, f"{one[1]} {_NO}" if one and one[1] else ""))
    if wish in _STOPPED and (stop := skills.table.of(_STOPPED[wish][0])):
        return Run((stop, _STOPPED[wish][1]))
    if skills.wishing.tells(facts.text):  # it is the family that was told nothing
        return None
    wanted = _POSTED.get(wish, ()) if wish else ()
    commands = [command for purpose in wanted if (command := skills.table.of(purpose))]
    return Offer([(command, "") for command in commands]) if commands else None


async def told(skills: Skills, facts: Facts) -> Meaning | None:
    """More of the need of a lawyer, after its answer: where that is, or what happened."""
    read, text, language = skills.understanding, facts.text, facts.heard.person.language
    if facts.exact or not facts.heard.direct:
        return None
    new = {read.emergency(text), read.whereabouts(text, language)[0]} - {None}
    return await _goes_on(skills, facts, new) if new else None


async def _goes_on(
    skills: Skills, facts: Facts, told: Collection[str | None] = (NO_MORE,)
) -> Meaning | None:
    """Stay with the need of a lawyer, where that is spoken of, as long as something new is told."""
    lawyer, text, read = skills.table.of(Purpose.LAWYER), facts.text, skills.understanding
    works = read.practises(text) or read.looks_for_people(text)
    if lawyer is None or works or skills.table.is_polite(text):
        return None
    person = facts.heard.person
    tells = person.is_member and skills.wishing.tells(text)  # of a client
    if tells or read.consent(text, person.language) is not None:
        return None
    before = await skills.pointing.in_need(facts.scope, facts.heard)
    return Run((lawyer, "")) if before and not set(told) <= set(before) else None


async def swapped(skills: Skills, facts: Facts) -> Meaning | None:
    """One event instead of another that somebody goes to: the second is given up after a yes."""
    swap, going = skills.understanding.swap(facts.text), skills.table.of(Purpose.GOING)
    if swap is None or going is None or facts.asked or not facts.heard.direct:
        return None
    not_going = skills.table.command(going.opposite)
    wanted, left = swap
    mine = await Events(facts.scope.session).attended(facts.call.person_id)
    if not_going is None or left not in mine or wanted == left:
        return None
    return RunBoth((going, str(wanted)), (not_going, str(left)), facts.text)


async def both(skills: Skills, facts: Facts) -> Meaning | None:
    """Two wishes in one sentence: the first is done, and the second asked about."""
    if facts.asked or not facts.heard.direct:
        return None
    one, *other = split_and(facts.text)
    if len(other) != 1 or not skills.wishing.has_learnt:
        return None
    match, then = skills.table.meant(one), await skills.meant(facts, other[0])
    alone = then.certain or len(then.matches) == 1
    if (
        not alone
        or _is_name(skills, facts, other[0])
        or then.matches[0][0].slot is Slot.TEXT
        or then.matches[0][0].path.startswith(SMALL_TALK)
    ):
        return None
    if match is None or not is_exact(one, *match, prose=False):
        first = await skills.meant(facts, one) if size_of(one) > 1 else Meant()
        match = first.matches[0] if first.sure else None  # "我想" alone wishes for nothing
    if match is None or match[0] is then.matches[0][0] or _takes_all(match[0]):
        return None
    worded = match[0].takes_free_words or Trait.TITLED in match[0].traits
    own_words = worded and match[1] != ""  # they may hold an "and"
    if own_words and (match[0].act is not Act.LOOK or size_of(other[0]) < CLAUSE):
        return None
    return RunBoth(match, then.matches[0], other[0])


def _takes_all(command: Command) -> bool:
    """Tell whether a sentence is one wish: "what suits Lima and Delhi next week"."""
    return command.slot is Slot.TEXT and not command.takes_free_words


def _is_name(skills: Skills, facts: Facts, said: str) -> bool:
    """Tell whether a place or a language is named: "the rooms for Peru and Chile" is one wish."""
    read, language = skills.understanding, facts.call.language
    return read.is_place(said, language) or read.language(said, language) is not None


async def wished(skills: Skills, facts: Facts) -> Meaning | None:
    """A wish in words of one's own, or a look-up; a newcomer is welcomed after it."""
    if not facts.heard.direct:
        return None
    meant = await skills.meant(facts)
    if meant.matches and meant.matches[0][0].path.startswith(SMALL_TALK):
        meant = await _behind_a_greeting(skills, facts, meant.matches[0][0]) or meant
    meant = await _among_people(skills, facts, meant)
    may = bool(meant.matches) and facts.call.role.may(meant.matches[0][0].act.least)
    unclear = not (may and meant.certain) and not facts.heard.person.is_member
    unclear = unclear and not skills.works(facts)
    if unclear and (need := await _goes_on(skills, facts)) is not None:
        return need
    new, traits = facts.is_new, meant.matches[0][0].traits if meant.matches else {Trait.GREETED}
    people = skills.understanding.seeks_colleague(facts.text)
    greets = Trait.GREETED in traits or not (may or people)  # the rest waits for membership
    if new and (greets or _introduced(skills, facts.text, meant)):
        return Greet()
    if not meant.matches:
        return None
    return await _done(skills, facts, meant)


async def _done(skills: Skills, facts: Facts, meant: Meant) -> Meaning:
    """Do what is sure, and ask about the rest; who says not to erase them keeps what there is."""
    new, kept = facts.is_new, skills.table.of(Purpose.KEPT)
    if kept and Trait.ERASES in meant.matches[0][0].traits and await spared(skills, facts):
        return Run((kept, ""))
    if meant.sure and not await _is_open(skills, facts, meant.matches[0]):
        return Run(meant.matches[0], new)
    return Offer(meant.matches, new)


async def spared(skills: Skills, facts: Facts) -> bool:
    """Tell whether somebody says no more than that they are not to be erased."""
    text, read = facts.text, skills.understanding
    language = read.written_in(text) or facts.call.language
    forget = skills.table.of(Purpose.FORGET)
    if forget is None or size_of(text) > SENTENCE or read.wished(text, language):
        return False
    return await skills.wishing.passes_over_a_no(facts.call, forget, text)


async def _among_people(skills: Skills, facts: Facts, meant: Meant) -> Meant:
    """Offer to ask an expert, or to look among members, where somebody looks for a person."""
    ask, members = skills.table.of(Purpose.ASK), skills.table.of(Purpose.MEMBERS)
    lawyer, read, text = skills.table.of(Purpose.LAWYER), skills.understanding, facts.text
    if not (read.looks_for_people(text) and ask and members):
        return meant
    if not facts.heard.person.is_member:
        if not read.seeks_colleague(text) or lawyer is None:
            return meant
        works = read.practises(text) or skills.works(facts)  # of others it is open who they are
        return Meant([(ask, ""), *([] if works else [(lawyer, "")])])
    if meant.certain and meant.matches[0][0].purpose in {Purpose.ASK, Purpose.MEMBERS}:
        return meant
    found = await skills.wishing.named(facts.scope, facts.call, members, facts.text)
    return Meant([(ask, ""), (members, found)])


async def _behind_a_greeting(skills: Skills, facts: Facts, said: Command) -> Meant | None:
    """Find what somebody wishes for who says hello or thank you first, or asks politely.

    "Merci de lever la sourdine" asks for it; who thanks *for* something has it, and what a sorry is
    for is over.
    """
    after = facts.text[len(without_reason(facts.text)) + 1 :].strip()
    asked = skills.table.bare(facts.text)
    begins = tokens(asked)
    polite = asked != facts.text and begins and not begins[0].stop
    polite = polite and said.purpose is not Purpose.SORRY
    for rest in (after, asked if polite else ""):
        meant = await skills.meant(facts, rest) if rest else Meant()
        if meant.certain and not meant.matches[0][0].path.startswith(SMALL_TALK):
            return meant
    return None


async def _is_open(skills: Skills, facts: Facts, match: Match) -> bool:
    """Tell whether it is open what somebody wants who may wish to change something."""
    command, rest = match
    asks = not rest and any(argument.required for argument in command.arguments)
    changes = skills.table.command(command.path) is command and not asks
    if changes and await skills.wishing.passes_over_a_no(facts.call, command, facts.text):
        return True
    # With no more than the number of an event it only says what is planned.
    lists = command.purpose is Purpose.REMIND and not rest.partition(" ")[2]
    if not acts(command) or lists:
        return False
    talk = facts.match is not None and facts.match[0] is command and not command.arguments
    more = not rest and any(map(str.isdecimal, facts.text))  # "at most 2 a week" says more
    return talk or more or skills.doubts(facts, match)


def _introduced(skills: Skills, text: str, meant: Meant) -> bool:
    """Tell whether somebody says what they are, and nothing else that is sure."""
    if skills.understanding.introduces(text):
        return True
    says_no_more = not meant.sure or meant.matches[0][0].purpose is Purpose.CATEGORY
    return says_no_more and skills.understanding.practises(text)


async def called(skills: Skills, facts: Facts) -> Meaning | None:
    """A sure wish in a room, where the hub is called."""
    if facts.heard.direct:
        return None
    member = facts.heard.person.is_member
    match = await skills.wishing.called(facts.scope, facts.call, facts.text, member=member)
    return Run(match) if match else None
