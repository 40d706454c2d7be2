"""Rows of numbers that are packed."""

from __future__ import annotations

from bot.understanding.wishes.sparse import SparseTable


def test_rows_hold_what_was_put_in_and_turn_into_columns():
    table = SparseTable()
    for row in ({2: 0.5, 0: 1.0}, {}, {2: 2.0}):
        table.append(row, row.values())
    rows = table.rows()
    assert [dict(rows[place]) for place in range(len(rows))] == [{2: 0.5, 0: 1.0}, {}, {2: 2.0}]
    turned = rows.transposed(4)
    assert [dict(turned[place]) for place in range(len(turned))] == [
        {0: 1.0},
        {},
        {0: 0.5, 2: 2.0},
        {},
    ]
    assert list(rows.heights(4)) == [turned.width(place) for place in range(4)]
