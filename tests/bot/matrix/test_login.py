"""Logging in: by a password where there are any, else by a token that belongs to a device."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from bot.matrix import login
from bot.matrix.client import Refused
from bot.matrix.login import Credentials, find_homeserver, keep_token, log_in
from bot.settings import MatrixSettings
from kit.errors import BadConfiguration

PASSWORDS = {"flows": [{"type": "m.login.sso"}, {"type": "m.login.password"}]}
OURS = {"user_id": "@hub:test", "device_id": "DEVICE"}


class Homeserver:
    """Answers what the test says, by path; keeps what it was asked."""

    def __init__(self) -> None:
        self.answers: dict[str, tuple[int, Any]] = {}
        self.asked: list[tuple[str, Any]] = []

    async def answer(self, request: web.Request) -> web.Response:
        path = f"{request.method} {request.path.removeprefix('/_matrix/client/v3')}"
        self.asked.append((path, await request.json() if request.can_read_body else None))
        status, body = self.answers[path]
        return web.json_response(body, status=status)


@pytest.fixture
async def server() -> AsyncIterator[tuple[Homeserver, MatrixSettings]]:
    homeserver = Homeserver()
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", homeserver.answer)
    async with TestServer(app) as running:
        address = str(running.make_url("")).rstrip("/")
        yield homeserver, MatrixSettings(homeserver=address, user_id="@hub:test")


Server = tuple[Homeserver, MatrixSettings]


async def test_a_password_is_given_where_there_are_any(server: Server):
    homeserver, settings = server
    made = {"device_id": "NEW", "access_token": "t"}
    homeserver.answers = {"GET /login": (200, PASSWORDS), "POST /login": (200, made)}
    assert await log_in(settings, "secret") == Credentials("NEW", "t")
    assert homeserver.asked[1][1]["password"] == "secret"


@pytest.mark.parametrize("flows", [{"flows": [{"type": "m.login.sso"}]}, {"flows": []}, {}])
async def test_where_there_are_none_the_way_by_a_token_is_named(server: Server, flows: Any):
    homeserver, settings = server
    homeserver.answers = {"GET /login": (200, flows)}
    with pytest.raises(BadConfiguration) as refused:
        await log_in(settings, "secret")
    assert str(refused.value) == (
        f"{settings.homeserver} takes no passwords. Make a token that belongs to a device, and "
        "run: ilan-hub login --token. Under Matrix Authentication Service one is made by: "
        "mas-cli manage issue-compatibility-token hub --device-id ILANHUB"
    )
    assert [path for path, _body in homeserver.asked] == ["GET /login"]  # nobody heard the password


async def test_a_homeserver_that_is_being_restarted_may_be_asked_again(server: Server):
    homeserver, settings = server
    homeserver.answers = {"GET /login": (502, {})}
    with pytest.raises(Refused, match="502"):
        await log_in(settings, "secret")


async def test_a_token_is_kept_with_the_device_it_belongs_to(server: Server):
    homeserver, settings = server
    homeserver.answers = {"GET /account/whoami": (200, OURS)}
    assert await keep_token(settings, "t") == Credentials("DEVICE", "t")


@pytest.mark.parametrize(
    ("answer", "message"),
    [
        ((200, {"user_id": "@hub:test"}), "belongs to no device: what the hub sends again"),
        ((200, OURS | {"user_id": "@other:test"}), "belongs to another account than @hub:test"),
        ((401, {"errcode": "M_UNKNOWN_TOKEN"}), "no longer accepts our token"),
    ],
)
async def test_a_token_that_would_not_do_is_refused(server: Server, answer: Any, message: str):
    homeserver, settings = server
    homeserver.answers = {"GET /account/whoami": answer}
    with pytest.raises(BadConfiguration, match=message):
        await keep_token(settings, "t")


class WellKnown:
    """A client of which only the address it is made for, and its one answer, matter."""

    asked: list[str]
    answer: Any

    def __init__(self, address: str, *_login: str) -> None:
        type(self).asked.append(address)

    async def call(self, method: str, path: str, *, below: str) -> Any:
        type(self).asked.append(f"{method} {below}{path}")
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer

    async def close(self) -> None: ...


@pytest.fixture
def well_known(monkeypatch: pytest.MonkeyPatch) -> type[WellKnown]:
    WellKnown.asked = []
    monkeypatch.setattr(login, "Client", WellKnown)
    return WellKnown


@pytest.mark.parametrize(
    ("answer", "address"),
    [
        ({"m.homeserver": {"base_url": "https://matrix.test/"}}, "https://matrix.test"),
        (Refused(404, "HTTP"), "https://example.test"),
    ],
)
async def test_a_server_name_is_looked_up(well_known: type[WellKnown], answer: Any, address: str):
    well_known.answer = answer
    assert await find_homeserver("example.test") == address
    asked = ["https://example.test", "GET /.well-known/matrix/client"]
    assert well_known.asked == asked


@pytest.mark.parametrize(
    "answer", [{}, {"m.homeserver": 7}, {"m.homeserver": {"base_url": "file:///etc/passwd"}}]
)
async def test_a_server_name_that_leads_nowhere_is_a_wrong_setting(
    well_known: type[WellKnown], answer: Any
):
    well_known.answer = answer
    with pytest.raises(BadConfiguration, match="names no homeserver"):
        await find_homeserver("example.test")


async def test_an_address_is_taken_as_it_is(well_known: type[WellKnown]):
    assert await find_homeserver("http://127.0.0.1:8008") == "http://127.0.0.1:8008"
    assert well_known.asked == []
