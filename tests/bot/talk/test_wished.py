"""What becomes of wishes in free words: done, asked back or answered, in each language."""

from __future__ import annotations

import pytest

from tests.harness import STEWARD, Talk, kinds, scene

MEMBER = "@member:test"


@scene
async def member(talk: Talk) -> None:
    await talk.member(MEMBER)


@scene
async def invited(talk: Talk) -> None:
    await talk.opens(STEWARD)
    await talk.says(STEWARD, "event add 2027-03-10 14:00 UTC Forensics webinar", "yes")
    await talk.member(MEMBER)


async def offered(talk: Talk, said: str) -> list[str]:
    """Return what is asked back, and nothing if anything is done."""
    heard = await talk.says(MEMBER, said)
    return [path for each in heard if kinds(heard) == ["wish.offer"] for path in each.ids]


@pytest.mark.parametrize(
    ("said", "item"),
    [
        ("istanbul protocol", "istanbul-protocol-2022"),
        ("protocolo de estambul", "istanbul-protocol-2022"),
        ("donde esta el protocolo de estambul", "istanbul-protocol-2022"),
        ("protocole d'istanbul", "istanbul-protocol-2022"),
        ("regras de bangkok", "bangkok-rules-2010"),
        ("بروتوكول إسطنبول", "istanbul-protocol-2022"),
        ("стамбульский протокол", "istanbul-protocol-2022"),
        ("伊斯坦布尔议定书", "istanbul-protocol-2022"),
        ("mandela rules", "nelson-mandela-rules-2015"),
    ],
)
async def test_the_name_of_an_instrument_finds_it(member: Talk, said: str, item: str):
    heard = (await member.says(MEMBER, said))[0]
    assert (heard.kind.partition(".")[0], heard.ids[0]) == ("find", item)


@pytest.mark.parametrize(
    "said",
    [
        "rome statute",
        "estatuto de roma",
        "statut de Rome",
        "نظام روما",
        "римский статут",
        "罗马规约",
    ],
)
async def test_the_name_of_a_text_that_is_not_held_is_understood(member: Talk, said: str):
    heard = (await member.says(MEMBER, said))[0]
    assert (heard.kind, heard.ids) == ("error.not_found", ["fair-trial", "right-to-counsel"])
    assert "Rome Statute of the International Criminal Court" in heard.body


@pytest.mark.parametrize(
    ("said", "path"),
    [
        ("never digest off", "digest off"),
        ("don't mute all", "mute all"),
        ("nunca silenciar todo", "mute all"),
        ("no mute all", "mute all"),
        ("No! leave all", "leave all"),
        ("no thanks leave all", "leave all"),
        ("no quiet 1-23", "quiet"),
        ("leave all? no", "leave all"),
        ("mute all?", "mute all"),
        ("non, tout couper", "mute all"),
    ],
)
async def test_the_word_of_a_command_with_talk_around_it_is_asked_about(
    member: Talk, said: str, path: str
):
    assert await offered(member, said) == [path]


async def test_a_command_behind_a_no_is_not_done_in_a_room(member: Talk):
    await member.room("space:lobby-en", "!lobby:test")
    assert await member.says(MEMBER, "!no mute all", room_id="!lobby:test") == []
    done = kinds(await member.says(MEMBER, "!mute all", room_id="!lobby:test"))
    assert done == ["attention.muted", "room.direct"]


async def test_an_alert_on_what_could_be_looked_up_is_made(member: Talk):
    assert kinds(await member.says(MEMBER, "alert night duty of lawyers")) == ["library.awaited"]


async def test_the_word_of_a_command_does_not_swallow_talk(member: Talk):
    heard = kinds(await member.says(MEMBER, "mute all the noise in the courtroom"))
    assert heard in (["wish.offer"], ["error.argument"])


async def test_what_is_no_report_is_asked_about(member: Talk):
    assert "report" in await offered(member, "report on the Mandela rules")
    assert kinds(await member.says(MEMBER, "report somebody threatens me"))[-1] == "report.taken"


@pytest.mark.parametrize(
    ("said", "kind"),
    [("mute all", "attention.muted"), ("please digest off", "attention.digest_off")],
)
async def test_the_word_of_a_command_alone_is_done(member: Talk, said: str, kind: str):
    assert kinds(await member.says(MEMBER, said)) == [kind]


@pytest.mark.parametrize(
    "said",
    [
        "find the Mandela rules and remind me of the webinar",
        "busque as regras de mandela e me lembre do webinar",
        "найди правила Манделы и напомни о вебинаре",
    ],
)
async def test_of_two_wishes_the_first_is_done_and_the_second_asked_about(invited: Talk, said: str):
    found, offer = await invited.says(MEMBER, said)
    assert found.kind == "find.results"
    assert (offer.kind, offer.ids) == ("wish.offer", ["remind"])
    assert kinds(await invited.says(MEMBER, "yes"))[0].startswith("events.")


async def test_two_commands_are_both_heard(member: Talk):
    rooms, offer = await member.says(MEMBER, "rooms and events")
    assert (rooms.kind, offer.kind, offer.ids) == ("rooms.list", "wish.offer", ["events"])


@pytest.mark.parametrize("said", ["find bail and appeal", "find bail and release on bail"])
async def test_what_is_looked_up_may_have_an_and_in_it(member: Talk, said: str):
    [heard] = await member.says(MEMBER, said)
    assert heard.kind.partition(".")[0] == "find"


@pytest.mark.parametrize(
    "said",
    [
        "I want to talk to a human",
        "is anyone there",
        "quiero hablar con una persona",
        "je veux parler à un humain",
        "quero falar com uma pessoa",
        "أريد التحدث مع إنسان",
        "хочу поговорить с человеком",
        "我想跟真人说话",
    ],
)
async def test_who_wants_a_person_is_told_where_people_are(member: Talk, said: str):
    assert kinds(await member.says(MEMBER, said)) == ["about.human"]


@pytest.mark.parametrize(
    "said",
    [
        "tell me when there is something new about bail",
        "avísame cuando haya algo nuevo sobre prisión preventiva",
        "préviens-moi quand il y a du nouveau sur la liberté sous caution",
        "me avise quando tiver algo novo sobre fiança",
        "أخبرني عندما يصدر شيء جديد عن التعذيب",
        "сообщи когда появится что-то новое о пытках",
        "有关于保释的新资料就告诉我",
    ],
)
async def test_who_wants_to_hear_of_something_new_is_offered_an_alert(member: Talk, said: str):
    [heard] = await member.says(MEMBER, said)
    assert heard.kind == "library.awaited" or "alert" in heard.ids


@pytest.mark.parametrize(
    "said",
    [
        "how do I mute everything",
        "¿cómo apago los avisos?",
        "comment désactiver les notifications ?",
        "como desativo os avisos?",
        "как отключить уведомления?",
        "怎么关闭通知",
        "كيف أوقف الإشعارات؟",
    ],
)
async def test_who_asks_how_is_told_and_nothing_is_done(member: Talk, said: str):
    assert await offered(member, said)


@pytest.mark.parametrize(
    ("said", "kind"),
    [
        ("good morning, what events are there", "events.none"),
        ("thanks! show me the rooms", "rooms.list"),
        ("gracias, muéstrame las salas", "rooms.list"),
        ("merci ! quels événements sont prévus ?", "events.none"),
        ("merci de me montrer les salons", "rooms.list"),
        ("oi, quais são as salas?", "rooms.list"),
        ("привет, какие есть комнаты?", "rooms.list"),
        ("你好，有什么活动", "events.none"),
        ("good morning", "say.hello"),
        ("thanks, that was all", "say.thanks"),
        ("merci pour votre aide", "say.thanks"),
    ],
)
async def test_a_wish_behind_a_greeting_is_done(member: Talk, said: str, kind: str):
    assert kinds(await member.says(MEMBER, said)) == [kind]


@pytest.mark.parametrize(
    ("said", "kind"),
    [
        ("sorry, I mistyped the name", "say.sorry"),
        ("آسف غلطت في الكتاية", "say.sorry"),
        ("which rooms are there for Peru and Chile?", "rooms.list"),
        ("quels salons pour le Pérou et le Chili ?", "rooms.list"),
        ("could you suggest a time that suits Lima and Hanoi", "events.when"),
    ],
)
async def test_a_name_a_sorry_or_a_polite_verb_is_no_other_wish(talk: Talk, said: str, kind: str):
    await talk.member(MEMBER)
    assert kinds(await talk.says(MEMBER, said)) == [kind]


async def test_a_second_wish_beside_a_first_is_asked_about(invited: Talk):
    heard = await invited.says(MEMBER, "show my events and show the rooms")
    assert kinds(heard)[-1] == "wish.offer"
