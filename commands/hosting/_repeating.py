"""How often an event comes: chosen from what its own date makes possible."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from itertools import islice

from actions.events.recurrence import (
    FORTNIGHTLY,
    FROM_END,
    FROM_START,
    WEEKLY,
    YEARLY,
    instant,
    rules,
    slots,
    wall,
)
from commands.hosting._steps import CHANGE
from kit.dialogue import Dialogue
from kit.question import About, Question
from kit.steps import pick, take_sure
from kit.text import Bullets, Node, Numbered, OnDay, Paragraphs, Series, Verbatim, When, _
from kit.words import number

EPOCH = datetime.fromtimestamp(0, UTC)


@dataclass(frozen=True, slots=True)
class Repeating:
    """An event, the rules by which it may come again, and the one that was chosen."""

    number: int = 0
    title: str = ""
    begins: datetime = EPOCH
    zone: str = "UTC"
    rules: tuple[str, ...] = ()
    rule: str = ""
    sure: bool = False


_SHOWN = 3  # days of a rule that is to choose
_NAMES = {
    WEEKLY: _("every week"),
    FORTNIGHTLY: _("every two weeks"),
    FROM_START: _("every month, on the same weekday counted from its beginning"),
    FROM_END: _("every month, on the last such weekday"),
    YEARLY: _("every year"),
}


def _days(draft: Repeating, rule: str) -> list[datetime]:
    begins = wall(draft.begins, draft.zone)
    return list(islice(slots(rule, begins, begins), _SHOWN))


def _ask_rule(draft: Repeating, _about: About) -> Node:
    made = {rule: name for name, rule in rules(wall(draft.begins, draft.zone)).items()}
    lines: list[Node] = [
        _(
            "{rule}: {days}",
            rule=_NAMES[made[rule]],
            days=Series([OnDay(slot.date()) for slot in _days(draft, rule)]),
        )
        for rule in draft.rules
    ]
    return Paragraphs([_("How often does it come?"), Numbered(lines)])


def take_rule(draft: Repeating, said: str, _about: About) -> Repeating:
    """Read the number of a rule; raises BadArgument."""
    return replace(draft, rule=pick(number(said), draft.rules))


def _ask_repeating(preview: Repeating, _about: About) -> Node:
    moments = [instant(slot, preview.zone) for slot in _days(preview, preview.rule)]
    then: list[Node] = [When(each, preview.zone, there=True) for each in moments]
    told = _("I tell the events room at once. It comes again until you call it off.")
    return Paragraphs([Bullets([Verbatim(preview.title), *then]), told, CHANGE])


repeating: Dialogue[Repeating] = Dialogue(
    name="event_repeat",
    version=1,
    draft=Repeating,
    steps=(
        Question("rule", _ask_rule, take_rule, applies=lambda draft: not draft.rule, closed=True),
        Question("sure", _ask_repeating, take_sure, closed=True, plain=True),
    ),
)
