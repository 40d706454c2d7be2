"""Announce something to the whole network, in each reader's language, and stop it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Annotated

from actions.announcing import NetworkNews, Proclaim
from actions.rooms.visits import RoomFinder
from commands.staff._feature import feature
from kit.authority import Act
from kit.command import Call, Rest
from kit.dialogue import Dialogue, Open
from kit.due import Due
from kit.errors import BadArgument
from kit.network import Network
from kit.question import About, Question
from kit.steps import read_text, take_sure
from kit.text import Bullets, Label, Name, Node, Paragraphs, Reply, Say, Series, Verbatim, _
from kit.trait import Purpose
from kit.understanding import Understanding
from kit.words import clean, quote

SHORTEST, LONGEST = 10, 400


@dataclass(frozen=True, slots=True)
class NewsDraft:
    """An announcement as it is asked for: languages, the text of each, and how many it reaches.

    With the slug of a *room* it is for that one alone. *given* tells that it was said at once.
    """

    rooms: int = 0
    members: int = 0
    languages: tuple[str, ...] = ()
    texts: tuple[str, ...] = ()
    room: str = ""
    given: bool = False
    sure: bool = False


def _ask_text(_draft: NewsDraft, about: About) -> Node:
    codes = about.network.languages[:2]
    question = _(
        "What is announced? Write it once for each language, each on a line of its own that begins "
        "with the language and a colon. I translate nothing."
    )
    return Paragraphs(
        [question, Bullets([_("{language}: …", language=Name("language", c)) for c in codes])]
    )


def _take_text(draft: NewsDraft, said: str, about: About) -> NewsDraft:
    """Read the lines; one without a language goes on with the text before it.

    The first is in the language that it seems to be in, unless that is said.
    """
    found: dict[str, str] = {}
    written = about.understanding.written_in(said)
    last = written if written and written in about.network.languages else about.language
    for line in filter(None, map(str.strip, clean(said).splitlines())):
        begin, colon, rest = line.replace("：", ":").partition(":")
        code = about.understanding.language(begin, about.language) if colon else None
        if code is not None and code not in about.network.languages:
            raise BadArgument(_("I do not know the language {said}.", said=quote(begin)))
        if code in found:
            raise BadArgument(_("Two texts are in one language: {said}.", said=quote(begin)))
        last, text = (last, line) if code is None else (code, rest)
        found[last] = " ".join([found.get(last, ""), *text.split()]).strip()
    texts = [read_text(text, SHORTEST, LONGEST) for text in found.values() or [""]]
    return replace(draft, languages=tuple(found), texts=tuple(texts))


def _ask_sure(draft: NewsDraft, about: About) -> Node:
    shown = [
        _("{language}: {text}", language=Name("language", code), text=Verbatim(text))
        for code, text in zip(draft.languages, draft.texts, strict=True)
    ]
    missing = [code for code in about.network.languages if code not in draft.languages]
    plan = about.network.rooms.get(draft.room)
    reach = _(
        "I say it in {rooms} rooms, and put it into the digests of {members} members.",
        rooms=draft.rooms,
        members=draft.members,
    )
    if plan is not None:
        missing, reach = [], _("I say it in this room alone: {room}.", room=Label(plan.names))
    ask = _("Shall I announce it? Please answer yes or no.")
    return Paragraphs([Bullets(shown), *_without(missing, draft), reach, ask])


def _without(missing: Sequence[str], draft: NewsDraft) -> list[Node]:
    """Name the languages that have no text, and what is read there."""
    if not missing:
        return []
    return [
        _(
            "Without a text: {languages}. They read it in this language: {usual}.",
            languages=Series([Name("language", code) for code in missing]),
            usual=Name("language", draft.languages[0]),
        )
    ]


announcing = Dialogue(
    name="announce",
    version=2,
    draft=NewsDraft,
    steps=(
        Question("text", _ask_text, _take_text, prose=True, applies=lambda draft: not draft.given),
        Question("sure", _ask_sure, take_sure, formal=True),
    ),
)


@feature.command(
    "announce",
    summary=_("announce something to the whole network"),
    act=Act.ANNOUNCE,
    private=True,
    opposite="announce stop",
    purpose=Purpose.NEWS,
)
async def announce(
    call: Call,
    news: NetworkNews,
    finder: RoomFinder,
    network: Network,
    understanding: Understanding,
    said: Annotated[str, Rest(_("in which room, and what"), free=True)] = "",
) -> Open[NewsDraft]:
    """Show what is announced, "in the lobby: …" in one room alone; ask for it where it is not said.

    Raises:
        BadArgument: it is too short or too long, or a language is none of the network's.
    """
    rooms, members = await news.reach(call.by)
    draft = NewsDraft(rooms, members)
    if not said:
        return Open(announcing, draft)
    where, colon, rest = said.replace("：", ":", 1).partition(":")
    room, beside = finder.led_by(where)
    if room is not None and colon and not beside:
        draft, said = replace(draft, room=room.slug), rest.strip()
    about = About(network, understanding, call.language, call.now)
    return Open(announcing, replace(_take_text(draft, said, about), given=True))


@feature.dialogue(announcing, act=Act.ANNOUNCE)
async def announced(call: Call, draft: NewsDraft, news: NetworkNews) -> Reply:
    """Tell it after a minute."""
    if not draft.sure:
        return Reply("news.dropped", _("Then nobody is told, and nothing has changed."))
    texts = dict(zip(draft.languages, draft.texts, strict=True))
    usual = draft.languages[0]
    row = await news.announce(call.by, texts, usual, call.now, room=draft.room or None)
    text = _(
        "I announce it in a minute, and tell you when everybody is told. {stop} stops it.",
        stop=Say("announce stop"),
    )
    return Reply("news.begun", text, (str(row.id),))


@feature.command(
    "announce stop",
    summary=_("stop an announcement"),
    act=Act.ANNOUNCE,
    private=True,
    weighty=True,
)
async def stop(call: Call, news: NetworkNews) -> Reply:
    """Let nobody further read it."""
    row = await news.stop(call.by, call.now)
    text = _(
        "It is stopped: nobody further reads it in their digest. What I said in rooms stays; you "
        "can delete it there."
    )
    return Reply("news.stopped", text, (str(row.id),))


@feature.due(Proclaim)
async def proclaim(due: Due[Proclaim], news: NetworkNews) -> None:
    """Tell the next ones."""
    await news.go_on(due.what, due.now)
