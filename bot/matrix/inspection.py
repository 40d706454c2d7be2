"""What a homeserver really does for our account, tried in a room of its own."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from typing import Any

from bot.matrix.client import HELD, Client, Refused, escape
from bot.matrix.login import HubAccount

VERSIONS = frozenset({"10", "11", "12"})
# Their ids name no server, which not every client can read.
NAMELESS = frozenset({"12"})
# More at once than a stock Synapse takes from one account (rc_message).
SEVERAL = 12
_LIMITED = 429
RULES = ("is_user_mention", "suppress_notices")
DAY = 86_400_000  # milliseconds


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was tried. *mend* says what to do if it is not as it should be.

    Without *needed* the hub works all the same, but not as well.
    """

    what: str
    said: str
    mend: str = ""
    needed: bool = True

    def __str__(self) -> str:
        """Write a line for an operator."""
        if not self.mend:
            return f"ok    {self.what}: {self.said}"
        return f"{'mend' if self.needed else 'note'}  {self.what}: {self.said}. {self.mend}"


async def inspect(
    client: Client,
    settings: HubAccount,
    token: Callable[[], str],
    room_version: str | None = None,
) -> AsyncIterator[Finding]:
    """Try what the hub will need, and clear away what that made. *token* gives unused names.

    Rooms are tried in a *room_version*, or in that which the homeserver makes by itself.

    Raises:
        Refused, Unreachable, SignedOut: as ``Client.call``; another try may succeed.
    """
    yield await _invitations(client)
    for finding in await _rules(client):
        yield finding
    yield await _media(client)
    yield await _retention(client)
    try:
        room = {"preset": "private_chat", "name": "ilan-hub check"}
        if room_version is not None:
            room["room_version"] = room_version
        room_id = str((await client.call("POST", "/createRoom", room, patience=90))["room_id"])
    except Refused as refusal:
        mend = "Let this account make rooms"
        if refusal.errcode == "M_UNSUPPORTED_ROOM_VERSION":
            mend = f"It makes no rooms of version {room_version}: mend space.room_version"
        yield _refused("rooms", refusal, mend)
        return
    try:
        yield await _version(client, room_id)
        yield await _inviting(client, room_id, f"@ilan-check-{token()}:{settings.server_name}")
        yield await _limits(client, room_id, settings, token)
    finally:
        for path in ("leave", "forget"):
            with contextlib.suppress(Refused):
                await client.call("POST", f"/rooms/{escape(room_id)}/{path}", {})


def _refused(what: str, refusal: Refused, mend: str) -> Finding:
    if refusal.passing and not refusal.holds:
        raise refusal
    return Finding(what, f"the homeserver refuses ({refusal})", HELD.get(refusal.errcode, mend))


async def _invitations(client: Client) -> Finding:
    what, kind = "being invited", "m.invite_permission_config"
    path = f"/user/{escape(client.user_id)}/account_data/{kind}"
    try:
        content = await client.call("GET", path)
    except Refused as refusal:
        if refusal.passing:
            raise
        content = {}  # never set
    if content.get("default_action") != "block":
        return Finding(what, "people can open a chat with the hub")
    mend = f"Log in with a client and allow invitations, or PUT {{}} to {path}"
    return Finding(what, "the account blocks invitations", mend)


async def _rules(client: Client) -> list[Finding]:
    """Look at the rules everybody here begins with: what rings, and what does not."""
    rules = (await client.call("GET", "/pushrules/")).get("global")
    kind = rules.get("override") if isinstance(rules, dict) else None
    found = {rule.get("rule_id"): rule for rule in kind or () if isinstance(rule, dict)}
    mention, notice = (found.get(f".m.rule.{name}") or {} for name in RULES)
    mend = "Use a homeserver of Matrix 1.7 or later with its usual push rules"
    rings = mention.get("enabled") is True and "notify" in (mention.get("actions") or ())
    quiet = notice.get("enabled") is True and "notify" not in (notice.get("actions") or ())
    return [
        Finding("being heard", "who is mentioned is notified")
        if rings
        else Finding("being heard", "a mention notifies nobody here", mend, needed=False),
        Finding("being quiet", "answers notify nobody")
        if quiet
        else Finding("being quiet", "answers may ring as loud as reminders", mend, needed=False),
    ]


async def _retention(client: Client) -> Finding:
    """Ask how long messages are kept (MSC1763); few homeservers say."""
    what, path = "retention", "/retention/configuration"
    try:
        answer = await client.call("GET", path, below="/_matrix/client/unstable/org.matrix.msc1763")
    except Refused as refusal:
        if refusal.passing and not refusal.holds:
            raise
        answer = {}
    policies = answer.get("policies")
    usual = policies.get("*") if isinstance(policies, dict) else None
    longest = usual.get("max_lifetime") if isinstance(usual, dict) else None
    if isinstance(longest, int):
        return Finding(what, f"messages are deleted after {longest // DAY} days")
    mend = (
        "If it should delete old messages, set retention in homeserver.yaml: the hub redacts only "
        "what it wrote of somebody who is erased"
    )
    return Finding(what, "the homeserver does not say that it deletes anything", mend, needed=False)


async def _media(client: Client) -> Finding:
    what = "files"
    try:
        await client.upload("check.json", b"{}")
    except Refused as refusal:
        mend = "Let this account upload: `export` sends people a file"
        return _refused(what, refusal, mend)
    return Finding(what, "the hub can send some")


async def _version(client: Client, room_id: str) -> Finding:
    created: dict[str, Any] = await client.state(room_id, "m.room.create") or {}
    version = str(created.get("room_version", "1"))
    if version in NAMELESS:
        mend = (
            "If people use such a client, set space.room_version to 11 before the rooms are made, "
            "and the homeserver's default_room_version for chats"
        )
        said = f"{version}, whose rooms some clients do not show yet, such as Cinny 4.2"
        return Finding("room version", said, mend, needed=False)
    if version in VERSIONS:
        return Finding("room version", version)
    mend = "Set space.room_version to 10, 11 or 12"
    return Finding("room version", f"{version} is not one the hub was tried with", mend)


async def _inviting(client: Client, room_id: str, nobody: str) -> Finding:
    try:
        await client.call("POST", f"/rooms/{escape(room_id)}/invite", {"user_id": nobody})
    except Refused as refusal:
        if refusal.status == 403:  # noqa: PLR2004 -- HTTP's own number
            mend = "Let this account invite: in homeserver.yaml, block_non_admin_invites: false"
            return _refused("inviting", refusal, mend)
        if refusal.passing:
            raise
    return Finding("inviting", "the hub may invite people")


async def _limits(
    client: Client, room_id: str, settings: HubAccount, token: Callable[[], str]
) -> Finding:
    try:
        for _each in range(SEVERAL):  # limited as messages are, but nothing that anybody reads
            await client.send(room_id, "org.ilan.hub.check", token(), {})
    except Refused as refusal:
        if refusal.status != _LIMITED:
            return _refused("writing", refusal, "Let this account write")
        path = f"/_synapse/admin/v1/users/{escape(client.user_id)}/override_ratelimit"
        mend = (
            "With an administrator's token: curl -X POST -H 'Authorization: Bearer TOKEN' "
            f'-d \'{{"messages_per_second": 0, "burst_count": 0}}\' {settings.homeserver}{path}'
        )
        said = "the account is limited like a person's: many newcomers at once wait long"
        return Finding("rate limits", said, mend, needed=False)
    return Finding("rate limits", f"{SEVERAL} messages at once are no trouble")
