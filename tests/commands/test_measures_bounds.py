"""How long, where and why a decision about somebody is to hold, in any order and language."""

from __future__ import annotations

from datetime import timedelta

import pytest

from kit.bounds import Bounds
from tests.harness import Talk, kinds, scene, understanding
from tests.measuring import MOD, OTHER, SPAMMER, lines, moderated, shown

HOURS, DAYS = timedelta(hours=1), timedelta(days=1)


@scene
async def hub(talk: Talk) -> None:
    await moderated(talk)


@pytest.mark.parametrize(
    ("language", "said", "bounds"),
    [
        (
            "en",
            "for rude words in the French lobby for two days",
            ("rude words", 2 * DAYS, "lobby-fr"),
        ),
        ("en", "in Lobby in English 90 minutes, shouting", ("shouting", 1.5 * HOURS, "lobby-en")),
        (
            "en",
            "from the English lobby because she sells coins",
            ("she sells coins", None, "lobby-en"),
        ),
        ("en", "everywhere for a week for adverts", ("adverts", 7 * DAYS, "")),
        (
            "es",
            "durante dos horas en la sala en español porque insulta",
            ("insulta", 2 * HOURS, "lobby-es"),
        ),
        ("es", "por publicidad, por 5 días", ("publicidad", 5 * DAYS, "")),
        (
            "fr",
            "pour propos racistes dans le salon en français",
            ("propos racistes", None, "lobby-fr"),
        ),
        ("fr", "pendant une heure parce qu'il insulte", ("il insulte", HOURS, "")),
        ("pt", "na sala em português por três dias por ofensas", ("ofensas", 3 * DAYS, "lobby-pt")),
        ("ru", "за рекламу в английской комнате на 2 дня", ("рекламу", 2 * DAYS, "lobby-en")),
        ("ar", "لمدة يومين بسبب الإعلانات", ("الإعلانات", 2 * DAYS, "")),
        ("zh", "在中文大厅五小时因为发广告", ("发广告", 5 * HOURS, "lobby-zh")),
        # What tells of it is a reason, and stays one.
        ("en", "posted 40 adverts in 2 minutes", ("posted 40 adverts in 2 minutes", None, "")),
        ("en", "insults people in Spanish", ("insults people in Spanish", None, "")),
        ("es", "publica anuncios en general", ("publica anuncios en general", None, "")),
        ("ru", "пишет гадости в личку", ("пишет гадости в личку", None, "")),
    ],
)
def test_each_is_read_wherever_it_stands(language: str, said: str, bounds: tuple):
    assert understanding().bounds(said, language) == Bounds(*bounds)


@pytest.mark.parametrize(
    ("language", "said", "unknown"),
    [
        ("en", "in the garden room for 3 hours for insults", "garden room"),
        ("es", "por spam en la sala de baile", "sala de baile"),
        ("fr", "dans le salon des juges pendant 2 jours", "salon des juges"),
        ("en", "in the English garden room for a day", "English garden room"),
        ("ru", "в комнате отдыха на 3 часа", "комнате отдыха"),
    ],
)
def test_a_room_that_is_none_is_told(language: str, said: str, unknown: str):
    found = understanding().bounds(said, language)
    assert (found.unknown, found.room) == (unknown, "")


async def test_what_was_said_is_what_is_shown(hub: Talk):
    (preview,) = await shown(hub, f"mute {SPAMMER} for insults in welcome for 3 hours")
    assert lines(preview)[:3] == [
        "Measure 1: muting @spammer:test in the room Welcome.",
        "• Reason: insults",
        "• Until: Monday, March 1, 2027, 18:00 Nairobi",
    ]


async def test_for_a_room_that_nobody_knows_nothing_is_looked_at(hub: Talk):
    (said,) = await hub.says(MOD, f"mute {SPAMMER} in the kitchen room for 3 hours for insults")
    assert (said.kind, said.body) == (
        "error.not_found",
        (
            'Nothing was done: I know no room called kitchen room. "rooms" shows what rooms are '
            "called. Please say it again with such a name, or without a room for all of them."
        ),
    )


async def test_without_a_reason_it_is_asked_for_and_the_rest_is_kept(hub: Talk):
    heard = await hub.says(MOD, f"mute {SPAMMER} in welcome for 3 hours")
    assert kinds(heard) == ["error.argument"]
    (preview,) = await shown(hub, "because of insults")
    assert lines(preview)[:2] == [
        "Measure 1: muting @spammer:test in the room Welcome.",
        "• Reason: insults",
    ]


async def test_an_offer_names_whom_it_is_about(hub: Talk):
    (said,) = await hub.says(MOD, f"{OTHER} insulta a la gente, una amonestación quizá")
    assert f'"warn {OTHER} insulta a la…"' in said.body
