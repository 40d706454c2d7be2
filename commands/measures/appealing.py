"""Ask what was decided about oneself, and say that it is wrong."""

from __future__ import annotations

from typing import Annotated

from actions.moderation.appeals import Appeals
from actions.moderation.enforcement import Enforcement
from commands.measures._feature import feature
from kit.authority import Act
from kit.command import Call, Rest, Word
from kit.listing import Listing, ListKind, unfinished, wish_entry
from kit.table import CommandTable
from kit.text import Message, Node, Paragraphs, Reply, Say, _
from kit.trait import Purpose, Trait
from kit.understanding import Understanding
from kit.words import QUESTION_MARKS, number, read_number

APPEAL = "appeal"


@feature.command(
    APPEAL,
    summary=_("ask why something was decided about you, or say that it is wrong"),
    act=Act.APPEAL,
    private=True,
    shows=True,  # without words; what passes them on is typed, or agreed to
    purpose=Purpose.APPEAL,
)
async def appeal(
    call: Call,
    appeals: Appeals,
    enforcement: Enforcement,
    table: CommandTable,
    understanding: Understanding,
    words: Annotated[str, Rest(_("why"), free=True)] = "",
) -> Reply:
    """Tell what was decided, and pass on what is said to it, which may begin with its number.

    What was said in words of one's own, and not behind the command, is passed on after a yes.
    """
    if words not in {"", call.said}:
        first, _space, rest = words.partition(" ")
        which = number(first) if rest else None
        row = await appeals.appeal(call.by, which or 0, rest if which else words, call.now)
        text = _(
            "I have told the stewards about measure {number}, {what}. They decide, and I tell you.",
            number=row.id,
            what=await enforcement.what(row),
        )
        return Reply("measure.heard", text, (str(row.id),))
    rows = await appeals.standing(call.by)
    if not rows:
        return Reply("measure.none", _nothing())
    told = [] if words else await appeals.told(rows)
    unheard = next((row for row in rows if row.appealed_at is None), None)
    if unheard is None:
        return Reply("measure.of_you", Paragraphs(told))
    ask, listing = _why(), unfinished(APPEAL, "")
    if words or not _asks(call.said, table, understanding):
        ask = _(
            "Shall I put what you have just written to the stewards of the network, about measure "
            "{number}? Answer yes or no.",
            number=unheard.id,
        )
        listing = Listing(ListKind.WISHES, [wish_entry(APPEAL, f"{unheard.id} {call.said}")])
    body: list[Node] = [*told, ask]
    return Reply("measure.of_you", Paragraphs(body), (str(unheard.id),), listing=listing)


@feature.command(
    "appeal decline",
    summary=_("decline an appeal"),
    act=Act.HEAR_APPEALS,
    private=True,
    weighty=True,
    traits=(Trait.TURNS_DOWN,),
)
async def decline(
    call: Call,
    appeals: Appeals,
    number: Annotated[int, Word(_("number"), read=read_number, lists=(ListKind.MEASURES,))],
    words: Annotated[str, Rest(_("why"), free=True)] = "",
) -> Reply:
    """Decline an appeal; who appealed hears that, with what is said to it."""
    row = await appeals.decline(call.by, number, words, call.now)
    text = _("Measure {number} stands, and I have told who appealed.", number=row.id)
    this = Listing.card(ListKind.MEASURES, str(row.id))
    return Reply("measure.upheld", text, (str(row.id),), listing=this)


def _asks(said: str, table: CommandTable, understanding: Understanding) -> bool:
    """Tell whether somebody only asks: what they said then is nothing to be passed on."""
    found = table.meant(said)
    alone = found is not None and found[0].path == APPEAL
    return alone or said.endswith(QUESTION_MARKS) or understanding.inquires(said)


def _nothing() -> Message:
    return _(
        "I know of no measure about you. If you cannot write in a room, {report} asks the "
        "moderators why.",
        report=Say("report", "…"),
    )


def _why() -> Message:
    return _(
        "If that is wrong, say why in your next message. I pass it on to the stewards of the "
        "network once you have agreed."
    )
