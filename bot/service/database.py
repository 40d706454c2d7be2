"""What an operator does to the database as a whole, while no hub runs."""

from __future__ import annotations

from collections.abc import Mapping

from bot.service.parts import next_key, open_copy, open_storage
from bot.settings import Settings
from kit.errors import BadConfiguration
from storage.copying import copy_all
from storage.engine import Storage
from storage.migrate import is_current
from storage.rekey import holds_sealed, reseal
from storage.vault import Vault, WrongKey, new_key, read_key, write_key


async def rekey(settings: Settings) -> int:
    """Seal everything with a new key, which then takes the place of the old one.

    The new key is kept before anything is sealed with it, and takes its place when all is. What was
    cut off in between goes on with the same one. Returns how many values were sealed.

    Raises:
        AlreadyRunning: a hub uses the database.
        BadConfiguration: there is no key, or neither opens the database.
    """
    path, following = settings.path(settings.database.key_file), next_key(settings)
    old = read_key(path)
    if old is None:
        message = f"{path}: there is no key yet, so nothing is sealed"
        raise BadConfiguration(message)
    new = read_key(following)
    if new is None:
        new = new_key(old)
        write_key(following, new)
    if await _sealed_with(settings, new):
        sealed = 0  # it was cut off when only this was left
    else:
        async with open_storage(settings, alone=True) as (storage, _changed):
            sealed = await reseal(storage, Vault(old), Vault(new))
    following.replace(path)
    return sealed


async def _sealed_with(settings: Settings, key: bytes) -> bool:
    storage = Storage(settings.database_url, Vault(key))
    try:
        return await is_current(storage) and await holds_sealed(storage)
    except WrongKey:
        return False
    finally:
        await storage.close()


async def copy_to(settings: Settings, url: str) -> Mapping[str, int]:
    """Copy the database to an empty one at *url*, under the same key; returns rows by table.

    Raises:
        AlreadyRunning: a hub uses one of them.
        BadFile: the other one holds something already.
        BadConfiguration, StorageFailed: one of them cannot be used.
    """
    async with (
        open_storage(settings, alone=True) as (source, _changed),
        open_copy(settings, url) as target,
        target.only_user(settings.matrix.user_id),
    ):
        return await copy_all(source, target)
