"""The audit trail in chat: what was decided lately, and whether anybody changed it."""

from __future__ import annotations

from collections.abc import Mapping

from commands.staff._feature import feature
from kit.authority import Act
from kit.command import Call
from kit.text import Bullets, Code, Message, Node, Paragraphs, Pill, Reply, When, _, n_
from storage.audits import AuditEntry, Audits
from storage.tables.audit import Audited

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
}


@feature.command(
    "audit",
    summary=_("what was decided, and whether that was changed"),
    act=Act.OVERSEE,
    private=True,
    shows=True,
)
async def audit(call: Call, audits: Audits) -> Reply:
    """Show the latest entries, and verify all."""
    found = await audits.verify()
    entries = await audits.latest(MOST)
    if found.broken is not None:
        state = _(
            "Somebody changed the trail: entry {number} is not what was written. Tell the "
            "operator, who runs {command}.",
            number=found.broken,
            command=Code("ilan-hub audit verify"),
        )
    else:
        state = n_(
            "{n} entry, unchanged. Digest of the last: {digest}",
            "{n} entries, unchanged. Digest of the last: {digest}",
            found.entries,
            digest=Code(found.head[:DIGITS] or "-"),
        )
    lines = Bullets([_line(entry) for entry in entries])
    return Reply("audit.list", Paragraphs([lines, state] if entries else [state]))


def _line(entry: AuditEntry) -> Node:
    facts: dict[str, Node | str | int] = {
        "number": entry.number,
        "when": When(entry.at),
        "what": WHAT.get(entry.what) or _("role: {role}", role=Code(entry.what)),
        "by": Pill(entry.by) if entry.by else _("nobody who is known"),
    }
    if entry.about is None:
        return _("{number}. {when}: {what}. By: {by}", **facts)
    return _("{number}. {when}: {what}: {user}. By: {by}", user=Pill(entry.about), **facts)
