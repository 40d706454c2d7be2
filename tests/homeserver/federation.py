"""Two homeservers on this machine that federate with each other; one of them lies when told to.

Each is named by the loopback address and port on which it speaks to the other, over TLS with a
certificate of its own.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from bot.sandbox import configuration, homeserver
from bot.sandbox.configuration import LOOPBACK
from bot.sandbox.homeserver import Homeserver, find_python, free_port

LIE = "lie.txt"
# What runs before Synapse does: it looks at each request for the lie it was told to tell.
_LIAR = f"""
import pathlib

def lie():
    file = pathlib.Path({LIE!r})
    return file.read_text().split() if file.exists() else ["truth"]

from synapse.api.errors import SynapseError
from synapse.federation.federation_server import FederationServer
from synapse.federation.transport.client import TransportLayerClient
from twisted.internet import reactor, task

send_invite = TransportLayerClient.send_invite_v2

async def invite(self, destination, room_id, event_id, content):
    kind, *about = lie()
    if kind == "forge":
        victim, hub = about
        forged = dict(type="m.room.member", state_key=hub, sender=victim)
        forged["content"] = dict(membership="invite", is_direct=True)
        known = list(content.get("invite_room_state") or [])
        content = dict(content, invite_room_state=[forged, *known])
    return await send_invite(self, destination, room_id, event_id, content)

def lying(honest):
    async def answer(self, *args, **kwargs):
        kind = lie()[0]
        if kind == "stall":
            await task.deferLater(reactor, 3600, lambda: None)
        if kind == "gone":
            raise SynapseError(403, "go away", "M_USER_DEACTIVATED")
        return await honest(self, *args, **kwargs)
    return answer

TransportLayerClient.send_invite_v2 = invite
FederationServer.on_make_join_request = lying(FederationServer.on_make_join_request)
FederationServer.on_invite_request = lying(FederationServer.on_invite_request)
"""


class Liar(Homeserver):
    """A homeserver that lies to others when told to."""

    def tell(self, *lie: str) -> None:
        """Tell others from now on: truth, gone, stall, or forge with a victim and a hub."""
        (self._directory / LIE).write_text(" ".join(lie))


@asynccontextmanager
async def federation(place: Path) -> AsyncIterator[tuple[Homeserver, Liar]]:
    """Start an honest homeserver and a liar."""
    key, certificate = _certificate(place)
    usual, launcher = configuration._settings, homeserver._LAUNCHER

    def settings(directory: Path, port: int, server_name: str) -> dict[str, Any]:
        listener = {
            "port": int(server_name.rpartition(":")[2]),
            "type": "http",
            "tls": True,
            "bind_addresses": [LOOPBACK],
            "resources": [{"names": ["federation"], "compress": False}],
        }
        whole = usual(directory, port, server_name)
        del whole["federation_domain_whitelist"]
        return whole | {
            "listeners": [*whole["listeners"], listener],
            "tls_private_key_path": str(key),
            "tls_certificate_path": str(certificate),
            "federation_verify_certificates": False,  # each signs its own
            "ip_range_blacklist": [],  # loopback is where the other one is
            "federation_ip_range_blacklist": [],
        }

    def names() -> dict[str, Any]:
        return {"keep": False, "limits": "lifted", "server_name": f"{LOOPBACK}:{free_port()}"}

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(configuration, "_settings", settings)
        async with Homeserver(place / "honest", find_python(), **names()) as honest:
            patch.setattr(homeserver, "_LAUNCHER", _LIAR + launcher)
            async with Liar(place / "liar", find_python(), **names()) as liar:
                yield honest, liar


def _certificate(place: Path) -> tuple[Path, Path]:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)  # noqa: TID251 -- a certificate is valid from now on
    address = x509.SubjectAlternativeName([x509.IPAddress(ip_address(LOOPBACK))])
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(address, critical=False)
        .sign(key, hashes.SHA256())
    )
    pem, form = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8
    files = place / "key.pem", place / "certificate.pem"
    files[0].write_bytes(key.private_bytes(pem, form, serialization.NoEncryption()))
    files[1].write_bytes(certificate.public_bytes(pem))
    return files
