"""The table of faults, the tests that prove each, and how they went: ``docs/EVIDENCE.md``."""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path

import pytest
import yaml
from xdist import is_xdist_worker

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "EVIDENCE.md"
INTRODUCTION = """\
# Evidence

What may go wrong on the way of a message, what is expected then, and the tests that prove it.
Rows beginning with A are promises that other bots were seen to break. Written by `make evidence`;
the rows stand in `tests/project/faults.yaml`. The figures of the long runs stand in
`docs/BENCHMARKS.md`.

| row | fault | expected | proved by | result |
| --- | --- | --- | --- | --- |
"""


def rows() -> dict[str, dict[str, str]]:
    """Read the rows: id -> fault and what is expected then."""
    read: dict[str, dict[str, str]] = yaml.safe_load(
        (Path(__file__).parent / "faults.yaml").read_text("utf-8")
    )
    return read


class Evidence:
    """Collects the outcome of each test that names a row."""

    def __init__(self) -> None:
        self.tests: dict[str, dict[str, str]] = defaultdict(dict)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.when == "call" or report.outcome != "passed":
            name = report.nodeid.partition("[")[0]
            for row in dict(report.user_properties).get("faults", "").split():
                worst = max(self.tests[row].get(name, ""), report.outcome, key=_badness)
                self.tests[row][name] = worst

    @pytest.hookimpl
    def pytest_runtest_setup(self, item: pytest.Item) -> None:
        named = [row for mark in item.iter_markers("fault") for row in mark.args]
        item.user_properties.append(("faults", " ".join(named)))

    def pytest_sessionfinish(self, session: pytest.Session, exitstatus: int) -> None:
        ended = exitstatus in {pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED}
        if ended and not is_xdist_worker(session):  # nothing else saw all
            PAGE.write_text(self.page(), "utf-8")

    def page(self) -> str:
        lines = []
        for row, facts in rows().items():
            proved = self.tests.get(row, {})
            names = "<br>".join(f"`{name}`" for name in sorted(proved)) or "none"
            result = ", ".join(sorted(set(proved.values()))) or "not proved"
            lines.append(f"| {row} | {facts['fault']} | {facts['expected']} | {names} | {result} |")
        return INTRODUCTION + "\n".join(lines) + "\n"


def _badness(outcome: str) -> int:
    return ["", "passed", "skipped", "failed"].index(outcome)


def pytest_configure(config: pytest.Config) -> None:
    """Collect while the tests run: ``pytest -p tests.project.evidence``."""
    config.pluginmanager.register(Evidence())
