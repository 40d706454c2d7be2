"""What people wish for is learnt once, by a process that ends, or in the hub where that fails."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.understanding.wishes import Guess, Lesson, Recogniser, learn_apart, learning
from bot.understanding.wishes.lesson import Example
from kit.beside import start_beside

pytestmark = pytest.mark.slow

LESSON = Lesson(
    [
        Example("events", "en", "what is coming up this month"),
        Example("events", "ru", "какие мероприятия в этом месяце"),
        Example("forget me", "en", "please delete my account"),
        Example("forget me", "es", "quiero borrar mi cuenta"),
        Example("nothing", "zh", "随便说说"),
    ],
    {"en": {"EVENT": ["webinar"], "MONTH": ["month"]}, "ru": {"EVENT": ["вебинар"]}},
)
SAID = ("any webinrs this mnth?", "borrame la cuenta", "вебинары в мае", "说说", "\ud800", "")


async def readings(recogniser: Recogniser) -> list[list[Guess]]:
    return [await recogniser.read(said, "en", {}) for said in SAID]


async def test_it_reads_the_same_as_what_learns_here_and_is_not_learnt_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    here = await readings(Recogniser(LESSON))
    assert await readings(await learn_apart(LESSON, tmp_path, None)) == here
    monkeypatch.setattr(learning, "start_beside", None)  # calling it fails
    assert await readings(await learn_apart(LESSON, tmp_path, None)) == here


async def test_other_examples_are_learnt_anew(tmp_path: Path):
    await learn_apart(LESSON, tmp_path, None)
    other = Lesson([*LESSON.examples, Example("events", "en", "any webinars")], LESSON.senses)
    found = await readings(await learn_apart(other, tmp_path, None))
    assert found == await readings(Recogniser(other))


async def test_where_no_process_does_it_the_hub_learns_by_itself(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(learning, "start_beside", lambda _module: start_beside("kit.nowhere"))
    found = await readings(await learn_apart(LESSON, tmp_path, None))
    assert found == await readings(Recogniser(LESSON))


def test_when_what_reads_sentences_changes_it_is_learnt_anew(tmp_path: Path, monkeypatch):
    before = learning._makers()
    changed = tmp_path / "words.py"
    changed.write_text("# another reading\n")
    monkeypatch.setattr(learning.kit.words, "__file__", str(changed))
    assert learning._makers() != before
