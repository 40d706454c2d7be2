"""What is said to a question, and corrects an answer that it shows or that was given before it."""

from __future__ import annotations

from dataclasses import replace

from kit.dialogue import Ask, Dialogue, Turn
from kit.errors import BadArgument
from kit.question import About, Draft, Step
from kit.text import Node, Verbatim, _
from kit.words import number, quote, split_list


def corrected(
    dialogue: Dialogue[Draft], shown: Ask[Draft], said: str, about: About
) -> Turn[Draft] | None:
    """Take *said* for another answer to what *shown* shows, and show it again; None if it is none.

    Where the new answer leaves something to be asked, that comes first.
    """
    understanding = about.understanding
    if not shown.step.shows or understanding.consent(said, about.language) is not None:
        return None
    name, value = understanding.correction(said)
    for step in filter(None, map(dialogue.step, shown.step.shows)):
        if not (step.name == name if name else step.formal and value):
            continue
        if not value:
            return Ask(shown.step, shown.draft, _("Please say in the same line what it is to be."))
        try:
            draft = step.take(shown.draft, value, about)
        except BadArgument as error:
            if name:
                return Ask(shown.step, shown.draft, error.message)
            continue
        whole = shown.step.applies(draft)
        return Ask(shown.step, draft) if whole else dialogue.after(step, draft)
    return None


def revised(
    dialogue: Dialogue[Draft], asked: Ask[Draft], said: str, about: About, *, unread: bool
) -> Turn[Draft] | None:
    """Take *said* for another answer to an earlier question, and ask the open one again.

    What only denies something is one if it names a place and is no answer to the open question
    (*unread*): "well no, I don't know" is none. One that is only guessed waits for a yes. A
    question that the new answer makes necessary comes first; where it makes the open one needless,
    the next is asked. None if it is no such answer.
    """
    if about.understanding.doubts(split_list(said)[0]):
        return None
    value, outright = about.understanding.amends(said, about.language)
    if not value or number(value) is not None:
        return None
    if not outright and not (unread and about.understanding.is_place(value, about.language)):
        return None
    for sure in (True, False):
        for step in reversed(dialogue.earlier(asked.step, asked.draft)):
            if (taken := _taken(step, asked.draft, value, about, sure=sure)) is None:
                continue
            draft, guessed = taken
            if guessed is not None:
                return Ask(step, asked.draft, guessed=value)
            known = dialogue.earlier(asked.step, asked.draft)
            fresh = [
                each
                for each in dialogue.earlier(asked.step, draft)
                if each not in known or each.follows == step.name
            ]
            noted = _(
                "I have changed your earlier answer to {said}.",
                said=Verbatim(quote(value)),
            )
            turn = dialogue.at(next(iter(fresh), asked.step), draft)
            return replace(turn, note=noted) if isinstance(turn, Ask) else turn
    return None


def _taken(
    step: Step[Draft], draft: Draft, value: str, about: About, *, sure: bool
) -> tuple[Draft, Node | None] | None:
    """Read *value* as an answer to *step* other than the one in *draft*, and name it if guessed."""
    if step.prose or step.plain:
        return None
    try:
        changed = step.take(draft, value, about)
    except BadArgument:
        return None
    guessed = step.guess(draft, value, about)
    if changed == draft or (sure and guessed is not None):
        return None
    return changed, guessed
