"""What bibliographies hold of a resource: one title, one summary, no regions, no nicknames."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import Any

from babel import Locale, UnknownLocaleError

from bot.library.exchange.entry import Fields
from bot.starter import kinds

_YEAR = re.compile(r"(?<!\d)\d{4}(?!\d)")
_SLUG = re.compile(r"[a-z0-9-]{1,80}")
_NO_SLUG = re.compile(r"[^a-z0-9]+")


def main_language(languages: Sequence[str]) -> str:
    """Say in which language a title is that comes without a language."""
    return "en" if "en" in languages or not languages else languages[0]


def main_text(texts: Mapping[str, str], languages: Sequence[str]) -> str:
    """Choose the text for a format that holds only one; empty if there is none."""
    chosen = (texts.get(main_language(languages)), texts.get("en"), *texts.values())
    return next((text for text in chosen if text), "")


def identified(given: Fields, key: str) -> Fields:
    """Complete fields from a bibliography: an id made from its *key*, or else from the title."""
    fields = {name: value for name, value in given.items() if value}
    title = next(iter(fields.get("title", {}).values()), "")
    seed = key or f"{title} {fields.get('year', '')}"
    return {"id": _slug(seed), **fields}


def _slug(seed: str) -> str:
    if _SLUG.fullmatch(seed):
        return seed
    plain = unicodedata.normalize("NFKD", seed).encode("ascii", "ignore").decode().casefold()
    slug = _NO_SLUG.sub("-", plain).strip("-")[:80]
    return slug or f"item-{hashlib.sha256(seed.encode()).hexdigest()[:12]}"


def kind_of(said: str) -> str | None:
    """Take a kind that the library knows as it is."""
    return said if said in kinds() else None


def year_in(said: str) -> int | None:
    """Find a year in a date of any form."""
    found = _YEAR.search(said)
    return int(found[0]) if found else None


def codes(said: Iterable[str]) -> list[str]:
    """Read languages: codes (en, fr-CA, ara) or English names; what is neither is left out."""
    parts = (part.strip() for each in said for part in re.split(r"[,;|/]| and ", each))
    return list(dict.fromkeys(code for part in parts if (code := _code(part))))


def _code(said: str) -> str | None:
    try:
        return _names().get(said.casefold()) or Locale.parse(said, sep="-").language
    except (UnknownLocaleError, ValueError, TypeError):
        return None


@cache
def _names() -> dict[str, str]:
    return {name.casefold(): code for code, name in Locale("en").languages.items()}


def texts(said: Any, languages: Sequence[str]) -> Any:
    """Give a text without language the main one of its item."""
    return {main_language(languages): said} if isinstance(said, str) and said else said
