"""Verifying the hub in a chat: who may, what they read, and what belongs to no verification."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import vodozemac
from sqlalchemy import select

from bot.encryption.account import DeviceAccount
from bot.encryption.verification import METHOD
from bot.say.i18n import catalog_directory
from bot.say.signs import SIGNS, load_signs
from bot.talk import verifying
from bot.talk.verifying import DAY, MOST_COMPARED
from kit.network import Network
from storage.encryption.correspondents import Correspondents
from storage.encryption.own_device import OwnDevices
from storage.identities import Identities
from storage.tables.encryption import ToDeviceRow, VerificationRow
from tests.harness import HUB, Said, Talk, kinds, network

AMAL, BORIS = "@amal:test", "@boris:test"
MASTER_KEY = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQ"
OFFER = {
    "from_device": "PHONE",
    "method": METHOD,
    "key_agreement_protocols": ["curve25519-hkdf-sha256"],
    "hashes": ["sha256"],
    "message_authentication_codes": ["hkdf-hmac-sha256.v2"],
    "short_authentication_string": ["emoji", "decimal"],
}
ASK = {"from_device": "PHONE", "methods": [METHOD]}


@pytest.fixture
async def hub(talk: Talk) -> Talk:
    """Let the hub have a device and an identity, and know two people and their phones."""
    async with talk.storage.write() as session:
        await DeviceAccount.make(OwnDevices(session), HUB, "HUB")
        await Identities(session).keep(HUB, MASTER_KEY, {})
    for who in (AMAL, BORIS):
        await talk.member(who, language="2")
        async with talk.storage.write() as session:
            lists = Correspondents(session)
            await lists.track([who], talk.now)
            row = await lists.find(who)
            assert row is not None
            lists.add(row, "PHONE", f"identity of {who}", f"signing of {who}")
    return talk


async def steps(
    hub: Talk, kind: str, who: str = AMAL, room: str = "", name: str = "$ask", **content: Any
) -> list[Said]:
    """Let somebody's client take a step in their chat."""
    payload = {"kind": kind, "id": name, "content": content, "in_chat": True}
    return await hub.event("verification", who, room or hub.chat(who), payload)


def said(heard: list[Said]) -> list[str]:
    return [each.content["type"] for each in heard if each.kind == "step"]


async def compare(hub: Talk) -> Said:
    """Take the steps up to what is compared."""
    assert said(await steps(hub, "request", **ASK)) == ["m.key.verification.ready"]
    assert said(await steps(hub, "start", **OFFER)) == ["m.key.verification.accept"]
    key = vodozemac.Sas().public_key.to_base64()
    answer, shown = await steps(hub, "key", key=key)
    assert (said([answer]), shown.kind) == (["m.key.verification.key"], "verification.compare")
    return shown


@pytest.mark.both_databases
async def test_the_signs_are_named_in_the_language_of_the_person(hub: Talk):
    lines = (await compare(hub)).body.splitlines()
    names = {sign["es"] for sign in load_signs(catalog_directory() / "emoji.yaml")}
    assert [line[:3] for line in lines[2:9]] == [f"{place}. " for place in range(1, 8)]
    assert {line[3:] for line in lines[2:9]} <= names


async def test_nobody_takes_a_step_in_the_verification_of_somebody_else(hub: Talk):
    await steps(hub, "request", **ASK)
    assert await steps(hub, "start", BORIS, **OFFER) == []  # in a chat of his own
    assert await steps(hub, "start", BORIS, hub.chat(AMAL), **OFFER) == []
    assert await steps(hub, "start", AMAL, name="$other", **OFFER) == []
    assert said(await steps(hub, "start", **OFFER)) == ["m.key.verification.accept"]


async def test_who_the_hub_does_not_know_is_not_answered(hub: Talk):
    assert await steps(hub, "request", "@stranger:test", hub.chat(AMAL), **ASK) == []
    assert await steps(hub, "request", "@stranger:test", **ASK) == []


async def test_in_a_room_of_many_the_hub_is_not_verified(hub: Talk):
    await hub.room("space:lobby-en", "!lobby:test")
    assert await steps(hub, "request", room="!lobby:test", **ASK) == []


async def test_devices_are_answered_as_devices(hub: Talk):
    now = int(hub.now.timestamp() * 1000)
    content = {**ASK, "timestamp": now, "transaction_id": "txn"}
    payload = {"kind": "request", "id": "txn", "content": content, "in_chat": False}
    assert await hub.event("verification", AMAL, f"device {AMAL}", payload) == []
    async with hub.storage.read() as session:
        (row,) = (await session.scalars(select(ToDeviceRow))).all()
    ready = {"from_device": "HUB", "methods": [METHOD], "transaction_id": "txn"}
    assert (row.type, row.messages) == ("m.key.verification.ready", {AMAL: {"PHONE": ready}})


@pytest.mark.parametrize(
    "timestamp",
    [timedelta(minutes=-11), timedelta(minutes=6), "yesterday", None],
)
async def test_a_request_of_another_time_is_passed_over(hub: Talk, timestamp: Any):
    if isinstance(timestamp, timedelta):
        timestamp = int((hub.now + timestamp).timestamp() * 1000)
    content = {**ASK, "timestamp": timestamp, "transaction_id": "txn"}
    payload = {"kind": "request", "id": "txn", "content": content, "in_chat": False}
    assert await hub.event("verification", AMAL, f"device {AMAL}", payload) == []
    async with hub.storage.read() as session:
        assert (await session.scalars(select(VerificationRow))).all() == []


async def test_a_verification_that_nobody_goes_on_with_is_over_after_ten_minutes(hub: Talk):
    await steps(hub, "request", **ASK)
    hub.now += timedelta(minutes=11)
    heard = await steps(hub, "start", **OFFER)
    assert (kinds(heard), said(heard)) == (["step"], ["m.key.verification.cancel"])
    assert await steps(hub, "start", **OFFER) == []


@pytest.mark.parametrize(
    ("code", "heard"),
    [
        ("m.mismatched_sas", ["verification.mismatch"]),
        ("m.user", []),
        ("m.timeout", ["verification.failed"]),
    ],
)
async def test_why_it_ended_is_said_where_that_is_of_use(hub: Talk, code: str, heard: list[str]):
    await compare(hub)
    assert kinds(await steps(hub, "cancel", code=code)) == heard


@pytest.mark.parametrize("code", ["m.mismatched_sas", "m.timeout", "m.key_mismatch"])
async def test_what_is_broken_off_before_anything_was_shown_is_not_spoken_of(hub: Talk, code: str):
    await steps(hub, "request", **ASK)
    assert await steps(hub, "cancel", code=code) == []
    await steps(hub, "request", **ASK)
    await steps(hub, "start", **OFFER)
    assert await steps(hub, "cancel", code=code) == []


async def torn(hub: Talk, times: int) -> list[str]:
    """Begin and break off so often, as whoever logged in could; returns what that says."""
    heard: list[Said] = []
    key = vodozemac.Sas().public_key.to_base64()
    for _time in range(times):
        for kind, content in (
            ("request", ASK),
            ("start", OFFER),
            ("key", {"key": key}),
            ("cancel", {"code": "m.mismatched_sas"}),
        ):
            heard += await steps(hub, kind, **content)
    return [kind for kind in kinds(heard) if kind != "step"]


SHOWN_AND_WARNED = ["verification.compare", "verification.mismatch"]


async def test_nobody_fills_a_chat_by_verifications_that_they_break_off(
    hub: Talk, monkeypatch: pytest.MonkeyPatch
):
    shown = ["verification.compare"] * (MOST_COMPARED - 1)
    assert await torn(hub, 9) == [*SHOWN_AND_WARNED, *shown]
    hub.now += DAY - timedelta(minutes=1)
    assert await torn(hub, 2) == []
    assert kinds(await hub.says(AMAL, "verify"))[-1] == "verification.asked"
    assert await torn(hub, 1) == ["verification.compare"]
    await hub.passes(timedelta(minutes=1))
    assert await torn(hub, 1) == SHOWN_AND_WARNED
    monkeypatch.setattr(verifying, "MOST_COMPARED", 99)  # else it would go on like this
    assert await torn(hub, 9) == ["verification.compare"] * 9


@pytest.mark.parametrize("signed", [True, False])
async def test_a_device_that_reads_nothing_of_the_hub_verifies_nothing(hub: Talk, signed: bool):
    async with hub.storage.write() as session:
        who = await Correspondents(session).find(AMAL)
        assert who is not None
        who.pinned_master_key = who.master_key = MASTER_KEY
        ((_user, device),) = await Correspondents(session).devices([AMAL])
        device.signed = signed
    assert await torn(hub, 1) == (SHOWN_AND_WARNED if signed else [])


@pytest.mark.parametrize("name", ["NJXQWPLMRT", "CALL431234", "CALL-43123"])
async def test_who_compares_is_told_with_which_device_if_its_id_is_one(hub: Talk, name: str):
    async with hub.storage.write() as session:
        ((_user, device),) = await Correspondents(session).devices([AMAL])
        device.device_id = name
    await steps(hub, "request", **ASK | {"from_device": name})
    await steps(hub, "start", **OFFER | {"from_device": name})
    key = vodozemac.Sas().public_key.to_base64()
    shown = (await steps(hub, "key", key=key))[-1]
    warned = (await steps(hub, "cancel", code="m.mismatched_sas"))[-1]
    assert [each.kind for each in (shown, warned)] == SHOWN_AND_WARNED
    named = name == "NJXQWPLMRT"
    assert [name in each.body for each in (shown, warned)] == [named, named]


def test_every_sign_has_a_name_in_every_language():
    plan: Network = network()
    signs = load_signs(catalog_directory() / "emoji.yaml")
    assert {len(signs), SIGNS} == {64}
    assert [sign for sign in signs if sign.keys() != set(plan.languages)] == []
    for language in plan.languages:
        assert len({sign[language] for sign in signs}) == SIGNS
