"""Getting and keeping a login: one device for good, because transaction ids belong to it."""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path

from bot.matrix.client import Client, Refused
from bot.settings import MatrixSettings, Secrets
from kit.errors import BadConfiguration


@dataclass(frozen=True, slots=True)
class Credentials:
    """What a login gives."""

    device_id: str
    access_token: str

    def save(self, path: Path) -> None:
        """Write to a file that only we may read."""
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
            json.dump(asdict(self), file)


async def log_in(settings: MatrixSettings, password: str, device_id: str = "") -> Credentials:
    """Log in with a password, as a new device unless one is named.

    Raises:
        BadConfiguration: the homeserver refuses for good.
        Refused, Unreachable: another try may succeed.
    """
    client = Client(settings.homeserver, settings.user_id, "", "")
    body = {
        "type": "m.login.password",
        "identifier": {"type": "m.id.user", "user": settings.user_id},
        "password": password,
        "initial_device_display_name": "ILAN Hub",
        **({"device_id": device_id} if device_id else {}),
    }
    try:
        answer = await client.call("POST", "/login", body)
    except Refused as refusal:
        if refusal.passing:
            raise
        message = f"{settings.homeserver} did not log {settings.user_id} in: {refusal}"
        raise BadConfiguration(message) from refusal
    finally:
        await client.close()
    return Credentials(str(answer["device_id"]), str(answer["access_token"]))


def connect(settings: MatrixSettings, secrets: Secrets, credentials_file: Path) -> Client:
    """Open a client with the token of *secrets* or of the credentials file.

    Raises:
        BadConfiguration: there is no usable token.
    """
    if secrets.access_token:
        credentials = Credentials("", secrets.access_token)
    else:
        try:
            credentials = Credentials(**json.loads(credentials_file.read_text("utf-8")))
        except OSError as error:
            message = f"{credentials_file}: no login yet. Run: ilan-hub login"
            raise BadConfiguration(message) from error
        except (ValueError, TypeError) as error:
            message = f"{credentials_file}: not a login of ours. Run: ilan-hub login"
            raise BadConfiguration(message) from error

    async def renew() -> str:
        fresh = await log_in(settings, secrets.password, credentials.device_id)
        fresh.save(credentials_file)
        return fresh.access_token

    return Client(
        settings.homeserver,
        settings.user_id,
        credentials.device_id,
        credentials.access_token,
        renew=renew if secrets.password and credentials.device_id else None,
    )


async def whoami(client: Client) -> None:
    """Make sure the token is ours.

    Raises:
        BadConfiguration: it is revoked, or belongs to another account or to no device.
        Refused, Unreachable: as ``Client.call``.
    """
    answer = await client.call("GET", "/account/whoami")
    if answer.get("user_id") != client.user_id:
        message = f"the access token belongs to another account than {client.user_id}"
        raise BadConfiguration(message)
    if not answer.get("device_id"):  # spec, transaction identifiers: they belong to a device
        message = (
            "the access token belongs to no device: what the hub sends again after a failure would "
            "appear twice. Run: ilan-hub login"
        )
        raise BadConfiguration(message)
