"""What comes with the hub, reduced to what a hub needs to start: it starts in half the time."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

from bot.starter import starter

LOBBY = "lobby-en"
SPACE, VOCABULARY, LIBRARY = "space.yaml", "vocabulary.yaml", "library.yaml"


def write(directory: Path) -> None:
    """Write the files that an operator may edit to *directory*."""
    words = {"version": 1, "categories": {}, "rooms": {}}
    for name, content in ((SPACE, _space()), (VOCABULARY, words)):
        (directory / name).write_text(yaml.safe_dump(content, allow_unicode=True), "utf-8")
    (directory / LIBRARY).write_text(_library(), "utf-8")


def _space() -> dict[str, Any]:
    """Reduce the network to its root and one room."""
    whole: dict[str, Any] = yaml.safe_load(starter("space.yaml").read_text("utf-8"))
    rooms = {room["slug"]: room for room in whole["rooms"]}
    root = next(room for room in whole["rooms"] if room["kind"] == "root")
    lobby = rooms[LOBBY] | {"parent": root["slug"]}
    gates = dict.fromkeys(whole["gates"], root["slug"])
    calm = dict.fromkeys(("messages", "copies", "joins"), 0)  # what is measured is a flood
    small = {"rooms": [root, lobby], "gates": gates, "subject_rooms": {}, "limits": calm}
    return whole | small


def _library() -> str:
    """Reduce the library to its first item."""
    whole = starter("library.yaml").read_text("utf-8")
    return "\n- ".join(whole.split("\n- ", 2)[:2])
