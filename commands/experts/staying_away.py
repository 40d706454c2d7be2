"""Be away as an expert: at once, or from a day that lies ahead."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Annotated
from zoneinfo import ZoneInfo

from actions.cases.serving import AwayBegins, Back, Serving
from actions.wishes import Wishes, heard_again, silent
from commands.experts._feature import feature
from kit.authority import Act
from kit.command import Call, Rest
from kit.dialogue import Dialogue, Open
from kit.due import Due
from kit.errors import BadArgument, Incomplete
from kit.moments import Day, Past, Reading
from kit.question import About, Question
from kit.steps import ahead, exact, take_sure
from kit.text import Node, Paragraphs, Reply, Say, _
from kit.times import When
from kit.trait import Slot
from kit.understanding import Understanding
from storage.people import People


@dataclass(frozen=True, slots=True)
class Absence:
    """From when until when an expert is away: moments in ISO 8601, the last one may be unknown."""

    begin: str = ""
    until: str = ""
    zone: str = "UTC"
    sure: bool = False


def _ask_absence(draft: Absence, _about: About) -> Node:
    begin = When(datetime.fromisoformat(draft.begin), draft.zone)
    text = _(
        "From {begin} on I ask you nothing, until you say {available}.",
        begin=begin,
        available=Say("available"),
    )
    if draft.until:
        until = When(datetime.fromisoformat(draft.until), draft.zone)
        text = _("From {begin} until {until} I ask you nothing.", begin=begin, until=until)
    now = _("Until then you can be asked. {available} takes this back.", available=Say("available"))
    return Paragraphs([text, now, _("Shall I do it? Please answer yes or no.")])


absence: Dialogue[Absence] = Dialogue(
    name="absence",
    version=1,
    draft=Absence,
    steps=(
        Question(
            "sure",
            _ask_absence,
            take_sure,
            applies=lambda draft: draft.begin != "",  # else there is nothing to ask about
            closed=True,
            plain=True,
        ),
    ),
)


@feature.command(
    "away", summary=_("pause being asked"), act=Act.SERVE, private=True, asked="about away"
)
async def away(
    call: Call,
    serving: Serving,
    wished: Wishes,
    people: People,
    understanding: Understanding,
    said: Annotated[str, Rest(_("until when"), slot=Slot.STRETCH)] = "",
) -> Reply | Open[Absence]:
    """Ask nothing of this expert until a moment, the beginning of a day, or their word.

    "From the 1st to the 10th" begins on the one and ends after the other. Who is no expert wants
    silence, which has an end.
    """
    serves = await serving.serves(call.by)
    if not said and serves:
        await serving.serve(call.by, call.now, away=True)
        return Reply("experts.away", _paused())
    if not said:
        raise Incomplete(
            _(
                "Until when? Write a day, or how long. For silence without an end, say {mute}.",
                mute=Say("mute all"),
            )
        )
    zone = (await people.get(call.person_id)).zone or "UTC"
    stretch = understanding.stretch(said, call.language, call.now, zone)
    begin: datetime | None = None
    until: datetime | None
    if stretch is None:
        _words, reading = understanding.until(said, call.language, call.now, zone)
        until = _moment(reading)
    else:
        begin, until = _between(*stretch)
    if begin is not None and begin > call.now:
        if not serves:
            raise BadArgument(
                _(
                    "I can be silent from now on only. Say {away} again when it begins.",
                    away=Say("away"),
                )
            )
        draft = Absence(begin.isoformat(), until.isoformat() if until else "", zone)
        return Open(absence, draft)
    if until is None:
        await serving.serve(call.by, call.now, away=True)
        return Reply("experts.away", _paused())
    if not serves:
        await wished.mute_until(call.by, until, call.now)
        return silent(until, zone)
    await serving.pause(call.by, until, call.now)
    return Reply("experts.away", _paused(until, zone))


def _between(begin: Reading, end: Reading | None) -> tuple[datetime | None, datetime | None]:
    """Return when a stretch begins, None where it has begun, and when it is over."""
    first = None if isinstance(begin, Past) else _moment(begin)
    if end is None:
        return first, None
    last = ahead(end)
    until = _moment(Day(last.day + timedelta(days=1), last.zone) if isinstance(last, Day) else last)
    return (None if first is not None and first >= until else first), until


def _moment(reading: Reading) -> datetime:
    """Return the minute that was read, or the beginning of the day; raises BadArgument."""
    found = ahead(reading)
    if not isinstance(found, Day):
        return exact(found).at
    return datetime.combine(found.day, time(), ZoneInfo(found.zone)).astimezone(UTC)


@feature.dialogue(absence, Act.SERVE)
async def absent(call: Call, draft: Absence, serving: Serving) -> Reply:
    """Keep from when until when they are away."""
    if not draft.sure:
        return Reply("experts.here", _("Nothing has changed."))
    until = datetime.fromisoformat(draft.until) if draft.until else None
    await serving.pause_from(call.by, datetime.fromisoformat(draft.begin), until)
    begin = When(datetime.fromisoformat(draft.begin), draft.zone)
    text = _("I have noted it: you are away from {begin}.", begin=begin)
    return Reply("experts.absence", text)


def _paused(until: datetime | None = None, zone: str = "UTC") -> Node:
    if until is None:
        return _("I will not ask you until you say {available}.", available=Say("available"))
    return _(
        "I will not ask you until {when}, or until you say {available}.",
        when=When(until, zone),
        available=Say("available"),
    )


@feature.command(
    "available",
    summary=_("be asked again"),
    act=Act.SERVE,
    private=True,
    opposite="away",
    asked="about away",
)
async def available(call: Call, serving: Serving, wished: Wishes) -> Reply:
    """Count this expert in again, and write again to whoever wanted silence."""
    done: list[Node] = []
    if await serving.serves(call.by):
        await serving.serve(call.by, call.now, away=False)
        done.append(_("Welcome back. I may ask you again."))
    if (await wished.of(call.by)).muted:
        await wished.mute(call.by, call.now, muted=False)
        done.append(heard_again().body)
    return Reply("experts.available", Paragraphs(done or [_REACHABLE]))


_REACHABLE = _(
    "You are not away: I write to you as you wish. {notify} shows it.", notify=Say("notify")
)


@feature.answer("about away", summary=_("whether you are away, and until when"))
async def is_away(call: Call, serving: Serving, wished: Wishes, people: People) -> Reply:
    """Say whether I may ask and write to somebody, and change nothing."""
    zone = (await people.get(call.person_id)).zone or "UTC"
    told: list[Node] = []
    if call.role.may(Act.SERVE.least) and await serving.serves(call.by):
        if (await serving.entry(call.by)).away:
            told.append(_paused(await serving.away_until(call.by), zone))
        else:
            told.append(_("I may ask you as an expert: say {away} to pause it.", away=Say("away")))
    if (await wished.of(call.by)).muted:
        told.append(silent(await wished.silent_until(call.by), zone).body)
    return Reply("about.away", Paragraphs(told or [_REACHABLE]))


@feature.due(Back)
async def back(due: Due[Back], serving: Serving) -> None:
    """An expert's time away is over."""
    await serving.back(due.what.person, due.now)


@feature.due(AwayBegins)
async def away_begins(due: Due[AwayBegins], serving: Serving) -> None:
    """An expert is away from now on, as they said."""
    until = datetime.fromisoformat(due.what.until) if due.what.until else None
    await serving.begin_away(due.what.person, until, due.now)
