"""Give somebody a role, or take it away, which is asked about before it is done."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from actions.moderation.naming import Naming
from actions.roles import GIVEN, Roles
from commands.staff._feature import feature
from kit.authority import Act, Role
from kit.command import Call, Word
from kit.dialogue import Dialogue, Open
from kit.errors import BadArgument
from kit.question import About, Question
from kit.steps import take_sure
from kit.text import Code, Node, Paragraphs, Pill, Reply, Say, Series, _, n_
from kit.words import read_somebody

# What people call a role beside its name, and what takes one away.
ALSO = {"organizer": Role.ORGANISER, "none": Role.MEMBER, "mod": Role.MODERATOR}
Who = Annotated[str, Word(_("Matrix ID"), read=read_somebody, person=True)]


@dataclass(frozen=True, slots=True)
class Lowering:
    """A role that somebody is to have instead of *before*, and whether that is sure.

    They *checked* so many people as a moderator.
    """

    user: str = ""
    before: str = ""
    role: str = ""
    checked: int = 0
    sure: bool = False


def _ask_sure(draft: Lowering, _about: About) -> Node:
    user, role = Pill(draft.user), Code(draft.role)
    body: list[Node] = [
        _(
            "{user} is {before} and would be {role}.",
            user=user,
            before=Code(draft.before),
            role=role,
        )
    ]
    if draft.role == Role.MEMBER:
        body.append(_("They have to leave the rooms for staff."))
    if draft.checked:
        body.append(
            n_(
                "They let {n} person into the practitioners' rooms as a moderator. That counts no "
                "more, and the rooms close to whom too few others know. Their word does not come "
                "back with the role.",
                "They let {n} people into the practitioners' rooms as a moderator. That counts no "
                "more, and the rooms close to whom too few others know. Their word does not come "
                "back with the role.",
                draft.checked,
            )
        )
    again = Say("role", f"{draft.user} {draft.before}")
    body.append(_("{role} gives the role back.", role=again))
    return Paragraphs([*body, _("Shall I do it? Please answer yes or no.")])


lowering = Dialogue(
    name="lowering",
    version=1,
    draft=Lowering,
    steps=(Question("sure", _ask_sure, take_sure, closed=True, plain=True),),
    lapses=_(
        "I drop my question, and nothing has changed. To be asked once more, say {command}.",
        command=Say("role end"),
    ),
)


@feature.command(
    "role", summary=_("give somebody a role"), act=Act.GIVE_ROLE, private=True, weighty=True
)
async def role(
    call: Call,
    roles: Roles,
    naming: Naming,
    who: Who,
    name: Annotated[str, Word(_("role"))] = "",
) -> Reply | Open[Lowering]:
    """Set a role; only stewards make moderators, and nobody makes stewards but the operator."""
    user = await naming.full(call.by, who)
    said = ALSO.get(name.casefold(), name.casefold())
    given = next((role for role in GIVEN if role == said), None)
    if given is None:
        names = Series([Say("role", f"{user} {role}") for role in GIVEN])
        raise BadArgument(_("The roles are: {names}", names=names))
    before, checked = await roles.held(call.by, user, given)
    if not given.may(before):
        return Open(lowering, Lowering(user, before, given, checked))
    await roles.give(call.by, user, given, call.now)
    return _done(user, given)


@feature.command(
    "role end", summary=_("take somebody's role away"), act=Act.GIVE_ROLE, private=True
)
async def role_end(call: Call, roles: Roles, naming: Naming, who: Who) -> Open[Lowering]:
    """Ask whether somebody is to be a member like any other."""
    user = await naming.full(call.by, who)
    before, checked = await roles.ending(call.by, user)
    return Open(lowering, Lowering(user, before, Role.MEMBER, checked))


@feature.dialogue(lowering, act=Act.GIVE_ROLE)
async def lowered(call: Call, draft: Lowering, roles: Roles) -> Reply:
    """Give somebody the lesser role."""
    if not draft.sure:
        return Reply("moderation.kept", _("Nothing has changed."))
    await roles.give(call.by, draft.user, Role(draft.role), call.now)
    if draft.role != Role.MEMBER:
        return _done(draft.user, draft.role)
    text = _("{user} is no longer {role}.", user=Pill(draft.user), role=Code(draft.before))
    return Reply("moderation.role", text)


def _done(user: str, role: str) -> Reply:
    return Reply("moderation.role", _("{user} is now {role}.", user=Pill(user), role=Code(role)))
