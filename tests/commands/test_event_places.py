"""An event with as many places as there are, who waits for one, and what reminders are planned."""

from datetime import timedelta

import pytest

from tests.harness import STEWARD, Said, Talk, kinds, scene

AMAL, BORIS, CARLA = "@amal:test", "@boris:test", "@carla:test"


@scene
async def hub(talk: Talk) -> None:
    """An event with one place, taken by a member (1), and two who wait for it in turn (2, 3)."""
    await talk.room("space:events", "!events:test")
    for who in (AMAL, BORIS, CARLA, STEWARD):
        await talk.member(who, country="Austria")
    await talk.says(STEWARD, "event add 2027-03-05 14:00 UTC Training | Room 1 | 1", "yes")
    for who in (AMAL, BORIS, CARLA):
        await talk.says(who, "going 1")
        talk.now += timedelta(minutes=1)


def told(heard: list[Said]) -> list[tuple[str, str]]:
    return [(said.kind, said.room) for said in heard if said.room != "direct:4"]


REMINDED = [("events.reminder", "direct:2")]


@pytest.mark.both_databases
async def test_who_comes_when_all_places_are_taken_waits_in_turn(hub: Talk):
    [waits] = await hub.says(CARLA, "going 1")
    assert waits.body == (
        "All places are taken. You are number 2 on the waiting list, and I tell you as soon as a "
        "place is yours."
    )
    [card] = await hub.says(CARLA, "event 1")
    assert card.body.splitlines()[1:6] == [
        "Kind: training",
        "Place: Room 1",
        "Places: 1",
        "",
        "1 member is going.",
    ]
    assert card.body.splitlines()[6:9] == ["0 places are free.", "", "You wait for a place."]
    assert kinds(await hub.says(BORIS, "remind 1 2h")) == ["error.conflict"]
    reminded = await hub.passes(timedelta(days=3, hours=2))
    assert told([said for said in reminded if said.kind == "events.reminder"]) == [
        ("events.reminder", "direct:1")
    ]


@pytest.mark.both_databases
async def test_who_waited_longest_gets_the_place_that_is_free_and_its_reminders(hub: Talk):
    heard = await hub.says(AMAL, "not going 1")
    assert told(heard) == [("events.place_free", "direct:2"), ("events.not_going", "direct:1")]
    reminded = await hub.passes(timedelta(days=3, hours=2))
    assert told([said for said in reminded if said.kind == "events.reminder"]) == REMINDED
    [waits] = await hub.says(CARLA, "going 1")
    assert "number 1 on the waiting list" in waits.body


async def test_who_gives_up_waiting_leaves_the_place_to_others(hub: Talk):
    await hub.says(BORIS, "not going 1")
    assert told(await hub.says(AMAL, "not going 1")) == [
        ("events.place_free", "direct:3"),
        ("events.not_going", "direct:1"),
    ]


@pytest.mark.both_databases
async def test_who_is_forgotten_leaves_the_place_to_others(hub: Talk):
    heard = await hub.says(AMAL, "forget me", "yes")
    assert ("events.place_free", "direct:2") in told(heard)
    assert ("events.place_free", "direct:3") not in told(heard)


@pytest.mark.both_databases
async def test_who_leaves_the_space_leaves_the_place_to_others_who_are_there(hub: Talk):
    await hub.room("space:ilan", "!root:test")
    for who in (AMAL, BORIS):
        await hub.event("join", who, "!root:test", {})
    assert await hub.event("leave", BORIS, "!root:test", {}) == []  # who waited waits no more
    heard = await hub.event("leave", AMAL, "!root:test", {})
    assert told(heard) == [("events.place_free", "direct:3")]
    reminded = await hub.passes(timedelta(days=3, hours=2))
    assert told([said for said in reminded if said.kind == "events.reminder"]) == [
        ("events.reminder", "direct:3")
    ]


async def test_more_places_let_in_who_waits_and_fewer_shut_out_nobody(hub: Talk):
    heard = await hub.says(STEWARD, "event edit 1 6 2", "yes")
    assert told(heard)[0] == ("events.place_free", "direct:2")
    await hub.says(STEWARD, "event edit 1 6 1", "yes")
    [card] = await hub.says(CARLA, "event 1")
    assert card.body.splitlines()[5] == "2 members are going."
    heard = await hub.says(STEWARD, "event edit 1 6 -", "yes")
    assert told(heard)[0] == ("events.place_free", "direct:3")


async def test_who_waits_is_told_of_changes_and_not_reminded_when_it_moves(hub: Talk):
    await hub.says(STEWARD, "event move 1 2027-03-06 14:00 UTC", "yes")
    assert told(await hub.passes(timedelta(0))) == [
        ("events.moved", "direct:1"),
        ("events.moved", "direct:2"),
        ("events.moved", "direct:3"),
    ]
    reminded = await hub.passes(timedelta(days=4, hours=2))
    assert told([said for said in reminded if said.kind == "events.reminder"]) == [
        ("events.reminder", "direct:1")
    ]


async def test_what_reminders_are_planned_is_listed(hub: Talk):
    await hub.says(AMAL, "remind 1 2h")
    listed = [(await hub.says(who, said))[0] for who in (AMAL, BORIS) for said in ("remind",)]
    assert [said.body for said in listed] == [
        "I remind you of:\n\n• Training: Friday, March 5, 2027, 13:00 Vienna",
        'No reminder is planned. "events" shows what is coming.',
    ]
    assert kinds(await hub.says(AMAL, "remind 1")) == ["events.reminders"]
    [muted] = await hub.says(AMAL, "mute all", "remind")
    assert muted.body.startswith("I do not remind you of it: you want no reminders.")


ROOT = "!ilan:test"


async def test_who_returns_is_reminded_of_what_is_listed_for_them(hub: Talk):
    await hub.room("space:ilan", ROOT)
    await hub.says(STEWARD, "event add 2027-03-06 14:00 UTC Bail hearings", "yes")
    await hub.says(CARLA, "going 2")
    await hub.event("leave", CARLA, ROOT, {})
    [listed] = await hub.says(CARLA, "remind")
    assert "Bail hearings" not in listed.body
    hub.now += timedelta(minutes=1)
    await hub.event("join", CARLA, ROOT, {})
    [listed] = await hub.says(CARLA, "remind")
    assert "Bail hearings" in listed.body
    reminded = await hub.passes(timedelta(days=4, hours=2))
    assert ("events.reminder", "direct:3") in told(reminded)


QUESTIONS = {
    "events.mine": {
        "en": ("am I signed up for the training?", "have I registered for the training?"),
        "es": ("¿estoy apuntada?", "¿estoy inscrita en la formación?"),
        "fr": ("suis-je inscrite ?", "suis-je inscrite à la formation ?"),
        "pt": ("estou inscrita?", "estou inscrita na formação?"),
        "ru": ("я записана?", "записана ли я на тренинг?"),
        "ar": ("هل أنا مسجلة؟", "هل أنا مسجلة في التدريب؟"),
        "zh": ("我报名了吗?", "我报名培训了没有?"),
    },
    "events.reminders": {
        "en": ("when is my next reminder?", "do I have any reminders?"),
        "es": ("¿cuándo es mi próximo recordatorio?", "¿qué recordatorios tengo?"),
        "fr": ("quand est mon prochain rappel ?", "quels rappels sont prévus ?"),
        "pt": ("quando é o meu próximo lembrete?", "tenho algum lembrete?"),
        "ru": ("когда моё следующее напоминание?", "какие у меня напоминания?"),
        "ar": ("متى تذكيري القادم؟", "هل لدي تذكيرات؟"),
        "zh": ("我的下一个提醒是什么时候?", "我有什么提醒?"),
    },
    "events.card": {
        "en": ("is there a limit of places?", "how many places are left at the training?"),
        "es": ("¿hay límite de plazas?", "¿quedan plazas en la formación?"),
        "fr": ("y a-t-il une limite de places ?", "combien de places restent à la formation ?"),
        "pt": ("há limite de vagas?", "quantas vagas restam na formação?"),
        "ru": ("есть ли ограничение мест?", "сколько мест осталось на тренинге?"),
        "ar": ("هل هناك حد لعدد الأماكن؟", "كم مكانا بقي في التدريب؟"),
        "zh": ("名额有限制吗?", "培训还有多少名额?"),
    },
}


@pytest.mark.parametrize("language", ["en", "es", "fr", "pt", "ru", "ar", "zh"])
async def test_questions_about_events_are_answered(hub: Talk, language: str):
    await hub.says(STEWARD, "event add 2027-03-09 14:00 UTC Call | kind: meeting", "yes")
    await hub.says(AMAL, f"language {language}")
    answers = {
        said: (kind, kinds(await hub.says(AMAL, said)))
        for kind, asked in QUESTIONS.items()
        for said in asked[language]
    }
    assert {said: heard for said, (kind, heard) in answers.items() if heard != [kind]} == {}


async def test_that_as_many_may_come_as_want_to_is_said_too(hub: Talk):
    await hub.says(STEWARD, "event add 2027-03-09 14:00 UTC Call", "yes")
    [card] = await hub.says(AMAL, "event 2")
    assert "There is no limit of places." in card.body.splitlines()
