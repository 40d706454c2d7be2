"""See and take along everything the hub keeps about you."""

from __future__ import annotations

from collections.abc import Sequence

from commands.membership._feature import feature
from kit.command import Call
from kit.ports import Post
from kit.roomkey import Direct
from kit.text import Bullets, Node, Paragraphs, Reply, Say, _
from storage.people import People
from storage.personal import Holding, PersonalData
from storage.rooms import Rooms

FILE = "ilan-hub.json"
PAGE = 10  # lines of a message of 1 kB


@feature.command("my data", summary=_("all I keep about you, and why"), private=True)
async def mine(call: Call, people: People, data: PersonalData, post: Post) -> Reply:
    """Count what is stored in each table, with its purpose."""
    found = await data.of(await people.get(call.person_id))
    before: list[Node] = [_("This is everything I keep about you, and what it is for.")]
    while len(found) > PAGE:
        await post.direct(call, _page([*before, _lines(found[:PAGE])], found[:PAGE]))
        before, found = [], found[PAGE:]
    how = _(
        "{export} gives it to you as a file, {forget} erases it.",
        export=Say("export"),
        forget=Say("forget me"),
    )
    return _page([*before, _lines(found), how], found)


def _lines(found: Sequence[Holding]) -> Node:
    return Bullets([holding.said for holding in found])


def _page(parts: Sequence[Node], found: Sequence[Holding]) -> Reply:
    return Reply("privacy.data", Paragraphs(parts), [holding.table for holding in found])


@feature.command("export", summary=_("all of it as a file"), private=True)
async def export(call: Call, people: People, data: PersonalData, rooms: Rooms, post: Post) -> None:
    """Send a JSON file to the direct chat, after saying who else can read it there."""
    found = await data.of(await people.get(call.person_id))
    chat = await rooms.get(Direct(call.person_id))
    if chat is not None and chat.encrypted:
        warning = _(
            "Here is everything I keep about you, as a file that programs can read. It is "
            "encrypted for your devices, and a copy stays on the homeserver. Save the file, then "
            "delete the message."
        )
    else:
        warning = _(
            "Here is everything I keep about you, as a file that programs can read. This chat is "
            "not encrypted: who runs the homeserver can read it, and a copy stays there. Save the "
            "file, then delete the message."
        )
    await post.direct(call, Reply("privacy.export", warning))
    tables = {holding.table: holding.rows for holding in found}
    content = {
        "format": "ilan-hub",
        "version": 1,
        "made_at": call.now.isoformat(),
        "tables": tables,
    }
    await post.file(call.person_id, "privacy.file", FILE, content)
