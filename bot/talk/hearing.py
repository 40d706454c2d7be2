"""Who said a message and where, what is left of it to answer, and who speaks in its call."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from actions.acquaintance import Acquaintance, hear
from bot.say.i18n import Words
from bot.talk.chats import Chats
from bot.talk.manners import Manners
from bot.talk.scope import Scope, Services
from kit.command import Call
from kit.inbound import Said, TextMessage
from kit.roomkey import Direct
from kit.understanding import Understanding
from kit.words import clean
from storage.inbox import Inbox, Received
from storage.people import People
from storage.rooms import Rooms
from storage.tables.people import PersonRow
from storage.tables.rooms import RoomRow


@dataclass(frozen=True, slots=True)
class Heard:
    """What was said to the hub, without prefix or mention; *addressed*: it had one.

    *harmless*: its author says that it gives nobody away.
    """

    person: PersonRow
    room: RoomRow
    said: Said
    text: str
    event_id: str
    sent_at: datetime
    direct: bool
    addressed: bool
    harmless: bool = False

    @property
    def mere_reply(self) -> bool:
        """Whether only its being an answer to the hub's own post mentions the hub."""
        said = self.said
        if not isinstance(said, TextMessage) or said.replies is None:
            return False
        return self.text == clean(said.body)

    @property
    def named(self) -> bool:
        """Whether the hub is mentioned, and not called by its prefix."""
        said = self.said
        return self.addressed and isinstance(said, TextMessage) and said.mentioned

    @property
    def answers(self) -> str | None:
        """The event that a message answers."""
        return self.said.replies if isinstance(self.said, TextMessage) else None

    @property
    def vouched(self) -> bool:
        """Whether a device said it for which its owner vouches."""
        return isinstance(self.said, TextMessage) and self.said.vouched

    @property
    def thread(self) -> str | None:
        """The event that the thread of a message begins with."""
        return self.said.thread if isinstance(self.said, TextMessage) else None


class Hearing:
    """Listens to the rooms the hub is in. Room talk that is not meant for it is passed over."""

    def __init__(
        self,
        manners: Manners,
        words: Words,
        understanding: Understanding,
        chats: Chats,
        services: Services,
    ) -> None:
        """Prepare to listen."""
        self._services = services
        self._manners = manners
        self._chats = chats
        self._words = words
        self._understanding = understanding

    async def hear(self, scope: Scope, row: Received) -> Heard | None:
        """Return what was said to the hub, if it was; its sender is remembered by then."""
        said = row.event
        if not isinstance(said, Said):
            return None
        room = await Rooms(scope.session).at(row.room_id)
        if room is not None:
            room = await self._chats.spoken(scope, room, row)
        if room is None:
            return None
        people = People(scope.session)
        known = await people.find(row.sender)
        in_direct = known is not None and room.key == Direct(known.id)
        if not self._manners.concern(said, direct=in_direct):
            return None
        text, addressed = self._manners.words(said)
        person = known
        if person is None or not person.has_spoken:  # a moderator may have named who is shut out
            guess = self._words.only(text) or self._understanding.written_in(text)
            person = await self._services.one(scope, Acquaintance).meet(
                row.sender, scope.now, spoke_at=row.sent_at, language=guess or room.language
            )
            if person is None:
                await Inbox(scope.session).drop(row.id)
                return None
            hear(person, guess)
        return Heard(person, room, said, text, row.event_id, row.sent_at, in_direct, addressed)

    def call(self, scope: Scope, person: PersonRow, heard: Heard | None = None) -> Call:
        """Describe who asks, where and with which powers; without a message, in the direct chat."""
        return Call(
            by=self._manners.stewards.actor(person),
            user_id=person.user_id,
            direct=heard.direct if heard else True,
            language=person.language,
            now=scope.now,
            event_id=heard.event_id if heard else "",
            room_id=(heard.room.room_id or "") if heard else "",
            answers=(heard.answers or "") if heard else "",
            said=heard.text if heard else "",
            vouched=heard is not None and heard.vouched,
        )
