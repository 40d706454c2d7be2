"""Reading ``starter/guard.yaml``: the words beside which a detail of a person stands."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field

from bot import checked
from bot.checked import Row
from kit.words import unaccented

_LETTERS, _ANY = r"[^\W\d_]+", r"\w*"
_Text = Annotated[str, Field(min_length=1)]
Words = Mapping[
    Annotated[str, Field(pattern=r"^[a-z]{2,3}$")],
    tuple[Annotated[str, Field(min_length=1, max_length=60)], ...],
]


class Chinese(Row):
    """What tells a Chinese name from other words; see the file."""

    never_given: _Text
    after_name: _Text
    never_family: tuple[_Text, ...]


class Shapes(Row):
    """Words that are part of the form of a number, a house, an age or an address; see the file."""

    counted: Words
    done: Words
    at: Words
    at_alone: Words
    dot: Words
    flat: Words
    label: Words
    aged: Words
    years: Words
    place: Words
    apart: Words
    near: Words
    date: Words
    day: Words
    year: Words
    number: Words
    called: Words
    of_year: Words
    of: Words
    is_: Words = Field(alias="is")
    son_of: Words


class Lexicon(Row):
    """Words by language, a star for any ending; see the file for what each list is."""

    version: Literal[1]
    own: Words
    people: Words
    plight: Words
    pronoun: Words
    force: Words
    called: Words
    docket: Words
    published: Words
    law: Words
    identity: Words
    call: Words
    born: Words
    home: Words
    custody: Words
    street: Words
    institution: Words
    given: Words
    vehicle: Words
    wheels: Words
    account: Words
    title: Words
    office: Words
    learned: Words
    digits: Words
    common: Words
    surnames: _Text
    chinese: Chinese
    shapes: Shapes


def load_lexicon(path: Path) -> Lexicon:
    """Read the file; raises BadConfiguration naming it, the line and the field."""
    return checked.load(Lexicon, path, "starter/guard.yaml")


def any_of(words: Words) -> str:
    """Write the words of all languages as one expression, without a group around it.

    That of no words fits nothing.
    """
    listed = sorted(set(every(words)), key=lambda word: (-len(word), word))
    return "|".join(map(_expression, listed)) or "(?!)"


def _expression(word: str) -> str:
    begins, ends = word.startswith("*"), word.endswith("*")
    bare = re.escape(word.strip("*")).replace("'", "['’]")
    return f"{_LETTERS if begins else ''}{bare}{_ANY if ends else ''}"


def every(words: Words) -> Iterable[str]:
    """List the words of all languages as they are compared: without accents or capitals."""
    return (unaccented(word).casefold() for listed in words.values() for word in listed)
