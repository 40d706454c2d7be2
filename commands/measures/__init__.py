"""Warn, mute, remove and ban in all rooms of the Space, delete messages, and take it back."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Annotated

from actions.moderation import letters
from actions.moderation.enforcement import Enforcement, Expire, Settle, WatchMeasure
from actions.moderation.measures import Begin, Moderation, Target
from commands.measures import reports
from commands.measures._feature import feature
from commands.measures._target import target
from kit.authority import Act
from kit.command import Call, Rest, Word
from kit.due import Due, Surveyed
from kit.errors import BadArgument, NotFound
from kit.listing import Listing, ListKind
from kit.text import Bullets, Message, Paragraphs, Pill, Reply, Say, _, n_
from kit.understanding import Understanding
from kit.words import read_number, read_user
from language.analysis import tokens
from storage.measures import Measures
from storage.people import People
from storage.tables.moderation import Measure, MeasureRow, MeasureState

__all__ = ["feature", "reports"]

LAST = timedelta(hours=1)  # whose messages are deleted where no time is named
MUTED_FOR = timedelta(days=1)
LONGEST = timedelta(days=365)
DELETED = timedelta(days=1)  # so far back messages are looked for
MOST_WORDS = 4  # of a length of time
SHOWN = 5
# Where a length of time may stand before the reason; a removal has none, and says so.
TIMED = frozenset({Measure.MUTE, Measure.REMOVE, Measure.BAN})

Said = Annotated[str, Rest(_("whom, how long, why"), free=True)]
MeasureNumber = Annotated[int, Word(_("number"), read=read_number, lists=(ListKind.MEASURES,))]


def _declare(kind: Measure, summary: Message) -> None:
    async def asked(
        call: Call, moderation: Moderation, understanding: Understanding, said: Said = ""
    ) -> Reply:
        whom, rest = _target(call, kind, said)
        span, reason = None, rest
        if kind in TIMED or (kind is Measure.REDACT and whom.user_id):
            span, reason = _span(understanding, rest, call.language)
        since, until = _times(kind, whom, span, call.now)
        if not reason and kind not in {Measure.UNBAN, Measure.REDACT}:
            usage = Say(kind.value, f"{whom.user_id} …".strip())
            raise BadArgument(_("Please say why, too: they are told. Say: {usage}", usage=usage))
        await moderation.propose(call.by, kind, whom, reason, call.now, since=since, until=until)
        text = _("I look into the rooms of the Space, and then show you what I would do.")
        return Reply("measure.looking", text)

    feature.command(kind.value, summary=summary, act=Act.MODERATE, private=True)(asked)


_declare(Measure.WARN, _("warn somebody"))
_declare(Measure.MUTE, _("mute somebody in all rooms"))
_declare(Measure.REMOVE, _("take somebody out of all rooms"))
_declare(Measure.BAN, _("ban somebody from all rooms"))
_declare(Measure.UNBAN, _("lift a ban that was set by hand"))
_declare(Measure.REDACT, _("delete messages"))


def _target(call: Call, kind: Measure, said: str) -> tuple[Target, str]:
    """Read whom a measure is about; returns what is left of the message."""
    if (found := target(call, said)) is not None:
        return found
    raise BadArgument(
        _(
            "Whom? Answer one of their messages in a room, or say their full Matrix ID: {usage}",
            usage=Say(kind.value, "@name:server …"),
        )
    )


def _span(understanding: Understanding, said: str, language: str) -> tuple[timedelta | None, str]:
    """Read what a text begins with as a length of time: "3 days", "for 3 days"; and the rest."""
    words = said.split()
    for begin in range(2 if words and all(token.stop for token in tokens(words[0])) else 1):
        for end in range(min(begin + MOST_WORDS, len(words)), begin, -1):
            if spans := understanding.spans(" ".join(words[begin:end]), language):
                return sum(spans, timedelta()), " ".join(words[end:])
    return None, said


def _times(
    kind: Measure, whom: Target, span: timedelta | None, now: datetime
) -> tuple[datetime | None, datetime | None]:
    """Say since when messages are deleted, and until when a measure lasts."""
    if span is not None and span > LONGEST:
        raise BadArgument(_("At most a year: after that, please decide again."))
    match kind:
        case Measure.REMOVE if span is not None:
            text = _(
                "Who is removed stays out until that is taken back. "
                "For a length of time say {ban}.",
                ban=Say("ban", f"{whom.user_id} …".strip()),
            )
            raise BadArgument(text)
        case Measure.REDACT if span is not None and span > DELETED:
            raise BadArgument(_("I look back one day at most. Please say a shorter time."))
        case Measure.REDACT if whom.user_id:
            return now - (span or LAST), None
        case Measure.MUTE:
            return None, now + (span or MUTED_FOR)
        case Measure.BAN if span is not None:
            return None, now + span
    return None, None


@feature.command("carry out", summary=_("do what a measure says"), act=Act.MODERATE, private=True)
async def carry_out(call: Call, moderation: Moderation, number: MeasureNumber) -> Reply:
    """Agree to a measure; said once more, the minute is over."""
    if await moderation.agree(call.by, number, call.now):
        text = _("I do it now, and tell you when it is done.")
        return Reply("measure.begun", text, (str(number),))
    text = _(
        "I do it in a minute. {undo} stops it, {carry_out} does it at once.",
        undo=Say("undo", str(number)),
        carry_out=Say("carry out", str(number)),
    )
    return Reply("measure.agreed", text, (str(number),))


def read_which(said: str) -> int | str:
    """Read the number of a measure, or the moderator all of whose measures are meant."""
    try:
        return read_number(said)
    except ValueError:
        return read_user(said)


@feature.command("undo", summary=_("take a measure back"), act=Act.UNDO, private=True, weighty=True)
async def undo(
    call: Call,
    moderation: Moderation,
    which: Annotated[
        int | str, Word(_("number or Matrix ID"), read=read_which, lists=(ListKind.MEASURES,))
    ],
) -> Reply:
    """Undo one measure, or all that a moderator decided."""
    if isinstance(which, str):
        rows = await moderation.undo_all_of(call.by, which, call.now)
        stopped = [_dropped(row) for row in rows if row.state is MeasureState.DROPPED]
        undone = len(rows) - len(stopped)
        text = n_(
            "I take back {n} measure of {user}, and tell you when that is done.",
            "I take back {n} measures of {user}, and tell you when each is done.",
            undone,
            user=Pill(which),
        )
        body = Paragraphs([*([text] if undone else []), *stopped])
        return Reply("measure.undoing", body, [str(row.id) for row in rows])
    row = await moderation.undo(call.by, which, call.now)
    if row.state is MeasureState.DROPPED:
        return Reply("measure.dropped", _dropped(row), (str(which),))
    text = _("I take measure {number} back, and tell you when that is done.", number=which)
    return Reply("measure.undoing", text, (str(which),))


def _dropped(row: MeasureRow) -> Message:
    return _("Measure {number} is dropped. Nothing has changed.", number=row.id)


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
)
async def measures(
    call: Call,
    measures: Measures,
    people: People,
    enforcement: Enforcement,
    number: Annotated[int, Word(_("number"), read=read_number, lists=(ListKind.MEASURES,))] = 0,
) -> Reply:
    """List the latest, or show one."""
    if number:
        row = await measures.get(number)
        if row is None or row.person_id is None:
            raise NotFound(_("I know of no measure {number}.", number=number))
        return await _card(row, people, enforcement)
    rows = await measures.latest(SHOWN)
    if not rows:
        return Reply("measure.none", _("No moderator decided anything yet."))
    lines = [await _line(row, enforcement) for row in rows if row.person_id is not None]
    ids = [str(row.id) for row in rows if row.person_id is not None]
    return Reply("measure.list", Bullets(lines), ids, listing=Listing(ListKind.MEASURES, ids))


async def _line(row: MeasureRow, enforcement: Enforcement) -> Message:
    what = await enforcement.what(row)
    return _("{number}: {what}: {state}", number=row.id, what=what, state=STATES[row.state])


async def _card(row: MeasureRow, people: People, enforcement: Enforcement) -> Reply:
    whom: Sequence[int] = [each for each in (row.by_id, row.undone_by_id) if each is not None]
    named = {person.id: Pill(person.user_id) for person in await people.named(whom)}
    by = [_("Decided by {user}", user=named[row.by_id])] if row.by_id in named else []
    back = (
        [_("Taken back by {user}", user=named[row.undone_by_id])]
        if row.undone_by_id in named
        else []
    )
    body = Paragraphs([await _line(row, enforcement), Bullets([*letters.facts(row), *by, *back])])
    return Reply("measure.card", body, (str(row.id),))


@feature.command(
    "appeal", summary=_("say that a measure about you is wrong"), act=Act.APPEAL, private=True
)
async def appeal(
    call: Call, moderation: Moderation, words: Annotated[str, Rest(_("why"), free=True)]
) -> Reply:
    """Pass on what somebody says to a measure about them."""
    await moderation.appeal(call.by, words, call.now)
    return Reply("measure.heard", _("I have told the stewards. They decide, and I tell you."))


@feature.due(Surveyed)
async def surveyed(due: Due[Surveyed], moderation: Moderation) -> None:
    """Show what would be done."""
    await moderation.surveyed(due.what.measure, due.what.author, due.now)


@feature.due(Begin)
async def begin(due: Due[Begin], moderation: Moderation) -> None:
    """Do it, now that its grace is over."""
    await moderation.begin(due.what.measure, due.now)


@feature.due(WatchMeasure)
async def watch(due: Due[WatchMeasure], enforcement: Enforcement) -> None:
    """Look how far it has come."""
    await enforcement.watch(due.what.measure, due.now)


@feature.due(Expire)
async def expire(due: Due[Expire], enforcement: Enforcement) -> None:
    """End it at its time."""
    await enforcement.expire(due.what.measure, due.now)


@feature.due(Settle)
async def settle(due: Due[Settle], enforcement: Enforcement) -> None:
    """Erase what was kept in case it is taken back."""
    await enforcement.settle(due.what.measure, due.now)
