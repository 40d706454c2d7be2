"""The one gate for what nobody just asked for: now, after quiet hours, in the digest, or not."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from bot.settings import AttentionSettings
from kit.due import Planned
from kit.listing import read_listing
from kit.notices import WEEK, DigestDue, Notice, Wake, next_digest, quiet_end
from kit.rendering import Rendered
from kit.subject import Subject
from kit.text import Bullets, Node, Paragraphs, Reply, Say, _, n_
from storage.attention import Attention
from storage.dues import Dues
from storage.tables.people import PersonRow
from storage.tables.talk import AttentionRow, NoticeRow, NoticeState

# What would be of use for less than this after the quiet hours is said in them.
SOON = timedelta(hours=2)
MOST_ITEMS, MOST_CHARACTERS = 5, 700


@dataclass(frozen=True, slots=True)
class Letter:
    """A reply to one person, and its text rendered for them, once; of no use after *until*.

    It is wanted *at_once*, or they *asked* for it a moment ago.
    """

    notice: Notice
    reply: Reply
    text: Rendered
    until: datetime | None = None
    at_once: bool = False
    asked: bool = False

    @property
    def said(self) -> Reply:
        """What is sent, at once or when it has waited."""
        return replace(self.reply, body=self.text)

    @property
    def asks(self) -> bool:
        """Whether a yes right after it may be meant for it, or was asked for before it was said."""
        listing = self.reply.listing
        return self.asked or (listing is not None and not listing.alone)

    def presses(self, wake: datetime) -> bool:
        """Tell whether it was asked for and would come too late at *wake*, or is wanted at once."""
        late = self.until is not None and self.until - wake < SOON
        return self.notice.asked_for and (self.at_once or late)

    def row(self, person_id: int, state: NoticeState, since: datetime) -> dict[str, Any]:
        """Describe it as a row of notices; of what was said only that it was is kept."""
        text = {"kind": self.reply.kind, "ids": list(self.reply.ids)}
        shown: dict[str, Any] = {"plain": self.text.plain, "html": self.text.html}
        shown["mentions"] = sorted(self.text.mentions)
        if (listing := self.reply.listing) is not None:
            shown["listing"] = {"kind": listing.word, "ids": list(listing.ids)}
        return {
            "person_id": person_id,
            "notice": self.notice,
            "state": state,
            "since": since,
            "subject": self.reply.subject,
            "text": {} if not state.waits else text | shown,
            "until": self.until,
        }


class Gate:
    """Keeps to the attention people have to give, inside one transaction."""

    def __init__(self, session: AsyncSession, now: datetime, settings: AttentionSettings) -> None:
        """Decide at the moment *now*."""
        self._attention = Attention(session)
        self._dues = Dues(session)
        self._now = now
        self._settings = settings

    async def admits(self, person: PersonRow, letter: Letter) -> bool:
        """Tell whether a letter may be sent now; if not, it waits or is not wanted at all."""
        wishes = await self._attention.wishes(person.id)
        if letter.notice in wishes.switched_off:
            return False
        if letter.notice.can_wait:
            await self._gather(person, wishes, letter)
            return False
        vital = letter.notice.vital
        if wishes.muted and not vital:
            await self._hold(person, letter)
            return False
        wake = self._wakes(person, wishes)
        if wake is None and (
            vital or not await self._attention.waiting(person.id, NoticeState.HELD)
        ):
            return await self._affords(person, wishes, letter)
        if wake is not None and letter.presses(wake):
            return True
        await self._hold(person, letter)
        await self._dues.plan(Wake(person.id), at=wake or self._now)
        return False

    async def publish(self, letters: Callable[[PersonRow], Letter], to: Collection[int]) -> None:
        """Put news into the digests of those members *to* whom it is and who want that kind."""
        rows: list[dict[str, Any]] = []
        digests: list[tuple[Planned, datetime]] = []
        about: set[int] = set()
        for person, wishes in await self._attention.members(to):
            letter = letters(person)
            about.update(letter.reply.about)
            if letter.notice not in wishes.switched_off:
                rows.append(letter.row(person.id, NoticeState.GATHERED, self._now))
                if wishes.digest:
                    digests.append((DigestDue(person.id), next_digest(self._now, person.zone)))
        await self._attention.keep(rows, about)
        await self._dues.plan_all(digests)

    async def veil(self, person: PersonRow, letter: Letter) -> None:
        """Let a letter wait until it is asked for."""
        await self._keep(person, letter, NoticeState.VEILED)

    async def unveil(self, person_id: int) -> list[Reply]:
        """Take out what waited to be asked for and is still of use."""
        waiting = await self._attention.waiting(person_id, NoticeState.VEILED)
        letters = await self._letters(self._useful(waiting))
        await self._attention.drop([row.id for row in waiting])
        return [letter.said for letter in letters]

    async def wake(self, person: PersonRow) -> list[Letter]:
        """Return what was held and may be said now that quiet hours or silence are over."""
        wishes = await self._attention.wishes(person.id)
        if (wake := self._wakes(person, wishes)) is not None:
            await self._dues.plan(Wake(person.id), at=wake)
            return []
        waiting = await self._attention.waiting(person.id, NoticeState.HELD)
        held = [row for row in waiting if not wishes.muted or row.notice.vital]
        letters = await self._letters(self._useful(held))
        await self._attention.drop([row.id for row in held])
        wanted = [letter for letter in letters if letter.notice not in wishes.switched_off]
        said = [each for each in wanted if await self._affords(person, wishes, each)]
        if wishes.digest and await self._attention.waiting(person.id, NoticeState.GATHERED):
            moment = next_digest(self._now, person.zone)
            await self._dues.plan(DigestDue(person.id), at=moment)
        return said

    async def digest(self, person: PersonRow) -> Reply | None:
        """Return the digest if it may be sent now; it counts as one message."""
        wishes = await self._attention.wishes(person.id)
        if wishes.muted or not wishes.digest:
            return None
        said = await self._attention.said(person.id, self._now - WEEK)
        full = len(said) - self._settings.weekly
        wake = self._wakes(person, wishes)
        if wake is not None or full >= 0:
            later = wake or said[full] + WEEK
            await self._dues.plan(DigestDue(person.id), at=later)
            return None
        reply = await self.gathered(person.id)
        if reply is not None:
            letter = Letter(Notice.DIGEST, reply, Rendered("", ""))
            await self._keep(person, letter, NoticeState.SAID)
            await self._dues.plan(DigestDue(person.id), at=next_digest(self._now, person.zone))
        return reply

    async def gathered(self, person_id: int) -> Reply | None:
        """Take the oldest few out of what waits for the digest."""
        waiting = await self._attention.waiting(person_id, NoticeState.GATHERED)
        useful = self._useful(waiting)
        shown, length = useful[:1], 0
        for row in useful[1:MOST_ITEMS]:
            length += len(shown[-1].text["plain"])
            if length + len(row.text["plain"]) > MOST_CHARACTERS:
                break
            shown.append(row)
        about = await self._attention.about([row.id for row in shown])
        over = {row.id for row in waiting} - {row.id for row in useful[len(shown) :]}
        await self._attention.drop(sorted(over))
        if not shown:
            return None
        reply = _together(shown, more=len(useful) > len(shown))
        return replace(reply, about=sorted({person for each in about.values() for person in each}))

    async def retract(self, subject: Subject, person_id: int | None = None) -> set[int]:
        """Forget what waits about a subject, for one person or all; returns who was not told."""
        return await self._attention.retract(subject, person_id)

    async def forget(self, person_id: int) -> None:
        """Forget what waits for others and tells of a person."""
        await self._attention.forget(person_id)

    async def _letters(self, rows: Sequence[NoticeRow]) -> list[Letter]:
        about = await self._attention.about([row.id for row in rows])
        return [_letter(row, about.get(row.id, ())) for row in rows]

    async def _affords(self, person: PersonRow, wishes: AttentionRow, letter: Letter) -> bool:
        """Count a letter that was not asked for; one too many this week goes into the digest."""
        if letter.notice.asked_for:
            return True
        said = await self._attention.said(person.id, self._now - WEEK)
        if len(said) < self._settings.weekly - int(wishes.digest):  # the digest is one as well
            await self._keep(person, letter, NoticeState.SAID)
            return True
        await self._gather(person, wishes, letter)
        return False

    async def _gather(self, person: PersonRow, wishes: AttentionRow, letter: Letter) -> None:
        await self._keep(person, letter, NoticeState.GATHERED)
        if wishes.digest:
            await self._dues.plan(DigestDue(person.id), at=next_digest(self._now, person.zone))

    async def _keep(self, person: PersonRow, letter: Letter, state: NoticeState) -> None:
        about = letter.reply.about if state.waits else ()  # nothing is left of what was said
        await self._attention.keep([letter.row(person.id, state, self._now)], about)

    async def _hold(self, person: PersonRow, letter: Letter) -> None:
        """Let a letter wait, in place of what waits and says the same of its subject."""
        if (subject := letter.reply.subject) is not None:
            waiting = await self._attention.waiting(person.id, NoticeState.HELD)
            same = [row for row in waiting if row.subject == subject]
            await self._attention.drop(
                [row.id for row in same if row.text["kind"] == letter.reply.kind]
            )
        await self._keep(person, letter, NoticeState.HELD)

    def _wakes(self, person: PersonRow, wishes: AttentionRow) -> datetime | None:
        begin, end = wishes.quiet_from, wishes.quiet_until
        if begin is None or end is None:
            begin, end = self._settings.quiet_from, self._settings.quiet_until
        return quiet_end(self._now, person.zone, begin, end)

    def _useful(self, rows: Sequence[NoticeRow]) -> list[NoticeRow]:
        return [row for row in rows if row.until is None or row.until > self._now]


def _text(row: NoticeRow) -> Rendered:
    # What an earlier release held says nothing of mentions.
    return Rendered(row.text["plain"], row.text["html"], frozenset(row.text.get("mentions", ())))


def _letter(row: NoticeRow, about: Sequence[int]) -> Letter:
    text = _text(row)
    held = row.text.get("listing")
    listing = read_listing(held["kind"], held["ids"]) if held else None
    reply = Reply(row.text["kind"], text, row.text["ids"], about, row.subject, listing=listing)
    return Letter(row.notice, reply, text, row.until)


def _together(rows: Sequence[NoticeRow], *, more: bool) -> Reply:
    body: list[Node] = [
        n_("{n} thing you may want to know:", "{n} things you may want to know:", len(rows)),
        Bullets([_text(row) for row in rows]),
        _("{notify} decides what I write about.", notify=Say("notify")),
    ]
    if more:
        body.insert(2, _("Say {more} for the next ones.", more=Say("digest")))
    return Reply("attention.digest", Paragraphs(body), [i for row in rows for i in row.text["ids"]])
