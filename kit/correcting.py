"""What is said to a question that shows answers, and corrects one of them."""

from __future__ import annotations

from kit.dialogue import Ask, Dialogue, Turn
from kit.errors import BadArgument
from kit.question import About, Draft
from kit.text import _


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
