"""What moderators read of those who offer to interpret and wait for their word."""

from __future__ import annotations

from collections.abc import Sequence

from kit.text import Bullets, Name, Node, Paragraphs, Pill, Reply, Say, Series, _
from storage.tables.cases import ExpertRow
from storage.tables.people import PersonRow

# Translators: "these" are members; a list of them follows.
WAITING_INTERPRETERS = _(
    "These offer to interpret. Who interprets reads everything, so I ask none of them before a "
    "moderator who knows them gives their word:"
)


def waiting_interpreters(waiting: Sequence[tuple[ExpertRow, PersonRow]]) -> Node:
    """List who offers to interpret and waits for a moderator's word."""
    return Bullets(
        [
            _(
                "{user} interprets between {languages}: {vouch}",
                user=Pill(person.user_id),
                languages=Series([Name("language", each) for each in row.interprets or ()]),
                vouch=Say("vouch", person.user_id),
            )
            for row, person in waiting
        ]
    )


def interpreters_wait(waiting: Sequence[tuple[ExpertRow, PersonRow]]) -> Reply:
    """Tell moderators who waits for their word."""
    body = Paragraphs([WAITING_INTERPRETERS, waiting_interpreters(waiting)])
    return Reply("experts.unvouched", body, about=tuple(person.id for _row, person in waiting))
