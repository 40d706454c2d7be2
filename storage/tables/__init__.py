"""All tables, in modules that are read in this order: people first.

A column that points at a person cascades or empties.
"""

from storage.base import Base
from storage.tables import (
    announcing,
    audit,
    cases,
    encryption,
    events,
    library,
    moderation,
    people,
    queues,
    rooms,
    talk,
    trust,
)

GROUPS = (
    people,
    rooms,
    queues,
    talk,
    library,
    cases,
    events,
    encryption,
    trust,
    moderation,
    announcing,
    audit,
)


def every() -> list[type[Base]]:
    """List the tables of each group in the order in which it declares them."""
    return [
        row
        for group in GROUPS
        for row in vars(group).values()
        if isinstance(row, type) and issubclass(row, Base) and row.__module__ == group.__name__
    ]
