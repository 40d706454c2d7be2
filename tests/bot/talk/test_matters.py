"""What is said of a case is looked up, and a no is never taken for its opposite."""

from __future__ import annotations

import pytest

from tests.harness import STEWARD, Said, Talk, kinds, scene

MEMBER = "@member:test"


@scene
async def member(talk: Talk) -> None:
    await talk.member(MEMBER)


@scene
async def invited(talk: Talk) -> None:
    await talk.opens(STEWARD)
    await talk.says(STEWARD, "event add 2027-03-10 14:00 UTC Forensics webinar", "yes")
    await talk.member(MEMBER)
    await talk.says(MEMBER, "going 1")


def paths(heard: list[Said]) -> list[str]:
    """Return what is offered, or the kind of what is done."""
    return [path for each in heard for path in (each.ids if each.kind == "wish.offer" else [])]


@pytest.mark.parametrize(
    "said",
    [
        "does the suspect have a right to silence",
        "el detenido quiere guardar silencio ante la policía",
        "le suspect veut garder le silence devant la police",
        "o suspeito quer ficar em silêncio na delegacia",
        "المتهم يريد التزام الصمت امام الشرطة",
        "подозреваемый хочет молчать на допросе",
        "嫌疑人在警察讯问时保持沉默",
        "a child of 15 detained together with adults",
        "un mineur de 15 ans enfermé avec des adultes",
        "un menor de 15 años encerrado con adultos",
        "solitary confinement for 40 days",
        "isolement depuis 40 jours en prison",
        "the prison opens letters from my client",
        "la cárcel abre las cartas de mi cliente",
        "тюрьма вскрывает письма подзащитного",
        "監獄拆律师的信",
        "six days in custody without a judge",
        "seis días detenido sin juez",
        "шесть суток под стражей без судьи",
    ],
)
async def test_a_matter_of_a_case_is_looked_up(member: Talk, said: str):
    heard = await member.says(MEMBER, said)
    everywhere = said == "o suspeito quer ficar em silêncio na delegacia"
    assert kinds(heard) == ["find.everywhere" if everywhere else "find.results"]


@pytest.mark.parametrize(
    ("said", "kind"),
    [
        ("silence please", "error.argument"),
        ("silencio por favor", "error.argument"),
        ("тишина", "error.argument"),
        ("leave me alone for good", "rooms.leave_sure"),
    ],
)
async def test_what_is_no_matter_of_a_case_is_no_search(member: Talk, said: str, kind: str):
    assert kinds(await member.says(MEMBER, said)) == [kind]


@pytest.mark.parametrize(
    "said",
    [
        "I don't want to receive messages",
        "no quiero que me escriban más",
        "je ne veux plus recevoir vos messages",
        "não quero mais receber mensagens",
        "ما بدي تكتب لي رسائل",
        "я больше не хочу получать сообщения",
        "我不想再收到你的消息",
    ],
)
async def test_who_wants_no_messages_is_not_offered_more(member: Talk, said: str):
    assert kinds(await member.says(MEMBER, said)) == ["attention.muted"]


@pytest.mark.parametrize(
    "said",
    [
        "I do not want to go there",
        "ya no quiero ir a esa",
        "je ne veux pas y aller demain",
        "não quero ir nesse",
        "لا اريد ان اذهب",
        "я не хочу туда идти",
        "我不想去参加了",
    ],
)
async def test_who_does_not_want_to_go_is_not_signed_up(invited: Talk, said: str):
    heard = await invited.says(MEMBER, said)
    assert (kinds(heard), paths(heard)) == (["wish.offer"], ["not going"])


@pytest.mark.parametrize("said", ["buenas noches", "boa noite", "boa noite a todos", "hi"])
async def test_a_greeting_at_night_is_answered_as_one(member: Talk, said: str):
    assert kinds(await member.says(MEMBER, said)) == ["say.hello"]


@pytest.mark.parametrize("said", ["hasta mañana, que descanses", "até amanhã", "good night"])
async def test_a_goodbye_stays_one(member: Talk, said: str):
    assert kinds(await member.says(MEMBER, said)) == ["say.bye"]
