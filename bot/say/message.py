"""What the hub says, as the content of an event."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from bot.say.i18n import LocalReader
from kit.text import Reply

FIELD = "org.ilan.hub"
# Older clients ring everybody at this word wherever it stands in a text (push rule roomnotif).
EVERYBODY = re.compile("@(?=room)", re.IGNORECASE)
UNSAID = "@\N{WORD JOINER}"


def message(
    reply: Reply, reader: LocalReader, txn_id: str, rings: str | None = None
) -> dict[str, Any]:
    """Render one ``m.room.message``: both formats, mentions, and the machine-readable field.

    An answer is an ``m.notice``, which rings nobody (spec, .m.rule.suppress_notices). What *rings*
    somebody is an ``m.text`` that mentions their Matrix ID (spec, .m.rule.is_user_mention).
    """
    text = reply.body.render(reader)
    mentions = sorted(text.mentions | ({rings} if rings else set()))
    return {
        "msgtype": "m.text" if rings else "m.notice",
        "body": EVERYBODY.sub(UNSAID, text.plain),
        "format": "org.matrix.custom.html",
        "formatted_body": EVERYBODY.sub(UNSAID, text.html),
        "m.mentions": {"user_ids": mentions} if mentions else {},
        FIELD: field(reply.kind, reader.language, reply.ids, txn_id),
    }


def field(kind: str, locale: str, ids: Sequence[str], txn_id: str) -> dict[str, Any]:
    """Say what a message is to programs."""
    return {"v": 1, "kind": kind, "locale": locale, "ids": list(ids), "txn": txn_id}
