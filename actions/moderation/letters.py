"""What moderators read of measures, and those whom these are about."""

from __future__ import annotations

from collections.abc import Mapping

from actions.moderation.appeal_letters import appeal_of, granted
from actions.moderation.floods import Flood
from kit.authority import Actor
from kit.listing import Listing, ListKind, yes_or_no
from kit.network import Network
from kit.text import (
    Bullets,
    Label,
    Message,
    Names,
    Node,
    Paragraphs,
    Pill,
    Reply,
    Say,
    Verbatim,
    _,
    n_,
)
from kit.times import When
from storage.tables.moderation import Measure, MeasureRow


def deed(  # noqa: PLR0911 -- a case for each
    measure: MeasureRow, user_id: str, rooms: int, messages: int = 0, where: Names | None = None
) -> Message:
    """Name what is done, to whom, and in how many rooms, or in the one that is named."""
    user = Pill(user_id)
    match measure.kind:
        case _ if where:
            return _deed_in(measure.kind, user, Label(where), messages)
        case Measure.WARN:
            return _("warning {user}", user=user)
        case Measure.MUTE:
            return n_("muting {user} in {n} room", "muting {user} in {n} rooms", rooms, user=user)
        case Measure.REMOVE:
            return n_(
                "removing {user} from {n} room", "removing {user} from {n} rooms", rooms, user=user
            )
        case Measure.BAN:
            return n_(
                "banning {user} from {n} room", "banning {user} from {n} rooms", rooms, user=user
            )
        case Measure.UNBAN:
            return n_(
                "letting {user} return to {n} room",
                "letting {user} return to {n} rooms",
                rooms,
                user=user,
            )
        case Measure.REDACT:
            return n_(
                "deleting {n} message of {user}",
                "deleting {n} messages of {user}",
                messages,
                user=user,
            )


def _deed_in(kind: Measure, user: Pill, room: Label, messages: int) -> Message:
    match kind:
        case Measure.REDACT:
            return n_(
                "deleting {n} message of {user} in the room {room}",
                "deleting {n} messages of {user} in the room {room}",
                messages,
                user=user,
                room=room,
            )
        case Measure.MUTE:
            return _("muting {user} in the room {room}", user=user, room=room)
        case Measure.BAN:
            return _("banning {user} from the room {room}", user=user, room=room)
    return _("removing {user} from the room {room}", user=user, room=room)


_TOO_MUCH: Mapping[str, Message] = {
    Flood.MESSAGES: _("very many messages in a minute"),
    Flood.EVERYWHERE: _("very many messages in all rooms in a minute"),
    Flood.COPIES: _("the same text in many rooms"),
    Flood.LINK: _("a link of somebody who has just come"),
}


def _why(measure: MeasureRow) -> Node:
    """Say why a measure was decided; of one of the hub in the words of its reader."""
    usual = Verbatim(measure.reason)
    return _TOO_MUCH.get(measure.reason, usual) if measure.of_hub else usual


def facts(measure: MeasureRow) -> list[Node]:
    """Say why, since when, and until when."""
    since = [_("Since: {when}", when=When(measure.since))] if measure.since else []
    until = [_("Until: {when}", when=When(measure.until))] if measure.until else []
    reason = [_("Reason: {reason}", reason=_why(measure))] if measure.reason else []
    return [*reason, *since, *until]


def preview(measure: MeasureRow, what: Message, user_id: str) -> Reply:
    """Show a moderator what would be done, before anything is."""
    number = str(measure.id)
    if measure.shuts_out:
        after = _(
            "{undo} brings back their roles, their entry as an expert and their way into these "
            "rooms; what they asked experts stays taken back.",
            undo=Say("undo", number),
        )
    elif measure.kind is Measure.REDACT:
        after = _("What is deleted does not come back.")
    elif measure.kind is Measure.WARN:
        after = _("They read the reason in their chat with me, and nobody else does.")
    else:
        after = _("{undo} takes it back.", undo=Say("undo", number))
    heading = _("Measure {number}: {what}.", number=measure.id, what=what)
    ask = _("Shall I do it? Answer yes or no.")
    listing = yes_or_no(f"carry out {number}", f"undo {number}")
    body = Paragraphs([heading, Bullets(facts(measure)), *_limits(measure, user_id), after, ask])
    return Reply("measure.preview", body, (number,), listing=listing)


def _limits(measure: MeasureRow, user_id: str) -> list[Node]:
    """Say what a ban prevents in rooms that it does not count, and what others leave open."""
    if measure.kind is Measure.BAN and not measure.in_one_room:
        text = _(
            "These are the Space and the rooms where they are. Banned from the Space, they get "
            "into no other of its rooms."
        )
        return [text]
    if measure.kind is Measure.REDACT and measure.since is not None:
        text = _(
            "To delete one message alone, answer it in its room with {redact}.",
            redact=Say("redact"),
        )
        return [text]
    if measure.kind is not Measure.REMOVE:
        return []
    ban = Say("ban", f"{user_id} …")
    if measure.in_one_room:
        return [_("They can come back whenever they like. {ban} keeps somebody out.", ban=ban)]
    return [
        _(
            "They can come back at once to rooms that are open to everybody. {ban} keeps "
            "somebody out.",
            ban=ban,
        )
    ]


def lost() -> Reply:
    """Tell a moderator that there is no message any more, so nobody who wrote it."""
    text = _("I cannot find that message in a room of the Space, so I do not know who wrote it.")
    return Reply("measure.lost", text)


def idle(user_id: str) -> Reply:
    """Tell a moderator that nothing is left to be done."""
    text = _("I find nothing to do about {user} in the rooms of the Space.", user=Pill(user_id))
    return Reply("measure.idle", text)


def finished(measure: MeasureRow, what: Message, done: int, failed: int) -> Reply:
    """Tell a moderator what came of it, in figures."""
    heading = _("Measure {number} is done: {what}.", number=measure.id, what=what)
    return Reply("measure.done", Paragraphs([heading, *_figures(done, failed)]), (str(measure.id),))


def undone(measure: MeasureRow, done: int, failed: int) -> Reply:
    """Tell a moderator that a measure no longer holds."""
    heading = _("Measure {number} is taken back.", number=measure.id)
    body = Paragraphs([heading, *_figures(done, failed)])
    return Reply("measure.undone", body, (str(measure.id),))


def _figures(done: int, failed: int) -> list[Node]:
    if not failed:
        return []
    refused = _(
        "Rooms in which it is done: {done}. Rooms in which the homeserver refused it: {failed}. "
        "There, somebody has to do it who has more power than I have.",
        done=done,
        failed=failed,
    )
    return [refused]


def told(measure: MeasureRow, network: Network, where: Names | None) -> Reply:
    """Tell somebody what moderators decided about them, why, and what they can say to it.

    *where* names the one room in which it holds.
    """
    if measure.kind is Measure.UNBAN:
        return Reply("measure.told", decision(measure, network, where), (str(measure.id),))
    appeal = _(
        "If that is wrong, say {appeal} and why: the stewards of the network read it.",
        appeal=Say("appeal", f"{measure.id} …"),
    )
    return Reply("measure.told", Paragraphs([*decided(measure, network, where), appeal]))


def decided(measure: MeasureRow, network: Network, where: Names | None) -> list[Node]:
    """Say what was decided about its reader, why, until when, and whether they appealed."""
    until = [_("Until: {when}", when=When(measure.until))] if measure.until else []
    why = [_("Reason: {reason}", reason=_why(measure))] if measure.reason else []
    return [decision(measure, network, where), Bullets([*why, *until, *appeal_of(measure)])]


def decision(  # noqa: PLR0911 -- a case for each
    measure: MeasureRow, network: Network, where: Names | None
) -> Message:
    """Say to whom a measure is about what was decided."""
    name = Label(network.names)
    match measure.kind:
        case Measure.MUTE if measure.of_hub:
            return _(
                "I muted you for a while: you can read, not write. Nobody decided that; "
                "moderators know of it and can take it back."
            )
        case Measure.MUTE if where:
            return _(
                "The moderators of {network} muted you in the room {room}: you can read there, "
                "not write.",
                network=name,
                room=Label(where),
            )
        case Measure.REMOVE | Measure.BAN if where:
            return _(
                "The moderators of {network} took you out of the room {room}.",
                network=name,
                room=Label(where),
            )
        case Measure.WARN:
            return _("The moderators of {network} warn you.", network=name)
        case Measure.MUTE:
            return _(
                "The moderators of {network} muted you: you can read, not write.", network=name
            )
        case Measure.REMOVE | Measure.BAN:
            return _("The moderators of {network} took you out of its rooms.", network=name)
        case Measure.UNBAN:
            return _("You may return to the rooms of {network}.", network=name)
        case Measure.REDACT:
            return _("The moderators of {network} deleted messages of yours.", network=name)


def acted(measure: MeasureRow, what: Message, user_id: str) -> Reply:
    """Tell a moderator what the hub did by itself."""
    number = str(measure.id)
    heading = _("By myself I began measure {number}: {what}.", number=number, what=what)
    how = _(
        "{undo} takes it back, and then I leave them alone. {redact} deletes what they wrote.",
        undo=Say("undo", number),
        redact=Say("redact", user_id),
    )
    body = Paragraphs([heading, Bullets(facts(measure)), how])
    listing = Listing.card(ListKind.MEASURES, number)
    about = [measure.person_id] if measure.person_id is not None else []
    return Reply("measure.own", body, (number,), about=about, listing=listing)


def lifted(measure: MeasureRow, network: Network, where: Names | None) -> Reply:
    """Tell somebody that a measure about them no longer holds; *where* is its one room."""
    body = Paragraphs([*granted(measure), _lifted(measure, network, where)])
    return Reply("measure.lifted", body)


def _lifted(measure: MeasureRow, network: Network, where: Names | None) -> Message:
    match measure.kind:
        case Measure.WARN:
            return _(
                "The moderators of {network} take their warning back.", network=Label(network.names)
            )
        case Measure.MUTE if where:
            return _("You may write in the room {room} again.", room=Label(where))
        case Measure.MUTE:
            return _("You may write in the rooms again.")
        case _ if where:
            return _("You may return to the room {room}.", room=Label(where))
    return _(
        "You may return to the rooms of {network}: accept my invitation. All that was yours here "
        "is yours again, but for what you had asked experts, and places at events that have only "
        "so many: please ask again. {rooms} shows the rooms.",
        network=Label(network.names),
        rooms=Say("rooms"),
    )


def overtaken(measure: MeasureRow, by: MeasureRow, what: Message) -> Reply:
    """Tell a moderator that what they decided gave way to something harder."""
    said: dict[str, Node | int] = {"number": measure.id, "other": by.id, "what": what}
    text = _(
        "Measure {number} is dropped, because another moderator decided something harder about "
        "the same person: measure {other}, {what}.",
        **said,
    )
    if measure.by_id == by.by_id:
        text = _(
            "Measure {number} is dropped, because you decided something harder about the same "
            "person: measure {other}, {what}.",
            **said,
        )
    return Reply("measure.overtaken", text, (str(measure.id), str(by.id)))


def taken_back(by: Actor, measure: MeasureRow) -> Reply:
    """Tell a moderator that somebody else took back what they had decided."""
    text = _(
        "{user} took back measure {number}, which you had decided.",
        user=Pill(by.user_id),
        number=measure.id,
    )
    return Reply("measure.taken_back", text, (str(measure.id),), about=[by.id])
