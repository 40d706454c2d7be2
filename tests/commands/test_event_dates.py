"""One date of what comes again is called off or moved, also before its turn."""

from datetime import timedelta

import pytest

from bot.talk.occasions import CHANGED
from tests.harness import STEWARD, Talk, kinds, scene, understanding

AMAL = "@amal:test"


@scene
async def hub(talk: Talk) -> None:
    """An events room and a weekly seminar (1) on Thursdays from 11 March that has no end."""
    await talk.room("space:events", "!events:test")
    for who in (STEWARD, AMAL):
        await talk.member(who, country="Austria")
    await talk.says(STEWARD, "event add 2027-03-11 15:00 Vienna: Seminar", "yes")
    await talk.says(STEWARD, "event repeat 1 weekly", "yes")


async def dates(hub: Talk) -> list[str]:
    """List on which days of spring there is a seminar, as a member reads it."""
    cards = [(await hub.says(AMAL, f"event {number}"))[0] for number in range(1, 9)]
    lines = [card.body.splitlines()[0] for card in cards if card.kind == "events.card"]
    return [line.split(", ")[1] for line in lines]


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", "event cancel 1 just the one of 22 April, please"),
        ("es", "cancelar evento 1 únicamente el del 22 de abril"),
        ("fr", "annuler événement 1 uniquement celui du 22 avril"),
        ("pt", "cancelar evento 1 apenas o de 22 de abril"),
        ("ru", "отменить событие 1 лишь 22 апреля"),
        ("ar", "إلغاء فعالية 1 يوم 22 أبريل فقط"),
        ("zh", "取消活动 1 仅4月22日这一场"),
    ],
)
async def test_one_date_is_called_off_by_command_before_its_turn(
    hub: Talk, language: str, said: str
):
    await hub.says(STEWARD, f"language {language}")
    [asked] = await hub.says(STEWARD, said)
    assert (asked.kind, "22" in asked.body) == ("event_cancel.ask.sure", True), asked.body
    await hub.says(STEWARD, "yes")
    assert await dates(hub) == ["March 11", "March 18", "March 25", "April 1"]


async def test_what_was_called_off_before_its_turn_stays_off(hub: Talk):
    await hub.says(STEWARD, "event cancel 1 22 April", "yes")
    for _week in range(6):
        await hub.passes(timedelta(days=7))
    assert (await dates(hub))[3:] == ["April 1", "April 8", "April 15", "April 29"]


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", "drop the seminar on 25 March, the others stay"),
        ("es", "suspende solo el seminario del 25 de marzo"),
        ("fr", "supprime uniquement le séminaire du 25 mars"),
        ("pt", "cancela apenas o seminário de 25 de março"),
        ("ru", "отмени только семинар 25 марта"),
        ("ar", "ألغ ندوة 25 مارس فقط"),
        ("zh", "只取消3月25日那次研讨会"),
    ],
)
async def test_one_date_is_called_off_in_words(hub: Talk, language: str, said: str):
    await hub.says(STEWARD, f"language {language}")
    heard = await hub.says(STEWARD, said)
    if kinds(heard) == ["wish.offer"]:
        heard = await hub.says(STEWARD, "1" if "\n2." in heard[0].body else "yes")
    assert kinds(heard) == ["event_cancel.ask.sure"], heard[0].body
    await hub.says(STEWARD, "yes")
    assert await dates(hub) == ["March 11", "March 18", "April 1"]


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", "event move 1 only 25 March to Friday 26 March 10:00"),
        ("es", "mover evento 1 el del 25 de marzo al 26 de marzo a las 10"),
        ("fr", "déplacer événement 1 celui du 25 mars au 26 mars à 10h"),
        ("pt", "mover evento 1 o de 25 de março para 26 de março às 10h"),
        ("ru", "перенести событие 1 25 марта на 26 марта в 10"),
        ("ar", "نقل فعالية 1 25 مارس إلى 26 مارس الساعة 10"),
        ("zh", "活动改期 1 3月25日改到3月26日10点"),
        ("en", "the seminar of 25 March moves to 26 March 10:00"),
    ],
)
async def test_one_date_is_moved(hub: Talk, language: str, said: str):
    await hub.says(STEWARD, f"language {language}")
    heard = await hub.says(STEWARD, said)
    if kinds(heard) == ["wish.offer"]:
        heard = await hub.says(STEWARD, "yes")
    assert kinds(heard) == ["event_move.ask.sure"], heard[0].body
    await hub.says(STEWARD, "yes")
    [moved] = await hub.says(AMAL, "event 3")
    assert moved.body.startswith("Seminar: Friday, March 26, 2027, 10:00 Vienna (number 3)")
    assert await dates(hub) == ["March 11", "March 18", "March 26", "April 1"]


async def test_an_hour_for_a_date_that_stands_is_for_that_date(hub: Talk):
    [asked] = await hub.says(STEWARD, "event move 1 25 March 10:00")
    assert "• Until now: Thursday, March 25, 2027, 15:00 Vienna" in asked.body
    [asked] = await hub.says(STEWARD, "cancel", "event move 1 26 March 10:00")
    assert "• Until now: Thursday, March 11, 2027, 15:00 Vienna" in asked.body


async def test_a_month_names_a_date_where_it_has_one(hub: Talk):
    [refused] = await hub.says(STEWARD, "event cancel 1 the one in March")
    assert refused.body == (
        "It comes on Thursday, March 11, 2027, Thursday, March 18, 2027, and Thursday, March 25, "
        "2027. Please name one day."
    )
    [missing] = await hub.says(STEWARD, "event cancel 3 the one in February 2028")
    assert missing.kind == "error.argument"
    await hub.says(STEWARD, "event add 2027-03-09 15:00 Vienna: Board", "yes")
    await hub.says(STEWARD, "event repeat 5 3", "yes")
    [asked] = await hub.says(STEWARD, "event cancel 5 the one in May")
    assert (asked.kind, "Tuesday, May 11, 2027" in asked.body) == ("event_cancel.ask.sure", True)


async def test_a_whole_series_says_how_many_dates_are_called_off(hub: Talk):
    [asked] = await hub.says(STEWARD, "event cancel 2 all of them")
    assert "\n\nAll dates from this one on are called off: they have no end.\n\n" in asked.body
    await hub.says(STEWARD, "no", "event add 2027-03-12 09:00 Vienna: Course", "yes")
    await hub.says(STEWARD, "event repeat 5 weekly, 12 times", "yes")
    await hub.says(STEWARD, "event cancel 5 only 26 March", "yes")
    [asked] = await hub.says(STEWARD, "event cancel 6", "all that follow")
    assert "\n\n10 dates are called off: this one and all that follow.\n\n" in asked.body
    [asked] = await hub.says(STEWARD, "cancel", "event cancel 6", "only this one")
    assert "called off:" not in asked.body


async def test_what_was_called_off_ahead_stays_off_where_its_series_moves(hub: Talk):
    await hub.says(STEWARD, "event cancel 1 22 April", "yes")
    await hub.says(STEWARD, "event move 1 whole series 2027-03-12 15:00 Vienna", "yes")
    for _week in range(6):
        await hub.passes(timedelta(days=7))
    assert (await dates(hub))[3:] == ["April 2", "April 9", "April 16", "April 30"]


async def test_a_word_that_steers_is_one_where_something_is_open(hub: Talk):
    assert kinds(await hub.says(STEWARD, "skip the seminar of 18 March")) == [
        "event_cancel.ask.sure"
    ]
    assert kinds(await hub.says(STEWARD, "cancel")) == ["event_cancel.cancelled"]
    assert kinds(await hub.says(STEWARD, "cancel the tea")) == ["error.argument"]


@pytest.mark.parametrize(
    ("language", "said", "offered"),
    [
        ("fr", "augmente le nombre de places à 30", "nombre de places: 30"),
        ("en", "raise the number of seats to 30", "capacity: 30"),
    ],
)
async def test_a_change_that_is_offered_names_the_field_as_its_reader_does(
    hub: Talk, language: str, said: str, offered: str
):
    await hub.says(STEWARD, f"language {language}")
    [heard] = await hub.says(STEWARD, said)
    assert (heard.kind, offered in heard.body) == ("wish.offer", True), heard.body


@pytest.mark.parametrize("language", ["ar", "en", "es", "fr", "pt", "ru", "zh"])
@pytest.mark.parametrize("field", sorted(CHANGED))
def test_a_field_is_read_by_the_name_that_is_shown(field: str, language: str):
    shown = understanding().part_name(field, language)
    assert understanding().correction(f"{shown}: 30") == (field, "30")
