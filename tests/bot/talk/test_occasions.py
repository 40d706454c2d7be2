"""Which of two events a sentence is about: named, or not at all."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from bot.service.wiring import discover
from bot.talk.occasions import Occasion, Occasions
from kit.authority import Actor, Role
from kit.command import Call
from kit.table import CommandTable
from storage.tables.events import EventRow
from tests.harness import NOON, catalogs, index, understanding

TABLE = CommandTable(discover(), catalogs().words.ways)
COMING = [
    EventRow(id=1, title="Garde à vue", starts_at=datetime(2027, 3, 9, 16, tzinfo=UTC), zone="UTC"),
    EventRow(
        id=2, title="Bail hearings", starts_at=datetime(2027, 3, 11, 16, tzinfo=UTC), zone="UTC"
    ),
]


def about(path: str, language: str, said: str) -> Occasion:
    occasions = Occasions(understanding(), catalogs().words.ways("one event"), index().concepts)
    call = Call(Actor(1, Role.MEMBER), "@a:test", direct=True, language=language, now=NOON)
    command = TABLE.command(path)
    assert command is not None
    return occasions.of(call, command, said, COMING)


@pytest.mark.parametrize(
    ("language", "said", "number"),
    [
        ("en", "count me in for event 2", "2"),
        ("en", "count me in for 2", "2"),
        ("en", "I'm coming to the bail hearings", "2"),
        ("en", "sign me up for Thursday", "2"),
        ("en", "sign me up for the training on 11 March", "2"),
        ("fr", "je viens à l'événement 2", "2"),
        ("es", "me apunto al taller 1", "1"),
        ("pt", "vou ao evento 1", "1"),
        ("ru", "запишите меня на мероприятие 2", "2"),
        ("ar", "سأحضر الفعالية ٢", "2"),
        ("zh", "我要参加活动2", "2"),
        ("en", "count me in for event 7", "7"),
        ("en", "count me in for 7", "7"),
    ],
)
def test_what_is_named_is_meant_though_there_is_none(language: str, said: str, number: str):
    assert about("going", language, said) == Occasion([number], sure=True)


@pytest.mark.parametrize(
    "said",
    ["I will come", "count me in for the training 5 May", "the bail hearings, that is number 1"],
)
def test_what_names_nothing_or_two_things_is_never_sure(said: str):
    assert not about("going", "en", said).sure


def test_a_question_signs_nobody_up():
    found = about("going", "fr", "qui participe à l'événement 1 ?")
    assert found == Occasion(["1"], sure=False)
    assert about("event", "fr", "où a lieu l'événement 1 ?") == Occasion(["1"], sure=True)


@pytest.mark.parametrize(
    ("path", "language", "said", "rest"),
    [
        ("event move", "en", "move event 2 to Thursday at 10", "Thursday at 10"),
        ("event copy", "en", "copy event 2 to 15 December 10am", "15 December 10am"),
        ("event move", "es", "mover el evento 2 al jueves a las 10", "al jueves a las 10"),
        ("event move", "fr", "déplacer l'événement 2 à jeudi 10h", "à jeudi 10h"),
        ("event move", "pt", "mude o evento 2 para quinta às 10h", "para quinta às 10h"),
        ("event move", "ru", "перенеси мероприятие 2 на четверг в 10", "на четверг в 10"),
        ("event move", "ar", "انقل الفعالية 2 إلى الخميس الساعة 10", "الخميس الساعة 10"),
        ("event move", "zh", "把活动2改到周四上午10点", "周四上午10点"),
        ("remind", "en", "remind me of event 2 30 minutes before", "30m"),
        ("event repeat", "en", "let event 2 repeat every week until June", "every week until June"),
        (
            "event repeat",
            "fr",
            "répète l'événement 2 toutes les semaines jusqu'en juin",
            "toutes les semaines jusqu'en juin",
        ),
        (
            "event repeat",
            "es",
            "repite el evento 2 cada semana hasta el 30 de junio",
            "cada semana hasta el 30 de junio",
        ),
    ],
)
def test_when_it_is_to_be_is_taken_along(path: str, language: str, said: str, rest: str):
    assert about(path, language, said) == Occasion(["2"], sure=True, rest=rest)


@pytest.mark.parametrize(
    ("language", "said", "number", "rest"),
    [
        ("en", "remind me of the training 2 days and 3 hours before", "1", "2d 3h"),
        ("es", "recuérdame el taller 2 días y 3 horas antes", "1", "2d 3h"),
        ("fr", "rappelle-moi l'atelier 2 jours et 3 heures avant", "1", "2d 3h"),
        ("pt", "lembre-me da oficina 2 dias e 3 horas antes", "1", "2d 3h"),
        ("ru", "напомни мне про семинар за 2 дня и 3 часа", "1", "2d 3h"),
        ("ar", "ذكرني بالندوة قبل 2 أيام و 3 ساعات", "1", "2d 3h"),
        ("zh", "培训2天3小时前提醒我", "1", "2d 3h"),
        ("es", "recuérdame el webinario 3 días antes", "1", "3d"),
        ("en", "remind me of the webinar on 11 March a week before", "2", "7d"),
        ("es", "recuérdame el webinario del 11 de marzo una semana antes", "2", "7d"),
        ("fr", "rappelle-moi le webinaire du 11 mars une semaine avant", "2", "7d"),
        ("pt", "lembre-me do webinário de 11 de março uma semana antes", "2", "7d"),
        ("ru", "напомни мне про вебинар 11 марта за неделю", "2", "7d"),
        ("ar", "ذكرني بندوة 11 مارس قبل أسبوع", "2", "7d"),
        ("zh", "3月11日的培训提前一周提醒我", "2", "7d"),
        ("es", "recuérdame el webinario del 9 de marzo 1 día y 2 horas antes", "1", "1d 2h"),
        ("en", "remind 2 3 days", "2", "3d"),
        ("en", "remind me of event 2 3 days before", "2", "3d"),
        ("zh", "活动2提前3天提醒我", "2", "3d"),
    ],
)
def test_numbers_of_a_length_or_a_date_are_not_the_events(
    language: str, said: str, number: str, rest: str
):
    found = about("remind", language, said)
    assert (found.events[0], found.rest) == (number, rest)


@pytest.mark.parametrize(
    ("language", "said", "number"),
    [
        ("es", "me apunto al taller 9 de marzo", "1"),
        ("fr", "je viens à l'atelier 11 mars", "2"),
        ("en", "count me in for event 2 tomorrow", "2"),
    ],
)
def test_the_number_of_a_day_names_who_is_on_that_day(language: str, said: str, number: str):
    assert about("going", language, said) == Occasion([number], sure=True)
