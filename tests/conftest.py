"""What runs where: files go to workers whole, and only who runs tests imports what they need."""

from __future__ import annotations

import os
from collections import Counter
from pathlib import Path

import pytest
from xdist.remote import Producer
from xdist.scheduler import LoadScopeScheduling

HOMESERVER = Path(__file__).with_name("homeserver")


def pytest_configure(config: pytest.Config) -> None:
    """Leave the hub out of the process that only hands tests to others: its import takes long."""
    if not config.option.numprocesses or hasattr(config, "workerinput"):
        config.pluginmanager.import_plugin("tests.fixtures")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with what takes longest: all on PostgreSQL, then what waits for a homeserver.

    The others fill the time in which nobody works, small files at the end.
    """
    sizes = Counter(item.path for item in items)
    items.sort(
        key=lambda item: (
            "[postgresql" not in item.nodeid,
            not item.path.is_relative_to(HOMESERVER),
            -sizes[item.path],
        )
    )


class Sharing(LoadScopeScheduling):
    """Gives each file to one worker, and all that is on PostgreSQL: they share what is costly."""

    def _split_scope(self, nodeid: str) -> str:
        return "postgresql" if "[postgresql" in nodeid else super()._split_scope(nodeid)


def pytest_xdist_auto_num_workers(config: pytest.Config) -> int:
    """Start two for each core where a homeserver is waited for, else one."""
    cores = os.cpu_count() or 1
    return cores if config.option.numprocesses == "logical" else 2 * cores


def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> Sharing:
    return Sharing(config, log)
