"""Pictures are small PNG files that any decoder reads as they were drawn."""

from __future__ import annotations

import struct
import zlib

import pytest

from kit.drawing import Drawing, pattern


def pixels(png: bytes) -> tuple[int, int, list[str]]:
    """Read a PNG of two colours as its specification says, checksums too."""
    assert png[:8] == b"\x89PNG\r\n\x1a\n"
    chunks, rest = {}, png[8:]
    while rest:
        (size,) = struct.unpack(">I", rest[:4])
        body, checksum = rest[4 : 8 + size], rest[8 + size : 12 + size]
        assert zlib.crc32(body) == int.from_bytes(checksum)
        chunks[body[:4]], rest = body[4:], rest[12 + size :]
    width, height, *kind = struct.unpack(">IIBBBBB", chunks[b"IHDR"])
    assert kind == [1, 3, 0, 0, 0]
    colours = [chunks[b"PLTE"][at : at + 3].hex() for at in (0, 3)]
    data, line = zlib.decompress(chunks[b"IDAT"]), 1 + (width + 7) // 8
    rows = [data[at : at + line] for at in range(0, len(data), line)]
    assert {row[0] for row in rows} == {0}
    drawn = [f"{int.from_bytes(row[1:]):0{8 * (line - 1)}b}"[:width] for row in rows]
    return width, height, [*drawn, *colours]


def test_a_drawing_is_written_as_it_was_drawn():
    width, height, (*drawn, paper, ink) = pixels(Drawing("#.\n..", "#ffffff", "#1f3a5f").png())
    assert (width, height, paper, ink) == (160, 160, "1f3a5f", "ffffff")
    assert drawn == ["1" * 80 + "0" * 80] * 80 + ["0" * 160] * 80


@pytest.mark.parametrize("seed", ["region-mena", "prisons"])
def test_a_pattern_is_the_same_on_both_sides_and_small(seed: str):
    rows = pattern(seed).splitlines()
    assert [row[::-1] for row in rows] == rows
    assert (len(rows), {len(row) for row in rows}) == (11, {11})
    assert len(Drawing(pattern(seed), "#ffffff", "#000000").png()) < 400


def test_rooms_differ_by_their_pattern():
    assert len({pattern(f"room-{number}") for number in range(100)}) == 100
