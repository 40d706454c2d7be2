import pytest

from kit.audience import Everybody, fits, only, read_audience
from kit.roomkey import Declined, Direct, Former, Private, SpaceRoom
from kit.stored import Unreadable

# As the tables of every release have them.
WRITTEN = [("only:7", only([7])), ("only:3,7", only([7, 3, 7])), ("everybody", Everybody())]
NONE = ["", "only:", "only:x", "only:3,", "everybody:7", "anybody", "everyone"]
ROOMS = {
    "own": Direct(7),
    "another": Direct(8),
    "private": Private("request:1"),
    "network": SpaceRoom("events"),
    "declined": Declined("!a:test"),
    "former": Former("!a:test"),
    "unreadable": Unreadable(),
}


@pytest.mark.parametrize(("written", "audience"), WRITTEN)
def test_an_audience_is_written_and_read_as_the_tables_have_it(written, audience):
    assert (str(audience), read_audience(written)) == (written, audience)


@pytest.mark.parametrize("written", NONE)
def test_what_is_no_audience_is_nobody(written):
    assert read_audience(written) == Unreadable()


@pytest.mark.parametrize(
    ("audience", "allowed"),
    [
        (only([7]), {"own", "private"}),
        (only([3, 7]), {"private"}),
        (Everybody(), {"network"}),
    ],
)
def test_in_which_rooms_something_may_be_said(audience, allowed):
    assert {name for name, key in ROOMS.items() if fits(audience, key)} == allowed
