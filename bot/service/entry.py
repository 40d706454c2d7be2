"""Entering the homeserver: a login, and an identity that vouches for its device."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass

from bot.encryption.identity import KeyUsage
from bot.encryption.secret_storage import read_recovery_key
from bot.matrix.client import Client
from bot.matrix.login import Credentials, find_homeserver, keep_token, log_in
from bot.matrix.trust import AccountTrust
from bot.service.parts import only_instance, open_storage
from bot.settings import Settings
from kit.codes import fours
from kit.errors import BadConfiguration


@dataclass(frozen=True, slots=True)
class Entered:
    """What a login came to. The recovery key is there once, where a new one was made."""

    device_id: str
    fingerprint: str
    recovery_key: str | None


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
    with only_instance(settings.directory):
        async with open_storage(settings) as (storage, _changed):
            recovery_key = _readable(ask.recovery_key()) if recover else None
            password = "" if with_token else ask.password()
            if with_token:
                credentials = await keep_token(settings.matrix, ask.token())
            else:
                credentials = await log_in(settings.matrix, password)
            client = Client(
                await find_homeserver(settings.matrix.homeserver),
                settings.matrix.user_id,
                credentials.device_id,
                credentials.access_token,
            )
            try:
                return await _trusted(
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
