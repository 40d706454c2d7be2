"""What the hub does on the homeserver: a closed set of errands, and how a row stores each."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any, ClassVar, TypeAlias, get_args

from kit.roomkey import RoomKey, read_key
from kit.stored import Unreadable, read_fields

Content: TypeAlias = Mapping[str, Any]
"""JSON of the Matrix specification, passed on as it is."""


@dataclass(frozen=True, slots=True)
class Send:
    """Say something: the content of one ``m.room.message``."""

    action: ClassVar[str] = "send"
    message: Content


@dataclass(frozen=True, slots=True)
class SendFile:
    """Upload a file, JSON or a text, then send the message that shows it."""

    action: ClassVar[str] = "file"
    message: Content
    file: Content | str

    @property
    def data(self) -> bytes:
        """What is in the file."""
        text = self.file
        return (text if isinstance(text, str) else json.dumps(text, ensure_ascii=False)).encode()


@dataclass(frozen=True, slots=True)
class SendSealed:
    """Send what *message* says, encrypted for those who were in the room: the same for every try.

    The message stays until then, because what waits may have to go into another chat.
    """

    action: ClassVar[str] = "sealed"
    message: Content
    sealed: Content


@dataclass(frozen=True, slots=True)
class Pin:
    """Say something in a room and pin it there."""

    action: ClassVar[str] = "pin"
    message: Content


@dataclass(frozen=True, slots=True)
class SetPicture:
    """Give a room the picture that ``kit.drawing`` makes of these."""

    action: ClassVar[str] = "picture"
    lines: str
    ink: str
    paper: str


@dataclass(frozen=True, slots=True)
class SendStep:
    """Go on with a verification: an event of some *type* that says nothing to people."""

    action: ClassVar[str] = "step"
    type: str
    message: Content


@dataclass(frozen=True, slots=True)
class SendInClear:
    """Say to whoever is in a room, before all that waits there, why they cannot read the rest."""

    action: ClassVar[str] = "clear"
    message: Content


@dataclass(frozen=True, slots=True)
class Within:
    """Where a new room belongs: its parent, and the Space whose members may join."""

    parent: RoomKey
    gate: RoomKey | None = None


@dataclass(frozen=True, slots=True)
class Create:
    """Make a room; *room* is what ``createRoom`` is asked for."""

    action: ClassVar[str] = "create"
    room: Content
    within: Within | None = None


@dataclass(frozen=True, slots=True)
class SpaceChild:
    """List a room in the Space *parent*."""

    action: ClassVar[str] = "link"
    parent: RoomKey
    content: Content


@dataclass(frozen=True, slots=True)
class Address:
    """Give a room the address that people reach it by; *localpart* is the part before the colon."""

    action: ClassVar[str] = "address"
    localpart: str


@dataclass(frozen=True, slots=True)
class SetState:
    """Set one piece of room state."""

    action: ClassVar[str] = "state"
    type: str
    state_key: str
    content: Content


@dataclass(frozen=True, slots=True)
class SetLevels:
    """Set some of a room's power levels; all others stay, above all those of people."""

    action: ClassVar[str] = "levels"
    levels: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Invite:
    """Invite somebody who is not in the room yet."""

    action: ClassVar[str] = "invite"
    user_id: str


@dataclass(frozen=True, slots=True)
class Remove:
    """Take somebody out, or their invitation back."""

    action: ClassVar[str] = "kick"
    user_id: str


@dataclass(frozen=True, slots=True)
class Uninvite:
    """Take an invitation back; who has joined stays."""

    action: ClassVar[str] = "uninvite"
    user_id: str


@dataclass(frozen=True, slots=True)
class AnswerKnock:
    """Let somebody in who knocks, or turn them away; who no longer does stays as they are."""

    action: ClassVar[str] = "knock"
    user_id: str
    let_in: bool


@dataclass(frozen=True, slots=True)
class Redact:
    """Delete what a message says."""

    action: ClassVar[str] = "redact"
    event_id: str


@dataclass(frozen=True, slots=True)
class RedactSince:
    """Delete what somebody said in a room *since* a moment (ISO 8601)."""

    action: ClassVar[str] = "redact_since"
    user_id: str
    since: str


@dataclass(frozen=True, slots=True)
class Ban:
    """Take somebody out, so that they may not return."""

    action: ClassVar[str] = "ban"
    user_id: str


@dataclass(frozen=True, slots=True)
class Unban:
    """Let somebody return who is banned."""

    action: ClassVar[str] = "unban"
    user_id: str


@dataclass(frozen=True, slots=True)
class SetLevel:
    """Give somebody a power level of their own, or with None that of everybody."""

    action: ClassVar[str] = "level"
    user_id: str
    level: int | None


@dataclass(frozen=True, slots=True)
class Examine:
    """Ask what a *measure* is about, in all rooms of the Space: it changes nothing there."""

    action: ClassVar[str] = "examine"
    measure: int


@dataclass(frozen=True, slots=True)
class FindAuthor:
    """Ask who sent the event that a *report* is about."""

    action: ClassVar[str] = "author"
    event_id: str
    report: int


@dataclass(frozen=True, slots=True)
class Unsay:
    """Take back a message that may be under way: learn which event it became, and redact that.

    The homeserver answers the row's own transaction id with the event it made for it, whatever is
    said (spec, transaction identifiers); if it made none, it makes one that says nothing.
    """

    action: ClassVar[str] = "unsay"


@dataclass(frozen=True, slots=True)
class Join:
    """Enter a room that the hub is invited to."""

    action: ClassVar[str] = "join"


@dataclass(frozen=True, slots=True)
class Follow:
    """Go on in the room that this one was upgraded to, if both rooms say so."""

    action: ClassVar[str] = "follow"
    to: str


@dataclass(frozen=True, slots=True)
class Upgrade:
    """Close a room for one of another room *version*, which the homeserver makes of it."""

    action: ClassVar[str] = "upgrade"
    version: str


@dataclass(frozen=True, slots=True)
class Leave:
    """Leave a room, or decline the invitation to it, for a *reason* that clients show."""

    action: ClassVar[str] = "leave"
    reason: str = ""


Errand: TypeAlias = (
    Send
    | SendFile
    | SendSealed
    | Pin
    | SetPicture
    | SendStep
    | SendInClear
    | Create
    | SpaceChild
    | Address
    | SetState
    | SetLevels
    | Invite
    | Remove
    | Uninvite
    | AnswerKnock
    | Redact
    | RedactSince
    | Ban
    | Unban
    | SetLevel
    | Examine
    | FindAuthor
    | Unsay
    | Join
    | Follow
    | Upgrade
    | Leave
)


def initial(event_type: str, **content: Any) -> dict[str, Any]:
    """Give one event of ``initial_state``, by which ``createRoom`` makes a room as it has to be."""
    return {"type": event_type, "state_key": "", "content": content}


MEGOLM = "m.megolm.v1.aes-sha2"
ENCRYPTION = initial("m.room.encryption", algorithm=MEGOLM)

KINDS: Mapping[str, type[Errand]] = {each.action: each for each in get_args(Errand)}


def dump(errand: Errand) -> dict[str, Any]:
    """Give the JSON of an errand; its action is stored beside it."""
    match errand:
        case Send(message):
            return dict(message)
        case Create(room, None):
            return dict(room)
        case Create(room, Within(parent, None)):
            return {**room, "within": {"parent": str(parent)}}
        case Create(room, Within(parent, gate)):
            return {**room, "within": {"parent": str(parent), "gate": str(gate)}}
        case SpaceChild(parent, content):
            return {"parent": str(parent), "content": content}
        case _:
            return {each.name: getattr(errand, each.name) for each in fields(errand)}


def load(action: str, content: object) -> Errand | Unreadable:
    """Read what ``dump`` wrote, in any release."""
    kind = KINDS.get(action)
    if kind is None or not isinstance(content, dict):
        return Unreadable()
    if kind is Send:
        return Send(content)
    if kind is Create:
        return _creation(content)
    if kind is SpaceChild:
        content = {**content, "parent": read_key(content.get("parent"))}
    match read_fields(kind, content):
        case SendFile(message) if not isinstance(message.get("filename"), str):
            return Unreadable()
        case errand:
            return errand


def unsealed(action: str, content: Mapping[str, Any] | None) -> tuple[str, dict[str, Any]]:
    """Give what a row says as it was before it was sealed: for another room it is sealed anew.

    A step of a verification says nothing there, and what was said about a room neither.
    """
    said = content or {}
    if action == SendSealed.action:
        return Send.action, dict(said["message"])
    return action, {} if action in {SendStep.action, SendInClear.action} else dict(said)


def _creation(content: Mapping[str, Any]) -> Create | Unreadable:
    room = {name: value for name, value in content.items() if name != "within"}
    if "within" not in content:
        return Create(room)
    keys = content["within"]
    if not isinstance(keys, dict):
        return Unreadable()
    within = read_fields(Within, {name: read_key(written) for name, written in keys.items()})
    return within if isinstance(within, Unreadable) else Create(room, within)
