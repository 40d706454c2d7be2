"""Read ``locales/*/wishes.yaml``: what people say for each wish, and what words mean."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Literal

from bot import checked
from bot.checked import Fault, Row

FIND, NOTHING = "find", "nothing"


class WishFile(Row):
    """The words of one language.

    ``senses``: what is of one meaning in all languages -> its words and phrases. ``wishes``: a
    command, an answer of the hub's, or ``nothing`` -> sentences that mean it.
    """

    version: Literal[1]
    senses: Mapping[str, tuple[str, ...]]
    wishes: Mapping[str, tuple[str, ...]]


def load_wishes(
    directory: Path, languages: Iterable[str], known: Collection[str]
) -> Mapping[str, WishFile]:
    """Read the file of each language; *known* are the wishes that the hub can answer.

    Raises:
        BadConfiguration: names the file, the line and what is unknown there, or missing.
    """
    example = "locales/en/wishes.yaml"

    def strange(read: WishFile) -> Iterator[Fault]:
        for wish, sentences in read.wishes.items():
            if wish != NOTHING and wish not in known:
                yield ("wishes", wish), "no command or answer of the hub is called so"
            if not sentences or not all(map(str.strip, sentences)):
                yield ("wishes", wish), "needs sentences"
        if not read.wishes.keys() >= {FIND, NOTHING}:
            yield ("wishes",), f"needs sentences for {FIND} and {NOTHING}"

    return {
        language: checked.load(WishFile, directory / language / "wishes.yaml", example, strange)
        for language in languages
    }
