"""Who speaks of dying, mourns or can bear no more is heard, and work is let be."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from kit.understanding import Distress
from tests.harness import understanding

ROOT = Path(__file__).parents[2]
SAID = yaml.safe_load((ROOT / "tests/bot/distress.yaml").read_text("utf-8"))


@pytest.mark.parametrize("language", ["en", "es", "fr", "pt", "ar", "ru", "zh"])
def test_distress_is_heard_in_each_language_and_work_is_let_be(language):
    meant = {said: kind for kind in SAID for said in SAID[kind][language]}
    read = {said: understanding().distress(said) or "none" for said in meant}
    assert {said: kind for said, kind in read.items() if kind != meant[said]} == {}


@pytest.mark.parametrize(
    ("file", "key"), [("tests/search/queries.yaml", "q"), ("tests/bot/answers.yaml", "text")]
)
def test_no_look_up_and_no_answer_of_the_tables_is_taken_for_danger(file, key):
    said = [str(row[key]) for row in yaml.safe_load((ROOT / file).read_text("utf-8"))]
    dangers = {Distress.OWN, Distress.ANOTHER, Distress.GRIEF}
    assert [each for each in said if understanding().distress(each) in dangers] == []
