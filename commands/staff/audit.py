"""The audit trail in chat: what was decided lately, and whether anybody changed it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from actions.authority import ROLE_NAMES
from actions.moderation.trail import Trail
from commands.staff._feature import feature
from kit.authority import Act, Role
from kit.codes import code
from kit.command import Call
from kit.text import Bullets, Code, Message, Node, Paragraphs, Pill, Reply, _, n_
from kit.times import When
from storage.audits import AuditEntry
from storage.tables.audit import Audited
from storage.tables.moderation import Measure

MOST = 5
DIGITS = 12  # of a digest that are shown
WHAT: Mapping[Audited, Message] = {
    Audited.WARN: _("warned"),
    Audited.MUTE: _("muted"),
    Audited.REMOVE: _("taken out"),
    Audited.BAN: _("banned"),
    Audited.UNBAN: _("allowed to return"),
    Audited.REDACT: _("messages deleted"),
    Audited.UNDO: _("taken back"),
    Audited.END: _("over by itself"),
    Audited.VOUCH: _("word given"),
    Audited.WITHDRAW: _("word taken back"),
    Audited.LOCKDOWN: _("newcomers have to knock"),
    Audited.LOCKDOWN_OFF: _("newcomers join again"),
    Audited.ANNOUNCE: _("announced"),
    Audited.ANNOUNCE_STOP: _("announcement stopped"),
    Audited.REPORT_CLOSE: _("report closed"),
    Audited.REPORT_LAPSE: _("report taken up and not closed"),
    Audited.CASE_CLOSE: _("request closed without an expert"),
    Audited.EVENT_CANCEL: _("event called off"),
    Audited.KNOCK_ACCEPT: _("let into a room"),
    Audited.KNOCK_DECLINE: _("not let into a room"),
    Audited.APPEAL_DECLINE: _("appeal declined"),
    Audited.IDENTITY_ACCEPT: _("new identity for encryption let count"),
    Audited.IDENTITY_BACK: _("earlier identity for encryption brought back"),
}


_ABOUT_NOBODY = frozenset(
    {
        Audited.LOCKDOWN,
        Audited.LOCKDOWN_OFF,
        Audited.ANNOUNCE,
        Audited.ANNOUNCE_STOP,
        Audited.REPORT_CLOSE,
        Audited.REPORT_LAPSE,
        Audited.CASE_CLOSE,
        Audited.EVENT_CANCEL,
    }
)


# What their number is of: a measure, or what is called by a code.
_OF_MEASURES = frozenset(
    {*map(Audited, Measure), Audited.UNDO, Audited.END, Audited.APPEAL_DECLINE}
)
_CODED = frozenset({Audited.REPORT_CLOSE, Audited.CASE_CLOSE})


@feature.command(
    "audit",
    summary=_("what was decided, and whether that was changed"),
    act=Act.OVERSEE,
    private=True,
    shows=True,
)
async def audit(call: Call, trail: Trail) -> Reply:
    """Show the latest entries, the same act of one person in one line, and verify all.

    Nobody hides one by doing and undoing something else often. The digest is that of what is shown.
    """
    seen = await trail.seen(call.by)
    found, latest = seen.verdict, seen.latest
    entries = _alike(latest)[:MOST]
    if found.broken is not None:
        state = _(
            "Somebody changed the trail: entry {number} is not what was written. Tell the "
            "operator, who runs {command}.",
            number=found.broken,
            command=Code("ilan-hub audit verify"),
        )
    elif not found.named:
        state = _(
            "Somebody changed the trail: names of people who were not erased are gone from it. "
            "Tell the operator, who runs {command}.",
            command=Code("ilan-hub audit verify"),
        )
    else:
        state = n_(
            "{n} entry, unchanged. Digest of the last: {digest}",
            "{n} entries, unchanged. Digest of the last: {digest}",
            seen.entries,
            digest=Code(latest[0].digest[:DIGITS] if latest else "-"),
        )
    lines = Bullets([_lines(alike) for alike in entries])
    return Reply("audit.list", Paragraphs([lines, state] if entries else [state]))


def _alike(entries: Sequence[AuditEntry]) -> list[list[AuditEntry]]:
    """Put together what somebody did to the same one, or to all, more than once.

    Of who is erased it is not known whether they are the same.
    """
    found: dict[tuple[str | None, str | None, Audited, int], list[AuditEntry]] = {}
    for entry in entries:
        erased = entry.by is None or (entry.about is None and entry.what not in _ABOUT_NOBODY)
        alike = (entry.by, entry.about, entry.what, entry.number if erased else 0)
        found.setdefault(alike, []).append(entry)
    return list(found.values())


def _lines(entries: Sequence[AuditEntry]) -> Node:
    latest, *more = entries
    if not more:
        return _line(latest)
    return n_(
        "{entry} ({n} more like it, the first on {when})",
        "{entry} ({n} more like it, the first on {when})",
        len(more),
        entry=_line(latest),
        when=When(more[-1].at),
    )


def _what(entry: AuditEntry) -> Message:
    """Say what was decided, and the number by which it is shown."""
    if entry.what not in WHAT:
        return _("role: {role}", role=ROLE_NAMES[Role(entry.what)])
    what = WHAT[entry.what]
    if entry.of is None:
        return what
    if entry.what in _OF_MEASURES:
        return _("{what} (measure {number})", what=what, number=entry.of)
    return (
        _("{what} ({number})", what=what, number=code(entry.of)) if entry.what in _CODED else what
    )


def _line(entry: AuditEntry) -> Node:
    facts: dict[str, Node | str | int] = {
        "number": entry.number,
        "when": When(entry.at),
        "what": _what(entry),
        "by": Pill(entry.by) if entry.by else _("nobody who is known"),
    }
    if entry.about is None:
        return _("{number}. {when}: {what}. By: {by}", **facts)
    return _("{number}. {when}: {what}: {user}. By: {by}", user=Pill(entry.about), **facts)
