"""What an operator does in a test."""

from __future__ import annotations

import json
from functools import cache

import pytest

from bot.cli import main
from bot.starter import load_library, starter
from kit.secret_file import write_secret

NOBODY = "http://127.0.0.1:1"  # nothing listens there


def log_in(directory) -> None:
    login = {"device_id": "D", "access_token": "t"}
    write_secret(directory / "credentials.json", json.dumps(login).encode(), anew=True)


@cache
def listed() -> int:
    """Count what the hub's own library has."""
    return len(load_library(starter("library.yaml")))


def code(*arguments: str) -> int:
    with pytest.raises(SystemExit) as left:
        main(arguments)
    return left.value.code
