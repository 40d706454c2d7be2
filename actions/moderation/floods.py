"""What may be a flood: counted in memory as it comes, without keeping what anybody says."""

from __future__ import annotations

import re
import unicodedata
from collections import OrderedDict
from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from hashlib import blake2b
from typing import ClassVar

from kit.due import Planned
from kit.inbound import Displayed, Event, Joined
from kit.network import FloodLimits
from language.lookalikes import skeleton

MINUTE, TEN_MINUTES = timedelta(minutes=1), timedelta(minutes=10)
MOST_KEYS = 10_000  # that are remembered at once; the one that was heard of last goes last
TOLD_AGAIN_AFTER = timedelta(hours=1)
SHORTEST = 20  # letters of a text that two people do not say by chance
# Ends of names that are of no host; others of files are, such as zip.
_FILES = "pdf|docx?|xlsx?|pptx?|odt|ods|txt|rtf|csv|jpe?g|png|gif|mp3|mp4|json|ya?ml"
# Ends of names of hosts in other letters: any word behind a stop would be too many.
_NATIONAL = (
    "рф|рус|укр|бел|бг|срб|мкд|мон|қаз|ею|орг|ком|сайт|онлайн|дети|москва|中国|中國|公司|网络|网址|"
    "在线|香港|台湾|台灣|新加坡|手机|信息|السعودية|امارات|مصر|المغرب|قطر|فلسطين|عمان|تونس|سورية|"
    "الاردن|الجزائر|شبكة|موقع|ایران|پاکستان|भारत|한국|ไทย"
)
LONGEST = 2_000  # of a text that is compared
_NUMBER = re.compile(r"(?<![^\W\d_])\d+|\d+(?![^\W\d_])")  # not what stands for a letter in a word
# What clients make a link of: whatever has a scheme, and what looks like a name of a host.
_TO_PERSON = re.compile(r"https://matrix\.to/#/(?:@|%40)", re.IGNORECASE)
_PERSON = re.compile(
    r"(?:https://matrix\.to/#/)?(?:@|%40)[^\s:/@%]{1,255}(?::|%3a)[\w.-]{1,255}"
    r"|(?<![\w.+-])[\w.+-]{1,64}@[\w.-]{1,255}"
)
_LINK = re.compile(
    r"(?<![a-z0-9+.-])[a-z][a-z0-9+.-]{0,20}://"
    r"|(?<![a-z0-9+.-])(?:https?|ftp):[\w/]"
    r"|(?<![\w.-])(?:[^\W_][\w-]{2,62}\.|www\.)(?:[\w-]{1,63}\.){0,5}"
    rf"(?:{_NATIONAL}|(?!(?:{_FILES})\b)[a-zß-öø-ÿ]{{2,18}})(?![\w@]|\.\w)"
    # Of short names those alone that lead somewhere: "e.g." and "p.m." are none.
    r"|(?<![\w.-])[a-z0-9-]{1,2}\.[a-z]{2,18}/\w"
    r"|(?<![\w.-])\d{1,3}(?:\.\d{1,3}){3}(?:/\w|:\d)"
)
_WIDE_STOP = re.compile("(?<=[a-z0-9])。(?=[a-z0-9])")


class Flood(StrEnum):
    """What there is too much of. The words are stored."""

    MESSAGES = "messages"
    EVERYWHERE = "everywhere"
    COPIES = "copies"
    JOINS = "joins"
    LINK = "link"


@dataclass(frozen=True, slots=True)
class Flooded(Planned):
    """Somebody sent too much, or too many came: the *event* is the one that was too much.

    *room* is the slug of the room it was in.
    """

    kind: ClassVar[str] = "flood"
    once: ClassVar[bool] = True
    untold: ClassVar[frozenset[str]] = frozenset({"user_id"})
    sort: str
    room: str
    event: str
    user_id: str


@dataclass(frozen=True, slots=True)
class FloodTold(Planned):
    """It was said that there is too much of one *sort*: until now nothing more is said of that.

    Who sent it is a *person*, or one who is *gone*; the other number is 0, and both are where it
    is nobody, or a stranger.
    """

    kind: ClassVar[str] = "flood.told"
    sort: str
    person: int
    gone: int

    @property
    def goes_with(self) -> int | None:
        """Who sent it, if they are known."""
        return self.person or None


class Window:
    """Tells when more than *most* different things happen under one key within a *span*."""

    def __init__(self, most: int, span: timedelta) -> None:
        """Count up to *most*; with 0 never tell."""
        self._most = most
        self._span = span
        self._seen: OrderedDict[Hashable, dict[Hashable, datetime]] = OrderedDict()

    def exceeds(self, key: Hashable, what: Hashable, at: datetime) -> bool:
        """Count one thing; after it was told that there are too many, counting begins anew."""
        if not self._most:
            return False
        seen = self._seen.pop(key, {}) | {what: at}
        seen = {each: then for each, then in seen.items() if at - then < self._span}
        if len(seen) > self._most:
            return True
        self._seen[key] = seen
        if len(self._seen) > MOST_KEYS:
            self._seen.popitem(last=False)
        return False


class FloodGauge:
    """Counts what is said in the rooms of the Space, and who joins it."""

    def __init__(self, limits: FloodLimits, root: str, key: bytes) -> None:
        """Count up to *limits*; *root* is the slug of the Space, whose joins alone are counted.

        Texts are compared by a hash with the *key*, which nobody keeps.
        """
        self._limits = limits
        self._root = root
        self._key = key
        self._messages = Window(limits.messages, MINUTE)
        self._everywhere = Window(limits.everywhere, MINUTE)
        self._copies = Window(limits.copies, TEN_MINUTES)
        self._joins = Window(limits.joins, TEN_MINUTES)

    def count(
        self, room: str, user_id: str, event_id: str, event: Event, at: datetime
    ) -> list[Flooded]:
        """Count an event of a room, which is known by its slug; returns what is too much.

        An event that is told twice counts once.
        """
        found: list[Flood] = []
        match event:
            case Joined():
                if room == self._root and self._joins.exceeds(None, user_id, at):
                    found.append(Flood.JOINS)
            case Displayed(texts, links, media):
                if self._messages.exceeds((room, user_id), event_id, at):
                    found.append(Flood.MESSAGES)
                if self._everywhere.exceeds(user_id, (room, event_id), at):
                    found.append(Flood.EVERYWHERE)
                copies = [self._is_copy(room, user_id, text, at) for text in texts]
                copies += [self._is_anywhere(room, user_id, each, at) for each in media]
                if any(copies):
                    found.append(Flood.COPIES)
                if self._limits.link_hours and _leads_away(texts, links):
                    found.append(Flood.LINK)
        return [Flooded(sort, room, event_id, user_id) for sort in found]

    def _is_copy(self, room: str, user_id: str, text: str, at: datetime) -> bool:
        """Tell whether one text is in too many rooms: a number or look-alikes make no other."""
        said = skeleton(_NUMBER.sub("", text[:LONGEST]))
        letters = "".join(sign for sign in said if sign.isalpha())
        if len(letters) < SHORTEST and not has_link(text):
            return False
        return self._is_anywhere(room, user_id, letters, at)

    def _is_anywhere(self, room: str, user_id: str, said: str, at: datetime) -> bool:
        """Tell whether the same thing is in too many rooms."""
        digest = blake2b(said.encode(), key=self._key, digest_size=16).digest()
        return self._copies.exceeds((user_id, digest), room, at)


def _leads_away(texts: Sequence[str], links: Sequence[str]) -> bool:
    """Tell whether clients make a link of anything, other than to a person."""
    return any(map(has_link, texts)) or not all(map(_TO_PERSON.match, links))


def has_link(text: str) -> bool:
    """Tell whether clients make a link of a part of *text*, other than to a person."""
    plain = _WIDE_STOP.sub(".", unicodedata.normalize("NFKC", text).lower())
    return _LINK.search(_PERSON.sub(" ", plain)) is not None
