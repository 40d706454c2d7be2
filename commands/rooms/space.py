"""What of the Space needs a hand."""

from __future__ import annotations

from commands.rooms._feature import feature
from kit.authority import Act
from kit.command import Call
from kit.network import Network
from kit.ports import SpaceWatch
from kit.space import Drift
from kit.text import Bullets, Code, Label, Node, Paragraphs, Reply, _, n_

MOST = 4


@feature.command(
    "space", summary=_("what of the rooms needs a hand"), act=Act.OVERSEE, private=True
)
async def space(call: Call, network: Network, watch: SpaceWatch) -> Reply:
    """List what differs from what is declared and the hub may not mend by itself; look again."""
    if not watch.manages:
        text = _("I do not look after the rooms: the operator has switched that off.")
        return Reply("rooms.space", text)
    left = watch.left
    watch.look_again()
    if left is None:
        return Reply("rooms.space", _("I have not looked at the rooms yet. Ask again in a minute."))
    if not left:
        return Reply("rooms.space", _("All rooms are as declared, or I am mending them."))
    heading = n_("{n} thing needs a hand:", "{n} things need a hand:", len(left))
    lines = [_line(drift, network) for drift in left[:MOST]]
    all_of_them = _("All of them: {command}", command=Code("ilan-hub space doctor"))
    more = [all_of_them] * (len(left) > MOST)
    body = Paragraphs([heading, Bullets(lines), *more])
    return Reply("rooms.space", body, [drift.slug for drift in left[:MOST]])


def _line(drift: Drift, network: Network) -> Node:
    plan = network.rooms.get(drift.slug)
    room = Label(plan.names) if plan else Code(drift.slug)
    return _("{room}: {what} {advice}", room=room, what=drift.what, advice=drift.advice)
