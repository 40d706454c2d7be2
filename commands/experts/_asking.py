"""The questions to a member who asks for an expert."""

from __future__ import annotations

from dataclasses import dataclass, replace

from actions.cases.letters import OPPONENTS
from commands.experts._offering import ask_spoken
from kit.dialogue import Dialogue
from kit.errors import BadArgument
from kit.network import Opponent
from kit.question import About, Choice, Question
from kit.steps import (
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
    Series,
    Verbatim,
    _,
)
from kit.words import number

SHORTEST, LONGEST = 15, 600


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
    theme = draft.proposed if draft.again else found or ("" if draft.question else draft.proposed)
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
            lambda draft, about: ask_spoken(draft.languages, about),
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
