"""Reading what a network starts from: ``starter/*.yaml`` or files of that shape."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from functools import cache
from importlib.resources import files
from pathlib import Path
from string import Formatter
from typing import Annotated, Any, Literal, TypeVar

import yaml
from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from kit.errors import BadConfiguration
from kit.network import TEXTS, Access, Category, Network, Region, RoomPlan, Side

FastLoader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
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


class _Row(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class _Region(_Row):
    slug: Slug
    names: Named
    languages: tuple[str, ...]
    zone: str
    countries: frozenset[Country]


class _Category(_Row):
    slug: Slug
    names: Named
    side: Side


class _Room(_Row):
    slug: Slug
    kind: Literal["root", "space", "gate", "functional", "lobby", "region", "theme"]
    parent: Slug | None
    names: Named
    topics: dict[str, str] = {}
    access: Access
    encrypted: bool = False
    read_only: bool = False
    language: str | None = None
    subjects: tuple[str, ...] = ()


class _Space(_Row):
    version: Literal[1]
    names: Named
    languages: tuple[str, ...]
    content_languages: tuple[str, ...]
    gates: dict[Access, Slug]
    rooms: tuple[_Room, ...]
    regions: tuple[_Region, ...]
    categories: tuple[_Category, ...]
    subject_rooms: dict[str, Slug]
    texts: dict[str, dict[str, str]] = {}


class _Vocabulary(_Row):
    version: Literal[1]
    categories: dict[Slug, tuple[str, ...]]
    rooms: dict[Slug, tuple[str, ...]]


class Resource(_Row):
    """One item of a library file."""

    id: Annotated[Slug, Field(max_length=80)]
    kind: Annotated[str, Field(pattern=r"^[a-z_]+$")] = "publication"
    year: Annotated[int, Field(ge=1, le=9999)] | None = None
    organisation: Text = ""
    symbol: Phrase | None = None
    languages: tuple[Language, ...] = ()
    url: Annotated[str, Field(pattern=r"^https?://[^\s{}<>\"]+$", max_length=2_000)] | None = None
    regions: tuple[Slug, ...] = ("global",)
    subjects: tuple[Phrase, ...] = ()
    verified: bool = False
    source: Text = ""
    title: Annotated[dict[Language, Phrase], Field(min_length=1)]
    summary: dict[Language, Prose] = {}
    aliases: tuple[Phrase, ...] = ()


class _Library(_Row):
    version: Literal[1]
    resources: tuple[Resource, ...]


def starter(name: str) -> Path:
    """Locate a file that comes with the hub."""
    return Path(str(files("starter").joinpath(name)))


def _read(path: Path) -> Any:
    try:
        return yaml.load(path.read_text("utf-8"), FastLoader)  # noqa: S506 -- a safe loader, in C
    except (OSError, yaml.YAMLError) as error:
        message = f"{path}: {error}"
        raise BadConfiguration(message) from error


_File = TypeVar("_File", bound=BaseModel)


def _load(shape: type[_File], path: Path) -> _File:
    try:
        return shape.model_validate(_read(path))
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        raise BadConfiguration(f"{path}: {where}: {first['msg']}") from error


def load_network(space: Path, vocabulary: Path) -> Network:
    """Read the network; raises BadConfiguration naming the file and the entry."""
    read, words = _load(_Space, space), _load(_Vocabulary, vocabulary)
    rooms = {
        r.slug: RoomPlan(**r.model_dump(), words=words.rooms.get(r.slug, ())) for r in read.rooms
    }
    slugs = {*rooms, None}
    if lost := [r.slug for r in read.rooms if r.parent not in slugs]:
        message = f"{space}: rooms whose parent is not declared: {', '.join(lost)}"
        raise BadConfiguration(message)
    declared = [*read.subject_rooms.values(), *read.gates.values()]
    for path, named in ((space, declared), (vocabulary, words.rooms)):
        if unknown := {*named} - slugs:
            message = f"{path}: no such room: {', '.join(sorted(unknown))}"
            raise BadConfiguration(message)
    for kind in (read.rooms, read.regions, read.categories):
        counted = Counter(each.slug for each in kind)
        if twice := [slug for slug, times in counted.items() if times > 1]:
            message = f"{space}: declared more than once: {', '.join(twice)}"
            raise BadConfiguration(message)
    roots = [r.slug for r in read.rooms if r.kind == "root"]
    if astray := [slug for slug in rooms if [_top(rooms, slug)] != roots]:
        message = f"{space}: rooms that do not hang below the one root: {', '.join(astray)}"
        raise BadConfiguration(message)
    if unknown := {*words.categories} - {c.slug for c in read.categories}:
        message = f"{vocabulary}: no such category: {', '.join(sorted(unknown))}"
        raise BadConfiguration(message)
    if wrong := [fault for name in read.texts for fault in _faults(name, read)]:
        message = f"{space}: texts.{wrong[0]}"
        raise BadConfiguration(message)
    return Network(
        names=read.names,
        languages=read.languages,
        content_languages=read.content_languages,
        regions={r.slug: Region(**r.model_dump()) for r in read.regions},
        categories={
            c.slug: Category(**c.model_dump(), words=words.categories.get(c.slug, ()))
            for c in read.categories
        },
        rooms=rooms,
        subject_rooms=read.subject_rooms,
        gates=read.gates,
        texts=read.texts,
        kinds={
            kind: {language: words[0] for language, words in names.items()}
            for kind, names in _read(starter("kinds.yaml"))["kinds"].items()
        },
    )


def _top(rooms: Mapping[str, RoomPlan], slug: str) -> str:
    """Follow the parents of a room upwards, no further than there are rooms."""
    for _level in rooms:
        slug = rooms[slug].parent or slug
    return slug


def _faults(name: str, read: _Space) -> Iterator[str]:
    """Say what is wrong with the network's own wording of a sentence."""
    if name not in TEXTS:
        yield f"{name}: no such text; there are {', '.join(TEXTS)}"
        return
    for language, text in read.texts[name].items():
        try:
            holes = {hole for _literal, hole, *_rest in Formatter().parse(text) if hole is not None}
        except ValueError as error:
            yield f"{name}.{language}: {error}"
            continue
        if unknown := holes - TEXTS[name]:
            known = ", ".join(f"{{{hole}}}" for hole in sorted(TEXTS[name]))
            yield f"{name}.{language}: no such hole: {', '.join(sorted(unknown))}; there is {known}"
        if language not in read.languages:
            yield f"{name}.{language}: no language of this network"
        if not text.strip() or "\n" in text.strip():
            yield f"{name}.{language}: must be one paragraph"


def load_library(path: Path) -> tuple[Resource, ...]:
    """Read a library file; raises BadConfiguration naming the file and the entry."""
    return _load(_Library, path).resources


@cache
def kinds() -> frozenset[str]:
    """List the kinds of library items that there are."""
    return frozenset(_read(starter("kinds.yaml"))["kinds"])
