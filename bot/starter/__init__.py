"""Reading what a hub starts from: ``starter/*.yaml`` or files of that shape."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Annotated, Any, Literal

import yaml
from pydantic import AfterValidator, BeforeValidator, Field

from bot import checked
from bot.checked import Fault, Row
from kit.drawing import Pictures
from kit.network import RoomKind
from search.concept_file import ConceptFile
from search.concepts import Concept, Group

# Control characters would break lines, and bidi controls could turn the text around.
_UNSEEN = re.compile("[\x00-\x08\x0e-\x1b\x7f\x80-\x84\x86-\x9f\u202a-\u202e\u2066-\u2069]")


def _has_english(names: dict[str, str]) -> dict[str, str]:
    if "en" not in names:
        message = "needs a name under 'en'"
        raise ValueError(message)
    return names


Named = Annotated[dict[str, str], AfterValidator(_has_english)]


def _clean(said: Any) -> Any:
    return " ".join(_UNSEEN.sub("", said).split()) if isinstance(said, str) else said


def _clean_lines(said: Any) -> Any:
    return "\n".join(map(_clean, said.splitlines())) if isinstance(said, str) else said


Text = Annotated[str, BeforeValidator(_clean), Field(max_length=2_000)]
Phrase = Annotated[Text, Field(min_length=1)]
Language = Annotated[str, Field(pattern=r"^[a-z]{2,3}$")]
Prose = Annotated[str, BeforeValidator(_clean_lines), Field(min_length=1, max_length=2_000)]
Country = Annotated[str, Field(pattern=r"^[A-Z]{2}$")]
Slug = Annotated[str, Field(pattern=r"^[a-z0-9-]+$")]
Address = Annotated[str, Field(pattern=r"^https?://[^\s{}<>\"]+$", max_length=2_000)]


Colour = Annotated[str, Field(pattern=r"^#[0-9a-f]{6}$")]


class _Pictures(Row):
    version: Literal[1]
    emblem: Annotated[str, Field(pattern=r"^([#.]{16}\n){16}$")]
    ink: Colour
    papers: dict[RoomKind, Colour]


class Resource(Row):
    """One item of a library file."""

    id: Annotated[Slug, Field(max_length=80)]
    kind: Annotated[str, Field(pattern=r"^[a-z_]+$")] = "publication"
    year: Annotated[int, Field(ge=1, le=9999)] | None = None
    organisation: Text = ""
    symbol: Phrase | None = None
    languages: tuple[Language, ...] = ()
    url: Address | None = None
    regions: tuple[Slug, ...] = ("global",)
    subjects: tuple[Phrase, ...] = ()
    verified: bool = False
    source: Text = ""
    title: Annotated[dict[Language, Phrase], Field(min_length=1)]
    summary: dict[Language, Prose] = Field(default_factory=dict)
    aliases: tuple[Phrase, ...] = ()


class _Library(Row):
    version: Literal[1]
    resources: tuple[Resource, ...]


def starter(name: str) -> Path:
    """Locate a file that comes with the hub."""
    return Path(str(files("starter").joinpath(name)))


def load_pictures(path: Path) -> Pictures:
    """Read what rooms look like; raises BadConfiguration naming file, line and field."""
    read = checked.load(_Pictures, path, "starter/pictures.yaml")
    return Pictures(read.emblem, read.ink, read.papers)


def load_library(path: Path) -> tuple[Resource, ...]:
    """Read a library file; raises BadConfiguration naming file, line and field."""
    return checked.load(_Library, path, "starter/library.yaml").resources


def load_concepts(path: Path) -> list[Concept]:
    """Read a file of concepts; raises BadConfiguration naming file, line and field."""
    return list(checked.load(ConceptFile, path, "starter/concepts.yaml", ConceptFile.lost).all())


class _Questions(Row):
    """What items of the library answer, in sentences that people might say."""

    version: Literal[1]
    questions: Mapping[Slug, tuple[Phrase, ...]]


def load_questions(path: Path) -> Mapping[str, Sequence[str]]:
    """Read what items answer, by their id; raises BadConfiguration naming file, line and field."""
    return checked.load(_Questions, path, "starter/questions.yaml").questions


class Referral(Row):
    """The body of a country that gives people a lawyer, and who says so when."""

    country: Country
    body: Annotated[Phrase, Field(max_length=200)]
    reach: Annotated[Phrase, Field(max_length=200)]
    source: Address
    dated: date | None = None


class _Referrals(Row):
    version: Literal[1]
    referrals: tuple[Referral, ...]


def _referral_faults(read: _Referrals) -> Iterator[Fault]:
    seen = set[str]()
    for place, row in enumerate(read.referrals):
        if row.country in seen:
            yield ("referrals", place, "country"), f"declared more than once: {row.country}"
        seen.add(row.country)


def load_referrals(path: Path) -> tuple[Referral, ...]:
    """Read where people can turn; raises BadConfiguration naming file, line and field."""
    return checked.load(_Referrals, path, "starter/referrals.yaml", _referral_faults).referrals


def dump_referrals(referrals: Iterable[Referral]) -> str:
    """Write a file that can take the place of the one that comes with the hub."""
    rows = [row.model_dump(exclude_none=True) for row in referrals]
    whole = {"version": 1, "referrals": rows}
    return yaml.safe_dump(whole, allow_unicode=True, sort_keys=False, width=100)


@cache
def kinds() -> Mapping[str, Mapping[str, Sequence[str]]]:
    """List the kinds of library items that there are, with their names in each language."""
    named = load_concepts(starter("kinds.yaml"))
    return {concept.slug: concept.names for concept in named if concept.group is Group.KIND}
