"""Two hubs of one account notice each other on the homeserver, and one of them gives way."""

from __future__ import annotations

import itertools
import shutil
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
from structlog.testing import capture_logs

from bot.matrix.client import Client, Refused, Unreachable
from bot.matrix.lease import ANSWER_SECONDS, Lease
from bot.service.instance import OwnLeases, only_instance
from kit.errors import AlreadyRunning
from tests.harness import HUB

TOKENS = itertools.count(1)


class Account(Client):
    """A homeserver that keeps what is written in the account, and fails when told to."""

    def __init__(self) -> None:
        self.user_id = HUB
        self.written: dict[str, Any] | None = None
        self.fails: Exception | None = None

    async def call(
        self, method: str, _path: str, body: Any = None, **_options: Any
    ) -> dict[str, Any]:
        if self.fails:
            raise self.fails
        if method == "PUT":
            self.written = dict(body)
        elif self.written is None:
            raise Refused(404, "M_NOT_FOUND")
        return dict(self.written or {})


class Place:
    """A directory with a hub in it. *meanwhile* happens in each second that it waits."""

    def __init__(self, account: Account, directory: Path) -> None:
        directory.mkdir(exist_ok=True)
        with only_instance(directory):
            pass
        self.account, self.directory, self.waited = account, directory, 0
        self.meanwhile: Callable[[], Awaitable[None]] | None = None
        self.lease = self.hub()

    def hub(self) -> Lease:
        """Start a new life here."""
        known = OwnLeases(self.directory)
        return Lease(self.account, known, lambda: f"t{next(TOKENS)}", sleep=self._wait)

    async def _wait(self, _seconds: float) -> None:
        self.waited += 1
        if self.meanwhile:
            await self.meanwhile()

    async def hears(self) -> None:
        """Read what /sync tells."""
        await self.lease.heard(self.account.written)


@pytest.fixture
def account() -> Account:
    return Account()


@pytest.fixture
def here(account: Account, tmp_path: Path) -> Place:
    return Place(account, tmp_path / "here")


@pytest.fixture
def there(account: Account, tmp_path: Path) -> Place:
    return Place(account, tmp_path / "there")


async def test_a_second_hub_gives_way_to_one_that_answers(here: Place, there: Place):
    await here.lease.take()
    there.meanwhile = here.hears
    with pytest.raises(AlreadyRunning, match=r"^another hub serves @hub:test from another place"):
        await there.lease.take()
    assert there.waited == 1
    await here.hears()


async def test_a_hub_that_does_not_answer_is_gone_and_gives_way_if_it_comes_back(
    here: Place, there: Place
):
    await here.lease.take()
    await there.lease.take()
    assert there.waited == ANSWER_SECONDS
    await there.hears()
    with pytest.raises(AlreadyRunning):
        await here.hears()


async def test_after_a_stop_nobody_is_waited_for(here: Place, there: Place):
    await here.lease.take()
    await here.lease.release()
    await there.lease.take()
    assert there.waited == 0


async def test_after_a_crash_a_hub_goes_on_at_once_in_its_place(here: Place):
    await here.lease.take()
    here.lease = here.hub()
    before = here.account.written
    await here.lease.take()
    assert (here.waited, here.account.written == before) == (0, False)
    await here.lease.heard(before)  # a homeserver of several processes is late
    await here.hears()


async def test_a_copy_of_the_directory_is_another_place(here: Place, tmp_path: Path):
    await here.lease.take()
    shutil.copytree(here.directory, tmp_path / "copy")
    copy = Place(here.account, tmp_path / "copy")
    copy.meanwhile = here.hears
    with pytest.raises(AlreadyRunning):
        await copy.lease.take()


async def test_who_is_not_the_only_one_to_ask_gives_way(here: Place, there: Place):
    await there.lease.take()

    async def another_asks() -> None:
        here.account.written = {"holder": here.account.written["holder"], "asked": "its word"}

    here.meanwhile = another_asks
    with pytest.raises(AlreadyRunning):
        await here.lease.take()
    assert here.waited == 1


async def test_of_two_that_start_at_once_one_goes_on(here: Place, there: Place):
    await here.lease.take()
    here.account.written = None
    await there.lease.take()
    await there.hears()
    with pytest.raises(AlreadyRunning):
        await here.hears()


async def test_one_that_ends_while_it_is_asked_is_followed(here: Place, there: Place):
    await here.lease.take()
    there.meanwhile = here.lease.release
    await there.lease.take()
    assert there.waited == 1
    await there.hears()


async def test_who_cannot_write_down_its_lease_yet_tries_again(here: Place):
    here.account.fails = Unreachable("no answer in time")
    with pytest.raises(Unreachable):
        await here.lease.take()
    here.account.fails = None
    await here.lease.take()
    await here.hears()
    assert here.waited == 0


async def test_a_homeserver_that_keeps_no_such_data_is_no_reason_not_to_serve(here: Place):
    here.account.fails = Refused(403, "M_FORBIDDEN")
    with capture_logs() as logs:
        await here.lease.take()
        await here.lease.take()
    assert logs == [{"event": "lease.refused", "errcode": "M_FORBIDDEN", "log_level": "warning"}]


@pytest.mark.parametrize("content", [None, {}, {"holder": ""}])
async def test_what_names_nobody_says_nothing(here: Place, content: Mapping[str, Any] | None):
    await here.lease.take()
    await here.lease.heard(content)
