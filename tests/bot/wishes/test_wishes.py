"""What is recognised in free words, and what a file of them may say."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from benchmarks.talk import load
from bot.say.i18n import catalog_directory
from bot.service.wiring import discover
from bot.talk.occasions import Occasions
from bot.talk.particulars import Particulars
from bot.talk.wishing import Wishing
from bot.understanding.wishes import NOTHING, load_wishes
from bot.understanding.wishes.skeleton import skeleton
from kit.errors import BadConfiguration
from kit.table import CommandTable
from tests.harness import catalogs, index, learnt, network, understanding, wishes

UNSEEN = Path("tests/bot/talk/unseen.yaml")
EXPERTS = Path("tests/bot/wishes/experts.yaml")
FEWEST = 4  # sentences of a wish
BY_WORD = {  # and why no guess leads there
    "unban": "nobody is acted upon by a guess",
    **dict.fromkeys(("carry out", "hide", "hide all", "verify"), "the hub has just named the word"),
    **dict.fromkeys(("it is harmless", "say kept"), "it answers what the hub has just asked"),
    "remind of this": "it needs the message that it answers",
    "look up": "free words for it are those of `find`",
    **dict.fromkeys(
        ("about despair", "about danger", "about grief", "about reprisals", "about colleague"),
        "cues hear it before anything is weighed",
    ),
    "country": "the number of a look-up opens it",
    "decisions": "for stewards alone, and near `measures`",
}


@pytest.mark.parametrize(
    ("said", "language", "wish"),
    [
        ("any webinrs this mnth?", "en", "events"),
        ("cómo borro mi cuenta", "es", "forget me"),
        ("meropriyatiya", "ru", "events"),
        ("ｅｖｅｎｔｓ ｔｈｉｓ ｍｏｎｔｈ", "en", "events"),
        ("mes reponses sont confidentieles ou qqn peut les lire", "fr", "about readers"),
        ("quiero ver el calendar de webinars", "es", "events"),
        ("謝謝", "zh", "say thanks"),
        ("مين يقدر يقرا كلامي هون", "ar", "about readers"),
    ],
)
async def test_typing_faults_scripts_accents_and_mixed_languages_are_read(said, language, wish):
    assert (await wishes().read(said, language, {}))[0].wish == wish


def test_either_writing_of_a_word_has_one_skeleton():
    assert skeleton("мероприятия", "ru") == skeleton("meropriyatiya", "ru")
    assert skeleton("امسحني", "ar") == skeleton("imsa7ny", "ar")
    assert skeleton("events", "en") == ""


async def test_what_is_kept_apart_is_never_read():
    best = (await wishes().read("skip this one", "en", {}))[0]
    others = await wishes().read("skip this one", "en", {}, apart=(best.wish,))
    assert best.wish == "skip"
    assert "skip" not in [each.wish for each in others]


def test_a_wish_that_nothing_answers_is_named_with_its_line(tmp_path):
    (tmp_path / "en").mkdir()
    file = tmp_path / "en" / "wishes.yaml"
    wish = {"find": ["bail"], NOTHING: ["asdf"], "fly": ["fly me to the moon"]}
    file.write_text(yaml.safe_dump({"version": 1, "senses": {}, "wishes": wish}, sort_keys=False))
    with pytest.raises(BadConfiguration) as refused:
        load_wishes(tmp_path, ["en"], {"find"})
    assert str(refused.value) == (
        f"{file}:8: wishes.fly: no command or answer of the hub is called so"
    )


def test_every_command_and_answer_has_sentences_in_every_language_unless_it_is_said_by_its_word():
    features = discover()
    known = {each.path for feature in features for each in (*feature.commands, *feature.answers)}
    files = load_wishes(catalog_directory(), network().languages, known)
    assert {
        language: known - {wish for wish, said in file.wishes.items() if len(said) >= FEWEST}
        for language, file in files.items()
    } == dict.fromkeys(network().languages, BY_WORD.keys())
    assert len({frozenset(file.senses) for file in files.values()}) == 1


def test_nothing_that_judges_was_learnt():
    features = discover()
    known = {each.path for feature in features for each in (*feature.commands, *feature.answers)}
    files = load_wishes(catalog_directory(), network().languages, known)
    learnt = {said for file in files.values() for all_ in file.wishes.values() for said in all_}
    assert learnt.isdisjoint(case.said for case in load(UNSEEN))
    experts = yaml.safe_load(EXPERTS.read_text("utf-8")).values()
    assert learnt.isdisjoint(said for each in experts for those in each.values() for said in those)


def about_experts() -> list[tuple[str, str, str]]:
    meant: dict[str, dict[str, list[str]]] = yaml.safe_load(EXPERTS.read_text("utf-8"))
    return [
        (wish, language, said)
        for language, wishes_of in meant.items()
        for wish, sentences in wishes_of.items()
        for said in sentences
    ]


async def test_who_needs_an_expert_asks_and_who_offers_to_be_one_volunteers():
    cases = about_experts()
    table = CommandTable(discover(), catalogs().words.ways)
    occasions = Occasions(understanding(), catalogs().words.ways("one event"), index().concepts)
    particulars = Particulars(table, network(), understanding(), occasions, index())
    intent = Wishing(table, [], learnt(), index(), particulars)
    read = [
        ((await intent.weigh(said, lang, {}))[0].wish, lang, said) for _wish, lang, said in cases
    ]
    assert read == cases
