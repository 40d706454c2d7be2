"""What a sentence in free words tells of an expert who is offered or asked for."""

from __future__ import annotations

from kit.question import About
from kit.steps import themes
from kit.understanding import INTERPRETING, Understanding
from kit.words import split_and, split_list


def topics_in(said: str, about: About) -> tuple[str, ...]:
    """List the topics behind a word such as "expert on": "... on torture and prisons"."""
    read, language = about.understanding, about.language
    if not (subject := read.subject(said, language)):
        return ()
    words = {each.value: [*each.names.values(), *each.words] for each in themes(None, about)}
    rest = said[said.find(subject) :]
    parts = [part for each in split_list(rest) for part in split_and(f" {each}")]
    found = (read.choice(part, words, language) for part in parts)
    return tuple(dict.fromkeys(filter(None, found)))


def is_to_interpret(said: str, read: Understanding, language: str) -> bool:
    """Tell whether somebody says that they interpret."""
    words = {INTERPRETING: [word for listed in read.interpreting.values() for word in listed]}
    return read.choice(said, words, language) is not None
