"""Announcements: asked for, shown, told to rooms and members in their languages, stopped."""

from __future__ import annotations

from datetime import timedelta

import pytest

from actions.announcing import PORTION, Proclaim
from storage.announcements import Announcements
from storage.dues import Dues
from storage.tables.announcing import AnnouncementState
from tests.harness import STEWARD, Talk, kinds, scene

MODERATOR, AMAL, LI = "@moderator:test", "@amal:test", "@li:test"
MINUTE = timedelta(minutes=1)
ENGLISH, FRENCH = "We meet on 3 May. Everybody is welcome.", "Rendez-vous le 3 mai pour tous."
TEXT = f"English: {ENGLISH}\nfrançais : {FRENCH}"


@scene
async def hub(talk: Talk) -> None:
    """A steward (1), a moderator (2), and members who speak French (3) and Chinese (4)."""
    for slug in ("announcements", "lobby-en", "lobby-fr", "lobby-zh", "events"):
        await talk.room(f"space:{slug}", f"!{slug}:test", slug[-2:] if "lobby" in slug else "en")
    for who, language in ((STEWARD, "1"), (MODERATOR, "1"), (AMAL, "3"), (LI, "7")):
        await talk.member(who, language=language)
    await talk.says(STEWARD, f"role {MODERATOR} moderator")
    await talk.heard()


async def state(hub: Talk) -> AnnouncementState | None:
    async with hub.storage.read() as session:
        row = await Announcements(session).last()
        return row and row.state


@pytest.mark.both_databases
async def test_each_room_and_each_member_reads_it_in_their_language(hub: Talk):
    (asked,) = await hub.says(MODERATOR, "announce", TEXT)
    assert [line for line in asked.body.splitlines() if line][1:] == [
        f"• English: {ENGLISH}",
        f"• French: {FRENCH}",
        (
            "Without a text: Spanish, Portuguese, Arabic, Russian, and Chinese. They read it in "
            "this language: English."
        ),
        "I say it in 8 rooms, and put it into the digests of 3 members.",
        "Shall I announce it? Please answer yes or no.",
    ]
    told = [(each.kind, each.room) for each in await hub.says(MODERATOR, "yes")]
    assert ("news.coming", "direct:1") in told  # a steward may stop it
    assert told[-1] == ("news.begun", "direct:2")
    assert await hub.passes(MINUTE / 2) == []
    heard = await hub.passes(MINUTE / 2)
    assert [(said.kind, said.room, said.body) for said in heard] == [
        ("news.announced", "space:announcements", ENGLISH),
        ("news.announced", "space:announcements", FRENCH),
        ("news.announced", "space:lobby-en", ENGLISH),
        ("news.announced", "space:lobby-fr", FRENCH),
        ("news.announced", "space:lobby-zh", ENGLISH),
        (
            "news.done",
            "direct:2",
            "Your announcement is out: in 8 rooms, and in the digests of 3 members.",
        ),
    ]
    assert FRENCH in (await hub.says(AMAL, "digest"))[0].body
    assert ENGLISH in (await hub.says(LI, "digest"))[0].body
    assert kinds(await hub.says(MODERATOR, "digest")) == ["attention.nothing"]


@pytest.mark.slow
async def test_it_is_told_once_whatever_is_repeated_and_goes_on_where_it_stopped(hub: Talk):
    for number in range(PORTION):
        await hub.member(f"@member{number}:test")
    await hub.says(MODERATOR, "announce", TEXT, "yes")
    heard = await hub.passes(MINUTE)
    assert kinds(heard).count("news.done") == 1
    async with hub.storage.write() as session:
        await Dues(session).plan(Proclaim(1, 0), at=hub.now)
        await Dues(session).plan(Proclaim(1, 3), at=hub.now)
    assert await hub.passes(MINUTE) == []
    async with hub.storage.read() as session:
        row = await Announcements(session).get(1)
        assert row is not None
        assert row.told == PORTION + 3
    (said,) = await hub.says("@member49:test", "digest")
    assert said.body.count(ENGLISH) == 1


async def test_in_its_first_minute_nobody_reads_what_is_stopped(hub: Talk):
    await hub.says(MODERATOR, "announce", TEXT, "yes")
    told = [(each.kind, each.room) for each in await hub.says(STEWARD, "announce stop")]
    assert told == [("news.stopped_by_other", "direct:2"), ("news.stopped", "direct:1")]
    assert await hub.passes(MINUTE) == []
    assert kinds(await hub.says(AMAL, "digest")) == ["attention.nothing"]
    assert await state(hub) is AnnouncementState.STOPPED
    assert kinds(await hub.says(STEWARD, "announce stop")) == ["error.not_found"]


async def test_what_nobody_read_yet_is_taken_out_of_digests(hub: Talk):
    await hub.says(MODERATOR, "announce", TEXT, "yes")
    await hub.passes(MINUTE)
    await hub.says(STEWARD, "announce stop")
    assert kinds(await hub.says(AMAL, "digest")) == ["attention.nothing"]


@pytest.mark.parametrize(
    ("who", "said"),
    [(STEWARD, (f"role {MODERATOR} member", "yes")), (MODERATOR, ("forget me", "yes"))],
)
async def test_nothing_is_announced_for_who_may_no_longer_or_is_gone(hub: Talk, who, said):
    await hub.says(MODERATOR, "announce", TEXT, "yes")
    await hub.says(who, *said)
    assert [each.kind for each in await hub.passes(MINUTE) if "news" in each.kind] == []
    assert await state(hub) is AnnouncementState.STOPPED


async def test_only_stewards_stop_what_a_steward_announces(hub: Talk):
    await hub.says(STEWARD, "announce", TEXT, "yes")
    assert kinds(await hub.says(MODERATOR, "announce stop")) == ["error.not_allowed"]
    assert await state(hub) is AnnouncementState.TELLING


async def test_there_is_one_at_a_time(hub: Talk):
    await hub.says(MODERATOR, "announce", TEXT, "yes")
    (said,) = await hub.says(STEWARD, "announce")
    assert said.body == (
        'An announcement is under way, so far to 0 members. "announce stop" stops it.'
    )


async def test_who_wants_no_news_reads_none(hub: Talk):
    await hub.says(AMAL, "notify off 9")
    await hub.says(MODERATOR, "announce", TEXT, "yes")
    await hub.passes(MINUTE)
    assert kinds(await hub.says(AMAL, "digest")) == ["attention.nothing"]
    assert ENGLISH in (await hub.says(LI, "digest"))[0].body


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        (f"announce {ENGLISH}", f"• English: {ENGLISH}"),
        (f"announce: {ENGLISH}", f"• English: {ENGLISH}"),
        (
            "announce La biblioteca tiene nuevas guías para los defensores.",
            "• Spanish: La biblioteca tiene nuevas guías para los defensores.",
        ),
        (f"announce French: {FRENCH}", f"• French: {FRENCH}"),
    ],
)
async def test_what_is_said_with_the_command_is_shown_in_its_language(hub: Talk, said, shown):
    (asked,) = await hub.says(MODERATOR, said)
    assert asked.body.splitlines()[2] == shown
    assert kinds(await hub.says(MODERATOR, "yes"))[-1] == "news.begun"


async def test_for_one_room_it_is_said_in_that_alone(hub: Talk):
    (asked,) = await hub.says(
        MODERATOR, f"announce in the Lobby in French: {ENGLISH}\nfr: {FRENCH}"
    )
    assert [line for line in asked.body.splitlines() if line][1:] == [
        f"• English: {ENGLISH}",
        f"• French: {FRENCH}",
        "I say it in this room alone: Lobby in French.",
        "Shall I announce it? Please answer yes or no.",
        'You can also say "pause" and "cancel".',
    ]
    coming = next(said for said in await hub.says(MODERATOR, "yes") if said.kind == "news.coming")
    assert coming.body.splitlines()[0] == "@moderator:test announces this in one room in a minute:"
    heard = await hub.passes(MINUTE)
    assert [(said.kind, said.room, said.body) for said in heard] == [
        ("news.announced", "space:lobby-fr", FRENCH),
        ("news.done", "direct:2", "Your announcement is out."),
    ]
    assert kinds(await hub.says(AMAL, "digest")) == ["attention.nothing"]


async def test_a_no_tells_nobody(hub: Talk):
    assert kinds(await hub.says(MODERATOR, "announce", TEXT, "no")) == ["news.dropped"]
    assert await state(hub) is None


@pytest.mark.parametrize(
    ("said", "complaint"),
    [
        ("English: short", "Please tell a little more, in a whole sentence."),
        (f"English: {'x' * 401}", "Please use fewer words: at most 400 characters."),
        (f"Swahili: {ENGLISH}", "I do not know the language Swahili."),
        (f"English: {ENGLISH}\nEnglish: {ENGLISH}", "Two texts are in one language: English."),
    ],
)
async def test_what_cannot_be_is_said(hub: Talk, said, complaint):
    (heard,) = await hub.says(MODERATOR, "announce", said)
    assert heard.body.splitlines()[0] == complaint


async def test_lines_without_a_language_belong_together(hub: Talk):
    (asked,) = await hub.says(MODERATOR, "announce", "We meet on 3 May.\nPlease note: at noon.")
    assert "• English: We meet on 3 May. Please note: at noon." in asked.body.splitlines()


async def test_only_moderators_announce(hub: Talk):
    for command in ("announce", "announce stop"):
        assert kinds(await hub.says(AMAL, command)) == ["error.not_allowed"]
