"""See and take along everything the hub keeps about you."""

from __future__ import annotations

from collections.abc import Mapping

from commands.membership._feature import feature
from kit.command import Call
from kit.ports import Post
from kit.text import Bullets, Message, Paragraphs, Reply, Say, _
from storage.people import People
from storage.personal import PersonalData

FILE = "ilan-hub.json"


def purposes(counts: Mapping[str, int]) -> dict[str, Message]:
    """Say of each table how much there is of a person, and what it is for."""
    n = {table: counts.get(table, 0) for table in _TABLES}
    return {
        "person": _("Your profile and when we met: {profile} shows it", profile=Say("profile")),
        "room": _("Chats of yours with me: {n}, to know where to answer you", n=n["room"]),
        "inbox": _(
            "Messages from you: {n}, without their text once answered, so that I answer once",
            n=n["inbox"],
        ),
        "outbox": _(
            "Messages to you: {n}, without their text once sent, so that I can delete them",
            n=n["outbox"],
        ),
        "about": _(
            "Messages to others that speak of you: {n}, so that I can delete them", n=n["about"]
        ),
        "due": _("Reminders and deadlines: {n}, to write to you in time", n=n["due"]),
        "attention": _("Wishes about when I write: {n}, to keep to them", n=n["attention"]),
        "notice": _(
            "News and reminders that wait or were sent lately: {n}, to write rarely", n=n["notice"]
        ),
        "dialogue": _("Questions waiting for your answer: {n}", n=n["dialogue"]),
        "listing": _("Lists you saw last: {n}, so that a number means something", n=n["listing"]),
        "expert": _("Entries as an expert: {n}, to ask you what you know", n=n["expert"]),
        "request": _("Requests you have a part in: {n}, to find help", n=n["request"]),
        "offer": _("Requests put to you: {n}, so that I ask you once", n=n["offer"]),
        "event": _("Events you announced: {n}, so that you can change them", n=n["event"]),
        "contribution": _(
            "Library items you suggested: {n}, to tell you and to name you if you wish",
            n=n["contribution"],
        ),
        "resource": _("Library items you checked: {n}, to know who did", n=n["resource"]),
        "translation": _(
            "Translations you proposed: {n}, to ask you about them", n=n["translation"]
        ),
        "stale": _(
            "Library items you called out of date: {n}, until that is checked", n=n["stale"]
        ),
        "vouch": _(
            "Words given for you or by you: {n}, to open the practitioners' rooms", n=n["vouch"]
        ),
        "directory": _("What other members may find of you: {n}", n=n["directory"]),
        "attendance": _("Events you are going to: {n}, to remind you", n=n["attendance"]),
        "purge": _("Regions you asked to erase: {n}, until a second steward agrees", n=n["purge"]),
    }


_TABLES = (
    *("person", "room", "inbox", "outbox", "about", "due", "attention", "notice"),
    *("dialogue", "listing", "expert", "request", "offer", "event", "attendance", "purge"),
    *("contribution", "resource", "translation", "stale", "vouch", "directory"),
)


@feature.command("my data", summary=_("all I keep about you, and why"), private=True)
async def mine(call: Call, people: People, data: PersonalData) -> Reply:
    """Count what is stored in each table, with its purpose."""
    found = await data.of(await people.get(call.person_id))
    said = purposes({table: len(rows) for table, rows in found.items()})
    body = Paragraphs(
        [
            _("This is everything I keep about you, and what it is for."),
            Bullets([said[table] for table in said if table in found]),
            _(
                "{export} gives it to you as a file, {forget} erases it.",
                export=Say("export"),
                forget=Say("forget me"),
            ),
        ]
    )
    return Reply("privacy.data", body, list(found))


@feature.command("export", summary=_("all of it as a file"), private=True)
async def export(call: Call, people: People, data: PersonalData, post: Post) -> None:
    """Send a JSON file to the direct chat, after saying who else can read it there."""
    found = await data.of(await people.get(call.person_id))
    warning = _(
        "Here is everything I keep about you, as a file that programs can read. This chat is not "
        "encrypted: who runs the homeserver can read it, and a copy stays there. Save the file, "
        "then delete the message."
    )
    await post.direct(call.person_id, Reply("privacy.export", warning))
    content = {"format": "ilan-hub", "version": 1, "made_at": call.now.isoformat(), "tables": found}
    await post.file(call.person_id, "privacy.file", FILE, content)
