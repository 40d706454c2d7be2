"""What a homeserver's default push rules make of a message: it rings, or it does not."""

from __future__ import annotations

import pytest

from bot.say.message import message
from kit.text import Pill, Reply, Verbatim
from tests.harness import catalogs

AMAL, BORIS = "@amal:test", "@boris:test"


@pytest.mark.parametrize(
    ("body", "rings", "kind", "mentioned"),
    [
        (Verbatim("hello"), (), "m.notice", {}),
        (Pill(BORIS), (), "m.notice", {"user_ids": [BORIS]}),
        (Verbatim("hello"), [AMAL], "m.text", {"user_ids": [AMAL]}),
        (Pill(BORIS), [AMAL], "m.text", {"user_ids": [AMAL, BORIS]}),
    ],
)
def test_what_rings_is_a_text_that_mentions_whom_it_is_for(body, rings, kind, mentioned):
    said = message(Reply("trial", body), catalogs().reader("en", None), "t1", rings)
    assert (said["msgtype"], said["m.mentions"]) == (kind, mentioned)
