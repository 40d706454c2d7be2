"""Another answer about oneself, once nobody asks for it: "Uganda, not Kenya"."""

from __future__ import annotations

from babel import Locale

from bot.talk.meanings import Facts, Meaning, Offer, Run
from bot.talk.readings.skills import Skills
from bot.talk.taken import Match
from bot.talk.wording import is_question
from kit.listing import ListKind
from kit.network import RoomKind
from kit.trait import Purpose
from kit.words import is_han
from language.analysis import tokens
from storage.listings import WAITS, Listings


async def amended(skills: Skills, facts: Facts) -> Meaning | None:
    """An answer of before that is to be another: "Uganda, not Kenya"."""
    person, text = facts.heard.person, facts.text
    if facts.exact or facts.asked or not facts.heard.direct or not person.is_member:
        return None
    value, outright = skills.understanding.amends(text, person.language)
    if not value or is_question(text):
        return None
    fresh = person.consent_at is not None and facts.call.now - person.consent_at <= WAITS
    if (match := _country(skills, facts, value)) is None:
        match = await _work(skills, facts, value) if fresh and outright else None
        return Offer([match]) if match else None
    if _denies(skills, facts):
        return Run(match)
    # A typing fault is no country, nor is what "sorry, a typing fault" looks like.
    alone = skills.understanding.is_place(value, person.language)
    sure = outright and alone and not tokens(value)[0].stop  # "I was wrong in what I typed"
    if not alone or (not sure and await skills.wishing.is_small_talk(text, person.language)):
        return None
    return Offer([match])


def _country(skills: Skills, facts: Facts, value: str) -> Match | None:
    country, command = _where(skills, facts, value), skills.table.of(Purpose.COUNTRY)
    if country is None or command is None or country == facts.heard.person.country:
        return None
    return command, _name(facts, country)


def _denies(skills: Skills, facts: Facts) -> bool:
    """Tell whether the country that is kept is named beside the new one."""
    kept = facts.heard.person.country
    name = _name(facts, kept) if kept else ""
    named = any(_where(skills, facts, word) == kept for word in facts.text.split())
    return bool(kept) and (named or (is_han(name) and name in facts.text))


def _where(skills: Skills, facts: Facts, said: str) -> str | None:
    return skills.understanding.whereabouts(said, facts.call.language)[0]


def _name(facts: Facts, country: str) -> str:
    return str(Locale.parse(facts.call.language).territories[country])


async def _work(skills: Skills, facts: Facts, value: str) -> Match | None:
    """Find what a member does, or that topics are spoken of, if nothing was looked up meanwhile."""
    shown = await Listings(facts.scope.session).last(facts.heard.person.id)
    if shown is None or shown.kind != ListKind.ROOMS:
        return None
    language, table, network = facts.call.language, skills.table, skills.network
    words = {c.slug: [*c.names.values(), *c.words] for c in network.categories.values()}
    category = skills.understanding.choice(value, words, language)
    if category and (command := table.of(Purpose.CATEGORY)):
        return command, network.categories[category].names[language]
    rooms = network.of_kind(RoomKind.THEME)
    words = {room.slug: [*room.names.values(), *room.words] for room in rooms}
    topics = table.of(Purpose.TOPICS)
    return (topics, "") if topics and skills.understanding.choice(value, words, language) else None
