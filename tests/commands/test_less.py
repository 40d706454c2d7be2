"""Whose one kind of message is not wanted is rid of that one, and of nothing else."""

from __future__ import annotations

import pytest

from actions.events.agenda import Reminder
from storage.attention import Attention
from storage.dues import Dues
from storage.people import People
from tests.commands.test_events import an_event
from tests.harness import Talk

MEMBER = "@member:test"
LANGUAGES = ["en", "es", "fr", "pt", "ar", "ru", "zh"]


async def going(talk: Talk, language: str) -> None:
    """Let a member go to both of two events, and have a look at the second."""
    await talk.member(MEMBER, language=str(LANGUAGES.index(language) + 1))
    for what in ("2027-03-03 14:00 UTC Duty lawyers", "2027-03-12 14:00 UTC Forensics"):
        await an_event(talk, what)
    await talk.says(MEMBER, "going 1", "going 2", "event 2")


async def wishes(talk: Talk) -> tuple[bool, bool, list[str]]:
    """Return whether a member is muted and gets the digest, and what is switched off."""
    async with talk.storage.read() as session:
        person = await People(session).find(MEMBER)
        assert person is not None
        row = await Attention(session).wishes(person.id)
        return row.muted, row.digest, list(row.switched_off)


async def reminded(talk: Talk) -> set[str]:
    """Return the events of which reminders are planned for a member."""
    async with talk.storage.read() as session:
        person = await People(session).find(MEMBER)
        assert person is not None
        return {str(each.event) for each, _at in await Dues(session).planned(Reminder, person.id)}


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", "please don't send me your newsletter any more"),
        ("en", "drop the weekly summary, the reminders may stay"),
        ("es", "no quiero recibir el boletín"),
        ("fr", "supprimez la lettre d'information"),
        ("pt", "chega de resumo semanal"),
        ("ar", "ألغوا النشرة الأسبوعية"),
        ("ru", "уберите еженедельную рассылку"),
        ("zh", "取消每周汇总"),
    ],
)
async def test_the_digest_alone_is_stopped(talk: Talk, language: str, said: str):
    await going(talk, language)
    [heard] = await talk.says(MEMBER, said)
    assert (heard.kind, await wishes(talk)) == ("attention.digest_off", (False, False, []))
    assert await reminded(talk) == {"1", "2"}


@pytest.mark.parametrize(
    ("language", "said", "left"),
    [
        ("en", "stop reminding me about this one event only", "1"),
        ("en", "cancel the reminders of event 1", "2"),
        ("es", "elimina los recordatorios del evento 1", "2"),
        ("es", "desactiva solo el recordatorio de ese evento", "1"),
        ("fr", "supprime les rappels de l'événement 1", "2"),
        ("pt", "cancela o lembrete só desse evento", "1"),
        ("ar", "ألغوا تذكيرات الفعالية 1", "2"),
        ("ru", "не напоминай мне о мероприятии 1", "2"),
        ("zh", "取消活动1的提醒", "2"),
    ],
)
async def test_the_reminders_of_one_event_alone_are_stopped(
    talk: Talk, language: str, said: str, left: str
):
    await going(talk, language)
    [heard] = await talk.says(MEMBER, said)
    assert (heard.kind, await wishes(talk)) == ("events.remind", (False, True, []))
    assert await reminded(talk) == {left}


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", "I don't need any reminders"),
        ("es", "apaga los recordatorios"),
        ("fr", "arrêtez les rappels"),
        ("pt", "tira os lembretes"),
        ("ar", "ما بدي تذكيرات"),
        ("ru", "не надо напоминаний"),
        ("zh", "不要提醒"),
    ],
)
async def test_all_reminders_are_stopped_and_what_stays_is_said(
    talk: Talk, language: str, said: str
):
    await going(talk, language)
    [heard] = await talk.says(MEMBER, said)
    assert (heard.kind, await wishes(talk)) == (
        "attention.switched",
        (False, True, ["reminders"]),
    )
    assert "\n" in heard.body


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", "don't cancel my reminders"),
        ("es", "no desactives el boletín"),
        ("ru", "не отключайте напоминания"),
        ("zh", "别取消提醒"),
    ],
)
async def test_what_is_to_stay_stays(talk: Talk, language: str, said: str):
    await going(talk, language)
    await talk.says(MEMBER, said)
    assert await wishes(talk) == (False, True, [])
    assert await reminded(talk) == {"1", "2"}


async def test_reminders_that_are_wanted_stay(talk: Talk):
    await going(talk, "en")
    await talk.says(MEMBER, "remind me an hour before")
    await talk.says(MEMBER, "I don't want to miss it, remind me 2 hours before")
    assert await reminded(talk) == {"1", "2"}
    assert await wishes(talk) == (False, True, [])
