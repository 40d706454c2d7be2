"""What is translated must be written out: a computed sentence would never reach a translator."""

from __future__ import annotations

import ast

import pytest

from tests.project.catalogs import ROOT, SOURCES

MARKS = {"_": 1, "n_": 2}


def computed(source: str) -> list[int]:
    """List the lines on which a marked sentence is not a literal."""
    found = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            sentences = node.args[: MARKS.get(node.func.id, 0)]
            if not all(_is_text(sentence) for sentence in sentences):
                found.append(node.lineno)
    return found


def _is_text(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, str)


def bypassing(source: str) -> list[int]:
    """List the lines that make a message without a mark that the extraction finds."""
    return [
        node.lineno
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id == "Message"
    ]


def modules() -> list[str]:
    paths = (path for folder in SOURCES for path in (ROOT / folder).rglob("*.py"))
    return sorted(path.relative_to(ROOT).as_posix() for path in paths)


@pytest.mark.parametrize("path", modules())
def test_every_sentence_is_a_literal(path):
    source = (ROOT / path).read_text("utf-8")
    assert computed(source) == []
    if path != "kit/text.py":  # defines the marks
        assert bypassing(source) == []


@pytest.mark.parametrize(
    ("source", "lines"),
    [
        ('_("One " "sentence.")', []),
        ('n_("One", "Many", n, who=f"{who}")', []),
        ('_(f"Hello {who}")', [1]),
        ('_("Hello " + who)', [1]),
        ('_("Hello {}".format(who))', [1]),
        ('x = 1\nn_("One", many, n)', [2]),
        ("_(sentence)", [1]),
        ("_(3)", [1]),
    ],
)
def test_a_computed_sentence_is_noticed(source, lines):
    assert computed(source) == lines


def test_a_message_without_a_mark_is_noticed():
    assert bypassing('Reply("x", Message("Hello"))') == [1]


def repeating(source: str) -> list[int]:
    """List the lines that put all of what somebody said into a sentence: three words may be."""
    return [
        hole.value.lineno
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in MARKS
        for hole in node.keywords
        if hole.arg == "said" and "quote(" not in ast.unparse(hole.value)
    ]


@pytest.mark.slow
def test_no_sentence_repeats_more_than_a_quote_of_what_somebody_said():
    found = {path: repeating((ROOT / path).read_text("utf-8")) for path in modules()}
    assert {path: lines for path, lines in found.items() if lines} == {}


@pytest.mark.parametrize(
    ("source", "lines"),
    [
        ('_("No {said}.", said=quote(said))', []),
        ('_("No {said}.", said=self.quote(heard))', []),
        ('_("No {said}.", said=said[:80])', [1]),
        ("hear(said=said)", []),
    ],
)
def test_a_sentence_that_repeats_too_much_is_noticed(source, lines):
    assert repeating(source) == lines
