"""What Synapse is told: small, silent towards the world, and quick to start."""

from __future__ import annotations

import base64
import secrets
from pathlib import Path
from typing import Any, Literal

import yaml

Limits = Literal["stock", "lifted"]

LOOPBACK = "127.0.0.1"
SETTINGS = "homeserver.yaml"
SECRETS = "secrets.yaml"

_UNLIMITED = {"per_second": 10_000, "burst_count": 10_000}

# Tests and tours register and log in more often in a minute than people do in a month.
_LIFTED_ALWAYS = {
    "rc_registration": _UNLIMITED,
    "rc_login": {"address": _UNLIMITED, "account": _UNLIMITED, "failed_attempts": _UNLIMITED},
}
_LIFTED_ON_REQUEST = {
    "rc_message": _UNLIMITED,
    "rc_registration_token_validity": _UNLIMITED,
    "rc_admin_redaction": _UNLIMITED,
    "rc_joins": {"local": _UNLIMITED, "remote": _UNLIMITED},
    "rc_joins_per_room": _UNLIMITED,
    "rc_key_requests": _UNLIMITED,
    "rc_3pid_validation": _UNLIMITED,
    "rc_invites": {"per_room": _UNLIMITED, "per_user": _UNLIMITED, "per_issuer": _UNLIMITED},
    "rc_third_party_invite": _UNLIMITED,
    "rc_media_create": _UNLIMITED,
    "rc_presence": {"per_user": _UNLIMITED},
    "rc_delayed_event_mgmt": _UNLIMITED,
    "rc_room_creation": _UNLIMITED,
    "rc_reports": _UNLIMITED,
    "rc_user_directory": _UNLIMITED,
    "rc_profile": _UNLIMITED,
}

_LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"stream": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"level": "WARNING", "handlers": ["stream"]},
}


# Anybody on this machine may make an account, with whatever client they have.
_OPEN = {"enable_registration": True, "enable_registration_without_verification": True}


def write(
    directory: Path, port: int, *, server_name: str, limits: Limits, open_to_all: bool = False
) -> str:
    """Write Synapse's files to *directory* and return the secret that registers accounts.

    The settings are written anew at each start; the secrets stay what they were at the first.
    """
    directory.mkdir(mode=0o700, parents=True, exist_ok=True)
    kept = directory / SECRETS
    if not kept.exists():
        _write_private(kept, yaml.safe_dump(_new_secrets()))
    settings = _settings(directory, port, server_name)
    settings |= _LIFTED_ALWAYS | (_LIFTED_ON_REQUEST if limits == "lifted" else {})
    settings |= _OPEN if open_to_all else {}
    (directory / "log.yaml").write_text(yaml.safe_dump(_LOGGING))
    (directory / SETTINGS).write_text(yaml.safe_dump(settings))
    shared_secret: str = yaml.safe_load(kept.read_text())["registration_shared_secret"]
    return shared_secret


def last_port(directory: Path) -> int | None:
    """Tell where the Synapse of *directory* listened last; None if it never did."""
    try:
        settings = yaml.safe_load((directory / SETTINGS).read_text())
    except FileNotFoundError:
        return None
    port: int = settings["listeners"][0]["port"]
    return port


def _settings(directory: Path, port: int, server_name: str) -> dict[str, Any]:
    listener = {
        "port": port,
        "type": "http",
        "tls": False,
        "bind_addresses": [LOOPBACK],
        "resources": [{"names": ["client"], "compress": False}],
    }
    return {
        "server_name": server_name,
        "public_baseurl": f"http://{LOOPBACK}:{port}/",
        "listeners": [listener],
        "database": {"name": "sqlite3", "args": {"database": str(directory / "homeserver.db")}},
        "log_config": str(directory / "log.yaml"),
        "media_store_path": str(directory / "media"),
        "federation_domain_whitelist": [],
        "trusted_key_servers": [],
        "presence": {"enabled": False},
        "user_directory": {"enabled": False},
        "report_stats": False,
        "caches": {"global_factor": 0.1},
        "bcrypt_rounds": 4,  # cheap passwords: everybody here is made up
    }


def _new_secrets() -> dict[str, str]:
    seed = base64.b64encode(secrets.token_bytes(32)).decode().rstrip("=")
    return {
        "registration_shared_secret": secrets.token_urlsafe(32),
        "macaroon_secret_key": secrets.token_urlsafe(32),
        "form_secret": secrets.token_urlsafe(32),
        "signing_key": f"ed25519 sandbox {seed}",
    }


def _write_private(path: Path, text: str) -> None:
    """Write a file only we may read, whole or not at all."""
    draft = path.with_suffix(".draft")
    draft.unlink(missing_ok=True)
    draft.touch(mode=0o600)
    draft.write_text(text)
    draft.replace(path)
