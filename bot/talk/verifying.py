"""Verifying the hub with somebody: their client and the hub show signs, and the person compares."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

import structlog

from bot.encryption.sas import Device, Shown
from bot.encryption.verification import (
    AHEAD,
    LASTS,
    PREFIX,
    Advance,
    Cancelled,
    Phase,
    Verification,
    cancel,
    dump,
    load,
    request,
    requested,
    step,
)
from bot.say.in_clear import nameable
from bot.talk.scope import Scope
from kit.codes import fours
from kit.due import Compared, Mismatched
from kit.inbound import VerificationStep
from kit.roomkey import Direct
from kit.text import Code, Label, Names, Node, Numbered, Paragraphs, Reply, Say, _
from storage.dues import Dues
from storage.encryption.correspondents import Correspondents
from storage.encryption.own_device import OwnDevices
from storage.encryption.verifications import Verifications
from storage.identities import Identities
from storage.inbox import Received
from storage.people import People
from storage.rooms import Rooms
from storage.tables.people import PersonRow

log = structlog.get_logger(__name__)

MISMATCH = "m.mismatched_sas"
# What a client calls it when somebody chose not to go on.
DECLINED = frozenset({"m.user", "m.accepted"})
# Before that nobody saw anything, and any device of an account can begin and break off at will.
SEEN = frozenset({Phase.SHOWN, Phase.PROVED})
# So often a day somebody's devices have signs written into their chat; who says "verify" there
# begins to count anew.
MOST_COMPARED = 5
DAY = timedelta(days=1)


class Verifying:
    """Goes on with verifications, each step in the transaction it is given."""

    def __init__(
        self, user_id: str, signs: Sequence[Names], random: Callable[[int], bytes]
    ) -> None:
        """Act as *user_id*; *signs* are named by their number, *random* makes ephemeral keys."""
        self._me = user_id
        self._signs = signs
        self._random = random

    async def ask(self, scope: Scope, person_id: int) -> None:
        """Ask a person's client in their chat to verify the hub."""
        person = await People(scope.session).get(person_id)
        await Dues(scope.session).drop(Compared, person_id)
        us = await self._us(scope)
        text = _("I would like you to verify me: your client can do that.")
        content = {"msgtype": f"{PREFIX}request", "to": person.user_id, **request(us)}
        chat, txn_id = await scope.post.step(person, "m.room.message", content, text)
        asked = Verification(
            txn_id, person.user_id, scope.now, Phase.ASKED, room_id=chat.room_id or ""
        )
        await self._keep(scope, asked)

    async def go_on(self, scope: Scope, row: Received, event: VerificationStep) -> None:
        """Take the next step of a verification, or the first; pass over what belongs to none."""
        person = await People(scope.session).find(row.sender)
        if person is None:
            return
        chat = await Rooms(scope.session).at(row.room_id) if event.in_chat else None
        if event.in_chat and (chat is None or chat.key != Direct(person.id)):
            return
        room_id = row.room_id if event.in_chat else None
        us, now = await self._us(scope), await self._standing(scope, event, person, room_id)
        if event.kind == "request":
            turn = await self._requested(scope, row, event, us)
        elif now is None:
            return
        elif scope.now - now.since > LASTS:
            turn = cancel(now, "m.timeout")
        else:
            them = await self._them(scope, person.user_id)
            turn = step(now, event.kind, event.content, us, them, self._random)
            if turn.shown is not None and not await self._may_show(scope, person):
                turn = cancel(now, "m.user")
        if turn is not None:
            await self._tell(scope, person, turn, now)

    async def _may_show(self, scope: Scope, person: PersonRow) -> bool:
        """Count that signs are shown to a person, unless that were too many today."""
        dues = Dues(scope.session)
        times = await dues.count(Compared, person.id)
        if times >= MOST_COMPARED:
            log.info("verification.limited")
            return False
        await dues.plan(Compared(person.id, times + 1), at=scope.now + DAY)
        return True

    async def _standing(
        self, scope: Scope, event: VerificationStep, person: PersonRow, room_id: str | None
    ) -> Verification | None:
        """Find the verification that a step belongs to."""
        state = await Verifications(scope.session).of(person.user_id)
        now = load(state) if state is not None else None
        if now is None or event.kind == "request":
            return now
        if now.phase is Phase.ASKED and await scope.post.became(now.id) == event.id:
            now = replace(now, id=event.id)
        return now if (now.id, now.room_id) == (event.id, room_id) else None

    async def _requested(
        self, scope: Scope, row: Received, event: VerificationStep, us: Device
    ) -> Advance | None:
        """Take up a request; one that is too old, or of no use to us, is passed over."""
        room_id = row.room_id if event.in_chat else None
        try:
            sent_at = row.sent_at if event.in_chat else _moment(event.content["timestamp"])
            if not -AHEAD <= scope.now - sent_at <= LASTS:
                return None
            new = Verification(event.id, row.sender, scope.now, Phase.READY, room_id=room_id)
            return requested(us, event.content, new)
        except (Cancelled, KeyError, TypeError, ValueError, OverflowError):
            return None

    async def _tell(
        self, scope: Scope, person: PersonRow, turn: Advance, before: Verification | None
    ) -> None:
        then = turn.then
        about = then or before
        assert about is not None
        for kind, content in turn.said:
            if about.room_id is not None:
                await scope.post.step(person, f"{PREFIX}{kind}", content)
            else:
                device = {about.device_id: content}
                scope.post.to_devices(f"{PREFIX}{kind}", {person.user_id: device})
        if then is not None:
            await self._keep(scope, then)
        else:
            await Verifications(scope.session).end(person.user_id)
        scope.post.hears(person.id)
        if turn.shown is not None:
            shown = self._shown(turn.shown, about.device_id)
            await scope.post.tell(person.id, Reply("verification.compare", shown))
        elif turn.over is not None:
            log.info("verification.over", code=turn.over or "done")
            if about.phase in SEEN and (reply := await self._over(scope, person, turn.over, about)):
                await scope.post.tell(person.id, reply)

    def _shown(self, shown: Shown, device_id: str) -> Node:
        numbers = " ".join(map(str, shown.decimals))
        return Paragraphs(
            [
                _("Your client shows seven signs. They have to be these, in this order:"),
                Numbered([Label(self._signs[number]) for number in shown.emoji]),
                _("If it shows numbers, they have to be {numbers}.", numbers=Code(numbers)),
                _(
                    "If all are the same, confirm that in your client. If one differs, say so "
                    "there, and write nothing confidential here."
                ),
                *_concerned(device_id),
            ]
        )

    async def _over(
        self, scope: Scope, person: PersonRow, code: str, about: Verification
    ) -> Reply | None:
        """Say what came of signs that were shown, if that is of use."""
        if code in DECLINED:
            return None
        if code == MISMATCH:
            dues = Dues(scope.session)
            if await dues.waits(Mismatched, person=person.id):
                return None  # whoever has the account could fill the chat with it
            await dues.plan(Mismatched(person.id), at=scope.now + DAY)
            text = _(
                "The signs were not the same: somebody may read along between us. Write nothing "
                "confidential here, and tell a moderator in another way."
            )
            told = Paragraphs([text, *_concerned(about.device_id)])
            return Reply("verification.mismatch", told)
        if code:
            again = _(
                "The verification came to no end. {verify} begins it again.", verify=Say("verify")
            )
            return Reply("verification.failed", again)
        done: list[Node] = [_("Your client has verified me.")]
        if key := await Identities(scope.session).master_key():
            done.append(
                _(
                    "Whoever sits between us could have changed my signs too. To be sure, compare "
                    "my fingerprint with the one that your network published: {key}",
                    key=Code(fours(key)),
                )
            )
        return Reply("verification.done", Paragraphs(done))

    async def _keep(self, scope: Scope, verification: Verification) -> None:
        state = dump(verification)
        await Verifications(scope.session).keep(verification.user_id, state, verification.since)

    async def _us(self, scope: Scope) -> Device:
        own = await OwnDevices(scope.session).read(self._me)
        assert own is not None  # made before the first answer of /sync is taken in
        keys = {f"ed25519:{own.device_id}": own.signing_key}
        if key := await Identities(scope.session).master_key():
            keys[f"ed25519:{key}"] = key
        return Device(self._me, own.device_id, keys)

    async def _them(self, scope: Scope, user_id: str) -> Callable[[str], Device | None]:
        """Give the devices that may verify us: those of a user that read what the hub writes.

        Any other is of whoever logged in, or runs the homeserver, and reads no signs in the chat.
        """
        lists = Correspondents(scope.session)
        who = await lists.find(user_id)
        master = who.master_key if who else None
        known = {
            row.device_id: row.signing_key
            for _user, row, vouched in await lists.readers([user_id])
            if vouched
        }

        def them(device_id: str) -> Device | None:
            if device_id not in known:
                return None
            keys = {f"ed25519:{device_id}": known[device_id]}
            if master:
                keys[f"ed25519:{master}"] = master
            return Device(user_id, device_id, keys)

        return them


@dataclass(frozen=True, slots=True)
class ScopedVerifier:
    """``kit.ports.Verifier`` inside one transaction."""

    verifying: Verifying
    scope: Scope

    async def ask(self, person_id: int) -> None:
        """Ask a person's client in their chat to verify the hub."""
        await self.verifying.ask(self.scope, person_id)


def _concerned(device_id: str) -> list[Node]:
    """Say which device compares: its owner may not know it."""
    text = _(
        "This concerns your device {device}. If you do not know it, sign it out.",
        device=Code(device_id),
    )
    return [text] * nameable(device_id)


def _moment(milliseconds: object) -> datetime:
    if type(milliseconds) is not int:
        raise TypeError("no moment")
    return datetime.fromtimestamp(milliseconds / 1000, UTC)
