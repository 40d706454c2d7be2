"""The members' directory: what each lets others find, and finding it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated

from actions.membership import Membership
from actions.sides import kept_apart, side, side_of
from commands.membership._facts import FIELDS, values
from commands.membership._feature import feature
from kit.authority import Act
from kit.command import Call, Rest
from kit.dialogue import Dialogue, Open
from kit.errors import NotFound
from kit.network import Network, RoomKind
from kit.question import About, Option, Question, choose
from kit.text import Bullets, Node, Numbered, Paragraphs, Pill, Reply, Say, Series, _
from kit.trait import Purpose, Slot
from kit.understanding import Understanding
from storage.directory import AT_EVENTS, Directory, Findable
from storage.people import People
from storage.tables.people import PersonRow

PAGE = 5


@dataclass(frozen=True, slots=True)
class Showing:
    """The fields that a member wants to show."""

    fields: tuple[str, ...] = ()


def _ask(_draft: Showing, _about: About) -> Node:
    return Paragraphs(
        [
            _(
                "What may other members find of you, with your Matrix ID? Choose any of these, "
                "for example: 1, 3"
            ),
            Numbered(list(FIELDS.values())),
            _("To show nothing, answer {skip}.", skip=Say("skip")),
        ]
    )


def _take(_draft: Showing, said: str, about: About) -> Showing:
    options = [Option(name, {"en": name}) for name in FIELDS]
    return Showing(tuple(choose(options, said, len(options), about)))


showing: Dialogue[Showing] = Dialogue(
    name="directory",
    version=2,
    draft=Showing,
    steps=(Question("fields", _ask, _take, skippable=True, closed=True),),
)


@feature.command(
    "profile directory",
    summary=_("choose what other members may find of you"),
    act=Act.CHANGE_PROFILE,
    private=True,
)
async def choose_fields(call: Call) -> Open[Showing]:
    """Ask which fields to show; each is a choice of its own."""
    return Open(showing, Showing())


@feature.dialogue(showing, Act.CHANGE_PROFILE)
async def chosen(call: Call, draft: Showing, membership: Membership) -> Reply:
    """Keep the choice."""
    await membership.show(call.by, draft.fields)
    if not draft.fields:
        return Reply(
            "directory.changed",
            _(
                "Nobody can find you with {members} or {who}.",
                members=_members(),
                who=Say("who is going"),
            ),
        )
    text = _(
        "Other members now find this of you with {members} or {who}: {fields}.",
        members=_members(),
        who=Say("who is going"),
        fields=Series([FIELDS[name] for name in draft.fields]),
    )
    return Reply("directory.changed", text)


def _members() -> Node:
    return Say("members")


@feature.command(
    "members",
    summary=_("members who let others find them"),
    act=Act.FIND_MEMBERS,
    private=True,
    purpose=Purpose.MEMBERS,
)
async def members(
    call: Call,
    people: People,
    directory: Directory,
    network: Network,
    understanding: Understanding,
    words: Annotated[
        str, Rest(_("country, region, language, category or topic"), slot=Slot.WHEREABOUTS)
    ] = "",
) -> Reply:
    """List members by what they show, and show nothing else of them."""
    reader = side(network, await people.get(call.person_id))
    wanted = _wanted(words, call.language, network, understanding) if words else None
    found, first = 0, dict[int, Sequence[str]]()
    async for entry in directory.everybody():
        shown = [name for name in entry.shown if name != AT_EVENTS]
        if not shown or kept_apart(reader, side_of(network, entry.category)):
            continue
        if wanted is None or _shows(entry, shown, wanted):
            found += 1
            if found <= PAGE:
                first[entry.person_id] = shown
    if not found:
        nobody = _(
            "I found nobody who shows that. You can show something yourself: {directory}.",
            directory=Say("profile directory"),
        )
        raise NotFound(nobody)
    named = await people.named([*first])
    entries = [_entry(person, first[person.id], network) for person in named]
    parts: list[Node] = [_("Members found: {n}", n=found), Bullets(entries)]
    if found > PAGE:
        parts.append(
            _(
                "These are the first. To see others, add a country, language, category or topic "
                "after {members}.",
                members=_members(),
            )
        )
    return Reply("directory.list", Paragraphs(parts))


def _entry(person: PersonRow, shown: Sequence[str], network: Network) -> Node:
    facts = [node for name in shown if (node := values(person, network)[name]) is not None]
    user = Pill(person.user_id)
    return _("{user}: {facts}", user=user, facts=Series(facts)) if facts else user


def _wanted(
    words: str, language: str, network: Network, understanding: Understanding
) -> Mapping[str, set[str]]:
    """Read *words* as values of the fields that can be shown."""

    def meant(choices: Mapping[str, Sequence[str]]) -> set[str]:
        found = understanding.choice(words, choices, language)
        return {found} if found else set()

    country, tongue = (
        understanding.country(words, language),
        understanding.language(words, language),
    )
    regions = meant({slug: [*region.names.values()] for slug, region in network.regions.items()})
    themes = network.of_kind(RoomKind.THEME)
    categories = network.categories.values()
    return {
        "country": {code for slug in regions for code in network.regions[slug].countries}
        | ({country} if country else set()),
        "language": {tongue} if tongue else set(),
        "category": meant({c.slug: [*c.names.values(), *c.words] for c in categories}),
        "topics": meant({room.slug: [*room.names.values(), *room.words] for room in themes}),
    }


def _shows(entry: Findable, shown: Sequence[str], wanted: Mapping[str, set[str]]) -> bool:
    has: dict[str, set[str | None]] = {
        "country": {entry.country},
        "language": {entry.language},
        "category": {entry.category},
        "topics": set(entry.topics),
    }
    return any(has[name] & wanted[name] for name in shown)
