"""Which entry of a list somebody means by a number, or by its place: "2", "the second one"."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

from bot.talk.dialogues import Standing
from bot.talk.hearing import Heard
from bot.talk.scope import Scope
from bot.talk.taken import Match
from bot.talk.wishing import Consent, Wishing
from bot.talk.wording import without_reason
from kit.command import Command
from kit.errors import NotFound, NotUnderstood
from kit.inbound import Reaction, TextMessage
from kit.listing import ListKind, after, read_kind, read_wish
from kit.table import CommandTable
from kit.text import Say, _
from kit.trait import Purpose
from kit.words import is_han, number
from storage.listings import WAITS, Listings, answer_in, entry
from storage.measures import Measures
from storage.tables.moderation import MeasureState
from storage.tables.talk import ListingRow

MOST = 10  # entries that are counted in words
LAST = 0
MOST_THIS = 4  # words that "this one" has in any language
_OWN = (ListKind.ASKED, ListKind.WISHES)  # what a yes may answer that they were asked in their talk


class Pointing:
    """Knows how the entries of a list are counted in each language."""

    def __init__(
        self,
        table: CommandTable,
        ways: Callable[[str], set[str]],
        wishing: Wishing,
    ) -> None:
        """Learn the *ways* to say each place; *wishing* offers lists of wishes."""
        self._table = table
        self._wishing = wishing
        self._around = table.around
        self._kinds = [ListKind.WISHES, *{command.opens for command in table if command.opens}]
        self._show = table.opener(ListKind.FOUND)
        self._places = {
            way: place for place in range(1, MOST + 1) for way in ways(f"entry {place}")
        }
        self._places |= dict.fromkeys(ways("entry last"), LAST)
        self._this = ways("entry this")

    def place(self, text: str) -> int | None:
        """Read "the second one", "第二个"; returns its place from 1, or LAST."""
        cores = self._around.cores(text)
        return next((self._places[core] for core in cores if core in self._places), None)

    def counts(self, text: str) -> bool:
        """Tell whether *text* ends with one of several: "delete the first one"."""
        words = text.split()
        ends = (
            " ".join(words[place:]) for place in range(max(0, len(words) - MOST_THIS), len(words))
        )
        han = (way for way in self._places if is_han(way))
        return any(self.place(end) is not None for end in ends) or any(way in text for way in han)

    def digits(self, text: str) -> str:
        """Write "the second one" as 2, and leave everything else as it is."""
        return str(place) if (place := self.place(text)) else text

    async def entry(self, scope: Scope, heard: Heard, *, asked: bool) -> Match | None:
        """Find the command that opens what *heard* points at, in the list it answers or the last.

        While something is *asked*, only an answer to a list points at one.

        Raises:
            NotFound: it answers a list of before, in a chat with the hub.
        """
        if self._after_this(heard.text) == "":
            return None if asked else await self._shown(scope, heard)
        place, said = self.place(heard.text), self._number(heard.text)
        if place is None and said is None:
            return None
        row = await self._list(scope, heard, asked=asked)
        return self._opened(row, place, said) if row is not None else None

    def _opened(self, row: ListingRow, place: int | None, said: int | None) -> Match | None:
        """Find the command that opens the entry of a list at a *place*, or by the number *said*."""
        if row.kind == ListKind.WISHES:
            chosen = entry(row, place or said or row.shown)
            return self._wishing.offered(chosen) if chosen else None
        command = self._table.opener(row.kind)
        if command is None:
            return None
        if said is not None:
            # What has a number of its own is called by it.
            return command, str(said) if str(said) in row.ids else entry(row, said) or str(said)
        return command, self._at(row, place or LAST)

    async def counted(self, scope: Scope, heard: Heard, match: Match, *, asked: bool) -> Match:
        """Put the entry that is meant in place of "the second one" or "this" after a command.

        While nothing is *asked*, a command that lacks its entry means what was shown last.
        "Show 2" is of the list that was shown last, whatever its kind.
        """
        stopped = None if asked else await self._stopped(scope, heard, match)
        page = await self._next_page(scope, heard, match[0])
        this = stopped or page or await self._with_this(scope, heard, match, asked=asked)
        if this is not None:
            return this
        command, rest = match
        if not rest or not command.arguments or command.takes_free_words:
            return match
        place, said = self.place(rest), self._number(rest)
        if (other := await self._of_another(scope, heard, command, place, said)) is not None:
            return other
        lists = command.arguments[0].word.lists
        if place is None or not lists:
            return match if said is None else (command, str(said))
        row = await Listings(scope.session).last(heard.person.id, *lists)
        if row is not None:
            return command, self._at(row, place)
        # Of one there is no other; of several the command asks which.
        only = place in {LAST, 1} and not command.arguments[0].required
        return command, "" if only else str(place)

    async def _next_page(self, scope: Scope, heard: Heard, command: Command) -> Match | None:
        """Find what shows the rest of the list that was shown last, if that is no search."""
        if command.purpose is not Purpose.MORE:
            return None
        row = await Listings(scope.session).last(heard.person.id)
        kind = read_kind(row.kind) if row is not None and row.shown < len(row.ids) else None
        opener = self._table.opener(kind) if kind not in {None, ListKind.FOUND} else None
        return (opener, after(row.shown)) if row is not None and opener is not None else None

    async def _stopped(self, scope: Scope, heard: Heard, match: Match) -> Match | None:
        """Take "cancel", "stop that" right after a measure was agreed to for its end.

        Nothing is taken back that has begun: who says so may only mean what they read.
        """
        command, rest = match
        undo = self._table.of(Purpose.UNDO)
        cancels = command.purpose is Purpose.CANCEL
        if not cancels or undo is None or (rest and self._after_this(rest) != ""):
            return None
        listings = Listings(scope.session)
        row = await listings.alone(heard.person.id, heard.answers, [ListKind.MEASURES])
        if row is None or not await listings.is_last_word([row.said], heard.room.id):
            return None
        measure = await Measures(scope.session).get(int(row.ids[0]))
        waits = measure is not None and measure.state is MeasureState.AGREED
        return (undo, str(row.ids[0])) if waits else None

    async def _of_another(
        self, scope: Scope, heard: Heard, command: Command, place: int | None, said: int | None
    ) -> Match | None:
        """Find what "show" opens if the list it is about is no search."""
        if command is not self._show or (place is None and said is None):
            return None
        listings = Listings(scope.session)
        row = await listings.answered(heard.person.id, heard.answers, self._kinds)
        return None if row is None or row.kind == command.opens else self._opened(row, place, said)

    async def agreed(
        self,
        scope: Scope,
        heard: Heard,
        consent: Consent,
        *,
        asked: Standing | None = None,
        answers: bool = False,
    ) -> Match | None:
        """Read a yes or no to what the hub asked, or to the one wish it offered, in its last words.

        After a plain no to what was asked a reason may follow. What the hub asked before the
        question that is *asked* now is not meant. What came unasked is not meant either while that
        is open, if the message *answers* it, or while something else is that they wished for.
        Of several offers a command that can do without a number asks which.

        Raises:
            NotUnderstood: it is not sure what is meant, such as where the hub has said something
                else since it asked.
        """
        language = heard.person.language
        yes = consent(heard.text, language)
        refuses = consent(without_reason(heard.text), language) is False
        if yes is None and not refuses:
            return None
        listings = Listings(scope.session)
        row = last = await listings.last(heard.person.id, *_OWN, ListKind.OFFERED)
        after = asked.messages if asked else ()
        if last is None or (after and not await listings.is_after(last, after)):
            return None
        if last.kind == ListKind.OFFERED:
            if asked and answers and await self._came_upon(listings, last, asked.row.updated_at):
                return None
            row = None if asked else await self._meant(listings, heard, last)
        if row is None or not await listings.is_last_word([last.said], heard.room.id):
            await self._refuse_late(scope, listings, last, yes=yes)
            return None
        match: Match | None = None
        if row.kind != ListKind.WISHES:
            match = self._table.match(answer_in(row, yes=bool(yes)))
            if match and row.kind == ListKind.OFFERED and _asks_which(match[0]):
                match = match[0], ""
            await listings.drop(row)
        elif len(row.ids) == 1 and yes is not None:
            kept = self._table.of(Purpose.KEPT)
            refused = None if kept is None else (kept, "")
            match = self._wishing.offered(row.ids[0]) if yes else refused
            await listings.drop(row)
        return match

    async def _refuse_late(
        self, scope: Scope, listings: Listings, last: ListingRow, *, yes: bool | None
    ) -> None:
        """Raise what says how to answer *last*, before which something else was said.

        A no to what was merely offered, or a yes an hour later, may be about anything.
        """
        if yes is not None and last.kind != ListKind.WISHES:
            raise self._late(last)
        said_at = await listings.said_at(last) if yes and len(last.ids) == 1 else None
        if said_at is None or scope.now - said_at > WAITS:
            return
        path, rest = read_wish(str(last.ids[0]))
        raise NotUnderstood(
            _(
                "I have said other things since I asked that. Say {yes} for a yes.",
                yes=Say(path, rest),
            )
        )

    async def _meant(
        self, listings: Listings, heard: Heard, offered: ListingRow
    ) -> ListingRow | None:
        """Find what a yes answers after something was *offered* unasked; None if it is not sure.

        Nobody else can make a yes mean something else, by bringing an offer in between.
        """
        own = await listings.last(heard.person.id, *_OWN)
        said_at = await listings.said_at(own) if own else None
        if own is None or said_at is None:
            return offered
        if not await self._came_upon(listings, offered, said_at):
            return offered
        plain = own.kind == ListKind.ASKED or len(own.ids) == 1
        directly = await listings.said_before(offered, heard.room.id) == own.said
        return own if plain and directly else None

    @staticmethod
    async def _came_upon(listings: Listings, offered: ListingRow, asked_at: datetime) -> bool:
        """Tell whether something was *offered* while another question could still be answered."""
        came_at = await listings.said_at(offered)
        return came_at is not None and came_at - asked_at <= WAITS

    def _late(self, row: ListingRow) -> NotUnderstood:
        """Say how to answer what the hub asked before it said something else, or what it offered.

        What was offered is called by its number.
        """
        *commands, number = row.ids if row.kind == ListKind.OFFERED else [*row.ids, ""]
        yes, no = (
            Say(command.path, f"{rest} {number}".strip())
            for command, rest in filter(None, map(self._table.match, commands))
        )
        text = _(
            "I have said other things since I asked that. Say {yes} for a yes, or {no} for a no.",
            yes=yes,
            no=no,
        )
        return NotUnderstood(text)

    async def _with_this(
        self, scope: Scope, heard: Heard, match: Match, *, asked: bool
    ) -> Match | None:
        command, rest = match
        if not command.arguments or not (lists := command.arguments[0].word.lists):
            return None
        after = self._after_this(rest)
        if after is None and (rest or asked or not command.arguments[0].required):
            return None
        listings = Listings(scope.session)
        alone = await listings.alone(heard.person.id, heard.answers, lists)
        of_others = alone is not None and alone.kind in ListKind.EVENTS.words and not heard.answers
        if alone and of_others and await listings.came_between(alone):
            return match
        return (command, f"{entry(alone, 1)} {after or ''}".strip()) if alone else match

    async def _shown(self, scope: Scope, heard: Heard) -> Match | None:
        listings = Listings(scope.session)
        row = await listings.alone(heard.person.id, heard.answers, self._kinds)
        if row is None:
            return None
        if row.kind == ListKind.WISHES:
            return self._wishing.offered(str(row.ids[0]))
        kind = read_kind(row.kind)
        command = self._table.opener(kind) if kind else None
        return (command, str(row.ids[0])) if command else None

    def _after_this(self, text: str) -> str | None:
        """Return what follows "this one" at the beginning of *text*; None if it is not there."""
        words = text.split()
        for size in range(min(len(words), MOST_THIS), 0, -1):
            if not self._this.isdisjoint(self._around.cores(" ".join(words[:size]))):
                return " ".join(words[size:])
        return None

    async def in_need(self, scope: Scope, heard: Heard) -> Sequence[str]:
        """Give the country of who was told lately where to look for a lawyer, then what was told.

        A member is at work again as soon as the hub has said something else.
        """
        listings = Listings(scope.session)
        row = await listings.recent(heard.person.id, ListKind.NEED, scope.now)
        if row is None:
            return ()
        last = not heard.person.is_member or await listings.is_last_word([row.said], heard.room.id)
        return [*map(str, row.ids)] if last else ()

    async def reacted(self, scope: Scope, heard: Heard, consent: Consent) -> Match | None:
        """Read a sign set to what the hub asked, as long as that is its last word, as yes or no."""
        said, listings, who = heard.said, Listings(scope.session), heard.person.id
        row = await listings.said_in(said.to, who) if isinstance(said, Reaction) else None
        asked = row is not None and row.kind in {ListKind.ASKED, ListKind.OFFERED}
        if row is None or not asked or row.person_id != who:
            return None
        yes = consent(heard.text, heard.person.language)
        if yes is None or not await listings.is_last_word([row.said], heard.room.id):
            return None
        return self._table.match(answer_in(row, yes=yes))

    def _number(self, text: str) -> int | None:
        cores = self._around.cores(text)
        return next((found for core in cores if (found := number(core)) is not None), None)

    @staticmethod
    def _at(row: ListingRow, place: int) -> str:
        place = place or row.shown
        return entry(row, place) or str(place)

    async def _list(self, scope: Scope, heard: Heard, *, asked: bool) -> ListingRow | None:
        listings, said = Listings(scope.session), heard.said
        if not (isinstance(said, TextMessage) and said.replies):
            return None if asked else await listings.last(heard.person.id, *self._kinds)
        row = await listings.said_in(said.replies, heard.person.id)
        if row is None and heard.direct and not asked:
            raise NotFound(_("I no longer know that list. Please ask for it once more."))
        return row


def _asks_which(command: Command) -> bool:
    """Tell whether a command can do without a number: of several it asks which one."""
    return bool(command.arguments) and not command.arguments[0].required
