"""The main job, lived through by members of seven countries and languages."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Sequence
from typing import Any

from babel import Locale

from bot.sandbox.client import ErrorResponse
from bot.sandbox.personas import PERSONAS, Persona
from bot.sandbox.story import FIELD, PATIENCE, Person, Transcript, ids, kind_of

REMINDER_WAIT = 60

STEPS = ("consent", "country", "zone", "category", "topics")
EXPERT, ASKER, ORGANISER = "sao-paulo-clinic", "buenos-aires-defender", "kampala-paralegal"
SUGGESTER, SUGGESTION = "bishkek-defender", "Дежурные адвокаты в отделах полиции"
FAR_EXPERT, FAR_ASKER, INTERPRETER = "dakar-defender", "cairo-lawyer", "guangzhou-legal-aid"
# What they do concerns others.
TAKING_PART = (EXPERT, ASKER, SUGGESTER, FAR_EXPERT, FAR_ASKER, INTERPRETER)
JOINED_THE_SPACE = "dakar-defender"
GOING = {"dakar-defender": "participer", "cairo-lawyer": "سأحضر", "guangzhou-legal-aid": "参加"}


class Tour:
    """The scenes, in order. Any expectation that is not met ends it."""

    def __init__(
        self,
        people: dict[str, Person],
        secretariat: Person,
        moderator: Person,
        advertiser: Person,
        root: str,
        elapsed: Callable[[], float],
    ) -> None:
        """Play with *people* by role name; *root* is the alias of the Space, time in seconds.

        *moderator* is nobody yet, and one at the end; *advertiser* never becomes a member.
        """
        self._elapsed = elapsed
        self._people = people
        self._secretariat = secretariat
        self._moderator = moderator
        self._advertiser = advertiser
        self._root = root
        self._prefix = root.partition(":")[0]
        self._server = root.partition(":")[2]

    async def play(self) -> None:
        """Play every scene; raises ExpectationFailed with the expectation that was not met."""
        await self._rooms()
        await self._lookups()
        await self._onboarding()
        await self._roles()
        asked = asyncio.get_running_loop().create_future()
        await _side_by_side(
            self._events(), self._matching(asked), self._library(), self._moderation(asked)
        )
        await self._interpreted()

    def _alias(self, slug: str) -> str:
        return f"{self._prefix}-{slug}:{self._server}"

    def _scene(self, title: str) -> None:
        self._opened(title).show()

    def _opened(self, title: str) -> Transcript:
        """Begin a scene that is shown when it is over."""
        script = Transcript()
        script.heading(f"{title} ({self._elapsed():.0f} s)")
        return script

    async def _rooms(self) -> None:
        self._scene("1. The Space: anybody may enter, practitioners' rooms stay closed")
        visitor = self._people[JOINED_THE_SPACE]
        root = await visitor.member.join(self._root)
        seen = len(await visitor.member.hierarchy(root))
        visitor.expect(f"sees {seen} rooms and Spaces", met=seen >= 25)  # noqa: PLR2004 -- the open part of the Space
        await visitor.member.join(self._alias("welcome"))
        visitor.expect("joins the welcome room", met=True)
        closed = False
        try:
            await visitor.member.join(self._alias("death-penalty"))
        except ErrorResponse:
            closed = True
        visitor.expect("cannot join the practitioners' room on the death penalty", met=closed)
        visitor.script.show()

    async def _lookups(self) -> None:
        self._scene("2. Value first: one library, seven languages, before any question")
        waits = sorted(await asyncio.gather(*(self._look_up(role) for role in PERSONAS)))
        script = Transcript()
        script.note(
            "from opening a chat to a useful answer:"
            f" {waits[len(waits) // 2]:.1f} s in the middle, {waits[-1]:.1f} s at most"
        )
        script.show()

    async def _look_up(self, role: Persona) -> float:
        """Look something up as the first thing one says; returns the seconds it took."""
        person = self._people[role.name]
        person.script.note(f"{role.name}, in {Locale(role.language).english_name}:")
        if role.name == JOINED_THE_SPACE:
            person.script.note(f"{role.name} joined the Space; the hub opens a direct chat")
            person.language = "en"  # nothing is known of them yet
            await person.hears("onboarding.welcome")
            await person.hears("onboarding.ask.language")
            person.language = role.language
            began = self._elapsed()
            await person.say(role.first)
        else:
            began = self._elapsed()
            await person.write_first(role.first)
        found = await person.hears("find.results")
        waited = self._elapsed() - began
        person.expect(f"finds {role.finds} first", met=ids(found)[0] == role.finds)
        person.script.show()
        return waited

    async def _onboarding(self) -> None:
        self._scene("3. Onboarding: seven newcomers, seven languages, a few short questions")
        await asyncio.gather(
            *(self._onboard(role) for role in PERSONAS), self._one_more(), self._greeted()
        )
        for person in self._english_first():
            person.script.show()

    async def _onboard(self, role: Persona) -> None:
        person = self._people[role.name]
        person.script.note(f"{role.name}, in {Locale(role.language).english_name}:")
        await self._answer(person, role.answers, greeted=role.name == JOINED_THE_SPACE)
        if role.name not in {EXPERT, ASKER}:
            members = await person.member.resolve(self._alias("members"))
            await person.comes_true(
                "accepts the invitation to the members' Space",
                lambda: members in person.member.joined,
            )
        if role.name == ORGANISER:
            await person.member.join(self._alias("region-europe"))
            person.expect("may now join a room for members", met=True)

    async def _one_more(self) -> None:
        moderator = self._moderator
        await moderator.write_first("hello")
        await self._answer(moderator, ("1", "yes", "Kenya", "1", "skip"))
        moderator.script = Transcript()  # the same was read seven times
        moderator.script.note("moderator: another newcomer, who answered the same questions")

    async def _greeted(self) -> None:
        advertiser = self._advertiser
        await advertiser.member.join(self._root)
        await advertiser.hears("onboarding.welcome")
        await advertiser.hears("onboarding.ask.language")

    async def _answer(
        self, person: Person, answers: Sequence[str], *, greeted: bool = False
    ) -> None:
        """Answer the questions to a newcomer; who joined the Space was greeted before."""
        if not greeted:
            await person.hears("onboarding.welcome")
        await person.hears("onboarding.ask.language")
        steps = [s for s in STEPS if s != "zone" or len(answers) == len(STEPS) + 1]
        kinds = [*(f"onboarding.ask.{step}" for step in steps), "onboarding.done"]
        await person.talk(*zip(answers, kinds, strict=True))

    def _english_first(self) -> list[Person]:
        """Order people so that who reads the transcript knows the first, and so the others."""
        return sorted(self._people.values(), key=lambda person: person.language != "en")

    async def _roles(self) -> None:
        self._scene("4. Who works for the network: told in words what they can do")
        moderator, organiser = self._moderator, self._people[ORGANISER]
        await self._secretariat.write_first(f"role {organiser.member.user_id} organiser")
        await self._secretariat.hears("moderation.role")
        await self._secretariat.talk(
            (f"role {moderator.member.user_id} moderator", "moderation.role")
        )
        self._secretariat.script.show()
        for person in (organiser, moderator):
            await person.hears("roles.appointed")
            person.script.show()

    async def _events(self) -> Transcript:
        script = self._opened("5. An event that comes again: each is reminded in their own time")
        organiser = self._people[ORGANISER].in_scene(script)
        room = await organiser.member.join(self._alias("events"))
        added = await organiser.talk(
            ("event add in 1h 6s Regional call on early access to a lawyer", "event_add.ask.sure"),
            ("yes", "events.added"),
        )
        event_id = ids(added)[0]
        going = [self._people[name].in_scene(Transcript()) for name in GOING]
        await asyncio.gather(*(self._goes(person, event_id) for person in going))
        await organiser.talk(
            (f"event repeat {event_id} weekly, 3 times", "event_repeat.ask.sure"),
            ("yes", "events.repeated"),
        )
        script.note("the room reads it once:")
        for kind in ("events.announcement", "events.repeated"):
            await organiser.hears(kind, room, about=event_id)
        for person in going:
            script.add(person.script)
        once = await organiser.hears("events.room_reminder", room, REMINDER_WAIT, event_id)
        clocks = once["content"]["body"].count(":")
        organiser.expect("the room reads the time of several zones", met=clocks >= 4)  # noqa: PLR2004 -- of those going
        # It would come again in another run on the same data.
        await organiser.in_scene(Transcript()).talk(
            (f"event cancel {event_id}", "event_cancel.ask.which"),
            ("all of them", "event_cancel.ask.sure"),
            ("yes", "events.ended"),
        )
        return script

    async def _goes(self, person: Person, event_id: str) -> None:
        await person.talk((f"{GOING[person.role]} {event_id}", "events.going"))
        reminder = await person.hears("events.reminder", patience=REMINDER_WAIT)
        person.expect("is reminded of this event", met=ids(reminder) == [event_id])

    async def _matching(self, asked: asyncio.Future[str]) -> Transcript:
        script = self._opened("6. An expert: offered without names, introduced after both agree")
        expert, asker = (self._people[name].in_scene(script) for name in (EXPERT, ASKER))
        expert.member.auto_join = asker.member.auto_join = True
        await expert.talk(
            ("oferecer ajuda", "volunteer.ask.topics"),
            ("10", "volunteer.ask.languages"),
            ("português, espanhol", "experts.volunteered"),
        )
        await asker.talk(
            ("pedir ayuda", "ask.ask.question"),
            (
                "¿Cómo se preparan otros para las audiencias disciplinarias en las cárceles?",
                "ask.ask.urgent",  # the topic is found in the question
            ),
            ("no", "ask.ask.opponent"),
            ("la cárcel", "ask.ask.safe"),
            ("sí", "experts.asked"),
        )
        await asker.hears("experts.next")
        offer = await expert.hears("experts.offer")
        number = ids(offer)[0]
        asked.set_result(number)
        hidden = asker.member.user_id not in offer["content"]["body"]
        expert.expect("does not learn who asks", met=hidden)
        await expert.talk((f"aceitar {number}", "experts.taken"))
        await asker.hears("experts.accepted")
        await asker.talk((f"aceptar {number}", "experts.introduced"))
        question = await expert.hears("experts.question")
        expert.expect("reads the question", met="audiencias" in question["content"]["body"])
        private = await asker.awaits(
            "is introduced",
            lambda e: (e["type"], e["sender"]) == ("m.room.encryption", asker.hub),
        )
        room = private["room_id"]
        await asker.hears("experts.introduction", room)
        await expert.in_scene(Transcript()).hears("experts.introduction", room)
        expert.expect("reads the same", met=True)
        said = await asker.member.messages(room)
        clear = [event for event in said if event["type"] == "m.room.message"]
        asker.expect("in a room that is encrypted from its first word", met=not clear)
        return script

    async def _interpreted(self) -> None:
        script = self._opened("9. An interpreter: three meet of whom two share no language")
        trio = [
            self._people[name].in_scene(script) for name in (FAR_EXPERT, FAR_ASKER, INTERPRETER)
        ]
        expert, asker, interpreter = trio
        for each in trio:
            each.member.auto_join = True
        await interpreter.talk(
            ("担任专家", "volunteer.ask.topics"),
            ("口译", "volunteer.ask.between"),
            ("阿拉伯语，法语", "volunteer.ask.trained"),
            ("是", "experts.volunteered"),
        )
        word, asked = f"vouch {interpreter.member.user_id}", "word.ask.interprets"
        await self._secretariat.in_scene(script).agrees(word, asked, "trust.vouched")
        await expert.talk(
            ("me proposer", "volunteer.ask.topics"),
            ("2", "volunteer.ask.languages"),
            ("français", "experts.volunteered"),
        )
        await asker.talk(
            ("طلب خبير", "ask.ask.question"),
            (
                "كيف يعدّ زملاؤكم طلبات الإفراج بكفالة عند تمديد الحبس الاحتياطي؟",
                "ask.ask.urgent",  # the topic is found in the question
            ),
            ("لا", "ask.ask.opponent"),
            ("تخطي", "ask.ask.safe"),
            ("نعم", "experts.asked"),
        )
        await asker.hears("experts.next")
        offers = [await expert.hears("experts.offer")]
        number = ids(offers[0])[0]
        await expert.talk((f"accepter {number}", "experts.taken"))
        offers.append(await interpreter.hears("experts.interpreting"))
        told = " ".join(offer["content"]["body"] for offer in offers)
        hidden = not any(each.member.user_id in told for each in trio)
        interpreter.expect("learns of the two others as little as the expert did", met=hidden)
        await interpreter.talk((f"接受 {number}", "experts.taken"))
        await expert.hears("experts.interpreter_found")
        await expert.talk((f"accepter {number}", "experts.taken"))
        await asker.hears("experts.accepted")
        await asker.talk((f"أقبل {number}", "experts.introduced"))
        for each in (expert, interpreter):
            question = await each.hears("experts.question")
            each.expect("reads the question", met="بكفالة" in question["content"]["body"])
        private = await asker.awaits(
            "is introduced",
            lambda e: (e["type"], e["sender"]) == ("m.room.encryption", asker.hub),
        )
        said = await asker.awaits(
            "reads the introduction in their language",
            lambda e: (
                e["room_id"] == private["room_id"]
                and e["content"].get(FIELD, {}).get("locale") == asker.language
            ),
        )
        asker.reads(said["content"]["body"], kind_of(said))
        named = all(each.member.user_id in said["content"]["body"] for each in trio)
        asker.expect("reads who the three are", met=named)
        # So that they have room for another one in a run on the same data.
        await asker.in_scene(Transcript()).talk((f"إغلاق الطلب {number}", "experts.done"))
        script.show()

    async def _library(self) -> Transcript:
        script = self._opened("7. The library: suggested by a member, listed by a curator, found")
        member = self._people[SUGGESTER].in_scene(script)
        curator = self._secretariat.in_scene(script)
        await member.talk(
            ("ждать ночные дежурства адвокатов", "library.awaited"),
            (f"предложить https://example.org/duty {SUGGESTION}", "suggestion.ask.kind"),
            ("2", "suggestion.ask.languages"),
            ("русский", "suggestion.ask.topics"),
            ("1", "suggestion.ask.why"),
            ("Показывает, как устроить дежурство круглые сутки.", "curation.thanks"),
        )
        listed = await curator.talk(("review", "curation.queue"), ("approve 1", "curation.listed"))
        await member.hears("curation.listed")
        await member.talk((f"показать {ids(listed)[0]}", "find.card"))
        found = await member.talk((f"найти {SUGGESTION}", "find.results"))
        if ids(found)[:1] != ids(listed):  # a busy machine takes a moment to index it
            found = await member.talk((f"найти {SUGGESTION}", "find.results"))
        member.expect("finds what they suggested first", met=ids(found)[:1] == ids(listed))
        # So that another run on the same data can suggest it again.
        await curator.talk(
            (f"resource retire {ids(listed)[0]} it was an example", "curation.retired")
        )
        return script

    async def _moderation(self, asked: asyncio.Future[str]) -> Transcript:
        script = self._opened("8. A moderator: what a request waits for, and a measure taken back")
        moderator = self._moderator.in_scene(script)
        advertiser = self._advertiser.in_scene(script)
        lobby = await advertiser.member.join(self._alias("lobby-en"))
        case = await moderator.talk((f"case {await asked}", "desk.case"))
        named = self._people[ASKER].member.user_id in case["content"]["body"]
        moderator.expect("reads neither who asks nor what", met=not named)
        user_id = advertiser.member.user_id
        await moderator.say(f"mute {user_id} in the lobby-en adverts")
        await moderator.hears("measure.looking")
        shown = await moderator.hears("measure.preview")
        number = ids(shown)[0]
        await moderator.talk(("yes", "measure.agreed"), (f"carry out {number}", "measure.begun"))
        await advertiser.hears("measure.told")
        await self._may_write(advertiser, lobby, may=False)
        await moderator.talk((f"undo {number}", "measure.undoing"))
        await advertiser.hears("measure.lifted")
        await self._may_write(advertiser, lobby, may=True)
        return script

    async def _may_write(self, person: Person, room: str, *, may: bool) -> None:
        """Wait until somebody may write in a room, or may not."""

        async def settled() -> bool:
            levels = await person.member.state(room, "m.room.power_levels") or {}
            return (levels["users"].get(person.member.user_id, 0) >= 0) is may

        for _moment in range(20 * PATIENCE):
            if await settled():
                break
            await asyncio.sleep(0.05)
        may_or_not = "may write" if may else "may not write"
        person.expect(f"{may_or_not} in the lobby", met=await settled())


async def _side_by_side(*scenes: Coroutine[Any, Any, Transcript]) -> None:
    """Play scenes at once; each is shown as soon as all before it were."""
    playing = [asyncio.create_task(scene) for scene in scenes]
    try:
        for scene in playing:
            (await scene).show()
    finally:
        for scene in playing:
            scene.cancel()
        await asyncio.gather(*playing, return_exceptions=True)
