"""Keys of rooms: what earlier hubs stored is read, and what is no key is not guessed."""

from __future__ import annotations

import pytest

from kit.roomkey import Declined, Direct, Former, Private, RoomKey, SpaceRoom, Visit, read_key
from kit.stored import Unreadable


@pytest.mark.parametrize(
    ("key", "written"),
    [
        (Direct(7), "direct:7"),
        (SpaceRoom("lobby-en"), "space:lobby-en"),
        (Private("request:7"), "private:request:7"),
        (Visit("!a:test"), "visit:!a:test"),
        (Declined("!a:test"), "refused:!a:test"),
        (Former("!a:test"), "former:!a:test"),
    ],
)
def test_a_key_is_written_as_ever_and_read_back(key: RoomKey, written: str):
    assert (str(key), read_key(written)) == (written, key)


@pytest.mark.parametrize(
    "written", ["", "7", "direct:", "direct:x", "direct:-1", "room:a", None, 7]
)
def test_what_is_no_key_is_not_guessed(written: object):
    assert read_key(written) == Unreadable()
