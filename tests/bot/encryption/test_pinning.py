"""Whose identity counts: the first one that shuts nobody out, and no other by itself."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.encryption import devices
from bot.encryption.pinning import Pinning
from tests.bot.encryption.device import Device
from tests.bot.encryption.peer import Owner, Peer

AMAL = "@amal:test"
FIRST, OTHER, THIRD = Owner(AMAL), Owner(AMAL), Owner(AMAL)
PHONE, TABLET, NEW = (Peer(AMAL, name) for name in ("PHONE", "TABLET", "NEW"))

Shown = tuple[str | None, bool]


@given(st.lists(st.tuples(st.sampled_from([None, "a", "b", "c"]), st.booleans())))
def test_only_the_first_that_shuts_nobody_out_ever_counts_by_itself(answers: list[Shown]):
    now = Pinning()
    for shown, vouches in answers:
        before, now = now, now.sees(shown, vouches=vouches)
        if before.pinned is not None or shown is None:
            assert now.pinned == before.pinned
        else:
            assert now.pinned == (shown if vouches else None)
        assert now.shown == (shown or before.shown)
        assert now.replaced == (now.shown is not None and now.shown != now.pinned)


class AsShown(Pinning):
    """Takes whatever is shown for somebody's own."""

    def sees(self, master_key: str | None, *, vouches: bool) -> AsShown:
        return AsShown(master_key, master_key) if master_key else self


async def shows(hub: Device, owner: Owner | None, **signed: Owner | None) -> bool:
    """Let an identity be shown, and devices signed by some; returns whether it is noticed."""
    peers = {peer.device_id: peer.device_keys() for peer in (PHONE, TABLET, NEW)}
    described = {
        name: by.vouches(peers[name]) if by else peers[name] for name, by in signed.items()
    }
    replaced = await hub.knows(also={AMAL: described}, identity=owner.keys() if owner else None)
    return replaced == [AMAL]


async def read(hub: Device, *, unsigned_too: bool = False) -> tuple[set[str], set[str]]:
    """Return which devices are given keys, and which are not."""
    async with hub.open() as machine:
        found = await machine.devices.readers([AMAL], unsigned_too=unsigned_too)
        return {row.device_id for _u, row in found.trusted}, {
            row.device_id for _u, row in found.suspect
        }


@pytest.mark.parametrize("unsigned_too", [False, True])
async def test_devices_of_an_identity_that_took_the_place_of_another_read_nothing(
    hub: Device, *, unsigned_too: bool
):
    assert not await shows(hub, FIRST, PHONE=FIRST)
    assert await shows(hub, OTHER, PHONE=FIRST, NEW=OTHER)
    assert await read(hub, unsigned_too=unsigned_too) == ({"PHONE"}, {"NEW"})
    assert not await shows(hub, OTHER, PHONE=None, NEW=OTHER)  # without the signature that was
    assert await read(hub) == ({"PHONE"}, {"NEW"})
    assert await shows(hub, THIRD, PHONE=FIRST, NEW=THIRD)
    assert not await shows(hub, FIRST, PHONE=FIRST, NEW=THIRD)
    assert await read(hub) == ({"PHONE"}, {"NEW"})


async def test_a_hub_that_takes_what_is_shown_for_somebodys_own_would_be_read_by_all(
    hub: Device, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(devices, "Pinning", AsShown)
    await shows(hub, FIRST, PHONE=FIRST)
    await shows(hub, OTHER, PHONE=FIRST, NEW=OTHER)
    assert await read(hub) == ({"NEW"}, {"PHONE"})


async def test_another_device_of_the_hub_knows_whose_identity_it_was(hub: Device):
    await shows(hub, FIRST, PHONE=FIRST)
    other = Device(hub.storage, "ANEW")
    async with other.open() as machine:
        assert list(await machine.devices.rows.unread([AMAL])) == [AMAL]
    assert await shows(other, OTHER, PHONE=FIRST, NEW=OTHER)
    assert await read(other) == ({"PHONE"}, {"NEW"})


async def test_an_identity_that_is_hidden_changes_nothing(hub: Device):
    await shows(hub, FIRST, PHONE=FIRST)
    assert not await shows(hub, None, PHONE=None, NEW=None)
    assert await read(hub) == ({"PHONE"}, {"NEW"})


async def test_the_first_identity_does_not_shut_out_a_device_that_was_there_before(hub: Device):
    assert not await shows(hub, None, PHONE=None)
    assert await shows(hub, OTHER, PHONE=None, NEW=OTHER)
    assert await read(hub) == ({"PHONE"}, {"NEW"})
    assert not await shows(hub, OTHER, PHONE=None, NEW=OTHER, TABLET=None)
    assert await read(hub) == ({"PHONE"}, {"NEW", "TABLET"})
    assert not await shows(hub, OTHER, NEW=OTHER)  # nor is it theirs when the device is hidden
    assert await read(hub) == (set(), {"NEW"})
    assert not await shows(hub, OTHER, PHONE=OTHER, NEW=OTHER, TABLET=None)
    assert await read(hub) == ({"PHONE", "NEW"}, {"TABLET"})


@pytest.mark.parametrize("before", [{"PHONE": None}, {}])
async def test_the_first_identity_counts_if_it_vouches_for_all_that_read(
    hub: Device, before: dict[str, Owner | None]
):
    await shows(hub, None, **before)
    assert not await shows(hub, FIRST, PHONE=FIRST, NEW=None)
    assert await read(hub) == ({"PHONE"}, {"NEW"})


async def test_an_identity_that_is_accepted_counts_and_the_one_before_no_more(hub: Device):
    await shows(hub, FIRST, PHONE=FIRST)
    await shows(hub, OTHER, PHONE=FIRST, NEW=OTHER)
    async with hub.open() as machine:
        rows = machine.devices.rows
        assert await rows.count_replaced() == 1
        await rows.accept(AMAL, "of another one")
        key = await rows.replaced(AMAL)
        assert key is not None
        await rows.accept(AMAL, key)
        assert (await rows.replaced(AMAL), await rows.count_replaced()) == (None, 0)
        assert list(await rows.unread([AMAL])) == [AMAL]
    assert not await shows(hub, OTHER, PHONE=FIRST, NEW=OTHER)
    assert await read(hub) == ({"NEW"}, {"PHONE"})
