"""Giving one's word for a colleague, and saying once a year that one's answers are still right."""

from __future__ import annotations

from typing import Annotated

from actions.trust import Trust
from commands.membership._confirmation import PATIENCE, YEAR, plan_confirmation
from commands.membership._facts import answers
from commands.membership._feature import feature
from kit.authority import Act, Role
from kit.command import Call, Word
from kit.errors import Conflict, NotFound
from kit.feature import Due
from kit.network import Side
from kit.notices import Notice
from kit.text import Bullets, Label, Node, Paragraphs, Pill, Reply, Say, Series, _
from kit.words import read_user
from storage.dues import Dues
from storage.tables.people import PersonRow

Who = Annotated[str, Word(_("Matrix ID"), read=read_user)]


async def _member(trust: Trust, user: str) -> PersonRow:
    person = await trust.people.find(user)
    if person is None or not person.is_member:
        raise NotFound(_("{user} is not a member yet.", user=Pill(user)))
    return person


@feature.command(
    "vouch",
    summary=_("give your word that a colleague works for the defence"),
    act=Act.VOUCH,
    private=True,
)
async def vouch(call: Call, trust: Trust, user: Who) -> Reply:
    """Count a practitioner's or a moderator's word; what convinced them is not kept."""
    voucher, person = await trust.people.get(call.person_id), await _member(trust, user)
    moderator = call.role.may(Role.MODERATOR)
    _allow(trust, voucher, person, moderator=moderator)
    before = await trust.trusted(person)
    await trust.vouches.give(person.id, voucher.id, call.now, checked=moderator)
    if person.practitioner:
        text = _("{user} has access already.", user=Pill(user))
        return Reply("trust.vouched", text)
    if before:  # they did not answer the yearly question: nobody can for them
        text = _("{user} has to say {confirm} first.", user=Pill(user), confirm=Say("confirm"))
        raise Conflict(text)
    if await trust.trusted(person):
        return await _let_in(trust, person)
    told = _(
        "You gave your word for {user}. One more practitioner has to, or a moderator.",
        user=Pill(user),
    )
    return Reply("trust.vouched", Paragraphs([told, _known(trust, person), _kept(user)]))


def _allow(trust: Trust, voucher: PersonRow, person: PersonRow, *, moderator: bool) -> None:
    """Raise why this voucher's word cannot count for this person."""
    if voucher.id == person.id:
        raise Conflict(_("Nobody can vouch for themselves."))
    side = trust.side(person)
    if side in {Side.STATE, Side.ADVERSE}:
        raise Conflict(
            _(
                "By their own answer, {user} is not on the side of the defence.",
                user=Pill(person.user_id),
            )
        )
    if side is not Side.DEFENCE and not moderator:
        raise Conflict(
            _(
                "By their own answer, {user} does not defend people. "
                "Only a moderator can let them in.",
                user=Pill(person.user_id),
            )
        )


async def _let_in(trust: Trust, person: PersonRow) -> Reply:
    await trust.open(person)
    welcome = _(
        "Colleagues gave their word for you: I have invited you to the practitioners' Space. "
        "No case details there either. You can now say {vouch} for others.",
        vouch=Say("vouch"),
    )
    await trust.post.direct(person.id, Reply("trust.opened", welcome))
    text = _("I have invited {user} to the practitioners' Space.", user=Pill(person.user_id))
    return Reply("trust.vouched", Paragraphs([text, _known(trust, person), _kept(person.user_id)]))


def _known(trust: Trust, person: PersonRow) -> Node:
    """Show whom the word is for: a display name can be anybody's, an answer is only theirs."""
    category = trust.network.categories[person.category or ""]
    return _("Their own answer: {category}", category=Label(category.names))


def _kept(user: str) -> Node:
    return _(
        "I keep that you vouched and when, nothing that convinced you. "
        "To take it back, say {withdraw}.",
        withdraw=Say("vouch withdraw", user),
    )


@feature.command(
    "vouch withdraw",
    summary=_("take back your word for somebody"),
    act=Act.TAKE_BACK_WORD,
    private=True,
)
async def unvouch(call: Call, trust: Trust, user: Who) -> Reply:
    """Let one's own word no longer count; a moderator's withdrawal ends everybody's."""
    person = await _member(trust, user)
    given = [row.voucher_id for row in await trust.vouches.about(person.id)]
    ended = given if call.role.may(Role.MODERATOR) else [v for v in given if v == call.person_id]
    if not ended:
        raise NotFound(_("You have not vouched for {user}.", user=Pill(user)))
    for voucher_id in ended:
        await trust.vouches.withdraw(person.id, voucher_id)
    await trust.fall_short(person)
    return Reply("trust.withdrawn", _("Done: that word no longer counts."))


@feature.due("confirm")
async def ask_again(due: Due, trust: Trust, dues: Dues) -> None:
    """Ask once a year, remind once, then close the practitioners' rooms until they answer."""
    person, stage = await trust.people.get(due.payload["person"]), due.payload["stage"]
    if stage <= 1:
        question = _still_right(trust, person, last=stage == 1)
        await trust.post.notify(person.id, Notice.TIPS, question, until=due.now + PATIENCE)
        await plan_confirmation(dues, person.id, due.now + PATIENCE, stage + 1)
        return
    await plan_confirmation(dues, person.id, due.now + YEAR)
    if person.practitioner:
        note = _(
            "You did not confirm your answers, so the practitioners' rooms are closed to you "
            "for now. Say {confirm} and they open again.",
            confirm=Say("confirm"),
        )
        await trust.close(person, note)


def _still_right(trust: Trust, person: PersonRow, *, last: bool) -> Reply:
    question = (
        _("A reminder, the only one: is what you told me still right?")
        if last
        else _("Once a year I ask: is what you told me still right?")
    )
    changes = [Say(f"profile {name}") for name in ("country", "category", "topics")]
    ways = _(
        "If it is, say {confirm}. If not, change it first: {changes}.",
        confirm=Say("confirm"),
        changes=Series(changes),
    )
    parts: list[Node] = [question, Bullets(answers(person, trust.network)), ways]
    if person.practitioner:
        parts.append(_("The practitioners' rooms stay open only to those who confirm."))
    return Reply("trust.ask", Paragraphs(parts))


@feature.command(
    "confirm",
    summary=_("say that your answers are still right"),
    act=Act.KEEP_MEMBERSHIP,
    private=True,
)
async def confirm(call: Call, trust: Trust, dues: Dues) -> Reply:
    """Take the answers as right for another year; rooms that were closed open again."""
    person = await trust.people.get(call.person_id)
    await dues.cancel(f"confirm:{person.id}:")
    await plan_confirmation(dues, person.id, call.now + YEAR)
    if not person.practitioner and await trust.trusted(person):
        await trust.open(person)
    thanks = _("Thank you. I will ask again in a year.")
    return Reply("trust.confirmed", Paragraphs([thanks, Bullets(answers(person, trust.network))]))
