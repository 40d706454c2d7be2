"""One verification, step by step (spec, key verification framework): it keeps nothing in memory."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, TypeAlias

from bot.encryption.sas import (
    AGREEMENT,
    HASH,
    PROOF,
    PROOFS,
    Agreement,
    Device,
    Shown,
    commitment,
    public_key,
)
from bot.encryption.signing import MALFORMED, b64, unb64

PREFIX = "m.key.verification."
METHOD = "m.sas.v1"
SEED_BYTES = 32
# Spec: a request that nobody took up for so long is void, and one from the future is none.
LASTS, AHEAD = timedelta(minutes=10), timedelta(minutes=5)

Content: TypeAlias = Mapping[str, Any]


class Phase(StrEnum):
    """What the other side has to do next."""

    ASKED = "answer our request"
    READY = "begin"
    STARTED = "accept that we began"
    COMMITTED = "tell their key"
    SHOWN = "compare, and prove their keys"
    PROVED = "be done"


class Cancelled(Exception):
    """The verification is over; *code* says why, in the words of the specification."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class Verification:
    """A verification with one user, in a room or between two devices.

    *id* names it for both sides: a transaction id, or the request's event where it is in a room.
    *start* is the content of the ``start`` that counts, *committed* what its answer bound itself
    to. *seed* is our ephemeral key, *proof* the way in which both prove their keys.
    """

    id: str
    user_id: str
    since: datetime
    phase: Phase
    device_id: str = ""
    room_id: str | None = None
    start: Content = field(default_factory=dict)
    we_began: bool = False
    committed: str = ""
    seed: str = ""
    their_key: str = ""
    proof: str = PROOF

    def content(self, **content: Any) -> dict[str, Any]:
        """Word a step so that the other side knows what it belongs to."""
        if self.room_id is None:
            return {**content, "transaction_id": self.id}
        return {**content, "m.relates_to": {"rel_type": "m.reference", "event_id": self.id}}


def dump(verification: Verification) -> dict[str, Any]:
    """Give the JSON of a verification."""
    return {**asdict(verification), "since": verification.since.isoformat()}


def load(state: Mapping[str, Any]) -> Verification:
    """Read what ``dump`` wrote."""
    since, phase = datetime.fromisoformat(state["since"]), Phase(state["phase"])
    return Verification(**{**state, "since": since, "phase": phase})


@dataclass(frozen=True, slots=True)
class Advance:
    """What came of a step: *then* stands from here on, None if that is the end.

    *said* are our answers: the type of each without its prefix, and its content. *shown* is to be
    compared by the person; *over* is the code of a cancellation, empty where all was proved.
    """

    then: Verification | None
    said: tuple[tuple[str, dict[str, Any]], ...] = ()
    shown: Shown | None = None
    over: str | None = None


def requested(us: Device, content: Content, verification: Verification) -> Advance:
    """Take up what somebody asked for; raises Cancelled if it is none of our methods."""
    if METHOD not in content["methods"]:
        raise Cancelled("m.unknown_method")
    then = replace(verification, phase=Phase.READY, device_id=_text(content["from_device"]))
    said = then.content(from_device=us.device_id, methods=[METHOD])
    return Advance(then, (("ready", said),))


def request(us: Device) -> dict[str, Any]:
    """Word a request of ours, but for what names it."""
    return {"from_device": us.device_id, "methods": [METHOD]}


def step(
    now: Verification,
    kind: str,
    content: Content,
    us: Device,
    them: Callable[[str], Device | None],
    random: Callable[[int], bytes],
) -> Advance:
    """Go on by what the other side sent: a step of this *kind*, without its prefix.

    *them* gives a device of the other side with the keys that are known of it.
    """
    try:
        return _step(now, kind, content, us, them, random)
    except Cancelled as cancelled:
        return cancel(now, cancelled.code)
    except MALFORMED:
        return cancel(now, "m.invalid_message")


def cancel(verification: Verification, code: str) -> Advance:
    """End a verification and say why."""
    said = verification.content(code=code, reason=code)
    return Advance(None, (("cancel", said),), over=code)


def _step(  # noqa: PLR0911 -- a case for each
    now: Verification,
    kind: str,
    content: Content,
    us: Device,
    them: Callable[[str], Device | None],
    random: Callable[[int], bytes],
) -> Advance:
    match kind, now.phase:
        case "cancel", _:
            return Advance(None, over=_text(content["code"]))
        case "ready", Phase.ASKED:
            return _begin(
                replace(now, device_id=_text(content["from_device"])), content, us, random
            )
        case "start", Phase.READY | Phase.STARTED:
            return _started(now, content, us, random)
        case "accept", Phase.STARTED:
            return _accepted(now, content)
        case "key", Phase.COMMITTED:
            return _agreed(now, _text(content["key"]), us, _known(now, them))
        case "mac", Phase.SHOWN:
            return _proved(now, content, us, _known(now, them))
        case "done", Phase.PROVED:
            return Advance(None, over="")
        case "done", _:
            return Advance(now)  # theirs may come before we have read what it follows
        case _:
            raise Cancelled("m.unexpected_message")


def _begin(
    now: Verification, content: Content, us: Device, random: Callable[[int], bytes]
) -> Advance:
    if METHOD not in content["methods"]:
        raise Cancelled("m.unknown_method")
    start = now.content(
        from_device=us.device_id,
        method=METHOD,
        key_agreement_protocols=[AGREEMENT],
        hashes=[HASH],
        message_authentication_codes=list(PROOFS),
        short_authentication_string=["decimal", "emoji"],
    )
    seed = b64(random(SEED_BYTES))
    then = replace(now, phase=Phase.STARTED, start=start, we_began=True, seed=seed)
    return Advance(then, (("start", start),))


def _started(
    now: Verification, content: Content, us: Device, random: Callable[[int], bytes]
) -> Advance:
    """Accept that they begin; if both did, the one that stands first in order has it."""
    device_id = _text(content["from_device"])
    if now.device_id not in ("", device_id):
        raise Cancelled("m.user_mismatch")
    if now.we_began and (us.user_id, us.device_id) < (now.user_id, device_id):
        return Advance(now)
    offered = {
        "key_agreement_protocols": AGREEMENT,
        "hashes": HASH,
        "short_authentication_string": "decimal",
    }
    theirs = content["message_authentication_codes"]
    proof = next((one for one in PROOFS if one in theirs), None)
    known = all(ours in content[name] for name, ours in offered.items())
    if content["method"] != METHOD or not known or proof is None:
        raise Cancelled("m.unknown_method")
    seed = random(SEED_BYTES)
    then = replace(
        now,
        phase=Phase.COMMITTED,
        device_id=device_id,
        start=dict(content),
        we_began=False,
        seed=b64(seed),
        proof=proof,
    )
    ways = [way for way in ("decimal", "emoji") if way in content["short_authentication_string"]]
    said = then.content(
        method=METHOD,
        key_agreement_protocol=AGREEMENT,
        hash=HASH,
        message_authentication_code=proof,
        short_authentication_string=ways,
        commitment=commitment(public_key(seed), content),
    )
    return Advance(then, (("accept", said),))


def _accepted(now: Verification, content: Content) -> Advance:
    chosen = [content["key_agreement_protocol"], content["hash"]]
    ways, proof = content["short_authentication_string"], content["message_authentication_code"]
    if chosen != [AGREEMENT, HASH] or proof not in PROOFS or not {"decimal", "emoji"} & set(ways):
        raise Cancelled("m.unknown_method")
    committed = _text(content["commitment"])
    then = replace(now, phase=Phase.COMMITTED, committed=committed, proof=proof)
    return Advance(then, (("key", then.content(key=public_key(unb64(now.seed)))),))


def _agreed(now: Verification, their_key: str, us: Device, them: Device) -> Advance:
    if now.we_began and commitment(their_key, now.start) != now.committed:
        raise Cancelled("m.mismatched_commitment")
    seed = unb64(now.seed)
    shown = Agreement(seed, their_key).shown(us, them, now.id, we_began=now.we_began)
    then = replace(now, phase=Phase.SHOWN, their_key=their_key)
    said = () if now.we_began else (("key", then.content(key=public_key(seed))),)
    return Advance(then, said, shown)


def _proved(now: Verification, content: Content, us: Device, them: Device) -> Advance:
    """Take their proof, which says that the person compared, and give ours."""
    agreement = Agreement(unb64(now.seed), now.their_key, now.proof)
    if not agreement.proves(content, them, us, now.id):
        raise Cancelled("m.key_mismatch")
    proof = now.content(**agreement.proof(us, them, now.id))
    then = replace(now, phase=Phase.PROVED)
    return Advance(then, (("mac", proof), ("done", now.content())))


def _known(now: Verification, them: Callable[[str], Device | None]) -> Device:
    if (device := them(now.device_id)) is None:
        raise Cancelled("m.key_mismatch")
    return device


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError("no text")
    return value
