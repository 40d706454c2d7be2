"""What a handler asks for by type is there, or the hub does not start."""

from __future__ import annotations

import pkgutil
from dataclasses import dataclass
from decimal import Decimal
from importlib import import_module
from random import Random

import pytest

import commands
from actions.authority import Stewards
from actions.events.calendars import Publishing
from bot.service.wiring import discover, services
from bot.talk.scope import Scope, Services
from bot.talk.verifying import Verifying
from kit.dialogue import Dialogue
from kit.feature import Feature
from kit.table import CommandTable
from kit.text import Reply, _
from storage.engine import Storage
from storage.people import People
from storage.repository import Repository
from tests.harness import HUB, NOON, InOrder, Talk, index, network, understanding
from tests.watched import Watched

NOBODY = Stewards(frozenset())


class Fresh(Repository):
    """A repository that no list names."""

    def tables_of(self) -> object:
        return self._session


@dataclass(frozen=True)
class Bundle:
    fresh: Fresh
    people: People


@dataclass(frozen=True)
class Other:
    people: People


@dataclass(frozen=True)
class Unknown:
    fresh: Fresh
    price: Decimal


class Aimless:
    async def looks_up(self, _said: str, _language: str) -> bool:
        return False


async def bundled(call, bundle: Bundle) -> Reply:
    return Reply("test.done", _("Done."))


async def unknown(call, unknown: Unknown) -> Reply:
    return Reply("test.done", _("Done."))


async def test_a_repository_is_found_by_its_class_and_works_in_the_transaction_of_the_call(
    storage: Storage,
):
    table = CommandTable([], lambda _path: set())
    verifying = Verifying(HUB, [], Random(0).randbytes)
    given = services(
        network(),
        understanding(),
        index(),
        table,
        NOBODY,
        InOrder(),
        verifying,
        space=Watched(),
        publishing=Publishing("test", None, Random(0).randbytes),
        intent=Aimless(),
    )
    async with storage.read() as session:
        made = given.supply(Scope(session, NOON, None, None, None))(Bundle)
        assert (type(made), type(made.people)) == (Bundle, People)
        assert made.fresh.tables_of() is session


async def test_what_several_services_of_a_call_are_made_of_is_made_once(storage: Storage):
    async with storage.read() as session:
        make = Services({}).supply(Scope(session, NOON, None, None, None))
        assert make(Bundle).people is make(Other).people is make(People)


@pytest.mark.parametrize(("handler", "starts"), [(bundled, True), (unknown, False)])
def test_a_handler_that_asks_for_what_nothing_provides_stops_the_start(
    storage: Storage, handler, starts
):
    feature = Feature("asking", _("Asking"), 1)
    feature.command("ask for it", summary=_("do it"))(handler)
    if starts:
        Talk(storage, features=[feature])
    else:
        with pytest.raises(LookupError, match="nothing provides Unknown"):
            Talk(storage, features=[feature])


def dialogues() -> dict[int, Dialogue]:
    """Find every dialogue that a module of a feature defines."""
    modules = pkgutil.walk_packages(commands.__path__, "commands.")
    names = [value for each in modules for value in vars(import_module(each.name)).values()]
    return {id(value): value for value in names if isinstance(value, Dialogue)}


def test_every_dialogue_that_is_defined_is_declared_so_that_what_is_opened_is_there():
    declared = [talk.dialogue.name for feature in discover() for talk in feature.talks]
    assert sorted(each.name for each in dialogues().values()) == sorted(declared)
