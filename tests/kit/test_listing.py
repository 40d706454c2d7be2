"""Lists as rows: their words are for good, and each is opened by one command."""

from __future__ import annotations

import pytest

from bot.service.wiring import discover
from kit.listing import Listing, ListKind, read_listing

# What stands in the databases of hubs that run.
STORED = {
    *("find", "choice", "review", "cases", "requests", "events", "rooms", "measures"),
    *("reports", "notices", "help", "wish", "asked", "unfinished", "programme", "offered", "need"),
}


def test_the_words_of_kinds_are_as_ever():
    assert set(ListKind) == STORED


@pytest.mark.parametrize(
    ("listing", "word"),
    [
        (Listing(ListKind.FOUND, ["a", "b"]), "find"),
        (Listing.card(ListKind.EVENTS, "7"), "events card"),
    ],
)
def test_a_list_and_an_entry_alone_are_read_back_by_their_words(listing: Listing, word: str):
    assert listing.word == word
    assert read_listing(word, listing.ids) == listing


def test_a_kind_of_another_release_is_passed_over():
    assert read_listing("dances", ["1"]) is None


def test_each_list_that_a_command_points_into_is_opened_by_one_command():
    commands = [command for feature in discover() for command in feature.commands]
    opened = [command.opens for command in commands if command.opens is not None]
    taken = {kind for c in commands for argument in c.arguments for kind in argument.word.lists}
    assert len(opened) == len(set(opened))
    # A number alone says not which of the things that can be done with a request is meant.
    assert taken - set(opened) == {ListKind.REQUESTS}
