"""Hubs that are broken on purpose: a test that finds nothing wrong with one finds nothing."""

from __future__ import annotations

import secrets
import sys
from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack
from dataclasses import replace
from typing import Any
from unittest.mock import patch

from sqlalchemy import update

from bot.encryption import machine
from bot.encryption.devices import Owned
from bot.encryption.machine import Machine
from bot.encryption.outbound import MegolmWriter
from bot.matrix import keys
from bot.matrix.batch import Batch
from bot.matrix.client import Client
from bot.matrix.errands import Errands
from bot.matrix.sender import Sender
from bot.matrix.sync import SyncLoop
from bot.service import app
from kit.errand import Send, SendSealed, dump
from storage.encryption.waiting import ToDevice
from storage.inbox import Inbox
from storage.outbox import Outgoing
from storage.tables.encryption import OutboundSessionRow, ToDeviceRow
from storage.tables.queues import OutboxRow


class TokenFirst(SyncLoop):
    """Broken on purpose: the token is stored before the events it stands for."""

    async def _commit(self, batch: Batch, *, history: bool) -> None:
        async with self._storage.write() as session:
            await Inbox(session).advance(self._client.user_id, batch.next_batch)
        await super()._commit(batch, history=history)


class Deaf(SyncLoop):
    """Broken on purpose: never hears that a room is encrypted."""

    async def _commit(self, batch: Batch, *, history: bool) -> None:
        batch.encrypted.clear()
        await super()._commit(batch, history=history)


_WHISPERED: list[ToDeviceRow] = []


class Forgetful(ToDevice):
    """Broken on purpose: what is for devices is remembered by the process alone."""

    def add(
        self, txn_id: str, kind: str, messages: Mapping[str, Any], room_id: str | None = None
    ) -> None:
        row = ToDeviceRow(txn_id=txn_id, type=kind, room_id=room_id, messages=dict(messages))
        row.id = len(_WHISPERED) + 1
        _WHISPERED.append(row)

    async def waiting(self, room_id: str | None) -> Sequence[ToDeviceRow]:
        return [row for row in _WHISPERED if row.room_id == room_id]

    async def done(self, row_id: int) -> None:
        _WHISPERED[:] = [row for row in _WHISPERED if row.id != row_id]


_send = Client.send
_call = Client.call
_sealed = Errands.sealed
_seal = MegolmWriter.seal
_step = Sender._step  # noqa: SLF001 -- so it is broken at a place that nobody else may touch
_LATER: dict[str, tuple[str, str]] = {}  # room -> session and how far it went


async def _send_as_new(
    self: Client, room_id: str, event_type: str, _txn_id: str, content: Mapping[str, Any]
) -> str:
    """Broken on purpose: every try has a transaction id of its own."""
    return await _send(self, room_id, event_type, secrets.token_hex(16), content)


async def _call_aloud(self: Client, *request: Any, **options: Any) -> dict[str, Any]:
    """Broken on purpose: what the homeserver answers is written to the log."""
    answer = await _call(self, *request, **options)
    print(answer, file=sys.stderr, flush=True)
    return answer


async def _sealed_anew(self: Errands, row: Outgoing) -> Outgoing:
    """Broken on purpose: each try of a message is encrypted again."""
    if isinstance(row.errand, SendSealed):
        said = Send(row.errand.message)
        row = replace(row, errand=said)
        async with self._storage.write() as session:
            again = update(OutboxRow).where(OutboxRow.id == row.id)
            await session.execute(again.values(action=said.action, content=dump(said)))
    return await _sealed(self, row)


async def _seal_for_now(
    self: MegolmWriter,
    row: OutboundSessionRow,
    lacking: Sequence[Owned],
    kind: str,
    content: Mapping[str, Any],
) -> dict[str, Any]:
    """Broken on purpose: how far a session went is stored once its message was tried."""
    before = row.pickle
    sealed = await _seal(self, row, lacking, kind, content)
    _LATER[row.room_id] = row.session_id, row.pickle
    row.pickle = before
    return sealed


async def _step_then_store(self: Sender, row: Outgoing) -> None:
    await _step(self, row)
    if later := _LATER.pop(row.room_id or "", None):
        async with self._storage.write() as session:
            its = update(OutboundSessionRow).where(OutboundSessionRow.session_id == later[0])
            await session.execute(its.values(pickle=later[1]))


async def _unaware(*_event: object, **_complete: bool) -> bool:
    """Broken on purpose: takes what a later self sent for its own, and so goes on at its place."""
    return False


def variant(name: str) -> AbstractContextManager[object]:
    """Return what turns the hub into one that must fail."""
    stack = ExitStack()
    match name:
        case "" | "held-up":
            pass
        case "aloud":
            stack.enter_context(patch.object(Client, "call", _call_aloud))
        case "deaf":
            stack.enter_context(patch.object(app, "SyncLoop", Deaf))
        case "token-first":
            stack.enter_context(patch.object(app, "SyncLoop", TokenFirst))
        case "keys-in-memory":
            stack.enter_context(patch.object(machine, "ToDevice", Forgetful))
            stack.enter_context(patch.object(keys, "ToDevice", Forgetful))
        case "sealed-anew":
            stack.enter_context(patch.object(Errands, "sealed", _sealed_anew))
            stack.enter_context(patch.object(MegolmWriter, "seal", _seal_for_now))
            stack.enter_context(patch.object(Sender, "_step", _step_then_store))
            # Whole, a hub that finds its session behind what it sent stops before it sends more.
            stack.enter_context(patch.object(Machine, "sent_by_a_later_self", _unaware))
        case "random-txn":
            stack.enter_context(patch.object(Client, "send", _send_as_new))
        case _:
            raise SystemExit(f"no such variant: {name}")
    return stack
