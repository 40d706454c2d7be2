"""Something to say for each command there is, by people of a ``Crowd`` to whom it means something.

What is said last is the command; the sentences before it lead there. Each of *turns* is said by
other people, so that it can be said several times.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from benchmarks.support.crowd import EXPERTS, Crowd, name
from storage.tables.cases import RequestState

MODERATOR, SECOND = "@secretariat:test", "@chair:test"


@dataclass(frozen=True, slots=True)
class Saying:
    """Who says what; *room* is another than their chat."""

    who: str
    texts: tuple[str, ...]
    room: str = ""


Turn = Callable[[Crowd, int], Saying]


def _member(*texts: str) -> Turn:
    """Let members say it who have nothing open."""
    return lambda _crowd, turn: Saying(name(60 + turn), texts)


def _moderator(*texts: str) -> Turn:
    return lambda _crowd, _turn: Saying(MODERATOR, texts)


def _asker(state: RequestState, *texts: str) -> Turn:
    """Let somebody say it of a request of theirs."""

    def say(crowd: Crowd, turn: int) -> Saying:
        number = crowd.asked(state)[turn]
        return Saying(name(crowd.asker_of(number)), tuple(text.format(number) for text in texts))

    return say


def _expert(state: RequestState, *texts: str, back: int = 0) -> Turn:
    """Let an expert say it of a request that was put to them."""

    def say(crowd: Crowd, turn: int) -> Saying:
        number = crowd.asked(state)[turn + back]
        return Saying(name(crowd.expert_of(number)), tuple(text.format(number) for text in texts))

    return say


def _serving(*texts: str) -> Turn:
    return lambda _crowd, turn: Saying(name(EXPERTS[turn]), texts)


def _desk(state: RequestState, text: str, back: int = 0) -> Turn:
    def say(crowd: Crowd, turn: int) -> Saying:
        return Saying(MODERATOR, (text.format(crowd.asked(state)[turn + back]),))

    return say


def _about(text: str, back: int) -> Turn:
    """Let a moderator say it about a member."""
    return lambda _crowd, turn: Saying(MODERATOR, (text.format(name(60 + back + turn)),))


QUESTION = "Which standards require counsel at disciplinary hearings?"
RETIRED = ("unga-78-227", "kyoto-declaration-2021", "doha-declaration-2015")
ROOM = ("Prison visits", "To plan visits of prisons together.")

SAYINGS: Mapping[str, Turn] = {
    "help": _member("help"),
    "lawyer": _member("lawyer"),
    "it is harmless": _member("it is harmless find prisoners"),
    "start": _member("start"),
    "my data": _member("my data"),
    "export": _member("export"),
    "profile": _member("profile"),
    "profile country": _member("profile country", "Kenya"),
    "profile category": _member("profile category", "1"),
    "profile topics": _member("profile topics", "1, 2"),
    "language": _member("language English"),
    "timezone": _member("timezone Africa/Nairobi"),
    "profile directory": _member("profile directory", "1"),
    "members": _member("members"),
    "confirm": _member("confirm"),
    "rooms": _member("rooms"),
    "join": _member("join 1"),
    "leave": _member("leave 1"),
    "leave all": _member("leave all"),
    "room ask": _member("room ask", *ROOM, "2", "skip", "yes"),
    "space": _moderator("space"),
    "find": _member("find prisoners"),
    "more": _member("find legal aid", "more"),
    "show": _member("find prisoners", "show 1"),
    "cite": _member("find prisoners", "cite 1"),
    "alert": _member("alert zugzwang"),
    "alerts": _member("alerts"),
    "alert off": _member("alert zugzwang", "alert off 1"),
    "unmet": _moderator("unmet"),
    "links": _moderator("links"),
    "suggest": _member("suggest https://guides.example.org/duty"),
    "practice": _member("practice"),
    "back": _member("practice", "Phone rota", "back"),
    "skip": _member("room ask", "A room", "skip"),
    "pause": _member("practice", "pause"),
    "cancel": _member("practice", "cancel"),
    "stale": _member("stale unpg-2012 It is old."),
    "resource translate": _member("resource translate unpg-2012 sw", "UN rules", "skip"),
    "review": _moderator("review"),
    "approve": _moderator("approve unpg-2012"),
    "referrals": _moderator("referrals"),
    "referral add": _moderator(
        "referral add Ghana",
        "Legal Aid Commission",
        "legalaid.example.org",
        "https://example.org/1",
        "yes",
    ),
    "referral remove": _moderator("referral remove Kenya"),
    "resource add": _moderator("resource add https://guides.example.org/add Guide"),
    "resource edit": _moderator("resource edit unpg-2012 title en Rules"),
    "resource retire": lambda _crowd, turn: Saying(
        MODERATOR, (f"resource retire {RETIRED[turn]} It is gone.",)
    ),
    "resource supersede": _moderator("resource supersede unpg-2012 nelson-mandela-rules-2015"),
    "resource merge": _moderator("resource merge unpg-2012 nelson-mandela-rules-2015"),
    "volunteer": _member("volunteer", "1, 2", "skip"),
    "limits": _serving("limits", "2", "skip", "no"),
    "away": _serving("away in 72h"),
    "available": _serving("available"),
    "ask": _member("ask", QUESTION, "10", "no", "skip", "yes"),
    "requests": _member("requests"),
    "why": _expert(RequestState.OFFERED, "why {}"),
    "decline": _expert(RequestState.OFFERED, "decline {}"),
    "conflict": _expert(RequestState.OFFERED, "conflict {}", back=5),
    "accept": _expert(RequestState.OFFERED, "accept {}", back=8),
    "outcome": _asker(RequestState.INTRODUCED, "outcome {} 1"),
    "done": _asker(RequestState.INTRODUCED, "done {}"),
    "not again": _asker(RequestState.INTRODUCED, "not again {}"),
    "withdraw": _asker(RequestState.ACCEPTED, "withdraw {}"),
    "reopen": _asker(
        RequestState.UNMATCHED, "withdraw {}", "reopen {}", QUESTION, "10", "no", "skip", "yes"
    ),
    "cases": _moderator("cases"),
    "case": _desk(RequestState.UNMATCHED, "case {}"),
    "case take": _desk(RequestState.UNMATCHED, "case take {}"),
    "case widen": _desk(RequestState.UNMATCHED, "case widen {}"),
    "case close": _desk(RequestState.UNMATCHED, "case close {}", back=3),
    "case figures": _moderator("case figures"),
    "events": _member("events"),
    "event": _member("event 1"),
    "going": _member("going 2"),
    "remind": _member("remind 2 1h"),
    "remind of this": _member("remind of this in 72h"),
    "my events": _member("my events"),
    "programme": _member("programme 1"),
    "now": _member("now"),
    "my calendar": _member("my calendar"),
    "my calendar new": _member("my calendar new"),
    "my calendar off": _member("my calendar off"),
    "not going": _member("not going 2"),
    "maybe": _member("maybe 2"),
    "who is going": _moderator("who is going 2"),
    "event when": _member("event when"),
    "event add": _moderator("event add in 100h Call", "yes"),
    "event copy": _moderator("event copy 2", "cancel"),
    "event edit": _moderator("event edit 1"),
    "event repeat": _moderator("event repeat 2 1", "yes"),
    "event move": _moderator("event move 1 in 140h", "yes"),
    "event cancel": _moderator("event cancel 1", "yes"),
    "notify": _member("notify"),
    "notify on": _member("notify on 3"),
    "notify off": _member("notify off 3"),
    "digest": _member("digest"),
    "digest on": _member("digest on"),
    "digest off": _member("digest off"),
    "quiet": _member("quiet 22-7"),
    "mute all": _member("mute all"),
    "unmute": _member("unmute"),
    "hide": _member("hide"),
    "hide all": _member("hide all"),
    "verify": _member("verify"),
    "vouch": _about("vouch {}", 6),
    "vouch withdraw": _about("vouch withdraw {}", 6),
    "role": _about("role {} curator", 6),
    "role end": _about("role end {}", 6),
    "decisions": _moderator("decisions"),
    "announce": _moderator("announce", "English: We meet on 3 May.", "yes"),
    "announce stop": _moderator("announce stop"),
    "warn": _about("warn {} spam", 6),
    "mute": _about("mute {} 1d spam", 6),
    "remove": _about("remove {} spam", 9),
    "ban": _about("ban {} spam", 9),
    "unban": _about("unban {}", 9),
    "redact": _about("redact {} 1h spam", 9),
    "measures": _moderator("measures"),
    "measures mine": _moderator("measures mine"),
    "audit": _moderator("audit"),
    "measures now": _moderator("measures now"),
    "carry out": _moderator("carry out 1"),
    "lockdown": _moderator("lockdown"),
    "lockdown off": _moderator("lockdown off"),
    "undo": _moderator("undo 1"),
    "lift mute": _about("lift mute {}", 6),
    "report": _member("report", "spam", "yes"),
    "reports": _moderator("reports"),
    "report claim": _moderator("report claim 1"),
    "report close": _moderator("report close 1"),
    "appeal": _member("appeal That is wrong."),
    "appeal decline": _moderator("appeal decline 1"),
    "room add": _moderator("room add", *ROOM, "2", "skip", "yes"),
    "room edit": _moderator("room edit prison visits", "skip", "skip", "3", "yes"),
    "room archive": _moderator("room archive prison visits"),
    "room asked": _moderator("room asked"),
    "room accept": _moderator("room accept 1"),
    "room decline": _moderator("room decline 1"),
    "health": _moderator("health"),
    "stats": _moderator("stats"),
    "purge region": lambda _crowd, turn: Saying(
        (MODERATOR, SECOND)[turn % 2], ("purge region africa-west-central",)
    ),
    "withdraw consent": _member("withdraw consent", "yes"),
    "forget me": _member("forget me", "yes"),
    # Last, and by experts who say nothing else.
    "volunteer stop": lambda _crowd, turn: Saying(
        name(EXPERTS[-1 - turn]), ("volunteer stop", "yes")
    ),
}
