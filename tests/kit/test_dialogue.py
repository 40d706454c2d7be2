"""Dialogues are pure: any answers, in any order, lead to a declared step or to the end."""

from __future__ import annotations

from dataclasses import dataclass, replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.service.wiring import discover
from kit.correcting import revised
from kit.dialogue import Ask, Dialogue, Done, Turn
from kit.errors import BadArgument
from kit.question import About, Choice, Option, Question, choose
from kit.text import _
from kit.words import number
from tests.harness import NOON, catalogs, network, understanding

DIALOGUES = {t.dialogue.name: t.dialogue for feature in discover() for t in feature.talks}
ONBOARDING = DIALOGUES["onboarding"]
ABOUT = {code: About(network(), understanding(), code, NOON) for code in network().languages}


@dataclass(frozen=True)
class Cake:
    """A draft."""

    kind: str = ""
    toppings: tuple[str, ...] = ()
    candles: int = 0


def _candles(cake: Cake, said: str, about: About) -> Cake:
    if (count := number(said)) is None:
        raise BadArgument(_("How many candles?"))
    return replace(cake, candles=count)


OPTIONS = (
    Option("plain", {"en": "Plain", "fr": "Nature"}),
    Option("nut", {"en": "Nut", "fr": "Noix"}, ("walnut",)),
    Option("fig", {"en": "Fig", "ru": "Инжир"}),
)
KIND = Choice(
    "kind", _("Which?"), lambda _d, _a: OPTIONS, lambda cake, kinds: replace(cake, kind=kinds[0])
)
TOPPINGS = Choice(
    "toppings",
    _("What on it?"),
    lambda _d, _a: OPTIONS,
    lambda cake, kinds: replace(cake, toppings=tuple(kinds)),
    most=2,
    skippable=True,
    applies=lambda cake: cake.kind != "plain",
)
CANDLES = Question("candles", lambda _d, _a: _("How many?"), _candles)
CAKE = Dialogue("cake", 1, Cake, (KIND, TOPPINGS, CANDLES))


def told(node) -> str:
    text = node.render(catalogs().reader("en")).plain
    return text.translate(dict.fromkeys(map(ord, "\u2066\u2068\u2069")))


@pytest.mark.parametrize(
    ("said", "most", "chosen"),
    [
        ("2", 1, ["nut"]),
        ("٢", 1, ["nut"]),
        ("2.", 1, ["nut"]),
        ("NOIX", 1, ["nut"]),
        ("walnut", 1, ["nut"]),
        ("инжир", 1, ["fig"]),
        ("fig", 2, ["fig"]),
        ("1, 3", 2, ["plain", "fig"]),
        ("3 1", 2, ["fig", "plain"]),
        ("3، 1", 2, ["fig", "plain"]),
        ("1, 1", 2, ["plain"]),
        ("fig, 2", 2, ["fig", "nut"]),
        ("fig and walnut", 2, ["fig", "nut"]),
        ("инжир и nut", 2, ["fig", "nut"]),
    ],
)
def test_numbers_names_and_words_choose(said, most, chosen):
    assert choose(OPTIONS, said, most, ABOUT["en"]) == chosen


_LOST = "I could not find banjo, lute, harp, and ... in the list. Answer with a number from 1 to 3."


@pytest.mark.parametrize(
    ("said", "most", "sentence"),
    [
        ("4", 1, "I could not find 4 in the list. Answer with a number from 1 to 3."),
        ("0", 1, "I could not find 0 in the list. Answer with a number from 1 to 3."),
        ("banjo", 1, "I could not find banjo in the list. Answer with a number from 1 to 3."),
        ("1, banjo", 2, "I could not find banjo in the list. Answer with a number from 1 to 3."),
        ("1, 2, 3", 2, "Choose one to 2 numbers, separated by commas."),
        ("banjo, lute, harp, oboe, horn", 2, _LOST),
        *(
            (much, 2, "Choose one to 2 numbers, separated by commas.")
            for much in ("1," * 41, "1 " * 41, "banjo and " * 41, "banjo、" * 41)
        ),
        (",", 2, "Choose one to 2 numbers, separated by commas."),
    ],
)
def test_what_does_not_choose_is_explained(said, most, sentence):
    with pytest.raises(BadArgument) as refused:
        choose(OPTIONS, said, most, ABOUT["en"])
    assert told(refused.value.message) == sentence


REVISION = "I meant "  # before another answer to an earlier question


def play(dialogue: Dialogue, *moves: str, language: str = "en") -> list[str]:
    """Make *moves* and list where that led."""
    turn = dialogue.begin(dialogue.draft())
    places = [place(turn)]
    for move in moves:
        if isinstance(turn, Done):
            break
        turn = moved(dialogue, turn, move, language)
        if isinstance(turn, Ask):
            assert told(dialogue.question(turn, ABOUT[language]))
        places.append(place(turn))
    return places


def moved(dialogue: Dialogue, turn: Ask, move: str, language: str) -> Turn:
    step, draft = dialogue.step(turn.step.name), turn.draft
    if move == "<back>":
        return dialogue.before(step, draft)
    if move == "<skip>":
        return dialogue.skip(step, draft)
    if move.startswith(REVISION):
        return revised(dialogue, turn, move, ABOUT[language], unread=True) or turn
    return dialogue.advance(step, draft, move, ABOUT[language])


def place(turn) -> str:
    if isinstance(turn, Done):
        return "done"
    return f"{turn.step.name}!" if turn.complaint else turn.step.name


@pytest.mark.parametrize(
    ("moves", "places"),
    [
        (["nut", "1", "5"], ["kind", "toppings", "candles", "done"]),
        (["plain", "5"], ["kind", "candles", "done"]),
        (["nut", "<skip>", "5"], ["kind", "toppings", "candles", "done"]),
        (["<skip>", "plain"], ["kind", "kind!", "candles"]),
        (["<back>", "9", "1"], ["kind", "kind", "kind!", "candles"]),
        (["nut", "<skip>", "<back>"], ["kind", "toppings", "candles", "toppings"]),
        (["plain", "<back>", "nut"], ["kind", "candles", "kind", "toppings"]),
        (["1", "many", "5"], ["kind", "candles", "candles!", "done"]),
        (["nut", "I meant plain"], ["kind", "toppings", "candles"]),
        (["nut", "fig", "I meant plain"], ["kind", "toppings", "candles", "candles"]),
        (["plain", "I meant nut"], ["kind", "candles", "toppings"]),
        (["plain", "I meant coal"], ["kind", "candles", "candles"]),
    ],
)
def test_the_way_through_a_dialogue(moves, places):
    assert play(CAKE, *moves) == places


def test_a_question_says_where_we_are_what_was_wrong_and_how_to_steer():
    turn = CAKE.advance(TOPPINGS, Cake("nut"), "banjo", ABOUT["en"])
    assert isinstance(turn, Ask)
    assert told(CAKE.question(turn, ABOUT["en"])).split("\n\n") == [
        "I could not find banjo in the list. Answer with a number from 1 to 3.",
        'Still open: What on it? "start" shows all of it.',
        'Or say "skip".',
        'You can also say "back", "pause", and "cancel".',
    ]
    assert told(CAKE.question(Ask(TOPPINGS, Cake("nut")), ABOUT["en"])).split("\n\n") == [
        "Question 2/3",
        "What on it?",
        "1. Plain\n2. Nut\n3. Fig",
        'Or say "skip".',
    ]
    assert told(CAKE.question(Ask(KIND, Cake()), ABOUT["en"])).split("\n\n")[-1] == (
        'You can also say "pause" and "cancel".'
    )


def test_a_dialogue_without_questions_is_done_at_once():
    empty = Dialogue("empty", 1, Cake, (replace(TOPPINGS, applies=lambda _cake: False),))
    assert empty.begin(Cake()) == Done(Cake())


def test_a_correction_that_leaves_nothing_to_be_asked_ends_it():
    short = Dialogue("cake", 1, Cake, (KIND, TOPPINGS))
    turn = revised(short, Ask(TOPPINGS, Cake("nut")), "I meant plain", ABOUT["en"], unread=True)
    assert turn == Done(Cake("plain"))


SAID = ["1", "2", "yes", "Kenya", "Japan", "Brazil", "Canada", "São Paulo", "public defender"]
ANSWERS = st.one_of(
    st.sampled_from([REVISION + said for said in SAID]),
    st.sampled_from(["<back>", "<skip>", "1", "2", "1, 10", "yes", "oui", "是", "Kenya", "10"]),
    st.sampled_from(["Brazil", "São Paulo", "public defender", "no", "٢", "42", ","]),
    st.text(max_size=30),
)


@pytest.mark.parametrize("name", sorted(DIALOGUES))
@settings(max_examples=30)  # reading a free answer takes some milliseconds
@given(
    moves=st.lists(ANSWERS, max_size=8),
    language=st.sampled_from(sorted(network().languages)),
)
def test_any_answers_lead_to_a_declared_step_or_to_the_end(name, moves, language):
    dialogue = DIALOGUES[name]
    declared = {step.name for step in dialogue.steps}
    places = play(dialogue, *moves, language=language)
    assert {p.removesuffix("!") for p in places} <= declared | {"done"}


COUNTRIES = ("Kenya", "Japan", "Brazil", "Canada", "Toronto, Canada")


@settings(max_examples=60)
@given(
    first=st.sampled_from(COUNTRIES),
    moves=st.lists(st.sampled_from([*COUNTRIES, "<skip>", "<back>", "1", "2"]), max_size=3),
    then=st.sampled_from(COUNTRIES),
)
def test_after_another_country_whose_time_is_not_known_the_city_is_asked(first, moves, then):
    turn = ONBOARDING.begin(ONBOARDING.draft())
    for move in ("1", "yes", first, *moves, REVISION + then):
        if isinstance(turn, Done) or (turn.step.name == "country" and move.startswith(REVISION)):
            return
        before = turn
        turn = moved(ONBOARDING, turn, move, "en")
        assert isinstance(turn, Done) or turn.step.applies(turn.draft)
    if turn != before and turn.draft.zone is None and turn.draft.several_zones:
        assert turn.step.name == "zone"


def test_there_are_dialogues_to_play():
    assert {"onboarding", "ask", "volunteer"} - {*DIALOGUES} == set()
