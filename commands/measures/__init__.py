"""Warn, mute, remove and ban in all rooms of the Space, delete messages, and take it back."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

from actions.moderation import letters
from actions.moderation.appeal_letters import appeal_of
from actions.moderation.enforcement import Enforcement, Expire, Settle, WatchMeasure
from actions.moderation.lifting import LetIn, LetSpeak
from actions.moderation.measures import Begin, Beginning, Moderation
from actions.moderation.naming import Naming
from actions.moderation.reports import Reporting
from actions.rooms.visits import RoomFinder
from commands.measures import appealing, lockdown
from commands.measures._feature import feature
from commands.measures._times import times
from commands.measures._whom import bounded, whom_to
from kit.authority import Act
from kit.codes import code, read_code
from kit.command import Call, Rest, Word
from kit.due import Due, RoomMade, Surveyed
from kit.errors import Conflict, Incomplete, NotFound
from kit.listing import Listing, ListKind, wish_entry
from kit.table import CommandTable
from kit.target import Target
from kit.text import Bullets, Message, Node, Paragraphs, Pill, Reply, Say, _, n_
from kit.times import When
from kit.trait import Purpose, Trait
from kit.words import read_number, read_somebody, read_which
from storage.measures import Measures
from storage.people import People
from storage.tables.moderation import Measure, MeasureRow, MeasureState

__all__ = ["appealing", "feature", "lockdown"]

SHOWN = 5
MOST = 10  # of one person
# Where a length of time may stand before the reason; a removal has none, and says so.
TIMED = frozenset({Measure.MUTE, Measure.REMOVE, Measure.BAN})
_ON_REPORTED = frozenset({Measure.MUTE, Measure.REMOVE, Measure.REDACT})

Said = Annotated[str, Rest(_("whom, why"), free=True, person=True)]
MeasureNumber = Annotated[int, Word(_("number"), read=read_number, lists=(ListKind.MEASURES,))]


def _declare(kind: Measure, summary: Message) -> None:
    async def asked(
        call: Call,
        moderation: Moderation,
        finder: RoomFinder,
        naming: Naming,
        reporting: Reporting,
        table: CommandTable,
        said: Said = "",
    ) -> Reply:
        reported = await _reported(call, reporting, said) if kind is Measure.REDACT else None
        whom, rest = (reported, "") if reported else await whom_to(call, kind, said, naming)
        span, reason = None, rest
        if kind in TIMED or (kind is Measure.REDACT and whom.user_id):
            whom, span, reason = bounded(finder, kind, whom, rest, call.language)
        since, until = times(kind, whom, span, call.now)
        reason = "" if table.is_polite(reason) else reason
        if not reason and kind not in {Measure.UNBAN, Measure.REDACT}:
            usage = Say(kind.value, f"{whom.user_id} …".strip())
            raise Incomplete(_("Please say why, too: they are told. Say: {usage}", usage=usage))
        await moderation.propose(call.by, kind, whom, reason, call.now, since=since, until=until)
        text = _("I look into the rooms of the Space, and then show you what I would do.")
        return Reply("measure.looking", text)

    traits = (Trait.ACTS_ON_REPORTED,) if kind in _ON_REPORTED else ()
    feature.command(kind.value, summary=summary, act=Act.MODERATE, private=True, traits=traits)(
        asked
    )


async def _reported(call: Call, reporting: Reporting, said: str) -> Target | None:
    """Read the number of a report whose message is meant; None if it is none.

    Raises:
        Conflict: it is about no message of a room.
        NotFound: there is no such report.
    """
    try:
        number = read_code(said)
    except ValueError:
        return None
    if (message := await reporting.message(call.by, number)) is None:
        raise Conflict(_("Report {number} is about no message of a room.", number=code(number)))
    return message


_declare(Measure.WARN, _("warn somebody"))
_declare(Measure.MUTE, _("mute somebody in all rooms"))
_declare(Measure.REMOVE, _("take somebody out of all rooms"))
_declare(Measure.BAN, _("ban somebody from all rooms"))
_declare(Measure.UNBAN, _("lift a ban that was set by hand"))
_declare(Measure.REDACT, _("delete messages"))


@feature.command("carry out", summary=_("do what a measure says"), act=Act.MODERATE, private=True)
async def carry_out(call: Call, moderation: Moderation, number: MeasureNumber) -> Reply:
    """Agree to a measure; said once more, the minute is over."""
    agreed, said = await moderation.agree(call.by, number, call.now), str(number)
    this = Listing.card(ListKind.MEASURES, said)
    if agreed is Beginning.SHOWN_AGAIN:
        text = _("I showed you that a while ago. I look again, and then show you what I would do.")
        return Reply("measure.looking", text, (said,))
    if agreed is Beginning.AT_ONCE:
        text = _("I do it now, and tell you when it is done.")
        return Reply("measure.begun", text, (said,), listing=this)
    text = _(
        "I do it in a minute. {undo} stops it. If it cannot wait, say {carry_out} once more.",
        undo=Say("undo", said),
        carry_out=Say("carry out", said),
    )
    return Reply("measure.agreed", text, (said,), listing=this)


@feature.command(
    "undo",
    summary=_("take a measure back"),
    act=Act.UNDO,
    private=True,
    weighty=True,
    purpose=Purpose.UNDO,
)
async def undo(
    call: Call,
    moderation: Moderation,
    naming: Naming,
    enforcement: Enforcement,
    which: Annotated[
        int | str,
        Word(_("number or Matrix ID"), read=read_which, lists=(ListKind.MEASURES,), person=True),
    ],
    shown: Annotated[int, Word(_("how many"), read=read_number)] = 0,
) -> Reply:
    """Undo one measure, or as many as were *shown* of those that a moderator decided.

    Whose are more by then, they are shown once more.
    """
    if isinstance(which, str):
        who = await naming.full(call.by, which)
        decided = await moderation.to_undo(call.by, who)
        if len(decided) != shown:
            return await _to_undo(who, decided, enforcement)
        return _undoing(await moderation.undo_all_of(call.by, who, call.now))
    return _undoing([await moderation.undo(call.by, which, call.now)])


@feature.command(
    "lift mute",
    summary=_("let somebody write again"),
    act=Act.UNDO,
    private=True,
    weighty=True,
)
async def lift_mute(
    call: Call,
    moderation: Moderation,
    naming: Naming,
    user: Annotated[str, Word(_("Matrix ID"), read=read_somebody, person=True)],
) -> Reply:
    """Undo the mutes of somebody, whoever decided them."""
    mutes = frozenset({Measure.MUTE})
    who = await naming.full(call.by, user)
    return _undoing(await moderation.lift(call.by, who, mutes, call.now))


async def _to_undo(user_id: str, rows: Sequence[MeasureRow], enforcement: Enforcement) -> Reply:
    """Show what would be taken back of what a moderator decided, before it is."""
    heading = n_(
        "{user} decided {n} measure that can be taken back:",
        "{user} decided {n} measures that can be taken back. The latest:",
        len(rows),
        user=Pill(user_id),
    )
    latest = await _lines([*reversed(rows)][:SHOWN], enforcement)
    ask = _(
        "Shall I take back all of them? Answer yes or no. Who is muted or banned by them may write "
        "and come back then."
    )
    body = Paragraphs([heading, Bullets(latest), ask])
    listing = Listing(ListKind.WISHES, [wish_entry("undo", f"{user_id} {len(rows)}")])
    return Reply("measure.undo_all", body, listing=listing)


def _undoing(rows: Sequence[MeasureRow]) -> Reply:
    """Say which measures are taken back, and which were only waiting."""
    ids = [str(row.id) for row in rows]
    at_once = {MeasureState.DROPPED: _dropped, MeasureState.UNDONE: _let_links}
    stopped: list[Node] = [at_once[row.state](row) for row in rows if row.state in at_once]
    undone = [str(row.id) for row in rows if row.state not in at_once]
    if not undone:
        return Reply("measure.dropped", Paragraphs(stopped), ids)
    if len(undone) == 1:
        text = _("I take measure {number} back, and tell you when that is done.", number=undone[0])
    else:
        text = n_(
            "I take back {n} measure, and tell you when that is done.",
            "I take back {n} measures, and tell you when each is done.",
            len(undone),
        )
    return Reply("measure.undoing", Paragraphs([text, *stopped]), ids)


def _dropped(row: MeasureRow) -> Message:
    return _("Measure {number} is dropped. Nothing has changed.", number=row.id)


def _let_links(_row: MeasureRow) -> Message:
    return _("From now on links of theirs stay. What was deleted does not come back.")


STATES = {
    MeasureState.LOOKING: _("I look where they are"),
    MeasureState.SHOWN: _("waits for a yes"),
    MeasureState.AGREED: _("begins within a minute"),
    MeasureState.DOING: _("is being carried out"),
    MeasureState.DONE: _("is carried out"),
    MeasureState.UNDOING: _("is being taken back"),
    MeasureState.UNDONE: _("is taken back"),
    MeasureState.DROPPED: _("was dropped"),
}


@feature.command(
    "measures",
    summary=_("what was decided"),
    act=Act.MODERATE,
    private=True,
    opens=ListKind.MEASURES,
    shows=True,
)
async def measures(
    call: Call,
    measures: Measures,
    people: People,
    enforcement: Enforcement,
    naming: Naming,
    which: Annotated[
        int | str,
        Word(_("number or Matrix ID"), read=read_which, lists=(ListKind.MEASURES,), person=True),
    ] = 0,
) -> Reply:
    """List the latest, or those about somebody, or show one."""
    if isinstance(which, str):
        return await _history(await naming.full(call.by, which), measures, people, enforcement)
    if which:
        row = await measures.get(which)
        if row is None or row.person_id is None:
            raise NotFound(_("I know of no measure {number}.", number=which))
        return await _card(row, people, enforcement)
    rows = await measures.latest(SHOWN)
    return await _list(rows, enforcement, _("No moderator decided anything yet."))


@feature.command(
    "measures now", summary=_("who is muted or banned"), act=Act.MODERATE, private=True, shows=True
)
async def now(call: Call, measures: Measures, enforcement: Enforcement) -> Reply:
    """List what holds at this moment, the newest first."""
    rows = await measures.holding(SHOWN)
    return await _list(rows, enforcement, _("Nobody is muted, removed or banned by a measure."))


@feature.command(
    "measures mine", summary=_("what you decided"), act=Act.MODERATE, private=True, shows=True
)
async def mine(call: Call, measures: Measures, enforcement: Enforcement) -> Reply:
    """List what the one who asks decided, the newest first."""
    rows = await measures.latest(SHOWN, by_id=call.person_id)
    return await _list(rows, enforcement, _("You decided nothing yet."))


async def _history(
    user_id: str, measures: Measures, people: People, enforcement: Enforcement
) -> Reply:
    """List what was decided about somebody, the newest first."""
    person = await people.find(user_id)
    rows = await measures.latest(MOST, about=person.id) if person else ()
    if not rows:
        return Reply("measure.none", _("I know of no measure about {user}.", user=Pill(user_id)))
    told = zip(rows, await _lines(rows, enforcement), strict=True)
    lines: list[Node] = [
        _("{when}: {measure}", when=When(row.at), measure=line) for row, line in told
    ]
    heading = _("Decided about {user}, the latest first:", user=Pill(user_id))
    ids = [str(row.id) for row in rows]
    listing = Listing(ListKind.MEASURES, ids)
    return Reply("measure.list", Paragraphs([heading, Bullets(lines)]), ids, listing=listing)


async def _list(rows: Sequence[MeasureRow], enforcement: Enforcement, none: Message) -> Reply:
    if not rows:
        return Reply("measure.none", none)
    whose = [row for row in rows if row.person_id is not None]
    lines, ids = await _lines(whose, enforcement), [str(row.id) for row in whose]
    return Reply("measure.list", Bullets(lines), ids, listing=Listing(ListKind.MEASURES, ids))


async def _lines(rows: Sequence[MeasureRow], enforcement: Enforcement) -> Sequence[Message]:
    told = zip(rows, await enforcement.what_each(rows), strict=True)
    return [_line(row, what) for row, what in told]


def _line(row: MeasureRow, what: Message) -> Message:
    gave_way = row.state is MeasureState.DROPPED and row.undone_by_id is not None
    state = _("gave way to something harder") if gave_way else STATES[row.state]
    if row.appeal_declined_at is not None:
        state = _("{state}, and their appeal was declined", state=state)
    elif row.appealed_at is not None:
        state = _("{state}, and they appealed", state=state)
    return _("{number}: {what}: {state}", number=row.id, what=what, state=state)


async def _card(row: MeasureRow, people: People, enforcement: Enforcement) -> Reply:
    whom: Sequence[int] = [each for each in (row.by_id, row.undone_by_id) if each is not None]
    named = {person.id: Pill(person.user_id) for person in await people.named(whom)}
    by = [_("Decided by {user}", user=named[row.by_id])] if row.by_id in named else []
    if row.of_hub:
        by = [_("I did that by myself: nobody decided it.")]
    back = (
        [_("Taken back by {user}", user=named[row.undone_by_id])]
        if row.undone_by_id in named and row.state is not MeasureState.DROPPED
        else []
    )
    facts = Bullets([*letters.facts(row), *by, *appeal_of(row), *back])
    body = Paragraphs([_line(row, await enforcement.what(row)), facts])
    this = Listing.card(ListKind.MEASURES, str(row.id))
    return Reply("measure.card", body, (str(row.id),), listing=this)


@feature.due(Surveyed)
async def surveyed(due: Due[Surveyed], moderation: Moderation) -> None:
    """Show what would be done."""
    await moderation.surveyed(due.what.measure, due.what.author, due.now)


@feature.due(Begin)
async def begin(due: Due[Begin], moderation: Moderation) -> None:
    """Do it, now that its grace is over."""
    await moderation.begin(due.what.measure, due.now)


@feature.due(RoomMade)
async def made(due: Due[RoomMade], enforcement: Enforcement) -> None:
    """Let who is muted not write in a new room either."""
    await enforcement.made(due.what.room)


@feature.due(WatchMeasure)
async def watch(due: Due[WatchMeasure], enforcement: Enforcement) -> None:
    """Look how far it has come."""
    await enforcement.watch(due.what.measure, due.now)


@feature.due(Expire)
async def expire(due: Due[Expire], enforcement: Enforcement) -> None:
    """End it at its time."""
    await enforcement.expire(due.what.measure, due.now)


@feature.due(LetIn)
async def let_in(due: Due[LetIn], enforcement: Enforcement) -> None:
    """End it for who was erased meanwhile."""
    await enforcement.let_in(due.what.room, due.what.user_id)


@feature.due(LetSpeak)
async def let_speak(due: Due[LetSpeak], enforcement: Enforcement) -> None:
    """End it for who was erased meanwhile."""
    level = due.what.level
    await enforcement.let_speak(due.what.room, due.what.user_id, int(level) if level else None)


@feature.due(Settle)
async def settle(due: Due[Settle], enforcement: Enforcement) -> None:
    """Erase what was kept in case it is taken back."""
    await enforcement.settle(due.what.measure, due.now)
