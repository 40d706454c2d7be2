"""What weighed readings of a sentence come to: whether it is a wish at all, and which."""

from __future__ import annotations

from collections.abc import Sequence

from bot.understanding.wishes import NOTHING, Guess
from kit.table import CommandTable

ALONE = 0.5  # so likely it is the only one that is offered
LEAST, WORTH = 0.25, 0.1  # so likely the likeliest is offered, and another beside it
ABOUT, SMALL_TALK = "about ", "say "  # how answers are called
SAYS = (ABOUT, SMALL_TALK)


def is_nothing(likely: Sequence[Guess]) -> bool:
    """Tell whether the likeliest reading is no wish, or about as likely none."""
    best = likely[0]
    none = max((each.likely for each in likely if each.wish == NOTHING), default=0.0)
    return best.likely < LEAST or none >= (best.likely if best.likely >= ALONE else best.likely / 2)


def together(readings: Sequence[Guess]) -> Sequence[Guess]:
    """Count answers of one kind for the likeliest of them: none does harm, and they are near."""
    found: dict[str, Guess] = {}
    for each in readings:
        kind = next((kind for kind in SAYS if each.wish.startswith(kind)), each.wish)
        best = found.get(kind)
        found[kind] = Guess(best.wish, best.likely + each.likely) if best else each
    return sorted(found.values(), key=lambda each: -each.likely)


def declined(readings: Sequence[Guess], kept: str, table: CommandTable) -> Sequence[Guess]:
    """Read a sentence that declines something: the opposite of what it names is wished for.

    What is still wished for by the rest of the sentence is *kept*.
    """

    def meant(each: Guess) -> Guess:
        command = table.command(each.wish)
        if command is None or not command.opposite or each.wish == kept:
            return each
        return Guess(command.opposite, each.likely)

    return together([meant(each) for each in readings])
