"""Pictures on the homeserver: each is uploaded once, and its address kept in our account's data."""

from __future__ import annotations

import asyncio

import structlog

from bot.matrix.client import Client, Refused, escape
from bot.matrix.login import DEVICE_NAME
from kit.drawing import Drawing

log = structlog.get_logger(__name__)

_KEPT = "org.ilan.hub.pictures"


class Gallery:
    """Gives drawings the ``mxc://`` addresses by which rooms and profiles show them."""

    def __init__(self, client: Client) -> None:
        """Keep pictures for *client*'s account."""
        self._client = client
        self._one_by_one = asyncio.Lock()
        self._path = f"/user/{escape(client.user_id)}/account_data/{_KEPT}"

    async def known(self) -> dict[str, str]:
        """Return the addresses of all pictures that were ever uploaded, by their fingerprints."""
        kept = await self._client.found(self._path) or {}
        return {name: url for name, url in kept.items() if isinstance(url, str)}

    async def address(self, drawing: Drawing) -> str:
        """Return the address of a drawing, uploading it the first time."""
        async with self._one_by_one:
            known = await self.known()
            if (url := known.get(drawing.fingerprint)) is None:
                url = await self._client.upload(f"{drawing.fingerprint}.png", drawing.png())
                await self._client.call("PUT", self._path, {**known, drawing.fingerprint: url})
            return url

    async def is_to_be_hung(self, drawing: Drawing, now: str | None) -> bool:
        """Tell whether a drawing is to take the place of the picture *now*, which may be none.

        One that somebody chose by hand stays.
        """
        known = await self.known()
        return now is None or (now in known.values() and now != known.get(drawing.fingerprint))


async def introduce(client: Client, gallery: Gallery, name: str, face: Drawing) -> None:
    """Give our account its *name* and its *face*, where it has another name or no picture.

    A device that was made elsewhere, and has no name, gets one as well: people see it where they
    compare its fingerprint.
    """
    path = f"/profile/{escape(client.user_id)}"
    profile = await client.found(path) or {}
    try:
        if profile.get("displayname") != name:
            await client.call("PUT", f"{path}/displayname", {"displayname": name})
        if await gallery.is_to_be_hung(face, profile.get("avatar_url")):
            url = await gallery.address(face)
            await client.call("PUT", f"{path}/avatar_url", {"avatar_url": url})
        ours = f"/devices/{escape(client.device_id)}"
        if not (await client.found(ours) or {}).get("display_name"):
            await client.call("PUT", ours, {"display_name": DEVICE_NAME})
    except Refused as refusal:
        if refusal.passing:
            raise
        log.warning("profile.refused", errcode=refusal.errcode, advice="set it as administrator")
