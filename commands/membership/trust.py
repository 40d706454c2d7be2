"""Giving one's word for a colleague, and saying once a year that one's answers are still right."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Annotated

from actions.membership import PATIENCE, Confirmation, Membership, Unconfirmed
from actions.trust import Trust, Vouched
from commands.membership._facts import answers
from commands.membership._feature import feature
from kit.authority import Act
from kit.command import Call, Word
from kit.dialogue import Dialogue, Open
from kit.due import Due
from kit.network import Network
from kit.notices import Notice
from kit.ports import Post
from kit.question import About, Question
from kit.steps import decide
from kit.text import Bullets, Label, Name, Node, Paragraphs, Pill, Reply, Say, Series, _
from kit.words import read_user
from storage.tables.people import PersonRow

Who = Annotated[str, Word(_("Matrix ID"), read=read_user)]


@dataclass(frozen=True, slots=True)
class Given:
    """A moderator's word for somebody who would interpret, and whether it is for that, too."""

    user: str = ""
    between: tuple[str, ...] = ()
    interprets: bool = False


def _ask_interprets(draft: Given, _about: About) -> Node:
    return _(
        "{user} also offers to interpret between {languages}. Who interprets reads all that two "
        "others write of a case. Do you give your word for that, too? A yes is for both, a no for "
        "the practitioners' rooms alone.",
        user=Pill(draft.user),
        languages=Series([Name("language", each) for each in draft.between]),
    )


word: Dialogue[Given] = Dialogue(
    name="word",
    version=1,
    draft=Given,
    steps=(
        Question(
            "interprets",
            _ask_interprets,
            lambda draft, said, about: replace(draft, interprets=decide(said, about)),
            closed=True,
            plain=True,
        ),
    ),
    lapses=_(
        "I drop my question, and no word is given. To be asked once more, say {command}.",
        command=Say("vouch"),
    ),
)


@feature.command(
    "vouch",
    summary=_("give your word that a colleague works for the defence"),
    act=Act.VOUCH,
    private=True,
    weighty=True,
    opposite="vouch withdraw",
)
async def vouch(call: Call, trust: Trust, network: Network, user: Who) -> Reply | Open[Given]:
    """Count a practitioner's or a moderator's word; what convinced them is not kept.

    Who gives it for somebody who would interpret says first whether it is for that, too.
    """
    if between := await trust.would_interpret(call.by, user):
        return Open(word, Given(user, tuple(between)))
    return await _vouched(call, trust, network, user)


@feature.dialogue(word, act=Act.VOUCH)
async def given(call: Call, draft: Given, trust: Trust, network: Network) -> Reply:
    """Count it for what it was given for."""
    return await _vouched(call, trust, network, draft.user, interprets=draft.interprets)


async def _vouched(
    call: Call, trust: Trust, network: Network, user: str, *, interprets: bool = False
) -> Reply:
    person, came_of_it = await trust.vouch(call.by, user, call.now, interprets=interprets)
    match came_of_it:
        case Vouched.WAS_IN:
            text = _("{user} has access already.", user=Pill(user))
            if interprets:
                text = _("{user} may interpret from now on, and knows it.", user=Pill(user))
            return Reply("trust.vouched", text)
        case Vouched.LET_IN:
            told = _("I have invited {user} to the practitioners' Space.", user=Pill(user))
        case Vouched.ONE_MORE_NEEDED:
            told = _(
                "You gave your word for {user}. One more practitioner has to, or a moderator.",
                user=Pill(user),
            )
    return Reply("trust.vouched", Paragraphs([told, _known(network, person), _kept(user)]))


def _known(network: Network, person: PersonRow) -> Node:
    """Show whom the word is for: a display name can be anybody's, an answer is only theirs."""
    category = network.categories[person.category or ""]
    return _("How they describe themselves: {category}", category=Label(category.names))


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
    weighty=True,
)
async def unvouch(call: Call, trust: Trust, user: Who) -> Reply:
    """Let one's own word no longer count; a moderator's withdrawal ends everybody's."""
    if not await trust.unvouch(call.by, user, call.now):
        return Reply("trust.withdrawn", _("Done: that word no longer counts."))
    text = _(
        "Done: nobody's word counts for {user} until a moderator says {vouch}.",
        user=Pill(user),
        vouch=Say("vouch", user),
    )
    return Reply("trust.withdrawn", text)


@feature.due(Confirmation)
async def ask_again(
    due: Due[Confirmation], membership: Membership, network: Network, post: Post
) -> None:
    """Ask once a year and remind once, of what closes the practitioners' rooms."""
    to_ask = await membership.confirmation_due(due.what.person, due.what.stage, due.now)
    if to_ask is not None:
        question = _still_right(to_ask, network)
        until = due.now + PATIENCE
        await post.notify(to_ask.person.id, Notice.STANDING, question, until=until)


def _still_right(to_ask: Unconfirmed, network: Network) -> Reply:
    question = (
        _("A reminder, the only one: is what you told me still right?")
        if to_ask.last
        else _("Once a year I ask: is what you told me still right?")
    )
    changes = [Say(f"profile {name}") for name in ("country", "category", "topics")]
    ways = _(
        "If it is, say {confirm}. If not, change it first: {changes}.",
        confirm=Say("confirm"),
        changes=Series(changes),
    )
    parts: list[Node] = [question, Bullets(answers(to_ask.person, network)), ways]
    if to_ask.person.practitioner:
        parts.append(_("The practitioners' rooms stay open only to those who confirm."))
    return Reply("trust.ask", Paragraphs(parts))


@feature.command(
    "confirm",
    summary=_("say that your answers are still right"),
    act=Act.KEEP_MEMBERSHIP,
    private=True,
)
async def confirm(call: Call, membership: Membership, network: Network) -> Reply:
    """Take the answers as right for another year; rooms that were closed open again."""
    person = await membership.confirm(call.by, call.now)
    thanks = _("Thank you. I will ask again in a year.")
    return Reply("trust.confirmed", Paragraphs([thanks, Bullets(answers(person, network))]))
