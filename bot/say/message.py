"""What the hub says, as the content of an event."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Sequence
from typing import Any

from bot.say.i18n import LocalReader
from kit.inbound import FIELD
from kit.rendering import RIGHT_TO_LEFT, Rendered, block
from kit.text import Reply

# Older clients ring everybody at this word wherever it stands in a text (push rule roomnotif).
EVERYBODY = re.compile("@(?=room)", re.IGNORECASE)
MARK = "\N{RIGHT-TO-LEFT MARK}"
UNSAID = "@\N{WORD JOINER}"


def message(
    reply: Reply, reader: LocalReader, txn_id: str, rings: Collection[str] = ()
) -> dict[str, Any]:
    """Render one ``m.room.message``: both formats, mentions, and the machine-readable field.

    An answer is an ``m.notice``, which rings nobody (spec, .m.rule.suppress_notices). What *rings*
    somebody is an ``m.text`` that mentions their Matrix IDs (spec, .m.rule.is_user_mention).
    """
    text = _directed(reply.body.render(reader), reader)
    mentions = sorted(text.mentions | {*rings})
    return {
        "msgtype": "m.text" if rings else "m.notice",
        "body": EVERYBODY.sub(UNSAID, text.plain),
        "format": "org.matrix.custom.html",
        "formatted_body": EVERYBODY.sub(UNSAID, text.html),
        "m.mentions": {"user_ids": mentions} if mentions else {},
        FIELD: field(reply.kind, reader.language, reply.ids, txn_id),
    }


def _directed(text: Rendered, reader: LocalReader) -> Rendered:
    """Let a right-to-left message be laid out as one: by isolates, and by a mark before Latin.

    Clients with ``dir="auto"`` go by the first strong letter, isolated or not (HTML).
    """
    if not reader.right_to_left:
        return text
    if not text.html.startswith(("<p>", "<ol", "<ul")):
        text = block(text, reader)
    strong = (unicodedata.bidirectional(letter) for letter in text.plain)
    if next((kind for kind in strong if kind in {"L", "R", "AL"}), "R") != "L":
        return text
    html = text.html.replace(RIGHT_TO_LEFT, MARK + RIGHT_TO_LEFT, 1)
    return Rendered(MARK + text.plain, html, text.mentions)


def field(kind: str, locale: str, ids: Sequence[str], txn_id: str) -> dict[str, Any]:
    """Say what a message is to programs."""
    return {"v": 1, "kind": kind, "locale": locale, "ids": list(ids), "txn": txn_id}
