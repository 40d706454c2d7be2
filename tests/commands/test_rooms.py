"""Finding rooms by what they are about, going there, and leaving."""

from __future__ import annotations

from dataclasses import replace
from time import process_time

import pytest

from actions.rooms.visits import RoomFinder
from kit.network import RoomBook
from storage.engine import Storage
from tests.harness import STEWARD, Talk, kinds, network, scene, understanding

READER, MEMBER = "@reader:test", "@member:test"


@scene
async def people(talk: Talk) -> None:
    for slug in ("welcome", "members", "practitioners", "prisons", "torture-prevention"):
        await talk.room(f"space:{slug}", f"!{slug}:test")
    await talk.room("space:funding", "!funding:test")
    await talk.opens(READER)
    await talk.says(READER, "hello", "1")
    await talk.member(MEMBER)
    await talk.heard()


@pytest.mark.parametrize(
    ("said", "first"),
    [
        ("prisons", "prisons"),
        ("overcrowded prison cells", "prisons"),
        ("Europe", "region-europe"),
        ("Kenya", "region-africa-east-southern"),
        ("French", "lobby-fr"),
        ("migrants", "migrants-asylum"),
        ("cárceles", "prisons"),
        ("peine de mort", "death-penalty"),
        ("смертная казнь", "death-penalty"),
        ("عقوبة الإعدام", "death-penalty"),
        ("死刑", "death-penalty"),
        ("crianças", "child-justice"),
    ],
)
async def test_a_room_is_found_by_what_it_is_about_in_any_language(people: Talk, said, first):
    (heard,) = await people.says(MEMBER, f"rooms {said}")
    assert (heard.kind, heard.ids[:1]) == ("rooms.list", [first])


async def test_a_list_says_how_many_are_there_and_whether_the_reader_may_enter(people: Talk):
    people.space.people = {"prisons": 12, "torture-prevention": 1, "funding": 0}
    heard = [(await people.says(MEMBER, f"rooms {said}"))[0] for said in ("funding", "torture")]
    assert [said.body.splitlines()[2] for said in heard] == [
        "1. Funding and sustainability (0 people)",
        "1. Torture prevention and safe interviewing (encrypted and for practitioners)",
    ]


async def test_nobody_finds_out_by_counting_who_came(people: Talk):
    people.space.people = {"prisons": 12, "funding": 4}
    seen = []
    for there in (4, 5):
        people.space.people["funding"] = there
        seen += [
            (await people.says(who, f"rooms {said}"))[0].body.splitlines()[2]
            for who in (READER, MEMBER)
            for said in ("prisons", "funding")
        ]
    funding = "1. Funding and sustainability"
    closed = "1. Prisons and post-sentence (encrypted and for members)"
    open_ = "1. Prisons and post-sentence (encrypted and 12 people)"
    assert seen == [
        *(closed, funding, open_, f"{funding} (4 people)"),
        *(closed, f"{funding} (5 people)", open_, f"{funding} (5 people)"),
    ]


async def test_what_no_room_is_about_is_said(people: Talk):
    (heard,) = await people.says(MEMBER, "rooms zugzwang")
    assert (heard.kind, heard.body) == (
        "error.not_found",
        'No room is about zugzwang. Say "rooms".',
    )


async def test_who_may_enter_is_invited_to_what_opens_the_room(people: Talk):
    heard = await people.says(MEMBER, "join prisons")
    assert [(said.kind, said.room) for said in heard] == [
        ("invite", "space:members"),
        ("rooms.join", "direct:2"),
    ]
    for who, room in ((READER, "prisons"), (MEMBER, "torture prevention")):
        assert kinds(await people.says(who, f"join {room}"))[0] == "error.not_allowed"


async def test_somebody_is_taken_out_of_the_room_that_is_meant_and_stays_a_member(people: Talk):
    taken_out = [("kick", "space:prisons"), ("rooms.left", "direct:2")]
    heard = await people.says(MEMBER, "leave prisons")
    assert [(each.kind, each.room) for each in heard] == taken_out
    assert heard[1].body == (
        'I take you out of this room: Prisons and post-sentence. "join prisons" brings you back.'
    )
    heard = await people.says(MEMBER, "!leave", room_id="!prisons:test")
    assert [(each.kind, each.room) for each in heard][:2] == taken_out
    assert kinds(await people.says(MEMBER, "leave")) == ["error.argument"]
    (profile,) = await people.says(MEMBER, "profile")
    assert profile.kind == "profile.show"


async def test_leaving_all_rooms_leaves_no_space_and_nobody_else(people: Talk):
    heard = await people.says(MEMBER, "leave all")
    assert {said.room for said in heard if said.kind == "kick"} == {
        "space:welcome",
        "space:prisons",
        "space:torture-prevention",
        "space:funding",
    }
    assert {said.content["user_id"] for said in heard if said.kind == "kick"} == {MEMBER}
    assert kinds(heard)[-1] == "rooms.left_all"
    assert STEWARD not in str(heard)


async def test_leaving_in_words_of_their_own_waits_for_a_yes(people: Talk):
    (asked,) = await people.says(MEMBER, "get me out of every room at once")
    assert asked.kind != "rooms.left_all"
    assert kinds(await people.says(MEMBER, "yes"))[-1] == "rooms.left_all"


async def test_who_is_offered_no_room_is_told_how_to_find_one(storage: Storage):
    offered = {"announcements", "lobby-en"}
    rooms = {slug: room for slug, room in network().rooms.items() if slug not in offered}
    talk = Talk(storage, plan=replace(network(), rooms=RoomBook(rooms)))
    await talk.opens(READER)
    await talk.says(READER, "hello", "1")
    heard = await talk.says(READER, "rooms")
    assert heard[0].body == 'I have no room to suggest. Add a word to find one: "rooms AI"'


@pytest.mark.parametrize(
    "said", [" ".join(f"qx{number}z" for number in range(1600)), "律师监狱上诉" * 1300]
)
def test_rooms_are_looked_for_in_as_much_as_anybody_can_say_at_once_in_little_time(said: str):
    finder = RoomFinder(network(), understanding())
    finder.all("?", "en")
    started = process_time()
    finder.all(said, "en")
    assert process_time() - started < 0.5


@pytest.mark.parametrize("said", ["leave me alone", "leave him in prison", "leave the prisoners"])
async def test_who_only_speaks_of_a_room_is_asked_before_they_are_taken_out(people: Talk, said):
    (asked,) = await people.says(MEMBER, said)
    assert asked.kind == "rooms.leave_sure"
    assert [each.kind for each in await people.says(MEMBER, "yes")][-1] == "rooms.left"


@pytest.mark.parametrize(
    "said", ["leave nothing behind", "leave no one behind", "leave them all behind me"]
)
async def test_part_of_what_is_said_of_a_room_does_not_name_it(people: Talk, said: str):
    assert kinds(await people.says(MEMBER, said)) == ["error.not_found"]


@pytest.mark.parametrize(
    "said", ["leave women", "leave women behind bars", "leave the gender room"]
)
async def test_a_word_of_a_room_names_it(people: Talk, said: str):
    [asked] = await people.says(MEMBER, said)
    assert "Women and gender" in asked.body
