"""What an operator does with the Space: see what would change, change it, see what is broken."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable, Collection, Sequence
from datetime import datetime
from typing import Protocol

from bot.matrix.client import HELD
from bot.matrix.sender import Sender
from bot.matrix.space.builder import SpaceBuilder
from bot.say.i18n import LocalReader
from bot.say.pace import LONG, minutes
from bot.service.clock import Clock
from bot.service.parts import new_token
from kit.errand import Upgrade
from kit.rendering import steady
from kit.roomkey import SpaceRoom
from kit.space import Difference, Drift, Mend
from kit.text import Node
from storage.engine import Storage
from storage.given_up import GivenUp, GivenUps
from storage.outbox import Outbox
from storage.rooms import Rooms

ASKED = (Mend.CONFIRM, Mend.PRUNE)
LOOK_SECONDS = 0.2


class Terminal(Protocol):
    """Where an operator reads and answers."""

    def say(self, line: str) -> None:
        """Print a line."""

    def progress(self, line: str) -> None:
        """Print what the next of these takes the place of."""

    def agrees(self, question: str) -> bool:
        """Ask for a yes."""


class Building:
    """The Space of one hub, which nobody else works on meanwhile."""

    def __init__(
        self,
        storage: Storage,
        builder: SpaceBuilder,
        sender: Sender,
        reader: LocalReader,
        terminal: Terminal,
        clock: Callable[[], datetime],
    ) -> None:
        """Work with *builder* and *sender*, and tell *terminal* in the words of *reader*."""
        self._storage = storage
        self._builder = builder
        self._sender = sender
        self._reader = reader
        self._terminal = terminal
        self._clock = clock

    async def plan(self) -> None:
        """Print what differs, why, and how long it takes to set it right."""
        drifts = await self._builder.plan(thorough=True)
        self._list(drifts)
        if not drifts:
            self._terminal.say("The Space is as declared: nothing to change.")
            return
        counts = Counter(drift.mend for drift in drifts)
        ours = counts[Mend.ALONE] + counts[Mend.APPLY]
        self._terminal.say(f"{ours} changes. {await self._time(drifts)}")
        for mend, said in (
            (Mend.CONFIRM, "more for which `ilan-hub space apply` asks for a yes"),
            (Mend.PRUNE, "more with `ilan-hub space apply --prune`"),
            (Mend.HAND, "that only somebody else can mend, see `ilan-hub space doctor`"),
        ):
            if counts[mend]:
                self._terminal.say(f"{counts[mend]} {said}.")

    async def doctor(self) -> int:
        """Print what is broken, each with what mends it; returns how much that is."""
        drifts = await self._builder.plan(thorough=True)
        missing = {drift.slug for drift in drifts if drift.kind is Difference.MISSING}
        broken = [drift for drift in drifts if drift.slug not in missing]
        for drift in broken:
            self._terminal.say(f"{drift.slug}: {self._said(drift.what)} {self._said(drift.advice)}")
        if missing:
            self._terminal.say(f"{len(missing)} rooms are not made yet: ilan-hub space apply")
        async with self._storage.read() as session:
            given_up = len(_of_space(await GivenUps(session).all()))
        if given_up:
            self._terminal.say(f"{given_up} changes were refused: ilan-hub queue list")
        found = len(broken) + len(missing) + given_up
        self._terminal.say(f"{found} things to mend." if found else "Nothing to mend.")
        return found

    async def apply(self, *, prune: bool = False) -> bool:
        """Set right what differs, as often as that brings something new; returns whether all is.

        What was begun earlier goes on. What is refused is said, and what was not agreed to.
        """
        async with self._storage.read() as session:
            before = {row.id for row in await GivenUps(session).all()}
        tried: list[Drift] = []
        while True:
            drifts = await self._builder.plan(thorough=True)
            new = [drift for drift in drifts if drift not in tried]
            tried += new
            chosen = [drift for drift in new if self._is_wanted(drift, prune=prune)]
            async with self._storage.read() as session:
                waiting = await Outbox(session).waiting(in_space=True)
            if not chosen and not waiting:
                break
            if chosen:
                self._list(chosen)
                self._terminal.say(f"{len(chosen)} changes. {await self._time(chosen)}")
            await self._builder.apply(chosen, self._clock(), new_token)
            if (held := await self._send()) is not None:
                self._terminal.say(f"stopped: {held}. What is left waits: say it again then.")
                return False
        refused = await self._refused(before, {drift.slug for drift in drifts})
        return self._report(drifts, refused)

    async def upgrade(self, slug: str, version: str) -> bool:
        """Let a room go on in one of another *version*, and set right what hangs on it.

        A gate is not upgraded: everybody in it would have to be invited again.
        """
        async with self._storage.write() as session:
            row = await Rooms(session).get(SpaceRoom(slug))
            if row is None or row.room_id is None or row.left or self._builder.is_gate(slug):
                self._terminal.say(f"{slug} is no room or Space that can be upgraded.")
                return False
            errand = Upgrade(version)
            if not await Outbox(session).is_queued(row.id, errand):
                Outbox(session).add(row.id, errand, txn_id=new_token(), now=self._clock())
        return await self.apply()

    async def _refused(self, before: Collection[int], differing: Collection[str]) -> list[GivenUp]:
        """Return what was refused; what became of no matter since is forgotten."""
        async with self._storage.write() as session:
            given_up = GivenUps(session)
            rows = _of_space(await given_up.all())
            settled = [row.id for row in rows if row.again and row.slug not in differing]
            await given_up.drop(settled)
        return [row for row in rows if row.id not in {*before, *settled}]

    def _report(self, drifts: Sequence[Drift], refused: Sequence[GivenUp]) -> bool:
        for row in refused:
            self._terminal.say(f"refused: {row.slug}: {row.action}: {row.reason}")
        for drift in drifts:
            told = f"{drift.slug}: {self._said(drift.what)} {self._said(drift.advice)}"
            self._terminal.say(f"left: {told}")
        undone = [drift for drift in drifts if drift.mend in {Mend.ALONE, Mend.APPLY}]
        if refused or undone:
            failed = max(len(refused), len(undone))
            self._terminal.say(f"The Space is not as declared: {failed} changes failed.")
            return False
        self._terminal.say("The Space is built." if not drifts else "The rest is built.")
        return True

    def _is_wanted(self, drift: Drift, *, prune: bool) -> bool:
        match drift.mend:
            case Mend.ALONE | Mend.APPLY:
                return True
            case Mend.CONFIRM:
                return self._terminal.agrees(f"{drift.slug}: {self._said(drift.what)}")
            case Mend.PRUNE:
                question = f"{drift.slug}: {self._said(drift.what)}"
                return prune and self._terminal.agrees(question)
            case Mend.HAND:
                return False

    def _list(self, drifts: Sequence[Drift]) -> None:
        widest = max((len(drift.slug) for drift in drifts), default=0)
        for drift in drifts:
            what = self._said(drift.what)
            self._terminal.say(f"{drift.kind:10} {drift.slug:{widest}}  {what}")

    async def _time(self, drifts: Sequence[Drift]) -> str:
        async with self._storage.read() as session:
            kinds = await Outbox(session).waiting(in_space=True)
        kinds.update(type(errand) for drift in drifts for errand in drift.errands)
        if (left := minutes(kinds)) < LONG:
            return "They take a minute or two."
        return (
            f"They take about {left} min under the limits of a stock Synapse, and a minute or two "
            "where the account is freed of them."
        )

    async def _send(self) -> str | None:
        """Do what waits, and say how much is left; returns why the account is held, if it is."""
        clock = Clock()
        clock.wakes(self._sender.worker, every=1)
        clock.start()
        sending = asyncio.create_task(self._sender.run())
        try:
            while True:
                async with self._storage.read() as session:
                    kinds = await Outbox(session).waiting(in_space=True)
                if not (left := sum(kinds.values())):
                    return None
                self._terminal.progress(f"{left} left, {minutes(kinds)} min at most …")
                if sending.done():
                    await sending
                if (held := self._sender.held) is not None:
                    return HELD[held]
                await asyncio.sleep(LOOK_SECONDS)
        finally:
            self._terminal.progress("")
            sending.cancel()
            clock.stop()

    def _said(self, node: Node) -> str:
        return steady(node.render(self._reader).plain)


def _of_space(rows: Sequence[GivenUp]) -> list[GivenUp]:
    return [row for row in rows if row.slug]
