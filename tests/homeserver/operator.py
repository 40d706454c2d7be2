"""Who looks after one hub in a test: its files, its commands, and what its account sees."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from benchmarks.support.hub import operated
from benchmarks.support.ledger import Books
from benchmarks.support.small import SPACE
from bot.matrix.client import Client
from bot.settings import PASSWORD_VARIABLE
from bot.starter import starter
from tests.homeserver.world import World

_WHOLE = yaml.safe_load(starter("space.yaml").read_text("utf-8"))
_ROOMS = {room["slug"]: room for room in _WHOLE["rooms"]}


@dataclass
class Operator:
    """One hub; *client* is another device of its account, *password* that account's."""

    world: World
    client: Client
    password: str

    async def says(self, *command: str, left: int = 0) -> list[str]:
        """Say a command that ends with *left*; returns the lines that stay on the terminal."""
        secret = {PASSWORD_VARIABLE: self.password}
        code, printed, complained = await operated(self.world.hub.config, *command, **secret)
        assert code == left, (command, printed, complained)
        lines = (printed or complained).replace(f"{self.world.directory}/", "").splitlines()
        return [line for line in lines if line.strip() and " left, " not in line]

    def edits(self, name: str, change: Callable[[dict[str, Any]], object]) -> None:
        """Edit a YAML file of the hub's."""
        file = self.world.directory / name
        content = yaml.safe_load(file.read_text("utf-8"))
        change(content)
        file.write_text(yaml.safe_dump(content, allow_unicode=True, sort_keys=False), "utf-8")

    def adds(self, *slugs: str) -> None:
        """Declare rooms as the network that comes with the hub does."""
        rooms = [_ROOMS[slug] for slug in slugs]
        self.edits(SPACE, lambda space: space["rooms"].extend(rooms))

    def changes(self, slug: str, **to: object) -> None:
        """Declare a room otherwise."""
        self.edits(SPACE, lambda space: _room(space, slug).update(to))

    def removes(self, slug: str) -> None:
        """Declare a room no more."""
        self.edits(SPACE, lambda space: space["rooms"].remove(_room(space, slug)))

    @property
    def space(self) -> Path:
        """The file of the Space."""
        return self.world.directory / SPACE

    def line(self, written: str) -> int:
        """Find in which line of the file of the Space something stands."""
        lines = [line.strip() for line in self.space.read_text("utf-8").splitlines()]
        return lines.index(written) + 1

    @property
    def last_logged(self) -> dict[str, Any]:
        """What the hub logged last."""
        return logged(self.world.hub.log)[-1]

    async def room(self, slug: str) -> str:
        """Find a room of the Space by its address."""
        found = await self.client.resolve(self.address(slug))
        assert found
        return found

    def address(self, slug: str) -> str:
        return self.world.hub.alias.replace(":", f"-{slug}:", 1)

    async def state(self, room: str, kind: str, key: str = "") -> Mapping[str, Any]:
        return await self.client.state(room, kind, key) or {}

    async def goes_on(self) -> None:
        """Let the hub run and answer, and look at the books."""
        await self.world.up()
        await self.world.answered(await self.world.say())
        assert await self.world.books() == Books([], [], 0)

    async def stops(self) -> None:
        """Let it go on and then end it."""
        await self.goes_on()
        await self.world.down()


def logged(log: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in log.read_text("utf-8").splitlines() if line[:1] == "{"]


def _room(space: Mapping[str, Any], slug: str) -> dict[str, Any]:
    (found,) = [room for room in space["rooms"] if room["slug"] == slug]
    return found
