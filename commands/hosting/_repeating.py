"""How often an event comes, and until when: chosen from what its own date makes possible."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime
from itertools import islice

from actions.events.recurrence import (
    FORTNIGHTLY,
    FROM_END,
    FROM_START,
    MOST_TIMES,
    WEEKLY,
    YEARLY,
    ending,
    instant,
    rules,
    slots,
    wall,
)
from commands.hosting._details import Previewed
from commands.hosting._rules import EXAMPLE_END, ONLY_ONCE, SHOWN, last_day, likely
from commands.hosting._steps import CHANGE
from commands.hosting._when import EPOCH
from kit.dialogue import Dialogue
from kit.errors import BadArgument
from kit.question import About, Question
from kit.recurring import Recurring
from kit.steps import pick, take_sure
from kit.text import Bullets, Node, Numbered, Paragraphs, Series, Verbatim, _, n_
from kit.times import OnDay, When
from kit.words import number


@dataclass(frozen=True, slots=True)
class Repeating(Previewed):
    """An event, the rules by which it may come again, and the one that was chosen.

    It ends after so many *times*, or on the day *until*, if one of them was said.
    """

    number: int = 0
    begins: datetime = EPOCH
    zone: str = "UTC"
    rules: tuple[str, ...] = ()
    chosen: str = ""
    times: int | None = None
    until: date | None = None

    @property
    def rule(self) -> str:
        """The rule by which it comes again, with its end."""
        return ending(self.chosen, self.times, self.until)

    @property
    def wall(self) -> datetime:
        """When it begins first, by the clock where it is at home."""
        return wall(self.begins, self.zone)


_NAMES = {
    WEEKLY: _("every week"),
    FORTNIGHTLY: _("every two weeks"),
    FROM_START: _("every month, on the same weekday counted from its beginning"),
    FROM_END: _("every month, on the last such weekday"),
    YEARLY: _("every year"),
}


def _days(draft: Repeating, rule: str) -> list[datetime]:
    return list(islice(slots(rule, draft.wall, draft.wall), SHOWN))


def _ask_rule(draft: Repeating, _about: About) -> Node:
    made = {rule: name for name, rule in rules(draft.wall).items()}
    lines: list[Node] = [
        _(
            "{rule}: {days}",
            rule=_NAMES[made[rule]],
            days=Series([OnDay(slot.date()) for slot in _days(draft, rule)]),
        )
        for rule in draft.rules
    ]
    return Paragraphs([_("How often does it come?"), Numbered(lines)])


def take_rule(draft: Repeating, said: str, about: About) -> Repeating:
    """Read the number of a rule, or how often and until when in words; raises BadArgument.

    Where two rules are meant, or only an end is said, none is chosen.
    """
    if (place := number(said)) is not None:
        return replace(draft, chosen=pick(place, draft.rules))
    meant = about.understanding.recurring(said)
    if meant is None:
        return replace(draft, chosen=pick(None, draft.rules))
    if meant.often is not None:
        possible = likely(draft.wall, meant)
        draft = replace(draft, chosen=possible[0] if len(possible) == 1 else "")
    return _ended(draft, meant, about)


def _choose_rule(draft: Repeating, said: str, about: About) -> Repeating:
    """Read a rule, with its end if one is said; raises BadArgument where none or two are meant."""
    taken = take_rule(draft, said, about)
    return taken if taken.chosen else replace(draft, chosen=pick(None, draft.rules))


def _take_end(draft: Repeating, said: str, about: About) -> Repeating:
    """Read until when it comes, or how often in all; raises BadArgument."""
    if (meant := about.understanding.recurring(said)) is None:
        raise BadArgument(_("Please answer just yes or no."))
    return take_rule(draft, said, about) if meant.often else _ended(draft, meant, about)


def _ended(draft: Repeating, meant: Recurring, about: About) -> Repeating:
    if meant.times is not None:
        draft = replace(draft, times=pick(meant.times, range(1, MOST_TIMES + 1)), until=None)
    elif meant.until:
        draft = replace(draft, times=None, until=last_day(meant.until, draft.zone, about))
    if draft.chosen and next(slots(draft.rule, draft.wall, draft.wall), None) is None:
        raise BadArgument(ONLY_ONCE)
    return draft


def _ask_repeating(preview: Repeating, _about: About) -> Node:
    moments = [instant(slot, preview.zone) for slot in _days(preview, preview.rule)]
    then: list[Node] = [When(each, preview.zone, there=True) for each in moments]
    told: Node = _(
        "I tell the events room at once. It comes again until you call it off, unless you name an "
        "end: for example “until {day}” or “10 times”.",
        day=EXAMPLE_END,
    )
    if preview.times or preview.until:
        following = list(slots(preview.rule, preview.wall, preview.wall))
        told = n_(
            "I tell the events room at once. It comes {n} time in all, for the last time on {day}.",
            "I tell the events room at once. It comes {n} times in all, for the last time on "
            "{day}.",
            len(following) + 1,
            day=OnDay(following[-1].date()),
        )
    return Paragraphs([Bullets([Verbatim(preview.details.title), *then]), told, CHANGE])


repeating: Dialogue[Repeating] = Dialogue(
    name="event_repeat",
    version=2,
    draft=Repeating,
    steps=(
        Question(
            "rule", _ask_rule, _choose_rule, applies=lambda draft: not draft.chosen, closed=True
        ),
        Question("end", _ask_rule, _take_end, applies=lambda _draft: False, formal=True),
        Question("sure", _ask_repeating, take_sure, closed=True, plain=True, shows=("end",)),
    ),
)
