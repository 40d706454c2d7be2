"""Getting and keeping a login: one device for good, because transaction ids belong to it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Protocol, Self

from bot.matrix.client import Client, Refused, text
from kit.errors import BadConfiguration
from kit.secret_file import read_secret, write_secret

_PASSWORD = "m.login.password"  # noqa: S105 -- the name of a flow, not a password
DEVICE_NAME = "ILAN Hub"


class HubAccount(Protocol):
    """Whose login it is, and where."""

    @property
    def homeserver(self) -> str:
        """Address of the homeserver, or the server name by which it is looked up."""

    @property
    def user_id(self) -> str:
        """Full Matrix ID."""

    @property
    def server_name(self) -> str:
        """What stands after the colon in it."""


class LoginSecrets(Protocol):
    """What a login takes; empty where it was not given."""

    @property
    def access_token(self) -> str:
        """A token that was made elsewhere."""

    @property
    def password(self) -> str:
        """The password of the account."""


@dataclass(frozen=True, slots=True)
class Credentials:
    """What a login gives."""

    device_id: str
    access_token: str

    def save(self, path: Path) -> None:
        """Write to a file that only we may read."""
        write_secret(path, json.dumps(asdict(self)).encode(), anew=True)

    @classmethod
    def read(cls, path: Path) -> Self:
        """Read what was saved; raises BadConfiguration."""
        try:
            return cls(**json.loads(read_secret(path)))
        except OSError as error:
            message = f"{path}: no login yet. Run: ilan-hub login"
            raise BadConfiguration(message) from error
        except (ValueError, TypeError) as error:
            message = f"{path}: not a login of ours. Run: ilan-hub login"
            raise BadConfiguration(message) from error


async def log_in(settings: HubAccount, password: str, device_id: str = "") -> Credentials:
    """Log in with a password, as a new device unless one is named.

    Raises:
        BadConfiguration: the homeserver refuses for good, or takes no passwords.
        Refused, Unreachable: another try may succeed.
    """
    body = {
        "type": _PASSWORD,
        "identifier": {"type": "m.id.user", "user": settings.user_id},
        "password": password,
        "initial_device_display_name": DEVICE_NAME,
        **({"device_id": device_id} if device_id else {}),
    }
    client = Client(await find_homeserver(settings.homeserver), settings.user_id, "", "")
    try:
        await _takes_passwords(client, settings)
        answer = await client.call("POST", "/login", body)
    except Refused as refusal:
        if refusal.passing:
            raise
        message = f"{settings.homeserver} did not log {settings.user_id} in: {refusal}"
        raise BadConfiguration(message) from refusal
    finally:
        await client.close()
    return Credentials(text(answer, "device_id"), text(answer, "access_token"))


async def post_with_password(
    client: Client, path: str, body: Mapping[str, Any], password: str
) -> None:
    """Ask for what only who knows the password may do, if the homeserver sees it so.

    Spec, user-interactive authentication: 401 lists what it wants; a password will do.

    Raises:
        Refused: 401 if it wants another one, or no password at all.
        Unreachable: another try may succeed.
    """
    try:
        await client.call("POST", path, body)
    except Refused as refusal:
        if refusal.status != 401:  # noqa: PLR2004 -- HTTP's own number
            raise
        user = {"type": "m.id.user", "user": client.user_id}
        proof = {"type": _PASSWORD, "identifier": user, "password": password}
        await client.call("POST", path, {**body, "auth": proof})


async def end_others(client: Client, before: str, password: str) -> tuple[list[str], list[str]]:
    """End the account's earlier logins as a hub, *before* among them.

    Returns the devices that were ended, and those that somebody may use another client on.

    Raises:
        Refused, Unreachable: another try may succeed.
    """
    answer = (await client.call("GET", "/devices")).get("devices")
    listed = [each for each in answer if isinstance(each, dict)] if isinstance(answer, list) else []
    named = {str(each.get("device_id")): each.get("display_name") for each in listed}
    named.pop(client.device_id, None)
    old = sorted(each for each, name in named.items() if each == before or name == DEVICE_NAME)
    if old and password:
        await post_with_password(client, "/delete_devices", {"devices": old}, password)
        return old, sorted(named.keys() - set(old))
    return [], sorted(named)


async def keep_token(settings: HubAccount, access_token: str) -> Credentials:
    """Take a token that was made elsewhere, and learn the device it belongs to.

    Raises:
        BadConfiguration: it is not valid, or belongs to another account or to no device.
        Refused, Unreachable: another try may succeed.
    """
    homeserver = await find_homeserver(settings.homeserver)
    client = Client(homeserver, settings.user_id, "", access_token)
    try:
        return Credentials(await whoami(client), access_token)
    finally:
        await client.close()


async def find_homeserver(said: str) -> str:
    """Give the address of a homeserver: what an operator wrote, or what a server name leads to.

    Spec, client-server API, well-known URI: without a file there, the name itself is the address.

    Raises:
        BadConfiguration: the server name leads nowhere.
        Refused, Unreachable: another try may succeed.
    """
    if "://" in said:
        return said
    client = Client(f"https://{said}", "", "", "")
    try:
        answer = await client.call("GET", "/client", below="/.well-known/matrix")
    except Refused as refusal:
        if refusal.status == 404:  # noqa: PLR2004 -- HTTP's own number
            return f"https://{said}"
        raise
    finally:
        await client.close()
    found = answer.get("m.homeserver")
    address = found.get("base_url") if isinstance(found, dict) else None
    if not isinstance(address, str) or not address.startswith(("https://", "http://")):
        message = f"matrix.homeserver: https://{said}/.well-known/matrix/client names no homeserver"
        raise BadConfiguration(message)
    return address.rstrip("/")


async def _takes_passwords(client: Client, settings: HubAccount) -> None:
    flows = (await client.call("GET", "/login")).get("flows")
    kinds = [flow.get("type") for flow in flows or () if isinstance(flow, dict)]
    if _PASSWORD not in kinds:
        localpart = settings.user_id[1:].partition(":")[0]
        message = (
            f"{settings.homeserver} takes no passwords. Make a token that belongs to a device, and "
            f"run: ilan-hub login --token. Under Matrix Authentication Service one is made by: "
            f"mas-cli manage issue-compatibility-token {localpart} --device-id ILANHUB"
        )
        raise BadConfiguration(message)


async def connect(settings: HubAccount, secrets: LoginSecrets, credentials_file: Path) -> Client:
    """Open a client with the token of *secrets* or of the credentials file.

    Raises:
        BadConfiguration: there is no usable token.
        Refused, Unreachable: the server name could not be looked up.
    """
    if secrets.access_token:
        credentials = Credentials("", secrets.access_token)
    else:
        credentials = Credentials.read(credentials_file)

    async def renew() -> str:
        fresh = await log_in(settings, secrets.password, credentials.device_id)
        fresh.save(credentials_file)
        return fresh.access_token

    return Client(
        await find_homeserver(settings.homeserver),
        settings.user_id,
        credentials.device_id,
        credentials.access_token,
        renew=renew if secrets.password and credentials.device_id else None,
    )


async def client_of(homeserver: str, access_token: str) -> Client:
    """Open a client with somebody's token, whoever that is.

    Raises:
        BadConfiguration: the token is not valid.
        Refused, Unreachable: another try may succeed.
    """
    address = await find_homeserver(homeserver)
    client = Client(address, "", "", access_token)
    try:
        user_id = text(await client.call("GET", "/account/whoami"), "user_id")
    finally:
        await client.close()
    return Client(address, user_id, "", access_token)


async def whoami(client: Client) -> str:
    """Make sure the token is ours; returns the device it belongs to.

    Raises:
        BadConfiguration: it is revoked, or belongs to another account or to no device.
        Refused, Unreachable: as ``Client.call``.
    """
    answer = await client.call("GET", "/account/whoami")
    if answer.get("user_id") != client.user_id:
        message = f"the access token belongs to another account than {client.user_id}"
        raise BadConfiguration(message)
    device_id = answer.get("device_id")
    if not isinstance(device_id, str):  # spec, transaction identifiers: they belong to a device
        message = (
            "the access token belongs to no device: what the hub sends again after a failure would "
            "appear twice. Run: ilan-hub login"
        )
        raise BadConfiguration(message)
    return device_id
