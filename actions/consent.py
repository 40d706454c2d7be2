"""What a member agrees to, and who has agreed."""

from __future__ import annotations

import hashlib
from datetime import datetime

from kit.errors import NotFound
from kit.text import Pill, _
from storage.people import People
from storage.tables.people import PersonRow

CONDUCT = (
    _("Be respectful. Ask before you pass on what others say here."),
    _("Never write names or details of a client or a case."),
    _("I give information, never legal advice. Nothing written here is protected by privilege."),
    _("I keep your Matrix ID, your answers and what you sign up for, not what is said in rooms."),
    _("You may use a pseudonym, and have everything erased at any time."),
)
# Consent is given to a wording: when the wording changes, so does the version.
CONSENT_VERSION = hashlib.sha256("\n".join(m.msgid for m in CONDUCT).encode()).hexdigest()[:8]


def agree(person: PersonRow, language: str, now: datetime) -> None:
    """Record what a person agreed to, in which language they read it, and when."""
    person.consent_version, person.consent_language = CONSENT_VERSION, language
    person.consent_at = now


def has_agreed(person: PersonRow) -> bool:
    """Tell whether a member agreed to the rules as they are worded; others need not have."""
    return not person.is_member or person.consent_version == CONSENT_VERSION


async def member_called(people: People, user_id: str) -> PersonRow:
    """Find a member by Matrix ID; raises NotFound."""
    person = await people.find(user_id)
    if person is None or not person.is_member:
        raise NotFound(_("{user} is not a member yet.", user=Pill(user_id)))
    return person
