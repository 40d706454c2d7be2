"""What moderators say in passing: what was just done, somebody's past, and stop that."""

from __future__ import annotations

import pytest

from tests.harness import STEWARD, Talk, kinds, scene
from tests.measuring import MOD, OTHER, SPAMMER, done, moderated, surveyed


@scene
async def hub(talk: Talk) -> None:
    await moderated(talk)


@pytest.mark.parametrize(
    "said",
    [
        "what have you just done?",
        "¿qué fue lo que pasó hace un momento?",
        "qu'est-ce que vous venez de faire ?",
        "o que foi que aconteceu agora há pouco?",
        "что сейчас произошло?",
        "ما الذي جرى للتو؟",
        "刚才怎么了，发生什么事？",
    ],
)
async def test_what_was_just_done_is_shown(hub: Talk, said: str):
    await done(hub, f"mute {SPAMMER} adverts")
    heard = await hub.says(OTHER, said)
    if kinds(heard) == ["wish.offer"]:
        assert '"measures"' in heard[0].body
        heard = await hub.says(OTHER, "1" if "2." in heard[0].body else "yes")
    assert kinds(heard) == ["measure.list"]
    assert f"muting {SPAMMER}" in heard[0].body


@pytest.mark.parametrize(
    "said",
    [
        f"what did we ever do about {SPAMMER}?",
        f"¿cuáles son los antecedentes de {SPAMMER}?",
        f"l'historique de {SPAMMER}, s'il te plaît",
        f"какая история у {SPAMMER}?",
    ],
)
async def test_what_was_decided_about_somebody_is_shown(hub: Talk, said: str):
    await done(hub, f"mute {SPAMMER} adverts")
    heard = await hub.says(OTHER, said)
    if kinds(heard) == ["wish.offer"]:
        assert f'"measures {SPAMMER}"' in heard[0].body
        heard = await hub.says(OTHER, "1" if "2." in heard[0].body else "yes")
    assert heard[0].body.startswith(f"Decided about {SPAMMER}, the latest first:")


@pytest.mark.parametrize("said", ["cancel that", "stop", "annule ça", "cancela eso", "отмени это"])
async def test_what_was_just_agreed_to_is_stopped(hub: Talk, said: str):
    await hub.says(MOD, f"mute {SPAMMER} adverts")
    await surveyed(hub, 1)
    assert kinds(await hub.says(MOD, "yes")) == ["measure.agreed"]
    heard = await hub.says(MOD, said)
    assert [(each.kind, each.body) for each in heard] == [
        ("measure.dropped", "Measure 1 is dropped. Nothing has changed.")
    ]


async def test_what_holds_is_taken_back_by_no_cancel(hub: Talk):
    await done(hub, f"mute {SPAMMER} adverts")
    await hub.says(MOD, "measures 1")
    assert kinds(await hub.says(MOD, "cancel that")) != ["measure.undoing"]
    assert "is carried out" in (await hub.says(MOD, "measures 1"))[0].body


async def test_the_measure_shown_is_the_one_that_is_meant(hub: Talk):
    await done(hub, f"mute {SPAMMER} adverts")
    await hub.says(MOD, "measures 1")
    heard = await hub.says(MOD, "reverse what I have just decided")
    assert '"undo 1"' in heard[0].body


@pytest.mark.parametrize("said", ["warn Spammer Smith: no adverts", "warn Spammer, no adverts"])
async def test_no_part_of_a_name_is_told_as_a_reason(hub: Talk, said: str):
    await hub.says(MOD, said)
    assert "Reason: no adverts" in (await surveyed(hub, 1))[-1].body


async def test_a_report_in_a_sentence_keeps_what_it_tells(hub: Talk):
    said = "I'd like to report Max, he shouts at people in every room"
    heard = await hub.says(SPAMMER, said)
    assert kinds(heard) == ["wish.offer"]
    await hub.says(SPAMMER, "1" if "2." in heard[0].body else "yes")
    assert kinds(await hub.says(STEWARD, "reports")) == ["report.list"]  # it names nobody for sure
    assert "he shouts at people" in (await hub.says(STEWARD, "reports 1"))[0].body


@pytest.mark.parametrize(
    "said",
    [
        f"mute 2 days for adverts {SPAMMER}",
        f"for adverts, two days of silence for {SPAMMER}",
        f"por publicidad, dos días de silencio a {SPAMMER}",
    ],
)
async def test_why_and_how_long_may_come_first(hub: Talk, said: str):
    heard = await hub.says(MOD, said)
    if kinds(heard) == ["wish.offer"]:
        assert f"mute {SPAMMER}" in heard[0].body
        heard = await hub.says(MOD, "yes")
    assert kinds(heard) == ["examine", "measure.looking"]
    shown = (await surveyed(hub, 1))[-1].body
    assert "Wednesday, March 3, 2027" in shown
    assert "Reason: for adverts" in shown or "Reason: adverts" in shown or "publicidad" in shown


async def test_nobody_who_is_to_lose_a_role_is_dropped(hub: Talk):
    heard = await hub.says(STEWARD, f"role end {MOD} and {OTHER}")
    assert kinds(heard) == ["error.argument"]
    assert heard[0].body == (
        "Nothing was changed: I ask about each alone. Say one after the other: "
        f'"role end {MOD}" and "role end {OTHER}"'
    )


async def test_how_long_the_doors_are_closed_is_kept_and_shown(hub: Talk):
    heard = await hub.says(MOD, "lock the space for 3 hours, bots are coming in")
    assert kinds(heard) == ["wish.offer"]
    assert '"lockdown 3 hours"' in heard[0].body
    heard = await hub.says(MOD, "1" if "2." in heard[0].body else "yes")
    assert "Until Monday, March 1, 2027, 18:00" in heard[-1].body


@pytest.mark.parametrize(
    "said", [f"denunciar a {OTHER}: nos grita", f"denunciar {OTHER}: nos grita"]
)
async def test_no_small_word_before_a_name_is_told(hub: Talk, said: str):
    await hub.says(SPAMMER, said)
    shown = (await hub.says(MOD, "reports 1"))[0].body
    assert ("nos grita" in shown, "a nos grita" in shown) == (True, False)
    assert OTHER in shown


@pytest.mark.parametrize(
    "said", ["has anybody decided on my appeal yet?", "¿hay novedades de mi apelación?"]
)
async def test_who_appealed_hears_what_was_decided_about_them(hub: Talk, said: str):
    await done(hub, f"mute {SPAMMER} adverts")
    await hub.says(SPAMMER, "appeal it was no advert")
    heard = await hub.says(SPAMMER, said)
    if kinds(heard) == ["wish.offer"]:
        assert '"appeal' in heard[0].body
    else:
        assert kinds(heard) == ["measure.of_you"]
