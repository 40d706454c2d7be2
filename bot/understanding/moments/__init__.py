"""Reading when something is to be, as people type it in seven languages."""

from bot.understanding.moments.reader import MomentReader
from bot.understanding.moments.tables import Table, load_table, load_tables

__all__ = ["MomentReader", "Table", "load_table", "load_tables"]
