"""The audit trail for an operator: written down, and compared with what was written down before."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

from sqlalchemy.ext.asyncio import AsyncSession

from kit.errors import BadFile
from storage.audits import Audits


async def export_audit(session: AsyncSession) -> bytes:
    """Write all entries, the oldest first: one object of JSON in each line."""
    lines = [
        json.dumps(
            {
                "entry": entry.number,
                "at": entry.at.isoformat(),
                "what": entry.what,
                "of": entry.of,
                "by": entry.by,
                "about": entry.about,
                "digest": entry.digest,
            },
            ensure_ascii=False,
        )
        for entry in await Audits(session).all()
    ]
    return "".join(f"{line}\n" for line in lines).encode()


async def verify_audit(session: AsyncSession, file: Path | None) -> tuple[str, bool]:
    """Verify the trail, with an earlier export if there is one.

    Says what was found, and whether the trail holds.

    Raises:
        BadFile: that is no export.
    """
    found = await Audits(session).verify(_digests(file) if file else None)
    if found.broken is not None:
        text = f"Entry {found.broken} is not what was written, or is missing; those before it are"
        return f"{text} as they were.", False
    if not found.named:
        text = "The entries are as they were written, but names are missing of people who were not"
        return f"{text} erased, or were added.", False
    text = f"{found.entries} entries, unchanged. Digest of the last: {found.head or '-'}\n"
    advice = (
        "Keep an export in another place: with it you also find a database put back to earlier."
    )
    return text + advice, True


def _digests(file: Path) -> Mapping[int, str]:
    found: dict[int, str] = {}
    for number, line in enumerate(file.read_text("utf-8").splitlines(), start=1):
        try:
            match json.loads(line):
                case {"entry": int(entry), "digest": str(digest)}:
                    found[entry] = digest
                    continue
        except ValueError:
            pass
        message = f"{file}, line {number}: no entry of an audit trail"
        raise BadFile(message)
    return found
