"""What is missing from a command is asked for, and the next message says it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.harness import Said, Talk, kinds, scene
from tests.measuring import MOD, SPAMMER, lines, moderated, surveyed

AMAL = "@amal:test"
LOOKING, MISSING, UNKNOWN = "measure.looking", "error.argument", "error.not_understood"


@scene
async def hub(talk: Talk) -> None:
    await moderated(talk)
    await talk.member(AMAL)


def told(heard: list[Said]) -> list[str]:
    return [each.kind for each in heard if each.room.startswith("direct:")]


@pytest.mark.parametrize(
    ("said", "reason"),
    [
        ("ban", "keeps advertising in all rooms"),
        ("ban", "leave all rooms alone, he was told"),
        ("vetar", "hace publicidad en todas las salas"),
        ("bannir", "il fait de la publicité dans toutes les salles"),
        ("banir", "faz propaganda em todas as salas"),
        ("забанить", "рассылает рекламу во всех комнатах"),
        ("封禁", "在所有房间里发广告"),
        ("حظر", "ينشر إعلانات في كل الغرف"),
    ],
)
async def test_the_next_message_says_why(hub: Talk, said: str, reason: str):
    assert told(await hub.says(MOD, f"{said} {SPAMMER}")) == [MISSING]
    assert told(await hub.says(MOD, reason)) == [LOOKING]
    (preview,) = await surveyed(hub, 1)
    assert lines(preview)[1] == f"• Reason: {reason}"


async def test_what_is_missing_is_said_bit_by_bit(hub: Talk):
    for said in ("ban", SPAMMER):
        assert told(await hub.says(MOD, said)) == [MISSING]
    assert told(await hub.says(MOD, "adverts for coins")) == [LOOKING]


@pytest.mark.parametrize(
    ("asked", "said", "kind"),
    [
        ("alert", "zugzwang strikes", "library.awaited"),
        ("alert off", "1", "library.dropped"),
        ("leave", "welcome", "rooms.left"),
    ],
)
async def test_any_command_is_finished_so(hub: Talk, asked: str, said: str, kind: str):
    await hub.says(AMAL, "alert opposition")
    assert told(await hub.says(AMAL, asked)) == [MISSING]
    assert told(await hub.says(AMAL, said)) == [kind]


@pytest.mark.parametrize(
    ("said", "kind"),
    [
        ("rooms", "rooms.list"),
        ("rooms please", "rooms.list"),
        (f"ban {SPAMMER} he sends adverts for coins, again and again, to all.", LOOKING),
        ("no", "say.kept"),
        ("never mind", "say.kept"),
        ("forget it", "say.kept"),
        ("déjalo", "say.kept"),
        ("laisse tomber", "say.kept"),
        ("stop", "say.kept"),
        ("cancel", "say.kept"),
        ("no, gracias", "say.kept"),
        ("annuler", "say.kept"),
        ("отмена", "say.kept"),
        ("取消", "say.kept"),
        ("yes", UNKNOWN),
        ("thank you", "say.thanks"),
    ],
)
async def test_what_stands_for_itself_is_no_answer(hub: Talk, said: str, kind: str):
    await hub.says(MOD, f"ban {SPAMMER}")
    assert told(await hub.says(MOD, said)) == [kind]
    assert told(await hub.says(MOD, "keeps advertising in all rooms")) == [UNKNOWN]


@pytest.mark.parametrize(
    ("said", "kind"),
    [
        ("what does he do?", "wish.offer"),
        ("¿qué hace?", "wish.offer"),
        ("他做什么？", "wish.offer"),
        ("ماذا يفعل؟", UNKNOWN),
    ],
)
async def test_a_question_is_no_answer(hub: Talk, said: str, kind: str):
    await hub.says(MOD, f"ban {SPAMMER}")
    assert told(await hub.says(MOD, said)) == [kind]


async def test_a_message_of_later_is_no_answer(hub: Talk):
    await hub.says(MOD, f"ban {SPAMMER}")
    await hub.passes(timedelta(hours=2))
    assert told(await hub.says(MOD, "keeps advertising in all rooms")) == [UNKNOWN]


async def test_what_gives_somebody_away_is_kept_by_no_answer(hub: Talk):
    assert kinds(await hub.says(AMAL, "alert")) == [MISSING]
    assert kinds(await hub.says(AMAL, "my client John Smith, born 1990-02-03")) == [
        "error.confidential"
    ]


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", "dont write me at night"),
        ("es", "no me escriban de noche porfa"),
        ("fr", "n'écrivez pas la nuit svp"),
        ("pt", "não me escrevam à noite"),
        ("ru", "не пишите ночью пожалуйста"),
        ("zh", "晚上不要给我发消息"),  # a no beside what it is about: it is asked first
        ("ar", "لا ترسلوا لي رسائل في الليل"),
    ],
)
async def test_a_sure_wish_fills_nothing_in(hub: Talk, language: str, said: str):
    await hub.says(AMAL, f"language {language}", "!alert")
    answers = [said, "是"] if language == "zh" else [said]
    assert kinds(await hub.says(AMAL, *answers))[-1] == "attention.quiet"
    assert "library.awaited" in kinds(await hub.says(AMAL, "!alert mandela rules"))
