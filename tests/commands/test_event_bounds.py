"""From when until when an event is in one line, by how much it is put off, and what changed."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from commands.hosting._ending import part_end
from kit.question import About
from kit.steps import EXAMPLE_WHEN
from storage.events import Events
from storage.tables.events import EventRow
from tests.harness import NOON, STEWARD, Talk, catalogs, network, scene, understanding

AMAL = "@amal:test"
NINE = datetime(2027, 5, 20, 9, tzinfo=UTC)
NEXT_DAY = timedelta(hours=38, minutes=59)  # the last minute of the next day


@scene
async def hub(talk: Talk) -> None:
    """A steward, and a member who may come."""
    await talk.room("space:events", "!events:test")
    for who in (STEWARD, AMAL):
        await talk.member(who, country="Senegal")


async def event(talk: Talk, number: int = 1) -> EventRow:
    async with talk.storage.read() as session:
        row = await Events(session).get(number)
        assert row is not None
        return row


@pytest.mark.parametrize(
    ("language", "line", "title", "length"),
    [
        ("en", "Days of aid, from 20/05/2027 9h until 21/05/2027, Dakar", "Days of aid", NEXT_DAY),
        (
            "pt",
            "Jornadas 2027, 20/05/2027 às 9h, até 21/05/2027, Dakar, 200 vagas",
            "Jornadas 2027",
            NEXT_DAY,
        ),
        ("fr", "du 20 mai 2027 9h au 21 mai 2027 17h, Dakar : Journées", "Journées", 32),
        (
            "es",
            "del 20 de mayo de 2027 a las 9 al 21 de mayo de 2027: Taller",
            "Taller",
            NEXT_DAY,
        ),
        ("ru", "с 20 мая 2027 9:00 до 21 мая 2027 18:00 Дакар: Форум", "Форум", 33),
        ("ar", "من 20 مايو 2027 الساعة 9 حتى 21 مايو 2027 الساعة 17: الملتقى", "الملتقى", 32),
        ("zh", "2027年5月20日9点到2027年5月21日18点：年会", "年会", 33),
        ("en", '"The right to counsel" 20 May 2027 9:00-12:30', "The right to counsel", 3.5),
        ("en", "2027-05-20 09:00 Dakar to 11:00: Call on bail", "Call on bail", 2),
    ],
)
async def test_a_line_tells_from_when_until_when_an_event_is(hub, language, line, title, length):
    await hub.says(STEWARD, f"language {language}")
    [shown] = await hub.says(STEWARD, f"!event add {line}")
    assert shown.kind == "event_add.ask.sure"
    await hub.reacts(STEWARD, "👍", shown)
    row = await event(hub)
    span = length if isinstance(length, timedelta) else timedelta(hours=length)
    assert (row.title, row.starts_at, row.length) == (title, NINE, span)


async def test_where_only_days_are_told_the_hour_of_the_first_is_asked(hub):
    [asked] = await hub.says(STEWARD, "event add 2027-05-20 - 2027-05-21 Dakar: “Access days”")
    assert "At what time on Thursday, May 20, 2027? For example 14:30." in asked.body
    await hub.says(STEWARD, "9:00", "yes")
    row = await event(hub)
    assert (row.title, row.starts_at, row.length) == ("Access days", NINE, NEXT_DAY)


async def test_what_would_be_over_before_it_begins_is_refused(hub):
    [told] = await hub.says(STEWARD, "event add 2027-05-20 09:00 Dakar to 2027-05-19: Days")
    assert told.kind == "error.argument"
    assert told.body.startswith("It would be over before it begins: Wednesday, May 19, 2027")


def test_a_date_in_a_title_is_no_end():
    about = About(network(), understanding(), "en", NOON)
    line = "20 May 2027 9:00 Dakar: Training on 21 May rules"
    assert part_end(line, "UTC", about).said == line


@pytest.mark.parametrize(
    ("language", "said", "hours"),
    [
        ("en", "event move 1 one hour later", 1),
        ("en", "event move 1 -1h", -1),
        ("en", "event move 1 two hours earlier", -2),
        ("en", "postpone the seminar by two hours", 2),
        ("es", "atrasa el seminario una hora", 1),
        ("pt", "adia o seminário uma hora", 1),
        ("zh", "把研讨会推迟一小时", 1),
    ],
)
async def test_an_event_is_put_off_by_so_much(hub, language, said, hours):
    await hub.says(STEWARD, "event add 2027-05-20 09:00 Dakar: Seminar on bail", "yes")
    await hub.says(STEWARD, f"language {language}")
    heard = await hub.says(STEWARD, said)
    if heard[-1].kind == "wish.offer":
        heard = await hub.says(STEWARD, "1")
    assert heard[-1].kind == "event_move.ask.sure"
    await hub.reacts(STEWARD, "👍", heard[-1])
    assert (await event(hub)).starts_at == NINE + timedelta(hours=hours)


@pytest.mark.parametrize(
    ("language", "said", "field", "value"),
    [
        ("pt", "altera o local do seminário para Auditório 2", "place", "Auditório 2"),
        ("pt", "mudar evento 1 lugar Sala 9", "place", "Sala 9"),
        ("ar", "غيّر مكان الندوة إلى القاعة 7", "place", "القاعة 7"),
        ("zh", "把研讨会的地点改为7号会议室", "place", "7号会议室"),
        ("en", "there are 45 places now: 45 places", "capacity", 45),
        ("es", "ahora son 45 plazas", "capacity", 45),
    ],
)
async def test_one_field_is_changed_in_a_sentence(hub, language, said, field, value):
    await hub.says(STEWARD, "event add 2027-05-20 09:00 Dakar: Seminar | Room 1", "yes")
    await hub.says(STEWARD, f"language {language}", "event 1")
    heard = await hub.says(STEWARD, said)
    if heard[-1].kind == "wish.offer":
        heard = await hub.says(STEWARD, "1")
    assert heard[-1].kind == "event_edit.ask.sure"
    await hub.reacts(STEWARD, "👍", heard[-1])
    assert getattr(await event(hub), field) == value


async def test_who_is_going_reads_what_changed_and_the_room_that_something_did(hub):
    await hub.says(STEWARD, "event add 2027-05-20 09:00 Dakar: Seminar | Room 1 | 20 places", "yes")
    await hub.says(AMAL, "going 1")
    await hub.says(STEWARD, "event edit 1 place: Room 2", "yes")
    told = {each.room: each.body.splitlines()[1:] for each in await hub.passes(timedelta(0))}
    assert told["direct:2"] == ["Place: Room 1 → Place: Room 2"]
    heard = await hub.says(STEWARD, "event edit 1 30 places", "yes")
    room = next(each for each in heard if each.room == "space:events")
    assert room.body.splitlines()[1:] == ["Places: 20 → Places: 30"]
    await hub.says(STEWARD, "event move 1 1h", "yes")
    [moved] = await hub.passes(timedelta(0))
    assert moved.body.splitlines()[1] == "Until now: Thursday, May 20, 2027, 09:00 Dakar"


@pytest.mark.parametrize("word", ["event remove 1", "event delete 1"])
async def test_removing_an_event_is_calling_it_off(hub, word):
    await hub.says(STEWARD, "event add 2027-05-20 09:00 Dakar: Seminar", "yes")
    [asked] = await hub.says(STEWARD, word)
    assert asked.kind == "event_cancel.ask.sure"


@pytest.mark.parametrize("language", ["ar", "en", "es", "fr", "pt", "ru", "zh"])
def test_the_example_is_written_as_its_reader_would_and_is_read(language):
    shown = EXAMPLE_WHEN.render(catalogs().reader(language)).plain
    reading = understanding().moment(shown, language, NOON, "UTC")
    assert getattr(reading, "at", None) == EXAMPLE_WHEN.moment
