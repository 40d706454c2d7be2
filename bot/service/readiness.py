"""What ``ilan-hub check`` can tell without asking what the homeserver does for the account."""

from __future__ import annotations

import re
import stat
from collections.abc import Iterator
from datetime import datetime
from email.utils import parsedate_to_datetime
from pathlib import Path

from bot import checked
from bot.matrix.client import Client, Refused, escape
from bot.matrix.inspection import Finding
from bot.settings import Settings
from storage.whereabouts import read_url

# Clients take the first for a command of their own, and people begin words with the others.
_NO_PREFIX = re.compile(r"[/\w\s]")
_OTHERS = stat.S_IRWXG | stat.S_IRWXO
_APART = 30  # seconds


def settings_findings(settings: Settings) -> Iterator[Finding]:
    """Look at settings that are no fault of form, and still not what somebody meant."""
    space = settings.space
    files = [
        settings.config_file,
        *(settings.path(each) for each in (space.file, space.vocabulary) if each),
    ]
    for twice in [each for file in files for each in checked.repeated(file)]:
        yield Finding("given twice", twice, "The last one counts: leave one of them out")
    if _NO_PREFIX.search(settings.talk.prefix):
        mend = "Begin commands with a sign such as !"
        yield Finding(
            "the prefix", "talk.prefix is no sign that nobody begins a message with", mend
        )
    if not settings.people.stewards:
        mend = "Name somebody in people.stewards: only they make moderators"
        yield Finding("stewards", "nobody is one", mend)
    for path in _open_to_others(settings):
        yield Finding(
            "secrets", f"others on this machine can read {path}", f"Run: chmod 600 {path}"
        )


def _open_to_others(settings: Settings) -> Iterator[Path]:
    secret = [settings.config_file] if read_url(settings.database.url).password else []
    url = read_url(settings.database_url)
    if url.get_backend_name() == "sqlite":
        database = Path(str(url.database))
        secret += sorted(database.parent.glob(f"{database.name}*"))
    return (path for path in secret if path.stat().st_mode & _OTHERS)


async def steward_findings(client: Client, settings: Settings) -> list[Finding]:
    """Ask whether there are such people; one whose homeserver does not say counts as there."""
    unknown = []
    for user_id in sorted(settings.people.stewards):
        try:
            known = await client.found(f"/profile/{escape(user_id)}") is not None
        except Refused:
            continue
        if not known:
            unknown.append(user_id)
    mend = "Mend people.stewards, or make the account"
    return [Finding("stewards", f"nobody is called {user_id}", mend) for user_id in unknown]


def clock_finding(client: Client, now: datetime) -> Finding | None:
    """Compare the machine's clock with what the homeserver just said; None if it says nothing."""
    try:
        theirs = parsedate_to_datetime(client.date or "")
    except ValueError:
        return None
    ahead = round((now - theirs).total_seconds())
    if abs(ahead) <= _APART:
        return Finding("the clock", "that of the homeserver says the same")
    way = "ahead of" if ahead > 0 else "behind"
    mend = "Set it, and let NTP keep it: reminders and the end of what is kept go by it"
    return Finding("the clock", f"{abs(ahead)} seconds {way} that of the homeserver", mend)
