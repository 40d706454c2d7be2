"""Whether what was said is a command, or a sentence that begins like one."""

from __future__ import annotations

import re
from collections.abc import Sequence

from kit.command import Command
from kit.words import QUESTION_MARKS, USER_ID, is_han, quote, split_list

# More words than a command mostly has, or one of these at the end, make a sentence.
SENTENCE = 6
FULL_STOPS = (*QUESTION_MARKS, ".", "!", "。", "！", "।", "…")
SHORT = 7  # words of a wish, where a story is asked for
_FEW = 2  # words that are no more than an argument; two Chinese characters count as one

_BEFORE_REASON = re.compile(r"[,،，;；.。!！\n]|\s[–—-]\s")

_PARTS = re.compile(r"[.,;:!?،؛؟…\n]+(?:\s+|$)|[，。；：！？、]")
_MOST_PARTS = 4


def without_reason(text: str) -> str:
    """Return what *text* begins with, where a reason for an answer may follow it."""
    return _BEFORE_REASON.split(text, maxsplit=1)[0]


def parts_of(text: str) -> Sequence[str]:
    """Cut *text* at its signs into at least two parts of more than a word; none of a long one."""
    parts = [part for each in _PARTS.split(text) if size_of(part := each.strip()) > 1]
    return parts if 1 < len(parts) <= _MOST_PARTS else ()


def is_sentence(text: str) -> bool:
    """Tell whether *text* looks like a whole sentence."""
    return len(text.split()) > SENTENCE or text.endswith(FULL_STOPS)


def is_short(text: str) -> bool:
    """Tell whether *text* is so short that it may rather wish for something than tell of it."""
    return size_of(text) <= SHORT and not is_question(text)


def size_of(text: str) -> int:
    """Count words; two Chinese characters make one."""
    return (len(text) + 1) // 2 if is_han(text) else len(text.split())


def is_question(text: str) -> bool:
    """Tell whether *text* ends as a question does."""
    return text.endswith(QUESTION_MARKS)


def quoted(command: Command, rest: str) -> str:
    """Show what a command is said with: whom free words are about, and their beginning."""
    if not command.takes_free_words:
        return rest
    whom, _space, more = rest.partition(" ")
    named = command.arguments[0].word.person and USER_ID.fullmatch(whom)
    return f"{whom} {quote(more)}".strip() if named else quote(rest)


def is_exact(text: str, command: Command, rest: str, *, prose: bool) -> bool:
    """Tell whether *text* is a command with all it takes, and no sentence that begins like one.

    A whole sentence may be an answer where the person's own words are asked for (*prose*).
    """
    fits = command.takes(rest) and not is_talk(command, rest)
    return fits and not (rest and prose and is_sentence(text))


def is_whole(text: str, command: Command, rest: str) -> bool:
    """Tell whether *text* is a command with all it takes and nothing beside it."""
    return command.takes(rest) and not is_sentence(text) and len(split_list(text)) == 1


def is_talk(command: Command, rest: str) -> bool:
    """Tell whether what follows a command's word looks like talk, and not like what it takes."""
    if not rest or command.takes_free_words:
        return False
    size = size_of(rest)
    if not command.takes(rest):
        return not command.arguments or size > 1
    return size > _FEW and len(command.arguments) == 1 and " " not in command.path
