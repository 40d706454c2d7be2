"""Reading YAML that an operator may edit: what is wrong is named with file, line and field."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, TypeVar

import structlog
import yaml
from pydantic import BaseModel, ConfigDict, ValidationError

from kit.errors import BadConfiguration

log = structlog.get_logger(__name__)

FastLoader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_MOST_NAMED = 20  # faults; a file of another kind has thousands

Fault = tuple[Sequence[object], str]
"""Keys and places that lead to a field, and what is wrong there."""


class Row(BaseModel):
    """A part of such a file: it does not change, and unknown keys are faults."""

    model_config = ConfigDict(frozen=True, extra="forbid")


_Shape = TypeVar("_Shape", bound=BaseModel)


def _nothing(_read: object) -> Iterable[Fault]:
    return ()


def load(
    shape: type[_Shape],
    path: Path,
    example: str,
    check: Callable[[_Shape], Iterable[Fault]] = _nothing,
    advise: Callable[[_Shape], Iterable[Fault]] = _nothing,
) -> _Shape:
    """Read a file of a *shape*; *check* finds what its fields cannot tell by themselves.

    What *advise* finds is no fault: the hub goes without it, and logs each with file and line.

    Raises:
        BadConfiguration: names the file, the line and the field of each fault, what was expected
            there, and the *example* to look at. What was written there is not repeated.
    """
    try:
        text = path.read_text("utf-8")
        data = yaml.load(text, FastLoader)  # noqa: S506 -- a safe loader, in C
    except OSError as error:
        raise BadConfiguration(f"{path}: {error.strerror}. Copy {example} and edit it") from error
    except UnicodeDecodeError as error:
        message = f"{path}: not UTF-8 at byte {error.start}: save it as UTF-8"
        raise BadConfiguration(message) from error
    except (yaml.YAMLError, ValueError) as error:  # ValueError: a date such as 2026-13-01
        mark = getattr(error, "problem_mark", None)
        where = f"{path}:{mark.line + 1}" if mark else str(path)
        raise BadConfiguration(f"{where}: not YAML: {error}") from error
    if not isinstance(data, dict | None):
        raise BadConfiguration(f"{path}:1: expected keys such as those of {example}")
    try:
        read = shape.model_validate(data or {})
        faults = list(check(read))
    except ValidationError as error:
        faults = [_explained(problem, example) for problem in error.errors(include_input=False)]
    if faults:
        root = yaml.compose(text, FastLoader)
        raise BadConfiguration("\n".join(_placed(path, root, faults)))
    if advice := list(advise(read)):
        for line in _placed(path, yaml.compose(text, FastLoader), advice):
            log.warning("file.advice", advice=line)
    return read


def repeated(path: Path) -> list[str]:
    """Name the keys of a file that stand in one place twice: the first is passed over."""
    return [
        f"{path}:{line}: {_dotted(keys)}"
        for keys, line in _twice(yaml.compose(path.read_text("utf-8"), FastLoader), ())
    ]


def _twice(node: Any, above: Sequence[object]) -> Iterator[tuple[Sequence[object], int]]:
    if isinstance(node, yaml.MappingNode):
        seen = set()
        for key, value in node.value:
            if key.value in seen:
                yield (*above, key.value), key.start_mark.line + 1
            seen.add(key.value)
            yield from _twice(value, (*above, key.value))
    elif isinstance(node, yaml.SequenceNode):
        for place, value in enumerate(node.value):
            yield from _twice(value, (*above, place))


def _placed(path: Path, root: Any, faults: Sequence[Fault]) -> list[str]:
    named = faults[:_MOST_NAMED]
    return [f"{path}:{_line(root, keys)}: {_dotted(keys)}: {why}" for keys, why in named]


def _explained(problem: Any, example: str) -> Fault:
    expected = {
        "extra_forbidden": f"no such key, see {example}",
        "missing": "is required",
        "string_type": "expected text, put it in quotes",
        "tuple_type": "expected a list",
        "dict_type": "expected keys with values",
        "model_type": "expected keys with values",
    }.get(problem["type"], problem["msg"].removeprefix("Value error, "))
    return problem["loc"], expected


def _dotted(keys: Sequence[object]) -> str:
    return ".".join(map(str, keys))


def _line(node: Any, keys: Sequence[object]) -> int:
    """Find the line of a field, or of the nearest part that is there."""
    line = 1
    for key in keys:
        found = None
        if isinstance(node, yaml.MappingNode):
            found = next((pair for pair in node.value if pair[0].value == str(key)), None)
        elif isinstance(node, yaml.SequenceNode) and isinstance(key, int):
            found = next(((item, item) for item in node.value[key : key + 1]), None)
        if found is None:
            break
        line, node = found[0].start_mark.line + 1, found[1]
    return line
