"""Being forgotten."""

from __future__ import annotations

from dataclasses import dataclass, replace

from commands.membership._doors import Doors
from commands.membership._feature import feature
from kit.authority import Act
from kit.command import Call, Open
from kit.dialogue import About, Dialogue, Question
from kit.errors import BadArgument
from kit.feature import Due
from kit.network import Access, Network
from kit.ports import Post
from kit.text import Node, Paragraphs, Reply, Say, _
from storage.inbox import Inbox
from storage.people import People
from storage.requests import Requests


@dataclass(frozen=True, slots=True)
class Farewell:
    """Whether the person confirmed."""

    sure: bool = False


def _ask(_draft: Farewell, _about: About) -> Node:
    return Paragraphs(
        [
            _(
                "I will erase everything I keep about you: your answers, what you signed up for, "
                "your requests. You lose the rooms of members, and I leave this chat. "
                "It cannot be undone."
            ),
            _(
                "What you wrote in rooms stays there: delete it in your client. "
                "The homeserver keeps its own records."
            ),
            _("Shall I do it? Please answer yes or no."),
        ]
    )


def _take(draft: Farewell, said: str, about: About) -> Farewell:
    match about.understanding.consent(said, about.language):
        case True:
            return replace(draft, sure=True)
        case False:
            raise BadArgument(_("Then say {cancel}: nothing changes.", cancel=Say("cancel")))
        case None:
            raise BadArgument(_("I need a plain yes or no to this one."))


forgetting: Dialogue[Farewell] = Dialogue(
    name="forget", version=1, draft=Farewell, steps=(Question("confirm", _ask, _take, closed=True),)
)


@feature.command("forget me", summary=_("erase what I know about you"), private=True)
async def forget(call: Call) -> Open:
    """Ask whether they are sure."""
    return Open("forget", Farewell())


@dataclass(frozen=True, slots=True)
class Eraser:
    """All it takes to forget somebody."""

    people: People
    inbox: Inbox
    requests: Requests
    network: Network
    post: Post
    doors: Doors

    async def erase(self, person_id: int) -> None:
        """Say goodbye, take back the access of a member, then erase."""
        person = await self.people.get(person_id)
        goodbye = _("Everything about you is erased. Write to me again if you ever come back.")
        await self.post.part(person_id, Reply("forget.done", goodbye))
        await self.doors.take_back(person)
        if person.consent_at is not None:
            for access in (Access.STAFF, Access.PRACTITIONERS, Access.MEMBERS):
                await self.post.remove(self.network.behind(access), person_id)
        for request in await self.requests.of(person_id):  # experts may sleep over what they asked
            await self.post.retract(f"experts:{request.id}")
        await self.inbox.forget(person.user_id)
        await self.people.erase(person_id)


@feature.dialogue(forgetting, Act.LOOK)
async def forgotten(call: Call, _farewell: Farewell, eraser: Eraser) -> None:
    """Erase the one who asked for it."""
    await eraser.erase(call.person_id)


@feature.due("membership.erase")
async def erase(due: Due, eraser: Eraser) -> None:
    """Erase one person."""
    await eraser.erase(due.payload["person"])
