"""What sentences mean, by the encoder that is installed."""

from __future__ import annotations

from pathlib import Path

import pytest

from language.encoder import UniversalEncoder

pytestmark = pytest.mark.slow


def encode(directory: Path) -> UniversalEncoder:
    return UniversalEncoder(directory, lambda name, reason: pytest.fail(f"{name}: {reason}"))


@pytest.fixture(scope="module")
def encoder(tmp_path_factory: pytest.TempPathFactory) -> UniversalEncoder:
    return encode(tmp_path_factory.mktemp("learnt"))


def test_the_same_in_another_language_is_nearest(encoder: UniversalEncoder):
    likeness = encoder.likeness(1, "some")
    likeness.put({"erase": ["delete my account", "forget me"], "greet": ["hello"], "ask": ["why"]})
    near = likeness.to("удалите мою учётную запись")
    assert max(near, key=lambda each: near[each]) == "erase"


def test_the_nearest_count_and_the_very_nearest_twice(encoder: UniversalEncoder):
    one, three = encoder.likeness(1, "some"), encoder.likeness(3, "some")
    for each in (one, three):
        each.put({"greet": ["hello", "good morning", "bail", "prison"]})
    alone = encoder.likeness(1, "some")
    alone.put({said: [said] for said in ("hello", "good morning", "bail", "prison")})
    first, second, third, _fourth = sorted(alone.to("hi there").values(), reverse=True)
    assert one.to("hi there")["greet"] == pytest.approx(first, abs=1e-5)
    whole = (2 * first + second + third) / 4
    assert three.to("hi there")["greet"] == pytest.approx(whole, abs=1e-5)


def test_a_thing_without_sentences_is_forgotten(encoder: UniversalEncoder):
    likeness = encoder.likeness(1, "some")
    likeness.put({"greet": ["hello"], "leave": ["bye"]})
    likeness.put({"greet": []})
    assert list(likeness.to("hello")) == ["leave"]
    likeness.put({"leave": []})
    assert likeness.to("hello") == {}


@pytest.mark.parametrize("said", ["", "\ud800", "\U0001f600" * 500, "a" * 5_000, "\u202e\x00"])
def test_whatever_is_typed_can_be_compared(encoder: UniversalEncoder, said):
    likeness = encoder.likeness(1, "some")
    likeness.put({"greet": ["hello"]})
    assert -1 <= likeness.to(said)["greet"] <= 1


@pytest.mark.slow
def test_at_the_next_start_nothing_is_learnt_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    said = {"greet": ["hello", "good morning"], "leave": ["bye"]}
    first = encode(tmp_path).likeness(2, "some")
    first.put(said)
    again = encode(tmp_path)
    near = dict(first.to("hi"))
    with monkeypatch.context() as patched:
        patched.setattr(again, "points", None)  # calling it fails
        likeness = again.likeness(2, "some")
        likeness.put(said)
    assert likeness.to("hi") == near
    assert {each.name for each in tmp_path.iterdir()} == {"some.npy", "vocabulary.npy"}


@pytest.mark.slow
def test_other_sentences_are_learnt_anew(tmp_path: Path):
    for greeting in ("hello", "good morning"):
        likeness = encode(tmp_path).likeness(1, "some")
        likeness.put({"greet": [greeting]})
        assert likeness.to(greeting)["greet"] == pytest.approx(1, abs=0.005)
