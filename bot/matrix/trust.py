"""The account's identity on the homeserver: published once, never put over another one."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from bot.encryption.account import DeviceAccount
from bot.encryption.identity import DeviceStanding, Identity, KeyUsage, is_known
from bot.encryption.secret_storage import SecretStorage, write_recovery_key
from bot.encryption.signing import b64, unb64
from bot.matrix.client import Client, Refused, escape
from bot.matrix.inspection import Finding
from bot.matrix.login import post_with_password
from kit.errors import BadConfiguration
from storage.encryption.own_device import OwnDevices
from storage.engine import Storage
from storage.identities import Identities
from storage.outbox import Outbox

DEFAULT_KEY = "m.secret_storage.default_key"


class Untrusted(BadConfiguration):
    """Nothing vouches for our device: the hub works, but clients warn of it, or keep silent."""


class Foreign(Untrusted):
    """The account has an identity that this hub never had; it stays as it is."""

    def __init__(self, user_id: str) -> None:
        """Say what to do."""
        super().__init__(
            f"{user_id} has an encryption identity that is not the hub's. With its recovery key "
            "run: ilan-hub login --recover. Without, reset it in the client that made it, then "
            "run: ilan-hub login"
        )


class Impostor(BadConfiguration):
    """What people see of us is not ours any more: somebody else made it, or the homeserver did."""

    def __init__(self, user_id: str) -> None:
        """Say what to do."""
        super().__init__(
            f"{user_id} is shown with keys that are not the hub's. Somebody with power over the "
            "account did that: change its password, and have whoever runs the homeserver look "
            "into it"
        )


class AccountTrust:
    """Our account's identity, and whether it vouches for our device."""

    def __init__(self, client: Client, storage: Storage, random: Callable[[int], bytes]) -> None:
        """Act for *client*'s device; *random* gives so many bytes that nobody can guess."""
        self._client = client
        self._storage = storage
        self._random = random

    async def standing(self) -> DeviceStanding:
        """Ask how our device is shown to everybody.

        Raises:
            Refused, Unreachable: as ``Client.call``.
        """
        identity, answer = await self._identity(), await self._shown()
        if identity is None:
            known = is_known(answer, self._client.user_id)
            return DeviceStanding.FOREIGN_IDENTITY if known else DeviceStanding.NO_IDENTITY
        async with self._storage.read() as session:
            row = await OwnDevices(session).read(self._client.user_id)
        if row is None or row.device_id != self._client.device_id:
            return DeviceStanding.UNKNOWN_DEVICE
        return identity.standing(answer, DeviceAccount(row).device_keys())

    async def finding(self) -> Finding:
        """Say for an operator how our device is shown to everybody.

        Raises:
            Refused, Unreachable: as ``Client.call``.
        """
        what, standing = "trust", await self.standing()
        if standing is DeviceStanding.TRUSTED:
            return Finding(what, standing)
        if standing in {DeviceStanding.FOREIGN_IDENTITY, DeviceStanding.FOREIGN_DEVICE}:
            kept = await self._identity() is not None
            error = Impostor(self._client.user_id) if kept else Foreign(self._client.user_id)
            return Finding(what, standing, str(error), needed=kept)
        return Finding(what, standing, "The hub changes that when it starts", needed=False)

    async def establish(self, password: str = "") -> Identity:
        """Make sure that our identity is published and vouches for our device.

        Harmless when that is done. What is new is kept before it is published, so that a crash
        loses no identity that somebody has seen. A homeserver may ask for the *password* first.

        Raises:
            Foreign: there is an identity that this hub never had.
            Impostor: there is another identity than that of this hub, or another device.
            Untrusted: the homeserver wants a password, and this is not the one.
            Refused, Unreachable: another try may succeed.
        """
        identity, answer = await self._identity(), await self._shown()
        if identity is None and is_known(answer, self._client.user_id):
            raise Foreign(self._client.user_id)
        if identity is None:
            identity = Identity.make(self._client.user_id, self._random)
            await self._keep(identity)
        return await self._publish(identity, answer, password)

    async def recover(self, key: bytes) -> Identity:
        """Take the identity out of the account's secret storage, and let it vouch for our device.

        Raises:
            BadConfiguration: *key* does not open it, or what is in there is not what people see.
            Refused, Unreachable: another try may succeed.
        """
        identity = Identity(self._client.user_id, await self._stored(SecretStorage(key)))
        answer, kept = await self._shown(), await self._identity()
        if not identity.is_shown(answer):
            raise Impostor(self._client.user_id)
        if kept is None:
            await self._keep(identity)
        elif kept.seeds != identity.seeds:
            message = "the database keeps another identity: recover into a new database"
            raise BadConfiguration(message)
        return await self._publish(identity, answer, "")

    async def store(self, identity: Identity) -> str | None:
        """Put the identity into secret storage; returns the recovery key, to be shown once.

        Returns None where somebody's storage holds secrets of this name already.

        Raises:
            Refused, Unreachable: as ``Client.call``.
        """
        if await self._account_data(KeyUsage.MASTER.secret) is not None:
            return None
        key, key_id = self._random(32), b64(self._random(18))
        storage = SecretStorage(key)
        await self._put(f"m.secret_storage.key.{key_id}", storage.describe(self._random))
        # The master key comes last: as long as it is not there, all is done anew.
        for usage in reversed(KeyUsage):
            closed = storage.close(usage.secret, b64(identity.seeds[usage]), self._random)
            if usage is KeyUsage.MASTER:
                await self._put(DEFAULT_KEY, {"key": key_id})
            await self._put(usage.secret, {"encrypted": {key_id: closed}})
        return write_recovery_key(key)

    async def _publish(
        self, identity: Identity, answer: Mapping[str, Any], password: str
    ) -> Identity:
        async with self._storage.write() as session:
            account = await self._account(session)
            device_keys = account.device_keys()
            body = identity.published(account.signed)
        standing = identity.standing(answer, device_keys)
        if standing in {DeviceStanding.FOREIGN_IDENTITY, DeviceStanding.FOREIGN_DEVICE}:
            raise Impostor(self._client.user_id)
        if standing is DeviceStanding.NO_IDENTITY:
            await self._upload(body, password)
        if standing is not DeviceStanding.TRUSTED:
            await self._client.call("POST", "/keys/upload", {"device_keys": device_keys})
            vouched = identity.vouch(device_keys)
            done = await self._client.call("POST", "/keys/signatures/upload", vouched)
            if done.get("failures"):
                message = "the homeserver did not take the signature of our device"
                raise Untrusted(message)
        return identity

    async def _upload(self, body: Mapping[str, Any], password: str) -> None:
        try:
            await post_with_password(self._client, "/keys/device_signing/upload", body, password)
        except Refused as refusal:
            if refusal.status != 401:  # noqa: PLR2004 -- HTTP's own number
                raise
            message = (
                "the homeserver wants the account's password before it takes an identity. "
                "Run: ilan-hub login"
            )
            raise Untrusted(message) from refusal

    async def _stored(self, storage: SecretStorage) -> dict[KeyUsage, bytes]:
        """Open what secret storage holds of the identity; raises BadConfiguration."""
        default = await self._account_data(DEFAULT_KEY) or {}
        key_id = str(default.get("key", ""))
        if not storage.fits(await self._account_data(f"m.secret_storage.key.{key_id}") or {}):
            message = "that is not the recovery key of this account"
            raise BadConfiguration(message)
        seeds = {}
        for usage in KeyUsage:
            kept = (await self._account_data(usage.secret) or {}).get("encrypted")
            closed = kept.get(key_id) if isinstance(kept, dict) else None
            try:
                seeds[usage] = unb64(storage.open(usage.secret, closed or {}))
            except ValueError as error:
                message = f"the account's secret storage holds no {usage.secret} that can be read"
                raise BadConfiguration(message) from error
        return seeds

    async def _identity(self) -> Identity | None:
        user_id = self._client.user_id
        async with self._storage.read() as session:
            seeds = await Identities(session).seeds(user_id)
        if seeds is None:
            return None
        return Identity(user_id, {usage: seeds[usage] for usage in KeyUsage})

    async def _keep(self, identity: Identity) -> None:
        async with self._storage.write() as session:
            seeds = {usage.value: seed for usage, seed in identity.seeds.items()}
            master_key = identity.public(KeyUsage.MASTER)
            await Identities(session).keep(identity.user_id, master_key, seeds)

    async def _account(self, session: AsyncSession) -> DeviceAccount:
        """Hold our device, which is made where it has no keys yet."""
        devices = OwnDevices(session)
        row = await devices.hold(self._client.user_id)
        if row is not None and row.device_id == self._client.device_id:
            return DeviceAccount(row)
        await devices.end()
        await Outbox(session).unseal()
        return await DeviceAccount.make(devices, self._client.user_id, self._client.device_id)

    async def _shown(self) -> dict[str, Any]:
        """Ask what others are told of our account."""
        question: dict[str, Any] = {"device_keys": {self._client.user_id: []}}
        return await self._client.call("POST", "/keys/query", question)

    async def _account_data(self, kind: str) -> dict[str, Any] | None:
        try:
            return await self._client.call("GET", self._path(kind))
        except Refused as refusal:
            if refusal.status == 404 and not refusal.passing:  # noqa: PLR2004 -- HTTP's own number
                return None
            raise

    async def _put(self, kind: str, content: Mapping[str, Any]) -> None:
        await self._client.call("PUT", self._path(kind), content)

    def _path(self, kind: str) -> str:
        return f"/user/{escape(self._client.user_id)}/account_data/{escape(kind)}"
