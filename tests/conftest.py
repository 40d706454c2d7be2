"""What runs where: files go to workers whole, and only who runs tests imports what they need."""

from __future__ import annotations

import os
from collections import Counter
from pathlib import Path

import pytest
from xdist.remote import Producer
from xdist.scheduler import LoadScopeScheduling
from xdist.workermanage import WorkerController

HOMESERVER = Path(__file__).with_name("homeserver")
WAITING = "tests/homeserver/"  # as tests are called
FIRST = 2  # of each file on a database, in haste


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--haste",
        action="store_true",
        help=f"run one case of each table, and the first {FIRST} tests of each file on a database",
    )


def pytest_configure(config: pytest.Config) -> None:
    """Leave the hub out of the process that only hands tests to others: its import takes long."""
    if not config.option.numprocesses or hasattr(config, "workerinput"):
        config.pluginmanager.import_plugin("tests.fixtures")


@pytest.hookimpl(trylast=True)  # what is left once markers have chosen
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Begin with what takes longest: all on PostgreSQL, then what waits for a homeserver.

    The others fill the time in which nobody works, small files at the end.
    """
    if config.option.haste:
        _hasten(config, items)
    sizes = Counter(item.path for item in items)
    items.sort(
        key=lambda item: (
            "[postgresql" not in item.nodeid,
            not item.path.is_relative_to(HOMESERVER),
            -sizes[item.path],
        )
    )


def _hasten(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Keep one case of each table, and few tests of each file on a database."""
    tables: set[str] = set()
    on_database: Counter[Path] = Counter()
    kept, left = [], []
    for item in items:
        table = item.nodeid.partition("[")[0]
        stands = table not in tables and on_database[item.path] < FIRST
        tables.add(table)
        on_database[item.path] += stands and "database" in getattr(item, "fixturenames", ())
        (kept if stands else left).append(item)
    config.hook.pytest_deselected(items=left)
    items[:] = kept


class Sharing(LoadScopeScheduling):
    """Gives each file to one worker, all on PostgreSQL to two: they share what is costly.

    Every second worker begins with what waits for a homeserver, the others with what keeps a core
    busy. So there is always something to do while others wait, and fewer start a homeserver.
    """

    def _split_scope(self, nodeid: str) -> str:
        if "[postgresql" not in nodeid:
            return super()._split_scope(nodeid)
        return "of storage" if nodeid.startswith("tests/storage/") else "of all else"

    def _assign_work_unit(self, node: WorkerController) -> None:
        waits = int(node.gateway.id.removeprefix("gw")) % 2 == 0
        own = (scope for scope in self.workqueue if scope.startswith(WAITING) is waits)
        if (scope := next(own, None)) is not None:
            self.workqueue.move_to_end(scope, last=False)
        super()._assign_work_unit(node)


def pytest_xdist_auto_num_workers(config: pytest.Config) -> int:
    """Start two for each core where a homeserver is waited for, else one."""
    cores = os.cpu_count() or 1
    return cores if config.option.numprocesses == "logical" else 2 * cores


def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> Sharing:
    return Sharing(config, log)
