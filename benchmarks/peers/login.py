"""How a peer is told whom to be, and what it answers."""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

LOGIN_VARIABLE = "ILAN_PEER_LOGIN"
QUESTION = "help"

# As long as the hub's own answer to the same question, so that the homeserver has as much to do.
_TEXT = "what you can say here, and how to say it in your own words; " * 16
ANSWER = {
    "msgtype": "m.notice",
    "body": _TEXT,
    "format": "org.matrix.custom.html",
    "formatted_body": f"<p>{_TEXT}</p>",
}


@dataclass(frozen=True, slots=True)
class Login:
    """An account on a homeserver. With *position* a peer keeps its place in the stream there."""

    homeserver: str
    user_id: str
    device_id: str
    access_token: str
    position: str = ""

    def environment(self) -> dict[str, str]:
        """Hand over to a child process."""
        return {LOGIN_VARIABLE: json.dumps(asdict(self))}

    @classmethod
    def given(cls) -> Login:
        """Take over from the parent process."""
        return cls(**json.loads(os.environ[LOGIN_VARIABLE]))

    def since(self) -> str | None:
        """Read the place in the stream, None at the first start."""
        kept = Path(self.position)
        return kept.read_text("utf-8") if self.position and kept.exists() else None

    def keep(self, next_batch: str) -> None:
        """Write the place in the stream."""
        if self.position:
            Path(self.position).write_text(next_batch, "utf-8")

    def filter(self, *, first: bool) -> dict[str, Any]:
        """Ask for messages of others only, and for next to nothing at the *first* sync."""
        none = {"not_types": ["*"]}
        timeline = {
            "limit": 1 if first else 100,
            "types": ["m.room.message"],
            "not_senders": [self.user_id],
        }
        room = {"timeline": timeline, "state": none, "ephemeral": none, "account_data": none}
        return {"presence": none, "account_data": none, "room": room}
