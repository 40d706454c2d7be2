"""Places that lead to a person: where somebody is held, a house by its street and number."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence

from bot.understanding.guard.lexicon import Shapes, any_of
from bot.understanding.guard.names import ARABIC, OF, WINDOW, WORD
from kit.words import HAN as _HAN
from language.cues import Span

_WITH_ARTICLE = re.compile(
    r"(?:^|\s)[وفبكل]?(?:ال|لل)"
)  # the prison, of which a name would come without
_NO_HOUR = r"(?!\s?(?:noon|am|pm|h|o'clock|years|hours|days)\b|\d)"  # behind a number
_ARABIC_NAMED = r"و(?!اد[يى]?\s|جدة|هران|رقلة|اسط)"  # "and", where no such name begins
_CHINESE_PLACE = re.compile(
    rf"[{_HAN}]{{1,6}}[省市县区州旗镇城][{_HAN}\d]{{0,6}}?$|[{_HAN}]{{2,6}}第[一二三四五六七八九十\d]+$"
    rf"|[在到至进入](?![当本外附另一二三某这那同其所女男军少看各有监几多]|普通|成[年人]|单[人独]|拥挤|封闭)[{_HAN}]{{2,5}}(?<![的个家座间])$"
)

_NUMBER = r"(?<![\w/.-])(?:\d{1,4}/)?\d{1,5}\s?[A-Za-z]?(?!\w),?\s+(?:(?:bis|ter|quater),?\s+)?"
_HOUSE_BEFORE = re.compile(rf"{_NUMBER}(?:{WORD}\s+){{1,4}}$")
_HOUSE_AROUND = (
    re.compile(rf"{_NUMBER}(?:(?:bis|ter),?\s+)?$"),
    re.compile(rf"\s+(?:{OF}{WORD}|{ARABIC})"),
)


class PlaceFinder:
    """Finds places in text without accents, its capitals kept."""

    def __init__(self, shapes: Shapes, counted: re.Pattern[str], no_name: Collection[str]) -> None:
        """Write their *shapes*; what is *counted* numbers no place, and *no_name* names none."""
        self._counted, self._no_name = counted, no_name
        self._place_after = re.compile(
            r"(?:['’]s)?(?:\s+[^\W\d_]+(?=\s+(?:de|du|da|do)\s))?"
            rf"(?:\s+d['’](?=\w)|[\s-]+(?:{any_of(shapes.place)}|no\.?|№|n[°º])){{0,3}}"
            rf"[\s«\"№-]{{0,2}}(?:(?P<name>{WORD})|(?P<number>\d+){_NO_HOUR})"
            rf"|\s+(?P<arabic>(?!{_ARABIC_NAMED}){ARABIC})\s"
        )
        self._place_before = re.compile(
            rf"\w,?\s+(?P<name>{WORD})(?:\s+{WORD})*(?:['’]s)?\s+"
            rf"(?:(?!(?:{any_of(shapes.apart)})\s)[^\W\d]+\s+){{0,2}}?$"
        )
        # A street by its name alone, with the number of a house.
        self.street = re.compile(
            rf"(?<!\w)(?:{WORD}\s+){{1,4}}\d{{1,4}}[A-Za-z]?"
            rf"(?=\s*(?:[,.;!?)]|$)|\s+(?:{any_of(shapes.near)})\s)"
        )
        label = rf"(?:(?i:n\.?(?:[or]|ro)?[.°]*|№|(?:{any_of(shapes.label)})\.?)\s*)"
        self._house_after = re.compile(
            rf"[\s.]+{OF}{WORD}(?:[\s-]+{OF}{WORD}){{0,4}},?\s+{label}?\d|,?\s+{label}\d"
            rf"|\s+(?:{ARABIC}[\s,،]+){{1,5}}\d"
        )

    def has_place(self, text: str, custody: Sequence[Span]) -> bool:
        """Tell whether a place of detention has a name or a number."""
        return any(self._is_place(text, span) for span in custody)

    def _is_place(self, text: str, span: Span) -> bool:
        start, end = span
        after = self._place_after.match(text, end)
        if after and not (after["number"] and self._counted.match(text, after.end())):
            name = after["name"] or after["arabic"]
            generic = after["arabic"] and _WITH_ARTICLE.search(text[start:end])
            if not generic and (name is None or self._names_a_place(name)):
                return True
        window = text[max(0, start - WINDOW) : start]
        if _CHINESE_PLACE.search(window):
            return True
        before = self._place_before.search(window)
        return before is not None and self._names_a_place(before["name"])

    def _names_a_place(self, word: str) -> bool:
        return word.casefold() not in self._no_name and not (word.isupper() and word.isascii())

    def has_house(self, text: str, streets: Sequence[Span]) -> bool:
        """Tell whether a house is named by its street and number."""
        number, name = _HOUSE_AROUND
        for start, end in streets:
            window = text[max(0, start - WINDOW) : start]
            if self._house_after.match(text, end) or _HOUSE_BEFORE.search(window):
                return True
            if number.search(window) and name.match(text, end):
                return True
        return False
