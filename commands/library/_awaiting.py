"""Be told when the library has what somebody looked for in vain."""

from __future__ import annotations

from typing import Annotated

from actions.curation.awaiting import Awaiting, LookAgain
from commands.library._choices import ALERT, Choices
from commands.library._feature import feature
from kit.authority import Act
from kit.command import Call, Rest, Word
from kit.due import Due
from kit.errors import Incomplete
from kit.listing import Listing, ListKind, wish_entry
from kit.text import Numbered, Paragraphs, Reply, Say, Verbatim, _
from kit.trait import Slot
from kit.words import quote, read_number


@feature.command(
    ALERT,
    summary=_("be told when the library has something on it"),
    act=Act.AWAIT,
    private=True,
)
async def tell(
    call: Call,
    awaiting: Awaiting,
    choices: Choices,
    words: Annotated[str, Rest(_("words"), free=True, slot=Slot.SUBJECT)] = "",
) -> Reply:
    """Wait for what the last search did not find, or for *words*."""
    wanted = words or await choices.missed(call)
    if not wanted:
        raise Incomplete(
            _("Say what it should be about: {alert}.", alert=Say(ALERT, "…")),
        )
    await awaiting.ask(call.by, wanted, call.language, call.now)
    text = _(
        "I will tell you as soon as the library has something on {said}. {alerts} shows all "
        "your alerts.",
        said=quote(wanted),
        alerts=Say("alerts"),
    )
    return Reply("library.awaited", text)


@feature.command("alerts", summary=_("your alerts for the library"), act=Act.AWAIT, private=True)
async def awaited(call: Call, awaiting: Awaiting) -> Reply:
    """List what somebody waits for."""
    rows = await awaiting.of(call.by)
    if not rows:
        return Reply(
            "library.awaiting",
            _(
                "You have no alerts. After a search that finds nothing, say {alert}.",
                alert=Say(ALERT),
            ),
        )
    heading = _("I will tell you as soon as the library has something on one of these:")
    how = _("Say {off} to remove the first.", off=Say("alert off", "1"))
    lines = Numbered([Verbatim(quote(row.words)) for row in rows])
    again = Listing(ListKind.WISHES, [wish_entry("find", row.words) for row in rows])
    return Reply("library.awaiting", Paragraphs([heading, lines, how]), listing=again)


@feature.command("alert off", summary=_("remove an alert"), act=Act.AWAIT, private=True)
async def drop(
    call: Call,
    awaiting: Awaiting,
    number: Annotated[int, Word(_("number"), read=read_number)],
) -> Reply:
    """Forget one of the searches."""
    row = await awaiting.drop(call.by, number)
    return Reply("library.dropped", _("The alert on {said} is removed.", said=quote(row.words)))


@feature.due(LookAgain)
async def look_again(due: Due[LookAgain], awaiting: Awaiting) -> None:
    """Repeat searches of people who wait."""
    await awaiting.look_again(due)
