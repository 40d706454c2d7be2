"""Give somebody a role, or take it away, which is asked about before it is done."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated

from actions.authority import ROLE_NAMES
from actions.moderation.naming import Naming
from actions.roles import GIVEN, Roles
from commands.staff._feature import feature
from kit.authority import Act, Role
from kit.command import Call, Rest, Word
from kit.dialogue import Dialogue, Open
from kit.errors import BadArgument, Incomplete
from kit.question import About, Question
from kit.steps import take_sure
from kit.text import Node, Paragraphs, Pill, Reply, Say, Series, _, n_
from kit.trait import Purpose
from kit.understanding import Understanding
from kit.words import read_somebody, read_user, split_and, split_list

MOST_AT_ONCE = 5
ROLE_SIZE = 2  # words that a role may have: "library curator"
Who = Annotated[str, Word(_("Matrix ID"), read=read_somebody, person=True)]


def read_role(said: str) -> Sequence[str]:
    """Part more people, and a role behind them; raises ValueError for a sentence.

    All but the last words are Matrix IDs.
    """
    parts = [part for each in split_list(said) for part in split_and(f" {each}")]
    words = [word.strip(":;.،؛") for part in parts for word in part.split()]
    words = [read_user(word) if ":" in word else word for word in words if word]
    if not all(word.startswith("@") for word in words[:-ROLE_SIZE]):
        raise ValueError(said)
    return words


@dataclass(frozen=True, slots=True)
class Lowering:
    """A role that somebody is to have instead of *before*, and whether that is sure.

    They *checked* so many people as a moderator.
    """

    user: str = ""
    before: str = Role.MEMBER.value
    role: str = Role.MEMBER.value
    checked: int = 0
    sure: bool = False


def _ask_sure(draft: Lowering, _about: About) -> Node:
    user, role = Pill(draft.user), ROLE_NAMES[Role(draft.role)]
    body: list[Node] = [
        _(
            "{user} is {before} and would be {role}.",
            user=user,
            before=ROLE_NAMES[Role(draft.before)],
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
    "role",
    summary=_("give somebody a role"),
    act=Act.GIVE_ROLE,
    private=True,
    weighty=True,
    purpose=Purpose.ROLE,
)
async def role(
    call: Call,
    roles: Roles,
    naming: Naming,
    understanding: Understanding,
    who: Who,
    said: Annotated[Sequence[str], Rest(_("role"), read=read_role)] = (),
) -> Reply | Open[Lowering]:
    """Set the role of one or more; only stewards make moderators, and none makes stewards here.

    Raises:
        BadArgument: it is no role, or several people are named and one would lose something.
        Incomplete: no role is named.
    """
    users, named = [await naming.full(call.by, who)], [*said]
    while named and understanding.role(named[0]) is None:
        other = named[0] if ":" in named[0] else await naming.one(call.by, named[0])
        if other is None:
            break
        users, named = [*users, other], named[1:]
    given = _given(users, named, understanding)
    held = [await roles.held(call.by, user, given) for user in users]
    for user, (before, checked) in zip(users, held, strict=True):
        if given.may(before):
            continue
        if len(users) == 1:
            return Open(lowering, Lowering(user, before, given, checked))
        raise BadArgument(
            _(
                "Nothing was changed: {user} would lose something as {role}, so I ask about each "
                "alone. Say: {alone}",
                user=Pill(user),
                role=ROLE_NAMES[given],
                alone=Say("role", f"{user} {given}"),
            )
        )
    for user in users:
        await roles.give(call.by, user, given, call.now)
    if len(users) == 1:
        return _done(users[0], given)
    pills = Series([Pill(user) for user in users])
    return Reply(
        "moderation.role", _("{users} are now: {role}", users=pills, role=ROLE_NAMES[given])
    )


def _given(users: Sequence[str], named: Sequence[str], understanding: Understanding) -> Role:
    """Read which role is meant.

    Raises:
        BadArgument: it is no role, or they are too many.
        Incomplete: none is named.
    """
    if len(users) > MOST_AT_ONCE:
        raise BadArgument(_("I give a role to at most {n} people at once.", n=MOST_AT_ONCE))
    given = next((role for role in GIVEN if role == understanding.role(" ".join(named))), None)
    if given is not None:
        return given
    names = Series([ROLE_NAMES[role] for role in GIVEN])
    if not named:
        pills = Series([Pill(user) for user in users])
        raise Incomplete(
            _(
                "Which role? Say it in your next message, for {users}: {names}",
                users=pills,
                names=names,
            )
        )
    raise BadArgument(
        _(
            "I know no role of that name. The roles are: {names}. Say: {usage}",
            names=names,
            usage=Say("role", f"{' '.join(users)} {Role.CURATOR}"),
        )
    )


@feature.command(
    "role end", summary=_("take somebody's role away"), act=Act.GIVE_ROLE, private=True
)
async def role_end(
    call: Call,
    roles: Roles,
    naming: Naming,
    who: Who,
    others: Annotated[Sequence[str], Rest(_("Matrix ID"), read=read_role)] = (),
) -> Open[Lowering]:
    """Ask whether somebody is to be a member like any other.

    Raises:
        BadArgument: several are named.
    """
    if others:
        usage = Series([Say("role end", each) for each in (who, *others)])
        raise BadArgument(
            _(
                "Nothing was changed: I ask about each alone. Say one after the other: {usage}",
                usage=usage,
            )
        )
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
        return _done(draft.user, Role(draft.role))
    text = _(
        "{user} is no longer {role}.", user=Pill(draft.user), role=ROLE_NAMES[Role(draft.before)]
    )
    return Reply("moderation.role", text)


def _done(user: str, role: Role) -> Reply:
    return Reply(
        "moderation.role", _("{user} is now {role}.", user=Pill(user), role=ROLE_NAMES[role])
    )
