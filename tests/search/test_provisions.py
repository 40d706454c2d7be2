"""Provisions are found by their number, however it is written, and by what they say."""

from __future__ import annotations

import pytest
import yaml

from bot.checked import repeated
from bot.library.provisions import load_provisions
from bot.starter import load_library, starter
from kit.errors import BadConfiguration
from language.analysis import Token, tokens
from search import provisions
from search.concepts import Concepts
from search.index import LibraryIndex
from search.provisions import Provisions

LANGUAGES = {"en", "es", "fr", "pt", "ar", "ru", "zh"}
FILE = starter("provisions.yaml")
MANDELA, COVENANT = "nelson-mandela-rules-2015", "iccpr-1966"


def numbered(index: LibraryIndex, said: str) -> dict[str, list[str]]:
    found = index.search(said, "en").provisions
    return {item: [f"{p.part} {p.number}" for p in each] for item, each in found.items()}


@pytest.mark.parametrize(
    "said",
    [
        "Mandela rule 61",
        "rule no. 61 of the Nelson Mandela Rules",
        "regla 61 mandela",
        "règle 61 Mandela",
        "правило 61 правил Манделы",
        "القاعدة ٦١ من قواعد مانديلا",
        "曼德拉规则第61条",
        "曼德拉规则第六十一条",
        "mandela 61",
        "A/RES/70/175, rule 61",
    ],
)
def test_a_rule_is_found_in_every_language(index: LibraryIndex, said: str) -> None:
    assert numbered(index, said) == {MANDELA: ["rule 61"]}
    assert index.search(said, "en").ids[0] == MANDELA


@pytest.mark.parametrize(
    "said",
    [
        "art 14(3)(d)",
        "iccpr 14(3)(d)",
        "ICCPR art.14.3.d",
        "article 14, paragraph 3 (d) of the covenant",
        "PIDCP artículo 14, párrafo 3, letra d)",
        "المادة 14 (3) (د) من العهد الدولي",
        "ст. 14 п. 3 d пакта",
        "公民权利公约第十四条第三款(d)项",
    ],
)
def test_a_part_of_an_article_is_found_however_it_is_cited(index: LibraryIndex, said: str) -> None:
    assert numbered(index, said) == {COVENANT: ["article 14(3)(d)"]}


def test_what_is_within_an_article_stands_for_it(index: LibraryIndex) -> None:
    assert numbered(index, "iccpr article 6") == {
        COVENANT: [f"article 6({number})" for number in (1, 2, 4)]
    }


def test_the_article_stands_for_what_is_within_it(index: LibraryIndex) -> None:
    assert numbered(index, "directive 2013/48 article 3(3)(a)") == {"eu-2013-48": ["article 3"]}


def test_without_the_text_all_that_have_the_rule_are_found(index: LibraryIndex) -> None:
    assert numbered(index, "قاعدة 61") == {
        MANDELA: ["rule 61"],
        "bangkok-rules-2010": ["rule 61"],
    }


@pytest.mark.parametrize(
    "said", ["67/187", "legal aid in 12 countries", "item 14", "cedaw article 2", "year 2010", "61"]
)
def test_not_every_number_is_a_provision(index: LibraryIndex, said: str) -> None:
    assert numbered(index, said) == {}


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("pregnant women shackles", ("bangkok-rules-2010", ["rule 24"])),
        ("speedy trial", (COVENANT, ["article 14(3)(c)", "article 9(3)"])),
        ("trial in absentia in Europe", (COVENANT, ["article 14(3)(d)"])),
        ("孕妇 死刑", ("death-safeguards-1984", ["paragraph 3"])),
        ("hábeas corpus para un detenido convención americana", ("achr-1969", ["article 7(6)"])),
    ],
)
def test_the_provision_that_answers_stands_under_its_text(
    index: LibraryIndex, said: str, expected: tuple[str, list[str]]
) -> None:
    item, provisions = expected
    assert index.search(said, "en").ids[0] == item
    assert numbered(index, said)[item] == provisions


def test_the_name_of_a_text_asks_for_no_provision_of_it(index: LibraryIndex) -> None:
    assert numbered(index, "Mandela Rules") == {}


def test_every_provision_is_of_an_item_and_told_in_seven_languages(index: LibraryIndex) -> None:
    read = yaml.safe_load(FILE.read_text("utf-8"))["provisions"]
    assert {*read} <= {each.id for each in load_library(starter("library.yaml"))}
    told = {tuple(sorted(says)) for known in read.values() for says in known.values()}
    assert told == {tuple(sorted(LANGUAGES))}
    assert repeated(FILE) == []


def test_each_is_found_by_the_name_and_the_number_that_the_hub_shows(index: LibraryIndex) -> None:
    titles = {each.id: each.title for each in load_library(starter("library.yaml"))}
    lost = [
        (item, provision.part, provision.number)
        for item in titles
        for provision in index.provisions.of(item)
        if provision
        not in index.provisions.numbered(
            f"{titles[item]['en']} {provision.part} {provision.number}"
        ).get(item, ())
    ]
    assert lost == []


@pytest.mark.parametrize(
    ("said", "message"),
    [
        ("canon 3: {en: A line.}", "provisions.x.canon 3: no such part; there are rule"),
        ("rule three: {en: A line.}", "provisions.x.rule three.[key]: String should match pattern"),
        ("rule 3: {es: Una línea.}", "provisions.x.rule 3: needs a name under 'en'"),
    ],
)
def test_a_wrong_provision_is_named_with_line_and_field(tmp_path, said, message) -> None:
    path = tmp_path / "provisions.yaml"
    path.write_text(
        f"version: 1\nparts: {{rule: [rule]}}\nwithin: [para]\nprovisions:\n  x:\n    {said}\n"
    )
    with pytest.raises(BadConfiguration) as refused:
        load_provisions(path, Concepts([]))
    assert str(refused.value).startswith(f"{path}:6: {message}")


@pytest.mark.parametrize(
    ("said", "lacking"),
    [
        ("rule 4 of the Bangkok Rules", ("bangkok-rules-2010", "rule", "4")),
        ("articulo 22 de la Convención contra la Tortura", ("cat-1984", "article", "22")),
        ("المادة 30 من اتفاقية مناهضة التعذيب", ("cat-1984", "article", "30")),
        ("статья 30 Конвенции против пыток", ("cat-1984", "article", "30")),
        ("禁止酷刑公约第三十条", ("cat-1984", "article", "30")),
        ("rule 24 of the Bangkok Rules", None),
        ("القاعدة رقم ٢٤ من قواعد بانكوك", None),
        ("cedaw article 2", None),
        ("rule 4", None),
        ("Bangkok Rules", None),
    ],
)
def test_what_is_not_known_of_a_named_text_is_told(index: LibraryIndex, said, lacking) -> None:
    found = index.provisions.lacking(said)
    assert (found and (found.item, found.part, found.number)) == lacking


def test_a_library_without_provisions_names_none() -> None:
    assert Provisions().numbered("Mandela rule 61") == {}


@pytest.mark.parametrize("often", ["1 ", "第十四条", "art 14(3) ", "+254 722 123 456, "])
def test_a_question_twice_as_long_is_at_most_twice_the_work(
    index: LibraryIndex, monkeypatch: pytest.MonkeyPatch, often: str
) -> None:
    looked_at = list[int]()

    def counted(text: str) -> list[Token]:
        looked_at.append(len(text))
        return tokens(text)

    monkeypatch.setattr(provisions, "tokens", counted)
    work = list[int]()
    for times in (200, 400):
        looked_at.clear()
        index.provisions.numbered(often * times)
        work.append(sum(looked_at))
    assert 0 < work[1] <= 2.1 * work[0]
