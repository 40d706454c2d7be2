"""Who fears the police, or revenge for a complaint, is told what is true, wherever they ask."""

from __future__ import annotations

import pytest

from tests.harness import Talk, kinds

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
