"""Where the Space differs from what is declared: what it is, and who sets it right."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Literal, TypeAlias

from kit.errand import Errand
from kit.text import Code, Message, Node, _, n_

APPLY = Code("ilan-hub space apply")
PRUNE = Code("ilan-hub space apply --prune")


JoinRule: TypeAlias = Literal["public", "knock", "invite"]
"""How people join the Space (Matrix specification, ``m.room.join_rules``)."""


class Mend(StrEnum):
    """Who sets a difference right."""

    ALONE = "alone"  # the hub, without asking
    APPLY = "apply"  # the hub, when an operator says so
    CONFIRM = "confirm"  # likewise, after a yes: it cannot be undone, or people leave
    PRUNE = "prune"  # likewise, and only where that is asked for: something is taken away
    HAND = "hand"  # only somebody else can


class Difference(StrEnum):
    """Every way in which a room can differ from what is declared."""

    MISSING = "create"
    NAME = "name"
    TOPIC = "topic"
    JOIN_RULE = "join rule"
    GUESTS = "guests"
    HISTORY = "history"
    LEVELS = "levels"
    PICTURE = "picture"
    PIN = "pin"
    LISTED = "link"
    UNLISTED = "unlink"
    PARENT = "parent"
    ADDRESS = "address"
    KEEPER = "keeper"
    ENCRYPTION = "encrypt"
    OUTSIDERS = "remove"
    CLOSED = "follow"
    ENDED = "ended"
    ARCHIVED = "archive"
    UNDECLARED = "prune"
    FORMER = "former"
    STRAY = "stray"
    TAKEN = "taken"
    UNREADABLE = "unreadable"
    POWERLESS = "powerless"
    STAYS_ENCRYPTED = "encrypted"


_MENDS: Mapping[Difference, Mend] = {
    Difference.ENCRYPTION: Mend.CONFIRM,
    Difference.OUTSIDERS: Mend.CONFIRM,
    Difference.UNDECLARED: Mend.PRUNE,
    Difference.STRAY: Mend.PRUNE,
    Difference.UNREADABLE: Mend.APPLY,
    Difference.ENDED: Mend.HAND,
    Difference.TAKEN: Mend.HAND,
    Difference.POWERLESS: Mend.HAND,
    Difference.STAYS_ENCRYPTED: Mend.HAND,
}


@dataclass(frozen=True, slots=True)
class Drift:
    """One difference of one room, and the errands that set it right, in their order.

    *about* says more of it: another room, an address, a code; *people* how many it concerns.
    """

    kind: Difference
    slug: str
    errands: tuple[Errand, ...] = ()
    about: str = ""
    people: int = field(default=0, kw_only=True)

    @property
    def mend(self) -> Mend:
        """Who sets it right."""
        return _MENDS.get(self.kind, Mend.ALONE)

    @property
    def what(self) -> Message:
        """Say what differs."""
        if self.kind is Difference.OUTSIDERS:
            return n_(
                "{n} person is inside who may no longer enter, and would be removed.",
                "{n} people are inside who may no longer enter, and would be removed.",
                self.people,
            )
        return _WHAT[self.kind](Code(self.about))

    @property
    def advice(self) -> Message:
        """Say who sets it right, and how."""
        if (said := _ADVICE.get(self.kind)) is not None:
            return said(Code(self.about))
        match self.mend:
            case Mend.ALONE:
                return _("I mend it by myself; at once with {command}.", command=APPLY)
            case Mend.PRUNE:
                return _("The operator says {command}.", command=PRUNE)
            case _:
                return _("The operator says {command}.", command=APPLY)


_WHAT: Mapping[Difference, Callable[[Node], Message]] = {
    Difference.MISSING: lambda _about: _("It is not made yet."),
    Difference.NAME: lambda _about: _("It has another name."),
    Difference.TOPIC: lambda _about: _("It has another description."),
    Difference.JOIN_RULE: lambda _about: _("Others may enter than declared."),
    Difference.GUESTS: lambda _about: _("Guests without an account may enter."),
    Difference.HISTORY: lambda _about: _("Who enters reads another part of what was said before."),
    Difference.LEVELS: lambda _about: _("Others may write or invite than declared."),
    Difference.PICTURE: lambda _about: _("Its picture is missing, or an old one."),
    Difference.PIN: lambda _about: _("What is to be pinned is not."),
    Difference.LISTED: lambda space: _("It is not listed as declared in {space}.", space=space),
    Difference.UNLISTED: lambda space: _("It is still listed in {space}.", space=space),
    Difference.PARENT: lambda space: _("It does not name {space} as its Space.", space=space),
    Difference.ADDRESS: lambda address: _("It lacks its address {address}.", address=address),
    Difference.KEEPER: lambda user: _(
        "If my account were lost, {user} could not hand it on to another one.", user=user
    ),
    Difference.ENCRYPTION: lambda _about: _(
        "It is to be encrypted. That cannot be undone; what was said before stays readable."
    ),
    Difference.CLOSED: lambda _about: _("It was closed, and goes on in another room."),
    Difference.ENDED: lambda _about: _("It was closed, and goes on nowhere."),
    Difference.ARCHIVED: lambda _about: _("It is archived, and to be closed."),
    Difference.UNDECLARED: lambda _about: _(
        "It is declared no more. Closing it keeps it for those who are in it."
    ),
    Difference.FORMER: lambda room: _(
        "It lists a room that went on in another: {room}.", room=room
    ),
    Difference.STRAY: lambda room: _("It lists a room that is not declared: {room}.", room=room),
    Difference.TAKEN: lambda address: _(
        "Its address {address} belongs to a room that I did not make for this.",
        address=address,
    ),
    Difference.UNREADABLE: lambda code: _("I cannot read it: {code}.", code=code),
    Difference.POWERLESS: lambda level: _(
        "I lack the power to change it: that takes level {level}.", level=level
    ),
    Difference.STAYS_ENCRYPTED: lambda _about: _(
        "It is encrypted, which cannot be undone, and declared not to be."
    ),
}
_ADVICE: Mapping[Difference, Callable[[Node], Message]] = {
    Difference.UNREADABLE: lambda _code: _(
        "Somebody in it invites my account, then the operator says {command}.",
        command=APPLY,
    ),
    Difference.ENDED: lambda _about: _(
        "The operator takes it out of the file, or gives it another slug."
    ),
    Difference.TAKEN: lambda address: _(
        "An administrator of the homeserver deletes {address}, then the operator says {command}.",
        address=address,
        command=APPLY,
    ),
    Difference.POWERLESS: lambda level: _(
        "Somebody with that power gives my account level {level}.", level=level
    ),
    Difference.STAYS_ENCRYPTED: lambda _about: _(
        "The operator writes {line} for it.", line=Code("encrypted: true")
    ),
}
