"""What can be said here, and how."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated

from actions.curation.letters import referred, unknown_there
from kit.command import Call, Command, Rest, describe
from kit.errors import Conflict, NotFound
from kit.feature import Feature
from kit.listing import NO_MORE, Listing, ListKind
from kit.table import CommandTable
from kit.text import (
    Bullets,
    Label,
    Link,
    Node,
    Numbered,
    Paragraphs,
    Prefix,
    Reply,
    Say,
    Series,
    Strong,
    _,
)
from kit.trait import Purpose, Trait
from kit.understanding import Emergency, Understanding
from kit.words import number, quote
from storage.items import Items
from storage.listings import Listings
from storage.people import People
from storage.referrals import Referrals

FIRST, MOST_SHOWN = 2, 20  # commands of a group, and of all: so one screen fits whatever is added

feature = Feature("help", _("Getting around"), place=90)

LAWYER = "lawyer"
MOST_PLACES = 3


@feature.command(
    "help",
    summary=_("what you can say here"),
    opens=ListKind.HELP,
    purpose=Purpose.HELP,
    traits=(Trait.NO_REASON,),
)
async def help_(
    call: Call, table: CommandTable, command: Annotated[str, Rest(_("command or number"))] = ""
) -> Reply:
    """Show one screen, one group of commands, or one command in detail."""
    groups = table.grouped(call.role)
    index = number(command)
    if index is not None and 1 <= index <= len(groups):
        group, allowed = groups[index - 1]
        lines = Bullets([describe(each) for each in allowed])
        return Reply("help.group", Paragraphs([Strong(group.title), lines]), ids=(group.name,))
    if command:
        return _one(table, call, command)
    first = min(FIRST, MOST_SHOWN // len(groups))
    body: list[Node] = [
        Numbered([_line(group, allowed, first) for group, allowed in groups]),
        _("Say {help} to see all of a group.", help=Say("help", "1")),
        _("Say {help} to learn more about one of them.", help=Say("help", Say("find"))),
        _("In rooms, put {prefix} in front.", prefix=Prefix()),
    ]
    numbers = [str(place) for place, _group in enumerate(groups, start=1)]
    return Reply("help.all", Paragraphs(body), listing=Listing(ListKind.HELP, numbers))


def _line(group: Feature, allowed: Sequence[Command], first: int) -> Node:
    if not first:
        return Strong(group.title)
    shown: list[Node] = [Say(each.path) for each in allowed[:first]]
    if len(allowed) > first:
        # Translators: the end of a list, as in "a, b, and others"
        shown.append(_("others"))
    return _("{group}: {commands}", group=Strong(group.title), commands=Series(shown))


def _one(table: CommandTable, call: Call, command: str) -> Reply:
    match = table.match(command)
    if match is None or not call.role.may(match[0].act.least):
        raise NotFound(
            _("There is no command {said}. Say {help}.", said=quote(command), help=Say("help"))
        )
    return Reply("help.command", describe(match[0]), ids=(match[0].path,))


@feature.command(
    LAWYER,
    summary=_("where to look if you need a lawyer yourself"),
    private=True,
    purpose=Purpose.LAWYER,
    traits=(Trait.BESIDE, Trait.NO_REASON),
)
async def lawyer(
    call: Call,
    library: Items,
    people: People,
    referrals: Referrals,
    listings: Listings,
    understanding: Understanding,
) -> Reply:
    """Say where somebody in need can turn, what cannot wait first, and that this is no law firm.

    Who was told so lately reads only what is new.
    """
    emergency = understanding.emergency(call.said)
    said, _zone = understanding.whereabouts(call.said, call.language)
    before = await listings.recent(call.person_id, ListKind.NEED, call.now)
    country = said or (before and before.ids[0]) or (await people.get(call.person_id)).country
    known = await referrals.of(country) if country else None
    there: Node = referred(known) if known else unknown_there(country) if country else _WHERE
    where: list[Node] = [there] if known else [there, _LOOK]
    told = [*(before.ids[1:] if before else ()), *([emergency] if emergency else [])]
    if before is not None and not emergency and not said:
        body: list[Node] = [_NO_MORE, *where, _DANGER, *_BESIDE, _OTHERWISE]
        told.append(NO_MORE)
    elif before is not None:
        body = [_EMERGENCIES[emergency], *where] if emergency else where
    this = Listing(ListKind.NEED, [country or "", *told])
    if before is not None:
        return Reply("help.lawyer", Paragraphs(body), listing=this)
    body = [
        *([_EMERGENCIES[emergency]] if emergency else []),
        there,
        _(
            "I am sorry that you need a lawyer. This hub connects people who give legal aid. "
            "It is not a law firm: I cannot help with a case or find somebody to defend you."
        ),
        _(
            "Please write nothing about it here, no names and no facts: nothing you write to me "
            "is confidential or protected by privilege. I do not keep it; you can delete it "
            "in your client."
        ),
    ]
    if known is None:
        body.append(_LOOK)
        body.append(Bullets(await _directories(library)))
    if emergency is None:
        body.append(
            _(
                "If you work in legal aid yourself: {find} searches the library, {start} makes you "
                "a member, {ask} finds an expert.",
                find=Say("find"),
                start=Say("start"),
                ask=Say("ask"),
            )
        )
    return Reply("help.lawyer", Paragraphs(body), listing=this)


_WHERE = _("Name your country, and I say whom I know there: {lawyer}", lawyer=Say(LAWYER, "…"))
_LOOK = _(
    "Where to look: the legal aid authority or public defender of your country, "
    "the bar association, or the law clinic of a university."
)
_NO_MORE = _("I am a program, and about that I know no more than this:")
_BESIDE = (
    _(
        "Other members do not see our direct chat. "
        "Whoever runs your homeserver or mine may be able to read it."
    ),
    _("I see no phone number, and I do not keep what you write."),
    _(
        "{forget} erases what I keep of you, {rooms} shows where people talk.",
        forget=Say("forget me"),
        rooms=Say("rooms"),
    ),
)
_OTHERWISE = _("If you meant something else, {help} shows what I can do.", help=Say("help"))
_DANGER = _("If anybody is in danger now, call the emergency number of your country first.")
_EMERGENCIES: Mapping[Emergency, Node] = {
    Emergency.VIOLENCE: _DANGER,
    Emergency.BEATEN: Paragraphs(
        [
            _DANGER,
            _(
                "Nobody may be beaten, raped or threatened in custody. Whoever was can ask at once "
                "for a doctor who writes down the injuries, and for a lawyer, who tells the court "
                "of it."
            ),
        ]
    ),
    Emergency.REMOVAL: _(
        "Against a deportation there may be only days or hours to object: ask for a lawyer today, "
        "also at the place where the person is held."
    ),
    Emergency.ARREST: _(
        "Whoever is held by the police can ask them, and then the court, for a lawyer at once."
    ),
}


async def _directories(library: Items) -> list[Node]:
    places = (await library.of_kind("directory"))[:MOST_PLACES]
    return [Link(place.url, Label(place.titles)) for place in places if place.url]


@feature.command(
    "it is harmless", summary=_("say that what follows gives nobody away"), purpose=Purpose.HARMLESS
)
async def harmless(call: Call, said: Annotated[str, Rest(_("the text"))]) -> None:
    """Do nothing: what follows is heard by itself, and not looked through."""


async def _nothing_open(call: Call) -> Reply:
    raise Conflict(_("No question is open. Say {help} to see what you can do.", help=Say("help")))


# With a question open they steer it, before commands are looked at.
for _path, _summary, _purpose, _traits in (
    ("back", _("go back to the previous question"), Purpose.BACK, [Trait.BESIDE]),
    ("skip", _("leave a question out"), Purpose.SKIP, [Trait.BESIDE]),
    ("pause", _("go on another time"), Purpose.PAUSE, [Trait.BESIDE]),
    ("cancel", _("stop, keeping nothing"), Purpose.CANCEL, [Trait.STOPS, Trait.NO_REASON]),
):
    feature.command(_path, summary=_summary, purpose=_purpose, traits=[Trait.STEERS, *_traits])(
        _nothing_open
    )
