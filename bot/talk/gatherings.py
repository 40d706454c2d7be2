"""Which event or session a wish in free words is about, and whether it is of one just shown."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from bot.talk.occasions import AT_ONCE, EDITED, OWN, Occasions
from bot.talk.scope import Scope
from bot.talk.taken import Taken
from bot.talk.wording import is_question
from kit.command import Call, Command
from kit.listing import ListKind
from kit.table import CommandTable
from kit.understanding import Understanding
from language.analysis import tokens
from search.index import LibraryIndex
from storage.events import Events
from storage.listings import Listings
from storage.programmes import Programmes
from storage.series import SeriesOfEvents
from storage.tables.events import EventKind, EventRow

_NUMBER = re.compile(r"\d{1,9}")
# What may be about a session of a conference as well, though no list of events has it.
SESSIONS = ("event", *AT_ONCE, "who is going")
_LATELY = timedelta(days=1)
_TITLE = 2  # words that surely name one by its title
_SHOWN = (ListKind.EVENTS, ListKind.EVENTS.card)
PROGRAMME = "programme"
# For a question about events that were just shown; and for what comes after them.
_SPOKEN_OF, _GOES_ON = 3.5, 0.5
# What is asked of the hub in the same words as of an event.
_OF_HUB = ("about cost", "about network", "about members", "about languages", "timezone")
OF_SESSIONS = (PROGRAMME, "my events")


@dataclass(frozen=True, slots=True)
class Gatherings:
    """Takes events, and sessions of conferences, from a sentence."""

    table: CommandTable
    understanding: Understanding
    occasions: Occasions
    index: LibraryIndex

    async def spoken_of(self, scope: Scope, call: Call, text: str) -> Mapping[str, float]:
        """Say how much speaks for wishes about events, in units of log odds.

        A question right after events were shown rather asks about these: "is it free?".
        """
        days = self.occasions.asks_when(text, call)
        if not (call.direct and is_question(text)):
            return {"events": days}
        listings = Listings(scope.session)
        shown = await listings.last(call.person_id, *_SHOWN)
        just_said = shown is not None and await listings.is_just_said(shown)
        near = _SPOKEN_OF if just_said else 0.0
        leanings = dict.fromkeys(_OF_HUB, -near)
        return {
            **leanings,
            "event": near,
            "now": near + _GOES_ON * bool(near),
            "events": days + near / 2,
        }

    async def of(self, scope: Scope, call: Call, command: Command, text: str) -> Taken:
        edit = self.table.command(EDITED)
        if edit and command.path in SESSIONS and call.role.may(edit.act.least):
            changed = not is_question(text) and self.occasions.changed(text, call)
            command = edit if changed else command
        events = Events(scope.session)
        coming = await events.upcoming(call.now)
        listed = self.table.command("events")
        if command.path in SESSIONS and (taken := await self._sessions(scope, call, command, text)):
            return taken
        if command.path in SESSIONS:
            coming = [*coming, *await _numbered(scope, call, text)]
        if not coming and listed is not None:
            return Taken([(listed, "")])
        if command.path in OWN:
            mine = await events.attended(call.person_id)
            coming = [event for event in coming if event.id in mine] or coming
        again = await SeriesOfEvents(scope.session).among([event.id for event in coming])
        near = await _near(scope, call, coming) if command.path == "event" else ""
        found = self.occasions.of(call, command, text, coming, again, near)
        matches = [(command, f"{each} {found.rest}".strip()) for each in found.events]
        return Taken(matches, sure=found.sure)

    async def chosen(self, scope: Scope, call: Call, command: Command, text: str) -> Taken | None:
        """Take what sessions are wanted of the programme; or whether one is chosen.

        "I am going to the one on bail" asks for a session rather than for what one chose.
        """
        going = self.table.command("going")
        if command.path == PROGRAMME:
            return Taken([(command, await self._programme(scope, call, text))])
        if going is None or is_question(text):
            return None
        taken = await self._sessions(scope, call, going, text)
        return Taken(taken.matches, sure=False) if taken else None

    async def _programme(self, scope: Scope, call: Call, text: str) -> str:
        """Take what sessions are wanted of the conference that is on or next.

        "Day 2" is no number of one.
        """
        programmes = Programmes(scope.session)
        sessions = await programmes.standing(call.now)
        named, words = self.occasions.by_title(sessions, text, call)
        row = await programmes.of(named[0].id) if words else None
        return f"{row.conference_id} {' '.join(words)}" if row else ""

    async def _sessions(
        self, scope: Scope, call: Call, command: Command, text: str
    ) -> Taken | None:
        """Find sessions of conferences by their titles, where no other event is named as well.

        Of several the programme shows which there are, each with its number. One word is enough
        only where a session is spoken of: "register me" is not about "Registration".
        """
        programmes = Programmes(scope.session)
        sessions = await programmes.standing(call.now)
        named, words = self.occasions.by_title(sessions, text, call)
        coming = await Events(scope.session).upcoming(call.now)
        others, its_words = self.occasions.by_title(coming, text, call)
        spoken_of = self.understanding.event_kind(text, within=True) == EventKind.SESSION
        topical = self.index.concepts.mentions(tokens(" ".join(words)))
        one_will_do = spoken_of or topical or command.path not in AT_ONCE
        least = max(len(its_words) + 1 if others else 1, 1 if one_will_do else _TITLE)
        if len(words) < least:
            return None
        programme = self.table.command(PROGRAMME)
        row = await programmes.of(named[0].id)
        if len(named) == 1 or programme is None or row is None:
            sure = len(named) == 1 and not (command.path in AT_ONCE and is_question(text))
            return Taken([(command, str(each.id)) for each in named], sure=sure)
        return Taken([(programme, f"{row.conference_id} {' '.join(words)}")])


async def _numbered(scope: Scope, call: Call, text: str) -> Sequence[EventRow]:
    """List the sessions of conferences whose number is said."""
    said = {int(digits) for digits in _NUMBER.findall(text)}
    since = call.now - _LATELY  # what has begun is said to have
    standing = await Programmes(scope.session).standing(since) if said else []
    return [session for session in standing if session.id in said]


async def _near(scope: Scope, call: Call, coming: Sequence[EventRow]) -> str:
    """Give the event that was shown last by itself, or the only one that somebody is going to.

    Of sessions of conferences it is the next one.
    """
    shown = await Listings(scope.session).last(call.person_id, *_SHOWN)
    if shown is not None and len(shown.ids) == 1:
        return str(shown.ids[0])
    mine = await Events(scope.session).attended(call.person_id)
    sessions = await Programmes(scope.session).standing(call.now)
    if following := [str(event.id) for event in sessions if event.id in mine]:
        return following[0]
    own = [str(event.id) for event in coming if event.id in mine]
    return own[0] if len(own) == 1 else ""
