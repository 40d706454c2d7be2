"""Keys of end-to-end encryption: our device, the devices of others, sessions, and what waits.

No private key of it may come out of a backup: an old ratchet would encrypt other words with a used
key. Which identities and devices are known does: else a stranger's would be the first to be seen.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from kit.inbound import Withheld
from kit.text import _
from storage.base import Base, BigKey, blind, key, sealed
from storage.privacy import After, Privacy, Until, With
from storage.types import Closed

ENDS_WITH_DEVICE = Until("as long as the hub keeps its device")


class OwnDeviceRow(Base):
    """The hub's own device: its Olm account, and what of its keys the homeserver has."""

    __tablename__ = "own_device"
    privacy = Privacy(
        why="to read and write in encrypted chats; the keys are the hub's own",
        ends=(ENDS_WITH_DEVICE,),
    )
    id: Mapped[int] = key()
    user_id: Mapped[str] = mapped_column(unique=True)
    device_id: Mapped[str]
    identity_key: Mapped[str]
    signing_key: Mapped[str]
    pickle: Mapped[str] = sealed("own_device.pickle", why="its private keys")
    uploaded: Mapped[bool] = mapped_column(default=False)
    # Sent until the homeserver acknowledges it: only the last two fallback keys can be used.
    fallback: Mapped[dict[str, Any] | None] = sealed(
        "own_device.fallback", why="a key that is on its way to the homeserver"
    )
    fallback_at: Mapped[datetime | None]
    topped_up_at: Mapped[datetime | None]


class CorrespondentRow(Base):
    """Somebody whose devices the hub knows. *changes* counts what was told, *known* what was read.

    A counter, not a flag: a change that is told while the devices are asked for must survive the
    answer. Devices count by the identity that is pinned, of which the self-signing key is kept; the
    master key is the one that is shown, and *pinned_master_key* that of the first, or of one that
    a device of theirs or a moderator let count. *former* are those that counted before, each by its
    master key and its self-signing key, empty where there was none, so that the last can be brought
    back; or by the master key alone, if it was taken back. None of them counts again by itself.
    """

    __tablename__ = "correspondent"
    privacy = Privacy(
        why="to read what you write in encrypted chats, and so that only your devices read me",
        # Longer than a year, in which each member is written to: who is known keeps their identity.
        ends=(After(400, "used_at", "after an encrypted message to or from you"),),
        said=lambda n: _(
            "Lists of your devices: {n}, so that only these read what I encrypt for you", n=n
        ),
    )
    id: Mapped[int] = key()
    user_id: Mapped[str] = sealed("correspondent.user_id", why="whose devices they are")
    user_key: Mapped[str] = blind("correspondent.user_id", unique=True, why="to find the list")
    changes: Mapped[int] = mapped_column(default=1)
    known: Mapped[int] = mapped_column(default=0)
    master_key: Mapped[str | None]
    pinned_master_key: Mapped[str | None] = mapped_column("first_master_key")
    self_signing_key: Mapped[str | None]
    # None: before this was noted.
    pinned_at: Mapped[datetime | None]
    former: Mapped[list[list[str]] | None] = mapped_column(JSON(none_as_null=True))
    used_at: Mapped[datetime]


class DeviceRow(Base):
    """A device of somebody. Its keys never change; one that is gone is not forgotten."""

    __tablename__ = "device"
    privacy = Privacy(
        why="the keys of your devices",
        ends=(With("correspondent_id", "with the list it belongs to"),),
    )
    id: Mapped[int] = key()
    correspondent_id: Mapped[int] = mapped_column(
        BigKey, ForeignKey("correspondent.id", ondelete="CASCADE")
    )
    device_id: Mapped[str]
    identity_key: Mapped[str] = mapped_column(index=True)
    signing_key: Mapped[str]
    # By the identity that counts; or it was there before one that does not.
    signed: Mapped[bool] = mapped_column(default=False)
    # By the identity that counted before this one.
    signed_before: Mapped[bool] = mapped_column(default=False)
    # None: among the first that were known of its owner.
    added_at: Mapped[datetime | None]
    blocked: Mapped[bool] = mapped_column(default=False)
    gone: Mapped[bool] = mapped_column(default=False)
    # Other keys are shown under its name than those it has.
    contested: Mapped[bool] = mapped_column(default=False)
    # It was told that it gets no keys, and its owner was.
    refused: Mapped[bool] = mapped_column(default=False)
    told: Mapped[bool] = mapped_column(default=False)
    # What they sent could not be decrypted: a new Olm session is to be made.
    wedged: Mapped[bool] = mapped_column(default=False)
    unwedged_at: Mapped[datetime | None]
    # When it last had no one-time key for us.
    keyless_at: Mapped[datetime | None]

    __table_args__ = (UniqueConstraint("correspondent_id", "device_id"),)


class OlmSessionRow(Base):
    """A ratchet between our device and another one, for keys only."""

    __tablename__ = "olm_session"
    privacy = Privacy(
        why="to exchange keys with a device",
        ends=(After(90, "used_at", "after a key was last exchanged"),),
    )
    identity_key: Mapped[str] = mapped_column(primary_key=True)
    session_id: Mapped[str] = mapped_column(primary_key=True)
    pickle: Mapped[str] = sealed("olm_session.pickle", why="its private keys")
    used_at: Mapped[datetime]


class InboundSessionRow(Base):
    """A Megolm session of somebody's device in one room: with it the hub reads what they write."""

    __tablename__ = "inbound_session"
    privacy = Privacy(
        why="to read what you write in encrypted chats",
        ends=(
            After(90, "received_at"),
            With("correspondent_id", "with the list of your devices"),
        ),
    )
    id: Mapped[int] = key()
    room_id: Mapped[str]
    session_id: Mapped[str] = mapped_column(index=True)
    correspondent_id: Mapped[int] = mapped_column(
        BigKey, ForeignKey("correspondent.id", ondelete="CASCADE")
    )
    identity_key: Mapped[str]
    signing_key: Mapped[str]
    pickle: Mapped[str] = sealed("inbound_session.pickle", why="the key")
    first_index: Mapped[int]
    received_at: Mapped[datetime]

    __table_args__ = (UniqueConstraint("room_id", "session_id"),)


class MessageIndexRow(Base):
    """A place in an inbound session, and the one event that may stand there."""

    __tablename__ = "message_index"
    privacy = Privacy(
        why="so that nobody repeats an encrypted message as another one",
        ends=(With("inbound_id", "with the key it belongs to"),),
    )
    inbound_id: Mapped[int] = mapped_column(
        BigKey, ForeignKey("inbound_session.id", ondelete="CASCADE"), primary_key=True
    )
    place: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    event_id: Mapped[str]


class OutboundSessionRow(Base):
    """A Megolm session of ours in one room. A *dropped* one is never used again."""

    __tablename__ = "outbound_session"
    privacy = Privacy(
        why="to write in encrypted chats",
        ends=(After(90, "created_at"),),
    )
    id: Mapped[int] = key()
    room_id: Mapped[str] = mapped_column(index=True)
    session_id: Mapped[str] = mapped_column(unique=True)
    pickle: Mapped[str] = sealed("outbound_session.pickle", why="the key")
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    messages: Mapped[int] = mapped_column(default=0)
    most_messages: Mapped[int]
    dropped: Mapped[bool] = mapped_column(default=False)


class SharedKeyRow(Base):
    """Which device was given the key of an outbound session, and from which place on."""

    __tablename__ = "shared_key"
    privacy = Privacy(
        why="which of your devices can read what I wrote",
        ends=(
            With("outbound_id", "with the key it belongs to"),
            With("device", "with the list of your devices"),
        ),
    )
    outbound_id: Mapped[int] = mapped_column(
        BigKey, ForeignKey("outbound_session.id", ondelete="CASCADE"), primary_key=True
    )
    device: Mapped[int] = mapped_column(
        BigKey, ForeignKey("device.id", ondelete="CASCADE"), primary_key=True
    )
    place: Mapped[int]


class KeptKeyRow(Base):
    """The key of an outbound session for somebody who could not be given it when it was used.

    It opens what was said *since* they were meant first, and nothing before.
    """

    __tablename__ = "kept_key"
    privacy = Privacy(
        why="so that you can read what was said when none of your devices could",
        ends=(
            Until("until a device of yours is given it, or you leave the room"),
            After(14, "since"),
            With("outbound_id", "with the key it belongs to"),
            With("correspondent_id", "with the list of your devices"),
        ),
    )
    outbound_id: Mapped[int] = mapped_column(
        BigKey, ForeignKey("outbound_session.id", ondelete="CASCADE"), primary_key=True
    )
    correspondent_id: Mapped[int] = mapped_column(
        BigKey, ForeignKey("correspondent.id", ondelete="CASCADE"), primary_key=True
    )
    pickle: Mapped[str] = sealed("kept_key.pickle", why="the key")
    since: Mapped[datetime]


class ToDeviceRow(Base):
    """What waits to be sent to devices, the same for every try. Without a room: as soon as can be.

    What belongs to a room goes before the next message there.
    """

    __tablename__ = "to_device"
    privacy = Privacy(
        why="keys on their way to devices",
        ends=(Until("until the homeserver has them"),),
    )
    id: Mapped[int] = key()
    txn_id: Mapped[str] = mapped_column(unique=True)
    type: Mapped[str]
    room_id: Mapped[str | None] = mapped_column(index=True)
    messages: Mapped[dict[str, Any]] = sealed("to_device.messages", why="the encrypted keys")


class UndecryptableRow(Base):
    """An encrypted event that the hub cannot read yet."""

    __tablename__ = "undecryptable"
    privacy = Privacy(
        why="to read a message of yours when its key arrives",
        ends=(
            After(7, "received_at"),
            With("correspondent_id", "with the list of your devices"),
        ),
    )
    id: Mapped[int] = key()
    event_id: Mapped[str] = mapped_column(unique=True)
    room_id: Mapped[str]
    session_id: Mapped[str] = mapped_column(index=True)
    correspondent_id: Mapped[int] = mapped_column(
        BigKey, ForeignKey("correspondent.id", ondelete="CASCADE")
    )
    source: Mapped[dict[str, Any]] = sealed("undecryptable.source", why="what you encrypted")
    received_at: Mapped[datetime]
    asked_at: Mapped[datetime | None]
    told: Mapped[bool] = mapped_column(default=False)


class WithheldKeyRow(Base):
    """Why a device of somebody gives the hub no key of one of its sessions."""

    __tablename__ = "withheld_key"
    privacy = Privacy(
        why="to say what to do when I cannot read you",
        ends=(
            After(7, "received_at"),
            With("correspondent_id", "with the list of your devices"),
        ),
    )
    correspondent_id: Mapped[int] = mapped_column(
        BigKey, ForeignKey("correspondent.id", ondelete="CASCADE"), primary_key=True
    )
    session_id: Mapped[str] = mapped_column(primary_key=True)
    why: Mapped[Withheld] = mapped_column(Closed(Withheld))
    received_at: Mapped[datetime]


class VerificationRow(Base):
    """A verification under way: somebody compares what their client and the hub show."""

    __tablename__ = "verification"
    privacy = Privacy(
        why="so that you can tell that you write to the hub and not to somebody in between",
        ends=(
            Until("until it is over"),
            After(1, "since"),
            With("correspondent_id", "with the list of your devices"),
        ),
    )
    correspondent_id: Mapped[int] = mapped_column(
        BigKey, ForeignKey("correspondent.id", ondelete="CASCADE"), primary_key=True
    )
    state: Mapped[dict[str, Any]] = sealed("verification.state", why="how far it has come")
    since: Mapped[datetime]


# What a backup leaves out and another device of ours begins without, children first.
DEVICE_BOUND: tuple[type[Base], ...] = (
    VerificationRow,
    WithheldKeyRow,
    SharedKeyRow,
    KeptKeyRow,
    MessageIndexRow,
    UndecryptableRow,
    ToDeviceRow,
    OutboundSessionRow,
    InboundSessionRow,
    OlmSessionRow,
    OwnDeviceRow,
)
