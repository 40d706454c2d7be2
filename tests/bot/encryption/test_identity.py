"""What vouches for the hub's device, and what does not."""

from __future__ import annotations

import copy
from random import Random
from typing import Any

import pytest
import vodozemac

from bot.encryption.identity import DeviceStanding, Identity, KeyUsage
from bot.encryption.signing import canonical, signature_holds

HUB, DEVICE = "@hub:test", "DEVICE"


@pytest.fixture
def identity() -> Identity:
    return Identity.make(HUB, Random(1).randbytes)


def device_keys(account: vodozemac.Account | None = None) -> dict[str, Any]:
    account = account or vodozemac.Account()
    keys = {f"ed25519:{DEVICE}": account.ed25519_key.to_base64()}
    return signed(account, {"user_id": HUB, "device_id": DEVICE, "algorithms": [], "keys": keys})


def signed(account: vodozemac.Account, body: dict[str, Any]) -> dict[str, Any]:
    signature = account.sign(canonical(body)).to_base64()
    return {**body, "signatures": {HUB: {f"ed25519:{DEVICE}": signature}}}


def shown(identity: Identity, device: dict[str, Any], *, vouched: bool = True) -> dict[str, Any]:
    """Answer ``/keys/query`` as a homeserver does that was given all this."""
    body = identity.published(lambda body: body)
    vouch = identity.vouch(device)[HUB][DEVICE]["signatures"][HUB] if vouched else {}
    signatures = {HUB: {**device["signatures"][HUB], **vouch}}
    return {
        "master_keys": {HUB: body["master_key"]},
        "self_signing_keys": {HUB: body["self_signing_key"]},
        "device_keys": {HUB: {DEVICE: {**device, "signatures": signatures}}},
    }


def test_the_keys_of_an_identity_are_signed_as_the_specification_asks(identity: Identity):
    account = vodozemac.Account()
    body = identity.published(lambda each: signed(account, each))
    ours = account.ed25519_key.to_base64()
    assert signature_holds(body["master_key"], HUB, DEVICE, ours)
    master = identity.public(KeyUsage.MASTER)
    for usage in (KeyUsage.SELF_SIGNING, KeyUsage.USER_SIGNING):
        key = identity.public(usage)
        each = body[f"{usage}_key"]
        assert (each["usage"], each["keys"]) == ([usage.value], {f"ed25519:{key}": key})
        assert signature_holds(each, HUB, master, master)


def test_the_same_seeds_make_the_same_identity(identity: Identity):
    again = Identity(HUB, identity.seeds)
    other = Identity.make(HUB, Random(2).randbytes)
    assert [again.public(u) for u in KeyUsage] == [identity.public(u) for u in KeyUsage]
    assert {other.public(u) for u in KeyUsage}.isdisjoint(identity.public(u) for u in KeyUsage)


def test_a_device_that_is_vouched_for_is_trusted(identity: Identity):
    device = device_keys()
    assert identity.standing(shown(identity, device), device) is DeviceStanding.TRUSTED


def forged(answer: dict[str, Any]) -> dict[str, Any]:
    """Let the signature be over something else."""
    answer = copy.deepcopy(answer)
    answer["device_keys"][HUB][DEVICE]["algorithms"] = ["m.none"]
    return answer


def test_nothing_less_is_trusted(identity: Identity):
    device = device_keys()
    whole = shown(identity, device)
    other = Identity.make(HUB, Random(2).randbytes)
    mixed = {**whole, "self_signing_keys": shown(other, device)["self_signing_keys"]}
    for answer, standing in [
        ({}, DeviceStanding.NO_IDENTITY),
        ({**whole, "master_keys": {}}, DeviceStanding.NO_IDENTITY),
        ({**whole, "master_keys": {HUB: None}}, DeviceStanding.FOREIGN_IDENTITY),
        (shown(other, device), DeviceStanding.FOREIGN_IDENTITY),
        (mixed, DeviceStanding.FOREIGN_IDENTITY),
        ({**whole, "device_keys": {}}, DeviceStanding.UNKNOWN_DEVICE),
        ({**whole, "device_keys": {HUB: {DEVICE: 7}}}, DeviceStanding.FOREIGN_DEVICE),
        (shown(identity, device_keys()), DeviceStanding.FOREIGN_DEVICE),
        (shown(identity, device, vouched=False), DeviceStanding.UNSIGNED),
        (forged(whole), DeviceStanding.UNSIGNED),
    ]:
        assert identity.standing(answer, device) is standing
