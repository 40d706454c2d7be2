"""Reading ``starter/answers.yaml``: how people answer, beside the names that CLDR knows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Literal

from bot import checked
from bot.checked import Row

Words = Mapping[str, tuple[str, ...]]


class Answers(Row):
    """Words as data; those without a code are grouped by language."""

    version: Literal[1]
    countries: Words
    nationality: Words
    languages: Words
    zones: Words
    first_zones: Mapping[str, str]
    around: Words
    common: Words
    against: Sequence[str]
    yes: Words
    no: Words
    polite: Words
    seeking: Words


def load_answers(path: Path) -> Answers:
    """Read the file; raises BadConfiguration naming it, the line and the field."""
    return checked.load(Answers, path, "starter/answers.yaml")
