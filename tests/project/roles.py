"""docs/ROLES.md: which role may say which command, asked of the one function that decides it."""

from __future__ import annotations

from pathlib import Path

from actions.authority import may
from bot.service.wiring import discover
from kit.authority import Actor, Role

PAGE = Path(__file__).parents[2] / "docs" / "ROLES.md"
SHUT_OUT = "shut out"
HEADING = """\
# Roles

Who may say what. Written by `make docs`: each cell is what the function answers that decides it
(`actions/authority.py`), for a practitioner where that matters. *Shut out* is who moderators
removed or banned. What a command takes beside a role (a part in the request, a room that is open,
somebody who is not protected) is decided with the object in hand.

Nobody acts on themselves, on the hub or on a steward, and only stewards on a moderator. What a
steward decided only stewards take back. Stewards are named in the operator's settings and nowhere
else. Power levels in rooms decide nothing of this, and the hub gives nobody any.
"""


def asking() -> dict[str, Actor]:
    """Give one of each role, and one who is shut out."""
    member = {each: each is not Role.ANYONE for each in Role}
    roles = {each.value: Actor(1, each, member[each], member[each]) for each in Role}
    return {SHUT_OUT: Actor(1, Role.ANYONE, suspended=True), **roles}


def page() -> str:
    """Write the page."""
    names = asking()
    rows = [
        f"| `{command.path}` | "
        + " | ".join("yes" if may(by, command.act) else "" for by in names.values())
        + " |"
        for feature in discover()
        for command in feature.commands
    ]
    head = [f"| command | {' | '.join(names)} |", "| --- " * (len(names) + 1) + "|"]
    return "\n".join([HEADING, *head, *rows, ""])


if __name__ == "__main__":
    PAGE.write_text(page(), "utf-8")
