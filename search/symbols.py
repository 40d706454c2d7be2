"""Symbols of documents as keys, however they are typed: "A/RES/67/187", "a res 67 187"."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from language.analysis import Token, tokens

# Numbering words, left out so that "Act No. 39 of 2014" meets "39/2014".
_FILLERS = frozenset({"no", "nr", "num", "number", "numero", "n", "of", "de", "du", "da", "do"})
_SHORTEST_LONE_NUMBER = 3
_SHORTEST_SQUASHED_NUMBER = 5


def symbol_windows(found: Sequence[Token], longest: int = 8) -> Iterator[tuple[range, list[str]]]:
    """Give every run of tokens that may be a document symbol, longest first, with its keys.

    "A/RES/67/187", "a res 67 187", "ares67187" and "67/187" have keys in common.
    """
    places = [i for i, token in enumerate(found) if token.text not in _FILLERS]
    for length in range(min(longest, len(places)), 0, -1):
        for start in range(len(places) - length + 1):
            chosen = places[start : start + length]
            part_tokens = [found[place] for place in chosen]
            if _may_be_symbol(part_tokens):
                parts = [token.text for token in part_tokens]
                yield range(chosen[0], chosen[-1] + 1), list(_keys(parts))


def symbol_keys(symbol: str) -> set[str]:
    """Give the keys under which a document with this symbol is found."""
    return {key for _where, keys in symbol_windows(tokens(symbol)) for key in keys}


def _may_be_symbol(parts: Sequence[Token]) -> bool:
    if len(parts) == 1:
        (part,) = parts
        lone = part.text.isdecimal() and len(part.text) >= _SHORTEST_LONE_NUMBER
        return lone and part.year is None
    return all(p.text.isascii() for p in parts) and any(p.text.isdecimal() for p in parts)


def _keys(parts: Sequence[str]) -> Iterator[str]:
    yield "/".join(parts)
    squashed = "".join(parts)
    if not squashed.isdecimal() or len(squashed) >= _SHORTEST_SQUASHED_NUMBER:
        yield squashed
