"""After any list a number, a place or an answer with one of them means its entry."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from kit.around import Around
from storage.tables.queues import OutboxRow
from tests.harness import STEWARD, Said, Talk, kinds

AMAL, OTHER = "@amal:test", "@other:test"
ROOM = "!events:test"


@pytest.fixture
async def hub(talk: Talk) -> Talk:
    await talk.room("space:events", ROOM)
    await talk.room("space:lobby-en", "!lobby:test")
    for who in (STEWARD, AMAL):
        await talk.member(who)
    for what in ("in 120h Second", "in 72h First"):
        await talk.says(STEWARD, f"event add {what}", "yes")
    return talk


async def arrived(talk: Talk, said: Said) -> str:
    txn_id = said.content["org.ilan.hub"]["txn"]
    async with talk.storage.write() as session:
        row = (await session.scalars(select(OutboxRow).where(OutboxRow.txn_id == txn_id))).one()
        row.event_id = f"${txn_id}"
    return f"${txn_id}"


async def answer(talk: Talk, who: str, body: str, to: str, room_id: str = "") -> list[Said]:
    told = {"body": body, "replies": to, "mentioned": bool(room_id)}
    return await talk.event("message", who, room_id or talk.chat(who), told)


@pytest.mark.parametrize(
    ("asked", "said", "kind", "ids"),
    [
        ("find prison", "2", "find.card", 1),
        ("find prison", "the second one", "find.card", 1),
        ("find prison", "muéstrame el segundo, por favor", "find.card", 1),
        ("find prison", "le deuxième", "find.card", 1),
        ("find prison", "a segunda opção", "find.card", 1),
        ("find prison", "الثاني من فضلك", "find.card", 1),
        ("find prison", "покажи вторую", "find.card", 1),
        ("find prison", "покажи №2", "find.card", 1),
        ("find prison", "nº2", "find.card", 1),
        ("find prison", "看第2个", "find.card", 1),
        ("find prison", "第二个", "find.card", 1),
        ("find prison", "show the first one", "find.card", 0),
        ("find prison", "the last one", "find.card", -1),
        ("find prison", "cite the second", "find.citation", 1),
        ("rooms", "2", "rooms.join", 1),
        ("events", "2", "events.card", 0),
        ("events", "the first", "events.card", 0),
        ("events", "the second", "events.card", 1),
        ("events", "going the second", "events.going", 1),
        ("notify", "2", "attention.wish", None),
        ("help", "1", "help.group", None),
    ],
)
async def test_what_is_pointed_at_is_the_entry_that_was_shown(hub: Talk, asked, said, kind, ids):
    [listed] = await hub.says(AMAL, asked)
    heard = await hub.says(AMAL, said)
    meant = heard[0].ids if ids is None else [listed.ids[ids]]
    assert [(each.kind, each.ids) for each in heard] == [(kind, meant)]


@pytest.mark.parametrize(
    ("shown", "said", "kind"),
    [
        (["find prison", "2"], "cite", "find.citation"),
        (["find prison", "2"], "cite this one", "find.citation"),
        (["find prison", "2"], "citer celui-ci", "find.citation"),
        (["find prison", "2"], "citar esto", "find.citation"),
        (["find prison", "2"], "citar este", "find.citation"),
        (["find prison", "2"], "цитировать это", "find.citation"),
        (["find prison", "2"], "引用这个", "find.citation"),
        (["find prison", "2"], "مرجع هذا", "find.citation"),
        (["find prison", "2"], "this one", "find.card"),
        (["find prison", "2"], "celui-ci", "find.card"),
        (["events", "2"], "going", "events.going"),
        (["events", "2"], "going to this one", "events.going"),
        (["find tokyo rules"], "cite", "find.citation"),
    ],
)
async def test_this_is_what_was_shown_alone(hub: Talk, shown, said, kind):
    heard = await hub.says(AMAL, *shown)
    [answered] = await hub.says(AMAL, said)
    assert (answered.kind, answered.ids) == (kind, heard[0].ids)


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", "delete the first one"),
        ("en", "erase the last one"),
        ("es", "borra la primera"),
        ("es", "elimina la segunda"),
        ("fr", "efface la première"),
        ("pt", "apaga a segunda"),
        ("ru", "удали первую"),
        ("zh", "删除第一个"),
    ],
)
async def test_to_delete_one_of_a_list_erases_nobody(hub: Talk, language: str, said: str):
    await hub.says(AMAL, f"language {language}", "events")
    heard = await hub.says(AMAL, said)
    assert "forget.ask.confirm" not in kinds(heard)
    assert "forget me" not in [each for reply in heard for each in reply.ids]


async def test_to_delete_everything_is_still_asked_about(hub: Talk):
    await hub.says(AMAL, "events")
    assert kinds(await hub.says(AMAL, "delete everything about me")) == ["forget.ask.confirm"]


@pytest.mark.parametrize("said", ["cite", "cite this one"])
async def test_of_several_none_is_this(hub: Talk, said: str):
    await hub.says(AMAL, "find prison", "2", "find prison")
    assert kinds(await hub.says(AMAL, said))[0].startswith("error.")


async def test_this_in_an_answer_is_what_is_answered(hub: Talk):
    [first] = await hub.says(AMAL, "show unpg-2012")
    to = await arrived(hub, first)
    await hub.says(AMAL, "show bangkok-rules-2010")
    assert (await hub.says(AMAL, "cite"))[0].ids == ["bangkok-rules-2010"]
    await hub.says(AMAL, "show unpg-2012")
    to = await arrived(hub, first)
    assert (await answer(hub, AMAL, "cite", to))[0].ids == ["unpg-2012"]


async def test_a_curator_decides_on_what_is_shown_and_may_say_why(hub: Talk):
    await hub.says(AMAL, "stale unpg-2012 the link is dead")
    await hub.says(STEWARD, "review")
    [card] = await hub.says(STEWARD, "1")
    assert card.kind == "curation.card"
    assert kinds(await hub.says(STEWARD, "resource retire it, it is out of date"))[-1] == (
        "curation.retired"
    )


async def test_events_have_one_number_everywhere(hub: Talk):
    [listed] = await hub.says(AMAL, "events")
    [card] = await hub.says(AMAL, "event 2")
    line = "First: Thursday, March 4, 2027, 15:00 Nairobi (number 2)"
    assert (listed.body.splitlines()[2], card.body.splitlines()[0]) == (f"• {line}", line)


@pytest.mark.parametrize(
    ("said", "place"),
    [
        ("show 2", 0),
        ("show the second one", 1),
        ("mostrame el 2", 0),
        ("montrer le deuxième", 1),
        ("показать второе", 1),
        ("显示第二个", 1),
    ],
)
async def test_show_is_of_the_list_that_was_shown_last(hub: Talk, said: str, place: int):
    [found] = await hub.says(AMAL, "find prison")
    [listed] = await hub.says(AMAL, "events")
    assert [each.ids for each in await hub.says(AMAL, said)] == [[listed.ids[place]]]
    await hub.says(AMAL, "find prison")
    assert [each.ids for each in await hub.says(AMAL, said)] == [[found.ids[1]]]


async def test_show_is_of_an_offer_that_came_after_a_search(hub: Talk):
    await hub.says(AMAL, "find prison")
    [offer] = await hub.says(AMAL, "I want different messages")
    shown = kinds(await hub.says(AMAL, "show 1"))
    await hub.says(AMAL, "I want different messages")
    assert (offer.kind, shown) == ("wish.offer", kinds(await hub.says(AMAL, "1")))


async def test_another_list_leaves_the_numbers_of_a_search_as_they_are(hub: Talk):
    [found] = await hub.says(AMAL, "find prison")
    await hub.says(AMAL, "events")
    assert (await hub.says(AMAL, "cite 2"))[0].ids == [found.ids[1]]
    assert kinds(await hub.says(AMAL, "more")) == ["find.results"]


async def test_a_number_without_a_list_means_nothing(talk: Talk):
    await talk.opens(AMAL)
    await talk.says(AMAL, "hello", "cancel")
    assert kinds(await talk.says(AMAL, "2")) == ["error.not_understood"]


async def test_an_answer_to_a_list_in_a_room_means_that_list_whoever_gives_it(hub: Talk):
    await hub.member(OTHER)
    [listed] = await hub.says(AMAL, "!events", room_id=ROOM)
    to = await arrived(hub, listed)
    await hub.says(OTHER, "find mandela")
    heard = await answer(hub, OTHER, "the second one", to, ROOM)
    assert [(each.kind, each.room, each.ids) for each in heard] == [
        ("events.card", "space:events", [listed.ids[1]])
    ]
    assert await answer(hub, OTHER, "2", "$elsewhere", ROOM) == []


async def test_a_list_in_somebody_elses_chat_is_none(hub: Talk):
    await hub.member(OTHER)
    [listed] = await hub.says(AMAL, "events")
    to = await arrived(hub, listed)
    assert kinds(await answer(hub, OTHER, "2", to)) == ["error.not_found"]
    assert kinds(await answer(hub, AMAL, "2", to)) == ["events.card"]


async def test_an_answer_to_an_older_list_is_not_taken_for_the_last_one(hub: Talk):
    [old] = await hub.says(AMAL, "find mandela")
    [new] = await hub.says(AMAL, "find prison")
    heard = [await answer(hub, AMAL, "2", await arrived(hub, each)) for each in (old, new)]
    assert [(each.kind, each.ids) for [each] in heard] == [
        ("error.not_found", []),
        ("find.card", [new.ids[1]]),
    ]


async def test_a_place_answers_a_question_with_a_list(talk: Talk):
    await talk.opens(AMAL)
    await talk.says(AMAL, "start", "1", "yes", "Kenya")
    assert kinds(await talk.says(AMAL, "the second one, please")) == ["onboarding.ask.topics"]


async def test_what_to_say_in_a_room_has_the_prefix(hub: Talk):
    [listed] = await hub.says(AMAL, "!events", room_id=ROOM)
    assert listed.body.splitlines()[-1] == 'Say "!going 2" to be reminded.'
    [listed] = await hub.says(AMAL, "events")
    assert listed.body.splitlines()[-1] == 'Say "going 2" to be reminded.'


AROUND = Around({"please", "por favor", "请"}, {"my", "show me", "我的"})


@pytest.mark.parametrize(
    ("said", "cores"),
    [
        ("profile", ["profile"]),
        ("My profile, please", ["my profile please", "profile please", "my profile", "profile"]),
        ("show me", ["show me"]),
        ("请我的资料", ["请我的资料", "我的资料", "资料"]),
    ],
)
def test_what_stands_around_is_taken_away_step_by_step(said, cores):
    assert list(AROUND.cores(said)) == cores


def test_polite_words_are_taken_away_from_what_was_typed():
    said = ["Please find A-B", "por favor, 67/187 please", "please", "find please"]
    assert [AROUND.bare(each) for each in said] == ["find A-B", "67/187", "please", "find"]


async def newcomer(hub: Talk, *said: str) -> list[Said]:
    await hub.opens(OTHER)
    return await hub.says(OTHER, "hello", "english", *said, "find prison")


@pytest.mark.parametrize("said", ["2", "the second one", "第二个"])
async def test_beside_a_question_for_a_yes_a_number_is_of_the_list_above_it(hub: Talk, said: str):
    listed = await newcomer(hub)
    found = next(each for each in listed if each.kind == "find.results")
    heard = await hub.says(OTHER, said)
    assert (heard[0].kind, heard[0].ids) == ("find.card", [found.ids[1]])
    assert kinds(await hub.says(OTHER, "yes"))[-1:] == ["onboarding.ask.country"]


async def test_beside_a_question_with_choices_a_number_is_a_choice(hub: Talk):
    await newcomer(hub, "yes", "kenya")
    assert kinds(await hub.says(OTHER, "2")) == ["onboarding.ask.topics"]
