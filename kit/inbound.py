"""What happens on the homeserver, as far as the hub acts on it, and how a row stores each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, TypeAlias

from kit.stored import Unreadable

FIELD = "org.ilan.hub"
"""The field of a message that hubs write for programs: by it one hub knows the words of another."""


@dataclass(frozen=True, slots=True)
class TextMessage:
    """Somebody said something; *long* tells that it was cut.

    *thread* is the event its thread begins with, *replaces* the event it is an edit of, *replies*
    the one it answers. *vouched*: in an encrypted chat, by a device that its owner vouches for.
    """

    body: str
    long: bool = False
    mentioned: bool = False
    thread: str | None = None
    replaces: str | None = None
    replies: str | None = None
    vouched: bool = False


@dataclass(frozen=True, slots=True)
class Reaction:
    """Somebody set a sign to an event: a number, or a sign for yes or no."""

    sign: str
    to: str


@dataclass(frozen=True, slots=True)
class Wordless:
    """Somebody sent a picture, a voice message, a file, a sticker or a place: no words to read."""


@dataclass(frozen=True, slots=True)
class Displayed:
    """Clients show something of somebody in a room: to be counted and never kept.

    Whatever it is: an emote, a notice, what another hub says or nobody can read. *texts* are what
    different clients show of it, *links* the addresses behind words, *media* those of pictures.
    """

    texts: tuple[str, ...] = ()
    links: tuple[str, ...] = ()
    media: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class GoesBy:
    """Somebody in a room is called so from now on: to be compared and never kept."""

    name: str


@dataclass(frozen=True, slots=True)
class Joined:
    """Somebody entered a room."""


@dataclass(frozen=True, slots=True)
class Knocked:
    """Somebody asks to be let into a room, in their own words."""

    reason: str


@dataclass(frozen=True, slots=True)
class KnockOver:
    """Somebody no longer asks to be let in: they took it back, or were answered in a client."""


@dataclass(frozen=True, slots=True)
class Left:
    """Somebody left a room, or their invitation to it is over."""


@dataclass(frozen=True, slots=True)
class Removed:
    """Somebody else took them out of a room; *banned* tells that they may not return."""

    banned: bool


@dataclass(frozen=True, slots=True)
class Readmitted:
    """Somebody's ban is over."""


@dataclass(frozen=True, slots=True)
class Invited:
    """Somebody invited the hub.

    Another server words the state of a room that the hub is not in: who invites, what kind of room
    it is and what it is called may all be invented. *sound*: it says once that the hub is invited.
    """

    sound: bool = True


@dataclass(frozen=True, slots=True)
class Upgraded:
    """Somebody closed a room, which goes on in another: so they say."""

    to: str


@dataclass(frozen=True, slots=True)
class MembersChanged:
    """Our homeserver told who is in a chat with the hub, and it is not who was there before."""


class Withheld(StrEnum):
    """Why a client gives no key, where its owner can change that (spec, m.room_key.withheld)."""

    UNVERIFIED = "m.unverified"
    BLACKLISTED = "m.blacklisted"


@dataclass(frozen=True, slots=True)
class KeyMissing:
    """Somebody said something that is encrypted, and its key did not come."""

    why: Withheld | None = None


@dataclass(frozen=True, slots=True)
class DeviceUnsigned:
    """Somebody has devices that they do not vouch for, so these get no keys from the hub."""


@dataclass(frozen=True, slots=True)
class IdentityReplaced:
    """Somebody is shown with another identity than the one by which their devices are judged."""


@dataclass(frozen=True, slots=True)
class IdentitySetUp:
    """Somebody set up encryption on a *device*, so that other devices may read than before."""

    device: str


@dataclass(frozen=True, slots=True)
class VerificationStep:
    """Somebody's client goes on with the verification called *id*, by a step of some *kind*.

    *in_chat* tells that it was said in a room, and not by a device to the hub's.
    """

    kind: str
    id: str
    content: Mapping[str, Any]
    in_chat: bool


@dataclass(frozen=True, slots=True)
class InNeed:
    """Somebody wrote where newcomers do that they need a lawyer; what they wrote is left there.

    *language* is the one they seem to have.
    """

    language: str


Said: TypeAlias = TextMessage | Reaction | Wordless
Event: TypeAlias = (
    Said
    | Displayed
    | GoesBy
    | Joined
    | Knocked
    | KnockOver
    | Left
    | Removed
    | Readmitted
    | Invited
    | Upgraded
    | MembersChanged
    | KeyMissing
    | DeviceUnsigned
    | IdentityReplaced
    | IdentitySetUp
    | VerificationStep
    | InNeed
)


# What says nothing beyond its kind.
_PLAIN: Mapping[str, Event] = {
    "wordless": Wordless(),
    "members": MembersChanged(),
    "unread": KeyMissing(),
    "identity": IdentityReplaced(),
    "unsigned": DeviceUnsigned(),
    "join": Joined(),
    "knock_over": KnockOver(),
    "leave": Left(),
    "kick": Removed(banned=False),
    "ban": Removed(banned=True),
    "unban": Readmitted(),
}
_WORDS = {event: word for word, event in _PLAIN.items()}


def dump(event: Event) -> tuple[str, dict[str, Any]]:  # noqa: C901, PLR0911 -- a case for each
    """Give the kind and the payload a row stores."""
    match event:
        case TextMessage(body, long, mentioned, thread, replaces, replies, vouched):
            marks: dict[str, str | bool | None]
            marks = {"mentioned": mentioned, "thread": thread, "replaces": replaces}
            marks |= {"replies": replies, "vouched": vouched}
            return "message", {"body": body, "long": long} | {
                k: v for k, v in marks.items() if v not in {None, False}
            }
        case KeyMissing(Withheld() as why):
            return "unread", {"why": why}
        case Reaction(sign, to):
            return "message", {"body": sign, "reacts_to": to}
        case (
            Wordless()
            | Joined()
            | KnockOver()
            | Left()
            | Removed()
            | Readmitted()
            | MembersChanged()
            | KeyMissing()
            | IdentityReplaced()
            | DeviceUnsigned()
        ):
            return _WORDS[event], {}
        case Invited(sound):
            return "invite", {"sound": sound}
        case Knocked(reason):
            return "knock", {"reason": reason}
        case Upgraded(to):
            return "upgraded", {"to": to}
        case Displayed():
            return "shown", {}
        case GoesBy():
            return "named", {}
        case InNeed(language):
            return "need", {"language": language}
        case VerificationStep(kind, name, content, in_chat):
            step = {"kind": kind, "id": name, "content": dict(content), "in_chat": in_chat}
            return "verification", step
        case IdentitySetUp(device):
            return "set_up", {"device": device}


def load(kind: str, payload: object) -> Event | Unreadable:  # noqa: C901, PLR0911, PLR0912 -- a case for each
    """Read what ``dump`` wrote, in any release."""
    match kind, payload:
        case "message", {"body": str(sign), "reacts_to": str(to)}:
            return Reaction(sign, to)
        case "message", {"body": str(body), **marks}:
            long, mentioned = marks.get("long") is True, marks.get("mentioned") is True
            # An earlier release did not keep which event it was.
            replies = "" if marks.get("replies") is True else _id(marks, "replies")
            thread, replaces = _id(marks, "thread"), _id(marks, "replaces")
            vouched = marks.get("vouched") is True
            return TextMessage(body, long, mentioned, thread, replaces, replies, vouched)
        case "shown", _:
            return Displayed()
        case "named", _:
            return GoesBy("")
        case "need", {"language": str(language)}:
            return InNeed(language)
        case "set_up", {"device": str(device)}:
            return IdentitySetUp(device)
        case "unread", {"why": str(why)} if why in list(Withheld):
            return KeyMissing(Withheld(why))
        case str(word), {} if word in _PLAIN:
            return _PLAIN[word]
        case "knock", {"reason": str(reason)}:
            return Knocked(reason)
        case "upgraded", {"to": str(to)}:
            return Upgraded(to)
        case "invite", {**marks}:
            return Invited(marks.get("sound") is not False)
        case (
            "verification",
            {"kind": str(step), "id": str(name), "content": dict(content), "in_chat": bool(chat)},
        ):
            return VerificationStep(step, name, content, chat)
        case _:
            return Unreadable()


def _id(marks: dict[Any, Any], name: str) -> str | None:
    found = marks.get(name)
    return found if isinstance(found, str) else None
