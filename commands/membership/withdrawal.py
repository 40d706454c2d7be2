"""Agreeing again when the rules change, and no longer agreeing."""

from __future__ import annotations

from dataclasses import dataclass, replace

from actions.consent import has_agreed
from actions.erasure import Erasure
from actions.membership import Membership
from commands.membership._feature import feature
from commands.membership._steps import CONSENT, Registration, lapsed
from kit.authority import Act, Actor
from kit.command import Call
from kit.dialogue import Dialogue, Open
from kit.errors import BadArgument
from kit.ports import Post
from kit.question import About, Question
from kit.steps import decide
from kit.text import Node, Paragraphs, Reply, Say, _
from kit.trait import Purpose, Trait
from storage.people import People


@dataclass(frozen=True, slots=True)
class Decision:
    """A plain yes or no."""

    yes: bool = False


def _decide(_draft: Decision, said: str, about: About) -> Decision:
    yes = about.understanding.consent(said, about.language)
    if yes is None:
        raise BadArgument(_("Please answer just yes or no."))
    return Decision(yes)


def _confirm(_draft: Decision, said: str, about: About) -> Decision:
    return Decision(decide(said, about))


def _ask_again(_draft: Decision, about: About) -> Node:
    changed = _("Our rules have changed since you agreed to them.")
    return Paragraphs([changed, CONSENT.ask(Registration(), about)])


def _ask_end(_draft: Decision, _about: About) -> Node:
    return Paragraphs(
        [
            _(
                "Without your consent you are no longer a member: I take you out of the rooms of "
                "members, and erase your answers, what you signed up for and your requests. "
                "I keep your Matrix ID and your language, so that we can still talk here."
            ),
            _("To have these erased too, say {forget} instead.", forget=Say("forget me")),
            _("Shall I do it? Please answer yes or no."),
        ]
    )


renewal: Dialogue[Decision] = Dialogue(
    name="renewal",
    version=1,
    draft=Decision,
    steps=(Question("consent", _ask_again, _decide, closed=True, plain=True),),
)
withdrawal: Dialogue[Decision] = Dialogue(
    name="withdrawal",
    version=1,
    draft=Decision,
    steps=(Question("confirm", _ask_end, _confirm, closed=True, plain=True),),
    lapses=lapsed("withdraw consent"),
)


@feature.follow_up
async def ask_again(call: Call, people: People) -> Open[Decision] | None:
    """Ask members for their consent to a text that they have not seen."""
    return None if has_agreed(await people.get(call.person_id)) else Open(renewal)


@feature.dialogue(renewal, Act.KEEP_MEMBERSHIP)
async def renewed(call: Call, decision: Decision, membership: Membership) -> Open[Decision] | Reply:
    """Record the consent to the new text; without it nobody stays a member."""
    if not decision.yes:
        return Open(withdrawal)
    await membership.agree(call.by, call.language, call.now)
    return Reply("renewal.done", _("Thank you. Everything stays as it was."))


@feature.command(
    "withdraw consent",
    summary=_("no longer be a member, and have your answers erased"),
    act=Act.KEEP_MEMBERSHIP,
    private=True,
    purpose=Purpose.WITHDRAW,
    traits=(Trait.STOPS, Trait.ERASES, Trait.OF_ONESELF),
)
async def withdraw(call: Call) -> Open[Decision]:
    """Ask whether they are sure."""
    return Open(withdrawal, Decision())


@feature.dialogue(withdrawal, Act.KEEP_MEMBERSHIP)
async def withdrawn(call: Call, decision: Decision, erasure: Erasure, post: Post) -> Reply | None:
    """Take back the access of a member; the person begins anew in the chat they have."""
    if not decision.yes:
        return Reply("withdrawal.kept", _("Nothing has changed."))
    anew = await erasure.end_membership(call.by, call.now)
    text = _(
        "Done: you are no longer a member. {find} still works, "
        "and {start} makes you a member again.",
        find=Say("find"),
        start=Say("start"),
    )
    again = replace(call, by=Actor(anew.id, anew.role))  # the same, by their new number
    await post.direct(again, Reply("withdrawal.done", text))
    return None
