"""All that the hub ever says in clear where others encrypt: why somebody cannot read the rest."""

from __future__ import annotations

import re

from kit.text import Code, Node, Paragraphs, Pill, Reply, _
from storage.tables.people import PersonRow

NO_KEYS = _(
    "I encrypt what I write here, and none of your apps can read it yet. Sign in with an app that "
    "encrypts, or turn encryption on in yours."
)
UNVERIFIED = _(
    "I encrypt what I write here, and you have verified none of the devices that could read it. If "
    "the newest is yours, verify it in its settings, from another device or with your recovery "
    "key. If it is not, sign it out: whoever runs a homeserver can add such a device."
)
KEPT = _("I keep what I have for you and write it here as soon as you can read it.")
WAITS = _(
    "I wait with what I have to say to all of you until everybody can read it, for a day at most."
)


# What homeservers and clients call a device. Whoever runs a homeserver may invent any other ID, and
# would have the hub say what they wrote, in its own name.
_PLAIN = re.compile(r"[A-Za-z0-9_-]{1,16}")


def why_unread(person: PersonRow, device_id: str | None, *, alone: bool) -> Reply:
    """Tell a person in a room, *alone* with the hub or not, what they can do to read it.

    *device_id* is a device of theirs that they did not verify, None if none has keys. Whoever runs
    a homeserver knows all of it: who is in the room, and which devices they have.
    """
    told: list[Node] = []
    if not alone:
        told.append(
            _("{person}, you cannot read what I write here yet.", person=Pill(person.user_id))
        )
    told += [NO_KEYS] if device_id is None else [UNVERIFIED, *named(device_id)]
    told.append(KEPT if alone else WAITS)
    return Reply("room.cannot_read", Paragraphs(told))


def named(device_id: str) -> list[Node]:
    """Say which device it is, if its ID is one and not a text."""
    return [_("Its ID is {device}.", device=Code(device_id))] * bool(_PLAIN.fullmatch(device_id))
