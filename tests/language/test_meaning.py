"""What sentences mean, by the encoder that is installed."""

from __future__ import annotations

from importlib import util

import pytest

from language.meaning import Encoder, load_encoder


@pytest.fixture(scope="module")
def encoder() -> Encoder:
    loaded = load_encoder()
    assert loaded is not None
    return loaded


def test_the_same_in_another_language_is_nearest(encoder: Encoder):
    likeness = encoder.likeness(nearest=1)
    likeness.put({"erase": ["delete my account", "forget me"], "greet": ["hello"], "ask": ["why"]})
    near = likeness.to("удалите мою учётную запись")
    assert max(near, key=lambda each: near[each]) == "erase"


def test_the_nearest_count_and_the_very_nearest_twice(encoder: Encoder):
    one, three = encoder.likeness(nearest=1), encoder.likeness(nearest=3)
    for each in (one, three):
        each.put({"greet": ["hello", "good morning", "bail", "prison"]})
    alone = encoder.likeness(nearest=1)
    alone.put({said: [said] for said in ("hello", "good morning", "bail", "prison")})
    first, second, third, _fourth = sorted(alone.to("hi there").values(), reverse=True)
    assert one.to("hi there")["greet"] == pytest.approx(first, abs=1e-5)
    whole = (2 * first + second + third) / 4
    assert three.to("hi there")["greet"] == pytest.approx(whole, abs=1e-5)


def test_a_thing_without_sentences_is_forgotten(encoder: Encoder):
    likeness = encoder.likeness(nearest=1)
    likeness.put({"greet": ["hello"], "leave": ["bye"]})
    likeness.put({"greet": []})
    assert list(likeness.to("hello")) == ["leave"]
    likeness.put({"leave": []})
    assert likeness.to("hello") == {}


@pytest.mark.parametrize("said", ["", "\ud800", "\U0001f600" * 500, "a" * 5_000, "\u202e\x00"])
def test_whatever_is_typed_can_be_compared(encoder: Encoder, said):
    likeness = encoder.likeness(nearest=1)
    likeness.put({"greet": ["hello"]})
    assert -1 <= likeness.to(said)["greet"] <= 1


def test_a_hub_without_the_package_goes_without(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(util, "find_spec", lambda _name: None)
    monkeypatch.setattr("language.meaning.find_spec", util.find_spec)
    assert load_encoder() is None
