"""Reading ``starter/guard.yaml``: the words beside which a detail of a person stands."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field

from bot import checked
from bot.checked import Row
from kit.words import unaccented

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


def load_lexicon(path: Path) -> Lexicon:
    """Read the file; raises BadConfiguration naming it, the line and the field."""
    return checked.load(Lexicon, path, "starter/guard.yaml")


def every(words: Words) -> Iterable[str]:
    """List the words of all languages as they are compared: without accents or capitals."""
    return (unaccented(word).casefold() for listed in words.values() for word in listed)
