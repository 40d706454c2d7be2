"""When something is to be is read as meant, asked about, or refused; never as another time."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from benchmarks.dates import Phrase, load, read, written
from bot.say.i18n import catalog_directory
from bot.understanding.moments import MomentReader, Table, load_tables
from bot.understanding.moments.tokens import LONGEST, cut
from kit.moments import Ambiguous, Day, Fault, Gap, Moment, NoMoment, Past, Reading
from tests.harness import catalogs, understanding

LANGUAGES = ("ar", "en", "es", "fr", "pt", "ru", "zh")
EXAMPLES = [Path(__file__).with_name(f"{name}.yaml") for name in ("tuned", "held_out")]
WEDNESDAY = datetime(2027, 6, 16, 10, 0, tzinfo=UTC)


@cache
def phrases() -> list[Phrase]:
    return [phrase for path in EXAMPLES for phrase in load(path)]


@cache
def tables() -> dict[str, Table]:
    return load_tables(catalog_directory(), LANGUAGES)


def moment(said: str, language: str = "en", zone: str = "UTC") -> Reading:
    return understanding().moment(said, language, WEDNESDAY, zone)


def told(reading: Reading, zone: str = "UTC") -> str | list[str]:
    """Write a reading, each of several by itself, those in the past too."""
    match reading:
        case Ambiguous(readings):
            return [written(each, "UTC") for each in readings]
        case Past(gone):
            return f"past {written(gone, zone)}"
        case NoMoment(why):
            return why.value
    return written(reading, zone)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_phrase_is_read_as_meant(language):
    mine = [phrase for phrase in phrases() if phrase.lang == language]
    assert len(mine) >= 34
    got = {phrase.text: read(phrase, understanding()) for phrase in mine}
    assert got == {phrase.text: phrase.expect for phrase in mine}


@pytest.mark.slow
@pytest.mark.parametrize(
    "part", ["numbers", "units", "parts", "days", "clock", "noon", "small", "past", "spans"]
)
def test_without_a_part_of_the_tables_phrases_are_read_otherwise(part):
    blind = MomentReader(
        {
            language: table.model_copy(update={part: type(getattr(table, part))()})
            for language, table in tables().items()
        },
        lambda _name, _language: (),
        {},
    )
    wrong = []
    for phrase in phrases():
        now = datetime.fromisoformat(phrase.now).replace(tzinfo=ZoneInfo(phrase.zone))
        reading = blind.read(phrase.text, phrase.lang, now, phrase.zone)
        wrong += [phrase.text] if written(reading, phrase.zone) != phrase.expect else []
    assert wrong != []


@pytest.mark.parametrize(
    ("said", "zone", "at"),
    [
        ("2027-07-01 12:00", "Europe/Vienna", "2027-07-01T10:00"),
        ("2027-12-01 12:00", "Europe/Vienna", "2027-12-01T11:00"),
        ("2027-10-31 02:30", "Europe/Vienna", ["2027-10-31T00:30", "2027-10-31T01:30"]),
        ("2028-03-26 02:30", "Europe/Vienna", "gap 2028-03-26T01:30"),
        ("2027-07-01 12:00", "America/New_York", "2027-07-01T16:00"),
        ("2027-11-07 01:30", "America/New_York", ["2027-11-07T05:30", "2027-11-07T06:30"]),
        ("2028-03-12 02:30", "America/New_York", "gap 2028-03-12T07:30"),
        ("2027-07-01 12:00", "America/Santiago", "2027-07-01T16:00"),
        ("2027-09-05 00:30", "America/Santiago", "gap 2027-09-05T04:30"),
        ("2028-04-01 23:30", "America/Santiago", ["2028-04-02T02:30", "2028-04-02T03:30"]),
        ("2027-07-01 12:00", "Africa/Cairo", "2027-07-01T09:00"),
        ("2027-10-28 23:30", "Africa/Cairo", ["2027-10-28T20:30", "2027-10-28T21:30"]),
        ("2028-04-28 00:30", "Africa/Cairo", "gap 2028-04-27T22:30"),
        ("2027-07-01 12:00", "Asia/Kathmandu", "2027-07-01T06:15"),
        ("2027-07-01 12:00", "Australia/Lord_Howe", "2027-07-01T01:30"),
        ("2027-10-03 02:15", "Australia/Lord_Howe", "gap 2027-10-02T15:45"),
        ("2028-04-02 01:45", "Australia/Lord_Howe", ["2028-04-01T14:45", "2028-04-01T15:15"]),
        ("2027-07-01 12:00", "Africa/Casablanca", "2027-07-01T11:00"),
        ("2028-01-23 02:30", "Africa/Casablanca", ["2028-01-23T01:30", "2028-01-23T02:30"]),
        ("2028-03-05 02:30", "Africa/Casablanca", "gap 2028-03-05T02:30"),
        ("2027-07-01 12:00", "Asia/Tehran", "2027-07-01T08:30"),
        ("2027-12-01 12:00", "Asia/Tehran", "2027-12-01T08:30"),
        ("29 February 2028 12:00", "UTC", "2028-02-29T12:00"),
        ("29 February 12:00", "UTC", "2028-02-29T12:00"),
        ("29 February 2100 12:00", "UTC", "impossible"),
    ],
)
def test_wall_times_are_those_of_their_zone(said, zone, at):
    reading = moment(said, zone=zone)
    if isinstance(reading, Gap):
        assert f"gap {written(reading.instead, 'UTC')}" == at
    else:
        assert told(reading) == at


def test_days_are_counted_on_the_calendar_and_hours_on_the_clock():
    friday = datetime(2027, 3, 26, 12, 0, tzinfo=UTC)  # before the clocks are put forward
    reader = understanding()
    said = ["in 2 days at 13:00", "in 48 hours", "in 2 days", "in 1 month", "in 90 seconds"]
    read = [reader.moment(each, "en", friday, "Europe/Vienna") for each in said]
    assert read == [
        Moment(datetime(2027, 3, 28, 11, tzinfo=UTC), "Europe/Vienna"),
        Moment(datetime(2027, 3, 28, 12, tzinfo=UTC), "Europe/Vienna"),
        Day(datetime(2027, 3, 28, tzinfo=UTC).date(), "Europe/Vienna"),
        Day(datetime(2027, 4, 26, tzinfo=UTC).date(), "Europe/Vienna"),
        Moment(friday + timedelta(seconds=90), "Europe/Vienna"),
    ]


def test_tomorrow_is_asked_about_where_it_is_another_day_there():
    late = datetime(2027, 6, 16, 23, 30, tzinfo=UTC)
    reading = understanding().moment("tomorrow at 9am Tokyo time", "en", late, "UTC")
    assert told(reading) == ["2027-06-17T00:00", "2027-06-18T00:00"]


@pytest.mark.parametrize(
    ("said", "language", "readings"),
    [
        ("03/04/2028 16:00", "en", ["2028-03-04T16:00", "2028-04-03T16:00"]),
        ("03/04/2028 16:00", "fr", "2028-04-03T16:00"),
        ("03.04.2028 16:00", "en", "2028-04-03T16:00"),
        ("03/13/2028 16:00", "en", "2028-03-13T16:00"),
        ("03/13/2028 16:00", "es", "impossible"),
        ("next Friday 16:00", "en", ["2027-06-18T16:00", "2027-06-25T16:00"]),
        ("next Tuesday 16:00", "en", "2027-06-22T16:00"),
        ("Sunday of next week 16:00", "en", ["2027-06-20T16:00", "2027-06-27T16:00"]),
        ("Saturday at midnight", "en", ["2027-06-19T00:00", "2027-06-20T00:00"]),
        ("samedi à 3h", "fr", ["2027-06-19T03:00", "2027-06-19T15:00"]),
        ("samedi à 03h00", "fr", "2027-06-19T03:00"),
        ("sábado a las 12 de la noche", "es", ["2027-06-19T00:00", "2027-06-20T00:00"]),
        ("tomorrow 15:00 CET", "en", ["2027-06-17T13:00", "2027-06-17T14:00"]),
        ("tomorrow 15:00 MSK", "en", "2027-06-17T12:00"),
        ("tomorrow 15:00 in Portugal", "en", ["2027-06-17T14:00", "2027-06-17T15:00"]),
        ("today at 5", "en", "2027-06-16T17:00"),
        ("Saturday 24:00", "en", "2027-06-20T00:00"),
    ],
)
def test_several_readings_are_listed_and_one_is_taken(said, language, readings):
    assert told(moment(said, language)) == readings


@pytest.mark.parametrize(
    ("said", "at", "zone"),
    [
        ("2027-08-01T14:10Z", "2027-08-01T14:10", "UTC"),
        ("2027-08-01T14:10:00+05:45", "2027-08-01T08:25", None),
        ("2027-08-01T14:10-03:00", "2027-08-01T17:10", None),
        ("2027-08-01 14:10 UTC-3", "2027-08-01T17:10", None),
        ("2027-08-01 14:10 GMT+0530", "2027-08-01T08:40", None),
        ("2027-08-01 14:10 europe/vienna", "2027-08-01T12:10", "Europe/Vienna"),
        ("2027-08-01 14:10 (Nairobi)", "2027-08-01T11:10", "Africa/Nairobi"),
        ("2027-08-01 14:10 по московскому времени", "2027-08-01T11:10", "Europe/Moscow"),
        ("1 de agosto de 2027, 14:10 hora de Lima", "2027-08-01T19:10", "America/Lima"),
        ("1 août 2027 à 14h10, heure de Dakar", "2027-08-01T14:10", "Africa/Dakar"),
        ("2027年8月1日14:10北京时间", "2027-08-01T06:10", "Asia/Shanghai"),
        ("1 أغسطس 2027 الساعة 14:10 بتوقيت القاهرة", "2027-08-01T11:10", "Africa/Cairo"),
    ],
)
def test_a_zone_is_a_city_a_country_or_an_offset(said, at, zone):
    reading = moment(said, "en", "Asia/Tokyo")
    assert isinstance(reading, Moment)
    assert (written(reading, "UTC"), reading.named) == (at, zone is not None)
    assert reading.zone == (zone or "Asia/Tokyo")


@pytest.mark.parametrize(
    "said",
    [
        *("2027-08-01 14:10-16:00", "2027-08-01 10-12", "2027-08-01 16", "2027-08-01 14:10:30"),
        *("2027-08-01 25:10", "2027-08-01 14:60", "2027-08-01 14:10 to 16:00", "12.10.27 9:00"),
        *("tomorrow at 3pm or 4pm", "tomorrow 3 pm Europe/Nowhere", "Monday to Friday 9am"),
        *("tomorrow 3pm friday", "in 2h 30", "in 2h 30 days", "Friday 9am 10am"),
    ],
)
@pytest.mark.parametrize("title", ["", " Bail basics"])
def test_what_is_not_read_whole_is_refused(said, title):
    reading = understanding().begins(said + title, "en", WEDNESDAY, "UTC")
    assert reading in {NoMoment(), NoMoment(Fault.GOES_ON), NoMoment(Fault.IMPOSSIBLE)}


@pytest.mark.parametrize(
    "said",
    [
        *(
            "",
            "   ",
            "\n",
            "???",
            "3pm",
            "at 9",
            "September",
            "2027",
            "next week",
            "the",
            "Article 14/3",
        ),
        *("sometime tomorrow", "may", "5", "in", "half past", "14:30"),
    ],
)
def test_what_names_no_day_is_none(said):
    assert moment(said) == NoMoment()


@pytest.mark.parametrize(
    ("said", "at", "rest"),
    [
        ("tomorrow 3pm Call at 10:00", "2027-06-17T15:00", "Call at 10:00"),
        ("tomorrow 3pm: 5 steps to bail", "2027-06-17T15:00", "5 steps to bail"),
        ('tomorrow 3pm "Monday circle"', "2027-06-17T15:00", "Monday circle"),
        ("tomorrow 3pm - Jordan: defence", "2027-06-17T15:00", "Jordan: defence"),
        ("tomorrow 3pm Nairobi: Duty", "2027-06-17T12:00", "Duty"),
        ("tomorrow at 9 in the morning Call", "2027-06-17T09:00", "Call"),
        ("tomorrow 4:45 pm Duty lawyers", "2027-06-17T16:45", "Duty lawyers"),
        ("2027-06-17 10:20 a.m. Duty lawyers", "2027-06-17T10:20", "Duty lawyers"),
        ("amanhã às 4:45 da tarde Oficina", "2027-06-17T16:45", "Oficina"),
        ("завтра в 9 утра Встреча", "2027-06-17T09:00", "Встреча"),
        ("mañana a las 9 Reunión de defensores", "2027-06-17T09:00", "Reunión de defensores"),
        ("demain à 9h30\nProcès équitable", "2027-06-17T09:30", "Procès équitable"),
        ("明天下午3点值班律师培训", "2027-06-17T15:00", "值班律师培训"),
        ("غدا الساعة 3 مساء لقاء المحامين", "2027-06-17T15:00", "لقاء المحامين"),
        ("завтра в 15:00 — Встреча", "2027-06-17T15:00", "Встреча"),
        ("tomorrow Call", "2027-06-17", "Call"),
        ("Call tomorrow 3pm", "2027-06-17T15:00", "Call"),
        (
            "Webinar on police custody, tomorrow 3pm",
            "2027-06-17T15:00",
            "Webinar on police custody",
        ),
        ("5 steps to bail: tomorrow at 3pm Nairobi", "2027-06-17T12:00", "5 steps to bail"),
        (
            "Session sur la détention le jeudi 24 juin à 15h",
            "2027-06-24T15:00",
            "Session sur la détention",
        ),
        (
            "Taller de defensores el 24 de junio a las 15:00",
            "2027-06-24T15:00",
            "Taller de defensores",
        ),
        ("Oficina de defensores amanhã às 15h", "2027-06-17T15:00", "Oficina de defensores"),
        ("Встреча адвокатов завтра в 15:00", "2027-06-17T15:00", "Встреча адвокатов"),
        ("值班律师培训，明天下午3点", "2027-06-17T15:00", "值班律师培训"),
        ("لقاء المحامين غدا الساعة 3 مساء", "2027-06-17T15:00", "لقاء المحامين"),
    ],
)
def test_where_a_title_begins_is_told(said, at, rest):
    reading = understanding().begins(said, "en", WEDNESDAY, "UTC")
    assert isinstance(reading, Moment | Day)
    assert (written(reading, "UTC"), reading.rest) == (at, rest)


@pytest.mark.parametrize(
    ("said", "readings"),
    [
        (
            "tomorrow 3pm Cuba in court",
            {("2027-06-17T15:00", "Cuba in court"), ("2027-06-17T19:00", "in court")},
        ),
        (
            "tomorrow 9am Morning circle",
            {("2027-06-17T09:00", "Morning circle"), ("2027-06-17T09:00", "circle")},
        ),
    ],
)
def test_what_may_begin_the_title_is_asked_about(said, readings):
    reading = understanding().begins(said, "en", WEDNESDAY, "UTC")
    assert isinstance(reading, Ambiguous)
    assert {(written(each, "UTC"), each.rest) for each in reading.readings} == readings


@pytest.mark.slow
@pytest.mark.parametrize("language", LANGUAGES)
def test_in_a_chat_of_another_language_no_phrase_is_read_as_another_time(language):
    got = [(p, read(replace(p, lang=language), understanding())) for p in phrases()]
    wrong = [(p.text, said) for p, said in got if said != p.expect and said[0].isdigit()]
    assert wrong == []
    assert sum(said == p.expect for p, said in got) > 0.95 * len(got)


@pytest.mark.parametrize(
    ("said", "language", "hours"),
    [
        ("3 days", "en", [72]),
        ("1.5h", "en", [1.5]),
        ("1d,2h", "en", [24, 2]),
        ("5 mins", "en", [1 / 12]),
        ("٣h", "en", [3]),
        ("2h 1d30m", "en", [2, 24.5]),
        ("half an hour before", "en", [0.5]),
        ("2 semaines, 1 jour avant", "fr", [336, 24]),
        ("2 jours avant et 1h avant", "fr", [48, 1]),
        ("2d 3h", "en", [51]),
        ("2d, 3h", "en", [48, 3]),
        ("6d 5d", "en", [144, 120]),
        ("1h30", "en", [1.5]),
        ("1h 30", "en", []),
        ("2 days and 3 hours before it starts", "en", [51]),
        ("2 jours et 3 heures avant", "fr", [51]),
        ("2j", "fr", [48]),
        ("1 h 30", "fr", [1.5]),
        ("la veille", "fr", [24]),
        ("2 días y 3 horas antes", "es", [51]),
        ("2 dias e 3 horas antes", "pt", [51]),
        ("за 2 дня и 3 часа до начала", "ru", [51]),
        ("1ч30", "ru", [1.5]),
        ("2 д 3 ч", "ru", [51]),
        ("قبل يومين وثلاث ساعات", "ar", [51]),
        ("قبل ساعة و30 دقيقة", "ar", [1.5]),
        ("提前两天零三小时", "zh", [51]),
        ("2天和3小时", "zh", [51]),
        ("una hora y media antes", "es", [1.5]),
        ("за два часа", "ru", [2]),
        ("قبل ساعتين", "ar", [2]),
        ("提前两小时", "zh", [2]),
        *((said, "en", []) for said in ("2months", "1 month", "abc3dxyz", "90", "-5d", "2d -3h")),
        *((said, "en", []) for said in ("0s", "900000d", "3d soon", "99999999999999d", "1,5h x")),
    ],
)
def test_lengths_of_time_are_read_whole(said, language, hours):
    assert list(understanding().spans(said, language)) == [timedelta(hours=each) for each in hours]


@settings(max_examples=60, deadline=None)
@given(
    minutes=some.integers(1, 5_000_000),
    zone=some.sampled_from(
        [
            "Europe/Vienna",
            "America/New_York",
            "Africa/Cairo",
            "Asia/Kathmandu",
            "Australia/Lord_Howe",
        ]
    ),
)
@pytest.mark.parametrize("language", LANGUAGES)
def test_what_the_hub_writes_it_reads_back(language, minutes, zone):
    at = WEDNESDAY + timedelta(minutes=minutes)
    shown = catalogs().reader(language).moment(at, zone)
    reading = understanding().moment(shown, language, WEDNESDAY, "UTC")
    readings = reading.readings if isinstance(reading, Ambiguous) else [reading]
    wall = at.astimezone(ZoneInfo(zone))
    twice = wall.replace(fold=0).utcoffset() != wall.replace(fold=1).utcoffset()
    assert Moment(at, zone, named=True) in readings
    assert len(readings) == 1 + twice


@pytest.mark.parametrize(
    "piece",
    ["1 ", "at ", "1d", "[(", "10:", "下", "Vienna ", "and a half ", "a\u0301", "\ufdfa", "час и "],
)
def test_no_text_is_too_long_or_makes_more_of_itself(piece):
    text = piece * 50_000
    assert len(cut(text)) <= LONGEST
    assert isinstance(moment(text), NoMoment)
    assert isinstance(moment(f"tomorrow 3pm {text}"), NoMoment)


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", "the following Thursday at 10:30"),
        ("es", "el jueves siguiente a las 10:30"),
        ("fr", "jeudi suivant à 10h30"),
        ("pt", "na quinta seguinte às 10h30"),
        ("ar", "الخميس التالي الساعة 10:30 صباحا"),
    ],
)
def test_what_follows_counts_from_the_day_that_is_spoken_of(language: str, said: str):
    near = date(2027, 7, 8)
    read = understanding().moment(said, language, WEDNESDAY, "UTC", near)
    assert told(read) == "2027-07-15T10:30"
    assert told(moment(said, language)) == ["2027-06-17T10:30", "2027-06-24T10:30"]
