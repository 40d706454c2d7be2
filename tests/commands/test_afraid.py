"""Who fears the police, or revenge for a complaint, is told what is true, wherever they ask."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.harness import STEWARD, Talk, kinds

SOMEBODY, MEMBER = "@somebody:test", "@member:test"


@pytest.mark.parametrize(
    "said",
    [
        "could the cops find out that I'm writing to you",
        "tengo miedo, ¿los policías van a saber lo que escribo?",
        "est-ce que la police peut lire mes messages",
        "sou mãe dele, e se o delegado descobrir que falei aqui?",
        "هل ستعرف الشرطة أني كتبت لكم",
        "полиция узнает, что я сюда пишу?",
        "公安会知道我写了什么吗",
    ],
)
async def test_the_fear_of_police_is_answered_before_and_after_the_need(talk: Talk, said: str):
    await talk.opens(SOMEBODY)
    assert kinds(await talk.says(SOMEBODY, said))[0] == "about.authorities"
    await talk.says(SOMEBODY, "my brother was arrested last night")
    assert kinds(await talk.says(SOMEBODY, said))[0] == "about.authorities"


async def test_what_police_read_of_a_client_is_work(talk: Talk):
    await talk.member(MEMBER)
    said = "can the police read the messages my client wrote without a warrant"
    assert "about.authorities" not in kinds(await talk.says(MEMBER, said))


UNNAMED = [
    "is there a way to report the guards without giving my name",
    "¿se puede hacer una denuncia sin decir mi nombre?",
    "peut-on porter plainte de façon anonyme",
    "dá para se queixar sem me identificar?",
    "هل يمكنني تقديم شكوى دون ذكر اسمي؟",
    "можно ли подать жалобу анонимно",
    "可以匿名举报吗",
]
REVENGE = [
    "what if they take it out on my son",
    "tengo miedo de que se venguen si me quejo",
    "et s'ils s'en prennent à ma famille",
    "será que vão castigar ele se eu denunciar?",
    "أخاف أن ينتقموا منا إذا اشتكينا",
    "а вдруг брату отомстят за жалобу",
    "投诉以后他们会不会报复我们",
]


@pytest.mark.parametrize("said", [*UNNAMED, *REVENGE])
async def test_whether_a_complaint_is_safe_is_answered_wherever_it_is_asked(talk: Talk, said: str):
    await talk.opens(SOMEBODY)
    assert kinds(await talk.says(SOMEBODY, said))[0] == "about.reprisals"
    await talk.says(SOMEBODY, "start", "1")
    assert kinds(await talk.says(SOMEBODY, said))[0] == "about.reprisals"
    await talk.says(SOMEBODY, "my brother was arrested last night")
    assert kinds(await talk.says(SOMEBODY, said))[0] == "about.reprisals"


async def test_the_language_of_a_fear_is_the_one_it_is_answered_in(talk: Talk):
    await talk.opens(SOMEBODY)
    await talk.says(SOMEBODY, "start")
    [answer, *_rest] = await talk.says(SOMEBODY, REVENGE[1])
    assert "Convención contra la Tortura" in answer.body


@pytest.mark.parametrize(
    "said",
    [
        "my client was transferred after a complaint, is there a rule against reprisals",
        "the anonymous complaint against my client, may the court use it",
        "mi clienta teme represalias de los custodios por su queja",
        "подзащитного наказали за жалобу",
    ],
)
async def test_the_complaint_of_a_client_is_work(talk: Talk, said: str):
    await talk.member(MEMBER)
    assert "about.reprisals" not in kinds(await talk.says(MEMBER, said))


@pytest.mark.parametrize(
    "said",
    [
        "the warden punished my client because he had complained",
        "trasladaron a mi clienta a una celda peor por su queja",
        "ma cliente a été punie après une plainte contre un gardien",
        "meu assistido foi transferido de presídio porque denunciou um agente",
        "عاقبوا موكلي في السجن لأنه اشتكى",
        "подзащитного перевели в карцер после жалобы",
        "当事人投诉后遭到狱警报复",
    ],
)
async def test_revenge_on_a_client_leads_to_the_rules(talk: Talk, said: str):
    await talk.member(MEMBER)
    heard = await talk.says(MEMBER, said)
    assert "nelson-mandela-rules-2015" in heard[0].ids[:3], (kinds(heard), heard[0].ids)


@pytest.mark.parametrize("said", ["can I stay anonymous", "how do I report a message", "complain"])
async def test_no_fear_is_read_into_other_questions(talk: Talk, said: str):
    await talk.member(MEMBER)
    assert "about.reprisals" not in kinds(await talk.says(MEMBER, said))


HELD = [
    "urgent: a colleague has been detained",
    "my colleague Amal was arrested this morning, what do I do?",
    "an advocate from our office was taken by the police",
    "they threaten our colleague because of a case",
    "urgente: han detenido a un compañero",
    "urgent : une consœur a été arrêtée hier soir",
    "socorro, um colega foi preso hoje",
    "عاجل: تم اعتقال زميلنا",
    "срочно: задержали коллегу",
    "紧急：我的同事被警察带走了",
]


@pytest.mark.parametrize("said", HELD)
async def test_who_writes_that_a_colleague_is_held_reads_whom_to_call(talk: Talk, said: str):
    await talk.member(MEMBER)
    (told,) = await talk.says(MEMBER, said)
    assert told.kind == "about.colleague"
    lines = [line for line in told.body.splitlines() if line.startswith("• ")]
    # Those of the region come first: members of the harness live in Kenya.
    assert [line[2:22] for line in lines] == [
        "DefendDefenders: +25",
        "Front Line Defenders",
    ]


async def test_stewards_are_told_that_a_colleague_is_held_and_nothing_of_the_case(talk: Talk):
    await talk.opens(STEWARD)
    await talk.says(STEWARD, "start", "cancel")
    await talk.member(MEMBER)
    await talk.says(MEMBER, "urgent: a colleague has been detained by zzcanary")
    heard = await talk.says(MEMBER, "yes")
    assert {"report.new", "report.taken"} <= {*kinds(heard)}
    (card,) = await talk.says(STEWARD, f"reports {heard[-1].ids[0]}")
    assert "URGENT: a colleague is held or threatened. Please write to me." in card.body
    assert "zzcanary" not in card.body
    # Control: after a no nobody is told.
    await talk.says(MEMBER, "urgent: a colleague has been detained")
    assert "report.new" not in kinds(await talk.says(MEMBER, "no"))


ALARM = "URGENT: a colleague is held or threatened. Please write to me."


async def test_neither_many_reports_nor_five_of_ones_own_delay_that_a_colleague_is_held(talk: Talk):
    await talk.opens(STEWARD)
    await talk.says(STEWARD, "start", "cancel")
    for who in (MEMBER, "@flooder:test"):
        await talk.member(who)
        coins = [await talk.says(who, f"report they sell coins {number}") for number in range(5)]
    # Control: of one more the stewards are not told by itself, and one more is not taken.
    assert "report.new" not in kinds(coins[-1])
    assert kinds(await talk.says(MEMBER, "report and more coins")) == ["error.conflict"]
    await talk.says(MEMBER, "a colleague of mine was taken away by soldiers")
    heard = await talk.says(MEMBER, "yes")
    assert {*kinds(heard)} == {"report.new", "report.taken"}
    # One a day: the stewards know.
    (known,) = await talk.says(MEMBER, f"report {ALARM}")
    assert known.kind == "error.conflict"
    assert known.body.startswith("The stewards know since ")
    await talk.passes(timedelta(days=1))
    assert "report.new" in kinds(await talk.says(MEMBER, f"report {ALARM}"))


async def test_who_is_no_member_reads_whom_to_call_and_alarms_nobody(talk: Talk):
    await talk.opens(STEWARD)
    await talk.says(STEWARD, "start", "cancel")
    await talk.opens(MEMBER)
    await talk.says(MEMBER, "cancel")
    (told,) = await talk.says(MEMBER, "a colleague of mine was taken away by soldiers")
    assert told.kind == "about.colleague"
    assert "Shall I tell the stewards" not in told.body
    assert "report.new" not in kinds(await talk.says(MEMBER, "yes"))


@pytest.mark.parametrize(
    "said",
    [
        "my colleague asks whether detained children get a lawyer",
        "what rights does a person have who was arrested",
        "a colleague recommended the rules on detention",
        "collègues qui travaillent sur la détention provisoire",
        "мой коллега пишет о содержании под стражей",
    ],
)
async def test_what_colleagues_ask_about_is_no_alarm(talk: Talk, said: str):
    await talk.member(MEMBER)
    assert "about.colleague" not in kinds(await talk.says(MEMBER, said))
