"""What an organiser writes in one line, in any language: each thing finds its field."""

from __future__ import annotations

from datetime import timedelta

import pytest

from storage.events import Events
from storage.tables.events import Details
from tests.harness import STEWARD, Talk, kinds, scene

AMAL = "@amal:test"
LINK = "https://meet.example.org/moot"


@scene
async def hub(talk: Talk) -> None:
    """Who announces events, and a member who does not."""
    await talk.room("space:events", "!events:test")
    await talk.member(STEWARD)
    await talk.member(AMAL)


async def kept(hub: Talk, number: int) -> Details:
    async with hub.storage.read() as session:
        row = await Events(session).get(number)
    assert row is not None
    return row.details


WHOLE = [
    (
        "en",
        (
            f"event add 12 Dec 2027 15:00 UTC: Oral pleading, 12 seats, in the Law Society House, "
            f"join at {LINK}, lasts 90 minutes"
        ),
        "Oral pleading",
        "Law Society House",
    ),
    (
        "es",
        (
            f"nuevo evento 12 de diciembre de 2027 15:00 UTC: Alegatos orales, 12 cupos, "
            f"en el Colegio de Abogados, enlace {LINK}, dura 90 minutos"
        ),
        "Alegatos orales",
        "Colegio de Abogados",
    ),
    (
        "fr",
        (
            f"nouvel événement le 12 décembre 2027 à 15h UTC : Plaidoirie orale, "
            f"au Palais de justice, 12 participants, durée 90 minutes, lien {LINK}"
        ),
        "Plaidoirie orale",
        "Palais de justice",
    ),
    (
        "pt",
        (
            f"novo evento 12 de dezembro de 2027 15:00 UTC: Defesa oral, link {LINK}, "
            "90 minutos, no auditório da Ordem, até 12 pessoas"
        ),
        "Defesa oral",
        "auditório da Ordem",
    ),
    (
        "ar",
        (
            f"فعالية جديدة 12 ديسمبر 2027 15:00 UTC: المرافعة الشفوية، 12 شخصا، في قاعة النقابة، "
            f"90 دقيقة، رابط {LINK}"
        ),
        "المرافعة الشفوية",
        "قاعة النقابة",
    ),
    (
        "ru",
        (
            f"новое мероприятие 12 декабря 2027 15:00 UTC: Судебные прения, 90 минут, в зале 4, "
            f"не более 12 человек, ссылка: {LINK}"
        ),
        "Судебные прения",
        "в зале 4",
    ),
    (
        "zh",
        f"新活动 2027年12月12日 15:00 UTC：法庭辩论，最多12人，90分钟，在三号楼，网址 {LINK}",
        "法庭辩论",
        "三号楼",
    ),
]


@pytest.mark.parametrize(("language", "said", "title", "place"), WHOLE)
async def test_all_of_a_line_finds_its_field(hub, language: str, said: str, title: str, place: str):
    await hub.says(STEWARD, f"language {language}")
    heard = await hub.says(STEWARD, said)
    assert kinds(heard) == ["event_add.ask.sure"]
    await hub.reacts(STEWARD, "👍", heard[0])
    assert await kept(hub, 1) == Details(
        title, length=timedelta(minutes=90), place=place, link=LINK, capacity=12
    )


@pytest.mark.parametrize(
    ("said", "title"),
    [
        ("Bail, remand and appeal", "Bail, remand and appeal"),
        ("Rights at the police station, in court", "Rights at the police station, in court"),
        ("Words, at last", "Words, at last"),
        ("Defence (part 2) – the appeal", "Defence (part 2) – the appeal"),
        ("Room for doubt", "Room for doubt"),
        ("Interpreters, in English", "Interpreters, in English"),
        ("50 people who changed the law", "50 people who changed the law"),
    ],
)
async def test_what_only_looks_like_a_part_stays_in_the_title(hub, said: str, title: str):
    await hub.says(STEWARD, f"event add 2027-12-12 15:00 UTC: {said}", "yes")
    assert await kept(hub, 1) == Details(title)


async def test_the_moment_may_stand_between_the_title_and_the_rest(hub):
    said = f"event add Moot court, 12 December 2027 15:00 UTC, 8 seats, {LINK}"
    await hub.says(STEWARD, said, "yes")
    assert await kept(hub, 1) == Details("Moot court", link=LINK, capacity=8)


async def test_what_is_added_at_the_preview_finds_its_field_too(hub):
    await hub.says(STEWARD, "event add 2027-12-12 15:00 UTC: Moot court", "yes")
    said = f"at the Old Library, 8 seats, link {LINK}"
    await hub.says(STEWARD, "event add 2027-12-13 15:00 UTC: Moot court", said, "yes")
    assert await kept(hub, 2) == Details("Moot court", place="Old Library", link=LINK, capacity=8)


@pytest.mark.parametrize(
    ("language", "said", "is_to_be"),
    [
        ("en", "event 1: 30 places", {"capacity": 30}),
        ("en", "event 1 - room 9, 30 seats", {"capacity": 30, "place": "room 9"}),
        ("en", f"change the link of event 1 to {LINK}", {"link": LINK}),
        ("es", "evento 1: 30 plazas", {"capacity": 30}),
        ("fr", "événement 1, lieu Maison des droits", {"place": "Maison des droits"}),
        ("pt", "evento 1: sala 9", {"place": "sala 9"}),
        ("ar", "فعالية 1: 30 مقعدا", {"capacity": 30}),
        ("ru", "мероприятие 1: 30 мест", {"capacity": 30}),
        ("zh", "活动 1：30个名额", {"capacity": 30}),
    ],
)
async def test_a_field_is_set_behind_the_number_of_an_event(hub, language, said, is_to_be):
    await hub.says(STEWARD, "event add 2027-12-12 15:00 UTC: Moot court | 2h", "yes")
    await hub.says(STEWARD, f"language {language}")
    [shown] = await hub.says(STEWARD, said)
    assert shown.kind == "event_edit.ask.sure"
    await hub.reacts(STEWARD, "👍", shown)
    assert await kept(hub, 1) == Details("Moot court", length=timedelta(hours=2), **is_to_be)


async def test_who_may_not_change_an_event_is_neither_asked_nor_signed_up(hub):
    await hub.says(STEWARD, "event add 2027-12-12 15:00 UTC: Moot court", "yes")
    heard = await hub.says(AMAL, "event 1: 30 places")
    assert kinds(heard) == ["events.card"]
    async with hub.storage.read() as session:
        assert await Events(session).attendees(1) == set()


async def test_what_names_no_field_is_asked_with_all_that_there_are(hub):
    await hub.says(STEWARD, "event add 2027-12-12 15:00 UTC: Moot training", "yes")
    [asked] = await hub.says(STEWARD, "event edit 1 something nicer")
    assert asked.kind == "event_edit.ask.change"
    [shown] = await hub.says(STEWARD, "7 webinar")
    assert shown.body.splitlines()[8] == "7. Kind: webinar"
