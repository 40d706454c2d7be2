"""The signs that people compare when they verify the hub, named in each language."""

from __future__ import annotations

from pathlib import Path

import yaml

from bot.checked import FastLoader
from kit.text import Names

SIGNS = 64


def load_signs(file: Path) -> tuple[Names, ...]:
    """Read the signs by their number (spec, m.sas.v1), each with its name behind it."""
    read = yaml.load(file.read_text("utf-8"), FastLoader)  # noqa: S506 -- a safe loader, in C
    signs = tuple(
        {
            language: f"{each['sign']} {name}"
            for language, name in each.items()
            if language != "sign"
        }
        for each in read
    )
    if len(signs) != SIGNS:
        raise ValueError(f"{file}: {len(signs)} signs")
    return signs
