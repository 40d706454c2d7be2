"""Habits that no linter looks after: docstrings, reasons, and what must not be in a file."""

from __future__ import annotations

import ast
import io
import json
import re
import subprocess
import tokenize
from pathlib import Path
from textwrap import dedent

import pytest

from tests.project.catalogs import ROOT

PACKAGES = ("actions", "bot", "commands", "kit", "language", "search", "storage")
NAMED = ("kit", "storage")  # the vocabulary and the repositories: read by who writes features
LONGEST = 400  # lines; a module that reaches it lacks an idea, not a blank line less
NO_ORDER = re.compile(r"[A-Z]\w*(?:[^s]s|ing|ed)\b|(?:This|It|A|An|The)\b")
EXCEPTION = re.compile(r"#\s*(noqa|type:\s*ignore)\b(?P<rest>.*)")
# mypy takes nothing after its own comment but another comment.
REASONED = re.compile(r": ?[A-Z0-9, ]+ -- \S.*|\[[\w, -]+\]  # \S.*")
# Put together here, so that this file does not hold what it looks for.
REGISTRIES = [
    f"{name}.{top}"
    for name, top in [
        ("pypi", "org"),
        ("pythonhosted", "org"),
        ("debian", "org"),
        ("ubuntu", "com"),
        ("npmjs", "org"),
        ("npmjs", "com"),
        ("crates", "io"),
    ]
]
FORBIDDEN = re.compile(
    "|".join([*map(re.escape, REGISTRIES), r"(?<![\w.~])/" + r"(?:root|home|Users)/\w"])
)


def project_files() -> list[Path]:
    """List what is tracked, or would be if everything were added now."""
    listing = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    paths = (ROOT / name for name in listing.split("\0") if name)
    return sorted({path for path in paths if path.is_file()})


def python_files() -> list[Path]:
    generated = ROOT / "storage/migrations/versions"
    return [p for p in project_files() if p.suffix == ".py" and generated not in p.parents]


def undocumented(source: str) -> list[str]:
    """List public names without a docstring, and functions whose docstring is no order."""
    found: list[str] = []

    def visit(node: ast.AST, before: str) -> None:
        for child in ast.iter_child_nodes(node):
            if not isinstance(child, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
                continue
            name = f"{before}{child.name}"
            if child.name.startswith("_"):
                continue
            first = ast.get_docstring(child) or ""
            if not first:
                found.append(f"{name} says nothing")
            elif _is_done(child) and NO_ORDER.match(first):
                found.append(f"{name}: {first.split()[0]}")
            if isinstance(child, ast.ClassDef):
                visit(child, f"{name}.")

    visit(ast.parse(source), "")
    return found


def _is_done(node: ast.AST) -> bool:
    """Tell whether *node* does something: a class or a property is something."""
    if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
        return False
    return not any(isinstance(d, ast.Name) and d.id == "property" for d in node.decorator_list)


def unreasoned(source: str) -> list[str]:
    """List the exceptions from a check that do not say why."""
    comments = (
        token.string
        for token in tokenize.generate_tokens(io.StringIO(source).readline)
        if token.type == tokenize.COMMENT
    )
    found = (EXCEPTION.search(comment) for comment in comments)
    return [match.group() for match in found if match and not REASONED.fullmatch(match["rest"])]


def kit_and_repositories() -> list[str]:
    paths = (path for folder in NAMED for path in (ROOT / folder).glob("*.py"))
    return sorted(path.relative_to(ROOT).as_posix() for path in paths)


def test_public_names_are_described():
    wrong = {
        path: found
        for path in kit_and_repositories()
        if (found := undocumented((ROOT / path).read_text("utf-8")))
    }
    assert wrong == {}


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ('def f():\n    """Return it."""', []),
        ('def f():\n    """Pass on what came."""', []),
        ('def f():\n    """Whether it is so."""', []),
        ("def _f(): ...", []),
        ("def f(): ...", ["f says nothing"]),
        ('class A:\n    """Thing."""\n    def f(self): ...', ["A.f says nothing"]),
        ('class A:\n    """Things."""\n    @property\n    def f(self):\n        """Words."""', []),
        ('def f():\n    """Returns it."""', ["f: Returns"]),
        ('async def f():\n    """Getting it."""', ["f: Getting"]),
        ('def f():\n    """This is it."""', ["f: This"]),
        ("class A: ...", ["A says nothing"]),
    ],
)
def test_a_name_that_is_not_described_is_noticed(source, found):
    assert undocumented(source) == found


@pytest.mark.slow
def test_every_exception_from_a_check_has_its_reason():
    wrong = {
        path.relative_to(ROOT).as_posix(): found
        for path in python_files()
        if (found := unreasoned(path.read_text("utf-8")))
    }
    assert wrong == {}


@pytest.mark.parametrize(
    ("comment", "known"),
    [
        ("# noqa: S105 -- the name of a variable", True),
        ("# noqa: S105, S106 -- names", True),
        ("# type: ignore[attr-defined]  # of a compiled catalog", True),
        ("# why it is so", True),
        ("# noqa: S105", False),
        ("# noqa", False),
        ("# noqa: S105 - a dash too few", False),
        ("# type: ignore", False),
        ("# type: ignore[attr-defined]", False),
        ("# type: ignore[attr-defined] -- mypy cannot read it", False),
    ],
)
def test_an_exception_without_a_reason_is_noticed(comment, known):
    assert (unreasoned(f"x = 1  {comment}\n") == []) is known


@pytest.mark.slow
def test_no_file_holds_an_address_of_one_machine_or_registry():
    found = {}
    for path in project_files():
        try:
            text = path.read_text("utf-8")
        except UnicodeDecodeError:
            continue  # a picture
        if match := FORBIDDEN.search(text):
            found[path.relative_to(ROOT).as_posix()] = match.group()
    assert found == {}
    assert [path for path in project_files() if path.name == "uv.lock"] == []


@pytest.mark.parametrize(
    ("text", "known"),
    [
        (f"https://{REGISTRIES[0]}/simple", False),
        (f"--index-url https://files.{REGISTRIES[1]}", False),
        ("path = '/" + "home/somebody'", False),
        ("cd /" + "root/work", False),
        ("PyPI, the package index", True),
        ("~/work, /work, sub/home/x", True),
    ],
)
def test_an_address_of_one_machine_or_registry_is_noticed(text, known):
    assert (FORBIDDEN.search(text) is None) is known


def unlocked(lock: str) -> list[str]:
    """List packages of Node that a lock does not bind to what was once installed."""
    packages = json.loads(lock)["packages"].items()
    return [name for name, package in packages if name and "integrity" not in package]


def test_every_package_of_node_is_locked_with_a_hash():
    locks = [path for path in project_files() if path.name == "package-lock.json"]
    assert [(path.parent.name, unlocked(path.read_text("utf-8"))) for path in locks] == [
        ("sdk", [])
    ]


def test_a_package_of_node_without_a_hash_is_noticed():
    assert unlocked('{"packages": {"": {}, "a": {"integrity": "sha512-"}, "b": {}}}') == ["b"]


def test_modules_stay_small():
    lines = {path: path.read_text("utf-8").count("\n") for path in python_files()}
    assert [path.name for path, count in lines.items() if count > LONGEST] == []


def shared_names(sources: dict[str, str]) -> list[str]:
    """List the public classes of the product whose name has another meaning somewhere else."""
    homes: dict[str, list[str]] = {}
    for place, source in sources.items():
        for node in ast.walk(ast.parse(source)):
            if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                homes.setdefault(node.name, []).append(place)
    return [f"{name}: {', '.join(where)}" for name, where in homes.items() if len(where) > 1]


@pytest.mark.slow
def test_a_class_has_a_name_of_its_own():
    modules = [path for path in python_files() if path.relative_to(ROOT).parts[0] in PACKAGES]
    sources = {str(p.relative_to(ROOT)): p.read_text() for p in modules}
    text = (ROOT / "CONTRIBUTING.md").read_text()
    examples = re.findall(r"^ *```python\n(.*?)^ *```", text, re.MULTILINE | re.DOTALL)
    shown = "\n".join(map(dedent, examples))
    assert len(examples) > 1
    assert shared_names({**sources, "CONTRIBUTING.md": shown}) == []


def test_two_classes_of_one_name_are_noticed():
    sources = {
        "a.py": "class Reader: ...\nclass _Row: ...",
        "b.py": "class Reader: ...",
        "c.py": "",
    }
    assert shared_names(sources | {"d.py": "class _Row: ..."}) == ["Reader: a.py, b.py"]
