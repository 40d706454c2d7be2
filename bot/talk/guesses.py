"""What a sentence may wish for, weighed again by who says it and by what they were shown."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bot.talk.scope import Scope
from bot.talk.weighed import ALONE, together
from bot.understanding.wishes import Guess
from kit.authority import Act, Role
from kit.command import Call, Command
from kit.listing import ListKind
from kit.table import CommandTable
from kit.trait import Purpose, Trait
from storage.listings import Listings

_HIDDEN = -3.0  # that somebody wishes to see what is not for them
_SAME = (Trait.TAKES_ON, Trait.TURNS_DOWN)


def hidden(table: CommandTable, role: Role) -> Mapping[str, float]:
    """Weigh down what is only shown, and not to who asks: hardly anybody wishes for that.

    None but a moderator asks by "how are you?" how the hub is.
    """
    shown = [each for each in table if each.shows and not role.may(each.act.least)]
    return dict.fromkeys([each.path for each in shown], _HIDDEN)


def without_erasing(table: CommandTable, likely: Sequence[Guess]) -> Sequence[Guess]:
    """Leave out what erases beside what is likelier: nobody is lost by a wrong number."""
    return [
        *likely[:1],
        *(each for each in likely[1:] if each.wish not in table.having(Trait.ERASES)),
    ]


def appealed(table: CommandTable, likely: Sequence[Guess]) -> Sequence[Guess]:
    """Take what erases for an appeal."""
    appeal, erasing = table.path(Purpose.APPEAL), table.having(Trait.ERASES)
    return together([Guess(appeal, e.likely) if e.wish in erasing else e for e in likely])


def by_staff(table: CommandTable, role: Role, likely: Sequence[Guess]) -> Sequence[Guess]:
    """Count a report for what moderators do themselves, where one of them may wish for either.

    Who surely reports may have their reasons to leave it to others.
    """
    acts = {command.path: command.act for command in table}
    own = [each for each in likely if acts.get(each.wish) is Act.MODERATE]
    report = table.path(Purpose.REPORT)
    reported = sum(each.likely for each in likely if each.wish == report)
    if not own or not role.may(Act.MODERATE.least) or reported >= ALONE:
        return likely
    best = own[0]
    left = [each for each in likely if each.wish != report and each is not best]
    return sorted([Guess(best.wish, best.likely + reported), *left], key=lambda each: -each.likely)


def may_be_left(table: CommandTable, role: Role, likely: Sequence[Guess], *, sure: float) -> bool:
    """Tell whether a moderator tells of somebody, and no one thing is likely to be done.

    Who is *sure* to report may have their reasons to leave it to others.
    """
    report = table.path(Purpose.REPORT)
    reported = sum(each.likely for each in likely if each.wish == report)
    acts = (command := table.command(likely[0].wish)) is not None and command.act is Act.MODERATE
    may = role.may(Act.MODERATE.least)
    return may and 0 < reported < sure and not (acts and likely[0].likely >= ALONE)


async def told_apart(
    scope: Scope, call: Call, table: CommandTable, likely: Sequence[Guess]
) -> Sequence[Guess]:
    """Let the list that was shown last say which of several lists is meant: "I'll take it"."""
    alike = map(table.having, _SAME)
    same = next((paths for paths in alike if likely[0].wish in paths), None)
    if same is None or not call.direct:
        return likely
    commands = [command for path in same if (command := table.command(path)) is not None]
    able = [each for each in commands if call.role.may(each.act.least)]
    lists = {word: each.path for each in able for word in listed_by(each)}
    shown = await Listings(scope.session).last(call.person_id, ListKind.OFFERED, *lists)
    if shown is None:
        return likely
    offered = (found[0].path for each in shown.ids if (found := table.match(str(each))))
    meant = lists.get(shown.kind) or next((path for path in offered if path in same), "")
    likelihood = sum(each.likely for each in likely if each.wish in same)
    left = [each for each in likely if each.wish not in same]
    return [Guess(meant, likelihood), *left] if meant else likely


def listed_by(command: Command) -> Sequence[str]:
    """List the words of the lists, and of the cards, whose entries a command begins with."""
    lists = command.arguments[0].word.lists if command.arguments else ()
    return [word for kind in lists for word in kind.words]
