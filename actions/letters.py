"""What people are told of what others decided about them, or of what ends."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from actions.authority import ROLE_NAMES
from kit.authority import Actor, Role
from kit.network import Region
from kit.text import Bullets, Code, Label, Message, Node, Paragraphs, Pill, Reply, Say, _, n_
from kit.times import When
from storage.tables.moderation import MeasureRow
from storage.tables.people import PersonRow

IN_ONE_LETTER = 10  # people who are named


def may_interpret() -> Reply:
    """Tell somebody that they are asked to interpret from now on."""
    text = _(
        "A moderator gave their word for you: I may ask you to interpret. {away} pauses it.",
        away=Say("away"),
    )
    return Reply("trust.interprets", text)


def let_in() -> Reply:
    """Tell somebody that the practitioners' rooms open to them."""
    welcome = _(
        "Colleagues gave their word for you: I have invited you to the practitioners' Space. "
        "No case details there either. You can now say {vouch} for others.",
        vouch=Say("vouch"),
    )
    return Reply("trust.opened", welcome)


def to_review(before: PersonRow, closed: Sequence[PersonRow]) -> Reply:
    """Show moderators who lost their rooms with the word of one who is no moderator any more."""
    heading = n_(
        "{user} is no longer a moderator, so their word for {n} person counts no more, and the "
        "practitioners' rooms are closed to them. Please look: {vouch} lets somebody in again.",
        "{user} is no longer a moderator, so their word for {n} people counts no more, and the "
        "practitioners' rooms are closed to them. Please look: {vouch} lets somebody in again.",
        len(closed),
        user=Pill(before.user_id),
        vouch=Say("vouch", closed[0].user_id),
    )
    body = Paragraphs([heading, Bullets([Pill(person.user_id) for person in closed])])
    about = [before.id, *(person.id for person in closed)]
    return Reply("trust.review", body, about=about)


def closed(note: Message) -> Reply:
    """Tell somebody that the practitioners' rooms are closed to them, as *note* says."""
    return Reply("trust.closed", note)


def appointed(role: Role, before: Role = Role.MEMBER) -> Reply:
    """Tell somebody what they are from now on, what they can do, and where."""
    rooms = _("Accept my invitation, and the rooms of those who work for the network open to you.")
    match role:
        case Role.STEWARD:
            told = _steward()
        case Role.MODERATOR:
            told = _moderator()
        case Role.CURATOR:
            told = _(
                "You are a curator of the library now. {review} shows what waits for you; "
                "{approve} lists it, {reject} declines it.",
                review=Say("review"),
                approve=Say("approve", "1"),
                reject=Say("resource retire", "1"),
            )
        case Role.ORGANISER:
            told = _(
                "You are an organiser of events now. {add} announces one, {cancel} calls it off.",
                add=Say("event add"),
                cancel=Say("event cancel", "1"),
            )
        case _:
            left = _("You are no longer {role}; you are still a member.", role=ROLE_NAMES[before])
            return Reply("roles.ended", left)
    return Reply("roles.appointed", Paragraphs([told, rooms]))


def _moderator() -> Node:
    told = _(
        "You are a moderator now. {health} says how the hub is, {stats} how the network grows, "
        "{decisions} who decided what. You give roles with {role} and your word for practitioners "
        "with {vouch}, and you may do all that curators and organisers do.",
        health=Say("health"),
        stats=Say("stats"),
        decisions=Say("decisions"),
        role=Say("role"),
        vouch=Say("vouch"),
    )
    abuse = _(
        "{reports} shows what members report, {measures} what was decided about somebody. "
        "{mute}, {remove} and {ban} act in all rooms of the Space, and {undo} takes it back.",
        reports=Say("reports"),
        measures=Say("measures"),
        mute=Say("mute"),
        remove=Say("remove"),
        ban=Say("ban"),
        undo=Say("undo", "1"),
    )
    return Paragraphs([told, abuse])


def _steward() -> Node:
    return _(
        "The operator made you a steward: {role} makes somebody a moderator, curator or organiser, "
        "and {health} says how the hub is. Say {help} for all that you can do.",
        role=Say("role"),
        health=Say("health"),
        help=Say("help"),
    )


def decided(region: Region, n: int) -> Reply:
    """Tell both stewards what is done."""
    text = n_(
        "Two stewards decided it: I erase everything about {n} person of {region}.",
        "Two stewards decided it: I erase everything about {n} people of {region}.",
        n,
        region=Label(region.names),
    )
    return Reply("purge.confirmed", text, ids=(region.slug,))


def forgotten(holds: MeasureRow | None) -> Reply:
    """Say the last word to somebody who asked to be erased, and what *holds* about them."""
    goodbye = _(
        "Everything about you is erased, and I leave this chat. "
        "If you ever come back, open a new chat with me."
    )
    if holds is None:
        return Reply("forget.done", goodbye)
    on = _(
        "What moderators decided goes on without an end: I keep a keyed hash of your Matrix ID for "
        "that, for a year at most."
    )
    if holds.until is not None:
        on = _(
            "What moderators decided goes on until {when}: so long I keep your Matrix ID, for "
            "nothing but to end it then.",
            when=When(holds.until),
        )
    return Reply("forget.done", Paragraphs([goodbye, on]))


def with_devices(goodbye: Reply) -> Reply:
    """Add to a last word that the list of somebody's devices stays."""
    stays = _(
        "Only the list of your devices stays, for 400 days at most: your account shows a new "
        "identity for encryption, and whoever set it up could otherwise pass for you."
    )
    return replace(goodbye, body=Paragraphs([goodbye.body, stays]))


def expelled() -> Reply:
    """Say the last word to somebody who was taken out of the Space."""
    goodbye = _(
        "You were taken out of the network's Space. So you lose its rooms, and everything "
        "about you here is erased."
    )
    return Reply("forget.expelled", goodbye)


def identity_replaced(numbers: str) -> Reply:
    """Tell somebody in clear that another identity is shown of them, and what to do."""
    body: list[Node] = [
        _(
            "Your account shows a new identity for encryption. Either you set up encryption anew, "
            "or somebody else did who knows your password or runs your homeserver."
        ),
        _(
            "I write nothing confidential for the devices that came with it. Devices that could "
            "read me before still can, and in open rooms I answer you as before."
        ),
        _(
            "If it was you: call a moderator or meet one, and read out these numbers: {numbers}. A "
            "message in Matrix is not enough, because whoever has your account could write it.",
            numbers=Code(numbers),
        ),
        _(
            "If it was not you: change your password, sign out every device that is not yours, and "
            "tell a moderator in another way."
        ),
    ]
    return Reply("trust.replaced", Paragraphs(body))


def identity_set_up(device: Sequence[Node]) -> Reply:
    """Tell somebody in clear that a *device* of theirs set up encryption, and what that means."""
    body: list[Node] = [
        _(
            "Encryption was set up for your account, on a device of yours that I knew. I write for "
            "the devices that you verify with it, and for no others."
        ),
        *device,
        _(
            "If that was not you: change your password, sign out every device that is not yours, "
            "and tell a moderator in another way. They can take it back."
        ),
    ]
    return Reply("trust.set_up", Paragraphs(body))


def to_recognise(person: PersonRow) -> Reply:
    """Tell those who may let a new identity of somebody count what they have to ask."""
    user = Pill(person.user_id)
    body: list[Node] = [
        _(
            "{user} shows a new identity for encryption. They set it up anew, or somebody else did "
            "who knows their password or runs their homeserver. I write nothing confidential for "
            "it until one of you lets it count.",
            user=user,
        ),
        _(
            "Call them or meet them; do not ask in Matrix, because whoever has the account would "
            "answer. Ask whether they set up encryption anew, and for the twelve digits in their "
            "chat with me. I show them to nobody else, so that you have to hear them."
        ),
        _(
            "If they did, say {verify} with those digits. If not, help them to change their "
            "password and to sign out every device that is not theirs.",
            verify=Say("verify", f"{person.user_id} …"),
        ),
    ]
    return Reply("trust.to_recognise", Paragraphs(body), about=[person.id])


def other_numbers(person: PersonRow) -> Reply:
    """Tell who may let an identity count that they said other numbers than its own."""
    text = _(
        "These are not the numbers of the identity that {user} shows at this moment. Ask them "
        "again: it may have been replaced once more, and then the last ones in their chat count.",
        user=Pill(person.user_id),
    )
    return Reply("trust.other_numbers", text)


def may_be_brought_back(person: PersonRow, numbers: str) -> Reply:
    """Tell who may decide it how to take back that another identity counts than before."""
    text = _(
        "Another identity for encryption counts for {user} than before. If it is not theirs, "
        "{verify} brings back what counted before.",
        user=Pill(person.user_id),
        verify=Say("verify", f"{person.user_id} {numbers}"),
    )
    return Reply("trust.may_be_brought_back", text, about=[person.id])


def recognised(person: PersonRow, before: str) -> Reply:
    """Tell somebody in clear that a new identity counts, and how that is undone."""
    body: list[Node] = [
        _(
            "A moderator confirmed that your new identity for encryption is yours. I write for the "
            "devices that you verified with it, and for no others. What I wrote for your earlier "
            "devices alone I cannot show again: ask me anew."
        ),
        _(
            "If you did not ask for that: call another moderator. If they say {verify}, what "
            "counted before counts again.",
            verify=Say("verify", f"{person.user_id} {before}"),
        ),
    ]
    return Reply("trust.recognised", Paragraphs(body))


def brought_back() -> Reply:
    """Tell somebody in clear that the identity counts again that did before."""
    text = _(
        "A moderator brought back what counted for your encryption before. The devices that could "
        "read me then can again, and those that came with the later identity cannot."
    )
    return Reply("trust.brought_back", text)


def identity_decided(by: Actor, person: PersonRow, entry: int, before: str | None) -> Reply:
    """Tell stewards who let which identity count; *before* are numbers by which it is undone."""
    who, user = Pill(by.user_id), Pill(person.user_id)
    if before is None:
        text = _(
            "{by} brought back what counted for the encryption of {user} before. That is entry "
            "{number} of {audit}.",
            by=who,
            user=user,
            number=entry,
            audit=Say("audit"),
        )
    else:
        text = _(
            "{by} let another identity for encryption count for {user}. That is entry {number} of "
            "{audit}. If it is wrong, {verify} brings back what counted before.",
            by=who,
            user=user,
            number=entry,
            audit=Say("audit"),
            verify=Say("verify", f"{person.user_id} {before}"),
        )
    return Reply("trust.decided", text, about=[by.id, person.id])


def identity_done(person: PersonRow, *, back: bool) -> Reply:
    """Tell a moderator what came of their word."""
    user = Pill(person.user_id)
    if back:
        text = _("Done: what counted before for {user} counts again. I have told them.", user=user)
        return Reply("trust.brings_back", text)
    text = _(
        "Done: I write for the devices that {user} verified with the new identity. "
        "I have told them.",
        user=user,
    )
    return Reply("trust.recognises", text)
