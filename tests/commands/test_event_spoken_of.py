"""What is said right after the hub showed an event, or told of one, is about that event."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from storage.events import Events
from tests.conference import AMAL, announced, begun
from tests.harness import Talk, scene

CARD, OFFER = ("events.card", ["3"]), ("wish.offer", ["not going"])
WHERE = [
    ("en", "which hall is it?"),
    ("en", "sorry, I'll be a little late"),
    ("es", "¿en qué sala?"),
    ("es", "voy a llegar tarde"),
    ("fr", "dans quelle salle ?"),
    ("fr", "je serai un peu en retard"),
    ("pt", "em que sala é?"),
    ("pt", "vou me atrasar um pouco"),
    ("ar", "في أي قاعة؟"),
    ("ar", "سأتأخر قليلا"),
    ("ru", "в каком зале?"),
    ("ru", "немного опаздываю"),
    ("zh", "是哪个会议室？"),
    ("zh", "我晚点到"),
]
GIVEN_UP = [
    ("en", "take that one off"),
    ("es", "al final no voy"),
    ("fr", "finalement je n'y vais pas"),
    ("pt", "afinal não vou"),
    ("ar", "ما رح اجي"),
    ("ru", "я всё-таки не пойду"),
    ("zh", "我还是不去了"),
]


@scene
async def hub(talk: Talk) -> None:
    await announced(talk)


@pytest.fixture
async def visit(hub: Talk, tmp_path: Path) -> Talk:
    await begun(hub, tmp_path)
    return hub


async def reminded(visit: Talk, language: str) -> None:
    """Let the hub remind her of a session, the first of two that she chose."""
    await visit.says(AMAL, f"language {language}", "going 3 and 6")
    told = await visit.passes(timedelta(hours=1, minutes=51))
    assert [(each.kind, each.ids) for each in told] == [("events.reminder", ["3"])]


@pytest.mark.parametrize(("language", "said"), WHERE)
async def test_after_a_reminder_where_is_asked_of_it(visit, language, said):
    await reminded(visit, language)
    assert [(s.kind, s.ids) for s in await visit.says(AMAL, said)] == [CARD]


@pytest.mark.parametrize(("language", "said"), GIVEN_UP)
async def test_after_a_reminder_who_will_not_come_means_it(visit, language, said):
    await reminded(visit, language)
    [asked] = await visit.says(AMAL, said)
    assert (asked.kind, asked.ids) == OFFER
    await visit.says(AMAL, {"es": "sí", "fr": "oui", "pt": "sim", "ru": "да"}.get(language, "1"))
    async with visit.storage.read() as session:
        assert await Events(session).attended(2) == {6}


@pytest.mark.parametrize("said", ["remind me 2 minutes before", "remind 2 min"])
async def test_after_a_reminder_another_is_of_it(visit, said):
    await reminded(visit, "en")
    [told] = await visit.says(AMAL, said)
    assert (told.kind, told.ids) == ("events.remind", ["3"])


async def test_after_something_else_no_event_is_spoken_of(visit):
    await reminded(visit, "en")
    await visit.says(AMAL, "rooms")
    [told] = await visit.says(AMAL, "which rooms are there for me")
    assert told.kind == "rooms.list"


async def test_what_is_of_another_kind_is_not_what_was_shown(visit):
    await reminded(visit, "en")
    [card] = await visit.says(AMAL, "where is the conference")
    assert (card.kind, card.ids) == ("events.card", ["1"])


@pytest.mark.parametrize(
    ("said", "number"),
    [
        ("going to session 2", 4),  # the second that is shown
        ("going to session 5", 5),  # the one with this number
        ("count me in for session 2", 4),
    ],
)
async def test_after_sessions_a_number_is_of_these(visit, said, number):
    [shown] = await visit.says(AMAL, "programme 1 2027-05-20 10:00")
    assert shown.ids == ["1", "3", "4"]
    [told] = await visit.says(AMAL, said)
    assert (told.kind, told.ids) == ("events.going", [str(number)])


async def test_a_number_behind_the_programme_is_a_day_of_it(visit):
    await visit.says(AMAL, "programme")
    for said in ("programme 2", "programme 21 May"):
        [shown] = await visit.says(AMAL, said)
        assert (shown.kind, shown.ids) == ("events.sessions", ["1", "6"])
    [none] = await visit.says(AMAL, "programme 99")
    assert none.kind == "error.not_found"


@pytest.mark.parametrize(
    ("language", "said", "ids"),
    [
        ("en", "what sessions on prison", ["1", "4"]),
        ("en", "any talks about fingerprints", ["1", "5"]),
        ("es", "qué ponencias hay de mujeres", ["1", "4"]),
        ("fr", "quelles séances sur les interprètes", ["1", "3"]),
        ("pt", "quais palestras sobre mulheres", ["1", "4"]),
        ("ar", "أي جلسات عن النساء", ["1", "4"]),
        ("ru", "какие доклады о женщинах", ["1", "4"]),
        ("zh", "有哪些关于妇女的场次", ["1", "4"]),
    ],
)
async def test_a_question_shows_sessions_and_chooses_none(visit, language, said, ids):
    await visit.says(AMAL, f"language {language}")
    [shown] = await visit.says(AMAL, said)
    assert (shown.kind, shown.ids) == ("events.sessions", ids)
    async with visit.storage.read() as session:
        assert await Events(session).attended(2) == set()
