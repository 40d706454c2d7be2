"""Who fears the police is told what is true, also in the middle of the need of a lawyer."""

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
