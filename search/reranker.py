"""What may put found items in another order before a person sees them."""

from __future__ import annotations

from collections.abc import Iterable

from search.document import Document
from search.index import Found


class Reranker:
    """Leaves everything in the order of the index: what the hub does unless told otherwise.

    ``missed`` counts the questions whose order was not looked at in time, ``replaced`` the workers
    that had to be started again.
    """

    missed = 0
    replaced = 0

    async def run(self) -> None:
        """Do what is to be done beside the questions, until cancelled."""

    def learn(self, documents: Iterable[Document]) -> None:
        """Take notice of items that are new, changed or retired; returns at once."""

    async def reorder(self, words: str, found: Found) -> Found:  # noqa: ARG002 -- a port
        """Give what was found for *words*, all of it and nothing else, best first."""
        return found


UNCHANGED = Reranker()
