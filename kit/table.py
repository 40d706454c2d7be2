"""Every command of the hub, found by any of its words in any language."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterable, Iterator, Sequence
from collections.abc import Set as AbstractSet

from kit.around import Around
from kit.authority import Role
from kit.command import Command
from kit.feature import Feature
from kit.trait import Purpose, Trait
from kit.words import fold, is_han

LONGEST_PATH = 4


_ALIKE, _MORE_ALIKE = 0.75, 0.8


class CommandTable:
    """Built once from the features' declarations."""

    def __init__(
        self,
        features: Iterable[Feature],
        ways: Callable[[str], set[str]],
        around: Around | None = None,
    ) -> None:
        """Index the commands by *ways*: path -> every folded way to say it.

        *around* is what may stand beside one.

        One that takes nothing and one that needs something may be said the same way.

        Raises:
            ValueError: two commands can be said the same way, or have one purpose.
        """
        self.features = list(features)
        self.around = around or Around()
        self._by_path = {command.path: command for command in self}
        self._by_purpose: dict[Purpose, Command] = {}
        self._by_trait: dict[Trait, dict[str, None]] = {}
        answers = (answer for feature in self.features for answer in feature.answers)
        for each in (*self, *answers):
            self._note(each)
        self._allowed = {role: tuple(_allowed(self.features, role)) for role in Role}
        self._by_way: dict[str, Command] = {}
        self._with_more: dict[str, Command] = {}
        for command in self:
            for way in ways(command.path):
                self._learn(way, command)
        # Chinese and Japanese put no space between the command and what follows it.
        self._unspaced = sorted(
            (w for w in self._by_way if all(map(is_han, w))), key=len, reverse=True
        )

    def _note(self, declared: Command) -> None:
        for trait in declared.traits:
            self._by_trait.setdefault(trait, {})[declared.path] = None
        if declared.purpose is None:
            return
        other = self._by_purpose.setdefault(declared.purpose, declared)
        if other is not declared:
            message = f"both {other.path!r} and {declared.path!r} are for {declared.purpose}"
            raise ValueError(message)

    def _learn(self, way: str, command: Command) -> None:
        other = self._by_way.setdefault(way, command)
        if other is command:
            return
        alone, more = (other, command) if command.arguments else (command, other)
        if alone.arguments or not more.lacks("") or way in self._with_more:
            message = f"{way!r} means both {other.path!r} and {command.path!r}"
            raise ValueError(message)
        self._by_way[way], self._with_more[way] = alone, more

    def __iter__(self) -> Iterator[Command]:
        return (command for feature in self.features for command in feature.commands)

    def match(self, text: str) -> tuple[Command, str] | None:
        """Find the command *text* begins with, and what follows it; the longest one wins."""
        if len(text) > 1 and text[0] == text[-1] and text[0] in "\"'`":
            text = text[1:-1]  # copied with the quotes that our plain text puts around commands
        words = text.split(maxsplit=LONGEST_PATH)[:LONGEST_PATH]
        for size in range(len(words), 0, -1):
            if (way := fold(" ".join(words[:size]))) in self._by_way:
                rest = text.split(maxsplit=size)[size:]
                return self._said(way, rest[0].strip() if rest else "")
        for way in self._unspaced:
            if text.startswith(way):
                return self._said(way, text[len(way) :].strip(" :："))
        return None

    def _said(self, way: str, rest: str) -> tuple[Command, str]:
        command = self._by_way[way]
        return (self._with_more.get(way, command) if rest else command), rest

    def is_polite(self, text: str) -> bool:
        """Tell whether *text* holds polite words and nothing else."""
        return self.around.is_polite(text)

    def bare(self, text: str) -> str:
        """Give *text* as it was typed, without polite words around it."""
        return self.around.bare(text)

    def meant(self, text: str) -> tuple[Command, str] | None:
        """Find the command that *text* is without what may stand around it, else as ``match``."""
        found = self.match(text)
        if found is not None and not found[1]:
            return found
        for core in self.around.cores(text):
            command = self._by_way.get(core)
            if command is not None and not command.lacks(""):
                return command, ""
        polite = self.match(self.around.bare(text))
        if polite is not None and polite[1] and polite[0].takes_free_words:
            # What people say in their own words is kept whole: "he threatens me".
            polite = self.match(self.around.bare(text, behind=False))
        if polite is not None and polite[0].takes(polite[1]):
            return polite
        if found is None or found[0].takes_free_words:
            return found
        return found[0], self.around.within(found[1], found[0].takes)

    def command(self, path: str) -> Command | None:
        """Return the command declared as *path*."""
        return self._by_path.get(path)

    def of(self, purpose: Purpose) -> Command | None:
        """Return the command, or the answer, that is for a *purpose* of the talk."""
        return self._by_purpose.get(purpose)

    def path(self, purpose: Purpose) -> str:
        """Return the path of what is for a *purpose* of the talk, or nothing."""
        found = self.of(purpose)
        return found.path if found else ""

    def having(self, trait: Trait) -> AbstractSet[str]:
        """Return the paths of the commands and the answers that have a *trait*, as declared."""
        return self._by_trait.get(trait, {}).keys()

    def opener(self, kind: str) -> Command | None:
        """Return the command that opens an entry of a kind of list."""
        return next((command for command in self if command.opens == kind), None)

    def nearest(self, text: str, role: Role) -> list[tuple[Command, str]]:
        """Suggest up to three commands that *role* may run and that *text* begins alike.

        With each stands what follows it, if it takes that.
        """
        words = text.split()
        # Of one word among others nothing else speaks for a command.
        cutoffs = {1: _MORE_ALIKE if len(words) > 1 else _ALIKE, 2: _ALIKE}
        near: dict[str, tuple[Command, str]] = {}
        for size in range(min(len(words), 2), 0, -1):
            begin, rest = fold(" ".join(words[:size])), " ".join(words[size:])
            for way in difflib.get_close_matches(begin, self._by_way, cutoff=cutoffs[size]):
                command = self._by_way[way]
                if role.may(command.act.least):
                    said = rest if command.takes(rest) else ""
                    near.setdefault(command.path, (command, said))
        return list(near.values())[:3]

    def grouped(self, role: Role) -> Sequence[tuple[Feature, Sequence[Command]]]:
        """List what *role* may run, feature by feature."""
        return self._allowed[role]


def _allowed(
    features: Iterable[Feature], role: Role
) -> Iterator[tuple[Feature, Sequence[Command]]]:
    for feature in features:
        if allowed := [c for c in feature.commands if role.may(c.act.least)]:
            yield feature, allowed
