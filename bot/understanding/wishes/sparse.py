"""Rows of numbers, most of which are nothing, in a twentieth of the room that dicts take."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator


class SparseRows:
    """Holds of each row the columns that are not nothing, in the order in which they came."""

    def __init__(self) -> None:
        """Begin without rows."""
        self._ends = array("I", [0])
        self._columns = array("I")
        self._values = array("f")

    def __len__(self) -> int:
        """Count the rows."""
        return len(self._ends) - 1

    def __getitem__(self, row: int) -> Iterator[tuple[int, float]]:
        """Give the columns of a row, each with its value."""
        place = slice(self._ends[row], self._ends[row + 1])
        return zip(self._columns[place], self._values[place], strict=True)

    def width(self, row: int) -> int:
        """Count the columns of a row."""
        return self._ends[row + 1] - self._ends[row]

    def append(self, columns: Iterable[int], values: Iterable[float]) -> None:
        """Add a row."""
        self._columns.extend(columns)
        self._values.extend(values)
        self._ends.append(len(self._columns))

    def heights(self, columns: int) -> array[int]:
        """Count for each of so many columns the rows that have it."""
        counts = array("I", bytes(4 * columns))
        for column in self._columns:
            counts[column] += 1
        return counts

    def transposed(self, columns: int) -> SparseRows:
        """Make each of so many columns a row."""
        turned = SparseRows()
        free = array("I")  # where the next value of each column goes
        for height in self.heights(columns):
            free.append(turned._ends[-1])
            turned._ends.append(turned._ends[-1] + height)
        turned._columns = array("I", bytes(4 * len(self._columns)))
        turned._values = array("f", bytes(4 * len(self._values)))
        for row in range(len(self)):
            for column, value in self[row]:
                place = free[column]
                turned._columns[place], turned._values[place] = row, value
                free[column] = place + 1
        return turned
