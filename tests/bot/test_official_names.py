"""Names that look as if those bore them who look after the network."""

from __future__ import annotations

import pytest

from tests.harness import understanding


@pytest.mark.parametrize(
    ("said", "official"),
    [
        ("Moderators", True),
        ("ILAN moderators", True),
        ("M0DERATORS of MENA", True),
        ("Модераторы", True),
        ("المشرفون", True),
        ("管理员", True),
        ("Moderation team", True),
        ("ꓟꓳꓓꓰꓣꓮꓔꓳꓣꓢ", True),  # Lisu
        ("Our ᴍᴏᴅᴇʀᴀᴛᴏʀꜱ", True),
        ("Mod\u3164erators help", True),  # a Hangul filler
        ("Mod\uffa0erators help", True),
        ("Mod\u034ferators help", True),  # a joiner that is drawn as nothing
        ("Mod\ufe0ferators help", True),
        ("🅼🅾🅳🅴🆁🅰🆃🅾🆁🆂", True),
        ("ᴍᴏᴅᴇʀɴ courts", False),
        ("moderation of fees", False),
        ("Modern courts", False),
        ("Prisons", False),
    ],
)
def test_names_of_those_who_look_after_the_network(said: str, *, official: bool) -> None:
    assert understanding().is_official(said) is official
