"""A table as spreadsheets write it."""

from __future__ import annotations

import csv
import io

BOM = "\ufeff"  # without it a spreadsheet takes UTF-8 for something else
_BETWEEN = ",;\t"


def rows(text: str) -> csv.DictReader[str]:
    """Read the rows under a line of column names, whatever stands between their cells.

    It is a semicolon where numbers are written with a comma. Names of columns hold none of these.
    """
    bare = text.removeprefix(BOM)
    head = bare.partition("\n")[0]
    between = next((sign for sign in _BETWEEN if sign in head), _BETWEEN[0])
    return csv.DictReader(io.StringIO(bare, newline=""), delimiter=between, strict=True)
