"""Whose identity counts: the first one, one by a device of theirs, and no other by itself."""

from __future__ import annotations

from datetime import timedelta

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
PEERS = {peer.device_id: peer for peer in (PHONE, TABLET, NEW)}

Shown = tuple[str | None, bool, bool]


@given(st.lists(st.tuples(st.sampled_from([None, "a", "b", "c"]), st.booleans(), st.booleans())))
def test_another_counts_only_by_a_device_and_none_that_counted_before(answers: list[Shown]):
    now, were = Pinning(), list[str | None]()
    for shown, known, vouched in answers:
        before, now = now, now.sees(shown, known=known, vouched=vouched)
        assert now.shown == (shown or before.shown)
        assert now.replaced == (now.shown is not None and now.shown != now.pinned)
        if now.pinned == before.pinned:
            continue
        assert now.pinned == shown
        assert shown not in were
        assert vouched or (before == Pinning() and not known)
        assert shown != before.shown
        were.append(before.pinned)


class AsShown(Pinning):
    """Takes whatever is shown for somebody's own."""

    def sees(self, master_key: str | None, *, known: bool, vouched: bool) -> AsShown:
        return AsShown(master_key, master_key) if master_key else self


async def shows(
    hub: Device, owner: Owner | None, by: Peer | None = None, **signed: Owner | None
) -> bool:
    """Let an identity be shown, and devices signed by some; returns whether it is noticed.

    A device of theirs set it up, which signed it; or nobody knows which.
    """
    peers = {name: peer.device_keys() for name, peer in PEERS.items()}
    described = {
        name: vouching.vouches(peers[name]) if vouching else peers[name]
        for name, vouching in signed.items()
    }
    news = await hub.knows(also={AMAL: described}, identity=owner.keys(by) if owner else None)
    assert set(news.set_up) <= {AMAL} - set(news.replaced)
    hub.set_up = news.set_up.get(AMAL)
    return news.replaced == [AMAL]


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
    assert await shows(hub, OTHER, NEW, PHONE=None, NEW=OTHER)
    assert await read(hub) == ({"PHONE"}, {"NEW"})
    assert not await shows(hub, OTHER, NEW, PHONE=None, NEW=OTHER, TABLET=None)
    assert await read(hub) == ({"PHONE"}, {"NEW", "TABLET"})
    assert not await shows(hub, OTHER, NEW, NEW=OTHER)  # nor is it theirs when the device is hidden
    assert await read(hub) == (set(), {"NEW"})


async def test_a_first_identity_that_signs_the_device_of_its_owner_unasked_does_not_count(
    hub: Device,
):
    await shows(hub, None, PHONE=None)
    assert await shows(hub, OTHER, NEW, PHONE=OTHER, NEW=OTHER)
    assert await read(hub) == ({"PHONE"}, {"NEW"})
    # What its owner sets up on the phone does, at once.
    assert not await shows(hub, FIRST, PHONE, PHONE=FIRST, NEW=OTHER)
    assert hub.set_up == "PHONE"
    assert await read(hub) == ({"PHONE"}, {"NEW"})


async def test_who_sets_up_encryption_on_a_device_that_was_there_raises_no_alarm(hub: Device):
    await shows(hub, None, PHONE=None, TABLET=None)
    assert not await shows(hub, FIRST, PHONE, PHONE=FIRST, TABLET=None)
    assert hub.set_up == "PHONE"
    assert await read(hub) == ({"PHONE"}, {"TABLET"})
    assert not await shows(hub, FIRST, PHONE, PHONE=FIRST, NEW=FIRST)
    assert hub.set_up is None  # told once
    assert await read(hub) == ({"PHONE", "NEW"}, set())


async def test_who_was_known_is_not_unmade_by_hiding_their_devices(hub: Device):
    await shows(hub, None, PHONE=None)
    await shows(hub, None)
    assert await shows(hub, OTHER, NEW, NEW=OTHER)
    assert not await shows(hub, OTHER, NEW, PHONE=None, NEW=OTHER)
    assert await read(hub) == ({"PHONE"}, {"NEW"})


@pytest.mark.parametrize("days", [6, 7])
async def test_a_device_that_was_added_lets_a_first_identity_count_after_a_week(
    hub: Device, days: int
):
    await shows(hub, None, PHONE=None)
    await shows(hub, None, PHONE=None, NEW=None)
    hub.now += timedelta(days=days)
    held = days < devices.KNOWN_AFTER.days
    assert await shows(hub, OTHER, NEW, PHONE=None, NEW=OTHER) is held
    hub.now += devices.KNOWN_AFTER  # and what does not count when it is shown does not by time
    assert not await shows(hub, OTHER, NEW, PHONE=None, NEW=OTHER)
    assert (await read(hub))[0] == ({"PHONE", "NEW"} if held else {"NEW"})


async def test_a_device_that_is_signed_out_lets_nothing_count(hub: Device):
    await shows(hub, None, PHONE=None, TABLET=None)
    assert await shows(hub, OTHER, TABLET, PHONE=None)


async def test_a_signature_of_another_device_under_that_name_counts_for_nothing(hub: Device):
    await shows(hub, None, PHONE=None)
    assert await shows(hub, OTHER, Peer(AMAL, "PHONE"), PHONE=OTHER, NEW=OTHER)
    assert await read(hub) == ({"PHONE"}, {"NEW"})


async def test_nobody_known_before_is_taken_at_their_first_word(hub: Device):
    await shows(hub, None)
    assert not await shows(hub, FIRST, PHONE=FIRST, NEW=None)
    assert hub.set_up is None
    assert await read(hub) == ({"PHONE"}, {"NEW"})


async def test_a_device_that_the_identity_vouches_for_lets_the_next_count(hub: Device):
    await shows(hub, FIRST, PHONE=FIRST, TABLET=None)
    assert await shows(hub, OTHER, TABLET, PHONE=FIRST, TABLET=OTHER)
    assert not await shows(hub, THIRD, PHONE, PHONE=THIRD, TABLET=OTHER)
    assert hub.set_up == "PHONE"
    assert await read(hub) == ({"PHONE"}, {"TABLET"})


async def test_what_counted_before_does_not_count_again_though_its_signature_still_holds(
    hub: Device,
):
    await shows(hub, FIRST, PHONE=FIRST)
    await shows(hub, THIRD, PHONE, PHONE=THIRD, NEW=FIRST)
    assert await shows(hub, FIRST, PHONE, PHONE=THIRD, NEW=FIRST)
    assert await read(hub) == ({"PHONE"}, {"NEW"})


async def test_an_identity_that_is_accepted_counts_and_the_one_before_no_more(hub: Device):
    await shows(hub, FIRST, PHONE=FIRST)
    await shows(hub, OTHER, PHONE=FIRST, NEW=OTHER)
    async with hub.open() as machine:
        rows = machine.devices.rows
        assert await rows.count_replaced() == 1
        await rows.accept(AMAL, "of another one", hub.now)
        key = await rows.replaced(AMAL)
        assert key is not None
        await rows.accept(AMAL, key, hub.now)
        assert (await rows.replaced(AMAL), await rows.count_replaced()) == (None, 0)
        assert list(await rows.unread([AMAL])) == [AMAL]
    assert not await shows(hub, OTHER, PHONE=FIRST, NEW=OTHER)
    assert await read(hub) == ({"NEW"}, {"PHONE"})


@pytest.mark.parametrize("first", [FIRST, None])
async def test_what_counted_before_is_brought_back_whole_and_what_came_after_held(
    hub: Device, first: Owner | None
):
    await shows(hub, first, PHONE=first)
    await shows(hub, OTHER, NEW, PHONE=OTHER, NEW=OTHER)
    async with hub.open() as machine:
        key = await machine.devices.rows.replaced(AMAL)
        assert key is not None
        await machine.devices.rows.accept(AMAL, key, hub.now)
    await shows(hub, OTHER, NEW, NEW=OTHER, PHONE=None)
    assert await read(hub) == ({"NEW"}, {"PHONE"})
    async with hub.open() as machine:
        assert await machine.devices.rows.bring_back(AMAL, hub.now)
        assert not await machine.devices.rows.bring_back(AMAL, hub.now)
        assert await machine.devices.rows.replaced(AMAL) == key
    assert await read(hub) == ({"PHONE"}, {"NEW"})
    assert not await shows(hub, OTHER, PHONE, PHONE=None, NEW=OTHER)
    assert await read(hub) == ({"PHONE"}, {"NEW"})
    assert await shows(hub, THIRD, NEW, PHONE=None, NEW=OTHER)
    assert await shows(hub, OTHER, PHONE, PHONE=None, NEW=OTHER)  # nor by that which was taken back
    assert await read(hub) == ({"PHONE"}, {"NEW"})
