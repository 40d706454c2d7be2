"""How long a measure lasts, and how far back messages are deleted."""

from __future__ import annotations

from datetime import datetime, timedelta

from kit.errors import BadArgument
from kit.target import Target
from kit.text import Say, _
from storage.tables.moderation import Measure

LAST = timedelta(hours=1)  # whose messages are deleted where no time is named
MUTED_FOR = timedelta(days=1)
LONGEST = timedelta(days=365)
DELETED = timedelta(days=1)  # so far back messages are looked for


def times(
    kind: Measure, whom: Target, span: timedelta | None, now: datetime
) -> tuple[datetime | None, datetime | None]:
    """Say since when messages are deleted, and until when a measure lasts."""
    if span is not None and span > LONGEST:
        raise BadArgument(_("At most a year: after that, please decide again."))
    match kind:
        case Measure.REMOVE if span is not None:
            text = _(
                "Who is removed stays out until that is taken back. "
                "For a length of time say {ban}.",
                ban=Say("ban", f"{whom.user_id} …".strip()),
            )
            raise BadArgument(text)
        case Measure.REDACT if span is not None and span > DELETED:
            raise BadArgument(_("I look back one day at most. Please say a shorter time."))
        case Measure.REDACT if whom.user_id:
            return now - (span or LAST), None
        case Measure.MUTE:
            return None, now + (span or MUTED_FOR)
        case Measure.BAN if span is not None:
            return None, now + span
    return None, None
