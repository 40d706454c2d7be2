"""What consent was given to."""

from __future__ import annotations

import hashlib
from datetime import datetime

from commands.membership._steps import CONDUCT
from storage.tables.people import PersonRow

# Consent is given to a wording: when the wording changes, so does the version.
CONSENT_VERSION = hashlib.sha256("\n".join(m.msgid for m in CONDUCT).encode()).hexdigest()[:8]


def agree(person: PersonRow, language: str, now: datetime) -> None:
    """Record what a person agreed to, in which language they read it, and when."""
    person.consent_version, person.consent_language = CONSENT_VERSION, language
    person.consent_at = now
