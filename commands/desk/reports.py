"""Tell the moderators of somebody or something; look into it, and say what came of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated
from urllib.parse import quote as escape

from actions.authority import may
from actions.moderation.report_letters import READY, outcome_of
from actions.moderation.reports import (
    UNANSWERED,
    ClaimEnds,
    Escalate,
    Reported,
    Reporting,
    ReportNews,
    ToldOfReport,
)
from commands.desk._feature import feature
from kit.authority import Act
from kit.codes import code, read_code
from kit.command import Call, Rest, Word
from kit.due import Authored, Due
from kit.errors import Conflict, refusal
from kit.listing import Listing, ListKind, read_after, wish_entry
from kit.network import Network
from kit.ports import Post, RoomErrands
from kit.roomkey import SpaceRoom
from kit.target import Target, read_target
from kit.text import (
    Bullets,
    Code,
    Label,
    Link,
    Message,
    Node,
    Numbered,
    Paragraphs,
    Pill,
    Reply,
    Say,
    Series,
    Verbatim,
    _,
    n_,
)
from kit.times import When
from kit.trait import Purpose, Slot, Trait
from kit.words import USER_ID, quote
from language.analysis import tokens
from storage.people import People
from storage.rooms import Rooms
from storage.tables.moderation import ReportRow, ReportState

SHOWN = 5
STATES = {
    ReportState.OPEN: _("nobody has taken it up"),
    ReportState.CLAIMED: _("somebody looks into it"),
    ReportState.CLOSED: _("closed"),
}


@dataclass(frozen=True, slots=True)
class Which:
    """One report by its *number*, or what comes *after* so many in the list of them."""

    number: int = 0
    after: int = 0


FIRST = Which()


def _which(said: str) -> Which:
    try:
        return Which(after=read_after(said))
    except ValueError:
        return Which(read_code(said))


ReportNumber = Annotated[int, Word(_("number"), read=read_code, lists=(ListKind.REPORTS,))]


@feature.command(
    "report",
    summary=_("tell the moderators of somebody or something"),
    act=Act.REPORT,
    weighty=True,
    purpose=Purpose.REPORT,
)
async def report(
    call: Call,
    reporting: Reporting,
    post: Post,
    said: Annotated[str, Rest(_("whom or what, and why"), free=True, slot=Slot.REPORTED)] = "",
) -> None:
    """Take a report in; any answer goes to the direct chat alone, wherever it was said."""
    await reporting.hide(call.room_id, call.event_id)
    said = _from_whom(said)
    found, text = read_target(said, call.room_id, call.answers) or (Target(), said)
    if not said and not call.answers:
        how = _(
            "Tell me here, by a Matrix ID or a link to the message: {example}. Only moderators "
            "learn that it was you. If you answer the message with {report} in its room, others "
            "there see that until I have deleted it.",
            report=Say("report"),
            example=Say("report", "@name:server …"),
        )
        await post.direct(call, Reply("report.how", how))
        return
    try:
        row = await reporting.tell(call.by, found, text, call.now)
    except Conflict as refused:  # what is raised is said where the report was
        await post.direct(call, refusal(refused))
        return
    await post.direct(call, Reply("report.taken", _thanks(row), (code(row.id),)))


def _from_whom(said: str) -> str:
    """Leave out small words before a Matrix ID: "denunciar a @x:server, ..." is about them."""
    found = USER_ID.search(said)
    small = found is not None and all(token.stop for token in tokens(said[: found.start()]))
    return said[found.start() :] if found and small else said


def _thanks(row: ReportRow) -> Node:
    """Say who reads a report; who wrote the message that one is about is asked first."""
    if not (row.about or (row.event_id and row.room)):
        return _(
            "Thank you. This is report {number}. I cannot tell for sure whom it is about, so no "
            "moderator reads it: only the stewards do. Nobody else learns that it was you. I tell "
            "you what comes of it.",
            number=code(row.id),
        )
    thanks = _(
        "Thank you. This is report {number}. The moderators read it, and if none takes it up "
        "within a day, the stewards do. Nobody else learns that it was you. I tell you what "
        "comes of it.",
        number=code(row.id),
    )
    return Paragraphs([thanks, _("No moderator reads it who is named in it.")])


@feature.command(
    "reports",
    summary=_("what became of your reports; for moderators, those that wait"),
    act=Act.LOOK,
    private=True,
    opens=ListKind.REPORTS,
    shows=True,
)
async def reports(
    call: Call,
    reporting: Reporting,
    people: People,
    rooms: Rooms,
    errands: RoomErrands,
    network: Network,
    which: Annotated[Which, Word(_("number"), read=_which, lists=(ListKind.REPORTS,))] = FIRST,
) -> Reply:
    """Tell who reported something how it stands, and moderators what waits; or show one."""
    number = which.number
    mine = await reporting.mine(call.by)
    own = next((row for row in mine if row.id == number), None)
    if own is not None and not may(call.by, Act.HANDLE_REPORTS, own):
        return Reply("report.own", _own(own, call.now), (code(number),))
    if number:
        row = await reporting.look(call.by, number)
        alike = await reporting.alike(call.by, row)
        return await _card(row, alike, people, rooms, errands, network)
    handles = may(call.by, Act.HANDLE_REPORTS)
    waiting = await reporting.waiting(call.by) if handles else ()
    seen = {row.id for each in waiting for row in (each.report, *each.others)}
    mine = [row for row in mine if row.id not in seen][:SHOWN]
    if not waiting and not mine:
        return Reply("report.none", _("No report waits.") if handles else _none_told())
    if len(waiting) <= which.after:
        waiting = ()
    return _list(waiting, len(seen), mine, which.after, call.now)


def _list(
    waiting: Sequence[Reported], total: int, mine: Sequence[ReportRow], start: int, now: datetime
) -> Reply:
    """Show what waits, a page at a time, and below it what the reader told themselves."""
    end = min(start + SHOWN, len(waiting))
    body: list[Node] = []
    if waiting:
        body += [_("Reports that wait: {n}", n=total)]
        body += [Bullets([_with_others(each) for each in waiting[start:end]])]
    if end < len(waiting):
        rest = _("Say {more} for the next ones.", more=Say("more"))
        ids = [code(each.report.id) for each in waiting]
        listing = Listing(ListKind.REPORTS, ids, end)
        return Reply("report.list", Paragraphs([*body, rest]), ids[start:end], listing=listing)
    if mine:
        body += [_("What became of your reports:"), Bullets([_own(row, now) for row in mine])]
    ids = [code(row.id) for row in (*(each.report for each in waiting), *mine)]
    listing = Listing(ListKind.REPORTS, ids)
    return Reply("report.list", Paragraphs(body), ids[start:], listing=listing)


def _with_others(waiting: Reported) -> Node:
    if not waiting.others:
        return _short(waiting.report)
    return n_(
        "{report}; {n} more about them",
        "{report}; {n} more about them",
        len(waiting.others),
        report=_short(waiting.report),
    )


def _none_told() -> Message:
    return _(
        "I know of no report of yours. {report} tells the moderators of somebody or something.",
        report=Say("report"),
    )


def _own(row: ReportRow, now: datetime) -> Message:
    """Tell who reported something how it stands, and nothing of anybody else."""
    return _(
        "{number}: {what} ({when}): {state}",
        number=code(row.id),
        what=Verbatim(quote(row.text)) if row.text else _("a message"),
        when=When(row.at),
        state=_promise(row, now),
    )


def _promise(row: ReportRow, now: datetime) -> Message:
    reminded = row.at + UNANSWERED
    if row.state is ReportState.CLOSED:
        return _("it is closed, and I told you what came of it")
    if not row.untaken:
        return _("a moderator looks into it, and I tell you what comes of it")
    if now < reminded:
        return _(
            "nobody has taken it up yet; if nobody does, I remind the stewards: {when}",
            when=When(reminded),
        )
    return _("nobody has taken it up yet; I reminded the stewards: {when}", when=When(reminded))


def _line(row: ReportRow) -> Node:
    return _("{number}: {when}: {state}", number=code(row.id), when=When(row.at), state=_state(row))


def _short(row: ReportRow) -> Node:
    """Say in one line what a report is about, how old it is, and whether it is in hands."""
    what: Node | None = _("a message") if row.event_id else None
    what = Pill(row.about) if row.about else what
    state, when = _state(row), When(row.at)
    if what is not None and row.text:
        return _(
            "{number}: {what}: {said} ({when}): {state}",
            number=code(row.id),
            what=what,
            said=Verbatim(quote(row.text)),
            when=when,
            state=state,
        )
    return _(
        "{number}: {what} ({when}): {state}",
        number=code(row.id),
        what=what or Verbatim(quote(row.text)),
        when=when,
        state=state,
    )


def _state(row: ReportRow) -> Message:
    return STATES[ReportState.OPEN if row.untaken else row.state]


async def _card(
    row: ReportRow,
    alike: Sequence[ReportRow],
    people: People,
    rooms: Rooms,
    errands: RoomErrands,
    network: Network,
) -> Reply:
    reporter = await people.get(row.reporter_id)
    facts: list[Node] = [_("Reported by {user}", user=Pill(reporter.user_id))]
    if row.about:
        facts.append(_("About {user}", user=Pill(row.about)))
    key = await rooms.space_key(row.room) if row.room is not None else None
    if key is not None and (plan := network.rooms.get(key.slug)) is not None:
        facts.append(_("Room: {room}", room=Label(plan.names)))
    link = await _link(row, key, errands)
    if link is not None:
        facts.append(Link(link, _("The message")))
    if alike:
        numbers = Series([Code(code(each.id)) for each in alike[:SHOWN]])
        facts.append(_("Others about them: {n}, first {numbers}", n=len(alike), numbers=numbers))
    if row.outcome:
        facts.append(_("What came of it: {outcome}", outcome=outcome_of(row.outcome)))
    number = code(row.id)
    said = [Verbatim(row.text)] if row.text else []
    ways = [] if row.state is ReportState.CLOSED else _ways(number, message=link is not None)
    body = Paragraphs([_line(row), *said, Bullets(facts), *ways])
    listing = Listing(ListKind.REPORTS, [number])
    return Reply("report.card", body, (number,), about=[reporter.id], listing=listing)


def _ways(number: str, *, message: bool) -> list[Node]:
    how = _(
        "{claim} takes it up, {close} closes it and tells who reported it what came of it.",
        claim=Say("report claim", number),
        close=Say("report close", f"{number} …"),
    )
    gone = _("{redact} deletes the message.", redact=Say("redact", number))
    return [how, *([gone] if message else [])]


async def _link(row: ReportRow, key: SpaceRoom | None, errands: RoomErrands) -> str | None:
    if key is None or row.event_id is None:
        return None
    link = await errands.link(key)
    return link and link.replace("?via=", f"/{escape(row.event_id, safe='$:')}?via=")


@feature.command(
    "report claim",
    summary=_("take a report up"),
    act=Act.HANDLE_REPORTS,
    private=True,
    weighty=True,
    traits=(Trait.TAKES_ON,),
)
async def claim(call: Call, reporting: Reporting, number: ReportNumber) -> Reply:
    """Let no other moderator take it up."""
    await reporting.claim(call.by, number, call.now)
    said = code(number)
    close = Say("report close", f"{said} …")
    text = _("Report {number} is yours for two days. {close} closes it.", number=said, close=close)
    ends = _("Or say one of these numbers. Who reported it reads that in their language:")
    listing = Listing(
        ListKind.WISHES, [wish_entry("report close", f"{said} {number}") for number in READY]
    )
    body = Paragraphs([text, ends, Numbered([*READY.values()])])
    return Reply("report.claimed", body, (said,), listing=listing)


@feature.command(
    "report close",
    summary=_("close a report, and tell who made it"),
    act=Act.HANDLE_REPORTS,
    private=True,
    weighty=True,
)
async def close(
    call: Call,
    reporting: Reporting,
    number: ReportNumber,
    outcome: Annotated[str, Rest(_("what came of it"), free=True)],
) -> Reply:
    """Tell who reported it what came of it."""
    await reporting.close(call.by, number, outcome, call.now)
    said = code(number)
    text = _("Report {number} is closed, and I have told who made it.", number=said)
    return Reply("report.settled", text, (said,))


@feature.due(Escalate)
async def escalate(due: Due[Escalate], reporting: Reporting) -> None:
    """Remind the stewards."""
    await reporting.escalate(due.what.report, due.now)


@feature.due(ClaimEnds)
async def claim_ends(due: Due[ClaimEnds], reporting: Reporting) -> None:
    """Let it wait for everybody again."""
    await reporting.claim_ends(due.what.report, due.now)


@feature.due(ReportNews)
async def news(due: Due[ReportNews], reporting: Reporting) -> None:
    """Tell a moderator of all that wait."""
    await reporting.news(due.what.person)


feature.mark(ToldOfReport)


@feature.due(Authored)
async def authored(due: Due[Authored], reporting: Reporting) -> None:
    """Put it before the moderators."""
    await reporting.authored(due.what.report, due.what.author, due.now)
