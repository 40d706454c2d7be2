"""Reading ``starter/answers.yaml``: how people answer, beside the names that CLDR knows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from pathlib import Path

import yaml

from kit.errors import BadConfiguration

_FastLoader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(frozen=True, slots=True)
class Answers:
    """Words as data; those without a code are grouped by language."""

    countries: Mapping[str, Sequence[str]]
    nationality: Mapping[str, Sequence[str]]
    languages: Mapping[str, Sequence[str]]
    zones: Mapping[str, Sequence[str]]
    first_zones: Mapping[str, str]
    around: Mapping[str, Sequence[str]]
    common: Mapping[str, Sequence[str]]
    against: Sequence[str]
    yes: Mapping[str, Sequence[str]]
    no: Mapping[str, Sequence[str]]
    polite: Mapping[str, Sequence[str]]
    seeking: Mapping[str, Sequence[str]]


def load_answers(path: Path) -> Answers:
    """Read the file; raises BadConfiguration naming it and what is wrong."""
    try:
        read = yaml.load(path.read_text("utf-8"), _FastLoader)  # noqa: S506 -- a safe loader, in C
    except (OSError, yaml.YAMLError) as error:
        raise BadConfiguration(f"{path}: {error}") from error
    if not isinstance(read, dict) or read.pop("version", None) != 1:
        raise BadConfiguration(f"{path}: version: must be 1")
    if wrong := {field.name for field in fields(Answers)} ^ set(read):
        raise BadConfiguration(f"{path}: {', '.join(sorted(map(str, wrong)))}: missing or unknown")
    if odd := [word for word in _leaves(read) if not isinstance(word, str)]:
        raise BadConfiguration(f"{path}: {odd[0]!r}: put it in quotes")
    return Answers(**read)


def _leaves(value: object) -> Iterator[object]:
    """List the words of a tree; YAML reads some, such as no and on, as other things."""
    if isinstance(value, dict | list):
        for part in value.values() if isinstance(value, dict) else value:
            yield from _leaves(part)
    else:
        yield value
