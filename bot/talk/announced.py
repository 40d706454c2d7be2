"""What a sentence that announces an event says of it, as a line that `event add` takes."""

from __future__ import annotations

import re
from dataclasses import dataclass

from bot.talk.occasions import Occasions
from bot.talk.timing import LONGEST, SIGNS, UNIT
from kit.command import Call
from kit.understanding import Understanding
from kit.words import is_han
from language.analysis import tokens

_LONGEST_KIND, _LONGEST_HAN = 3, 6  # words, or Chinese characters, that name a kind
_MOST_BEFORE = 5  # words of a title before its kind: "plea bargaining training"
_CLAUSE = re.compile("[，,。；;：:]")
# What a Chinese title stands behind: a measure word, or that something is held.
_LEADS = re.compile("^.*(?:一?[个個场場次期届]|举办|舉辦|组织|組織|举行|舉行|安排|发布|宣布)")


@dataclass(frozen=True, slots=True)
class Announced:
    """Finds where in a sentence the title of an event begins."""

    understanding: Understanding
    occasions: Occasions

    def line(self, text: str, call: Call) -> str:
        """Give the title and all that is said beside it; without a title only when it is.

        Who asks how to announce one has said nothing of it.
        """
        text = text[:LONGEST].rstrip(SIGNS)
        named = None if self.understanding.inquires(text) else self._named(text)
        if named is None:
            return self._ordered(text, call)
        begin, end = named
        if is_han(text[begin:end]):
            return self._chinese(text, begin, end, call)
        when, left = self._when(text[begin:], call)
        if left == text[begin:end]:  # only its kind
            begin = _modified(text[:begin])
        title, alone = text[begin:], left == text[begin:end]
        title = f"{title[:1].upper()}{title[1:]}"
        if not when and (earlier := self._when(text[:begin].strip(SIGNS), call)[0]):
            when, title = earlier, f"{earlier}: {title}"
        return when if alone else title

    def _ordered(self, text: str, call: Call) -> str:
        """Give what stands behind a verb and an article: "schedule a clinic every Tuesday"."""
        units = [found.span() for found in UNIT.finditer(text)]
        small = [_is_small(text[begin:end]) for begin, end in units[:3]]
        again, plain = self.understanding.regular(text, call.language, call.now, "UTC")
        if small == [False, True, False] and not is_han(text):
            return text[units[2][0] :] if again else self.occasions.when(text, call)[0]
        return "" if again else self.occasions.when(plain, call)[0]

    def leads(self, text: str) -> bool:
        """Tell whether *text* begins with an event that is named, but for small words."""
        named = self._named(text[:LONGEST])
        if named is None:
            return False
        if is_han(text[named[0] : named[1]]):
            return True
        head = text[: named[0]]
        return _is_small(head[: _modified(head)])

    def _named(self, text: str) -> tuple[int, int] | None:
        """Find where a kind of event is named first."""
        units = [found.span() for found in UNIT.finditer(text)]
        for place, (begin, _end) in enumerate(units):
            longest = _LONGEST_HAN if is_han(text[begin]) else _LONGEST_KIND
            for _begin, end in reversed(units[place : place + longest]):
                bare = text[begin:end].rstrip(SIGNS)
                if self.understanding.event_kind(bare) is not None:
                    return begin, begin + len(bare)
        return None

    def _when(self, text: str, call: Call) -> tuple[str, str]:
        """Take when it is, or how often it comes; returns what is left, too."""
        again, plain = self.understanding.regular(text, call.language, call.now, "UTC")
        when, left = self.occasions.when(plain, call)
        return (text if again else when), left.strip(SIGNS)

    def _chinese(self, text: str, begin: int, end: int, call: Call) -> str:
        """Give what stands before the kind, in the same clause, and when it is."""
        clause = max((found.end() for found in _CLAUSE.finditer(text, 0, begin)), default=0)
        lead = _LEADS.match(text[clause:begin])
        title = text[clause + lead.end() : end] if lead else ""
        when = self._when(f"{text[: clause + (lead.end() if lead else 0)]} {text[end:]}", call)[0]
        alone = title == text[begin:end] or not title
        return when if alone else f"{when}：{title}" if when else title


def _modified(head: str) -> int:
    """Say where the words before a kind begin that are of its title, behind a small word."""
    units = [found.span() for found in UNIT.finditer(head)]
    begin = len(head)
    for start, end in reversed(units[-_MOST_BEFORE - 1 :]):
        if _is_small(head[start:end]):
            return begin
        begin = start
    return len(head)


def _is_small(word: str) -> bool:
    return all(token.stop for token in tokens(word))
