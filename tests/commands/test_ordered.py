"""What a moderator orders in a sentence is shown at once, with its length and reason as meant."""

from __future__ import annotations

import pytest

from tests.harness import Talk, kinds, scene
from tests.measuring import MOD, SPAMMER, STRANGER, done, lines, moderated, surveyed

BOT = "@bot7:test"
UNTIL = {
    "2 h": "• Until: Monday, March 1, 2027, 17:00 Nairobi",
    "1 d": "• Until: Tuesday, March 2, 2027, 15:00 Nairobi",
    "a year": "• Until: Tuesday, February 29, 2028, 15:00 Nairobi",
    "3 d": "• Until: Thursday, March 4, 2027, 15:00 Nairobi",
}


@scene
async def hub(talk: Talk) -> None:
    await moderated(talk)
    await talk.member(BOT)
    await talk.heard()


@pytest.mark.parametrize(
    ("said", "what", "until", "reason"),
    [
        ("rendez bot7 muette pour insultes pendant 3 jours", "muting", "3 d", "insultes"),
        (
            "fais taire bot7 une journée, motif : injures répétées",
            "muting",
            "1 d",
            "injures répétées",
        ),
        ("mettez bot7 en sourdine 2 heures, hors sujet", "muting", "2 h", "hors sujet"),
        (f"muet {BOT} publicité 2h", "muting", "2 h", "publicité"),
        ("muet 3 jours bot7, propos blessants", "muting", "3 d", "propos blessants"),
        ("put bot7 on mute for 2 hours because he shouts", "muting", "2 h", "he shouts"),
        ("silencia a bot7 tres días por publicidad", "muting", "3 d", "publicidad"),
        ("coloque bot7 em silêncio por 3 dias, ofensas", "muting", "3 d", "ofensas"),
        ("заглуши bot7 на 3 дня за рекламу", "muting", "3 d", "рекламу"),
        ("把 bot7 禁言3天，发广告", "muting", "3 d", "发广告"),
        (f"bannissez {BOT} de partout, raison : escroquerie", "banning", "", "escroquerie"),
        ("banee a bot7 para siempre: estafas", "banning", "", "estafas"),
        ("ban bot7 permanently: scam links", "banning", "", "scam links"),
        ("mute bot7 forever for insults", "muting", "a year", "insults"),
        (f"bannir {BOT} usurpe le nom de Claire", "banning", "", "usurpe le nom de Claire"),
        ("warn bot7, rude words", "warning", "", "rude words"),
    ],
)
async def test_an_order_is_shown_with_all_that_it_says(
    hub: Talk, said: str, what: str, until: str, reason: str
):
    heard = await hub.says(MOD, said)
    assert kinds(heard) == ["examine", "measure.looking"]
    shown = lines((await surveyed(hub, 1, BOT))[-1])
    assert shown[0].startswith(f"Measure 1: {what} {BOT}")
    assert f"• Reason: {reason}" in shown
    assert [line for line in shown if line.startswith("• Until")] == [
        UNTIL[each] for each in UNTIL if each == until
    ]


@pytest.mark.parametrize("said", ["do not ban bot7", "how would I ban bot7?", "ban them"])
async def test_what_orders_nothing_shows_nothing(hub: Talk, said: str):
    assert "measure.looking" not in kinds(await hub.says(MOD, said))


async def test_a_number_in_a_reason_is_still_kept_out(hub: Talk):
    heard = await hub.says(MOD, "ban bot7 because he wrote +254 722 123 456")
    assert kinds(heard) == ["error.confidential"]


@pytest.mark.parametrize(
    "said",
    [
        f"let {STRANGER} in please",
        f"faites entrer {STRANGER}",
        f"dejen entrar a {STRANGER}",
        f"впустите {STRANGER}",
        f"让 {STRANGER} 进来",
    ],
)
async def test_who_is_to_be_let_in_is_never_shut_out(hub: Talk, said: str):
    await hub.event("knock", STRANGER, "!ilan:test", {"reason": ""})
    (offer,) = await hub.says(MOD, said)
    assert offer.ids == ["room accept"]
    assert kinds(await hub.says(MOD, "yes"))[-1] == "rooms.accept"


@pytest.mark.parametrize(
    "said",
    [
        "I want to appeal, somebody else used my account",
        "Хочу обжаловать: мой аккаунт украли",
        "quiero apelar: me robaron la cuenta",
        "my account was stolen",
    ],
)
async def test_who_is_muted_is_not_asked_whether_to_be_forgotten(hub: Talk, said: str):
    await done(hub, f"mute {SPAMMER} adverts")
    heard = await hub.says(SPAMMER, said)
    assert kinds(heard)[0] in {"measure.of_you", "wish.offer"}
    assert "forget me" not in heard[0].body
    assert "erase everything" in (await hub.says(SPAMMER, "delete all my data"))[0].body
