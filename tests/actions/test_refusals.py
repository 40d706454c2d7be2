"""An action asks by itself whether it may be done: no command stands before those of a web page."""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from pkgutil import walk_packages
from typing import Any

import pytest

import actions
from actions.authority import _LACKING, Stewards
from kit import authority
from kit.authority import Act, Actor, Role
from kit.errors import NotAllowed
from kit.text import _
from tests.harness import NOON

NOBODY = Actor(1, Role.ANYONE)


class Untouched:
    """Stands for every service: an action that touches one before it asks has failed."""

    def __getattr__(self, name: str) -> Any:
        raise AssertionError(name)


def services() -> Iterator[type]:
    for module in walk_packages(actions.__path__, "actions."):
        for found in vars(import_module(module.name)).values():
            if inspect.isclass(found) and found.__module__ == module.name:
                yield found


def asked_by_somebody() -> list[tuple[type, str]]:
    """List the methods whose first parameter says who wants it."""
    return [
        (service, name)
        for service in services()
        for name, method in vars(service).items()
        if name[0] != "_"
        and inspect.iscoroutinefunction(method)
        and [*inspect.signature(method).parameters][1:2] == ["by"]
    ]


def test_each_module_that_authorises_has_an_action_that_is_asked():
    root = Path(actions.__path__[0]).parent
    authorising = {
        ".".join(path.relative_to(root).with_suffix("").parts)
        for path in (root / "actions").rglob("*.py")
        if "authorise(" in path.read_text("utf-8")
    }
    authorising -= {"actions.authority"}
    assert {service.__module__ for service, _name in asked_by_somebody()} == authorising


def test_who_wants_something_is_told_first_and_called_so():
    methods = [
        (service, name, [*inspect.signature(method).parameters.values()])
        for service in services()
        for name, method in vars(service).items()
        if name[0] != "_" and inspect.iscoroutinefunction(method)
    ]
    whoever = [
        (service, name)
        for service, name, wanted in methods
        if any(each.annotation in {"Actor", Actor} or each.name == "by" for each in wanted)
    ]
    assert whoever == asked_by_somebody()


@pytest.mark.parametrize(
    ("service", "name"),
    [pytest.param(*each, id=f"{each[0].__name__}.{each[1]}") for each in asked_by_somebody()],
)
async def test_an_action_refuses_who_lacks_the_role_before_it_looks(service, name, monkeypatch):
    monkeypatch.setattr(authority, "_POWERS", {Role.ANYONE: frozenset()})
    monkeypatch.setitem(_LACKING, Role.ANYONE, _("No."))
    fields = [Untouched()] * len(inspect.signature(service).parameters)
    method = getattr(service(*fields), name)
    wanted = inspect.signature(method).parameters.values()
    said = {"by": NOBODY, "now": NOON, "act": Act.ASK}
    given = {
        each.name: said.get(each.name, Role.MEMBER) for each in wanted if each.default is each.empty
    }
    with pytest.raises(NotAllowed):
        await method(**given)


def test_a_steward_of_the_settings_has_every_power_and_nobody_else():
    class Person:
        id, user_id, role, is_member, practitioner = 1, "@s:test", "member", True, False
        suspended = False

    roles = [Stewards(frozenset(ids)).actor(Person).role for ids in ({"@s:test"}, set())]
    assert roles == [Role.STEWARD, Role.MEMBER]
