"""What gives a person of a case away is noticed; laws, decisions and everyday numbers are not."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest
import yaml

from benchmarks.guard import Example, load
from bot.starter import load_library, starter
from bot.understanding.guard import Guard, load_lexicon
from bot.understanding.guard.lexicon import Lexicon
from kit.confidential import Detail
from tests.project.catalogs import ROOT

LANGUAGES = ("ar", "en", "es", "fr", "pt", "ru", "zh")
LEADING_TO_NOBODY = [
    "",
    "my client don stay for police custody 3 weeks",
    "the accused don plead guilty without lawyer",
    "موكلي معتقل بلا حكم",
    "detainee in a remand centre 6 weeks and not charged",
    "defendida en el calabozo 4 noches sin comer",
    "mon client au commissariat 3 jours",
    "preso na cela com 25 pessoas",
    "السجين في زنزانة 12 يوما",
    "подзащитный в изоляторе 7 суток",
    "当事人在派出所3天",
    "老人被关在拥挤监狱没有药",
    "her brother is in a prison 450 miles from here",
    "mi defendido está en un penal 300 kilómetros al sur",
    "подзащитного увезли в колонию 900 км от дома",
    "当事人在监狱800公里外",
    "the accused don suffer for cell",
    "police don beat this boy tire",
    "больная с СПИД в колонии без врача",
    "Resolution 67/187, A/RES/67/187 and Art. 14 ICCPR",
    "Rule 41 of the Mandela Rules",
    "Gideon v. Wainwright, 372 U.S. 335 (1963)",
    "Salduz v. Turkey (Application no. 36391/02)",
    "Was a precedent set in case C-216/18 of the Court of Justice?",
    "14,350 cases in 2026, with 112 lawyers, from 8:30 to 16:00",
    "my client has a right to silence",
    "born in 2011",
    "born in May 2010",
    "meet me at noon, the point is clear",
    "the police of Buenos Aires",
    "the act of 4 May 2009",
    "the prison in our city",
    "a case on Act no. 12/2016",
    "un caso sobre la Ley n.º 906/2004",
    "une affaire sur la loi n° 91-647",
    "um processo sobre a Lei nº 12403/2011",
    "قضية بشأن القانون رقم 5/2016",
    "дело о Федеральном законе № 63-2002",
    "@ana:example.org and !room:example.org",
    "https://mail.example/a@b.example/2009-05-04/0123456789",
]
EXAMPLES = [Path(__file__).with_name(f"{name}.yaml") for name in ("tuned", "held_out")]


@cache
def guard() -> Guard:
    return Guard(load_lexicon(starter("guard.yaml")))


@cache
def examples() -> list[Example]:
    return [example for path in EXAMPLES for example in load(path)]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_example_is_told_apart(language):
    mine = [example for example in examples() if example.lang == language]
    assert sum(example.sensitive for example in mine) >= 40
    wrong = [e.text for e in mine if bool(guard().find(e.text)) != e.sensitive]
    assert wrong == []


@pytest.mark.parametrize(
    ("said", "details"),
    [
        ("Write to the brother of the accused at ben@mail.example.", [Detail.EMAIL]),
        ("ben (at) mail (dot) example", [Detail.EMAIL]),
        ("call the witness on 555 0142", [Detail.PHONE]),
        ("+٢٥٤ ٧٠٠ ٠٠٠ ١٩٩", [Detail.PHONE]),
        ("０６ ３９ ９８ ４５ １２", [Detail.PHONE]),
        ("+254\u200b 700 000\u00a0199", [Detail.PHONE]),
        ("her passport, number K0918827", [Detail.IDENTITY]),
        ("he was born on 4 May 2009", [Detail.BIRTH_DATE]),
        ("docket 23-cr-00912 of my client", [Detail.CASE_NUMBER]),
        ("the number of the case is 417", [Detail.CASE_NUMBER]),
        ("mara_k собака pochta точка example", [Detail.EMAIL]),
        ("اكتبوا إلى mara آت barid نقطة example", [Detail.EMAIL]),
        ("she was born on the ninth of May two thousand and ten", [Detail.BIRTH_DATE]),
        ("my client Rosalind Featherby", [Detail.NAME]),
        ("我的當事人賈虛構因盜竊被起訴", [Detail.NAME]),
        ("MY CLIENT ROSALIND FEATHERBY", [Detail.NAME]),
        ("my client lives at 8 Millpond Lane", [Detail.ADDRESS]),
        ("my client is in Graythorn prison", [Detail.CUSTODY]),
        ("my client, 9 days in Graythorn prison 8 months now", [Detail.CUSTODY]),
        ("my client is in cell 23", [Detail.CUSTODY]),
        (
            "Our client Tavish Quillbeck, born 30 June 2011, is held at Kettlebrook Prison.",
            [Detail.NAME, Detail.BIRTH_DATE, Detail.CUSTODY],
        ),
    ],
)
def test_what_was_noticed_is_named(said, details):
    assert guard().find(said) == tuple(details)


@pytest.mark.parametrize("said", LEADING_TO_NOBODY)
def test_what_leads_to_nobody_is_left_alone(said):
    assert guard().find(said) == ()


@pytest.mark.slow
def test_no_look_up_no_answer_and_nothing_in_the_library_is_warned_about():
    files = {"tests/search/queries.yaml": "q", "tests/bot/answers.yaml": "text"}
    said = [
        str(row[key])
        for file, key in files.items()
        for row in yaml.safe_load((ROOT / file).read_text("utf-8"))
    ]
    for item in load_library(starter("library.yaml")):
        said += [*item.title.values(), *item.summary.values(), *item.aliases]
    assert len(said) > 2_000
    assert [text for text in said if guard().find(text)] == []


@pytest.mark.slow
@pytest.mark.parametrize(
    "part", ["own", "people", "plight", "pronoun", "force", "docket", "identity", "law"]
)
def test_without_a_list_of_words_examples_are_told_apart_wrongly(part):
    lexicon = load_lexicon(starter("guard.yaml"))
    assert _told_wrongly(lexicon.model_copy(update={part: {}})) != []


@pytest.mark.parametrize("part", ["at_alone", "counted", "day", "dot", "place"])
def test_without_the_words_of_a_shape_more_examples_are_told_apart_wrongly(part):
    lexicon = load_lexicon(starter("guard.yaml"))
    shapes = lexicon.shapes.model_copy(update={part: {}})
    blind = {*_told_wrongly(lexicon.model_copy(update={"shapes": shapes}))}
    assert blind - {*_told_wrongly(lexicon)} != set()


def _told_wrongly(lexicon: Lexicon) -> list[str]:
    blind = Guard(lexicon)
    harmless = [Example(said, "en", sensitive=False, why=[]) for said in LEADING_TO_NOBODY]
    everything = [*examples(), *load(Path(__file__).with_name("fresh.yaml")), *harmless]
    return [e.text for e in everything if bool(blind.find(e.text)) != e.sensitive]


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_was_written_by_hand_is_noticed_in_each_language_and_hardly_anything_else(language):
    written = [
        e for name in ("unseen", "fresh") for e in load(Path(__file__).with_name(f"{name}.yaml"))
    ]
    noticed: dict[bool, list[bool]] = {True: [], False: []}
    for example in written:
        if example.lang == language:
            noticed[example.sensitive].append(bool(guard().find(example.text)))
    assert (len(noticed[True]) >= 30, len(noticed[False]) >= 24) == (True, True)
    assert sum(noticed[True]) / len(noticed[True]) >= 0.95
    assert sum(noticed[False]) / len(noticed[False]) <= 0.08


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("-4.0435, 39.6682", Detail.ADDRESS),
        ("4°03'S 39°40'E", Detail.ADDRESS),
        ("8FVC9G8F+6X", Detail.ADDRESS),
        ("///table.lamp.curry", Detail.ADDRESS),
        ("KDA 417X was the car", Detail.VEHICLE),
        ("un coche, 4821 LMN no, ABC 1234", Detail.VEHICLE),
        ("машина А417ВК", Detail.VEHICLE),
        ("سيارة ABC 4821", Detail.VEHICLE),
        ("passport cd4482190", Detail.IDENTITY),
        ("passeport ab1234567", Detail.IDENTITY),
        ("national id seven three one one nine zero four", Detail.IDENTITY),
        ("prisoner KIS/204/25", Detail.IDENTITY),
        ("el preso nº 48213", Detail.IDENTITY),
        ("заключённый № 48213", Detail.IDENTITY),
        ("my client: @noor:example.org", Detail.ACCOUNT),
        ("mon client, @noor:example.org", Detail.ACCOUNT),
        ("dob 7th June 91", Detail.BIRTH_DATE),
        ("fecha de nacimiento 7 de junio de 91", Detail.BIRTH_DATE),
        # A word for a law before it makes nobody's number one of a law.
        ("Under rule 12 her ID is 3055-2218", Detail.IDENTITY),
        ("How do courts act when his passport is CD7719024?", Detail.IDENTITY),
        ("la ley dice que su cédula es 3055221", Detail.IDENTITY),
        ("selon la loi sa carte d'identité est 30 55 221", Detail.IDENTITY),
        ("In law, Noor Karimi, 41, is held in Langata", Detail.NAME),
        ("The Act says Noor Karimi, 41, is held in Langata", Detail.NAME),
    ],
)
def test_what_has_the_form_of_a_detail_is_noticed_without_a_word_for_somebody(
    text: str, kind: Detail
):
    assert guard().find(text) == (kind,)


@pytest.mark.parametrize(
    "text",
    [
        "the passport law of 1998 has 40 articles",
        "Ley Orgánica del Poder Judicial 6/1985, artículo 17",
        "the law of Kenya on legal aid, section 43, and his rights",
        "a car for the office costs 12000",
        "prisoners: rule no 109 applies",
        "prisoner of war, Convention III, article 118",
        "detainees in A/HRC/30/37 and CCPR/C/GC/35",
        "les détenus, règle n° 58",
        "у заключённых право № 3",
        "identity checks of nineteen people",
        "born in 2011, or born 7 June",
        "@maria:example.org knows the car rules, CRC 37",
    ],
)
def test_the_same_forms_in_laws_and_figures_are_not(text: str):
    assert guard().find(text) == ()


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("look up HC/CR/E123/26 for me", Detail.CASE_NUMBER),
        ("o habeas é HC/TJ/E77/26, alguém achou a decisão?", Detail.CASE_NUMBER),
        ("le dossier est PR/INS/E404/25", Detail.CASE_NUMBER),
        ("last seen around 0.42N 33.2E", Detail.ADDRESS),
        ("он сейчас около 59.9 С 30.3 В", Detail.ADDRESS),
        ("they picked him up at 5 ngong road", Detail.ADDRESS),
        ("la policía la llevó de la avenida los pinos 1520", Detail.ADDRESS),
        ("la police l'a pris au 31 boulevard de la liberté", Detail.ADDRESS),
        ("a polícia levou ele da travessa do comércio 45", Detail.ADDRESS),
        ("его забрали с проспекта мира 77", Detail.ADDRESS),
    ],
)
def test_numbers_and_streets_are_noticed_as_people_type_them(text: str, kind: Detail):
    assert kind in guard().find(text)


@pytest.mark.parametrize(
    "text",
    [
        "A/HRC/30/37 or CCPR/C/GC/35, which is better on habeas corpus",
        "habeas corpus, HC 143.641 (Brasil), on mothers",
        "police stopped us at 3 different road blocks, is that lawful",
        "la policía cerró la calle por 20 horas, ¿es legal?",
        "a polícia abordou na rua mais de 30 pessoas",
        "полиция остановила на улице около 30 человек",
        "how many people in custody at 12 noon is too many",
    ],
)
def test_documents_hours_and_crowds_in_streets_lead_to_nobody(text: str):
    assert guard().find(text) == ()
