"""How long a measure lasts, and how far back messages are deleted."""

from __future__ import annotations

from datetime import datetime, timedelta

from kit.errors import BadArgument
from kit.target import Target
from kit.text import Say, _
from kit.understanding import Understanding
from language.analysis import tokens
from storage.tables.moderation import Measure

LAST = timedelta(hours=1)  # whose messages are deleted where no time is named
MUTED_FOR = timedelta(days=1)
LONGEST = timedelta(days=365)
DELETED = timedelta(days=1)  # so far back messages are looked for
MOST_WORDS = 4  # of a length of time


def read_span(
    understanding: Understanding, said: str, language: str
) -> tuple[timedelta | None, str]:
    """Read what a text begins with as a length of time: "3 days", "for 3 days"; and the rest."""
    words = said.split()
    for begin in range(2 if words and all(token.stop for token in tokens(words[0])) else 1):
        for end in range(min(begin + MOST_WORDS, len(words)), begin, -1):
            if spans := understanding.spans(" ".join(words[begin:end]), language):
                return sum(spans, timedelta()), " ".join(words[end:])
    return None, said


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
