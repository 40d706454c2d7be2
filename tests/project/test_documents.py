"""What the README and the example configuration say is what the code does."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
import yaml
from pydantic import BaseModel

from bot.cli.arguments import parser
from bot.settings import Settings, load
from tests.project.catalogs import ROOT
from tests.project.readme import README, block, command_table

EXAMPLE = ROOT / "config.example.yaml"
# The two that have no default, and what is not read from the file.
REQUIRED = {"matrix.homeserver", "matrix.user_id"}
NOT_SAID = {"config_file", "directory", "retired", "secrets"}
OWN = {"matrix": {"homeserver": "https://matrix.example.org", "user_id": "@hub:example.org"}}


def keys(model: type[BaseModel], before: str = "") -> Iterator[str]:
    for name, field in model.model_fields.items():
        if name in NOT_SAID:
            continue
        if isinstance(field.annotation, type) and issubclass(field.annotation, BaseModel):
            yield from keys(field.annotation, f"{before}{name}.")
        else:
            yield f"{before}{name}"


def said() -> dict[str, object]:
    sections = yaml.safe_load(EXAMPLE.read_text("utf-8"))
    return {
        f"{s}.{name}": value for s, values in sections.items() for name, value in values.items()
    }


def test_the_example_says_every_setting_and_no_other():
    assert sorted(said()) == sorted(keys(Settings))


def test_the_example_loads_and_says_the_defaults():
    assert load(EXAMPLE) == Settings.model_validate(
        {**OWN, "config_file": EXAMPLE, "directory": ROOT}
    )


def test_the_example_says_each_default_itself():
    defaults = Settings.model_validate(OWN).model_dump(mode="json")
    known = {f"{s}.{n}": v for s in defaults if s not in NOT_SAID for n, v in defaults[s].items()}
    assert said() == known


def test_what_has_no_default_is_what_the_example_says_it_is():
    required = {
        f"{section}.{name}"
        for section, field in Settings.model_fields.items()
        if isinstance(field.annotation, type) and issubclass(field.annotation, BaseModel)
        for name, inner in field.annotation.model_fields.items()
        if inner.is_required()
    }
    assert required == REQUIRED
    for key in REQUIRED:
        assert EXAMPLE.read_text("utf-8").count(key) == 1


def test_the_settings_of_the_example_are_explained_alone_or_as_a_pair():
    explained: list[str] = []
    for part in EXAMPLE.read_text("utf-8").split("  # ")[1:]:
        explained += [line for line in part.split("\n")[1:3] if line[:2] == "  "]
    names = [line.split(":")[0].strip() for line in explained]
    assert names == [key.partition(".")[2] for key in said()]


def test_the_readme_lists_the_commands_that_there_are():
    assert block(README.read_text("utf-8")) == command_table()


def test_the_architecture_shows_each_package_of_commands_and_each_module_of_actions():
    text = (ROOT / "ARCHITECTURE.md").read_text("utf-8")
    rooms = text.split("## Rooms of the house")[1].split("## ")[0]
    packages = {f"{path.parent.name}/" for path in (ROOT / "commands").glob("*/__init__.py")}
    modules = {path.stem for path in (ROOT / "actions").glob("[a-z]*.py")}
    modules |= {f"{path.parent.name}/" for path in (ROOT / "actions").glob("*/__init__.py")}
    missing = packages | modules
    assert len(missing) > 25
    assert missing - set(re.findall(r"[a-z]+/?", rooms)) == set()


def command_lines(text: str) -> list[str]:
    """List what follows `ilan-hub` wherever a document shows it as something to type."""
    between, fenced = text.split("```")[::2], text.split("```")[1::2]
    shown = [line for part in fenced for line in part.splitlines()]
    shown += [" ".join(span.split()) for part in between for span in re.findall("`([^`]+)`", part)]
    found = (re.search(r"(?:^|/)ilan-hub ([^>]+)", line) for line in shown)
    return [each[1] for each in found if each]


@pytest.mark.parametrize("name", ["README.md", "docs/OPERATING.md"])
def test_each_command_line_that_is_shown_is_one(name):
    lines = command_lines((ROOT / name).read_text("utf-8"))
    assert len(lines) > 10
    for line in lines:
        parser().parse_args(line.split())


def test_a_command_line_that_is_none_is_noticed():
    [line] = command_lines("Say `.venv/bin/ilan-hub\n  fly --high`.")
    with pytest.raises(SystemExit):
        parser().parse_args(line.split())
