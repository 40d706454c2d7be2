"""A homeserver with the devices of people, who are there to read what is sent to them."""

from __future__ import annotations

from typing import Any

from bot.matrix.client import V3, Refused
from tests.bot.encryption.peer import Peer
from tests.bot.matrix.outgoing import Homeserver


class KeyServer(Homeserver):
    """Hands out keys, delivers to devices, and keeps in order what the hub made known.

    The paths of *failing* are refused, each as often as it is in there.
    """

    def __init__(self, *peers: Peer) -> None:
        super().__init__()
        self.peers = peers
        self.encrypts = True
        self.members = {peer.user_id: {} for peer in peers}
        self.done: list[str] = []
        self.said: list[dict[str, Any]] = []
        self.uploads: list[dict[str, Any]] = []
        self.published: dict[str, Any] = {}
        self.asked_for_keys: list[dict[str, Any]] = []
        self.failing: list[str] = []
        self.identities: dict[str, Any] = {}  # what is answered of them, beside the devices
        self.described: dict[str, dict[str, Any]] = {}  # devices, where not as they say themselves
        self._delivered: set[str] = set()

    async def call(
        self, method, path, body=None, *, query=None, patience=30, below=V3
    ) -> dict[str, Any]:
        part = path.removeprefix("/rooms/").split("/")
        for failing in self.failing:
            if failing in path:
                self.failing.remove(failing)
                raise Refused(502, "HTTP")
        match part:
            case ["", "keys", "query"]:
                self.done.append("query")
                devices = {user: self._devices(user) for user in body["device_keys"]}
                return {**self.identities, "device_keys": devices}
            case ["", "keys", "claim"]:
                self.done.append("claim")
                return {"one_time_keys": self._claimed(body["one_time_keys"])}
            case ["", "keys", "upload"]:
                self.uploads.append(body)
                self.published |= body.get("device_keys", {})
                return {}
            case ["", "sendToDevice", kind, txn_id]:
                self.done.append(kind)
                self._deliver(kind, txn_id, body["messages"])
                return {}
            case [_room, "send", "m.room.encrypted", txn_id]:
                self.done.append(txn_id)
                self.said.append(body)
        return await super().call(method, path, body, query=query, patience=patience, below=below)

    def _devices(self, user_id: str) -> dict[str, Any]:
        if user_id == self.user_id and self.published:
            return {self.published["device_id"]: self.published}
        return {
            peer.device_id: self.described.get(peer.device_id) or peer.device_keys()
            for peer in self.peers
            if peer.user_id == user_id
        }

    def _claimed(self, wanted: dict[str, Any]) -> dict[str, Any]:
        given: dict[str, Any] = {}
        for peer in self.peers:
            if peer.device_id in wanted.get(peer.user_id, {}):
                given.setdefault(peer.user_id, {})[peer.device_id] = peer.one_time_key()
        return given

    def _deliver(self, kind: str, txn_id: str, messages: dict[str, Any]) -> None:
        if txn_id in self._delivered:
            return
        self._delivered.add(txn_id)
        for peer in self.peers:
            said = messages.get(peer.user_id, {})
            for content in [said[to] for to in (peer.device_id, "*") if to in said]:
                if kind == "m.room.encrypted":
                    peer.hears(content)
                else:
                    self.asked_for_keys.append(content)
