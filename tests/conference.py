"""A conference with five sessions, and a member on its first morning."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from bot.programme.importing import import_programme
from tests.harness import STEWARD, Talk

AMAL = "@amal:test"
SESSIONS = """id,title,start,end,room
a,Opening plenary,2027-05-20 09:00,2027-05-20 09:50,Great Hall
b,Interpreters in police custody,2027-05-20 10:00,2027-05-20 10:50,Board Room
c,Legal aid for women in prison,2027-05-20 10:00,2027-05-20 10:50,M2
d,Fingerprints on trial,2027-05-20 11:00,2027-05-20 11:50,M3
e,Closing plenary,2027-05-21 15:00,2027-05-21 15:50,Great Hall
"""


async def announced(talk: Talk) -> None:
    """Announce the conference (1) in Vienna, with a member who is in Austria."""
    await talk.room("space:events", "!events:test")
    for who in (STEWARD, AMAL):
        await talk.member(who, country="Austria")
    await talk.says(STEWARD, "event add 2027-05-20 09:00 Vienna: Conference on defence", "yes")


async def begun(hub: Talk, folder: Path) -> None:
    """Import its sessions (2 to 6), and let its first morning come."""
    file = folder / "programme.csv"
    file.write_text(SESSIONS)
    await import_programme(hub.storage, file, 1, now=hub.now, dry_run=False)
    await hub.passes(timedelta(days=79, hours=18))
