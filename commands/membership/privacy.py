"""Being forgotten."""

from __future__ import annotations

from dataclasses import dataclass, replace

from bot.kit.command import Call, Open
from bot.kit.dialogue import About, Dialogue, Question
from bot.kit.errors import BadArgument
from bot.kit.network import Access, Network
from bot.kit.ports import Post
from bot.kit.text import Node, Paragraphs, Reply, Say, _
from commands.membership._doors import Doors
from commands.membership._feature import feature
from storage.inbox import Inbox
from storage.people import People


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


@feature.dialogue(forgetting)
async def forgotten(
    call: Call,
    _farewell: Farewell,
    people: People,
    inbox: Inbox,
    network: Network,
    post: Post,
    doors: Doors,
) -> None:
    """Say goodbye, take back the access of a member, then erase."""
    goodbye = _("Everything about you is erased. Write to me again if you ever come back.")
    await post.part(call.person_id, Reply("forget.done", goodbye))
    person = await people.get(call.person_id)
    await doors.take_back(person)
    if person.consent_at is not None:
        for access in (Access.STAFF, Access.PRACTITIONERS, Access.MEMBERS):
            await post.remove(network.behind(access), call.person_id)
    await inbox.forget(call.user_id)
    await people.erase(call.person_id)
