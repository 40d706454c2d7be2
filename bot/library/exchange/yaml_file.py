"""The format of ``starter/library.yaml``. It holds everything."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import yaml

from bot.checked import FastLoader
from bot.library.exchange.entry import Entry, Fields, bad, limited

# File, list of resources, resource, its titles: nothing lies deeper.
_DEEPEST = 4
_OF_A_RESOURCE = 3


def read(text: str) -> Iterator[Entry]:
    """Read the resources of a file; one with an alias (``*name``) could grow without end."""
    try:
        lines = list(limited(_lines(text)))
        data = yaml.load(text, FastLoader)  # noqa: S506 -- a safe loader, in C
    except (yaml.YAMLError, ValueError) as error:
        mark = getattr(error, "problem_mark", None)
        raise bad(mark.line + 1 if mark else 1, "this is not YAML") from error
    found = data.get("resources") if isinstance(data, dict) else None
    if not isinstance(found, list) or data.get("version") != 1:
        raise bad(1, "expected 'version: 1' and a list of 'resources'")
    if len(lines) != len(found):
        raise bad(1, "each of the 'resources' has to be a list of 'field: value'")
    yield from map(Entry, lines, found)


def _lines(text: str) -> Iterator[int]:
    """Find the line of each resource, before anything is built from the text."""
    depth = 0
    for event in yaml.parse(text, FastLoader):
        line = event.start_mark.line + 1 if event.start_mark else 1
        if isinstance(event, yaml.AliasEvent):
            raise bad(line, "aliases (*name) are not read: write the value out")
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
            if depth > _DEEPEST:
                raise bad(line, "nested too deeply")
            if depth == _OF_A_RESOURCE and isinstance(event, yaml.MappingStartEvent):
                yield line
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1


class _Dumper(getattr(yaml, "CSafeDumper", yaml.SafeDumper)):  # type: ignore[misc]  # found late
    def ignore_aliases(self, _data: object) -> bool:
        """Write everything out: ``read`` takes no aliases."""
        return True


def write(items: Iterable[Fields]) -> str:
    """Write a file that can take the place of the starter library."""
    whole = {"version": 1, "resources": [dict(item) for item in items]}
    return yaml.dump(whole, Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=100)
