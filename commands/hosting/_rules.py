"""By which rule an event comes again, of those that its own date makes possible."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, time
from itertools import islice

from actions.events.agenda import plannable
from actions.events.recurrence import (
    FORTNIGHTLY,
    FROM_END,
    FROM_START,
    MOST_TIMES,
    WEEKLY,
    YEARLY,
    ending,
    rules,
    slots,
)
from kit.moments import NoMoment
from kit.question import About
from kit.recurring import Often, Recurring
from kit.steps import ahead, day_of, pick
from kit.text import _
from kit.times import OnDay

SHOWN = 3  # days of a rule
EXAMPLE_END = OnDay(date(2027, 6, 30))
ONLY_ONCE = _("It would come only once then. Please choose a later end.")
_MADE_OF: Mapping[Often, Sequence[str]] = {
    Often.WEEK: (WEEKLY,),
    Often.FORTNIGHT: (FORTNIGHTLY,),
    Often.MONTH: (FROM_START, FROM_END),
    Often.YEAR: (YEARLY,),
}


def likely(begins: datetime, meant: Recurring) -> Sequence[str]:
    """List the rules that are meant for what *begins* at a wall time."""
    made = rules(begins)
    kinds = _MADE_OF[meant.often] if meant.often else ()
    if meant.nth is not None:
        kinds = (FROM_END if meant.nth < 0 else FROM_START,)
    return [made[kind] for kind in kinds if kind in made]


def rule_of(begins: datetime, meant: Recurring, last: date | None) -> str:
    """Give the rule, with its end: what comes first of so many times and a *last* day.

    It is "" where nothing would follow. Raises BadArgument for more times than anybody plans.
    """
    possible = [*likely(begins, meant), *likely(begins, replace(meant, nth=None))]
    rule = ending(possible[0], None, last)
    if meant.times is not None:
        times = pick(meant.times, range(1, MOST_TIMES + 1))
        until = 1 + len([*islice(slots(rule, begins, begins), times)])
        rule = ending(possible[0], min(times, until), None)
    return rule if next(slots(rule, begins, begins), None) else ""


def last_day(said: str, zone: str, about: About) -> date:
    """Read the last day on which it may come: "until June" is until its end."""
    when = said, about.language, about.now, zone
    read = about.understanding.moment(*when)
    month = about.understanding.last_of_month(*when) if isinstance(read, NoMoment) else None
    day = month or day_of(ahead(read, EXAMPLE_END), zone)
    plannable(datetime.combine(day, time.max, UTC), zone, about.now)
    return day
