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


def message(reply: Reply, reader: LocalReader, txn_id: str) -> dict[str, Any]:
    """Render one ``m.room.message``: both formats, mentions, and the machine-readable field."""
    text = reply.body.render(reader)
    return {
        "msgtype": "m.notice",  # other bots must not answer it
        "body": EVERYBODY.sub(UNSAID, text.plain),
        "format": "org.matrix.custom.html",
        "formatted_body": EVERYBODY.sub(UNSAID, text.html),
        "m.mentions": {"user_ids": sorted(text.mentions)} if text.mentions else {},
        FIELD: field(reply.kind, reader.language, reply.ids, txn_id),
    }


def field(kind: str, locale: str, ids: Sequence[str], txn_id: str) -> dict[str, Any]:
    """Say what a message is to programs."""
    return {"v": 1, "kind": kind, "locale": locale, "ids": list(ids), "txn": txn_id}
