"""What a wish in free words is about: which event, how long before, which room, whom, when."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from babel import Locale

from actions.rooms.visits import RoomFinder
from bot.talk.announced import Announced
from bot.talk.gatherings import Gatherings
from bot.talk.occasions import Occasions
from bot.talk.scope import Scope
from bot.talk.somebody import Somebody
from bot.talk.taken import Match, Taken
from bot.talk.timing import length_in
from bot.talk.weighed import LEAST
from bot.talk.wording import size_of
from bot.understanding.wishes import Guess
from kit.authority import Act
from kit.command import Call, Command
from kit.listing import ListKind
from kit.network import Network, RoomKind
from kit.table import CommandTable
from kit.trait import Purpose, Slot, Trait
from kit.understanding import Understanding
from kit.words import HAN, USER_ID, WEB_ADDRESS, clean, number, read_number, split_and
from language.analysis import pieces
from search.index import LibraryIndex
from storage.listings import Listings

_NUMBER = re.compile(r"\d{1,9}")
_BEHIND_SIGN = re.compile(r"\s*[:,;.–—،؛，；：。-]\s*(\S.*)", re.DOTALL)  # what is said of a number
_OF_NUMBER = re.compile(r"(\d{1,9})\s*[:,;–—-]?\s*(\S.*)", re.DOTALL)
_CLAUSES = re.compile(r"[,:;.–—،؛，；：。]\s*")
CLAUSE = 3  # words that tell something
# What a word of a command may be, in this order: in "K7QM" the code, in "2nd" the number.
_PARTS = (re.compile(rf"{USER_ID.pattern}|[^\W_{HAN}]+"), _NUMBER)


@dataclass(frozen=True, slots=True)
class Particulars:
    """Takes what a command needs from a sentence, by the readers that its own words have."""

    table: CommandTable
    network: Network
    understanding: Understanding
    occasions: Occasions
    index: LibraryIndex

    @property
    def gatherings(self) -> Gatherings:
        """What takes events and sessions from a sentence."""
        return Gatherings(self.table, self.understanding, self.occasions, self.index)

    async def of(self, scope: Scope, call: Call, command: Command, text: str) -> Taken:
        """Complete *command* with what is in *text*.

        What cannot be told from *text* is left out: the command then says what is missing.
        """
        text = clean(text)
        if command.arguments and command.arguments[0].word.person:
            somebody = Somebody(self.table, self.understanding)
            named = await somebody.named(scope, call, command, text)
            if not any(named):
                named = [await _shown(scope, call, command)]
            return Taken([(command, rest) for rest in named])
        if _takes_event(command):
            return await self.gatherings.of(scope, call, command, text)
        if Trait.OF_PROGRAMME in command.traits and (
            found := await self.gatherings.chosen(scope, call, command, text)
        ):
            return found
        if _takes_item(command):
            item = await self._item(scope, call, command, text)
            tells_why = bool(item) and command.slot is Slot.REASON
            return Taken([(command, f"{item} {text}" if tells_why else item)])
        if command.slot is Slot.HOURS and self.understanding.hours(text, call.language) is None:
            hours = self.understanding.evening(text, call.language)
            if hours is not None:  # nobody said until when
                return Taken([(command, _hours(hours))], sure=False)
        rest = self._words(call, command, text) or await _shown(scope, call, command)
        return Taken([(command, rest)])

    async def ordered(self, scope: Scope, call: Call, text: str) -> Match | None:
        """Read an order about one person: whom, and all else that is said beside that.

        None if no command is ordered that may be given, or not one person is named.
        """
        path, rest = self.understanding.ordered(self.table.bare(text))
        command = self.table.command(path) if path else None
        if command is None or not call.role.may(command.act.least):
            return None
        named = await Somebody(self.table, self.understanding).first(scope, call, rest)
        if named is None:
            return None
        said = f"{rest[: named.begin]} {rest[named.end :]}"
        return command, f"{named.whom} {clean(said).strip(' ,;:،؛，；：')}".strip()

    async def of_event(self, scope: Scope, call: Call, command: Command, text: str) -> Match | None:
        """Complete a *command* that is about one event, if *text* leaves no doubt which."""
        if not _takes_event(command):
            return None
        taken = await self.gatherings.of(scope, call, command, clean(text))
        return taken.matches[0] if taken.sure and len(taken.matches) == 1 else None

    async def of_reported(
        self, scope: Scope, call: Call, text: str, likely: Iterable[Guess]
    ) -> list[Match]:
        """Find what who may act on somebody can do about them, and that they may report them.

        What else they are *likely* to have named is first, with all they said. Of the others, what
        those are told is asked for: what was said here was not said to them.
        """
        found: list[Match] = []
        offered = self.table.having(Trait.ACTS_ON_REPORTED)
        for path in offered:
            command = self.table.command(path)
            taken = await self.of(scope, call, command, text) if command else Taken([])
            whom = {named.partition(" ")[0] for _command, named in taken.matches} - {""}
            found += [(command, each) for each in whom if command and len(whom) == 1]
        report = self.table.of(Purpose.REPORT)
        if not found or report is None:
            return []
        people, named = {whom for _command, whom in found}, list[Match]()
        for each in likely:
            command = None if each.wish in offered else self.table.command(each.wish)
            if each.likely >= LEAST and command is not None and command.act is Act.MODERATE:
                taken = await self.of(scope, call, command, text)
                named += [match for match in taken.matches if match[1].partition(" ")[0] in people]
        return [*named, *found, *(await self.of(scope, call, report, text)).matches]

    def numbered(self, call: Call, match: Match) -> Match:
        """Take "events 2" for the one event, and "event 2: 25 places" for a change of it.

        The latter only of who may change one.
        """
        command, rest = match
        event, edit = self.table.of(Purpose.EVENT), self.table.of(Purpose.EDIT_EVENT)
        shows = command.purpose in {Purpose.EVENT, Purpose.EVENTS}
        if not shows or event is None or edit is None:
            return match
        if number(rest) is not None:
            return event, rest
        found = _OF_NUMBER.fullmatch(clean(rest))
        if found is None or not call.role.may(edit.act.least):
            return match
        changes = self.occasions.is_change(found[2], call)
        return (edit, f"{found[1]} {found[2]}") if changes else match

    def announced(self, call: Call, match: Match) -> Match | None:
        """Take "announce a webinar on 5 May" for an event that is to be announced."""
        command, rest = match
        add = self.table.of(Purpose.ADD_EVENT)
        announced = Announced(self.understanding, self.occasions)
        if command.purpose is not Purpose.NEWS or add is None or not announced.leads(rest):
            return None
        line = announced.line(rest, call)
        return (add, line) if any(self.occasions.when(line, call)) else None

    def _words(  # noqa: C901, PLR0911, PLR0912 -- a case for each
        self, call: Call, command: Command, text: str
    ) -> str:
        read, language = self.understanding, call.language
        match command.slot:
            case Slot.TEXT:
                return text
            case Slot.SUBJECT:
                return read.subject(text, language)
            case Slot.KIND_AND_DAYS:
                kind = next(filter(read.event_kind, pieces(text)), "")
                return f"{kind} {self.occasions.on(text, call)}".strip()
            case Slot.STRETCH if read.stretch(text, language, call.now, "UTC"):
                return text
            case Slot.STRETCH:
                when = self.occasions.when(text, call)[0]
                return when or self.occasions.lasting(text, call)
            case Slot.LENGTH:
                return length_in(read, text, language)
            case Slot.OCCASION:
                return Announced(read, self.occasions).line(text, call)
            case Slot.MOMENT:
                return self.occasions.when(text, call)[0]
            case Slot.TOPICS:
                named = any(self._theme(part, language) for part in (text, *split_and(text)))
                return text if named and read.alters(text) is not None else ""
            case Slot.LANGUAGE:
                return read.language(text, language) or ""
            case Slot.COUNTRY:
                country, _zone = read.whereabouts(text, language)
                return Locale.parse(language).territories[country] if country else ""
            case Slot.ZONE:
                return read.zone(text, language) or ""
            case Slot.ROOM_OR_TEXT:
                return self._room(text, language) or text
            case Slot.ROOM:
                return self._room(text, language)
            case Slot.ADDRESS:
                return _first(WEB_ADDRESS, text)
            case Slot.WHEREABOUTS:
                return self._somewhere(text, language)
            case Slot.HOURS:
                return _hours(read.hours(text, language) or ())
            case Slot.REPORTED:
                found = USER_ID.search(text)
                if found is None:
                    return text if _tells(text) else ""
                return f"{found[0]} {text.removeprefix(found[0]).lstrip(' ,;:')}"
        return _taken(command, text)

    def _room(self, text: str, language: str) -> str:
        room = RoomFinder(self.network, self.understanding).one(text, language)
        return room.slug if room else ""

    def _somewhere(self, text: str, language: str) -> str:
        """Name the country and the theme by which members are found, or else say all of *text*."""
        read, network = self.understanding, self.network
        country, _zone = read.whereabouts(text, language)
        theme = self._theme(text, language) or read.theme(text)
        names = [network.rooms[theme].names[language]] if theme else []
        names += [str(Locale.parse(language).territories[country])] if country else []
        regions = {slug: [*region.names.values()] for slug, region in network.regions.items()}
        other = read.language(text, language) or read.choice(text, regions, language)
        return " ".join(names) or (text if other else "")

    def _theme(self, text: str, language: str) -> str | None:
        """Find the theme that *text* names."""
        themes = {
            room.slug: [*room.names.values(), *room.words]
            for room in self.network.of_kind(RoomKind.THEME)
        }
        return self.understanding.choice(text, themes, language)

    async def _item(self, scope: Scope, call: Call, command: Command, text: str) -> str:
        """Find the item that is named or numbered, or else what is shown alone."""
        if item := self.index.named(text) or _taken(command, text):
            return item
        return await _shown(scope, call, command)


def _tells(text: str) -> bool:
    """Tell whether *text* says behind a sign what happened: "I report Kofi, he insults us"."""
    _report, *more = _CLAUSES.split(text)
    return any(size_of(part) >= CLAUSE for part in more)


def _hours(hours: Sequence[int]) -> str:
    return "-".join(map(str, hours))


def _takes_event(command: Command) -> bool:
    """Tell whether *command* is about one of the events to come."""
    if not command.arguments or ListKind.EVENTS not in command.arguments[0].word.lists:
        return False
    return command.arguments[0].required or command.purpose is Purpose.REMIND


def _takes_item(command: Command) -> bool:
    """Tell whether *command* is about one item of the library."""
    arguments = command.arguments
    return bool(arguments) and arguments[0].required and ListKind.FOUND in arguments[0].word.lists


def _taken(command: Command, text: str) -> str:
    """Take what the first word of *command* can be from *text*; a list is opened without one."""
    if not command.arguments or (command.opens and not command.arguments[0].required):
        return ""
    word = command.arguments[0].word
    read: Callable[[str], object] = word.read
    if word.read is str:
        if not word.lists:
            return ""
        read = read_number  # of an entry: its id nobody says in a sentence
    parts = (found for parts in _PARTS for found in parts.finditer(text))
    found = next((part for part in parts if _reads(read, part[0])), None)
    if found is None:
        return ""
    behind = _BEHIND_SIGN.match(text, found.end()) if command.takes_free_words else None
    return f"{found[0]} {behind[1]}" if behind else found[0]


async def _shown(scope: Scope, call: Call, command: Command) -> str:
    """Take the entry that was shown alone last, where a command needs one of its lists."""
    first = command.arguments[0] if command.arguments else None
    if first is None or not first.required or not first.word.lists:
        return ""
    listings = Listings(scope.session)
    row = await listings.alone(call.person_id, call.answers, first.word.lists)
    if row is None and (row := await listings.last(call.person_id, ListKind.OFFERED)) is not None:
        *paths, number = row.ids
        return str(number) if command.path in paths else ""
    return str(row.ids[0]) if row else ""


def _reads(read: Callable[[str], object], said: str) -> bool:
    try:
        read(said)
    except ValueError:
        return False
    return True


def _first(pattern: re.Pattern[str], text: str) -> str:
    found = pattern.search(text)
    return found[0] if found else ""
