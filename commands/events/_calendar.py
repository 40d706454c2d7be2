"""Take events along into a calendar program of one's own."""

from __future__ import annotations

from typing import Annotated

from actions.events.calendars import CalendarFeeds
from actions.events.ical import MEDIA
from commands.events._feature import EVENT, feature
from kit.authority import Act
from kit.command import Call
from kit.ports import Post
from kit.text import Link, Paragraphs, Reply, Say, _

FILE = "ilan-hub.ics"


@feature.command(
    "my calendar", summary=_("your events in a calendar program"), act=Act.ATTEND, private=True
)
async def my_calendar(
    call: Call, feeds: CalendarFeeds, post: Post, event_id: Annotated[int | None, EVENT] = None
) -> Reply | None:
    """Give the address of the calendar; one event comes as a file, all do where there is none."""
    if event_id is None:
        address = await feeds.address(call.by, anew=False)
        if address is not None:
            return _address(address)
    content = (await feeds.file(call.by, event_id)).decode()
    await post.file(call.person_id, "events.calendar", FILE, content, MEDIA)
    return None


@feature.command(
    "my calendar new",
    summary=_("another address for your calendar"),
    act=Act.ATTEND,
    private=True,
    weighty=True,
)
async def new(call: Call, feeds: CalendarFeeds) -> Reply:
    """Give another address: the one before ends."""
    address = await feeds.address(call.by, anew=True)
    if address is None:
        text = _(
            "This hub has no web address of its own. {calendar} sends you a file.",
            calendar=Say("my calendar"),
        )
        return Reply("events.no_feed", text)
    return _address(address)


@feature.command(
    "my calendar off",
    summary=_("nobody reads your calendar any more"),
    private=True,
    weighty=True,
)
async def off(call: Call, feeds: CalendarFeeds) -> Reply:
    """End the address."""
    await feeds.end(call.by)
    text = _("No address shows your calendar any more. What a program has read of it stays there.")
    return Reply("events.feed_off", text)


def _address(address: str) -> Reply:
    keep = _(
        "Add this address in your calendar program, which then follows what you are going to. "
        "Whoever knows it can read that: keep it to yourself. {new} makes another one, {off} "
        "ends it.",
        new=Say("my calendar new"),
        off=Say("my calendar off"),
    )
    return Reply("events.feed", Paragraphs([Link(address, _("Your calendar")), keep]))
