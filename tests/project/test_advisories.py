"""The check of the locks against known advisories, with a registry that is made up."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tests.project.advisories import check

LOCK = "amber==1.0 \\\n    --hash=sha256:00\nbasalt==2.0 ; sys_platform == 'linux' \\\n"
MEND = "Run: make lock FLAGS='--upgrade-package basalt'"
FLAW = {"id": "GHSA-1", "fix_versions": ["2.1", "3.0"], "aliases": [], "description": "…"}


class Registry:
    """Answers as pip-audit does, and remembers what it was asked."""

    def __init__(self, **vulns: list[dict[str, Any]] | None) -> None:
        self.vulns = vulns
        self.asked: list[list[str]] = []

    def __call__(self, lock: Path) -> dict[str, Any]:
        pins = [line.split()[0] for line in lock.read_text("utf-8").splitlines() if line[0] != " "]
        self.asked.append(pins)
        return {"dependencies": [self.about(*pin.split("==")) for pin in pins], "fixes": []}

    def about(self, name: str, version: str) -> dict[str, Any]:
        vulns = self.vulns.get(name)
        if vulns is None:
            return {"name": name, "skip_reason": "Dependency not found"}
        return {"name": name, "version": version, "vulns": vulns}


def locks(folder: Path) -> list[Path]:
    for name in ("dev.txt", "synapse.txt"):
        (folder / name).write_text(LOCK, "utf-8")
    return [folder / "dev.txt", folder / "synapse.txt"]


def test_a_flaw_is_named_once_with_what_mends_it(tmp_path: Path):
    assert check(locks(tmp_path), Registry(amber=[], basalt=[FLAW])) == (
        [f"basalt 2.0: GHSA-1, mended in 2.1 or 3.0. {MEND}"],
        "1 advisories for 4 locked packages.",
    )


def test_sound_locks_are_said_to_be_sound(tmp_path: Path):
    said = check(locks(tmp_path), Registry(amber=[], basalt=[]))
    assert said == ([], "0 advisories for 4 locked packages.")


def test_a_registry_without_advisories_is_asked_once_and_nothing_fails(tmp_path: Path):
    registry = Registry()
    said = "The registry in use offers no advisories: the locks were not checked."
    assert check(locks(tmp_path), registry) == ([], said)
    assert registry.asked == [["amber==1.0"]]
    assert check(locks(tmp_path), lambda _lock: None) == ([], said)  # nothing answers at all
