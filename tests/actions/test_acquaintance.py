"""In which language somebody is addressed who was never met."""

from __future__ import annotations

from dataclasses import replace

import pytest

from actions.acquaintance import Acquaintance
from storage.engine import Storage
from storage.gone import Gone
from storage.people import People
from tests.harness import NOON, network

SPOKEN = ("pt", "fr")


@pytest.mark.parametrize(
    ("language", "spoken"), [("fr", "fr"), ("pt", "pt"), ("ru", "pt"), ("", "pt"), (None, "pt")]
)
async def test_a_stranger_is_met_in_their_language_or_the_first_of_the_network(
    storage: Storage, language, spoken
):
    async with storage.write() as session:
        there = replace(network(), languages=SPOKEN)
        acquaintance = Acquaintance(People(session), Gone(session), there)
        person = await acquaintance.meet("@new:test", NOON, spoke_at=None, language=language)
        assert person is not None
        assert person.language == spoken
        assert (await acquaintance.named("@named:test", NOON)).language == SPOKEN[0]
