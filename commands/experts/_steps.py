"""The questions to an expert who offers help and to a member who asks for it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from bot.kit.dialogue import About, Choice, Dialogue, Option, Question
from bot.kit.errors import BadArgument
from bot.kit.text import Bullets, Name, Node, Numbered, Paragraphs, Say, Series, Verbatim, _
from bot.kit.words import number, split_list

OPEN_LIMIT = 2
MOST_LANGUAGES = 4
MOST_TOPICS = 5
SHORTEST, LONGEST = 15, 700


@dataclass(frozen=True, slots=True)
class Offering:
    """What an expert offers."""

    topics: Sequence[str] = ()
    languages: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Asking:
    """What a member asks for."""

    topic: str = ""
    languages: Sequence[str] = ()
    question: str = ""
    safe: bool = False


def _topics(_draft: object, about: About) -> Sequence[Option]:
    return [Option(room.slug, room.names, room.words) for room in about.network.of_kind("theme")]


def _ask_languages(draft: Offering | Asking, about: About) -> Node:
    spoken = [*about.network.languages, *about.network.content_languages]
    known = Series([Name("language", code) for code in draft.languages])
    return Paragraphs(
        [
            _("In which languages can you talk about it? Name up to four, with commas between."),
            _("Say {skip} to keep {languages}.", skip=Say("skip"), languages=known),
            Numbered([Name("language", code) for code in spoken]),
        ]
    )


def _read_languages(said: str, about: About) -> tuple[str, ...]:
    spoken = [*about.network.languages, *about.network.content_languages]
    found: dict[str, None] = {}
    for part in split_list(said):
        index = number(part)
        if index is not None and 1 <= index <= len(spoken):
            found[spoken[index - 1]] = None
        elif (code := about.understanding.language(part, about.language)) in spoken:
            found[str(code)] = None
        else:
            raise BadArgument(_("I do not know the language {said}.", said=part[:60]))
    if not 1 <= len(found) <= MOST_LANGUAGES:
        raise BadArgument(_("Please name between one and {most} languages.", most=MOST_LANGUAGES))
    return tuple(found)


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
            _("The expert reads it only after both of you agreed."),
        ]
    )


def _take_question(draft: Asking, said: str, _about: About) -> Asking:
    if len(said) < SHORTEST:
        raise BadArgument(_("Please tell a little more, in a whole sentence."))
    if len(said) > LONGEST:
        raise BadArgument(_("Please use fewer words: at most {most} characters.", most=LONGEST))
    return replace(draft, question=said)


def _ask_safe(draft: Asking, _about: About) -> Node:
    return Paragraphs(
        [
            _("This is your question:"),
            Verbatim(draft.question),
            _("Is it free of anything that points to a client? Please answer yes or no."),
        ]
    )


def _take_safe(draft: Asking, said: str, about: About) -> Asking:
    match about.understanding.consent(said, about.language):
        case True:
            return replace(draft, safe=True)
        case False:
            raise BadArgument(_("Then say {back} and write it again.", back=Say("back")))
        case None:
            raise BadArgument(_("I need a plain yes or no to this one."))


offering: Dialogue[Offering] = Dialogue(
    name="volunteer",
    version=1,
    draft=Offering,
    steps=(
        Choice(
            "topics",
            _("Which topics can you help with? Choose up to five, for example: 1, 4, 9"),
            _topics,
            lambda draft, chosen: replace(draft, topics=tuple(chosen)),
            most=MOST_TOPICS,
        ),
        Question(
            "languages",
            _ask_languages,
            lambda draft, said, about: replace(draft, languages=_read_languages(said, about)),
            skippable=True,
        ),
    ),
)

asking: Dialogue[Asking] = Dialogue(
    name="ask",
    version=1,
    draft=Asking,
    steps=(
        Choice(
            "topic",
            _("What is your question about?"),
            _topics,
            lambda draft, chosen: replace(draft, topic=chosen[0]),
        ),
        Question(
            "languages",
            _ask_languages,
            lambda draft, said, about: replace(draft, languages=_read_languages(said, about)),
            skippable=True,
        ),
        Question("question", _ask_question, _take_question),
        Question("safe", _ask_safe, _take_safe, closed=True),
    ),
)
