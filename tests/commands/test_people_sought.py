"""Who looks for a person and not for a text is offered the experts and the directory."""

from __future__ import annotations

import pytest

from tests.harness import Talk

MEMBER = "@member:test"
LANGUAGES = ["en", "es", "fr", "pt", "ar", "ru", "zh"]


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", "is there anyone who knows a lot about interrogation"),
        ("en", "any experts on pretrial detention?"),
        ("es", "¿hay alguien que entienda de justicia juvenil?"),
        ("fr", "quelqu'un qui connaît les garanties de la garde à vue ?"),
        ("pt", "quem entende de execução penal?"),
        ("ar", "هل هناك من يعرف عدالة الأحداث؟"),
        ("ru", "кто разбирается в условиях содержания в тюрьмах"),
        ("zh", "谁熟悉死刑案件"),
    ],
)
async def test_who_looks_for_a_person_is_led_to_people(talk: Talk, language: str, said: str):
    await talk.member(MEMBER, language=str(LANGUAGES.index(language) + 1))
    [heard] = await talk.says(MEMBER, said)
    led = heard.kind == "ask.ask.question" or (heard.kind == "wish.offer" and "ask" in heard.ids)
    assert led, (heard.kind, heard.ids)


async def test_the_directory_is_offered_with_what_was_named(talk: Talk):
    await talk.member(MEMBER)
    [offer] = await talk.says(MEMBER, "does anyone know about juvenile justice in Kenya")
    assert [*offer.ids] == ["ask", "members"]
    assert "Kenya" in offer.body
    assert "does anyone" not in offer.body.partition("1.")[2]
