"""The network and the library that come with the hub name the same things."""

from __future__ import annotations

import pytest
import yaml

from bot.starter import load_library, starter
from kit.network import Access, RoomKind
from tests.harness import network

LANGUAGES = {"en", "es", "fr", "pt", "ar", "ru", "zh"}
KINDS = ("regions", "categories", "rooms")


@pytest.mark.parametrize("kind", KINDS)
def test_every_name_is_there_in_seven_languages(kind):
    named = getattr(network(), kind).values()
    # A lobby is named in its own language: people look for it there.
    wanted = {e.slug: {e.language, "en"} if is_lobby(e) else LANGUAGES for e in named}
    assert {entry.slug: {*entry.names} for entry in named} == wanted


def test_every_day_of_observance_is_named_in_seven_languages():
    assert {frozenset(day.names) for day in network().days} == {frozenset(LANGUAGES)}


def is_lobby(entry: object) -> bool:
    return getattr(entry, "kind", "") == "lobby"


def test_a_room_described_in_english_is_described_in_seven_languages():
    described = {r.slug: {*r.topics} for r in network().rooms.values() if r.topics}
    assert described == dict.fromkeys(described, LANGUAGES)
    assert {*described} == {
        room.slug
        for kind in (RoomKind.FUNCTIONAL, RoomKind.THEME)
        for room in network().of_kind(kind)
    }


def test_every_category_has_words_and_every_word_a_category():
    words = yaml.safe_load(starter("vocabulary.yaml").read_text("utf-8"))
    assert {*words["categories"]} == {*network().categories}
    assert {*words["rooms"]} - {*network().rooms} == set()
    assert [slug for slug in words["categories"] if not words["categories"][slug]] == []


@pytest.mark.slow
def test_room_words_are_of_rooms_people_can_ask_for():
    words = yaml.safe_load(starter("vocabulary.yaml").read_text("utf-8"))
    assert {r.slug for r in network().of_kind(RoomKind.THEME)} <= {*words["rooms"]}


def test_every_subject_leads_to_a_room_and_every_theme_to_known_subjects():
    rooms = {slug for slug, room in network().rooms.items() if not room.is_space}
    assert {*network().subject_rooms.values()} - rooms == set()
    assert {s for r in network().of_kind(RoomKind.THEME) for s in r.subjects} <= {
        *network().subject_rooms
    }


def test_the_library_knows_no_place_and_no_subject_that_the_network_does_not():
    resources = load_library(starter("library.yaml"))
    assert len(resources) == len({resource.id for resource in resources}) == 191
    places = {place for resource in resources for place in resource.regions}
    countries = {code for region in network().regions.values() for code in region.countries}
    assert {p for p in places if not p.isupper()} <= {*network().regions, "global"}
    assert {p for p in places if p.isupper()} <= countries
    subjects = {subject for resource in resources for subject in resource.subjects}
    assert subjects - {*network().subject_rooms} == set()


def test_a_country_is_in_one_region():
    every = [code for region in network().regions.values() for code in region.countries]
    assert len(every) == len({*every})


def test_every_level_of_access_but_invitation_has_a_gate_that_is_a_space():
    gates = network().gates
    assert {*gates} == {*Access} - {Access.INVITE}
    assert [slug for slug in gates.values() if not network().rooms[slug].is_space] == []


def test_every_language_has_its_lobby():
    assert {room.language for room in network().of_kind(RoomKind.LOBBY)} == LANGUAGES
    assert {*network().languages} == LANGUAGES
