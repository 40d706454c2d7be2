"""What the homeserver is given of the account's identity, in which order, and what it may ask."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from random import Random
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from bot.encryption.identity import DeviceStanding
from bot.matrix.client import Client, Refused
from bot.matrix.trust import AccountTrust, Untrusted
from storage.engine import Storage
from storage.identities import Identities
from tests.harness import HUB

PASSWORD = "secret"
UIA = {"flows": [{"stages": ["m.login.password"]}], "session": "s", "params": {}}


class Keyserver:
    """The part of a homeserver that keeps keys. It wants the *password* for an identity, if set."""

    def __init__(self, password: str = "") -> None:
        self.password = password
        self.asked: list[str] = []
        self.identity: dict[str, Any] = {}
        self.device: dict[str, Any] | None = None
        self.fails = ""

    async def answer(self, request: web.Request) -> web.Response:
        path = request.path.removeprefix("/_matrix/client/v3/keys/")
        body = await request.json()
        self.asked.append(path)
        if path == self.fails:
            return web.json_response({"errcode": "M_UNKNOWN"}, status=500)
        match path:
            case "query":
                devices = {HUB: {"HUB": self.device}} if self.device else {}
                keys = {f"{name}s": {HUB: key} for name, key in self.identity.items()}
                return web.json_response({"device_keys": devices, **keys})
            case "upload":
                self.device = body["device_keys"]
            case "device_signing/upload":
                if self.password and body.get("auth", {}).get("password") != self.password:
                    return web.json_response(UIA, status=401)
                self.identity = {name: key for name, key in body.items() if name != "auth"}
            case "signatures/upload":
                assert self.device is not None
                signed = body[HUB]["HUB"]["signatures"][HUB]
                self.device["signatures"][HUB] |= signed
                return web.json_response({"failures": {}})
        return web.json_response({})


@asynccontextmanager
async def trust(keyserver: Keyserver, storage: Storage) -> AsyncIterator[AccountTrust]:
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", keyserver.answer)
    async with TestServer(app) as server:
        client = Client(str(server.make_url("")).rstrip("/"), HUB, "HUB", "token")
        try:
            yield AccountTrust(client, storage, Random(1).randbytes)
        finally:
            await client.close()


@pytest.mark.both_databases
async def test_an_identity_is_made_once_and_vouches_for_the_device(storage: Storage):
    keyserver = Keyserver()
    async with trust(keyserver, storage) as ours:
        assert await ours.standing() is DeviceStanding.NO_IDENTITY
        first = await ours.establish()
        assert await ours.standing() is DeviceStanding.TRUSTED
        assert keyserver.asked == [
            *("query", "query"),
            *("device_signing/upload", "upload", "signatures/upload", "query"),
        ]
        keyserver.asked.clear()
        again = await ours.establish()
    assert (again.seeds, keyserver.asked) == (first.seeds, ["query"])


async def test_the_password_is_given_only_where_it_is_asked_for(storage: Storage):
    keyserver = Keyserver(PASSWORD)
    async with trust(keyserver, storage) as ours:
        await ours.establish(PASSWORD)
        assert await ours.standing() is DeviceStanding.TRUSTED
    assert keyserver.asked.count("device_signing/upload") == 2


@pytest.mark.parametrize("password", ["", "another"])
async def test_without_the_right_password_the_operator_reads_what_to_do(
    storage: Storage, password: str
):
    keyserver = Keyserver(PASSWORD)
    async with trust(keyserver, storage) as ours:
        with pytest.raises(Untrusted, match="Run: ilan-hub login"):
            await ours.establish(password)
    assert (keyserver.identity, keyserver.device) == ({}, None)


@pytest.mark.parametrize("path", ["device_signing/upload", "upload", "signatures/upload"])
async def test_whatever_fails_on_the_way_the_next_try_goes_on_with_the_same_identity(
    storage: Storage, path: str
):
    keyserver = Keyserver()
    async with trust(keyserver, storage) as ours:
        keyserver.fails = path
        with pytest.raises(Refused):
            await ours.establish()
        async with storage.read() as session:
            kept = await Identities(session).seeds(HUB)
        keyserver.fails = ""
        again = await ours.establish()
        assert {str(usage): seed for usage, seed in again.seeds.items()} == kept
        assert await ours.standing() is DeviceStanding.TRUSTED
