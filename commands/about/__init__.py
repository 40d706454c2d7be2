"""What people ask the hub about itself, and what they say beside: answers in a sentence or two."""

from __future__ import annotations

from collections.abc import Sequence

from commands.about import colleague
from commands.about._feature import feature
from kit.authority import Act
from kit.command import Call
from kit.network import Network, WellKnown
from kit.text import (
    Label,
    Message,
    Name,
    Node,
    Paragraphs,
    Reply,
    Say,
    Series,
    _,
)
from kit.trait import Purpose, Trait

__all__ = ["colleague", "feature"]

NO_CASES = _(
    "Nothing you write to me is confidential or protected by privilege: "
    "write nothing that gives away somebody in a case."
)
NO_AUTHORITY = _(
    "I tell no authority and no employer who is here. Whoever runs a homeserver, or "
    "can force those who do, may see which accounts talk to me. If that is a danger "
    "to you, take part with an account that does not bear your name, or not at all."
)
EVENT_LINE = _("3 June 2027 14:00 Nairobi: Bail workshop, 90 minutes, 30 places")
PASSING = _("only a word in passing")


@feature.answer("about hub", summary=_("what this is"))
async def hub(call: Call, network: Network) -> Reply:
    """Say what the hub is for."""
    text = _(
        "I am the hub of {network}: a program that connects people who give legal aid, "
        "looks up texts for them and reminds them of events. {help} shows what you can say.",
        network=Label(network.names),
        help=Say("help"),
    )
    return Reply("about.hub", text)


@feature.answer("about network", summary=_("who runs this"), traits=(Trait.SAID_OF_HUB,))
async def runs(call: Call, network: Network) -> Reply:
    """Say where to ask who is responsible: the hub itself does not know."""
    text = _(
        "People of {network} run me, on a homeserver that they chose. "
        "Who they are and who pays is not in my notes: ask in the welcome room.",
        network=Label(network.names),
    )
    return Reply("about.network", text)


@feature.answer(
    "about languages", summary=_("which languages I speak"), traits=(Trait.SAID_OF_HUB,)
)
async def languages(call: Call, network: Network) -> Reply:
    """List them, each in the reader's language."""
    text = _(
        "I speak {languages}. Say {language} and the name of one to change.",
        languages=Series([Name("language", code) for code in network.languages]),
        language=Say("language"),
    )
    return Reply("about.languages", text)


@feature.answer("about organisers", summary=_("who announces events"), purpose=Purpose.ORGANISERS)
async def organisers(call: Call) -> Reply:
    """Say how events are announced: to who may, what to write, to others, whom to ask."""
    text: Message = _(
        "Event organisers and moderators announce and change events. To become an organiser, tell "
        "the moderators what you plan: {report} goes to them alone.",
        report=Say("report", "…"),
    )
    if call.role.may(Act.HOLD_EVENTS.least):
        text = _(
            "You may announce events: say {add} and what you know, in one line if you like. "
            "For example: {example}",
            add=Say("event add"),
            example=EVENT_LINE,
        )
    return Reply("about.organisers", text)


@feature.answer(
    "about exhaustion",
    summary=_("when the work is too much"),
    private=True,
    purpose=Purpose.EXHAUSTION,
)
async def exhausted(call: Call, network: Network) -> Reply:
    """Lead whoever can bear no more to people: a program is no help."""
    first = _(
        "That is a great deal to carry, and nobody has to carry it alone. "
        "Many colleagues know it from their own work."
    )
    return Reply("about.exhaustion", Paragraphs([first, *_colleagues(network), _NOW]))


@feature.answer(
    "about grief",
    summary=_("when you lose somebody you stood by"),
    private=True,
    purpose=Purpose.GRIEF,
)
async def grieving(call: Call, network: Network) -> Reply:
    """Say a human word first, then where people are, and last what can be done."""
    first = _(
        "What happens to somebody you stand by weighs heavily. Feelings of guilt often come with "
        "it, also where nobody could have prevented it. You do not have to carry that alone."
    )
    later = _("Where somebody died in custody, {find} shows what States owe.", find=Say("find"))
    return Reply("about.grief", Paragraphs([first, *_colleagues(network), _NOW, later]))


@feature.answer(
    "about despair",
    summary=_("when your life may be in danger"),
    private=True,
    purpose=Purpose.DESPAIR,
)
async def despairing(call: Call, network: Network) -> Reply:
    """Send whoever speaks of dying, or is afraid of what they may do, to people who can help."""
    body: list[Node] = [
        _("Thank you for saying it. Please do not stay alone with it."),
        _(
            "If you may harm yourself, call the emergency number of your country now; "
            "from a mobile phone 112 works in most countries. "
            "I am a program and cannot help in time."
        ),
        _(
            "Go to somebody who is near, or call somebody you trust, and ask them to stay with "
            "you. Say to them what you said here. A doctor helps with this, too."
        ),
        _("Such thoughts can pass, and people get through this with help."),
    ]
    return Reply("about.despair", Paragraphs(body))


@feature.answer(
    "about danger", summary=_("when a client speaks of dying"), private=True, purpose=Purpose.DANGER
)
async def endangered(call: Call, network: Network) -> Reply:
    """Say what can be done for somebody who speaks of dying, held or free."""
    body: list[Node] = [
        _("Take it seriously and act today: people who speak of dying may do it."),
        _(
            "If the person is held: tell the staff and whoever is in charge there at once, and "
            "again in writing. Ask for a doctor today, that somebody stays with them, and that "
            "they are not put into solitary confinement. Note whom you told, and when."
        ),
        _(
            "Rules 24, 30, 33 and 45 of the Nelson Mandela Rules are about this. "
            "The court can be asked for treatment, for a hospital or for release."
        ),
        _(
            "If the person is free: stay with them, or send somebody, and call the emergency "
            "number. For lawyers: most rules on secrecy let you speak where a life is in danger. "
            "Look at yours, and ask the client first if there is time."
        ),
        _NOW,
    ]
    return Reply("about.danger", Paragraphs(body))


_NOW = _(
    "If your life may be in danger, please call somebody close or an emergency number now: "
    "I am a program and cannot help in time."
)


def _colleagues(network: Network) -> list[Node]:
    """Say where colleagues are who listen."""
    parts: list[Node] = []
    if room := network.rooms.get(WellKnown.WELLBEING):
        parts.append(
            _(
                "They talk about it, and about no cases, in this room: {room}. Say {join}.",
                room=Label(room.names),
                join=Say("join", room.slug),
            )
        )
    return [*parts, _("{ask} finds one colleague to talk to.", ask=Say("ask"))]


def _declare(
    name: str,
    summary: Message,
    sentences: list[Node],
    purpose: Purpose | None = None,
    traits: Sequence[Trait] = (),
) -> None:
    """Declare what is always the same: its name, what it is about, and the sentences."""
    reply = Reply(name.replace(" ", ".") if " " in name else f"about.{name}", Paragraphs(sentences))

    async def said(call: Call) -> Reply:
        return reply

    feature.answer(name, summary=summary, purpose=purpose, traits=traits)(said)


_declare(
    "about bot",
    _("whether I am a person"),
    [
        _(
            "I am a program, not a person. Each of my sentences was written by people: "
            "I make up nothing, and no language model writes here."
        )
    ],
)
_declare(
    "about human",
    _("how to reach a person"),
    [
        _(
            "In this chat only a program answers. To reach people: {ask} puts your question "
            "to an expert, {report} and some words go to the moderators, and colleagues read "
            "what you write in the rooms: {rooms}.",
            ask=Say("ask"),
            report=Say("report"),
            rooms=Say("rooms"),
        )
    ],
)
_declare(
    "about readers",
    _("who can read what you write here"),
    [
        _(
            "Other members do not see our direct chat. "
            "Whoever runs your homeserver or mine may be able to read it."
        ),
        _(
            "What you write in a room, everybody in it reads. Unless the room is encrypted, those "
            "who enter later can read it, too, and whoever runs a homeserver that takes part."
        ),
        NO_AUTHORITY,
        NO_CASES,
    ],
)
_declare(
    "about authorities",
    _("whether others learn that you are here"),
    [NO_AUTHORITY],
    purpose=Purpose.AUTHORITIES,
)
_declare(
    "about reprisals",
    _("whether it is safe to complain"),
    [
        _(
            "Nobody may suffer for a complaint: article 13 of the Convention against Torture "
            "says so, for witnesses too, and so does rule 57 of the Nelson Mandela Rules. "
            "By rules 56 and 57 prisoners may complain in confidence, and lawyers or families "
            "for them."
        ),
        _(
            "Article 21 of the Optional Protocol to that Convention protects whoever speaks "
            "with those who visit prisons, and the San José Guidelines whoever turns to a "
            "treaty body of the United Nations."
        ),
        _(
            "Rules do not hold everybody back. Ask a lawyer first, who may complain without "
            "your name, and note what happens, with dates. {lawyer} says where to look "
            "for one.",
            lawyer=Say("lawyer"),
        ),
        _(
            "I pass no complaint on and tell no authority who is here. But nothing here is "
            "confidential, and whoever runs a homeserver may have to show who writes to me: "
            "write no names."
        ),
    ],
    purpose=Purpose.REPRISALS,
)
_declare(
    "about data",
    _("what I keep, and what for"),
    [
        _(
            "I keep your answers, what you sign up for and your requests, and drop everything "
            "else once it is answered. Your country and what you do decide about rooms, "
            "reminders and experts. I pass none of it on outside the network."
        ),
        _(
            "{data} shows all of it, {forget} erases it.",
            data=Say("my data"),
            forget=Say("forget me"),
        ),
    ],
)
_declare(
    "about members",
    _("whom this is for"),
    [
        _(
            "Members are people who give legal aid, study it, or have to do with it in their "
            "work or their life: students, researchers, judges and officials, too. {start} "
            "asks which of these you are. Without that, anybody may search the library.",
            start=Say("start"),
        )
    ],
    traits=[Trait.SAID_OF_HUB],
)
_declare(
    "about names",
    _("which name others see"),
    [
        _(
            "Others see the Matrix ID and the display name of your account. You choose both, "
            "and I never ask for your real name. {directory} says what else members may find "
            "of you: nothing, unless you choose it.",
            directory=Say("profile directory"),
        )
    ],
)
_declare(
    "about cost",
    _("what it costs"),
    [_("I am free: I cost you nothing and sell nothing.")],
    traits=[Trait.SAID_OF_HUB],
)
_declare(
    "about lawyer",
    _("whether I am a lawyer"),
    [
        _(
            "I am no lawyer and give no legal advice: I find texts, rooms and colleagues. "
            "{ask} finds an expert for those who work in legal aid. If you need a lawyer "
            "yourself, say {lawyer}.",
            ask=Say("ask"),
            lawyer=Say("lawyer"),
        )
    ],
)
_declare(
    "about leaving",
    _("how to leave"),
    [
        _(
            "You may leave at any time. {mute} only stops my messages, {withdraw} ends your "
            "membership, {forget} erases all I keep about you, {leave} takes you out of rooms.",
            leave=Say("leave all"),
            mute=Say("mute all"),
            withdraw=Say("withdraw consent"),
            forget=Say("forget me"),
        )
    ],
)
_declare(
    "announce",
    _("tell everybody something"),
    [
        _(
            "I announce only events to all: {add}. For anything else write in the room for "
            "announcements, or ask a moderator to.",
            add=Say("event add"),
        )
    ],
)
_declare("say kept", PASSING, [_("Nothing has changed.")], purpose=Purpose.KEPT)
_declare(
    "say hello",
    PASSING,
    [_("Hello! {help} shows what you can say.", help=Say("help"))],
    purpose=Purpose.HELLO,
    traits=[Trait.GREETED],
)
_declare("say thanks", PASSING, [_("You are welcome.")])
_declare("say bye", PASSING, [_("Goodbye, and take care.")], purpose=Purpose.BYE)
_declare("say praise", PASSING, [_("I am glad.")])
_declare("say sorry", PASSING, [_("Never mind.")], purpose=Purpose.SORRY)
_declare("say fine", PASSING, [_("Good. {help} shows what else you can say.", help=Say("help"))])
