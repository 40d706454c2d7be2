"""Reports of members: taken in, put before the moderators, claimed, closed, and told."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import ClassVar
from urllib.parse import unquote

from actions.authority import Stewards, authorise, may, no_report
from actions.moderation import report_letters
from actions.staff import Staff, unreachable
from kit.authority import Act, Actor, Role
from kit.codes import code
from kit.due import ForPerson, Planned
from kit.errand import FindAuthor, Redact
from kit.errors import Conflict, NotFound
from kit.notices import Notice
from kit.ports import Numbers, Post, RoomErrands
from kit.roomkey import SpaceRoom
from kit.target import Target
from kit.text import Message, Pill, Reply, Say, _
from kit.times import When
from kit.understanding import Understanding
from kit.words import USER_ID, fold
from storage.audits import Audits
from storage.dues import Dues
from storage.people import People
from storage.reports import Reports
from storage.rooms import Rooms
from storage.tables.audit import Audited
from storage.tables.moderation import ReportRow, ReportState
from storage.tables.people import PersonRow

UNANSWERED = timedelta(hours=24)
HANDLED_WITHIN = timedelta(hours=48)  # after which what somebody took up waits again
MOST_OPEN = 5  # reports of one person
HOUR = timedelta(hours=1)
MOST_LETTERS = 5  # to one moderator in an hour; then one tells of all that wait
DAY = timedelta(days=1)
# What a member says whose colleague is held: no word of the case is in it.
COLLEAGUE = "URGENT: a colleague is held or threatened. Please write to me."


@dataclass(frozen=True, slots=True)
class Escalate(Planned):
    """No moderator took up a report for a day."""

    kind: ClassVar[str] = "report.escalate"
    once: ClassVar[bool] = True
    report: int


@dataclass(frozen=True, slots=True)
class ClaimEnds(Planned):
    """A moderator took a report up, and may not have closed it by now."""

    kind: ClassVar[str] = "report.claim_ends"
    report: int


@dataclass(frozen=True, slots=True)
class ToldOfReport(ForPerson):
    """A moderator was told of a report less than an hour ago."""

    kind: ClassVar[str] = "report.told"
    report: int


@dataclass(frozen=True, slots=True)
class ReportNews(ForPerson):
    """More reports came in than a moderator is told of one by one."""

    kind: ClassVar[str] = "report.news"


@dataclass(frozen=True, slots=True)
class Reported:
    """A report that waits, and others about the same person, in the order they are shown."""

    report: ReportRow
    others: Sequence[ReportRow] = ()


@dataclass(frozen=True, slots=True)
class Reporting:
    """What members tell the moderators; nobody else learns who did."""

    people: People
    reports: Reports
    audits: Audits
    rooms: Rooms
    dues: Dues
    stewards: Stewards
    staff: Staff
    errands: RoomErrands
    post: Post
    numbers: Numbers
    understanding: Understanding

    async def hide(self, said_in: str, event_id: str) -> None:
        """Delete what was said in a room to report something: others read along."""
        here = await self.rooms.at(said_in)
        if here is not None and isinstance(here.key, SpaceRoom):
            self.errands.act(here.id, Redact(event_id))

    async def tell(self, by: Actor, target: Target, text: str, now: datetime) -> ReportRow:
        """Put something before the moderators.

        Of a message it is asked first who wrote it: it may be one of those who would be told.
        Nobody reads it who is named in it; if nobody else is for sure, only stewards do.

        Raises:
            Conflict: too many of their reports wait, or there is nobody to tell.
        """
        authorise(by, Act.REPORT)
        if is_urgent(by, text):
            await self._once_a_day(by, now)
        elif await self.reports.open_of(by.id) >= MOST_OPEN:
            raise Conflict(
                _("{most} reports of yours wait. I tell you what comes of them.", most=MOST_OPEN)
            )
        room = await self.rooms.at(target.room_id) if target.room_id else None
        in_space = room is not None and isinstance(room.key, SpaceRoom)
        # What is said in a chat of two with the hub is nobody's but theirs.
        event = target.event_id if room is None or in_space else ""
        row = ReportRow(
            id=await self._number(),
            state=ReportState.OPEN,
            reporter_id=by.id,
            room=room.id if room else None,
            event_id=event or None,
            about=target.user_id or ("" if event else _named(text, by)),
            text=text,
            at=now,
        )
        if not await self.staff.who_may(Act.HANDLE_REPORTS, now, None if event and room else row):
            raise Conflict(unreachable())
        await self.reports.add(row)
        if event and room is not None:
            self.errands.act(room.id, FindAuthor(event, row.id))
        else:
            await self._announce(row, now, at_once=is_urgent(by, text))
        await self.dues.plan(Escalate(row.id), at=now + UNANSWERED)
        return row

    async def _number(self) -> int:
        """Draw a number that says nothing of how much is reported."""
        number = self.numbers.draw()
        while await self.reports.get(number) is not None:
            number = self.numbers.draw()
        return number

    async def authored(self, number: int, author: str, now: datetime) -> None:
        """Put a report before the moderators, now that it is known whose message it is about."""
        row = await self.reports.get(number)
        if row is not None:
            row.about = author
            await self._announce(row, now)

    async def _once_a_day(self, by: Actor, now: datetime) -> None:
        """Raise Conflict where a member said within a day that a colleague is held."""
        for row in await self.reports.by(by.id):
            if row.text == COLLEAGUE and row.at > now - DAY:
                raise Conflict(
                    _(
                        "The stewards know since {when} that a colleague of yours is held or "
                        "threatened. {reports} shows what became of it.",
                        when=When(row.at),
                        reports=Say("reports"),
                    )
                )

    async def _announce(self, row: ReportRow, now: datetime, *, at_once: bool = False) -> None:
        """Tell those who may read a report; *at_once* however many others wait."""
        for person in await self.staff.who_may(Act.HANDLE_REPORTS, now, row):
            told_it = person.id == row.reporter_id
            if not told_it or self.stewards.actor(person).role is Role.STEWARD:
                letter = report_letters.reported(row)
                if at_once:
                    await self.post.notify(person.id, Notice.DUTIES, letter)
                else:
                    await self._tell(person, row, letter, now)

    async def _tell(
        self, moderator: PersonRow, row: ReportRow, letter: Reply, now: datetime
    ) -> None:
        """Tell a moderator of a report; of many at once they are told in one letter, an hour on."""
        if await self.dues.count(ToldOfReport, moderator.id) < MOST_LETTERS:
            await self.dues.plan(ToldOfReport(moderator.id, row.id), at=now + HOUR)
            await self.post.notify(moderator.id, Notice.DUTIES, letter)
        elif not await self.dues.waits(ReportNews, person=moderator.id):
            await self.dues.plan(ReportNews(moderator.id), at=now + HOUR)

    async def news(self, person_id: int) -> None:
        """Tell a moderator in one letter how many reports wait that nobody took up."""
        moderator = self.stewards.actor(await self.people.get(person_id))
        if may(moderator, Act.HANDLE_REPORTS):
            waiting = [row for row in await self._seen(moderator) if row.untaken]
            if waiting:
                letter = report_letters.reports_wait(len(waiting))
                await self.post.notify(person_id, Notice.DUTIES, letter)

    async def _seen(self, by: Actor) -> list[ReportRow]:
        waiting = await self.reports.waiting()
        return [row for row in waiting if may(by, Act.HANDLE_REPORTS, row)]

    async def waiting(self, by: Actor) -> Sequence[Reported]:
        """List what waits, but for what is about the one who asks; one entry for each person.

        What nobody took up comes first. Of what somebody reported the first comes before the second
        of anybody else, then what is newest: so nobody hides what others report by reporting much.
        """
        authorise(by, Act.HANDLE_REPORTS)
        seen, told = await self._seen(by), Counter[int]()
        places: dict[int, int] = {}
        for row in seen:
            places[row.id] = told[row.reporter_id]
            told[row.reporter_id] += 1
        seen.sort(key=lambda row: (row.at, row.id), reverse=True)
        seen.sort(key=lambda row: (not row.untaken, places[row.id]))
        found: dict[str | int, list[ReportRow]] = {}
        for row in seen:
            found.setdefault(fold(row.about) or row.id, []).append(row)
        return [Reported(first, others) for first, *others in found.values()]

    async def alike(self, by: Actor, row: ReportRow) -> Sequence[ReportRow]:
        """List what else waits about the same person."""
        waiting = await self.waiting(by)
        them = next((each for each in waiting if row in (each.report, *each.others)), Reported(row))
        return [each for each in (them.report, *them.others) if each is not row]

    async def mine(self, by: Actor) -> Sequence[ReportRow]:
        """List what the one who asks told, the newest first."""
        authorise(by, Act.REPORT)
        return await self.reports.by(by.id)

    async def look(self, by: Actor, number: int) -> ReportRow:
        """Return one report; raises NotFound, also to whom it is about."""
        authorise(by, Act.HANDLE_REPORTS)
        row = await self.reports.get(number)
        if row is None:
            raise NotFound(no_report(number))
        authorise(by, Act.HANDLE_REPORTS, row)
        return row

    async def message(self, by: Actor, number: int) -> Target | None:
        """Return the message of a room that a report is about; raises NotFound as ``look`` does."""
        row = await self.look(by, number)
        rooms = await self.rooms.network_rooms() if row.event_id else ()
        room = next((each.room_id for each in rooms if each.id == row.room), None)
        return Target(room_id=room, event_id=row.event_id) if room and row.event_id else None

    async def claim(self, by: Actor, number: int, now: datetime) -> None:
        """Take a report up, so that no other moderator does while who took it up is one.

        What is not closed within two days of that waits for everybody again, however often it is
        said meanwhile.

        Raises:
            Conflict: another moderator has, or it is closed.
            NotFound: there is no such report.
        """
        row = await self.look(by, number)
        if row.state is ReportState.CLOSED:
            raise Conflict(_closed(number))
        if (other := await self._in_hand(by, row)) is not None:
            raise Conflict(
                _(
                    "{user} has taken report {number} up. Ask them, or close it: they are told.",
                    user=Pill(other.user_id),
                    number=code(number),
                )
            )
        if row.claimed_by_id == by.id:
            return
        row.state, row.claimed_by_id = ReportState.CLAIMED, by.id
        await self.dues.cancel(ClaimEnds, report=number)
        await self.dues.plan(ClaimEnds(number), at=now + HANDLED_WITHIN)

    async def claim_ends(self, number: int, now: datetime) -> None:
        """Let a report wait for everybody again that somebody took up and did not close.

        They are told, and so is who is reminded of what nobody takes up.
        """
        row = await self.reports.get(number)
        if row is None or row.state is not ReportState.CLAIMED or row.claimed_by_id is None:
            return
        claimant, row.state, row.claimed_by_id = row.claimed_by_id, ReportState.OPEN, None
        await self.audits.note(Audited.REPORT_LAPSE, now, by=claimant, number=number)
        letter = report_letters.claim_over(row)
        if may(self.stewards.actor(await self.people.get(claimant)), Act.HANDLE_REPORTS, row):
            await self.post.notify(claimant, Notice.DUTIES, letter)
        for steward in await self.staff.who_may(Act.HEAR_APPEALS, now, row):
            if steward.id != claimant:
                await self._tell(steward, row, report_letters.not_closed(row), now)

    async def _in_hand(self, by: Actor, row: ReportRow) -> PersonRow | None:
        """Return who else has taken a report up, and may still look into it."""
        if row.claimed_by_id in {None, by.id}:
            return None
        person = await self.people.get(row.claimed_by_id)
        return person if may(self.stewards.actor(person), Act.HANDLE_REPORTS, row) else None

    async def close(self, by: Actor, number: int, outcome: str, now: datetime) -> None:
        """Close a report, and tell who made it what came of it.

        Raises:
            Conflict: it is closed already.
            NotFound: there is no such report.
        """
        row = await self.look(by, number)
        if row.state is ReportState.CLOSED:
            raise Conflict(_closed(number))
        if (other := await self._in_hand(by, row)) is not None:
            reply = report_letters.report_closed_by(by, row, outcome)
            await self.post.notify(other.id, Notice.DUTIES, reply)
        row.state, row.claimed_by_id, row.outcome = ReportState.CLOSED, by.id, outcome
        await self.audits.note(Audited.REPORT_CLOSE, now, by=by.id, number=row.id)
        reporter = await self.people.get(row.reporter_id)
        spoken = self.understanding.written_in(outcome) or (await self.people.get(by.id)).language
        told = report_letters.report_closed(
            row, outcome, spoken if spoken != reporter.language else None
        )
        await self.post.notify(row.reporter_id, Notice.STANDING, told)

    async def escalate(self, number: int, now: datetime) -> None:
        """Remind the stewards of a report that no moderator took up."""
        row = await self.reports.get(number)
        if row is None or not row.untaken:
            return
        for steward in await self.staff.who_may(Act.HEAR_APPEALS, now, row):
            await self._tell(steward, row, report_letters.report_unanswered(row), now)


def is_urgent(by: Actor, text: str) -> bool:
    """Tell whether a member says that a colleague is held: nobody else is told of without delay."""
    return text == COLLEAGUE and by.role.may(Role.MEMBER)


def _named(text: str, by: Actor) -> str:
    """Return the first Matrix ID that somebody wrote besides their own, "" if there is none."""
    found = USER_ID.findall(unquote(text))
    return next((each for each in found if fold(each) != fold(by.user_id)), "")


def _closed(number: int) -> Message:
    return _("Report {number} is closed already.", number=code(number))
