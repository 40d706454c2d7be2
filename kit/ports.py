"""What features may ask of the world beyond the database: small powers, named for what they do.

Whom a number means is known to exist. Where a method names no error, it raises none but of the
database, which no feature catches: what could not be done later falls due, or is looked up.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any, Protocol

from kit.command import Call
from kit.errand import Errand
from kit.network import RoomPlan
from kit.notices import Notice
from kit.roomkey import Private, RoomKey
from kit.space import Drift, JoinRule
from kit.subject import Subject
from kit.text import Names, Node, Reply


class Post(Protocol):
    """Tell people something, in the call's transaction: nothing is sent before it commits.

    A private reply that was to be said where others read is refused by an exception of the bot's
    own, which no feature catches: it is a mistake of the program.
    """

    async def direct(self, call: Call, reply: Reply) -> None:
        """Answer the one a call is from, in their direct chat, opening one if there is none.

        Everybody else did not just ask: ``notify`` them.
        """

    async def file(
        self,
        person_id: int,
        kind: str,
        name: str,
        data: Mapping[str, Any] | str,
        media: str = "application/json",
    ) -> None:
        """Send a person a file of a *media* type called *name* in their direct chat."""

    async def notify(
        self,
        person_id: int,
        notice: Notice,
        reply: Reply,
        *,
        until: datetime | None = None,
        at_once: bool = False,
        asked: bool = False,
    ) -> None:
        """Write to a person who did not just ask: it may wait, and is dropped after *until*.

        What they want *at once* waits for no quiet hours. What they *asked* for a moment ago they
        may read on their screen, also in a chat that is not encrypted.
        """

    async def warn(self, person_id: int, reply: Reply) -> None:
        """Say in clear in a person's chat, before all that waits there, what nobody may miss.

        It can be read by whoever runs a homeserver, and by each device. Without a chat nothing is
        said.
        """

    async def publish(
        self,
        notice: Notice,
        reply: Reply,
        *,
        until: datetime | None = None,
        to: Collection[int],
    ) -> None:
        """Put news into the digests of the members *to* whom they are."""

    async def retract(self, subject: Subject, person_id: int | None = None) -> set[int]:
        """Forget what waits about a subject, for one person or all; returns who was not told."""

    async def unveil(self, person_id: int) -> bool:
        """Say what a person was told waits for them; tells whether that was anything."""

    async def gathered(self, person_id: int) -> Reply | None:
        """Take the oldest few out of what waits for a person's digest."""

    async def room(self, key: RoomKey, reply: Reply, *, to: Sequence[int] = ()) -> None:
        """Write to a room in the room's language.

        In a private room it is said *to* those for whom the room is, once in each of their
        languages, and it rings. A room that does not exist, or that the hub left, is passed over.
        """

    async def time_left(self, further: int = 0) -> Node | None:
        """Say how long it takes until everybody is told what is queued, unless that is soon.

        So many *further* messages are about to be queued.
        """

    async def take_back(self, person_id: int, *, chat: bool) -> None:
        """Take back what was passed on from or about a person: what waits, is held, or was sent.

        Invitations too; and with *chat* what was said to them in their direct chat. What the hub
        no longer remembers having sent stays.
        """

    async def hide(self, person_id: int, since: datetime | None) -> int:
        """Take back what was said to a person in their direct chat *since* a moment, or ever.

        Returns how many messages that are. What the hub no longer remembers having sent stays.
        """

    async def leave(self, person_id: int, goodbye: Reply) -> None:
        """Say goodbye and leave a person's direct chat."""


class RoomErrands(Protocol):
    """Ask the homeserver for something about a room, in the call's transaction too.

    What the homeserver refuses is no error here: it is told later, by what falls due, or parked.
    """

    async def open_private(self, key: Private, person_ids: Sequence[int], names: Names) -> None:
        """Make a room for *person_ids* alone, then invite each in turn; harmless if it exists.

        ``WasInvited`` falls due for each of them as the homeserver invites them. If one of them
        cannot be invited, ``NotInvited`` falls due and nothing more is done there.
        """

    async def close_private(self, key: Private, person_ids: Sequence[int]) -> None:
        """Take everybody out of a private room and leave it: the next is another room."""

    async def leave_private(self, key: Private) -> None:
        """Take back what the hub said in a private room and leave it to those who are there."""

    async def invite(self, room: RoomPlan | None, person_id: int) -> None:
        """Invite a person to a room or Space of the network; to none where it has none for that.

        Where that room is not made yet, the operator's log says so and nobody is invited.
        """

    async def remove(self, rooms: Sequence[RoomPlan], person_id: int) -> None:
        """Take a person out of rooms and Spaces of the network; harmless where they are not in."""

    async def remove_from(self, key: RoomKey, person_id: int) -> None:
        """Take a person out of one room of the hub; harmless where they are not in."""

    def act(self, room: int, errand: Errand) -> str:
        """Ask for one errand in the room of a row; returns the id by which its end is known."""

    @property
    def hub(self) -> str:
        """Our own Matrix ID."""

    async def link(self, key: RoomKey) -> str | None:
        """Give the address people follow to a room, or None while it does not exist."""


class Verifier(Protocol):
    """Let people make sure that they write to the hub, and to nobody in between."""

    async def ask(self, person_id: int) -> None:
        """Ask a person's client in their direct chat to verify the hub."""


class SpaceWatch(Protocol):
    """Know how the Space differs from what is declared."""

    @property
    def manages(self) -> bool:
        """Whether the hub looks after the Space at all."""

    @property
    def join_rule(self) -> JoinRule:
        """How people join the Space while nobody has locked it."""

    @property
    def left(self) -> Sequence[Drift] | None:
        """What the last look found and the hub may not mend by itself; None before the first."""

    @property
    def people(self) -> Mapping[str, int]:
        """How many people were in each room at the last look, by slug, as far as that is known."""

    def look_again(self) -> None:
        """Look again soon after the call's transaction commits, and not only when it is time."""


class Intent(Protocol):
    """Tell what words are meant to be, beside what they mean."""

    async def looks_up(self, said: str, language: str) -> bool:
        """Tell whether *said* rather looks something up than it is anything else.

        False as long as nothing is learnt of what people wish for.
        """


class Numbers(Protocol):
    """Number requests so that a number says nothing of those before."""

    def draw(self) -> int:
        """Draw a number, which may be taken: whoever gives it away draws again."""
