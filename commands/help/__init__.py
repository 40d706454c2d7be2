"""What can be said here, and how."""

from __future__ import annotations

from typing import Annotated

from bot.kit.command import Call, Rest, describe
from bot.kit.errors import Conflict, NotFound
from bot.kit.feature import Feature
from bot.kit.table import CommandTable
from bot.kit.text import Code, Node, Paragraphs, Reply, Say, Series, Strong, _

feature = Feature("help", _("Getting around"), place=90)


@feature.command("help", summary=_("what you can say here"))
async def help_(
    call: Call, table: CommandTable, command: Annotated[str, Rest(_("command"))] = ""
) -> Reply:
    """Show one screen, or one command in detail."""
    if command:
        return _one(table, call, command)
    groups: list[Node] = [
        _(
            "{group}: {commands}",
            group=Strong(feature.title),
            commands=Series([Say(each.path) for each in allowed]),
        )
        for feature, allowed in table.grouped(call.role)
    ]
    about = _("Say {help} to learn more about one of them.", help=Say("help", "find"))
    rooms = _("In rooms, put {prefix} in front.", prefix=Code("!"))
    return Reply("help.all", Paragraphs([*groups, about, rooms]))


def _one(table: CommandTable, call: Call, command: str) -> Reply:
    match = table.match(command)
    if match is None or not call.role.may(match[0].requires):
        raise NotFound(_("There is no command {said}. Say {help}.", said=command, help=Say("help")))
    return Reply("help.command", describe(match[0]), ids=(match[0].path,))


async def _nothing_open(call: Call) -> Reply:
    raise Conflict(_("No question is open. Say {help} to see what you can do.", help=Say("help")))


for _path, _summary in (
    ("back", _("the question before")),
    ("skip", _("leave a question out")),
    ("pause", _("go on another time")),
    ("cancel", _("stop, keeping nothing")),
):
    # With a question open they steer it, before commands are looked at.
    feature.command(_path, summary=_summary)(_nothing_open)
