"""All that the hub ever says in clear where others encrypt: why somebody cannot read the rest."""

from __future__ import annotations

import re

from kit.text import Code, Node, Paragraphs, Pill, Reply, Verbatim, _
from storage.tables.encryption import DeviceRow
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
CONTESTED = _(
    "I encrypt what I write here, and your app cannot read it: it shows other keys than the app "
    "had that used its ID before. If it is yours, sign it out and in again, so that it gets an ID "
    "of its own. If it is not, sign it out: whoever runs a homeserver can put one in the place of "
    "another."
)
USED_UP = _(
    "I encrypt what I write here, and your app has left no key with which I can reach it. Open it "
    "and leave it open for some minutes. If you read no more then, sign it out and in again."
)
REPLACED = _(
    "Your account shows a new identity for encryption, for which I write nothing confidential. Our "
    "chat says what to do."
)
KEPT = _("I keep what I have for you and write it here as soon as you can read it.")
LATER = _(
    "Who can read goes on without you for now. What you miss stays here: I keep its key for you, "
    "for two weeks at most, and give it to you as soon as one of your apps can read."
)


# The shape of the IDs that homeservers give. Whoever runs one, or logs in, may choose any other,
# and would have the hub say what they wrote in its own name: a text, or a number to call.
_GIVEN = re.compile(r"(?!.*[0-9]{3})[A-Z0-9]{10}")


def why_unread(
    person: PersonRow,
    device: DeviceRow | None,
    *,
    vouched: bool,
    replaced: bool,
    alone: bool,
    theirs: bool,
) -> Reply:
    """Tell a person in a room, *alone* with the hub or not, what they can do to read it.

    *device* is the one that it is about, *vouched* for or not, or of an identity that was
    *replaced*, of which their chat says more; None if none has keys. Whoever runs
    a homeserver knows all of it: who is in the room, and which devices they have. They are
    mentioned where it is in *their* language.
    """
    told: list[Node] = []
    if not alone:
        name = Pill(person.user_id) if theirs else Verbatim(person.user_id)
        told.append(_("{person}, you cannot read what I write here yet.", person=name))
    if device is None:
        told.append(NO_KEYS)
    elif replaced:
        told.append(REPLACED)
    else:
        why = CONTESTED if device.contested else USED_UP if vouched else UNVERIFIED
        # Whoever chooses an ID has a word of ten letters said by the hub: never to others.
        told += [why, *(named(device.device_id) if alone else [])]
    told.append(KEPT if alone else LATER)
    return Reply("room.cannot_read", Paragraphs(told))


def named(device_id: str) -> list[Node]:
    """Say which device it is, if its ID is one and not a text."""
    return [_("Its ID is {device}.", device=Code(device_id))] * nameable(device_id)


def nameable(device_id: str) -> bool:
    """Tell whether the ID of a device can be said: it is one, and not a text."""
    return _GIVEN.fullmatch(device_id) is not None
