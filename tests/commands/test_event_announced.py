"""What an organiser announces in a sentence: title, day and rule are taken from it."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from sqlalchemy import select

from actions.events.recurrence import slots, wall
from storage.events import Events
from storage.tables.events import EventRow, SeriesRow
from tests.harness import STEWARD, Talk, kinds, scene

AMAL, ORGA = "@amal:test", "@orga:test"


@scene
async def hub(talk: Talk) -> None:
    """A steward, an organiser, and a member who announces nothing."""
    await talk.room("space:events", "!events:test")
    for who in (STEWARD, AMAL, ORGA):
        await talk.member(who)
    await talk.says(STEWARD, f"role {ORGA} organiser", "yes")


async def all_events(hub: Talk) -> list[EventRow]:
    async with hub.storage.read() as session:
        return list(await Events(session).upcoming(hub.now))


@pytest.mark.parametrize("who", [STEWARD, ORGA])
@pytest.mark.parametrize(
    ("language", "said", "title"),
    [
        ("en", "announce a seminar on wiretaps on 6 May 2027 at 14:00 UTC", "Seminar on wiretaps"),
        (
            "en",
            "announce a cross examination course, 6 May 2027 14:00 UTC",
            "Cross examination course",
        ),
        (
            "en",
            "announce our plea bargain training on 6 May 2027 14:00 UTC",
            "Plea bargain training",
        ),
        (
            "es",
            "anunciar un taller sobre pericias el 6 de mayo de 2027 a las 14 UTC",
            "Taller sobre pericias",
        ),
        (
            "fr",
            "annoncer une formation sur l'asile le 6 mai 2027 à 14h UTC",
            "Formation sur l'asile",
        ),
        (
            "pt",
            "anunciar uma oficina sobre asilo em 6 de maio de 2027 às 14h UTC",
            "Oficina sobre asilo",
        ),
        ("ru", "объявить вебинар об убежище 6 мая 2027 в 14:00 UTC", "Вебинар об убежище"),
        ("zh", "公告：2027年5月6日14:00 UTC举办庇护培训", "庇护培训"),
    ],
)
async def test_what_is_announced_with_its_day_is_an_event(hub, who, language, said, title):
    await hub.says(who, f"language {language}")
    heard = await hub.says(who, said)
    assert kinds(heard) == ["event_add.ask.sure"]
    await hub.reacts(who, "👍", heard[0])
    [event] = await all_events(hub)
    assert (event.title, event.starts_at) == (title, datetime(2027, 5, 6, 14, tzinfo=UTC))


@pytest.mark.parametrize(
    "said",
    [
        "announce the meeting was moved to Friday",
        "announce that the webinar of 5 May is called off",
        "announce: please register for the training by 5 May",
        "announce the new opening hours",
    ],
)
async def test_what_tells_of_an_event_stays_news(hub, said: str):
    assert kinds(await hub.says(STEWARD, said)) == ["announce.ask.sure"]


async def test_a_title_alone_is_kept_and_its_day_asked(hub):
    heard = await hub.says(ORGA, "I want to announce a seminar on wiretaps")
    assert kinds(heard) == ["event_add.ask.when"]
    [shown] = await hub.says(ORGA, "6 May 2027 14:00 UTC", "skip")
    await hub.reacts(ORGA, "👍", shown)
    assert [event.title for event in await all_events(hub)] == ["Seminar on wiretaps"]


@pytest.mark.parametrize(
    "said",
    [
        "how do I announce a seminar?",
        "who is allowed to announce events?",
        "cómo puedo anunciar un coloquio?",
        "кто может объявлять мероприятия",
    ],
)
async def test_who_asks_how_is_told_so(hub, said: str):
    [member] = await hub.says(AMAL, said)
    [organiser] = await hub.says(ORGA, said)
    assert (member.kind, organiser.kind) == ("about.organisers", "about.organisers")
    assert '"report …" goes to them alone' in member.body
    assert 'say "event add" and what you know' in organiser.body


async def test_who_may_not_announce_is_told_how_to(hub):
    [told] = await hub.says(AMAL, "announce a seminar on wiretaps on 6 May 2027 at 14:00")
    assert told.kind == "error.not_allowed"
    assert told.body.endswith('"report …" goes to them alone.')


SERIES = [
    ("en", "event add every second Tuesday at 9 UTC, four times: Intake hour", 4, "2027-03-09"),
    ("en", "event add Intake hour every Tuesday 9:00 UTC until the end of March", 5, "2027-03-02"),
    (
        "en",
        "event add on the last Friday of each month 9:00 UTC, 3 sessions: Intake",
        3,
        "2027-03-26",
    ),
    (
        "es",
        "nuevo evento todos los martes a las 9 UTC, cinco veces: Hora de consulta",
        5,
        "2027-03-02",
    ),
    (
        "fr",
        "nouvel événement chaque dernier vendredi à 9h UTC, trois fois : Accueil",
        3,
        "2027-03-26",
    ),
    ("pt", "novo evento toda terça às 9h UTC até março: Plantão", 5, "2027-03-02"),
    ("ru", "новое мероприятие каждый вторник в 9:00 UTC, 4 раза: Приём", 4, "2027-03-02"),
    ("ar", "فعالية جديدة كل ثلاثاء الساعة 9:00 UTC، 4 مرات: ساعة استشارة", 4, "2027-03-02"),
    ("zh", "新活动 每周二上午9点 UTC，四次：咨询时间", 4, "2027-03-02"),
]


@pytest.mark.parametrize(("language", "said", "times", "first"), SERIES)
async def test_a_series_is_announced_in_one_line(hub, language, said, times, first):
    await hub.says(ORGA, f"language {language}")
    heard = await hub.says(ORGA, said)
    assert kinds(heard) == ["event_add.ask.sure"]
    told = await hub.reacts(ORGA, "👍", heard[0])
    assert kinds(told) == ["events.announcement", "events.repeated", "events.added"]
    [event, *_more] = await all_events(hub)
    assert event.starts_at == datetime.fromisoformat(f"{first}T09:00+00:00")
    async with hub.storage.read() as session:
        [series] = (await session.scalars(select(SeriesRow))).all()
    begins = wall(event.starts_at, "UTC")
    assert 1 + len([*slots(series.rule, begins, begins)]) == times


async def test_what_would_come_only_once_is_no_series(hub):
    [refused] = await hub.says(ORGA, "event add every Tuesday 9:00 UTC, 1 time: Intake hour")
    assert refused.kind == "error.argument"
    [refused] = await hub.says(ORGA, "event add every Tuesday 9:00 UTC until 3 March: Intake hour")
    assert refused.kind == "error.argument"


@pytest.mark.parametrize(
    "title", ["Every child counts", "Annual conference", "Weekly clinic", "Second thoughts"]
)
async def test_what_a_title_says_makes_no_series(hub, title: str):
    heard = await hub.says(ORGA, f"event add 2027-05-06 14:00 UTC: {title}")
    told = await hub.reacts(ORGA, "👍", heard[0])
    assert kinds(told) == ["events.announcement", "events.added"]
    assert [event.title for event in await all_events(hub)] == [title]
