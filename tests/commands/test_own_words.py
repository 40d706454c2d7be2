"""Experts answer what they are asked in words of their own."""

from __future__ import annotations

import pytest

from tests.harness import Talk, kinds

QUESTION = "Which standards require counsel at disciplinary hearings?"


@pytest.mark.parametrize(
    ("language", "said", "outcome"),
    [
        ("en", "yes I can help her", "experts.taken"),
        ("es", "dale, la ayudo", "experts.taken"),
        ("es", "no puedo esta semana", "experts.declined"),
        ("ru", "да, я могу ей помочь", "experts.taken"),
    ],
)
async def test_an_offer_is_answered_in_words_of_ones_own(
    talk: Talk, language: str, said: str, outcome: str
):
    """Where the hub is not sure it asks, and yes is enough."""
    await talk.member("@own:test")
    await talk.says("@own:test", "volunteer", "10", "skip")
    await talk.member("@asks:test")
    await talk.says("@asks:test", "ask", QUESTION, "10", "no", "skip", "yes")
    await talk.says("@own:test", f"language {language}")
    heard = await talk.says("@own:test", said)
    if outcome not in kinds(heard):
        assert len(heard) == 1
        heard = await talk.says(
            "@own:test", {"en": "yes", "es": "sí", "ru": "да", "fr": "oui"}[language]
        )
    assert outcome in kinds(heard)
