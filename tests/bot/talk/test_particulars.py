"""What a command needs is taken from a sentence by what its own words can be."""

from __future__ import annotations

import pytest

from bot.service.wiring import discover
from bot.talk.occasions import Occasions
from bot.talk.particulars import Particulars
from bot.talk.scope import Scope
from kit.authority import Actor, Role
from kit.command import Call, Command
from kit.table import CommandTable
from tests.harness import NOON, catalogs, index, network, understanding

TABLE = CommandTable(discover(), catalogs().words.ways)
SOMEBODY = "@somebody:example.org"


async def taken(command: Command, said: str) -> str:
    """Say what is left for the command; no table is read where it is about no event."""
    occasions = Occasions(understanding(), catalogs().words.ways("one event"), index().concepts)
    particulars = Particulars(TABLE, network(), understanding(), occasions, index())
    call = Call(Actor(1, Role.STEWARD), "@steward:test", direct=True, language="en", now=NOON)
    found = await particulars.of(object.__new__(Scope), call, command, said)
    assert found.sure
    ((taken, rest),) = found.matches
    return f"{taken.path} {rest}" if taken is not command else rest


@pytest.mark.parametrize(
    ("path", "said", "rest"),
    [
        ("conflict", "I have a conflict of interest with request 5", "5"),
        ("conflict", "I have a conflict of interest with K7QM.", "K7QM"),
        ("accept", "我接受3号请求", "3"),
        ("accept", "أقبل الطلب ٣", "٣"),
        ("accept", "why did you ask me", ""),
        ("undo", "please undo measure 3 of last week", "3"),
        ("undo", f"take back all that {SOMEBODY} decided", SOMEBODY),
        ("vouch", f"I vouch for {SOMEBODY}.", SOMEBODY),
        ("room accept", "let the room of request 3 be built", "3"),
        ("room accept", f"let {SOMEBODY} into the room", SOMEBODY),
        ("room decline", f"do not let {SOMEBODY} in", SOMEBODY),
        ("room decline", f"turn away {SOMEBODY}: it is full.", f"{SOMEBODY} it is full."),
        ("stale", "the 2nd one is out of date", "2 the 2nd one is out of date"),
        ("cite", "the reference of 67/187, please", "unpg-2012"),
        ("show", "открой карточку Луандских принципов", "luanda-guidelines-2014"),
        ("resource translate", "la ficha 3 se puede traducir", "3"),
        ("suggest", "https://example.org/a is worth reading", "https://example.org/a"),
        ("leave", "get me out of the room about juvenile justice", "child-justice"),
        ("leave", "get me out of here", ""),
        ("quiet", "no me escribas de 10 de la noche a 7 de la mañana", "22-7"),
        ("quiet", "не пиши мне ночью", "22-7"),
        ("alert", "let me know when you get something on bail bonds", "bail bonds"),
        ("quiet", "leave me alone after 9:30", ""),
        ("away", "меня не будет до 5 мая", "5 мая"),
        ("away", "estaré fuera hasta el 5 de mayo", "el 5 de mayo"),
        ("away", "سأغيب حتى 5 مايو", "5 مايو"),
        ("away", "I need a break", ""),
        ("away", "I'm off for three weeks", "three weeks"),
        ("away", "de baja hasta finales de abril", "hasta finales de abril"),
        ("away", "je m'absente jusqu'en mai", "jusqu'en mai"),
        ("away", "fico fora até o fim do mês", "até o fim do mês"),
        ("away", "уезжаю на десять дней", "десять дней"),
        ("away", "مسافر ثلاثة أيام", "ثلاثة أيام"),
        ("away", "我休假到六月底", "到六月底"),
        ("events", "any webinars this month", "webinars this month"),
        ("events", "¿hay alguna capacitación pronto?", "capacitacion"),
        ("event add", "announce a webinar on 5 May at 14:00", "on 5 May at 14:00"),
        ("event add", "quiero anunciar un taller el 5 de mayo a las 14", "el 5 de mayo a las 14"),
        ("event add", "I want to create an event", ""),
        ("events", "what is coming up", ""),
    ],
)
async def test_what_fits_the_word_is_taken(path: str, said: str, rest: str):
    command = TABLE.command(path)
    assert command is not None
    assert await taken(command, said) == rest


async def test_no_command_that_acts_on_an_entry_of_a_list_loses_its_number():
    about_one = [
        command
        for command in TABLE
        if command.arguments
        and command.arguments[0].word.lists not in {(), ("events",)}
        and (command.arguments[0].required or not command.opens)
    ]
    assert {"undo", "conflict", "case take", "report claim"} <= {each.path for each in about_one}
    said = "it is number 7 I mean"
    taken_from = {each.path: await taken(each, said) for each in about_one}
    lost = [path for path, rest in taken_from.items() if rest not in {"7", f"7 {said}"}]
    assert lost == []


@pytest.mark.parametrize(
    ("language", "said", "subject"),
    [
        (
            "en",
            "let me know when you get something on bail bonds in uganda",
            "bail bonds in uganda",
        ),
        ("en", "notify me please if a text about juvenile justice turns up", "juvenile justice"),
        ("en", "once there is something regarding plea deals, tell me", "plea deals"),
        (
            "es",
            "avisame cuando tengas algo sobre fianzas en Uganda, por favor",
            "fianzas en Uganda",
        ),
        ("fr", "préviens-moi dès que tu as quelque chose sur la caution", "la caution"),
        ("pt", "me avise quando houver algo sobre fiança em Angola", "fiança em Angola"),
        ("ru", "дай знать, как только появится что-то о залоге в Уганде", "залоге в Уганде"),
        ("ar", "أخبرني عندما يوجد شيء عن الكفالة في مصر", "الكفالة في مصر"),
        ("zh", "有了关于保释的资料就告诉我", "保释"),
        ("en", "préviens-moi dès que tu as quelque chose sur la caution", "la caution"),
        ("en", "let me know as soon as you have something on this", ""),
        ("es", "avisame cuando aparezca algo sobre esto", ""),
        ("fr", "préviens-moi dès que tu as quelque chose sur ça", ""),
        ("pt", "avise-me assim que tiver algo sobre isso", ""),
        ("ru", "дай знать, как только будет что-то об этом", ""),
        ("ar", "أعلمني حالما يتوفر شيء عن هذا", ""),
        ("zh", "有了就告诉我", ""),
    ],
)
def test_the_subject_of_a_wish_is_taken_from_it(language: str, said: str, subject: str):
    assert understanding().subject(said, language) == subject
