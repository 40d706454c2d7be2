"""Which tests run on PostgreSQL too is said by name: a name must not outlive its test."""

from __future__ import annotations

import ast

from tests.conftest import HERE, ON_BOTH


def named_in(path: str) -> set[str]:
    tree = ast.parse((HERE / path).read_text("utf-8"))
    functions = (n for n in tree.body if isinstance(n, ast.FunctionDef | ast.AsyncFunctionDef))
    return {function.name for function in functions if function.name.startswith("test_")}


def test_every_named_test_is_there():
    assert {path: names - named_in(path) for path, names in ON_BOTH.items()} == {
        path: set() for path in ON_BOTH
    }


def test_every_file_of_transcripts_has_one_that_runs_on_both():
    files = {path.relative_to(HERE).as_posix() for path in (HERE / "commands").glob("test_*.py")}
    assert files - {*ON_BOTH} == set()
