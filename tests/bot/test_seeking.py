"""Who looks for a lawyer of their own is noticed; who does the work, or searches, is not."""

from __future__ import annotations

import pytest
import yaml

from kit.understanding import Emergency
from tests.harness import understanding
from tests.project.catalogs import ROOT


@pytest.mark.parametrize(
    "said",
    [
        "I need a lawyer",
        "hello my dad got locked up and we cant pay an attorney",
        "I was arrested yesterday and I don't know what to do",
        "mi hermano está preso",
        "Mi HERMANO esta PRESO!!",
        "no tengo plata para un abogado, necesito ayuda",
        "mon fils est en garde à vue depuis hier",
        "comment trouver un avocat commis d'office",
        "meu irmão foi preso",
        "preciso de um advogado",
        "أخي في السجن",
        "السلام عليكم احتاج محامي في القاهرة",
        "моего брата арестовали",
        "где найти бесплатного адвоката",
        "我哥哥被抓了",
        "请问哪里可以找免费律师",
    ],
)
def test_need_is_noticed(said):
    assert understanding().seeks_lawyer(said, member=False)


@pytest.mark.parametrize(
    "said",
    [
        "lawyer",
        "I am a lawyer in Kenya and need help with bail guidelines",
        "my colleague was arrested for defending clients",
        "conditions in prison",
        "defender a personas detenidas en prisión preventiva",
        "soy defensora pública, busco colegas",
        "aide juridictionnelle pour mineurs",
        "sou defensor público em Manaus",
        "أعمل محامياً في تونس",
        "право на адвоката при задержании",
        "我是法律援助律师",
        "审前羁押",
        "",
    ],
)
def test_work_is_not_need(said):
    assert not understanding().seeks_lawyer(said, member=False)


@pytest.mark.parametrize(
    ("file", "key"), [("tests/search/queries.yaml", "q"), ("tests/bot/answers.yaml", "text")]
)
def test_no_look_up_and_no_answer_of_the_tables_is_taken_for_need(file, key):
    rows = yaml.safe_load((ROOT / file).read_text("utf-8"))
    assert len(rows) > 200
    assert [
        row[key] for row in rows if understanding().seeks_lawyer(str(row[key]), member=False)
    ] == []


@pytest.mark.parametrize(
    ("said", "in_need"),
    [
        ("i need the rules on the right to a lawyer at the police station", False),
        ("necesito normas sobre el derecho a un abogado", False),
        ("اريد نصوص عن حق الموقوف في محامي", False),
        ("my brother was arrested", True),
    ],
)
def test_a_member_who_needs_something_about_lawyers_is_at_work(said, in_need):
    assert understanding().seeks_lawyer(said, member=True) is in_need


@pytest.mark.parametrize("language", ["en", "es", "fr", "pt", "ar", "ru", "zh"])
def test_need_is_noticed_as_people_write_it_and_work_is_let_be(language):
    said = yaml.safe_load((ROOT / "tests/bot/seeking.yaml").read_text("utf-8"))
    need, work = said["need"][language], said["work"][language]
    noticed = [each for each in need if understanding().seeks_lawyer(each, member=False)]
    assert (len(need), len(noticed)) == (22, 22)
    assert [each for each in work if understanding().seeks_lawyer(each, member=False)] == []


@pytest.mark.parametrize(
    ("said", "erases"),
    [
        ("apaguem o que eu disse", True),
        ("bitte, delete this", True),
        ("How is my client's record deleted after an acquittal?", False),
        ("soy defensora, como pido eliminar antecedentes", False),
        ("do you keep what I write", False),
    ],
)
def test_who_does_the_work_speaks_of_records_that_are_erased(said, erases):
    assert understanding().erases(said) is erases


@pytest.mark.parametrize("language", ["en", "es", "fr", "pt", "ar", "ru", "zh"])
def test_violence_by_those_who_hold_somebody_is_danger_and_what_clients_suffered_is_work(language):
    said = yaml.safe_load((ROOT / "tests/bot/danger.yaml").read_text("utf-8"))
    danger, work = said["danger"][language], said["work"][language]
    read = {
        each: (understanding().seeks_lawyer(each, member=False), understanding().emergency(each))
        for each in danger
    }
    assert {each: what for each, what in read.items() if what != (True, Emergency.BEATEN)} == {}
    assert [each for each in work if understanding().seeks_lawyer(each, member=False)] == []
