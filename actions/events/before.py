"""What an event was before it was changed: kept with what is planned, until all are told."""

from __future__ import annotations

import json
from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from typing import Any

from actions.events.details import clocks, facts
from kit.text import Node, Say, Verbatim, _
from storage.tables.events import Details, EventKind, EventRow

_HIDDEN = {"place", "link", "about"}  # where others read along


@dataclass(frozen=True, slots=True)
class Before:
    """When an event began, in which zone, and what else was known of it."""

    starts_at: datetime
    zone: str
    details: Details

    @classmethod
    def of(cls, event: EventRow) -> Before:
        """Take an event as it is."""
        return cls(event.starts_at, event.zone, event.details)

    def dump(self) -> str:
        """Write it as JSON; a length is in seconds."""
        known: dict[str, Any] = {name: getattr(self.details, name) for name in _NAMES}
        length = self.details.length
        known["length"] = None if length is None else int(length.total_seconds())
        return json.dumps([self.starts_at.isoformat(), self.zone, known])

    @classmethod
    def load(cls, written: str) -> Before | None:
        """Read what ``dump`` wrote; None for what a release before this one planned."""
        if not written:
            return None
        starts_at, zone, known = json.loads(written)
        length, kind = known.pop("length"), known.pop("kind")
        details = Details(
            **known,
            length=None if length is None else timedelta(seconds=length),
            kind=EventKind(kind) if kind else None,
        )
        return cls(datetime.fromisoformat(starts_at), zone, details)

    def changes(self, event: EventRow, *, whole: bool) -> list[Node]:
        """Say what is otherwise than before; the *whole* of it where nobody reads along."""
        said: list[Node] = []
        if event.starts_at != self.starts_at:
            was = clocks(self.starts_at, self.zone, event.kind)
            said.append(_("Until now: {when}", when=was))
        now = event.details
        named = [name for name in _NAMES if getattr(now, name) != getattr(self.details, name)]
        for name in named:
            old, new = self._shown(self.details, name, event), self._shown(now, name, event)
            if not whole and name in _HIDDEN:
                continue
            if old and new:
                said.append(_("{was} → {now}", was=old, now=new))
            elif old:
                said.append(_("No longer: {was}", was=old))
            elif new:
                said.append(new)
        if not whole and _HIDDEN.intersection(named):
            shown = Say("event", str(event.id))
            told = _(
                "Where it is, or what it is about, is otherwise: {event} shows it.", event=shown
            )
            said.append(told)
        return said

    @staticmethod
    def _shown(details: Details, name: str, event: EventRow) -> Node | None:
        if name == "title":
            return Verbatim(details.title)
        one = Details(**{name: getattr(details, name)})
        return next(iter(facts(one, event.starts_at, event.zone, whole=True)), None)


_NAMES = tuple(field.name for field in fields(Details))
