"""Messages between the hub and its encoder: four bytes that say how long, then JSON."""

from __future__ import annotations

import json
from asyncio import IncompleteReadError, StreamReader
from collections.abc import Iterator, Mapping
from typing import Any, BinaryIO, TypeAlias

Message: TypeAlias = Mapping[str, Any]

_LENGTH = 4  # bytes, big-endian


def frame(message: Message) -> bytes:
    """Write a message."""
    content = json.dumps(message).encode("ascii")
    return len(content).to_bytes(_LENGTH) + content


async def received(reader: StreamReader) -> Message | None:
    """Read the next message; None if the other side has gone."""
    try:
        size = int.from_bytes(await reader.readexactly(_LENGTH))
        return _read(await reader.readexactly(size))
    except (IncompleteReadError, ConnectionError):
        return None


def messages(file: BinaryIO) -> Iterator[Message]:
    """Read messages until the other side has gone."""
    while len(head := file.read(_LENGTH)) == _LENGTH:
        size = int.from_bytes(head)
        if len(content := file.read(size)) < size:
            return
        yield _read(content)


def _read(content: bytes) -> Message:
    message: Message = json.loads(content)
    return message
