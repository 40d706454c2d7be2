"""Which event or session a wish in free words is about, and whether it is of one just shown."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from bot.talk.occasions import Occasions
from bot.talk.scope import Scope
from bot.talk.taken import Taken
from bot.talk.wording import is_question, is_short, size_of
from kit.authority import Act
from kit.command import Call, Command
from kit.listing import ListKind
from kit.table import CommandTable
from kit.trait import Purpose, Trait
from kit.understanding import Understanding
from kit.words import number
from language.analysis import tokens
from search.index import LibraryIndex
from storage.events import Events
from storage.listings import Listings
from storage.programmes import Programmes
from storage.series import SeriesOfEvents
from storage.tables.events import LONGEST, EventKind, EventRow

_NUMBER = re.compile(r"\d{1,9}")
_HAN_NUMBERS = "一二三四五六七八九十"
_PLACE = re.compile(rf"第\s?(\d{{1,3}}|[{_HAN_NUMBERS}])\s?[场場]")
_LATELY = timedelta(days=1)
_TITLE = 2  # words that surely name one by its title
# For a question about events that were just shown; and for what comes after them.
_SPOKEN_OF, _GOES_ON = 3.5, 0.5
_SHORT, _SHORT_OF = 3, 1.5  # words that name nothing else
# For what asks for sessions while there are some.
_OF_PROGRAMME = 4.0
# For what is said in a few words after an event was shown.
_SAID_OF = 2.5


@dataclass(frozen=True, slots=True)
class Gatherings:
    """Takes events, and sessions of conferences, from a sentence."""

    table: CommandTable
    understanding: Understanding
    occasions: Occasions
    index: LibraryIndex

    async def spoken_of(self, scope: Scope, call: Call, text: str) -> Mapping[str, float]:
        """Say how much speaks for wishes about events, in units of log odds.

        What is asked, or said in a few words, right after events were shown, or the hub told of
        one, is rather about these: "is it free?", "drop that one".
        """
        path, having = self.table.path, self.table.having
        events, event = path(Purpose.EVENTS), path(Purpose.EVENT)
        weights = {events: self.occasions.asks_when(text, call)}
        if not call.direct:
            return weights
        asks = self._asks(text)
        placed = self._place(text, call) is not None
        if asks and (placed or self._of_session(text)):
            ahead = await Programmes(scope.session).parts(call.now)
            weights |= (
                {event if placed else path(Purpose.PROGRAMME): _OF_PROGRAMME} if ahead else {}
            )
        listings = Listings(scope.session)
        shown = await listings.last(call.person_id, *ListKind.EVENTS.words)
        if shown is None or not await listings.is_just_said(shown):
            return weights
        if not asks:
            said = having(Trait.SAID_OF_EVENT) if is_short(text) else ()
            return weights | dict.fromkeys(said, _SAID_OF)
        weights |= dict.fromkeys(having(Trait.SAID_OF_HUB), -_SPOKEN_OF)
        weights[events] += _SPOKEN_OF / 2
        weights[path(Purpose.MINE)] = _SPOKEN_OF
        short = _SHORT_OF * (size_of(text) <= _SHORT)
        weights[event] = weights.get(event, 0.0) + _SPOKEN_OF + short
        return weights | {path(Purpose.NOW): _SPOKEN_OF + _GOES_ON * (not placed)}

    def _asks(self, text: str) -> bool:
        return is_question(text) or self.understanding.inquires(text)

    def _of_session(self, text: str) -> bool:
        return self.understanding.event_kind(text, within=True) == EventKind.SESSION

    def _place(self, text: str, call: Call) -> int | None:
        """Read which of the sessions is meant by its number or place: "session 2", "第2场"."""
        if found := _PLACE.search(text):
            return number(found[1]) or _HAN_NUMBERS.index(found[1]) + 1
        return number(self.occasions.by_number(text, call)[0]) if self._of_session(text) else None

    async def of(self, scope: Scope, call: Call, command: Command, text: str) -> Taken:
        """Complete a *command* that is about an event or a session."""
        edit = self.table.of(Purpose.EDIT_EVENT)
        if edit and Trait.OF_SESSION in command.traits and call.role.may(edit.act.least):
            shown = (
                command.purpose is Purpose.EVENT and await self._near(scope, call, edit, text) != ""
            )
            changed = not self._asks(text) and self.occasions.changed(text, call, shown=shown)
            command = edit if changed else command
        events = Events(scope.session)
        coming = await events.upcoming(call.now)
        listed = self.table.of(Purpose.EVENTS)
        of_session = Trait.OF_SESSION in command.traits
        at_once = Trait.ANSWERS_EVENT in command.traits
        if of_session and (taken := await self._sessions(scope, call, command, text)):
            return taken
        if of_session and (session := await self._counted(scope, call, text)):
            sure = not (at_once and self._asks(text))
            return Taken([(command, str(session))], sure=sure)
        if of_session:
            coming = [*coming, *await _numbered(scope, call, text)]
        if not coming and listed is not None:
            return Taken([(listed, "")])
        if Trait.OF_OWN_EVENT in command.traits:
            mine = await events.attended(call.person_id)
            coming = [event for event in coming if event.id in mine] or coming
        again = await SeriesOfEvents(scope.session).among([event.id for event in coming])
        near = await self._near(scope, call, command, text)
        found = self.occasions.of(call, command, text, coming, again, near)
        matches = [(command, f"{each} {found.rest}".strip()) for each in found.events]
        asks = at_once and self._asks(text)
        sure = found.sure and not asks
        if sure and near and command.act is not Act.LOOK and await self._came_between(scope, call):
            alone = self.occasions.of(call, command, text, coming, again, "")
            sure = alone.sure and alone.events == found.events
        return Taken(matches, sure=sure)

    async def chosen(self, scope: Scope, call: Call, command: Command, text: str) -> Taken | None:
        """Take what sessions are wanted of the programme; or whether one is chosen.

        "I am going to the one on bail" asks for a session rather than for what one chose.
        """
        going = self.table.of(Purpose.GOING)
        if command.purpose is Purpose.PROGRAMME:
            return Taken([(command, await self._programme(scope, call, text))])
        if going is None or self._asks(text):
            return None
        taken = await self._sessions(scope, call, going, text)
        return Taken(taken.matches, sure=False) if taken else None

    async def _programme(self, scope: Scope, call: Call, text: str) -> str:
        """Take what sessions are wanted of the conference that is on or next.

        "Day 2" is no number of one.
        """
        programmes = Programmes(scope.session)
        on = {conference for _session, conference in await programmes.parts(call.now)}
        parts = await programmes.parts(call.now - LONGEST)
        of = {session.id: conference for session, conference in parts if conference in on}
        sessions = [session for session, _conference in parts if session.id in of]
        named, words = self.occasions.by_title(sessions, text, call)
        return f"{of[named[0].id]} {' '.join(words)}" if words else ""

    async def _sessions(
        self, scope: Scope, call: Call, command: Command, text: str
    ) -> Taken | None:
        """Find sessions of conferences by their titles, where no other event is named as well.

        Of several, or where it is asked which there are, the programme shows them. One word is
        enough only where a session is spoken of: "register me" is not about "Registration".
        """
        programmes = Programmes(scope.session)
        sessions = await programmes.standing(call.now)
        named, words = self.occasions.by_title(sessions, text, call)
        coming = await Events(scope.session).upcoming(call.now)
        others, its_words = self.occasions.by_title(coming, text, call)
        spoken_of = self._of_session(text)
        topical = self.index.concepts.mentions(tokens(" ".join(words)))
        at_once = Trait.ANSWERS_EVENT in command.traits
        one_will_do = spoken_of or topical or not at_once
        least = max(len(its_words) + 1 if others else 1, 1 if one_will_do else _TITLE)
        if len(words) < least:
            return None
        programme = self.table.of(Purpose.PROGRAMME)
        row = await programmes.of(named[0].id)
        asks = at_once and self._asks(text)
        if (len(named) == 1 and not asks) or programme is None or row is None:
            return Taken([(command, str(each.id)) for each in named], sure=len(named) == 1)
        return Taken([(programme, f"{row.conference_id} {' '.join(words)}")])

    async def _counted(self, scope: Scope, call: Call, text: str) -> int | None:
        """Take "session 2" for the second of the sessions that were shown last, or there are.

        One that has this number is meant, unless others were just shown.
        """
        place = self._place(text, call)
        parts = await Programmes(scope.session).parts(call.now - _LATELY) if place else []
        if place is None or not parts:
            return None
        ids = [session.id for session, _conference in parts]
        shown = await Listings(scope.session).last(call.person_id, ListKind.EVENTS)
        listed = [int(each) for each in shown.ids] if shown else []
        if place in listed or not set(listed) <= set(ids):
            listed = []
        whole = await Programmes(scope.session).sessions(parts[0][1])
        for several in (listed, [place] if place in ids else [], [row.id for row, _ in whole]):
            if several == [place]:
                return place
            if 1 <= place <= len(several):
                return several[place - 1]
        return None

    async def _came_between(self, scope: Scope, call: Call) -> bool:
        """Tell whether the hub spoke of the last event unasked, amid what somebody looked at.

        Nobody else can make them mean another event, by changing it in between.
        """
        listings = Listings(scope.session)
        shown = await listings.last(call.person_id, *ListKind.EVENTS.words)
        return shown is not None and await listings.came_between(shown)

    async def _near(self, scope: Scope, call: Call, command: Command, text: str) -> str:
        """Give the event that was shown last by itself, if it is of the kind that is spoken of.

        Else, to be shown, the next session one goes to, or the only event.
        """
        events, kind = Events(scope.session), self.understanding.event_kind(text, within=True)
        shown = await Listings(scope.session).last(call.person_id, *ListKind.EVENTS.words)
        coming = await events.upcoming(call.now)
        if shown is not None and len(shown.ids) == 1:
            last = await events.get(int(shown.ids[0]))
            kinds = {each.kind or self._kind_of(each.title) for each in coming}
            others = kinds - {last.kind or self._kind_of(last.title)} if last else kinds
            if last is not None and (kind is None or kind not in others):
                return str(last.id)
        if command.purpose is not Purpose.EVENT or kind is not None:
            return ""
        mine = await events.attended(call.person_id)
        sessions = await Programmes(scope.session).standing(call.now)
        if following := [str(event.id) for event in sessions if event.id in mine]:
            return following[0]
        own = [str(event.id) for event in coming if event.id in mine]
        return own[0] if len(own) == 1 else ""

    def _kind_of(self, title: str) -> str | None:
        return self.understanding.event_kind(title, within=True)


async def _numbered(scope: Scope, call: Call, text: str) -> Sequence[EventRow]:
    """List the sessions of conferences whose number is said."""
    said = {int(digits) for digits in _NUMBER.findall(text)}
    since = call.now - _LATELY  # what has begun is said to have
    standing = await Programmes(scope.session).standing(since) if said else []
    return [session for session in standing if session.id in said]
