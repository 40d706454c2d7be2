"""The desk: puts a request to the next expert, and never lets one wait without an answer."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from commands.experts import _words as words
from commands.experts._matching import Candidate, Wish, rank
from kit.network import Network
from kit.notices import WEEK, Notice
from kit.ports import Post
from storage.attention import Attention
from storage.dues import Dues
from storage.experts import Experts
from storage.people import People
from storage.requests import Requests
from storage.tables.cases import RequestRow

REPLY_WITHIN = timedelta(hours=48)
RECENT = timedelta(days=30)
WEEKLY = 3


@dataclass(frozen=True, slots=True)
class Desk:
    """Everything a step of a request needs."""

    experts: Experts
    requests: Requests
    people: People
    dues: Dues
    attention: Attention
    post: Post
    network: Network

    async def offer_next(self, request: RequestRow, now: datetime) -> None:
        """Ask the best expert who was not asked yet; tell the asker when there is none."""
        asker = await self.people.get(request.asker_id)
        region = self.network.region_of(asker.country) if asker.country else None
        wish = Wish(
            request.id,
            asker.id,
            request.languages,
            asker.country,
            region.slug if region else None,
        )
        candidates = await self._candidates(request.topic, now)
        ranked = rank(wish, candidates, await self.requests.offered(request.id), now)
        if not ranked:
            if request.state != "unmatched":
                request.state = "unmatched"
                reply = words.unmatched(self.network, request)
                await self.post.notify(asker.id, Notice.REQUESTS, reply)
            return
        chosen, score = ranked[0]
        request.state = "offered"
        await self.requests.offer(request.id, chosen.person_id, score, now)
        reply = words.offer(self.network, request, asker)
        until = now + REPLY_WITHIN
        await self.post.notify(chosen.person_id, Notice.REQUESTS, reply, until=until)
        await self.dues.plan(
            "experts.deadline",
            f"offer:{request.id}:{chosen.person_id}",
            until,
            {"request": request.id, "expert": chosen.person_id},
            # Not tied to the expert: if they are erased, the request must still go on.
        )

    async def _candidates(self, topic: str, now: datetime) -> list[Candidate]:
        load = await self.experts.load(now - RECENT)
        lately = await self.experts.load(now - WEEK)
        enough = {person for person, (_open, made) in lately.items() if made >= WEEKLY}
        enough |= await self.attention.refusing(Notice.REQUESTS)
        found = []
        for expert, person in await self.experts.candidates(topic, now):
            if person.id in enough:
                continue
            region = self.network.region_of(person.country) if person.country else None
            open_now, recent = load.get(person.id, (0, 0))
            found.append(
                Candidate(
                    person.id,
                    expert.languages,
                    person.country,
                    region.slug if region else None,
                    person.zone,
                    open_now,
                    expert.open_limit,
                    recent,
                )
            )
        return found

    async def introduce(self, request: RequestRow) -> None:
        """Bring asker and expert together: a private room, the introduction, then encryption."""
        assert request.expert_id is not None
        asker = await self.people.get(request.asker_id)
        expert = await self.people.get(request.expert_id)
        room = f"private:request:{request.id}"
        names = self.network.rooms[request.topic].names
        await self.post.open_private(room, [asker.id, expert.id], names)
        introduction = words.introduction(self.network, request, asker, expert)
        await self.post.room(room, introduction)
        await self.post.encrypt(room)
        await self.post.notify(expert.id, Notice.REQUESTS, words.question(request))
        request.state = "introduced"
