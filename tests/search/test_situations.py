"""A sentence that tells of a case leads to the provision for it, in any language."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest
import yaml

from bot.checked import repeated
from bot.library.provisions import load_provisions
from bot.library.situations import load_situations
from bot.starter import load_library, starter
from kit.errors import BadConfiguration
from search.concepts import Concepts
from search.index import LibraryIndex
from search.provisions import Provisions
from tests.harness import network

FILE = starter("situations.yaml")
TOLD = yaml.safe_load(Path(__file__).with_name("situations.yaml").read_text("utf-8"))
COVENANT, MANDELA = "iccpr-1966", "nelson-mandela-rules-2015"
_TOP = 3


def first(index: LibraryIndex, said: str, region: str | None = None) -> Mapping[str, list[str]]:
    """Give the first items, each with the numbers of its provisions."""
    found = index.search(said, "en", region)
    return {
        item: [f"{each.part} {each.number}" for each in found.provisions.get(item, ())]
        for item in found.ids[:_TOP]
    }


@pytest.mark.parametrize("case", TOLD, ids=lambda case: case["said"])
def test_what_is_told_is_answered_with_a_provision(index: LibraryIndex, case) -> None:
    shown = first(index, case["said"], "africa-east-southern")
    numbers = [f"{item}#{number}" for item, known in shown.items() for number in known]
    assert any(number.startswith(answer) for number in numbers for answer in case["answers"])


def test_every_situation_is_told_in_every_language_of_the_network() -> None:
    read = yaml.safe_load(FILE.read_text("utf-8"))
    spoken = {cue: set(words) for cue, words in read["cues"].items()}
    assert {cue: known for cue, known in spoken.items() if known != {*network().languages}} == {}
    assert repeated(FILE) == []


def test_every_item_of_a_situation_is_in_the_library() -> None:
    read = yaml.safe_load(FILE.read_text("utf-8"))["situations"]
    named = {item for each in read for item in each["provisions"]}
    assert named - {each.id for each in load_library(starter("library.yaml"))} == set()


@pytest.mark.parametrize(
    ("region", "expected"),
    [
        ("latin-america-caribbean", {COVENANT: ["article 9(3)"], "achr-1969": ["article 7(5)"]}),
        ("europe", {COVENANT: ["article 9(3)"], "echr-1950": ["article 5(3)"]}),
        ("mena", {COVENANT: ["article 9(3)"], "arab-charter-2004": ["article 14(5)"]}),
        ("south-asia", {COVENANT: ["article 9(3)"], "hrc-gc35-2014": ["paragraph 33"]}),
    ],
)
def test_instruments_of_the_region_come_with_those_of_all(
    index: LibraryIndex, region: str, expected: Mapping[str, list[str]]
) -> None:
    shown = first(index, "nine days in a cell and no judge", region)
    assert dict([*shown.items()][:2]) == expected


def test_a_region_that_is_named_counts_for_the_readers_own(index: LibraryIndex) -> None:
    said = "presumption of innocence in Europe"
    assert "echr-1950" in first(index, said, "africa-east-southern")
    assert "echr-1950" not in first(index, "presumption of innocence", "africa-east-southern")


def test_a_text_of_another_region_comes_behind(index: LibraryIndex) -> None:
    """The control is a reader of that region."""
    said = "waiver of the right to a lawyer by suspects"
    assert "eu-2013-48" in index.search(said, "en", "europe").ids[:_TOP]
    assert "eu-2013-48" not in index.search(said, "en", "africa-east-southern").ids[:_TOP]
    assert index.search("directive 2013/48", "en", "south-asia").ids[0] == "eu-2013-48"


@pytest.mark.parametrize(
    "said",
    [
        "which case says a lawyer must be there when the police question somebody",
        "handbook on solitary confinement",
        "any expert on bail",
        "sessions on torture by the police",
        "trainings about interpreters in court report",
    ],
)
def test_who_looks_for_something_else_tells_of_nothing(index: LibraryIndex, said: str) -> None:
    assert not index.search(said, "en").told


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("15 yr old held with grown men", True),
        ("15 men held in one place", False),
        ("locked up with adults since she was 14 years old", True),
        ("locked up with 14 adults", False),
        ("seize ans, non: 16 ans, avec des adultes en cellule", True),
        ("condamné à 16 ans, avec des adultes en cellule", False),
        ("ему 15 лет, сидит со взрослыми", True),
        ("осудили на 15 лет, сидит со взрослыми", False),
    ],
)
def test_an_age_is_told_by_its_number(index: LibraryIndex, said: str, *, told: bool) -> None:
    assert index.tells(said) is told


@pytest.mark.parametrize(
    ("said", "answer"),
    [
        ("four years in remand and no trial", "article 14(3)(c)"),
        ("found guilty with no lawyer at the trial, got 12 years", "article 14(3)(d)"),
        ("на суде не было защитника, дали 9 лет", "article 14(3)(d)"),
    ],
)
def test_what_somebody_is_without_is_told_of_that_alone(
    index: LibraryIndex, said: str, answer: str
) -> None:
    assert first(index, said)[COVENANT][0] == answer


@pytest.mark.parametrize(
    "said",
    [
        "i tried twice to register and it failed again",
        "sign me up for thursday night, i have a question",
        "the deadline is over, can i still join",
        "i got 3 messages again",
        "12 people inside the room on zoom",
        "срок регистрации закончился, еще можно?",
        "إذن كيف أربط هاتفي؟",
        "search men and women in criminal justice",
        "i have a friend who is an interpreter",
        "no me llegan los documentos a mi telefono",
        "用手机办手续可以吗",
    ],
)
def test_words_of_a_case_about_the_hub_tell_of_none(index: LibraryIndex, said: str) -> None:
    assert not index.tells(said)


def test_two_things_that_are_told_are_both_answered(index: LibraryIndex) -> None:
    shown = index.search(
        "interrogated without a lawyer and without an interpreter", "en"
    ).provisions
    assert "guideline 3" in [f"{each.part} {each.number}" for each in shown["unpg-2012"]]
    assert "14(3)(f)" in [each.number for each in shown[COVENANT]]


def test_in_a_named_text_the_provision_for_it_is_found(index: LibraryIndex) -> None:
    shown = first(index, "Bangkok Rules, body searches of women")
    assert next(iter(shown)) == "bangkok-rules-2010"
    assert shown["bangkok-rules-2010"] == ["rule 19", "rule 20"]


def test_a_long_story_tells_of_nothing(index: LibraryIndex) -> None:
    said = "nine days in a cell and no judge"
    assert index.tells(said)
    assert not index.tells(f"{said}. {'And so on. ' * 30}")


@pytest.mark.parametrize(
    ("situation", "message"),
    [
        ("{id: x, when: [judge late], provisions: {}}", "situations.0.when.0: no such cue: late"),
        ("{id: x, when: [judge], unless: [late], provisions: {}}", "unless.0: no such cue: late"),
        (
            f"{{id: x, when: [judge], provisions: {{{COVENANT}: [article 99]}}}}",
            f"provisions.{COVENANT}.0: no such provision of this item in provisions.yaml",
        ),
    ],
)
def test_a_wrong_situation_is_named_with_line_and_field(tmp_path, situation, message) -> None:
    path = tmp_path / "situations.yaml"
    path.write_text(
        "version: 1\ncues: {judge: {en: [judge]}}\nthings: []\napart: []\n"
        f"situations:\n- {situation}\n"
    )
    with pytest.raises(BadConfiguration) as refused:
        load_situations(path, load_provisions(starter("provisions.yaml"), Concepts([])))
    assert str(refused.value).startswith(f"{path}:6: ")
    assert message in str(refused.value)


@pytest.mark.parametrize("lists", ["things: []\napart: [x]", "things: [x]\napart: []"])
def test_cues_that_are_none_are_refused(tmp_path, lists: str) -> None:
    path = tmp_path / "situations.yaml"
    path.write_text(f"version: 1\ncues: {{}}\n{lists}\nsituations: []\n")
    with pytest.raises(BadConfiguration, match="no such cue: x"):
        load_situations(path, Provisions())
