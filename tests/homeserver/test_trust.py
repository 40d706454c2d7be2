"""People trust the hub's device, by the judgement of an independent client."""

from __future__ import annotations

import itertools
import re
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path

import pytest
import pytest_asyncio
import yaml

from benchmarks.support.hub import operated
from bot.matrix.trust import Foreign, Impostor
from bot.sandbox.homeserver import Account, Homeserver
from bot.service.entry import Entered, Prompts, enter
from bot.settings import PASSWORD_VARIABLE, load
from kit.errors import BadConfiguration
from tests.homeserver.people import People
from tests.homeserver.test_verification import from_hub
from tests.homeserver.world import PATIENCE, World, Worlds

PASSWORD = "correct horse"
NUMBERS = itertools.count(1)
PRINTED = re.compile(
    r"Logged in as device (\w+); kept in \S+\n"
    r"The account vouches for it. Its fingerprint: ([\w+/]{4}(?: [\w+/]{3,4}){10})\n"
    r"(?:Logged out: \w+, of earlier logins.\n)?"
    r"(?:Other devices of the account: (\w+). End any that you do not know.\n)?"
    r"Recovery key, .*\n.*\n    (\w{4}(?: \w{4}){11})\n"
)


@dataclass(frozen=True)
class Operator:
    """Somebody who runs the hub, on one machine after the other."""

    homeserver: Homeserver
    account: Account
    place: Path

    def machine(self, name: str) -> Path:
        """Set up another machine for the same account; returns its configuration."""
        directory = self.place / name
        directory.mkdir()
        settings = {"homeserver": self.homeserver.url, "user_id": self.account.user_id}
        path = directory / "config.yaml"
        path.write_text(yaml.safe_dump({"matrix": settings}))
        return path

    async def logs_in(self, machine: Path, recovery_key: str = "") -> Entered:
        """Do what ``ilan-hub login`` does, with ``--recover`` if there is a recovery key."""
        ask = Prompts(lambda: PASSWORD, lambda: "", lambda: recovery_key)
        recover = bool(recovery_key)
        return await enter(load(machine), ask, with_token=False, recover=recover)


@pytest_asyncio.fixture(loop_scope="session")
async def operator(homeserver: Homeserver, tmp_path: Path) -> Operator:
    account = await homeserver.register(f"trusted-{next(NUMBERS)}", PASSWORD)
    return Operator(homeserver, account, tmp_path)


async def test_an_operator_reads_fingerprint_and_recovery_key_once(operator: Operator) -> None:
    machine = operator.machine("first")
    code, out, _logged = await operated(machine, "login", **{PASSWORD_VARIABLE: PASSWORD})
    printed = PRINTED.search(out)
    assert (code, printed is not None) == (0, True), out
    assert printed is not None
    again = await operator.logs_in(machine)
    others = [operator.account.device_id]
    assert again == Entered(again.device_id, printed[2], None, [printed[1]], others)
    assert printed[3] == operator.account.device_id
    assert again.device_id != printed[1]


async def test_a_login_makes_a_device_that_people_trust(operator: Operator, people: People) -> None:
    entered, user_id = await operator.logs_in(operator.machine("first")), operator.account.user_id
    amal = await people.person("amal")
    trust = await amal.trust(user_id, entered.device_id)
    assert (trust["signed_by_owner"], trust["owner_changed"]) == (True, False)
    # The device of the registration, which nobody signed.
    assert not (await amal.trust(user_id, operator.account.device_id))["signed_by_owner"]


async def test_a_new_machine_is_trusted_at_once(operator: Operator, people: People) -> None:
    first = await operator.logs_in(operator.machine("first"))
    second = await operator.logs_in(operator.machine("second"), first.recovery_key or "")
    others = [operator.account.device_id]
    ended = [first.device_id]
    assert second == Entered(second.device_id, first.fingerprint, None, ended, others)
    assert second.device_id != first.device_id
    amal = await people.person("amal")
    assert (await amal.trust(operator.account.user_id, second.device_id))["signed_by_owner"]


async def test_another_client_opens_what_the_hub_put_into_secret_storage(
    operator: Operator, homeserver: Homeserver, people: People
) -> None:
    entered = await operator.logs_in(operator.machine("first"))
    localpart = operator.account.user_id[1:].partition(":")[0]
    account = await homeserver.register(localpart, PASSWORD)
    await people.client(account, recovery_key=entered.recovery_key)
    amal = await people.person("amal")
    await amal.finds(account.user_id, account.device_id, signed_by_owner=True)


async def test_an_identity_of_somebody_else_is_refused_and_left_as_it_is(
    operator: Operator, people: People
) -> None:
    other = await people.client(operator.account)
    amal = await people.person("amal")
    await amal.finds(other.user_id, other.device_id, signed_by_owner=True)
    machine = operator.machine("first")
    with pytest.raises(Foreign):
        await operator.logs_in(machine)
    # Nothing is left of the try: neither a device nor a login.
    trust = await amal.trust(other.user_id, other.device_id)
    assert (trust["devices"], trust["signed_by_owner"]) == ([other.device_id], True)
    assert not (machine.parent / "credentials.json").exists()
    # Who has its key may take it over: it is the account's own.
    entered = await operator.logs_in(machine, other.recovery_key)
    await amal.finds(other.user_id, entered.device_id, signed_by_owner=True)


async def test_a_recovery_key_that_is_not_the_one_opens_nothing(
    operator: Operator, people: People
) -> None:
    other = await people.client(operator.account)
    stranger = await people.person("amal")
    machine = operator.machine("first")
    for wrong, why in [
        (other.recovery_key.lower(), "that is no recovery key"),
        (f"{other.recovery_key} 1", "that is no recovery key"),
        (stranger.recovery_key, "that is not the recovery key of this account"),
    ]:
        with pytest.raises(BadConfiguration, match=why):
            await operator.logs_in(machine, wrong)
    trust = await stranger.trust(other.user_id, other.device_id)
    assert trust["devices"] == [other.device_id]


async def test_an_identity_that_replaced_ours_is_noticed_and_not_overwritten(
    operator: Operator, people: People
) -> None:
    machine = operator.machine("first")
    key = (await operator.logs_in(machine)).recovery_key
    usurper = await people.client(operator.account, signed=False, recovery_key=key)
    await usurper.do("replace", password=PASSWORD)
    with pytest.raises(Impostor):
        await operator.logs_in(machine)
    amal = await people.person("amal")
    await amal.finds(usurper.user_id, usurper.device_id, signed_by_owner=True)


async def test_a_hub_that_was_logged_in_earlier_is_trusted_once_it_runs(
    world: World, people: People
) -> None:
    amal = await people.person("amal")  # the hub ran when its world was settled
    await amal.finds(world.hub.user_id, world.account.device_id, signed_by_owner=True)
    await world.down()
    _code, said, _logged = await operated(world.hub.config, "check")
    (line,) = [line for line in said.splitlines() if "trust" in line]
    assert line == "ok    trust: our identity vouches for our device"


async def test_a_hub_whose_identity_was_replaced_does_not_run(
    broken: World, homeserver: Homeserver, people: People
) -> None:
    localpart = broken.account.user_id[1:].partition(":")[0]
    usurper = await people.client(await homeserver.register(localpart), signed=False)
    await usurper.do("replace", password=homeserver.password(localpart))
    await broken.hub.start()
    assert await broken.hub.ended(PATIENCE) == 78
    code, said, _logged = await operated(broken.hub.config, "check")
    assert (code, said.count("is shown with keys that are not the hub's")) == (78, 1)


async def test_a_hub_whose_account_has_an_identity_of_another_client_works_without_one(
    worlds: Worlds, homeserver: Homeserver, people: People
) -> None:
    async with AsyncExitStack() as stack:
        world = await worlds.open(stack)
        localpart = world.account.user_id[1:].partition(":")[0]
        other = await people.client(await homeserver.register(localpart))
        await world.settle()
        _code, said, _logged = await operated(world.hub.config, "check")
        (line,) = [line for line in said.splitlines() if "trust:" in line]
        assert line.startswith("note  trust: the account has an identity that is not ours.")
        amal = await people.person("amal")
        await amal.finds(other.user_id, other.device_id, signed_by_owner=True)
        trust = await amal.trust(other.user_id, world.account.device_id)
        assert not trust["signed_by_owner"]


async def test_after_a_restore_the_hub_goes_on_as_a_new_device_of_the_same_identity(
    broken: World, homeserver: Homeserver, people: People
) -> None:
    database, copy = broken.directory / "hub.db", broken.directory / "copy.db"
    assert (await operated(broken.hub.config, "backup", str(copy)))[0] == 0
    for file in broken.directory.glob("hub.db*"):
        file.unlink()
    assert not database.exists()
    assert (await operated(broken.hub.config, "restore", str(copy)))[0] == 0
    await broken.hub.start()
    assert await broken.hub.ended(PATIENCE) == 78  # it has none of the keys that others know
    localpart = broken.account.user_id[1:].partition(":")[0]
    secret = {PASSWORD_VARIABLE: homeserver.password(localpart)}
    code, said, _logged = await operated(broken.hub.config, "login", **secret)
    printed = PRINTED.search(said)
    assert (code, printed is not None) == (0, True), said
    assert printed is not None
    amal = await people.person("amal")
    await amal.finds(broken.hub.user_id, printed[1], signed_by_owner=True, owner_changed=False)
    await broken.up()
    await amal.do("chat", invite=broken.hub.user_id)
    greeting = await amal.wait(from_hub(broken, "onboarding.welcome"))
    assert (greeting["encrypted"], greeting["shield"]) == (True, [0, None])
