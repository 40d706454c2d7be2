"""What moderators read of those who offer to interpret and wait for their word."""

from __future__ import annotations

from collections.abc import Sequence

from kit.text import Bullets, Name, Node, Paragraphs, Pill, Reply, Say, Series, _, n_
from storage.tables.cases import ExpertRow
from storage.tables.people import PersonRow

MOST = 5  # who are shown at once

# Translators: "these" are members; a list of them follows.
WAITING_INTERPRETERS = _(
    "These offer to interpret. Who interprets reads everything, so I ask none of them before a "
    "moderator who knows them gives their word:"
)


def waiting_interpreters(waiting: Sequence[tuple[ExpertRow, PersonRow]]) -> list[Node]:
    """List who offers to interpret and waits for a moderator's word, and say how one is refused."""
    shown = [
        _(
            "{user} interprets between {languages}: {vouch}",
            user=Pill(person.user_id),
            languages=Series([Name("language", each) for each in row.interprets or ()]),
            vouch=Say("vouch", person.user_id),
        )
        for row, person in waiting[:MOST]
    ]
    refuse = Say("vouch withdraw", waiting[0][1].user_id)
    how = _("To take somebody off this list, say {refuse}.", refuse=refuse)
    more = len(waiting) - len(shown)
    rest = n_("{n} more person waits.", "{n} more people wait.", more)
    return [WAITING_INTERPRETERS, Bullets(shown), *([rest] if more else []), how]


def interpreters_wait(waiting: Sequence[tuple[ExpertRow, PersonRow]]) -> Reply:
    """Tell moderators who waits for their word."""
    body = Paragraphs(waiting_interpreters(waiting))
    return Reply("experts.unvouched", body, about=tuple(person.id for _row, person in waiting))
