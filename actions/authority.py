"""Who may do what, and with what: one function over person, act and object."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from kit.authority import Act, Actor, Role
from kit.codes import code
from kit.errors import NotAllowed, NotFound
from kit.network import Access, RoomPlan
from kit.text import Message, Say, _
from kit.words import fold, names
from storage.tables.cases import OfferRow, RequestRow
from storage.tables.events import EventRow
from storage.tables.moderation import MeasureRow, ReportRow
from storage.tables.people import PersonRow

_LACKING: Mapping[Role, Message] = {
    Role.MEMBER: _("This is for members. Say {start} to become one.", start=Say("start")),
    Role.CURATOR: _("Only library curators can do that. Ask a moderator."),
    Role.ORGANISER: _("Only event organisers can do that. Ask a moderator."),
    Role.MODERATOR: _("Only moderators can do that."),
    Role.STEWARD: _("Only stewards can do that."),
}
# What who may not do it can do instead.
_INSTEAD: Mapping[Act, Message] = {
    Act.MODERATE: _(
        "Only moderators can do that. {report} tells them, and nobody else learns of it.",
        report=Say("report", "…"),
    ),
    Act.HOLD_EVENTS: _(
        "Only event organisers and moderators announce and change events. To become an organiser, "
        "tell the moderators what you plan: {report} goes to them alone.",
        report=Say("report", "…"),
    ),
}
# What is left to who is shut out: their data, and to say that it is wrong.
_SUSPENDED = frozenset({Act.LOOK, Act.APPEAL, Act.SET_WISHES})
# What each role is called where people read of it.
ROLE_NAMES: Mapping[Role, Message] = {
    Role.ANYONE: _("no role"),
    Role.MEMBER: _("member"),
    Role.CURATOR: _("curator"),
    Role.ORGANISER: _("organiser"),
    Role.MODERATOR: _("moderator"),
    Role.STEWARD: _("steward"),
}
# Roles of those who work for the network: its rooms for staff are theirs.
STAFF = frozenset({Role.CURATOR, Role.ORGANISER, Role.MODERATOR, Role.STEWARD})


@dataclass(frozen=True, slots=True)
class Stewards:
    """The Matrix IDs that have every power: the operator's settings name them, nobody else can."""

    user_ids: frozenset[str]

    def actor(self, person: PersonRow) -> Actor:
        """Say who somebody is at this moment."""
        if person.user_id in self.user_ids:
            role = Role.STEWARD
        else:
            role = Role.ANYONE if person.suspended else person.role
        return Actor(
            person.id,
            role,
            person.is_member,
            person.practitioner,
            person.suspended,
            person.user_id,
        )


@dataclass(frozen=True, slots=True)
class Part:
    """Somebody's part in the request they named by *number*; there may be no such thing."""

    number: int
    request: RequestRow | None
    offer: OfferRow | None = None


@dataclass(frozen=True, slots=True)
class DecidedMeasure:
    """A measure, and who decided it, as they stand at this moment, unless they are forgotten."""

    measure: MeasureRow
    decider: Actor | None


def may(by: Actor, act: Act, on: object = None) -> bool:
    """Tell whether ``authorise`` would let somebody do *act* with *on*."""
    try:
        authorise(by, act, on)
    except (NotAllowed, NotFound):
        return False
    return True


def authorise(by: Actor, act: Act, on: object = None) -> None:
    """Do nothing if somebody may do *act* with *on*; otherwise raise what they may read.

    Whoever lacks the role reads the same whatever *on* is, so ask before anything is looked up.

    Raises:
        NotAllowed: they lack the role, or what the object takes.
        NotFound: there is no such thing, or they may not know of it.
    """
    if by.suspended and act not in _SUSPENDED:
        raise NotAllowed(
            _(
                "Moderators shut you out of the network. If that is wrong, say {appeal}.",
                appeal=Say("appeal", "…"),
            )
        )
    if not by.role.may(act.least):
        raise NotAllowed(_INSTEAD.get(act) or _LACKING[act.least])
    match act, on:
        case (
            (Act.MODERATE | Act.UNDO | Act.HANDLE_REPORTS | Act.HEAR_APPEALS | Act.RECOGNISE),
            _,
        ):
            _authorise_moderation(by, act, on)
        case Act.VOUCH, _ if not (by.practitioner or by.role.may(Role.MODERATOR)):
            raise NotAllowed(
                _("Only moderators and people in the practitioners' rooms can vouch for somebody.")
            )
        case Act.GIVE_ROLE, Role.MODERATOR | Role.STEWARD if not by.role.may(Role.STEWARD):
            raise NotAllowed(_("Only stewards decide who is a moderator."))
        case Act.ANNOUNCE, Actor(role=Role.STEWARD) if not by.role.may(Role.STEWARD):
            raise NotAllowed(_("A steward decided that: only stewards take it back."))
        case Act.HOLD_EVENTS, EventRow() if not (
            on.host_id == by.id or by.role.may(Role.MODERATOR)
        ):
            raise NotAllowed(_("Only who announced an event and moderators can change it."))
        case Act.ENTER, RoomPlan() if (closed := _closed(by, on)) is not None:
            raise NotAllowed(closed)
        case ((Act.ASK | Act.TAKE_PART | Act.TAKE_BACK_REQUEST), Part()) if not _has_part(
            by, act, on
        ):
            raise NotFound(_("I know of no request {number} of yours.", number=code(on.number)))


def _authorise_moderation(by: Actor, act: Act, on: object) -> None:
    """Do as ``authorise`` for what moderators decide, and what they read."""
    match act, on:
        case Act.MODERATE, Actor() if (why := _protected(by, on)) is not None:
            raise NotAllowed(why)
        case Act.RECOGNISE, PersonRow() if on.id == by.id:
            raise NotAllowed(not_on_oneself())
        case Act.MODERATE, MeasureRow() if on.by_id != by.id:
            raise NotFound(no_measure(on.id))
        case Act.UNDO, DecidedMeasure() if on.measure.state.proposed and on.measure.by_id != by.id:
            raise NotFound(no_measure(on.measure.id))
        case Act.UNDO, DecidedMeasure(decider=Actor(role=Role.STEWARD)) if not by.role.may(
            Role.STEWARD
        ):
            raise NotAllowed(_("A steward decided that: only stewards take it back."))
        case Act.UNDO, DecidedMeasure() if on.measure.person_id == by.id:
            raise NotAllowed(not_on_oneself())
        case ((Act.HANDLE_REPORTS | Act.HEAR_APPEALS), ReportRow()) if _concerned(by, on):
            raise NotFound(no_report(on.id))


def no_measure(number: int) -> Message:
    """Say that somebody knows of no such measure."""
    return _("I know of no measure {number} of yours.", number=number)


def no_report(number: int) -> Message:
    """Say that somebody knows of no such report."""
    return _("I know of no report {number}.", number=code(number))


def _concerned(by: Actor, report: ReportRow) -> bool:
    """Tell whether a report is about somebody, or may be: of whom is not known stewards read."""
    if fold(report.about) == fold(by.user_id) != "" or names(report.text, by.user_id):
        return True
    return not (report.about or by.role.may(Role.STEWARD))


def not_on_oneself() -> Message:
    """Say that somebody else has to decide."""
    return _("Nobody acts on themselves: ask another moderator.")


def _protected(by: Actor, on: Actor) -> Message | None:
    """Say why somebody may not act on another, None if they may."""
    if by.id == on.id:
        return not_on_oneself()
    if on.role is Role.STEWARD:
        return _("Nobody acts on a steward: the operator's settings name them.")
    if on.role is Role.MODERATOR and not by.role.may(Role.STEWARD):
        return _("Only stewards act on a moderator.")
    return None


def _closed(by: Actor, plan: RoomPlan) -> Message | None:
    """Say why a room is closed to somebody, None if it is open."""
    match plan.access:
        case Access.MEMBERS if not by.member:
            return _("That room is for members. Say {start} first.", start=Say("start"))
        case Access.PRACTITIONERS if not by.practitioner:
            return _(
                "That room is for verified practitioners of the defence. "
                "Ask a moderator to check and invite you."
            )
        case Access.STAFF if by.role not in STAFF:
            return _("That room is by invitation only. Ask a moderator.")
        case Access.INVITE:
            return _("That room is by invitation only. Ask a moderator.")
    return None


def _has_part(by: Actor, act: Act, part: Part) -> bool:
    asks = part.request is not None and part.request.asker_id == by.id
    return asks or (act is Act.TAKE_PART and None not in {part.request, part.offer})
