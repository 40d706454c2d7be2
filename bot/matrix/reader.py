"""Reading what /sync answers: anybody can send events of any shape, so nothing is trusted."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

from bot.matrix.batch import Batch, Encrypted
from bot.matrix.lease import KIND as LEASE
from bot.matrix.pills import spelt
from bot.matrix.shown import MESSAGE, SHOWN, shown, shown_name
from kit.inbound import (
    FIELD,
    Event,
    GoesBy,
    Invited,
    Joined,
    Knocked,
    KnockOver,
    Left,
    Reaction,
    Readmitted,
    Removed,
    Said,
    TextMessage,
    Upgraded,
    VerificationStep,
    Wordless,
)
from kit.words import LONGEST, clean, is_event, sign, without_quote
from storage.inbox import Incoming, Withdrawal
from storage.occupants import ANYBODY

_SAID = frozenset({"m.reaction", *SHOWN}) - {"m.room.encrypted"}
_WORDLESS = ("m.image", "m.audio", "m.video", "m.file", "m.location")
VERIFICATION = "m.key.verification."
# What two pieces of a room's state have to say for nobody to read along who was not let in.
CLOSED = {
    "m.room.join_rules": ("join_rule", frozenset({"invite"})),
    "m.room.history_visibility": (
        "history_visibility",
        frozenset({"shared", "invited", "joined"}),
    ),
}
# The largest step of a verification lists a few algorithms.
LARGEST_STEP = 8_000
LONGEST_REASON = 300
NO_TIME = datetime.fromtimestamp(0, UTC)
_LATEST = datetime(9000, 1, 1, tzinfo=UTC).timestamp() * 1000


def is_open(kind: str, content: dict[str, Any]) -> bool:
    """Tell whether a piece of state named in ``CLOSED`` lets others in, or lets them read."""
    name, closed = CLOSED[kind]
    return content.get(name) not in closed


def _part(value: Any, key: str) -> dict[str, Any]:
    found = value.get(key) if isinstance(value, dict) else None
    return found if isinstance(found, dict) else {}


def _events(section: dict[str, Any], key: str = "events") -> Iterator[dict[str, Any]]:
    events = section.get(key)
    yield from events if isinstance(events, list) else ()


class SyncParser:
    """Turns JSON into batches, for one account."""

    def __init__(self, user_id: str) -> None:
        """Read as *user_id*, whose own events are never acted on."""
        self._me = user_id

    def sync(self, answer: dict[str, Any]) -> Batch | None:
        """Read an answer of /sync; None if it lacks even the token."""
        next_batch = answer.get("next_batch")
        if not isinstance(next_batch, str):
            return None
        batch = Batch(next_batch)
        self._keys(batch, answer)
        rooms = _part(answer, "rooms")
        for room_id in _part(rooms, "join"):
            joined = _part(_part(rooms, "join"), room_id)
            timeline = _part(joined, "timeline")
            events = [*_events(_part(joined, "state")), *_events(timeline)]
            self.take(batch, room_id, iter(events))
            if timeline.get("limited") is True and isinstance(timeline.get("prev_batch"), str):
                batch.gaps[room_id] = timeline["prev_batch"]
            if room_id in batch.gaps or not events or not all(map(self._is_echo, events)):
                batch.joined.add(room_id)
        for room_id in _part(rooms, "invite"):
            state = _part(_part(_part(rooms, "invite"), room_id), "invite_state")
            if invite := self._invite(room_id, next_batch, state):
                batch.events.setdefault(room_id, []).append(invite)
        batch.left.update(_part(rooms, "leave"))
        for written in _events(_part(answer, "account_data")):
            if isinstance(written, dict) and written.get("type") == LEASE:
                batch.lease = _part(written, "content")
        return batch

    def _is_echo(self, event: Any) -> bool:
        """Tell whether an event is what we said, which the outbox knows already."""
        ours = isinstance(event, dict) and event.get("sender") == self._me
        return ours and "state_key" not in event

    def _keys(self, batch: Batch, answer: dict[str, Any]) -> None:
        batch.to_device.extend(_events(_part(answer, "to_device")))
        lists = _part(answer, "device_lists")
        for users in (lists.get("changed"), lists.get("left")):
            if isinstance(users, list):
                batch.changed_devices.update(each for each in users if isinstance(each, str))
        count = _part(answer, "device_one_time_keys_count").get("signed_curve25519", 0)
        batch.one_time_keys = count if type(count) is int else None
        unused = answer.get("device_unused_fallback_key_types")
        batch.unused_fallback = unused if isinstance(unused, list) else None

    def inside(
        self, room_id: str, event: dict[str, Any], kind: str, content: dict[str, Any]
    ) -> list[Incoming]:
        """Read what was inside of an encrypted *event*: what somebody says and clients show of it.

        What it relates to stands outside, where the homeserver saw it.
        """
        if kind not in _SAID and not kind.startswith(VERIFICATION):
            return []
        said = {name: value for name, value in content.items() if name != "m.relates_to"}
        if "m.relates_to" in event["content"]:
            said["m.relates_to"] = event["content"]["m.relates_to"]
        batch = Batch("")
        self.take(batch, room_id, iter([{**event, "type": kind, "content": said}]))
        events = [each for each in batch.events.get(room_id, ()) if isinstance(each, Incoming)]
        return events + batch.shown

    def take(self, batch: Batch, room_id: str, events: Iterator[Any]) -> None:
        """Add the events of one room to *batch*, in order, leaving out the malformed ones."""
        for event in events:
            try:
                taken = self._event(batch, room_id, event)
            except Exception:  # noqa: BLE001 -- whatever somebody sent, the others are read
                batch.dropped += 1
                taken = None
            if taken is not None:
                batch.events.setdefault(room_id, []).append(taken)
            if (seen := self._shown(room_id, event)) is not None:
                batch.shown.append(seen)

    def _shown(self, room_id: str, event: Any) -> Incoming | None:
        """Say what clients show of an event of somebody else, or call them, malformed or not."""
        match event:
            case {
                "type": str(kind),
                "sender": str(sender),
                "event_id": str(event_id),
                "content": dict(content),
            } if content and kind in SHOWN and "state_key" not in event and sender != self._me:
                with contextlib.suppress(KeyError, TypeError, ValueError):
                    _storable(room_id, event_id, sender)
                    return Incoming(event_id, room_id, sender, shown(content), _sent_at(event))
            case {
                "type": "m.room.member",
                "state_key": str(who),
                "sender": str(sender),
                "event_id": str(event_id),
                "content": {"membership": "join", **said},
            } if who == sender != self._me:
                with contextlib.suppress(KeyError, TypeError, ValueError):
                    _storable(room_id, event_id, sender)
                    named = GoesBy(shown_name(sender, said.get("displayname")))
                    return Incoming(event_id, room_id, sender, named, _sent_at(event))
        return None

    def _event(
        self, batch: Batch, room_id: str, event: dict[str, Any]
    ) -> Incoming | Encrypted | None:
        sender, event_id = event["sender"], event["event_id"]
        if not (isinstance(sender, str) and isinstance(event_id, str) and sender[:1] == "@"):
            raise TypeError
        _storable(room_id, event_id, sender)
        if sender == self._me and event["type"] == "m.room.encrypted":
            batch.own.append(Encrypted(room_id, event))
        if sender == self._me and "state_key" not in event:
            return None
        return self._happened(batch, room_id, event)

    def _happened(  # noqa: C901 -- a case for each
        self, batch: Batch, room_id: str, event: dict[str, Any]
    ) -> Incoming | Encrypted | None:
        content, sender, event_id = event["content"], event["sender"], event["event_id"]
        match event["type"]:
            case "m.room.encrypted" if content and "state_key" not in event:
                _storable(content["session_id"])
                _sent_at(event)
                return Encrypted(room_id, event)
            case "m.room.message" | "m.sticker" | "m.reaction" as kind if content:  # not redacted
                said = self._requested(event_id, content) or self._said(kind, content)
                if said is not None:
                    return Incoming(event_id, room_id, sender, said, _sent_at(event))
            case str(kind) if kind.startswith(VERIFICATION) and content:
                about = content["m.relates_to"]["event_id"]
                step = _step(kind, about, content, in_chat=True)
                return Incoming(event_id, room_id, sender, step, _sent_at(event))
            case "m.room.member" if event["state_key"] != self._me:
                before = _part(_part(event, "unsigned"), "prev_content").get("membership")
                membership, about = content["membership"], event["state_key"]
                _storable(membership, about)
                if membership in {"join", "leave", "ban"}:
                    batch.moves.setdefault(room_id, {})[about] = membership == "join"
                moved = _move(content, before, themselves=sender == about)
                # What we do ourselves we know, but bans: somebody may use our account for these.
                if moved is not None and (sender != self._me or "ban" in {membership, before}):
                    return Incoming(event_id, room_id, about, moved, _sent_at(event))
            case "m.room.redaction":  # since room version 11 the target is in the content
                target = content.get("redacts", event.get("redacts"))
                _storable(target)
                batch.withdrawn.append(Withdrawal(target, room_id, sender))
            case "m.room.tombstone" if event.get("state_key") == "":
                _storable(content["replacement_room"])
                upgraded = Upgraded(content["replacement_room"])
                return Incoming(event_id, room_id, sender, upgraded, _sent_at(event))
            case str(kind) if kind in CLOSED and event.get("state_key") == "":
                if is_open(kind, content):
                    batch.moves.setdefault(room_id, {})[ANYBODY] = True
            case "m.room.encryption" if event.get("state_key") == "":  # else just a message
                batch.encrypted.add(room_id)
        return None

    def _said(self, kind: str, content: dict[str, Any]) -> Said | None:
        if kind == "m.sticker":
            return Wordless()
        return self._message(content) if kind == MESSAGE else _reaction(content)

    def _message(self, content: dict[str, Any]) -> TextMessage | Wordless | None:
        # Notices come from bots and must never be answered (spec, m.notice); nor must what another
        # hub says, which may be a text because it rings.
        relation = _part(content, "m.relates_to")
        edited = relation.get("rel_type") == "m.replace"
        if content.get("msgtype") in _WORDLESS and FIELD not in content and not edited:
            return Wordless()
        if content.get("msgtype") != "m.text" or FIELD in content:
            return None
        if edited:  # another m.room.message, which must not run a command again
            content = _part(content, "m.new_content")
        plain = without_quote(content["body"])
        said = spelt(plain, content.get("formatted_body"))
        body = said.encode("utf-8", "replace").decode().replace("\x00", "")
        mentioned = _part(content, "m.mentions").get("user_ids")
        to: str | None = None
        replies: str | None = None
        if relation.get("is_falling_back") is not True and "m.in_reply_to" in relation:
            answered = relation["m.in_reply_to"]["event_id"]
            replies = answered if is_event(answered) else None  # it would end in others' links
        if edited or relation.get("rel_type") == "m.thread":
            to = relation["event_id"]
            if not is_event(to):
                raise ValueError
        return TextMessage(
            body[:LONGEST],
            long=len(body) > LONGEST,
            mentioned=(isinstance(mentioned, list) and self._me in mentioned)
            or (said != plain and self._me in said),
            thread=None if edited else to,
            replaces=to if edited else None,
            replies=replies,
        )

    def _requested(self, event_id: str, content: dict[str, Any]) -> VerificationStep | None:
        """Read what asks to verify us (spec, m.key.verification.request in a room)."""
        kind = content.get("msgtype")
        if kind != f"{VERIFICATION}request" or content.get("to") != self._me:
            return None
        return _step(kind, event_id, content, in_chat=True)

    def device_steps(self, events: Iterable[Any], now: datetime) -> list[Incoming]:
        """Read what devices sent to ours to verify it, in the order it came."""
        steps = []
        for event in events:
            try:
                kind, sender, content = event["type"], event["sender"], event["content"]
                if not kind.startswith(VERIFICATION):
                    continue
                _storable(sender)
                step = _step(kind, content["transaction_id"], content, in_chat=False)
            except (KeyError, TypeError, ValueError, AttributeError):
                continue
            # To-device messages have no id: a step comes once in a verification. A row shows its
            # ids to whoever reads the file, but nobody can guess what this one is made of.
            name = sha256(f"{sender} {step.id}".encode()).hexdigest()
            steps.append(Incoming(f"{step.kind} {name}", f"device {name}", sender, step, now))
        return steps

    def _invite(self, room_id: str, next_batch: str, state: dict[str, Any]) -> Incoming | None:
        ours = [
            event
            for event in _events(state)
            if isinstance(event, dict)
            and (event.get("type"), event.get("state_key")) == ("m.room.member", self._me)
        ]
        if not ours:
            return None
        # Invites carry no event id; the token makes a later invite a new one. Who sent it is not
        # known: our homeserver adds its own word to what another server wrote, and may add it last.
        made_up = f"invite {room_id} {next_batch}"
        return Incoming(made_up, room_id, self._me, Invited(len(ours) == 1), NO_TIME)


def _move(  # noqa: PLR0911 -- a case for each
    content: dict[str, Any], before: str | None, *, themselves: bool
) -> Event | None:
    """Say what a change of membership means; None for a new name or picture, and for the rest."""
    match before, content["membership"]:
        case "knock", "leave" | "invite":
            return KnockOver()
        case was, now if was == now:
            return None
        case _, "knock":
            said = content.get("reason")
            reason = " ".join(clean(said).split())[:LONGEST_REASON] if isinstance(said, str) else ""
            _storable(reason)
            return Knocked(reason)
        case _, "join":
            return Joined()
        case "ban", "leave":
            return Readmitted()
        case _, "leave" if themselves or before == "invite":
            return Left()
        case _, "leave" | "ban" as now:
            return Removed(banned=now == "ban")
    return None


def _step(kind: str, name: Any, content: dict[str, Any], *, in_chat: bool) -> VerificationStep:
    written = json.dumps(content, ensure_ascii=False)
    _storable(name, kind, written)  # parts of it are sent back
    if len(written) > LARGEST_STEP or "\\u0000" in written:
        raise ValueError
    return VerificationStep(kind.removeprefix(VERIFICATION), name, content, in_chat)


def _reaction(content: dict[str, Any]) -> Reaction | None:
    # Spec, m.annotation. It may stand for a typed answer.
    relation = _part(content, "m.relates_to")
    target, said = relation["event_id"], sign(relation["key"])
    _storable(target)
    if said is None or relation["rel_type"] != "m.annotation":
        return None
    return Reaction(said, target)


def _storable(*texts: str) -> None:
    """Refuse what is no text, or what no database takes: half a surrogate pair, a NUL."""
    if b"\x00" in "".join(texts).encode():
        raise ValueError


def _sent_at(event: dict[str, Any]) -> datetime:
    stamp = event["origin_server_ts"]
    if type(stamp) is not int or not 0 <= stamp < _LATEST:
        raise TypeError
    return datetime.fromtimestamp(stamp / 1000, UTC)
