"""What languages call themselves.

CLDR knows it too, but keeps all that it has in a language for one name of it: a megabyte each.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path

TABLE = Path(__file__).with_name("autonyms.txt")


@cache
def autonyms() -> Mapping[str, str]:
    """Read the name of each language in itself, by its ISO 639 code."""
    lines = TABLE.read_text("utf-8").splitlines()
    return dict(line.split(" ", 1) for line in lines)
