"""What the operator's commands begin with: a directory with a configuration and a key."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest

from bot.settings import DATABASE_VARIABLE, TOKEN_VARIABLE
from storage.vault import new_key, write_key
from tests.bot.cli.operator import NOBODY


@pytest.fixture(autouse=True)
def own_process(monkeypatch, tmp_path) -> Iterator[None]:
    """Undo what a command does to the process it runs in."""
    for variable in (DATABASE_VARIABLE, TOKEN_VARIABLE):
        monkeypatch.delenv(variable, raising=False)
    monkeypatch.chdir(tmp_path)
    mask = os.umask(0o022)
    yield
    os.umask(mask)


@pytest.fixture
def config(tmp_path):
    write_key(tmp_path / "hub.key", new_key())
    path = tmp_path / "config.yaml"
    path.write_text(f"matrix:\n  homeserver: {NOBODY}\n  user_id: '@hub:test'\n")
    return path
