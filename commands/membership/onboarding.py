"""Welcome a newcomer: five questions, then rooms that fit."""

from __future__ import annotations

from actions.acquaintance import Greeting
from actions.membership import Membership, Profile
from actions.roles import Roles
from actions.rooms.visits import fitting
from commands.membership._feature import feature
from commands.membership._steps import (
    CATEGORY,
    CONSENT,
    COUNTRY,
    LANGUAGE,
    TOPICS,
    ZONE,
    Registration,
)
from kit.authority import Act, Role
from kit.command import Call
from kit.dialogue import Dialogue, Open
from kit.due import Due, Here, NoChat
from kit.listing import Listing, ListKind
from kit.network import Network, RoomKind, RoomPlan, WellKnown
from kit.ports import Post, RoomErrands
from kit.roomkey import SpaceRoom
from kit.text import Label, Lines, Link, Node, Numbered, Paragraphs, Pill, Reply, Say, _
from kit.trait import Purpose, Trait
from storage.people import People

MOST_OFFERS = 4  # with their addresses more would be a long message
WELCOME = WellKnown.WELCOME.value

onboarding: Dialogue[Registration] = Dialogue(
    name="onboarding",
    version=1,
    draft=Registration,
    steps=(LANGUAGE, CONSENT, COUNTRY, ZONE, CATEGORY, TOPICS),
    speaks="language",
)


def _tries() -> Node:
    return _(
        "Try next: {find} in the library, {events}, or {ask} for an expert.",
        find=Say("find", "67/187"),
        events=Say("events"),
        ask=Say("ask"),
    )


@feature.arrival
async def arrive(call: Call, network: Network, roles: Roles, post: Post) -> Open[Registration]:
    """Greet somebody new and ask the first question."""
    greeting = _("Welcome to the {network}.", network=Label(network.names))
    about = _(
        "I am a program. I help people who give legal aid to find instruments, "
        "each other and events.",
        network=Label(network.names),
    )
    welcome = Paragraphs(
        [
            network.word("welcome", greeting),
            network.word("introduction", about),
            _("You can search at once: say {find}.", find=Say("find", "Mandela")),
            _(
                "To become a member, answer a few questions. "
                "Until you agree, I keep nothing but your language."
            ),
        ]
    )
    await post.direct(call, Reply("onboarding.welcome", welcome))
    if call.by.role is Role.STEWARD:
        await post.direct(call, await roles.arrived(call.person_id))
    return Open(onboarding)


@feature.due(Here)
async def say_hello(due: Due[Here], network: Network, post: Post) -> None:
    """Tell a Space that was there before the hub, in its open rooms, each in its language."""
    hello = _(
        "I am the assistant of the {network}: I find instruments, colleagues and events. "
        "I will not write to those who were here before me: to meet me, open a direct chat "
        "with me and say hello.",
        network=Label(network.names),
    )
    for room in network.halls:
        await post.room(SpaceRoom(room.slug), Reply("onboarding.here", hello))


@feature.due(NoChat)
async def mention(due: Due[NoChat], people: People, greeting: Greeting, post: Post) -> None:
    """Greet somebody where they can see it, after what was said in their chat reached nobody."""
    person = await people.get(due.what.person)
    if await greeting.take_back(person.id) and person.in_space:
        hello = _(
            "Welcome, {user}. There is no direct chat between us, so I leave it at this. "
            "If you want my help later, open one with me and say hello.",
            user=Pill(person.user_id),
        )
        await post.room(SpaceRoom(WELCOME), Reply("onboarding.mention", hello))


@feature.command(
    "start",
    summary=_("become a member, or go on where you paused"),
    act=Act.BECOME_MEMBER,
    opposite="say kept",
    purpose=Purpose.START,
    traits=(Trait.BESIDE, Trait.GREETED),
)
async def start(call: Call, people: People) -> Open[Registration] | Reply:
    """Begin onboarding."""
    if not (await people.get(call.person_id)).is_member:
        return Open(onboarding)
    text = _("You are a member already. Say {profile} to see your answers.", profile=Say("profile"))
    return Reply("onboarding.member", text)


@feature.dialogue(onboarding, Act.BECOME_MEMBER)
async def joined(
    call: Call,
    answers: Registration,
    membership: Membership,
    network: Network,
    errands: RoomErrands,
) -> Reply:
    """Make a member of who answered, and offer rooms."""
    profile = Profile(
        answers.language, answers.country, answers.zone, answers.category, answers.topics
    )
    person = await membership.join(call.person_id, profile, call.now)
    offers = fitting(network, person)[:MOST_OFFERS]
    done = _(
        "Thank you, you are a member now. Accept my invitation to the members' Space, "
        "and its rooms open to you."
    )
    rooms = Numbered([await _offer(room, errands) for room in offers])
    choose = _("These rooms may suit you. You join only what you choose.")
    body = Paragraphs([done, choose, rooms, _tries()])
    slugs = [room.slug for room in offers]
    return Reply("onboarding.done", body, slugs, listing=Listing(ListKind.ROOMS, slugs))


async def _offer(room: RoomPlan, errands: RoomErrands) -> Node:
    named = Label(room.names)
    match room.kind:
        case RoomKind.LOBBY:
            offer = _("{room}: people who speak your language", room=named)
        case RoomKind.REGION:
            offer = _("{room}: your region", room=named)
        case RoomKind.THEME:
            offer = _("{room}: a topic you chose", room=named)
        case _:
            offer = _("{room}: news of the network", room=named)
    link = await errands.link(SpaceRoom(room.slug))
    return Lines([offer, Link(link, _("Go there"))]) if link else offer
