"""The hub is verified by an implementation that is not ours; whoever sits between is found out."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from random import Random
from typing import Any

import pytest
import vodozemac

from bot.encryption.sas import Device
from bot.encryption.signing import b64, canonical
from bot.encryption.verification import (
    METHOD,
    Advance,
    Cancelled,
    Phase,
    Verification,
    dump,
    load,
    request,
    requested,
    step,
)

NOON = datetime(2027, 3, 1, 12, 0, tzinfo=UTC)
HUB = Device("@hub:test", "HUB", {"ed25519:HUB": "hub key", "ed25519:hub master": "hub master"})
AMAL = Device("@amal:test", "AMAL", {"ed25519:AMAL": "amal key", "ed25519:master": "master"})
OFFER = {
    "method": METHOD,
    "key_agreement_protocols": ["curve25519-hkdf-sha256", "curve25519"],
    "hashes": ["sha256"],
    "message_authentication_codes": ["hkdf-hmac-sha256", "hkdf-hmac-sha256.v2"],
    "short_authentication_string": ["emoji", "decimal"],
}
CHOSEN = {
    "method": METHOD,
    "key_agreement_protocol": "curve25519-hkdf-sha256",
    "hash": "sha256",
    "message_authentication_code": "hkdf-hmac-sha256.v2",
    "short_authentication_string": ["emoji", "decimal"],
}
Change = Callable[[dict[str, Any]], dict[str, Any]]


class Talk:
    """Amal's device, on vodozemac's own verification, with the hub."""

    def __init__(self, room_id: str | None = None, known: Device | None = AMAL) -> None:
        self.sas, self.known, self.old = vodozemac.Sas(), known, False
        self.key = self.sas.public_key.to_base64()
        self.now: Verification | None = Verification("txn", AMAL.user_id, NOON, Phase.ASKED)
        self.now = replace(self.now, room_id=room_id)
        self.established: Any = None

    def says(self, kind: str, **content: Any) -> Advance:
        """Send a step to the hub, which keeps nothing but a row in between."""
        assert self.now is not None
        said = self.now.content(**content)
        them = {AMAL.device_id: self.known}.get
        turn = step(load(dump(self.now)), kind, said, HUB, them, Random(1).randbytes)
        self.now = turn.then
        return turn

    def agree(self, hub_key: str, *, hub_began: bool) -> tuple[tuple[int, ...], tuple[int, ...]]:
        """Learn the hub's key; returns the signs and numbers that Amal's client shows."""
        key = vodozemac.Curve25519PublicKey.from_base64(hub_key)
        self.established = self.sas.diffie_hellman(key)
        sides = [f"@hub:test|HUB|{hub_key}", f"@amal:test|AMAL|{self.key}"]
        info = "|".join(sides if hub_began else sides[::-1])
        shown = self.established.bytes(f"MATRIX_KEY_VERIFICATION_SAS|{info}|txn")
        return tuple(shown.emoji_indices), tuple(shown.decimals)

    def mac(self, name: str, value: str, to_hub: bool = True) -> str:
        ours, theirs = "@amal:testAMAL", "@hub:testHUB"
        sides = ours + theirs if to_hub else theirs + ours
        info = f"MATRIX_KEY_VERIFICATION_MAC{sides}txn{name}"
        if self.old:
            return str(self.established.calculate_mac_invalid_base64(value, info))
        return str(self.established.calculate_mac(value, info))

    def proof(self) -> dict[str, Any]:
        """Prove Amal's keys, and one that the hub does not know, which it passes over."""
        keys = {**AMAL.keys, "ed25519:other": "unknown"}
        names = ",".join(sorted(keys))
        macs = {name: self.mac(name, value) for name, value in keys.items()}
        return {"mac": macs, "keys": self.mac("KEY_IDS", names)}


def asked(room_id: str | None = None, known: Device | None = AMAL) -> Talk:
    """Let Amal's client ask to verify the hub."""
    talk = Talk(room_id, known)
    assert talk.now is not None
    ask = {"from_device": "AMAL", "methods": ["m.qr_code.show.v1", METHOD]}
    turn = requested(HUB, ask, talk.now)
    assert [kind for kind, _content in turn.said] == ["ready"]
    talk.now = turn.then
    return talk


def begun(**options: Any) -> tuple[Talk, Advance]:
    """Let Amal's client begin, and tell its key."""
    talk = asked(**options)
    assert talk.now is not None
    start = talk.now.content(from_device="AMAL", **OFFER)
    ((kind, accept),) = talk.says("start", from_device="AMAL", **OFFER).said
    turn = talk.says("key", key=talk.key)
    ((_key, told),) = turn.said
    bound = b64(hashlib.sha256(told["key"].encode() + canonical(start)).digest())
    assert (kind, accept["commitment"]) == ("accept", bound)
    assert turn.shown is not None
    shown = turn.shown.emoji, turn.shown.decimals
    assert talk.agree(told["key"], hub_began=False) == shown
    return talk, turn


@pytest.mark.parametrize("room_id", [None, "!room:test"])
def test_somebody_begins_and_both_prove_their_keys(room_id: str | None):
    talk, _turn = begun(room_id=room_id)
    assert talk.now is not None
    relation = {"m.relates_to": {"rel_type": "m.reference", "event_id": "txn"}}
    about = {"transaction_id": "txn"} if room_id is None else relation
    turn = talk.says("mac", **talk.proof())
    (_mac, proof), (_done, done) = turn.said
    assert (proof.items() >= about.items(), done) == (True, about)
    assert proof["mac"] == {n: talk.mac(n, v, to_hub=False) for n, v in HUB.keys.items()}
    assert proof["keys"] == talk.mac("KEY_IDS", "ed25519:HUB,ed25519:hub master", to_hub=False)
    assert talk.says("done") == Advance(None, over="")


def hub_begins() -> tuple[Talk, dict[str, Any]]:
    """Let the hub ask, and begin as soon as Amal's client is ready."""
    talk = Talk()
    assert request(HUB) == {"from_device": "HUB", "methods": [METHOD]}
    ((kind, start),) = talk.says("ready", from_device="AMAL", methods=[METHOD]).said
    assert kind == "start"
    return talk, start


def committed(talk: Talk, start: dict[str, Any]) -> str:
    return b64(hashlib.sha256(talk.key.encode() + canonical(start)).digest())


def test_the_hub_begins_and_both_prove_their_keys():
    talk, start = hub_begins()
    ((_key, told),) = talk.says("accept", **CHOSEN, commitment=committed(talk, start)).said
    shown = talk.says("key", key=talk.key).shown
    assert shown is not None
    assert talk.agree(told["key"], hub_began=True) == (shown.emoji, shown.decimals)
    assert [kind for kind, _content in talk.says("mac", **talk.proof()).said] == ["mac", "done"]


OLD = "hkdf-hmac-sha256"  # all that clients on an older libolm know


def test_who_knows_only_the_old_way_proves_their_keys_in_it():
    talk = asked()
    offer = {**OFFER, "message_authentication_codes": [OLD]}
    ((_kind, accept),) = talk.says("start", from_device="AMAL", **offer).said
    assert accept["message_authentication_code"] == OLD
    ((_key, told),) = talk.says("key", key=talk.key).said
    talk.agree(told["key"], hub_began=False)
    talk.old = True
    (_mac, proof), _done = talk.says("mac", **talk.proof()).said
    assert proof["mac"] == {n: talk.mac(n, v, to_hub=False) for n, v in HUB.keys.items()}


def test_the_hub_begins_and_the_other_chooses_the_old_way():
    talk, start = hub_begins()
    assert start["message_authentication_codes"] == ["hkdf-hmac-sha256.v2", OLD]
    chosen = {**CHOSEN, "message_authentication_code": OLD}
    ((_key, told),) = talk.says("accept", **chosen, commitment=committed(talk, start)).said
    talk.says("key", key=talk.key)
    talk.agree(told["key"], hub_began=True)
    talk.old = True
    assert [kind for kind, _content in talk.says("mac", **talk.proof()).said] == ["mac", "done"]


def test_who_knows_the_new_way_does_not_prove_in_the_old():
    talk, _turn = begun()
    talk.old = True
    assert talk.says("mac", **talk.proof()).over == "m.key_mismatch"


def test_a_key_that_is_not_the_one_promised_is_refused():
    talk, start = hub_begins()
    talk.says("accept", **CHOSEN, commitment=committed(talk, start))
    other = vodozemac.Sas().public_key.to_base64()
    assert talk.says("key", key=other).over == "m.mismatched_commitment"


@pytest.mark.parametrize(
    ("change", "over"),
    [
        (lambda _talk, proof: proof, None),
        (lambda _talk, proof: {**proof, "keys": "AAAA"}, "m.key_mismatch"),
        (lambda talk, proof: _without(talk, proof, "ed25519:AMAL"), "m.key_mismatch"),
        (lambda talk, proof: _changed(talk, proof, "ed25519:AMAL"), "m.key_mismatch"),
        (lambda talk, proof: _changed(talk, proof, "ed25519:master"), "m.key_mismatch"),
        (lambda _talk, proof: {**proof, "mac": {}}, "m.key_mismatch"),
        (lambda _talk, proof: {**proof, "mac": []}, "m.key_mismatch"),
        (lambda _talk, proof: {**proof, "mac": 7}, "m.invalid_message"),
        (lambda _talk, _proof: {}, "m.invalid_message"),
        (lambda _talk, proof: {**proof, "keys": "ü"}, "m.invalid_message"),
    ],
)
def test_only_a_proof_of_the_keys_that_the_hub_knows_counts(
    change: Callable[[Talk, dict[str, Any]], dict[str, Any]], over: str | None
):
    talk, _turn = begun()
    assert talk.says("mac", **change(talk, talk.proof())).over == over


def _without(talk: Talk, proof: dict[str, Any], name: str) -> dict[str, Any]:
    macs = {each: mac for each, mac in proof["mac"].items() if each != name}
    return {"mac": macs, "keys": talk.mac("KEY_IDS", ",".join(sorted(macs)))}


def _changed(talk: Talk, proof: dict[str, Any], name: str) -> dict[str, Any]:
    return {**proof, "mac": {**proof["mac"], name: talk.mac(name, "another key")}}


def test_a_device_that_the_hub_does_not_know_is_not_verified():
    talk = asked(known=None)
    talk.says("start", from_device="AMAL", **OFFER)
    assert talk.says("key", key=talk.key).over == "m.key_mismatch"


@pytest.mark.parametrize(
    "key", ["AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", "AAAA", "", 7, None]
)
def test_a_key_that_is_weak_or_none_is_refused(key: Any):
    talk = asked()
    talk.says("start", from_device="AMAL", **OFFER)
    assert talk.says("key", key=key).over == "m.invalid_message"


@pytest.mark.parametrize("name", [name for name in OFFER if name != "method"])
def test_what_the_hub_does_not_use_is_refused(name: str):
    talk = asked()
    offer = {**OFFER, name: ["something else"]}
    assert talk.says("start", from_device="AMAL", **offer).over == "m.unknown_method"


@pytest.mark.parametrize(
    ("kind", "content", "over"),
    [
        ("key", {"key": "AAAA"}, "m.unexpected_message"),
        ("mac", {}, "m.unexpected_message"),
        ("nonsense", {}, "m.unexpected_message"),
        ("start", {}, "m.invalid_message"),
        ("start", {**OFFER, "from_device": "ANOTHER"}, "m.user_mismatch"),
        ("cancel", {"code": "m.user"}, "m.user"),
        ("cancel", {}, "m.invalid_message"),
    ],
)
def test_whatever_comes_out_of_order_ends_it(kind: str, content: dict[str, Any], over: str):
    talk = asked()
    turn = talk.says(kind, **content)
    said = [] if kind == "cancel" and content else ["cancel"]
    assert ([each for each, _content in turn.said], turn.over) == (said, over)


def test_who_asks_for_another_method_is_not_taken_up():
    new = Verification("txn", AMAL.user_id, NOON, Phase.READY)
    with pytest.raises(Cancelled, match=r"m\.unknown_method"):
        requested(HUB, {"from_device": "AMAL", "methods": ["m.qr_code.scan.v1"]}, new)


def test_if_both_begin_the_first_in_order_has_it():
    talk, start = hub_begins()
    turn = talk.says("start", from_device="AMAL", **OFFER)  # "@amal" stands before "@hub"
    assert [kind for kind, _content in turn.said] == ["accept"]
    other, start = hub_begins()
    assert other.now is not None
    other.now = replace(other.now, user_id="@zoe:test")
    assert other.says("start", from_device="AMAL", **OFFER) == Advance(other.now)
    assert other.now.start == start
