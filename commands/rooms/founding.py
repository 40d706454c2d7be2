"""Add, change and close rooms, and ask for one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

from actions.moderation.naming import Naming
from actions.rooms import letters
from actions.rooms.founding import Founding, RoomEnds, RoomWish
from actions.rooms.knocking import KnockedToday, KnockEnds, Knocking, KnockNews
from actions.rooms.letters import Waiting, wanted
from actions.rooms.visits import RoomFinder
from commands.rooms._feature import feature
from commands.rooms._steps import Wanted, changing, founding
from kit.authority import Act
from kit.command import Call, Rest, Word
from kit.dialogue import Open
from kit.due import Due
from kit.errors import NotFound
from kit.network import Access
from kit.text import Bullets, Figure, Label, Node, Paragraphs, Pill, Reply, Say, _, n_
from kit.trait import Slot
from kit.words import quote, read_which

MOST = 5


Which = Annotated[int | str, Word(_("number or Matrix ID"), read=read_which, person=True)]


@feature.command("room add", summary=_("add a room to the Space"), act=Act.KEEP_ROOMS, private=True)
async def add(call: Call) -> Open[Wanted]:
    """Ask what a new room is to be."""
    return Open(founding, Wanted())


@feature.command(
    "room ask", summary=_("ask for a room for a working group"), act=Act.ASK_ROOM, private=True
)
async def ask(call: Call, rooms: Founding) -> Open[Wanted]:
    """Ask a member what their room is to be."""
    await rooms.may_ask(call.by)
    return Open(founding, Wanted(asked=True))


@feature.dialogue(founding, act=lambda draft: draft.act)
async def founded(call: Call, draft: Wanted, rooms: Founding) -> Reply:
    """Build the room, or put it to the moderators."""
    if not draft.sure:
        return Reply("rooms.dropped", _("Then nothing is changed."))
    wish = RoomWish(draft.name, draft.topic, Access(draft.access), draft.weeks)
    if draft.asked:
        row = await rooms.ask(call.by, wish, call.language, call.now)
        text = _("A moderator decides about it, and I tell you: {name}", name=Label(row.names))
        return Reply("rooms.asked_for", text)
    row = await rooms.add(call.by, wish, call.language, call.now)
    text = _(
        "I build it: {name}. In some minutes {join} takes you there.",
        name=Label(row.names),
        join=Say("join", row.slug),
    )
    return Reply("rooms.added", text, ids=(row.slug,))


@feature.command(
    "room edit", summary=_("change a room that was added"), act=Act.KEEP_ROOMS, private=True
)
async def edit(
    call: Call,
    rooms: Founding,
    finder: RoomFinder,
    said: Annotated[str, Rest(_("room"), slot=Slot.ROOM)],
) -> Open[Wanted]:
    """Ask what is to be otherwise with a room."""
    row = await rooms.of_chat(_slug(finder, said, call))
    name, topic = (names.get(call.language, names["en"]) for names in (row.names, row.topics))
    return Open(changing, Wanted(slug=row.slug, name=name, topic=topic, access=row.access))


@feature.dialogue(changing, act=Act.KEEP_ROOMS)
async def edited(call: Call, draft: Wanted, rooms: Founding) -> Reply:
    """Change the room."""
    if not draft.sure:
        return Reply("rooms.dropped", _("Then nothing is changed."))
    wish = RoomWish(draft.name, draft.topic, Access(draft.access))
    row = await rooms.change(call.by, draft.slug, wish, call.language)
    text = _("In some minutes it is changed: {name}", name=Label(row.names))
    return Reply("rooms.changed", text, ids=(row.slug,))


@feature.command(
    "room archive",
    summary=_("close a room that was added"),
    act=Act.KEEP_ROOMS,
    private=True,
    weighty=True,
)
async def archive(
    call: Call,
    rooms: Founding,
    finder: RoomFinder,
    said: Annotated[str, Rest(_("room"), slot=Slot.ROOM)],
) -> Reply:
    """Close a room; who is in it can still read."""
    row = await rooms.archive(call.by, _slug(finder, said, call))
    text = _(
        "I close it: {name}. Nobody enters or writes there any more; who is in it can still read.",
        name=Label(row.names),
    )
    return Reply("rooms.archived", text, ids=(row.slug,))


@feature.command(
    "room asked",
    summary=_("rooms that members ask for, and who asks to be let into one"),
    act=Act.KEEP_ROOMS,
    private=True,
    shows=True,
)
async def waiting(call: Call, rooms: Founding, knocking: Knocking) -> Reply:
    """List the rooms that members ask for and who asks to be let into one, the oldest first."""
    rows, knocks = await rooms.asked(call.by), await knocking.waiting(call.by)
    if knocks and not rows:
        return Reply("rooms.waiting", Paragraphs(_at_doors(knocks)))
    if not rows:
        return Reply("rooms.waiting", _("Nobody waits for a room."))
    shown = [
        part
        for row in rows[:MOST]
        for part in (_("Room {number}:", number=Figure(row.id)), wanted(row))
    ]
    first = str(rows[0].id)
    how = _(
        "Say {accept} or {decline}.",
        accept=Say("room accept", first),
        decline=Say("room decline", first),
    )
    shown += [how, *_at_doors(knocks)]
    return Reply("rooms.waiting", Paragraphs(shown), [row.slug for row in rows[:MOST]])


@feature.command(
    "room accept",
    summary=_("let a room be built, or somebody into one"),
    act=Act.KEEP_ROOMS,
    private=True,
    weighty=True,
    opposite="room decline",
)
async def accept(
    call: Call,
    rooms: Founding,
    knocking: Knocking,
    naming: Naming,
    finder: RoomFinder,
    which: Which,
    said: Annotated[str, Rest(_("room"))] = "",
) -> Reply:
    """Let a room that a member asks for be built, or let somebody in who asks for that."""
    slug = _door(finder, said, call) if said else ""
    if isinstance(which, str):
        who = await naming.full(call.by, which)
        names = await knocking.answer(call.by, who, call.now, slug, let_in=True)
        text = _("I invite {user} to {room}, and tell them.", user=Pill(who), room=Label(names))
        return Reply("rooms.accept", text)
    row = await rooms.accept(call.by, which, call.now)
    text = _("I build it, and tell who asked: {name}", name=Label(row.names))
    return Reply("rooms.accept", text, ids=(row.slug,))


@feature.command(
    "room decline",
    summary=_("let a room not be built, or somebody not into one"),
    act=Act.KEEP_ROOMS,
    private=True,
    weighty=True,
)
async def decline(
    call: Call,
    rooms: Founding,
    knocking: Knocking,
    naming: Naming,
    which: Which,
    why: Annotated[str, Rest(_("why"), free=True)] = "",
) -> Reply:
    """Decline a room, or not let somebody in, and tell them why, if that is said."""
    if isinstance(which, str):
        who = await naming.full(call.by, which)
        names = await knocking.answer(call.by, who, call.now, why=why, let_in=False)
        text = _(
            "I do not let {user} into {room}, and tell them.", user=Pill(who), room=Label(names)
        )
        return Reply("rooms.decline", text)
    await rooms.decline(call.by, which, why)
    return Reply("rooms.decline", _("Then it is not built. I tell who asked."))


@feature.due(RoomEnds)
async def ended(due: Due[RoomEnds], rooms: Founding) -> None:
    """Close a room whose time is over."""
    await rooms.ended(due.what.room)


@feature.due(KnockEnds)
async def unanswered(due: Due[KnockEnds], knocking: Knocking) -> None:
    """Tell somebody that nobody answered."""
    await knocking.ended(due.what.knock)


@feature.due(KnockNews)
async def knocked_since(due: Due[KnockNews], knocking: Knocking) -> None:
    """Tell moderators who knocked since they were told of one."""
    await knocking.news(due.what.after, due.now)


feature.mark(KnockedToday)


def _at_doors(knocks: Sequence[Waiting]) -> list[Node]:
    """Say who asks to be let in where, and how that is answered."""
    if not knocks:
        return []
    shown: list[Node] = [
        Bullets([letters.knocking(each) for each in knocks[:MOST]]),
        letters.how_to_answer(knocks[0]),
    ]
    if (more := len(knocks) - MOST) > 0:
        shown.append(n_("{n} more person waits.", "{n} more people wait.", more))
    return shown


def _door(finder: RoomFinder, said: str, call: Call) -> str:
    """Find at which room or Space somebody knocks, by the word that ``Knocking`` says for it."""
    return said if said in finder.network.rooms else _slug(finder, said, call)


def _slug(finder: RoomFinder, said: str, call: Call) -> str:
    room = finder.one(said, call.language)
    if room is None:
        raise NotFound(
            _("I do not know a room {said}. Say {rooms}.", said=quote(said), rooms=Say("rooms"))
        )
    return room.slug
