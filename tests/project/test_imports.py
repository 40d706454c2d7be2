"""Each contract of ``make imports`` is kept, and would notice the import it forbids."""

from __future__ import annotations

from copy import deepcopy

import grimp
import pytest
from importlinter.application import use_cases
from importlinter.application.user_options import UserOptions
from importlinter.configuration import configure
from importlinter.domain.contract import registry

from tests.project.catalogs import ROOT

FORBIDDEN = {
    "Data flows one way": [
        ("bot.dispatch", "bot.web"),
        ("commands.help", "bot.dispatch"),
        ("storage.people", "commands.help"),
        ("bot.kit.text", "storage.people"),
    ],
    "Only bot.matrix talks to the homeserver library": [("bot.dispatch", "nio")],
    "Only bot.clock knows the scheduler": [("commands.events", "apscheduler")],
    "Only the edges serve or fetch over HTTP": [("storage.library", "aiohttp")],
    "The kit stands on the standard library alone": [("bot.kit.words", "babel")],
    "Features do not know each other": [("commands.events", "commands.experts")],
}


@pytest.fixture(scope="module")
def options() -> UserOptions:
    configure()
    options = use_cases.read_user_options(config_filename=str(ROOT / "pyproject.toml"))
    use_cases._register_contract_types(options)
    return options


@pytest.fixture(scope="module")
def graph() -> grimp.ImportGraph:
    return grimp.build_graph(
        "bot", "commands", "storage", include_external_packages=True, cache_dir=None
    )


def broken(graph: grimp.ImportGraph, options: UserOptions) -> set[str]:
    found = set()
    for contract in options.contracts_options:
        kind = registry.get_contract_class(contract["type"])
        checked = kind(contract["name"], options.session_options, contract)
        if not checked.check(deepcopy(graph), verbose=False).kept:
            found.add(contract["name"])
    return found


def test_every_contract_is_kept_and_has_its_control(graph, options):
    assert {contract["name"] for contract in options.contracts_options} == {*FORBIDDEN}
    assert broken(graph, options) == set()


@pytest.mark.parametrize(
    ("contract", "importer", "imported"),
    [(name, *pair) for name, pairs in FORBIDDEN.items() for pair in pairs],
)
def test_an_import_that_a_contract_forbids_breaks_it(graph, options, contract, importer, imported):
    changed = deepcopy(graph)
    if imported not in changed.modules:
        changed.add_module(imported, is_squashed=True)
    changed.add_import(importer=importer, imported=imported)
    assert contract in broken(changed, options)
