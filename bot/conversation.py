"""What an event means: an answer to an open question, a command, an arrival, a departure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from bot.dialogues import STEERING, Talks
from bot.i18n import Words
from bot.kit.command import Call, Command, Open
from bot.kit.errors import BadArgument, NotFound
from bot.kit.feature import Due, Feature
from bot.kit.network import Network
from bot.kit.table import CommandTable
from bot.kit.text import Reply, Say, Series, _
from bot.kit.words import clean
from bot.scope import Heard, Scope, Services, role_of
from storage.dues import Dues
from storage.models import InboxRow, PersonRow
from storage.people import People
from storage.rooms import Rooms, direct

# Somebody who opens a chat mostly says something at once: then we greet them in that language.
FIRST_WORDS_WITHIN = timedelta(seconds=3)
ARRIVAL = "arrival"


@dataclass(frozen=True, slots=True)
class Manners:
    """How the hub is spoken to."""

    user_id: str
    prefix: str
    stewards: frozenset[str]


class Conversation:
    """Decides what to do with an event, inside the transaction it is given."""

    def __init__(
        self,
        features: list[Feature],
        table: CommandTable,
        talks: Talks,
        services: Services,
        *,
        network: Network,
        words: Words,
        manners: Manners,
    ) -> None:
        """Prepare to converse.

        Raises:
            LookupError: a handler asks for a service that nothing provides.
        """
        self._features = features
        self._table = table
        self._talks = talks
        self._services = services
        self._root = f"space:{network.root.slug}"
        self._language = network.languages[0]
        self._words = words
        self._manners = manners
        self._dues = {kind: bound for f in features for kind, bound in f.dues.items()}
        bound = [c.bound for c in table] + [t.finish for f in features for t in f.talks]
        bound += [a for f in features for a in f.arrivals] + list(self._dues.values())
        if missing := {k for b in bound for k in b.needs.values() if k not in services}:
            message = f"nothing provides {', '.join(sorted(kind.__name__ for kind in missing))}"
            raise LookupError(message)

    async def handle(self, scope: Scope, row: InboxRow) -> None:
        """Do what an event asks for. Raises UserError with the sentence for its sender."""
        match row.kind:
            case "message":
                if (heard := await self._hear(scope, row)) is not None:
                    if row.payload and row.payload.get("long"):
                        raise BadArgument(_("That is too long for me. Please use fewer words."))
                    await self._message(scope, heard)
            case "join":
                if await self._at(scope, row) == self._root:
                    person = await People(scope.session).meet(row.sender, self._language, scope.now)
                    person.in_space = True
                    await self._arrive(scope, person)
            case "leave" | "ban":
                await self._departure(scope, row)
            case "invite" if row.payload is not None:
                await self._invited(scope, row, is_direct=row.payload["direct"])

    async def tell(self, scope: Scope, row: InboxRow, reply: Reply) -> None:
        """Say something about an event to who caused it, where they caused it."""
        if row.kind == "message" and (heard := await self._hear(scope, row)) is not None:
            await self._answer(scope, heard, reply)

    async def fall_due(self, scope: Scope, kind: str, due: Due) -> None:
        """Run what was planned."""
        if kind == ARRIVAL:
            await self._arrive(scope, await People(scope.session).get(due.payload["person"]))
            return
        await self._dues[kind].run(due, supply=self._services.supply(scope))

    async def _at(self, scope: Scope, row: InboxRow) -> str | None:
        room = await Rooms(scope.session).at(row.room_id)
        return room.key if room is not None else None

    async def _hear(self, scope: Scope, row: InboxRow) -> Heard | None:
        """Return a message that is meant for the hub, without prefix or mention."""
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
        return Heard(
            person, room, text, row.event_id, payload.get("thread"), in_direct, bare is not None
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

    def _call(self, scope: Scope, person: PersonRow, heard: Heard | None = None) -> Call:
        return Call(
            person_id=person.id,
            user_id=person.user_id,
            room=heard.room.key if heard else direct(person.id),
            direct=heard.direct if heard else True,
            role=role_of(person, self._manners.stewards),
            language=person.language,
            now=scope.now,
            event_id=heard.event_id if heard else "",
        )

    async def _message(self, scope: Scope, heard: Heard) -> None:
        call = self._call(scope, heard.person, heard)
        match = self._table.match(heard.text)
        asked = heard.direct and await self._talks.waiting(scope, call.person_id)
        path = match[0].path if match is not None else ""
        if asked and match is not None and path in STEERING and not match[1]:
            await self._talks.steer(scope, call, path)
            return
        if path == "start" and await self._talks.resume(scope, call):
            return
        plain = asked and not (heard.prefixed and match)
        if plain and await self._talks.respond(scope, call, heard.text):
            return
        if match is not None and not (asked and match[0].lacks(match[1])):
            await self._run(scope, heard, call, *match)
            if asked:
                await self._talks.remind(scope, call)
        elif asked:
            await self._talks.complain(scope, call, heard.text)
        elif heard.direct:
            await self._other(scope, heard, call)

    async def _run(
        self, scope: Scope, heard: Heard, call: Call, command: Command, rest: str
    ) -> None:
        command.authorise(call.role)
        read = command.read(rest)
        result = await command.bound.run(call, supply=self._services.supply(scope), **read)
        if isinstance(result, Open):
            await self._talks.open(scope, call, result)
        elif result is not None and (heard.direct or not command.private):
            await self._answer(scope, heard, result)
            return
        elif result is not None:
            await scope.post.direct(call.person_id, result)
        if not heard.direct and result is not None:
            text = _("I have answered you in our direct chat.")
            await self._answer(scope, heard, Reply("room.direct", text))

    async def _answer(self, scope: Scope, heard: Heard, reply: Reply) -> None:
        if heard.direct:
            await scope.post.direct(heard.person.id, reply)
        else:
            await scope.post.answer(heard.room, reply, heard.person, heard.event_id, heard.thread)

    async def _other(self, scope: Scope, heard: Heard, call: Call) -> None:
        """Answer what is neither a command nor an answer."""
        if await self._arrive(scope, heard.person):
            return
        if near := self._table.nearest(heard.text, call.role):
            text = _(
                "I did not understand {said}. Did you mean {near}?",
                said=heard.text[:80],
                near=Series(near),
            )
            raise NotFound(text)
        raise NotFound(
            _(
                "I did not understand {said}. Say {help} to see what I can do, "
                "or {find} and some words to search the library.",
                said=heard.text[:80],
                help=Say("help"),
                find=Say("find"),
            )
        )

    async def _arrive(self, scope: Scope, person: PersonRow) -> bool:
        """Greet somebody once; returns whether they were greeted now."""
        if person.greeted or person.consent_at is not None:
            return False
        person.greeted = True
        call = self._call(scope, person)
        for feature in self._features:
            for arrival in feature.arrivals:
                result = await arrival.run(call, supply=self._services.supply(scope))
                if isinstance(result, Open):
                    await self._talks.open(scope, call, result)
                elif result is not None:
                    await scope.post.direct(person.id, result)
        return True

    async def _departure(self, scope: Scope, row: InboxRow) -> None:
        room = await Rooms(scope.session).at(row.room_id)
        person = await People(scope.session).find(row.sender)
        if room is None or person is None:
            return
        if room.key == self._root:
            person.in_space = False
        elif room.key == direct(person.id):  # a new one is opened when there is something to say
            room.left = True

    async def _invited(self, scope: Scope, row: InboxRow, *, is_direct: bool) -> None:
        if not is_direct:  # the hub is only in the rooms of its Space and in direct chats
            return
        person = await People(scope.session).meet(row.sender, self._language, scope.now)
        await scope.post.accept(person, row.room_id)
        if not person.greeted:
            await Dues(scope.session).plan(
                ARRIVAL,
                f"{ARRIVAL}:{person.id}",
                scope.now + FIRST_WORDS_WITHIN,
                {"person": person.id},
                person.id,
            )
