"""Somebody whose chat with the hub is encrypted: matrix-js-sdk says and reads for them."""

from __future__ import annotations

from typing import Any

from tests.homeserver.people import People, Person

# Messages after which a client begins with new keys: often, so that kills meet it.
ROTATION = 5


class SecretMember:
    """One person in an encrypted chat of two, with the same words as a member in clear."""

    def __init__(self, person: Person) -> None:
        self.user_id = person.user_id
        self._person = person

    @classmethod
    async def register(cls, people: People, name: str) -> SecretMember:
        """Make an account, and a client whose device its owner signed."""
        return cls(await people.person(name))

    async def meet(self, hub: str) -> str:
        """Open an encrypted chat with the hub and wait for its greeting; returns the room."""
        room = str(await self._person.do("chat", invite=hub, rotation=ROTATION))
        await self._person.wait(
            lambda event: (
                (event["room_id"], event["sender"]) == (room, hub)
                and event["type"] == "m.room.message"
            )
        )
        return room

    async def say(self, room_id: str, body: str) -> None:
        """Say a text; the client encrypts it."""
        await self._person.say(room_id, body)

    async def messages(self, room_id: str) -> list[dict[str, Any]]:
        """List what the client shows of a room; what it cannot read has no body."""
        return [
            event | {"content": {}} if event["unreadable"] else event
            for event in self._person.events.values()
            if event["room_id"] == room_id
        ]
