"""Small pictures in two colours: drawn as lines of signs, written as PNG (W3C, third edition)."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256

from kit.network import RoomKind

SIDE = 160  # pixels, more or less: a cell is a whole number of them
INK = "#"
CELLS = 7


@dataclass(frozen=True, slots=True)
class Drawing:
    """Lines of equal length, each ``#`` a cell in *ink*, on *paper*; colours are ``#rrggbb``."""

    lines: str
    ink: str
    paper: str

    @property
    def fingerprint(self) -> str:
        """What tells it from other drawings."""
        return sha256(f"{self.ink}{self.paper}{self.lines}".encode()).hexdigest()[:16]

    def png(self) -> bytes:
        """Write it with a palette of two colours, a bit for each pixel."""
        rows = self.lines.splitlines()
        scale = SIDE // len(rows)
        width, height = len(rows[0]) * scale, len(rows) * scale
        pixels = b"".join(_line(row, scale) * scale for row in rows)
        header = struct.pack(">IIBBBBB", width, height, 1, 3, 0, 0, 0)
        palette = bytes.fromhex(self.paper[1:] + self.ink[1:])
        parts = ((b"IHDR", header), (b"PLTE", palette), (b"IDAT", zlib.compress(pixels, 9)))
        return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(*part) for part in (*parts, (b"IEND", b"")))


@dataclass(frozen=True, slots=True)
class Pictures:
    """How the network is drawn: its emblem, and the colour of each kind of room."""

    emblem: str
    ink: str
    papers: Mapping[RoomKind, str]

    def of(self, kind: RoomKind, slug: str) -> Drawing:
        """Draw a room: the root with the emblem, any other with a pattern of its own."""
        lines = self.emblem if kind is RoomKind.ROOT else pattern(slug)
        return Drawing(lines, self.ink, self.papers[kind])


def pattern(seed: str) -> str:
    """Make a pattern of *seed*, the same on both sides, with a margin around it."""
    half = CELLS // 2 + 1
    bits = int.from_bytes(sha256(seed.encode()).digest())
    rows = []
    for row in range(CELLS):
        left = [INK if bits >> (row * half + cell) & 1 else "." for cell in range(half)]
        rows.append("".join(["..", *left, *left[-2::-1], ".."]))
    empty = ["." * (CELLS + 4)] * 2
    return "\n".join([*empty, *rows, *empty])


def _line(row: str, scale: int) -> bytes:
    bits = "".join(("1" if cell == INK else "0") * scale for cell in row)
    padded = bits.ljust(-len(bits) % 8 + len(bits), "0")
    return b"\x00" + int(padded, 2).to_bytes(len(padded) // 8)  # filter type 0: as it is


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
