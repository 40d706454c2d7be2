"""Propose when to meet: hours that are no night for most."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import timedelta
from typing import Annotated

from actions.clocks import OwnTime
from actions.events.finding import (
    DAYS_AHEAD,
    LONGEST_CALL,
    FindingTime,
    Proposal,
    Whereabouts,
    slots,
)
from commands.events._feature import feature
from kit.authority import Act
from kit.command import Call, Rest
from kit.errors import BadArgument
from kit.listing import Listing, ListKind, wish_entry
from kit.network import Network, Region
from kit.text import Label, Lines, Node, Numbered, Paragraphs, Reply, Series, _
from kit.times import Clocks, When
from kit.trait import Slot
from kit.understanding import Understanding
from kit.words import HAN, is_han, split_and, split_list
from language.analysis import tokens

_AN_HOUR = timedelta(hours=1)
_UNIT = re.compile(rf"[{HAN}]|[^\s{HAN}]+")
_LONGEST_SPAN, _LONGEST_HAN = 4, 6  # words, or Chinese characters, of a length
_MOST_CLOCKS = 4
_MOST_NAMED = 3  # words of a place
_SIGNS = " ,.;:!?¿¡،؛؟。，、"
ALL = 10


@feature.command(
    "event when", summary=_("hours that suit most"), act=Act.ATTEND, private=True, shows=True
)
async def when_to_meet(
    call: Call,
    finding: FindingTime,
    own: OwnTime,
    network: Network,
    understanding: Understanding,
    said: Annotated[str, Rest(_("how long, for whom"), slot=Slot.TEXT)] = "",
) -> Reply:
    """Propose three hours; an organiser goes on with the number of one."""
    length, said = _length(said, understanding, call.language)
    if length > LONGEST_CALL:
        most = LONGEST_CALL // _AN_HOUR
        raise BadArgument(_("I look for times of {most} hours at most.", most=most))
    zone = await own.zone(call.person_id)
    period, days = understanding.period(said, call.language, call.now, zone)
    said = said.replace(period, " ") if period else said
    regions, zones = _where(said, network, understanding, call.language)
    where = await finding.whereabouts(call.by, regions, zones)
    today = call.now.date()
    ahead = [day for day in days if day >= today] or [
        today + timedelta(days=each) for each in range(1, DAYS_AHEAD + 1)
    ]
    found = slots(where, length, ahead, call.now)
    if not found:
        raise BadArgument(_("That is too soon: I look for times from tomorrow on."))
    clocks = zones or [region.zone for region in regions]
    lines = [_line(slot, clocks[:_MOST_CLOCKS]) for slot in found]
    holds = call.role.may(Act.HOLD_EVENTS.least)
    how = [_("Answer with a number to announce an event then.")] if holds else []
    heading = _("These times are waking hours for most:")
    named = [Label(region.names) for region in regions]
    asked = [_("For: {regions}", regions=Series(named))] if named else []
    body = Paragraphs([heading, Numbered(lines), *asked, _basis(where, zones), *how])
    entries = [wish_entry("event add", _written(slot, length)) for slot in found]
    return Reply("events.when", body, listing=Listing(ListKind.WISHES, entries) if holds else None)


def _line(slot: Proposal, clocks: Sequence[str]) -> Node:
    when = When(slot.at)
    told = _("{when}: for all", when=when)
    if slot.tenths < ALL:
        told = _("{when}: for {n} of 10", when=when, n=slot.tenths)
    return Lines([told, Clocks(slot.at, clocks)]) if clocks else told


def _basis(where: Whereabouts, zones: Sequence[str]) -> Node:
    if where.counted:
        return _("I counted members by the clocks they gave me; I show nobody's own.")
    if zones:
        return _("I went by the clocks of these places.")
    return _("I went by one clock for each region, since few members gave me theirs.")


def _written(slot: Proposal, length: timedelta) -> str:
    return f"{slot.at:%Y-%m-%d %H:%M} UTC | {int(length.total_seconds()) // 60} min"


def _length(said: str, understanding: Understanding, language: str) -> tuple[timedelta, str]:
    """Find how long it is to be, an hour where nobody says; returns what else is said, too."""
    units = [found.span() for found in _UNIT.finditer(said)]
    for place, (begin, _end) in enumerate(units):
        longest = _LONGEST_HAN if is_han(said[begin]) else _LONGEST_SPAN
        for _begin, end in reversed(units[place : place + longest]):
            if spans := understanding.spans(said[begin:end].strip(_SIGNS), language):
                return sum(spans, timedelta()), f"{said[:begin]} {said[end:]}"
    return _AN_HOUR, said


def _where(
    said: str, network: Network, understanding: Understanding, language: str
) -> tuple[list[Region], list[str]]:
    """Read the regions that are named, and the zones of cities and countries.

    "Africa" is all regions that have the word in their name.
    """
    parts = [each.strip(_SIGNS) for part in split_list(said) for each in split_and(part)]
    names = {slug: [*region.names.values()] for slug, region in network.regions.items()}
    called = {slug: [*map(tokens, each)] for slug, each in names.items()}
    found: list[str] = []
    zones: list[str] = []
    for part in parts:
        words = part.split()
        ends = (" ".join(words[-size:]) for size in range(_MOST_NAMED, 0, -1))
        if zone := _zone(part, understanding, language):
            zones.append(zone)
        elif slug := understanding.choice(part, names, language):
            found.append(slug)
        elif zone := next(filter(None, (_zone(e, understanding, language) for e in ends)), None):
            zones.append(zone)  # "people in Lima"
        else:
            said_words = [token for token in tokens(part) if not token.stop]
            found += [
                slug
                for slug, each in called.items()
                if any(word.meets(of) for word in said_words for name in each for of in name)
            ]
    regions = [network.regions[slug] for slug in dict.fromkeys(found)]
    if zones and regions:
        zones += [region.zone for region in regions]
    return regions, list(dict.fromkeys(zones))


def _zone(said: str, understanding: Understanding, language: str) -> str | None:
    """Read the zone of a city or a country that is named."""
    country, zone = understanding.whereabouts(said, language)
    if zone is None and country and (zones := understanding.zones_of(country)):
        return zones[0]
    return zone
