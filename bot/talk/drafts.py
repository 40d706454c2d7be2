"""Drafts of dialogues as JSON values and back, however they are nested."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any

from pydantic import TypeAdapter, ValidationError

from kit.dialogue import Dialogue


class Drafts:
    """Knows the shape of the draft of each dialogue, by name."""

    def __init__(self, dialogues: Iterable[Dialogue[Any]]) -> None:
        """Learn the shapes: each draft is a dataclass of what JSON can hold."""
        self._shapes = {
            each.name: _shape(each.draft)  # type: ignore[arg-type]  # mypy: classes have a hash
            for each in dialogues
        }

    def dump(self, name: str, draft: object) -> dict[str, Any]:
        """Turn a draft into JSON values."""
        values: dict[str, Any] = self._shapes[name].dump_python(draft, mode="json")
        return values

    def load(self, name: str, values: Mapping[str, Any]) -> Any | None:
        """Turn stored values back into a draft; None if another release kept another shape."""
        try:
            return self._shapes[name].validate_python(values)
        except ValidationError:
            return None


@cache
def _shape(draft: type) -> TypeAdapter[Any]:
    return TypeAdapter(draft)
