"""See what is coming: all of it, or what is of a kind, in a month, or called by some words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Annotated
from zoneinfo import ZoneInfo

from babel.dates import get_month_names

from actions.events.agenda import Agenda
from actions.events.letters import card, line
from commands.events._feature import EventNumber, feature
from kit.authority import Role
from kit.command import Call, Rest
from kit.counts import LEAST
from kit.listing import Listing, ListKind
from kit.network import Network
from kit.text import Bullets, Lines, Node, Paragraphs, Reply, Say, Verbatim, _, n_
from kit.understanding import Understanding
from language.analysis import Token, tokens
from storage.events import Events
from storage.programmes import Programmes
from storage.tables.events import EventRow

PAGE = 5


@feature.command("events", summary=_("what is coming, in your time"))
async def events(
    call: Call,
    events: Events,
    network: Network,
    understanding: Understanding,
    wanted: Annotated[str, Rest(_("kind, month or words of the title"))] = "",
) -> Reply:
    """List the next five that are wanted."""
    planned = await events.upcoming(call.now)
    if not planned:
        return Reply("events.none", _("Nothing is planned yet."))
    search = _Search(wanted, network.languages, understanding)
    coming = [event for event in planned if search.fits(event)]
    if not coming:
        text = n_(
            "{n} event is planned, but it does not fit that. {events} shows it.",
            "{n} events are planned, but none fits that. {events} shows the next.",
            len(planned),
            events=Say("events"),
        )
        return Reply("events.none", text)
    shown = coming[:PAGE]
    body = Paragraphs(
        [
            n_("{n} event is planned:", "{n} events are planned:", len(coming)),
            Bullets([line(event) for event in shown]),
            _("Say {going} to be reminded.", going=Say("going", str(shown[0].id))),
        ]
    )
    ids = [str(event.id) for event in shown]
    return Reply("events.list", body, ids, listing=Listing(ListKind.EVENTS, ids))


class _Search:
    """What is wanted of the events: their kind, their months, and words that their titles have."""

    def __init__(self, wanted: str, languages: Iterable[str], understanding: Understanding) -> None:
        self._understanding = understanding
        self._kind = understanding.event_kind(wanted, within=True) if wanted else None
        self._months = set[int]()
        self._words: list[Token] = []
        months = _months(languages) if wanted else {}
        words = [word for word in wanted.split() if understanding.event_kind(word) is None]
        for token in tokens(" ".join(words)):
            meant = {number for number, names in months.items() if any(map(token.meets, names))}
            self._months |= meant
            if not meant and not token.stop:
                self._words.append(token)

    def fits(self, event: EventRow) -> bool:
        """Tell whether an event is wanted; one whose kind was not said is of what its title is."""
        local = event.starts_at.astimezone(ZoneInfo(event.zone))
        if self._months and local.month not in self._months:
            return False
        named = event.kind or self._understanding.event_kind(event.title, within=True)
        if self._kind is not None and named != self._kind:
            return False
        title = tokens(event.title)
        return all(any(map(word.meets, title)) for word in self._words)


def _months(languages: Iterable[str]) -> Mapping[int, Sequence[Token]]:
    """List the names of each month in some languages."""
    named: dict[int, list[Token]] = {}
    for spoken in languages:
        alone = get_month_names("wide", "stand-alone", spoken)
        for number, name in [*get_month_names(locale=spoken).items(), *alone.items()]:
            named.setdefault(number, []).extend(tokens(name))
    return named


@feature.command("event", summary=_("one event in detail"), opens=ListKind.EVENTS)
async def event(
    call: Call, agenda: Agenda, events: Events, programmes: Programmes, event_id: EventNumber
) -> Reply:
    """Show one event and how many are going; to members where it is, too."""
    found = await agenda.get(event_id)
    going = await events.going(event_id)
    member = call.by.role.may(Role.MEMBER)
    known = card(found, whole=call.direct) if member else line(found)
    told = [n_("{n} member is going.", "{n} members are going.", going)]
    body = Paragraphs(
        [
            known,
            *(await _in_programme(programmes, found) if member else ()),
            *(told if member or going >= LEAST else ()),
            _(
                "Say {going}, {maybe} or {not_going}.",
                going=Say("going", str(event_id)),
                maybe=Say("maybe", str(event_id)),
                not_going=Say("not going", str(event_id)),
            ),
        ]
    )
    this = Listing.card(ListKind.EVENTS, str(event_id))
    return Reply("events.card", body, ids=(str(event_id),), listing=this)


async def _in_programme(programmes: Programmes, event: EventRow) -> list[Node]:
    """Say of what conference a session is, with whom; or that a conference has a programme."""
    row = await programmes.of(event.id)
    if row is None:
        if not await programmes.sessions(event.id):
            return []
        return [_("{programme} shows what it has when.", programme=Say("programme", str(event.id)))]
    known: list[Node] = []
    if row.speakers:
        known.append(_("Speakers, as its programme says: {names}", names=Verbatim(row.speakers)))
    if row.track:
        known.append(_("Track: {track}", track=Verbatim(row.track)))
    whole = Say("programme", str(row.conference_id))
    known.append(_("{programme} shows all of its conference.", programme=whole))
    return [Lines(known)]
