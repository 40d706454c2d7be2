"""Rows of numbers, most of which are nothing, in a twentieth of the room that dicts take."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator
from typing import TypeAlias

Column: TypeAlias = "array[int] | memoryview[int]"
Value: TypeAlias = "array[float] | memoryview[float]"


class SparseRows:
    """Holds of each row the columns that are not nothing, in the order in which they came."""

    def __init__(self, ends: Column, columns: Column, values: Value) -> None:
        """Take the rows from *columns* and their *values*; *ends* begins with 0."""
        self.ends = ends
        self.columns = columns
        self.values = values

    def __len__(self) -> int:
        """Count the rows."""
        return len(self.ends) - 1

    def __getitem__(self, row: int) -> Iterator[tuple[int, float]]:
        """Give the columns of a row, each with its value."""
        place = slice(self.ends[row], self.ends[row + 1])
        return zip(self.columns[place], self.values[place], strict=True)

    def width(self, row: int) -> int:
        """Count the columns of a row."""
        return self.ends[row + 1] - self.ends[row]

    def heights(self, columns: int) -> array[int]:
        """Count for each of so many columns the rows that have it."""
        counts = array("I", bytes(4 * columns))
        for column in self.columns:
            counts[column] += 1
        return counts

    def transposed(self, columns: int) -> SparseRows:
        """Make each of so many columns a row."""
        ends = array("I", [0])
        for height in self.heights(columns):
            ends.append(ends[-1] + height)
        free = ends[:-1]  # where the next value of each column goes
        rows = array("I", bytes(4 * len(self.columns)))
        values = array("f", bytes(4 * len(self.values)))
        for row in range(len(self)):
            for column, value in self[row]:
                place = free[column]
                rows[place], values[place] = row, value
                free[column] = place + 1
        return SparseRows(ends, rows, values)


class SparseTable:
    """Rows in the making."""

    def __init__(self) -> None:
        """Begin without rows."""
        self._ends = array("I", [0])
        self._columns = array("I")
        self._values = array("f")

    def append(self, columns: Iterable[int], values: Iterable[float]) -> None:
        """Add a row."""
        self._columns.extend(columns)
        self._values.extend(values)
        self._ends.append(len(self._columns))

    def rows(self) -> SparseRows:
        """Give the rows so far; none is to be added after."""
        return SparseRows(self._ends, self._columns, self._values)
