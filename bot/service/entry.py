"""Entering the homeserver: a login, and an identity that vouches for its device."""

from __future__ import annotations

import secrets
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, replace

import structlog

from bot.encryption.identity import KeyUsage
from bot.encryption.secret_storage import read_recovery_key
from bot.matrix.client import Client, Refused, SignedOut, Unreachable
from bot.matrix.login import Credentials, end_others, find_homeserver, keep_token, log_in
from bot.matrix.trust import AccountTrust
from bot.service.parts import open_storage
from bot.settings import Settings
from kit.codes import fours
from kit.errors import BadConfiguration

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Entered:
    """What a login came to. The recovery key is there once, where a new one was made.

    *ended* are devices of earlier logins that are logged out, *others* those of other clients.
    """

    device_id: str
    fingerprint: str
    recovery_key: str | None
    ended: Sequence[str] = ()
    others: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Prompts:
    """What the operator is asked for, each only if it is needed."""

    password: Callable[[], str]
    token: Callable[[], str]
    recovery_key: Callable[[], str]


async def enter(settings: Settings, ask: Prompts, *, with_token: bool, recover: bool) -> Entered:
    """Log in, and let the account vouch for the device; where that fails nothing is kept.

    Raises:
        BadConfiguration: an answer is wrong, or the account has an identity that is not ours.
        Refused, Unreachable: another try may succeed.
    """
    async with open_storage(settings, alone=True) as (storage, _changed):
        recovery_key = _readable(ask.recovery_key()) if recover else None
        password = "" if with_token else ask.password()
        if with_token:
            credentials = await keep_token(settings.matrix, ask.token())
        else:
            credentials = await log_in(settings.matrix, password)
        async with _client(settings, credentials) as client:
            before = _device_before(settings)
            try:
                entered = await _trusted(
                    settings,
                    AccountTrust(client, storage, secrets.token_bytes),
                    credentials,
                    password,
                    recovery_key,
                )
            except BadConfiguration:
                if not with_token:
                    await client.call("POST", "/logout", {})
                raise
            ended, others = await end_others(client, before, password)
            return replace(entered, ended=ended, others=others)


async def enter_anew(settings: Settings) -> None:
    """Go on as another device, which the identity in the database vouches for, with our password.

    The device before it is logged out, once nothing can hold up the new one.

    Raises:
        BadConfiguration: the password is wrong, or the account has an identity that is not ours.
        Refused, Unreachable: another try may succeed.
    """
    path, password = settings.path(settings.matrix.credentials_file), settings.secrets.password
    before = Credentials.read(path)
    async with open_storage(settings, alone=True) as (storage, _changed):
        after = await log_in(settings.matrix, password)
        async with _client(settings, after) as client:
            try:
                await AccountTrust(client, storage, secrets.token_bytes).establish(password)
            except BadConfiguration:
                await client.call("POST", "/logout", {})
                raise
        after.save(path)
    async with _client(settings, before) as client:
        with suppress(Refused, Unreachable, SignedOut):  # then it stays in the list, unused
            await client.call("POST", "/logout", {})
    log.warning("device.new", device_id=after.device_id, before=before.device_id)


def _device_before(settings: Settings) -> str:
    try:
        return Credentials.read(settings.path(settings.matrix.credentials_file)).device_id
    except BadConfiguration:
        return ""  # there was none


@asynccontextmanager
async def _client(settings: Settings, credentials: Credentials) -> AsyncIterator[Client]:
    client = Client(
        await find_homeserver(settings.matrix.homeserver),
        settings.matrix.user_id,
        credentials.device_id,
        credentials.access_token,
    )
    try:
        yield client
    finally:
        await client.close()


async def _trusted(
    settings: Settings,
    trust: AccountTrust,
    credentials: Credentials,
    password: str,
    recovery_key: bytes | None,
) -> Entered:
    if recovery_key is None:
        identity = await trust.establish(password)
    else:
        identity = await trust.recover(recovery_key)
    credentials.save(settings.path(settings.matrix.credentials_file))
    stored = await trust.store(identity) if recovery_key is None else None
    return Entered(credentials.device_id, fours(identity.public(KeyUsage.MASTER)), stored)


def _readable(written: str) -> bytes:
    try:
        return read_recovery_key(written)
    except ValueError as error:
        message = "that is no recovery key: twelve groups of four letters and digits, as shown once"
        raise BadConfiguration(message) from error
