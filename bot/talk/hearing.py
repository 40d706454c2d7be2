"""Which messages are meant for the hub, who said them, and in which language."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bot.say.i18n import Words
from bot.talk.scope import Scope
from kit.command import Call, Role
from kit.words import clean
from storage.people import People
from storage.rooms import Rooms, direct
from storage.tables.people import PersonRow
from storage.tables.queues import InboxRow
from storage.tables.rooms import RoomRow


@dataclass(frozen=True, slots=True)
class Manners:
    """How the hub is spoken to, and who has every power."""

    user_id: str
    prefix: str
    stewards: frozenset[str]


@dataclass(frozen=True, slots=True)
class Heard:
    """A message for the hub, without prefix or mention; ``prefixed`` tells whether it had one."""

    person: PersonRow
    room: RoomRow
    text: str
    event_id: str
    thread: str | None
    sent_at: datetime
    direct: bool
    prefixed: bool


class Hearing:
    """Listens to the rooms the hub is in. Room talk that is not meant for it is passed over."""

    def __init__(self, manners: Manners, words: Words) -> None:
        """Prepare to listen."""
        self._manners = manners
        self._words = words

    async def hear(self, scope: Scope, row: InboxRow) -> Heard | None:
        """Return a message that is meant for the hub; its sender is remembered by then."""
        payload: dict[str, Any] = row.payload or {}
        text = clean(payload.get("body", ""))
        room = await Rooms(scope.session).at(row.room_id)
        if room is None:
            return None
        people = People(scope.session)
        known = await people.find(row.sender)
        in_direct = known is not None and room.key == direct(known.id)
        bare = self._addressed(text, mentioned=payload.get("mentioned", False))
        if not in_direct and bare is None:
            return None
        text = text if bare is None else bare
        guess = self._words.guess(text)
        person = known or await people.meet(row.sender, guess or room.language, scope.now)
        if not person.has_spoken:  # later, only they change it
            person.language, person.has_spoken = guess or person.language, True
        thread = payload.get("thread")
        prefixed = bare is not None
        return Heard(person, room, text, row.event_id, thread, row.sent_at, in_direct, prefixed)

    def call(self, scope: Scope, person: PersonRow, heard: Heard | None = None) -> Call:
        """Describe who asks, where and with which powers; without a message, in the direct chat."""
        steward = person.user_id in self._manners.stewards
        return Call(
            person_id=person.id,
            user_id=person.user_id,
            room=heard.room.key if heard else direct(person.id),
            direct=heard.direct if heard else True,
            role=Role.STEWARD if steward else Role(person.role),
            language=person.language,
            now=scope.now,
            event_id=heard.event_id if heard else "",
        )

    def _addressed(self, text: str, *, mentioned: bool) -> str | None:
        """Return what follows the prefix or the mention, None if it is not for the hub."""
        if text.startswith(self._manners.prefix):
            return text[len(self._manners.prefix) :].strip()
        if mentioned:
            me = self._manners.user_id
            for name in (me, me[1:].partition(":")[0]):
                text = text.replace(name, "", 1)
            return text.strip(" :,\n")
        return None
