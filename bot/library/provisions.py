"""Reading what instruments say, provision by provision: ``starter/provisions.yaml``."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field

from bot import checked
from bot.checked import Fault, Row
from bot.starter import Named, Phrase, Slug
from search.concepts import Concepts
from search.provisions import Provision, Provisions

_Number = Annotated[str, Field(pattern=r"^[a-z]+ \d{1,3}(\.\d{1,2})?(\([a-z0-9]{1,4}\))*$")]


class _Provisions(Row):
    """What instruments say, by the number of the provision: "rule 61"."""

    version: Literal[1]
    parts: Mapping[Slug, tuple[Phrase, ...]]
    within: tuple[Phrase, ...]
    provisions: Mapping[Slug, Mapping[_Number, Named]]

    def strangers(self) -> Iterator[Fault]:
        """Find what is called by no word that is declared."""
        for item, known in self.provisions.items():
            for number in known:
                if number.partition(" ")[0] not in self.parts:
                    parts = ", ".join(self.parts)
                    yield ("provisions", item, number), f"no such part; there are {parts}"


def load_provisions(path: Path, concepts: Concepts) -> Provisions:
    """Read what instruments say; raises BadConfiguration naming file, line and field."""
    read = checked.load(_Provisions, path, "starter/provisions.yaml", _Provisions.strangers)
    listed = [
        Provision(item, part, number, says)
        for item, known in read.provisions.items()
        for called, says in known.items()
        for part, _space, number in [called.partition(" ")]
    ]
    return Provisions(listed, read.parts, read.within, concepts)
