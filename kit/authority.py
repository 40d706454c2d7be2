"""Who somebody is by our own records, and the closed set of what can be done here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Role(StrEnum):
    """What a person may do, by our own records: power levels never say it."""

    ANYONE = "anyone"
    MEMBER = "member"
    CURATOR = "curator"
    ORGANISER = "organiser"
    MODERATOR = "moderator"
    STEWARD = "steward"

    def may(self, needed: Role) -> bool:
        """Whether somebody with this role has the powers of *needed*."""
        return needed in _POWERS[self]


_POWERS: Mapping[Role, frozenset[Role]] = {
    Role.ANYONE: frozenset({Role.ANYONE}),
    Role.MEMBER: frozenset({Role.ANYONE, Role.MEMBER}),
    Role.CURATOR: frozenset({Role.ANYONE, Role.MEMBER, Role.CURATOR}),
    Role.ORGANISER: frozenset({Role.ANYONE, Role.MEMBER, Role.ORGANISER}),
    Role.MODERATOR: frozenset(Role) - {Role.STEWARD},
    Role.STEWARD: frozenset(Role),
}


class Act(StrEnum):
    """Everything that can be done. ``least`` is the role without which it never may be.

    What else it takes depends on the object, and ``actions.authority`` decides it.
    """

    LOOK = "look things up, see and erase what is kept of oneself"
    BECOME_MEMBER = "become a member"
    APPEAL = "say that a measure about oneself is wrong"
    ENTER = "go into a room"
    AWAIT = "be told when the library has something"
    SET_WISHES = "choose one's language and clock, and when one is written to"
    KEEP_MEMBERSHIP = "agree again, confirm, or no longer be a member"
    CHANGE_PROFILE = "change one's answers and what others find of them"
    FIND_MEMBERS = "look for other members"
    VOUCH = "give one's word for a colleague"
    TAKE_BACK_WORD = "take one's word back"
    SERVE = "be an expert"
    ASK = "ask for an expert"
    TAKE_PART = "go on with a request"
    TAKE_BACK_REQUEST = "take one's request back"
    ATTEND = "go to an event"
    HOLD_EVENTS = "announce events, change them and call them off"
    CONTRIBUTE = "suggest, share, translate, report"
    CURATE = "decide about the library"
    ASK_ROOM = "ask for a room"
    KEEP_ROOMS = "add, change and close rooms"
    GIVE_ROLE = "give somebody a role"
    REPORT = "tell the moderators of somebody or something"
    HANDLE_REPORTS = "look into reports"
    HEAR_APPEALS = "read what is said against a measure, and of reports that nobody takes up"
    MODERATE = "act on somebody who breaks the rules"
    UNDO = "take back what a moderator did"
    UNDO_ALL = "take back all that a moderator did"
    OVERSEE = "see how the hub and the network are"
    ANNOUNCE = "announce something to the whole network"
    RECOGNISE = "say that a new identity for encryption is somebody's"
    TRIAGE = "look after requests of others"
    PURGE = "erase a region"

    @property
    def least(self) -> Role:
        """The least role."""
        return _LEAST[self]


_LEAST: Mapping[Act, Role] = {
    Act.LOOK: Role.ANYONE,
    Act.BECOME_MEMBER: Role.ANYONE,
    Act.APPEAL: Role.ANYONE,
    Act.ENTER: Role.ANYONE,
    Act.AWAIT: Role.ANYONE,
    Act.SET_WISHES: Role.ANYONE,
    Act.KEEP_MEMBERSHIP: Role.MEMBER,
    Act.CHANGE_PROFILE: Role.MEMBER,
    Act.FIND_MEMBERS: Role.MEMBER,
    Act.VOUCH: Role.MEMBER,
    Act.TAKE_BACK_WORD: Role.MEMBER,
    Act.SERVE: Role.MEMBER,
    Act.ASK: Role.MEMBER,
    Act.TAKE_PART: Role.MEMBER,
    Act.TAKE_BACK_REQUEST: Role.MEMBER,
    Act.ATTEND: Role.MEMBER,
    Act.HOLD_EVENTS: Role.ORGANISER,
    Act.CONTRIBUTE: Role.MEMBER,
    Act.CURATE: Role.CURATOR,
    Act.ASK_ROOM: Role.MEMBER,
    Act.KEEP_ROOMS: Role.MODERATOR,
    Act.GIVE_ROLE: Role.MODERATOR,
    Act.REPORT: Role.ANYONE,
    Act.HANDLE_REPORTS: Role.MODERATOR,
    Act.HEAR_APPEALS: Role.STEWARD,
    Act.MODERATE: Role.MODERATOR,
    Act.UNDO: Role.MODERATOR,
    Act.UNDO_ALL: Role.STEWARD,
    Act.OVERSEE: Role.MODERATOR,
    Act.ANNOUNCE: Role.MODERATOR,
    Act.RECOGNISE: Role.MODERATOR,
    Act.TRIAGE: Role.MODERATOR,
    Act.PURGE: Role.STEWARD,
}


@dataclass(frozen=True, slots=True)
class Actor:
    """Somebody who wants something done, as they stand at this moment."""

    id: int
    role: Role
    member: bool = False
    practitioner: bool = False
    suspended: bool = False
    user_id: str = ""
