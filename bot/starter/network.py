"""Reading what a network is: its rooms, regions and categories, and the words for them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from importlib.resources import files
from pathlib import Path
from string import Formatter
from typing import Annotated, Literal

import yaml
from pydantic import Field

from bot import checked
from bot.checked import Fault, Row
from bot.starter import Address, Country, Named, Slug, kinds
from kit.network import (
    TEXTS,
    Access,
    Category,
    FloodLimits,
    Helpline,
    Network,
    Region,
    RoomBook,
    RoomKind,
    RoomPlan,
    Side,
    WellKnown,
    lobby_slug,
    region_slug,
)


class _Region(Row):
    slug: Slug
    names: Named
    languages: tuple[str, ...]
    zone: str
    countries: frozenset[Country]


class _Category(Row):
    slug: Slug
    names: Named
    side: Side


class _Room(Row):
    slug: Slug
    kind: RoomKind
    parent: Slug | None
    names: Named
    topics: dict[str, str] = Field(default_factory=dict)
    access: Access
    encrypted: bool = False
    read_only: bool = False
    knock: bool = False
    language: str | None = None
    subjects: tuple[str, ...] = ()


_USUAL = FloodLimits()


class _Limits(Row):
    messages: int = Field(_USUAL.messages, ge=0, le=10_000)
    everywhere: int = Field(_USUAL.everywhere, ge=0, le=10_000)
    copies: int = Field(_USUAL.copies, ge=0, le=1_000)
    joins: int = Field(_USUAL.joins, ge=0, le=10_000)
    link_hours: int = Field(_USUAL.link_hours, ge=0, le=720)
    newcomer_hours: int = Field(_USUAL.newcomer_hours, ge=0, le=8_760)
    lookalike_letters: int = Field(_USUAL.lookalike_letters, ge=0, le=100)


class _Helpline(Row):
    body: Annotated[str, Field(min_length=3, max_length=200)]
    reach: Annotated[str, Field(min_length=3, max_length=200)]
    source: Address
    dated: date | None = None
    regions: tuple[Slug, ...] = ()


class _Space(Row):
    version: Literal[1]
    names: Named
    short: Annotated[str, Field(max_length=20)] = ""
    languages: tuple[str, ...]
    content_languages: tuple[str, ...]
    gates: dict[Access, Slug]
    rooms: tuple[_Room, ...]
    regions: tuple[_Region, ...]
    categories: tuple[_Category, ...]
    subject_rooms: dict[str, Slug]
    texts: dict[str, dict[str, str]] = Field(default_factory=dict)
    limits: _Limits = _Limits()
    helplines: tuple[_Helpline, ...] = ()


class _Vocabulary(Row):
    version: Literal[1]
    categories: dict[Slug, tuple[str, ...]]
    rooms: dict[Slug, tuple[str, ...]]


def load_network(space: Path, vocabulary: Path) -> Network:
    """Read the network; raises BadConfiguration naming file, line and field."""
    read = checked.load(_Space, space, "starter/space.yaml", _space_faults, _advice)
    words = checked.load(
        _Vocabulary, vocabulary, "starter/vocabulary.yaml", lambda words: _strangers(words, read)
    )
    rooms = {
        r.slug: RoomPlan(**r.model_dump(), words=words.rooms.get(r.slug, ())) for r in read.rooms
    }
    return Network(
        names=read.names,
        short=read.short,
        languages=read.languages,
        content_languages=read.content_languages,
        regions={r.slug: Region(**r.model_dump()) for r in read.regions},
        categories={
            c.slug: Category(**c.model_dump(), words=words.categories.get(c.slug, ()))
            for c in read.categories
        },
        rooms=RoomBook(rooms),
        subject_rooms=read.subject_rooms,
        gates=_gates(read),
        texts=read.texts,
        limits=FloodLimits(**read.limits.model_dump()),
        helplines=[Helpline(**line.model_dump()) for line in read.helplines],
        kinds={
            kind: {language: words[0] for language, words in names.items()}
            for kind, names in kinds().items()
        },
    )


def dump_rooms(plans: Iterable[RoomPlan]) -> str:
    """Write rooms as the file of the Space has them."""
    rooms = [_Room.model_validate({n: getattr(p, n) for n in _Room.model_fields}) for p in plans]
    written = [room.model_dump(mode="json", exclude_defaults=True) for room in rooms]
    return yaml.safe_dump(written, allow_unicode=True, sort_keys=False)


def _space_faults(read: _Space) -> Iterator[Fault]:
    """Find what is named and not there, there twice, or outside the one tree of rooms."""
    parents = {room.slug: room.parent for room in read.rooms}
    lost = [(keys, slug) for keys, slug in _rooms_named(read) if slug not in parents]
    yield from ((keys, f"no such room: {slug}") for keys, slug in lost)
    for part in ("rooms", "regions", "categories"):
        seen = set[str]()
        for place, row in enumerate(getattr(read, part)):
            if row.slug in seen:
                yield (part, place, "slug"), f"declared more than once: {row.slug}"
            seen.add(row.slug)
    roots = [room.slug for room in read.rooms if room.kind is RoomKind.ROOT]
    for place, room in enumerate(read.rooms):
        if not lost and [_top(parents, room.slug)] != roots:
            yield ("rooms", place, "parent"), f"does not hang below the one root: {room.slug}"
    yield from _helpline_faults(read)
    for name in read.texts:
        yield from _text_faults(name, read)
    for place, language in enumerate(read.languages):
        if not _is_spoken(language):
            known = "add locales/{language}, or name it under content_languages"
            yield ("languages", place), f"I speak no {language}: {known.format(language=language)}"


def _helpline_faults(read: _Space) -> Iterator[Fault]:
    regions = {region.slug for region in read.regions}
    for place, line in enumerate(read.helplines):
        for slug in line.regions:
            if slug not in regions:
                yield ("helplines", place, "regions"), f"no such region: {slug}"


# What does not happen where a room is not there that the hub looks for.
_MISSED = {
    WellKnown.WELCOME: "who takes no direct chat is greeted nowhere",
    WellKnown.EVENTS: "events are told in no room",
    WellKnown.ANNOUNCEMENTS: "newcomers are offered no news",
    WellKnown.EXPERT_DESK: "nobody is told of requests that no expert takes",
}


def _advice(read: _Space) -> Iterator[Fault]:
    """Find what the hub does in other networks and cannot do in this one."""
    slugs = {room.slug for room in read.rooms}
    for slug, missed in _MISSED.items():
        if slug not in slugs:
            yield ("rooms",), f"no room has the slug {slug}, so {missed}"
    for level in (Access.MEMBERS, Access.PRACTITIONERS, Access.STAFF):
        if level not in _gates(read):
            yield ("gates",), f"no {level}: who has that access has to be invited to each room"
    for place, room in enumerate(read.rooms):
        where = "rooms", place, "slug"
        if room.kind is RoomKind.LOBBY and room.slug not in map(lobby_slug, read.languages):
            yield where, "offered to nobody: call it lobby- and the code of a language of the hub"
        if room.kind is RoomKind.REGION and room.slug not in _region_slugs(read):
            yield where, "offered to nobody: call it region- and the slug of a region"


def _is_spoken(language: str) -> bool:
    return files("locales").joinpath(language, "words.yaml").is_file()


def _region_slugs(read: _Space) -> set[str]:
    return {region_slug(region.slug) for region in read.regions}


def _gates(read: _Space) -> dict[Access, str]:
    """Name the gate of each level: the root, or the room called like the level, unless declared."""
    called = {room.slug: room.slug for room in read.rooms}
    if root := next((room.slug for room in read.rooms if room.kind is RoomKind.ROOT), None):
        called[Access.OPEN.value] = root
    usual = {level: called[level.value] for level in Access if level.value in called}
    return usual | read.gates


def _rooms_named(read: _Space) -> Iterator[tuple[Sequence[object], str]]:
    """List where the file names a room that has to be declared in it."""
    for place, room in enumerate(read.rooms):
        if room.parent is not None:
            yield ("rooms", place, "parent"), room.parent
    yield from ((("subject_rooms", key), slug) for key, slug in read.subject_rooms.items())
    yield from ((("gates", gate), slug) for gate, slug in read.gates.items())


def _strangers(words: _Vocabulary, space: _Space) -> Iterator[Fault]:
    rooms = {room.slug for room in space.rooms}
    categories = {category.slug for category in space.categories}
    for part, kind, known in (("rooms", "room", rooms), ("categories", "category", categories)):
        for slug in getattr(words, part):
            if slug not in known:
                yield (part, slug), f"no such {kind}: {slug}"


def _top(parents: Mapping[str, str | None], slug: str) -> str:
    """Follow the parents of a room upwards, no further than there are rooms."""
    for _level in parents:
        slug = parents.get(slug) or slug
    return slug


def _text_faults(name: str, read: _Space) -> Iterator[Fault]:
    """Say what is wrong with the network's own wording of a sentence."""
    if name not in TEXTS:
        yield ("texts", name), f"no such text; there are {', '.join(TEXTS)}"
        return
    for language, text in read.texts[name].items():
        where = ("texts", name, language)
        try:
            holes = {hole for _literal, hole, *_rest in Formatter().parse(text) if hole is not None}
        except ValueError as error:
            yield where, str(error)
            continue
        if unknown := holes - TEXTS[name]:
            known = ", ".join(f"{{{hole}}}" for hole in sorted(TEXTS[name]))
            yield where, f"no such hole: {', '.join(sorted(unknown))}; there is {known}"
        if language not in read.languages:
            yield where, "no language of this network"
        if not text.strip() or "\n" in text.strip():
            yield where, "must be one paragraph"
