"""How the hub converses: features found, services named by type, each object built once."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Iterable
from concurrent.futures import Future
from pathlib import Path

import commands
from actions.authority import Stewards
from actions.cases.crowds import Headcount
from actions.cases.roster import Roster
from actions.events.calendars import Publishing
from bot.say.i18n import Catalogs, Words
from bot.service.care import ScopedWatch
from bot.talk.arrivals import Arrivals
from bot.talk.chats import Chats
from bot.talk.dialogues import Talks
from bot.talk.hearing import Hearing
from bot.talk.manners import Manners
from bot.talk.occasions import Occasions
from bot.talk.particulars import Particulars
from bot.talk.pointing import Pointing
from bot.talk.router import Router
from bot.talk.scope import Services
from bot.talk.verifying import ScopedVerifier, Verifying
from bot.talk.wishing import Wishing
from bot.understanding.wishes import Lesson, Recogniser, load_wishes
from kit.around import Around
from kit.feature import Feature
from kit.network import Network
from kit.ports import Intent, Numbers, Post, RoomErrands, SpaceWatch, Verifier
from kit.table import CommandTable
from kit.understanding import Understanding
from search.index import LibraryIndex


def discover() -> list[Feature]:
    """Import every public package of ``commands`` and collect its feature."""
    names = sorted(m.name for m in pkgutil.iter_modules(commands.__path__) if m.name[0] != "_")
    modules = (importlib.import_module(f"commands.{name}") for name in names)
    features: list[Feature] = [module.feature for module in modules]
    return sorted(features, key=lambda feature: feature.place)


def lesson(features: Iterable[Feature], words: Words, directory: Path) -> Lesson:
    """Read what people say for each thing they may wish for, in all languages.

    Raises:
        BadConfiguration: a file names a wish that no feature answers.
    """
    known = {each.path for feature in features for each in (*feature.commands, *feature.answers)}
    return Lesson.of(load_wishes(directory, words.languages, known), words.said)


def noticing(understanding: Understanding, usual: str) -> Callable[[str], str | None]:
    """Make what tells the language of somebody in need of a lawyer, *usual* if it is unclear."""

    def language(said: str) -> str | None:
        in_need = understanding.seeks_lawyer(said, member=False)
        return (understanding.written_in(said) or usual) if in_need else None

    return language


def services(
    network: Network,
    understanding: Understanding,
    index: LibraryIndex,
    table: CommandTable,
    stewards: Stewards,
    numbers: Numbers,
    verifying: Verifying,
    *,
    space: SpaceWatch,
    publishing: Publishing,
    intent: Intent,
) -> Services:
    """Say what handlers may ask for by type, beside repositories."""
    roster, headcount = Roster(), Headcount()
    return Services(
        {
            Post: lambda scope: scope.post,
            RoomErrands: lambda scope: scope.errands,
            Network: lambda _scope: network,
            Understanding: lambda _scope: understanding,
            LibraryIndex: lambda _scope: index,
            CommandTable: lambda _scope: table,
            Stewards: lambda _scope: stewards,
            Numbers: lambda _scope: numbers,
            Intent: lambda _scope: intent,
            Verifier: lambda scope: ScopedVerifier(verifying, scope),
            Publishing: lambda _scope: publishing,
            Roster: lambda _scope: roster,
            Headcount: lambda _scope: headcount,
            SpaceWatch: lambda scope: ScopedWatch(space, scope.session),
        }
    )


def command_table(features: list[Feature], words: Words) -> CommandTable:
    """List what *features* declare by all words for it, and what may stand around these.

    Raises:
        ValueError: two commands can be said the same way, or have one purpose.
    """
    around = Around(words.ways("please"), words.ways("around"))
    return CommandTable(features, words.ways, around)


def converse(
    table: CommandTable,
    network: Network,
    catalogs: Catalogs,
    understanding: Understanding,
    index: LibraryIndex,
    manners: Manners,
    numbers: Numbers,
    *,
    random: Callable[[int], bytes],
    recogniser: Future[Recogniser],
    space: SpaceWatch,
    publishing: Publishing,
) -> Router:
    """Build what routes events to what *table* lists; *random* makes ephemeral keys.

    Until there is a *recogniser*, words of their own are not told from other words.
    """
    words = catalogs.words
    features = table.features
    verifying = Verifying(manners.user_id, catalogs.signs, random)
    answers = [answer for feature in features for answer in feature.answers]
    occasions = Occasions(understanding, words.ways("one event"), index.concepts)
    particulars = Particulars(table, network, understanding, occasions, index)
    wishing = Wishing(table, answers, recogniser, index, particulars)
    given = services(
        network,
        understanding,
        index,
        table,
        manners.stewards,
        numbers,
        verifying,
        space=space,
        publishing=publishing,
        intent=wishing,
    )
    talks = Talks(features, given, network, understanding)
    chats = Chats(given, manners.user_id)
    hearing = Hearing(manners, words, understanding, chats, given)
    arrivals = Arrivals(features, talks, given, hearing, network)
    return Router(
        features,
        table,
        talks,
        given,
        hearing,
        arrivals,
        chats,
        verifying=verifying,
        pointing=Pointing(table, words.ways, wishing),
        wishing=wishing,
        understanding=understanding,
        network=network,
    )
