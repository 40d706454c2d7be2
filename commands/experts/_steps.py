"""The questions to an expert who offers help and to a member who asks for it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from actions.cases.letters import OPPONENTS
from kit.dialogue import Dialogue
from kit.errors import BadArgument
from kit.network import Opponent
from kit.question import About, Choice, Option, Question
from kit.steps import (
    MOST_LANGUAGES,
    ask_languages,
    decide,
    pick,
    read_languages,
    read_safe,
    read_text,
    themes,
)
from kit.text import (
    Bullets,
    Label,
    Name,
    Node,
    Numbered,
    Paragraphs,
    Pill,
    Say,
    Series,
    Verbatim,
    _,
    n_,
)
from kit.understanding import INTERPRETING
from kit.words import MOST_PARTS, USER_ID, number, split_list
from storage.tables.cases import WEEKLY

MOST_TOPICS, MOST_WEEKLY, MOST_PEOPLE = 5, 5, 5
AGAINST = tuple(each for each in Opponent if each is not Opponent.NOBODY)
SHORTEST, LONGEST = 15, 600


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


@dataclass(frozen=True, slots=True)
class Asking:
    """What a member asks for; *proposed* is the topic found in the question, if one was.

    *again* is the number of a request that is over and is asked once more. If *interpreted*,
    experts are asked at once who share no language with the asker, too.
    """

    question: str = ""
    proposed: str = ""
    topic: str = ""
    languages: tuple[str, ...] = ()
    urgent: bool = False
    opponent: Opponent | None = None
    interpreted: bool = False
    safe: bool = False
    again: int | None = None


def _ask_languages(draft: Offering | Asking, about: About) -> Node:
    known = Series([Name("language", code) for code in draft.languages])
    return ask_languages(
        about,
        n_(
            "In which languages can you talk about it? Name {n}.",
            "In which languages can you talk about it? Name up to {n}, with commas between.",
            MOST_LANGUAGES,
        ),
        _("Say {skip} to keep {languages}.", skip=Say("skip"), languages=known),
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


def _ask_interpreted(_draft: Asking, _about: About) -> Node:
    return _(
        "May I also ask experts at once who share no language with you, if somebody interprets? "
        "Please answer yes or no."
    )


def _ask_question(_draft: Asking, _about: About) -> Node:
    return Paragraphs(
        [
            _("What would you like to know? Please write it in a few sentences."),
            Bullets(
                [
                    _("Ask about law, standards or practice, not about what to do in one case."),
                    _("No names, case numbers, phone numbers, addresses or dates of birth."),
                    _("Leave out whatever lets others guess who your client is."),
                ]
            ),
            _("The expert reads it only after both of you have agreed."),
        ]
    )


def _take_question(draft: Asking, said: str, about: About) -> Asking:
    """Keep the question, and propose the topic and the languages that it speaks of."""
    question = read_text(said, SHORTEST, LONGEST)
    found = "" if draft.again else about.understanding.theme(question)
    theme = draft.proposed if draft.again else found or ""
    chosen = draft.topic != draft.proposed  # by themselves, for another wording
    written = about.understanding.written_in(question)
    spoken = dict.fromkeys(filter(None, (written, about.language)))
    return replace(
        draft,
        question=question,
        proposed=draft.proposed if chosen else theme,
        topic=draft.topic if chosen else theme,
        languages=draft.languages if draft.question or draft.again else tuple(spoken),
    )


def _ask_urgent(_draft: Asking, _about: About) -> Node:
    return _(
        "Do you need an answer within a few days? Then experts have one day instead of two to say "
        "whether they can help. Please answer yes or no."
    )


def _ask_opponent(_draft: Asking, _about: About) -> Node:
    return Paragraphs(
        [
            _("Who is on the other side? An expert must know, to see a conflict of interest."),
            Numbered([*OPPONENTS.values()]),
        ]
    )


def _take_opponent(draft: Asking, said: str, about: About) -> Asking:
    if number(said) is not None:
        return replace(draft, opponent=pick(number(said), list(OPPONENTS)))
    if (read := about.understanding.opponent(said, about.language)) is None:
        raise BadArgument(_("Choose a number from 1 to {most}.", most=len(OPPONENTS)))
    return replace(draft, opponent=read)


def _guess_opponent(_draft: Asking, said: str, about: About) -> Node | None:
    """Name who is only meant: "police" is one of the words for them, a sentence is none."""
    if number(said) or about.understanding.named_opponent(said, about.language):
        return None
    meant = about.understanding.opponent(said, about.language)
    return OPPONENTS[meant] if meant else None


def _ask_safe(draft: Asking, about: About) -> Node:
    opponent = OPPONENTS[draft.opponent] if draft.opponent else _("not given")
    return Paragraphs(
        [
            _("This is your question:"),
            Verbatim(draft.question),
            Bullets(
                [
                    _("Topic: {topic}", topic=Label(about.network.rooms[draft.topic].names)),
                    _(
                        "Languages: {languages}",
                        languages=Series([Name("language", code) for code in draft.languages]),
                    ),
                    _("Urgent: yes") if draft.urgent else _("Urgent: no"),
                    _("On the other side: {opponent}", opponent=opponent),
                    _("Interpreter: yes, at once")
                    if draft.interpreted
                    else _("Interpreter: only if nobody shares a language with you"),
                ]
            ),
            _("To change a line, say it like this: the topic is prisons"),
            _("Is it free of anything that points to a client? Please answer yes or no."),
        ]
    )


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
            _ask_languages,
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

asking: Dialogue[Asking] = Dialogue(
    name="ask",
    version=3,
    draft=Asking,
    steps=(
        Question("question", _ask_question, _take_question, prose=True),
        Choice(
            "topic",
            _("What is your question about?"),
            themes,
            lambda draft, chosen: replace(draft, topic=chosen[0]),
            applies=lambda draft: bool(draft.question) and not draft.proposed,
        ),
        Question(
            "urgent",
            _ask_urgent,
            lambda draft, said, about: replace(draft, urgent=decide(said, about)),
            closed=True,
            plain=True,
        ),
        Question(
            "opponent",
            _ask_opponent,
            _take_opponent,
            skippable=True,
            closed=True,
            weighed=True,
            guess=_guess_opponent,
        ),
        Question(
            "languages",  # proposed, and named only by who wants others
            _ask_languages,
            lambda draft, said, about: replace(draft, languages=read_languages(said, about)),
            applies=lambda _draft: False,
        ),
        Question(
            "interpreter",
            _ask_interpreted,
            lambda draft, said, about: replace(draft, interpreted=decide(said, about)),
            applies=lambda _draft: False,
            closed=True,
            plain=True,
        ),
        Question(
            "safe",
            _ask_safe,
            lambda draft, said, about: replace(draft, safe=read_safe(said, about)),
            closed=True,
            plain=True,
            shows=("question", "topic", "languages", "urgent", "opponent", "interpreter"),
        ),
    ),
)
