"""All tables, in modules that are found by themselves and read in this order: people first.

A column that points at a person cascades or empties.
"""

from importlib import import_module
from pkgutil import iter_modules

from storage.base import Base

# As ``my data`` and docs/PRIVACY.md tell of them; groups that are not named here come last.
_ORDER = (
    "people",
    "rooms",
    "queues",
    "talk",
    "library",
    "cases",
    "events",
    "encryption",
    "trust",
    "moderation",
)
_OTHERS = sorted({module.name for module in iter_modules(__path__)} - set(_ORDER))

GROUPS = [import_module(f"{__name__}.{name}") for name in (*_ORDER, *_OTHERS)]


def every() -> list[type[Base]]:
    """List the tables of each group in the order in which it declares them."""
    return [
        row
        for group in GROUPS
        for row in vars(group).values()
        if isinstance(row, type) and issubclass(row, Base) and row.__module__ == group.__name__
    ]
