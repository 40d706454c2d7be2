from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

from benchmarks.lookup import Answer, ask, rate, starter_documents
from bot.library.librarian import filter_files
from bot.starter import load_concepts, starter
from bot.starter.network import load_network
from kit.words import clean
from search.document import Document
from search.index import LibraryIndex
from search.places import places
from search.query import Filters, Query, years_of
from search.spelling import Spelling
from search.symbols import symbol_keys

HELD_OUT = Path(__file__).with_name("queries.yaml")
RETIRED = "nelson-mandela-rules-2015"
LANGUAGES = ["en", "es", "fr", "pt", "ar", "ru", "zh"]


@pytest.fixture(scope="module")
def filters() -> Filters:
    network = load_network(starter("space.yaml"), starter("vocabulary.yaml"))
    concepts = [*load_concepts(starter("concepts.yaml")), *load_concepts(starter("kinds.yaml"))]
    return Filters([*concepts, *places(network)], network, filter_files(network.languages))


@pytest.fixture(scope="module")
def answers(index: LibraryIndex) -> Sequence[Answer]:
    return ask(lambda words, language: index.search(words, language).ids, HELD_OUT, 1)


GUIDE = Document(
    id="guide",
    kind="guidance",
    year=2020,
    organisation="UNODC",
    symbol="A/RES/99/12",
    languages=["en"],
    regions=["europe"],
    subjects=["paralegals"],
    titles={"en": "Guide for paralegals in police stations"},
)


@pytest.mark.slow
def test_held_out_queries_find_their_document(answers: Sequence[Answer]) -> None:
    answerable = [answer for answer in answers if answer.expect]
    assert rate(answer.good for answer in answerable) >= 0.95
    assert rate(answer.first for answer in answerable) >= 0.85


@pytest.mark.slow
@pytest.mark.parametrize("language", LANGUAGES)
def test_no_language_is_left_behind(answers: Sequence[Answer], language: str) -> None:
    asked = [answer for answer in answers if answer.expect and answer.lang == language]
    assert rate(answer.good for answer in asked) >= 0.9


@pytest.mark.slow
def test_questions_about_something_else_have_no_answer(answers: Sequence[Answer]) -> None:
    assert rate(answer.good for answer in answers if not answer.expect) >= 0.95


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ("A/RES/67/187", "unpg-2012"),
        ("67/187", "unpg-2012"),
        ("a res 67 187", "unpg-2012"),
        ("ares67187", "unpg-2012"),
        ("القرار ٦٧/١٨٧", "unpg-2012"),
        ("67／187", "unpg-2012"),
        ("resolution 67/187 please", "unpg-2012"),
        ("40/33", "beijing-rules-1985"),
        ("40/34", "victims-declaration-1985"),
        ("2013/C 378/03", "eu-rec-2013-378-03"),
        ("2013/C 378/02", "eu-rec-2013-378-02"),
        ("Act 39 of 2014", "law-za-2014"),
        ("ley 27149", "law-ar-27149"),
        ("ley 27.149", "law-ar-27149"),
        ("36391/02", "case-salduz-2008"),
        ("372 U.S. 335", "case-gideon-1963"),
        ("ccprcgc35", "hrc-gc35-2014"),
        ("HR/P/PT/8", "istanbul-protocol-2022"),
    ],
)
def test_symbol(index: LibraryIndex, asked: str, expected: str) -> None:
    assert index.search(asked, "en").ids[0] == expected


@pytest.mark.parametrize(
    "spellings",
    [
        ["A/RES/67/187", "a res 67 187", "ares67187", "a-res-67-187", "A/RES/067/187"],
        ["CJI/RES. 226", "cji res 226", "cjires226"],
        ["Act No. 39 of 2014", "Act 39/2014", "act 39 2014"],
    ],
)
def test_spellings_of_a_symbol_have_a_key_in_common(spellings: list[str]) -> None:
    assert set.intersection(*map(symbol_keys, spellings))


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("Kampalla", "kampala"),
        ("detencoin", "detencion"),
        ("istambul", "istanbul"),
        ("law", None),
        ("bolo", None),
        ("pancake", None),
    ],
)
def test_spelling(typed: str, meant: str | None) -> None:
    spelling = Spelling()
    spelling.add(["kampala", "detencion", "istanbul", "lawyer", "bono", "panel"])
    assert spelling.nearest(typed.lower()) == meant


@pytest.mark.parametrize(
    ("text", "query"),
    [
        ("kind:treaty torture", Query("torture", kinds=frozenset({"treaty"}))),
        ("tortura tipo:tratado", Query("tortura", kinds=frozenset({"treaty"}))),
        ("genre:traité torture", Query("torture", kinds=frozenset({"treaty"}))),
        ("نوع:معاهدة التعذيب", Query("التعذيب", kinds=frozenset({"treaty"}))),
        ("вид:договор пытки", Query("пытки", kinds=frozenset({"treaty"}))),
        ("类型：条约 酷刑", Query("酷刑", kinds=frozenset({"treaty"}))),
        ("lang:es", Query("", languages=frozenset({"es"}))),
        ("язык:испанский", Query("", languages=frozenset({"es"}))),
        ("idioma:suaíli", Query("", languages=frozenset({"sw"}))),
        ("region:pacific x", Query("x", regions=frozenset({"pacific"}))),
        ('região:"América do Norte" x', Query("x", regions=frozenset({"north-america"}))),
        ("región:América del Norte x", Query("x", regions=frozenset({"north-america"}))),
        ("region:Kenya", Query("", regions=frozenset({"africa-east-southern"}))),
        ("topic:death penalty", Query("", topics=frozenset({"death-penalty"}))),
        ("тема:пытки", Query("", topics=frozenset({"torture-prevention"}))),
        ("year:2016", Query("", years=(2016, 2016))),
        ("year:2016..", Query("", years=(2016, 9999))),
        ("año:..2016", Query("", years=(1, 2016))),
        ("سنة:٢٠١٢..٢٠١٦", Query("", years=(2012, 2016))),
        (
            "kind:report lang:fr year:2019.. money",
            Query(
                "money",
                kinds=frozenset({"report"}),
                languages=frozenset({"fr"}),
                years=(2019, 9999),
            ),
        ),
        ("kind:nonsense", Query("kind:nonsense")),
        ("year:soon", Query("year:soon")),
        ("note: plain words", Query("note: plain words")),
    ],
)
def test_filter(filters: Filters, text: str, query: Query) -> None:
    assert filters.read(text) == query


@pytest.mark.parametrize("value", ["", "..", "20", "2016.2017", "x"])
def test_what_is_no_span_of_years(value: str) -> None:
    assert years_of(value) is None


@pytest.mark.parametrize(
    ("asked", "passes"),
    [
        ("kind:treaty rights", lambda d: d.kind == "treaty"),
        ("region:europe rights", lambda d: "europe" in d.regions),
        ("lang:pt rights", lambda d: "pt" in {*d.languages, *d.titles}),
        ("topic:children rights", lambda d: "children" in d.subjects),
        ("year:2015.. rights", lambda d: d.year is not None and d.year >= 2015),
        ("kind:treaty", lambda d: d.kind == "treaty"),
        ("year:..1960", lambda d: d.year is not None and d.year <= 1960),
    ],
)
def test_filters_hold(index: LibraryIndex, asked: str, passes: object) -> None:
    assert callable(passes)
    library = {document.id: document for document in starter_documents()}
    found = index.search(asked, "en").ids
    assert found
    assert [found_id for found_id in found if not passes(library[found_id])] == []


def test_filters_alone_list_everything_that_passes_newest_first(index: LibraryIndex) -> None:
    library = {document.id: document for document in starter_documents()}
    found = index.search("kind:treaty", "en").ids
    assert {*found} == {d.id for d in library.values() if d.kind == "treaty"}
    years = [library[found_id].year or 0 for found_id in found]
    assert years == sorted(years, reverse=True)


@pytest.mark.parametrize(
    ("asked", "language"),
    [
        ("mutual legal assistance", "en"),
        ("extradition treaty", "en"),
        ("asistencia judicial recíproca", "es"),
        ("entraide judiciaire", "fr"),
        ("carta rogatória", "pt"),
        ("تسليم المجرمين", "ar"),
        ("взаимная правовая помощь", "ru"),
        ("司法協助", "zh"),
    ],
)
def test_dealings_between_states_are_outside(
    index: LibraryIndex, asked: str, language: str
) -> None:
    found = index.search(asked, language)
    assert found.ids == ()
    assert found.outside is not None


@pytest.mark.parametrize(
    ("asked", "language"),
    [
        ("rome statute", "en"),
        ("estatuto de roma", "es"),
        ("le statut de Rome", "fr"),
        ("estatuto de roma", "pt"),
        ("نظام روما", "ar"),
        ("римский статут", "ru"),
        ("罗马规约", "zh"),
    ],
)
def test_a_text_that_the_library_does_not_hold_is_named_with_what_is_near(
    index: LibraryIndex, asked: str, language: str
) -> None:
    found = index.search(asked, language)
    assert (found.ids, found.outside and found.outside.slug) == ((), "rome-statute")
    assert [concept.slug for concept in found.concepts] == ["fair-trial", "right-to-counsel"]


@pytest.mark.parametrize(
    "asked", ["what does the Rome statute say on legal aid", "Roma people in prison", "statute law"]
)
def test_what_is_asked_beside_a_text_that_is_not_held_is_found(
    index: LibraryIndex, asked: str
) -> None:
    found = index.search(asked, "en")
    assert (found.ids != (), found.outside) == (True, None)


@pytest.mark.parametrize(
    ("asked", "language", "outside"),
    [
        ("divorce lawyer near me", "en", "divorce"),
        ("contrato de alquiler", "es", "tenancy"),
        ("droits de succession", "fr", "inheritance"),
        ("imposto de renda", "pt", "taxes"),
        ("الفصل التعسفي", "ar", "employment-dispute"),
        ("алименты", "ru", "divorce"),
        ("商标", "zh", "commerce"),
        ("legal aid for a divorce", "en", None),
        ("aide juridique et divorce", "fr", None),
    ],
)
def test_private_matters_are_outside_unless_legal_aid_is_asked_for(
    index: LibraryIndex, asked: str, language: str, outside: str | None
) -> None:
    found = index.search(asked, language)
    assert (found.outside and found.outside.slug) == outside
    assert bool(found.ids) == (outside is None)


@pytest.mark.parametrize(
    ("asked", "language"),
    [
        ("does anybody remember how many cases a public defender may carry", "en"),
        ("oye, ¿cuántas causas puede llevar un defensor público sin ahogarse?", "es"),
        ("我朋友昨天被警察带走，他什么时候可以见律师", "zh"),
    ],
)
def test_chatter_round_a_question_does_not_drown_it(
    index: LibraryIndex, asked: str, language: str
) -> None:
    assert index.search(asked, language).ids != []


def test_a_country_is_not_a_form_of_a_word(index: LibraryIndex) -> None:
    """The control is the typo: it is corrected to the name itself."""
    assert index.search("ganar", "es").ids == []
    assert index.search("Kenia", "es").ids == index.search("Kenya", "es").ids


def test_nothing_found_offers_the_nearest_topics(index: LibraryIndex) -> None:
    found = index.search("drug offences at my parrot's birthday picnic", "en")
    assert found.ids == []
    offered = [concept.slug for concept in found.concepts]
    assert offered == ["criminal-law"]
    for concept in found.concepts:  # what is offered leads somewhere
        assert index.search(concept.label("en"), "en").ids != []


def test_own_language_then_own_region_break_a_tie(small: LibraryIndex) -> None:
    titles = {"en": "Handbook on bail"}
    plain = replace(GUIDE, id="plain", titles=titles, regions=["global"])
    spanish = replace(plain, id="spanish", titles=titles | {"es": "Manual sobre la fianza"})
    near = replace(plain, id="near", regions=["pacific"])
    small.update([plain, spanish, near])
    assert list(small.search("bail", "es", "pacific").ids) == ["spanish", "near", "plain"]


def test_update_adds_replaces_and_takes_out(small: LibraryIndex) -> None:
    assert list(small.search("paralegals", "en").ids) == []
    small.update([GUIDE, replace(GUIDE, id="other", titles={"en": "Paralegals in prisons"})])
    assert {*small.search("paralegals", "en").ids} == {"guide", "other"}
    small.update([replace(GUIDE, titles={"en": "Interpreters"}, subjects=["interpretation"])])
    assert list(small.search("paralegals", "en").ids) == ["other"]
    assert list(small.search("interpreters", "en").ids) == ["guide"]
    small.update([replace(GUIDE, id="other", retired=True), replace(GUIDE, id="no", retired=True)])
    assert list(small.search("paralegals", "en").ids) == []


@pytest.mark.slow
def test_readers_see_all_of_an_update_or_nothing(small: LibraryIndex) -> None:
    shelves = [
        [replace(GUIDE, id=f"{place}", symbol=f"X/{n}")] for n in range(20) for place in "ab"
    ]
    pairs = [one + other for one, other in zip(shelves[::2], shelves[1::2], strict=True)]
    small.update(pairs[0])
    with ThreadPoolExecutor() as pool:
        done = pool.submit(lambda: [small.update(pair) for pair in pairs])
        while not done.done():
            assert sorted(small.search("paralegals", "en").ids) == ["a", "b"]


def test_what_is_kept_is_found_by_all_who_ask_first_and_stays(small: LibraryIndex) -> None:
    small.keep([GUIDE])
    with ThreadPoolExecutor() as pool:
        found = [*pool.map(lambda _number: small.search("paralegals", "en").ids, range(4))]
    assert found == [["guide"]] * 4
    small.update([replace(GUIDE, id="another")])
    assert sorted(small.search("paralegals", "en").ids) == ["another", "guide"]


@pytest.mark.slow
def test_retired_items_are_left_out(small: LibraryIndex) -> None:
    small.update([replace(d, retired=d.id == RETIRED) for d in starter_documents()])
    assert RETIRED not in small.search("Mandela rules", "en").ids
    assert RETIRED not in small.search("A/RES/70/175", "en").ids
    assert RETIRED not in small.search("kind:standard", "en").ids


@pytest.mark.parametrize(
    ("typed", "same", "language"),
    [
        ("قَوَاعِدُ مانديلا", "قواعد مانديلا", "ar"),
        ("قواعـــد مانديلا", "قواعد مانديلا", "ar"),
        ("ﻗﻮﺍﻋﺪ", "قواعد", "ar"),
        ("الاحداث", "الأحداث", "ar"),
        ("العداله الجنائيه", "العدالة الجنائية", "ar"),
        ("حقوق المراة", "حقوق المرأة", "ar"),
        ("правила обращения с заключенными", "правила обращения с заключёнными", "ru"),
        ("Mandela\u00a0Rules", "Mandela Rules", "en"),
        ("\u201cMandela Rules\u201d", "Mandela Rules", "en"),
        ("Mandela \u2013 Rules", "Mandela Rules", "en"),
        ("67\u2215187", "67/187", "en"),
        ("67\u2044187", "67/187", "en"),
        ("A\uff0fRES\uff0f70\uff0f175", "A/RES/70/175", "en"),
        ("٦٧/١٨٧", "67/187", "ar"),
        ("pre\u2011trial detention", "pre-trial detention", "en"),
        ("pretrial detention", "pre-trial detention", "en"),
        ("detention", "détention", "fr"),
        ("défense d\u2019office", "défense d'office", "fr"),
        ("prisao", "prisão", "pt"),
        ("ninez", "niñez", "es"),
        ("曼德拉規則", "曼德拉规则", "zh"),
        ("法 律 援 助", "法律援助", "zh"),
    ],
)
def test_the_same_in_another_spelling_finds_the_same(
    index: LibraryIndex, typed: str, same: str, language: str
) -> None:
    found = index.search(clean(same), language).ids
    assert found
    assert index.search(clean(typed), language).ids == found
