"""The questions to an expert who offers help, and how often and when they may be asked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from actions.cases.letters import OPPONENTS
from kit.dialogue import Dialogue
from kit.errors import BadArgument
from kit.network import Opponent
from kit.question import About, Choice, Option, Question
from kit.steps import MOST_LANGUAGES, ask_languages, decide, pick, read_languages, themes
from kit.text import Name, Node, Numbered, Paragraphs, Pill, Say, Series, _, n_
from kit.understanding import INTERPRETING
from kit.words import MOST_PARTS, USER_ID, number, split_list
from storage.tables.cases import WEEKLY

MOST_TOPICS, MOST_WEEKLY, MOST_PEOPLE = 5, 5, 5
AGAINST = tuple(each for each in Opponent if each is not Opponent.NOBODY)


@dataclass(frozen=True, slots=True)
class Offering:
    """What somebody offers: as an expert, or *between* which languages they interpret."""

    topics: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    interprets: bool = False
    between: tuple[str, ...] = ()
    trained: bool = False


@dataclass(frozen=True, slots=True)
class Limiting:
    """How often, against whom and when an expert may be asked; *people* are Matrix IDs."""

    weekly: int = WEEKLY
    never: tuple[Opponent, ...] = ()
    people: tuple[str, ...] = ()
    urgent: bool = False


def ask_spoken(known: Sequence[str], about: About) -> Node:
    """Ask in which languages somebody can talk, beside those they have named before."""
    return ask_languages(
        about,
        n_(
            "In which languages can you talk about it? Name {n}.",
            "In which languages can you talk about it? Name up to {n}, with commas between.",
            MOST_LANGUAGES,
        ),
        _(
            "Say {skip} to keep {languages}.",
            skip=Say("skip"),
            languages=Series([Name("language", code) for code in known]),
        ),
    )


def _fields(draft: object, about: About) -> Sequence[Option]:
    """Offer the topics of the network, and to interpret."""
    words = about.understanding.interpreting
    names = {language: said[0] for language, said in words.items()}
    every = [word for said in words.values() for word in said]
    return [*themes(draft, about), Option(INTERPRETING, names, every)]


def _take_fields(draft: Offering, chosen: Sequence[str]) -> Offering:
    topics = tuple(each for each in chosen if each != INTERPRETING)
    return replace(draft, topics=topics, interprets=INTERPRETING in chosen)


def _ask_between(_draft: Offering, about: About) -> Node:
    return ask_languages(
        about,
        _(
            "Between which languages do you interpret, in writing or in speech? Name two to "
            "{most}, with commas between.",
            most=MOST_LANGUAGES,
        ),
    )


def _take_between(draft: Offering, said: str, about: About) -> Offering:
    between = read_languages(said, about)
    if len(between) == 1:
        raise BadArgument(_("Please name at least two languages."))
    return replace(draft, between=between)


def _ask_trained(_draft: Offering, _about: About) -> Node:
    return _("Have you learnt to interpret, or do you do it for a living? Please answer yes or no.")


def _ask_weekly(draft: Limiting, _about: About) -> Node:
    return _(
        "How many requests a week may I put to you, from 1 to {most}? So far it is {weekly}.",
        most=MOST_WEEKLY,
        weekly=draft.weekly,
    )


def _take_weekly(draft: Limiting, said: str, _about: About) -> Limiting:
    return replace(draft, weekly=pick(number(said), range(1, MOST_WEEKLY + 1)))


def _ask_never(draft: Limiting, _about: About) -> Node:
    named = [Pill(each) for each in draft.people]
    kept = [_("So far you named {users}.", users=Series(named))] if named else []
    return Paragraphs(
        [
            _(
                "Whom must you never advise against, for example because you work with them? Name "
                "numbers, and Matrix IDs of people I should never put you together with. They do "
                "not learn of it."
            ),
            Numbered([OPPONENTS[each] for each in AGAINST]),
            *kept,
        ]
    )


def _take_never(draft: Limiting, said: str, about: About) -> Limiting:
    people = tuple(dict.fromkeys(USER_ID.findall(said)))
    if len(people) > MOST_PEOPLE:  # who could name all but one would learn who asks
        raise BadArgument(
            _(
                "Name at most {most} Matrix IDs. Whom you met over a request, {not_again} keeps "
                "away.",
                most=MOST_PEOPLE,
                not_again=Say("not again"),
            )
        )
    kinds: dict[Opponent, None] = {}
    parts = split_list(USER_ID.sub(",", said))
    for part in filter(None, map(str.strip, parts if len(parts) <= MOST_PARTS else ())):
        place = number(part)
        kind = about.understanding.opponent(part, about.language) if place is None else None
        kinds[kind or pick(place, AGAINST)] = None
    if not kinds and not people:
        raise BadArgument(
            _("Choose one to {most} numbers, separated by commas.", most=len(AGAINST))
        )
    return replace(draft, never=tuple(each for each in AGAINST if each in kinds), people=people)


def _ask_limit_urgent(_draft: Limiting, _about: About) -> Node:
    return _(
        "May I write to you in your quiet hours when a request is urgent? Please answer yes or no."
    )


limiting: Dialogue[Limiting] = Dialogue(
    name="limits",
    version=1,
    draft=Limiting,
    steps=(
        Question("weekly", _ask_weekly, _take_weekly, skippable=True, closed=True),
        Question("never", _ask_never, _take_never, skippable=True),
        Question(
            "urgent",
            _ask_limit_urgent,
            lambda draft, said, about: replace(draft, urgent=decide(said, about)),
            closed=True,
            plain=True,
        ),
    ),
)

offering: Dialogue[Offering] = Dialogue(
    name="volunteer",
    version=2,
    draft=Offering,
    steps=(
        Choice(
            "topics",
            n_(
                "Which topics can you help with? Choose {n}.",
                "Which topics can you help with? Choose up to {n}, for example: 1, 4, 9",
                MOST_TOPICS,
            ),
            _fields,
            _take_fields,
            most=MOST_TOPICS,
        ),
        Question(
            "languages",
            lambda draft, about: ask_spoken(draft.languages, about),
            lambda draft, said, about: replace(draft, languages=read_languages(said, about)),
            skippable=True,
            applies=lambda draft: bool(draft.topics) or not draft.interprets,
        ),
        Question("between", _ask_between, _take_between, applies=lambda draft: draft.interprets),
        Question(
            "trained",
            _ask_trained,
            lambda draft, said, about: replace(draft, trained=decide(said, about)),
            applies=lambda draft: draft.interprets,
            closed=True,
            plain=True,
        ),
    ),
)
