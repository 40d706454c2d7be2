"""The questions to an expert who offers help and to a member who asks for it."""

from __future__ import annotations

from dataclasses import dataclass, replace

from kit.dialogue import Dialogue
from kit.question import About, Choice, Question
from kit.steps import MOST_LANGUAGES, ask_languages, read_languages, read_safe, read_text, themes
from kit.text import Bullets, Name, Node, Paragraphs, Say, Series, Verbatim, _, n_

MOST_TOPICS = 5
SHORTEST, LONGEST = 15, 700


@dataclass(frozen=True, slots=True)
class Offering:
    """What an expert offers."""

    topics: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Asking:
    """What a member asks for."""

    topic: str = ""
    languages: tuple[str, ...] = ()
    question: str = ""
    safe: bool = False


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


def _ask_safe(draft: Asking, _about: About) -> Node:
    return Paragraphs(
        [
            _("This is your question:"),
            Verbatim(draft.question),
            _("Is it free of anything that points to a client? Please answer yes or no."),
        ]
    )


offering: Dialogue[Offering] = Dialogue(
    name="volunteer",
    version=1,
    draft=Offering,
    steps=(
        Choice(
            "topics",
            n_(
                "Which topics can you help with? Choose {n}.",
                "Which topics can you help with? Choose up to {n}, for example: 1, 4, 9",
                MOST_TOPICS,
            ),
            themes,
            lambda draft, chosen: replace(draft, topics=tuple(chosen)),
            most=MOST_TOPICS,
        ),
        Question(
            "languages",
            _ask_languages,
            lambda draft, said, about: replace(draft, languages=read_languages(said, about)),
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
            themes,
            lambda draft, chosen: replace(draft, topic=chosen[0]),
        ),
        Question(
            "languages",
            _ask_languages,
            lambda draft, said, about: replace(draft, languages=read_languages(said, about)),
            skippable=True,
        ),
        Question(
            "question",
            _ask_question,
            lambda draft, said, _about: replace(draft, question=read_text(said, SHORTEST, LONGEST)),
            prose=True,
        ),
        Question(
            "safe",
            _ask_safe,
            lambda draft, said, about: replace(draft, safe=read_safe(said, about)),
            closed=True,
            plain=True,
            shows=("question",),
        ),
    ),
)
