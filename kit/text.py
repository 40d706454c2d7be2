"""Replies are values: built once by a handler, rendered per reader at the edge."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from html import escape
from string import Formatter
from typing import Protocol, TypeAlias
from unicodedata import bidirectional

from kit.listing import Listing
from kit.rendering import POP, Reader, Rendered, block, both, join, steady
from kit.subject import Subject

Names = Mapping[str, str]
"""One name per language code; "en" is always there."""

FIRST_STRONG, LEFT_TO_RIGHT = "\u2068", "\u2066"


class Node(Protocol):
    """Something a reader can read."""

    def render(self, reader: Reader) -> Rendered:
        """Return plain text and HTML for *reader*."""


Fill: TypeAlias = "Node | str | int"


@dataclass(frozen=True, slots=True)
class Verbatim:
    """Text from a person: never translated, always escaped, isolated from the text around it."""

    value: str

    def render(self, reader: Reader) -> Rendered:  # noqa: ARG002 -- the same for everybody
        """Wrap in bidi isolates (Unicode TR9): Matrix HTML has neither ``dir`` nor ``bdi``."""
        value = steady(self.value)
        return both(f"{FIRST_STRONG}{value}{POP}" if value else "")


def _other_way(text: str, reader: Reader) -> bool:
    """Tell whether *text* is written in the other direction than the reader's language."""
    kinds = (bidirectional(sign) for sign in text)
    first = next((kind for kind in kinds if kind in {"L", "R", "AL"}), None)
    return first is not None and (first != "L") != reader.right_to_left


def _quoted(shown: str) -> Rendered:
    # Plain text has no other mark-up to tell what is to be typed from what is said about it.
    return Rendered(f'"{shown}"', f"<code>{escape(shown)}</code>")


@dataclass(frozen=True, slots=True)
class Code:
    """Something to type or copy exactly."""

    value: str

    def render(self, reader: Reader) -> Rendered:
        """Keep left-to-right order inside a right-to-left sentence."""
        value = steady(self.value)
        shown = f"{LEFT_TO_RIGHT}{value}{POP}" if reader.right_to_left else value
        return _quoted(shown)


@dataclass(frozen=True, slots=True)
class Say:
    """A command as it is said where it is read, in the words of the reader's language.

    Literal arguments follow it, or another command.
    """

    path: str
    arguments: str | Say = ""

    def render(self, reader: Reader) -> Rendered:
        """Isolate as one piece: command and argument may be of different directions."""
        after = self.arguments
        rest = reader.command(after.path) if isinstance(after, Say) else steady(after)
        said = f"{reader.called}{reader.command(self.path)} {rest}".strip()
        shown = f"{FIRST_STRONG}{said}{POP}" if reader.right_to_left else said
        return _quoted(shown)


@dataclass(frozen=True, slots=True)
class Prefix:
    """What stands in front of commands in rooms."""

    def render(self, reader: Reader) -> Rendered:
        """Show it as something to type."""
        return Code(reader.prefix).render(reader)


@dataclass(frozen=True, slots=True)
class Link:
    """A web address, with the text that stands for it."""

    url: str
    text: Fill

    def render(self, reader: Reader) -> Rendered:
        """Show the whole address in plain text: it must be usable there too."""
        shown = as_node(self.text).render(reader)
        url = f"{LEFT_TO_RIGHT}{self.url}{POP}" if reader.right_to_left else self.url
        if not self.url.startswith(("https://", "http://")):
            return join((shown, both(f" ({url})")), "", "")
        line = _("{text}: {address}", text=shown, address=both(url)).render(reader)
        return Rendered(
            line.plain,
            f'<a href="{escape(self.url)}">{shown.html}</a>',
            shown.mentions,
        )


@dataclass(frozen=True, slots=True)
class Pill:
    """A person by full Matrix ID: a display name can be anybody's."""

    user_id: str

    def render(self, reader: Reader) -> Rendered:
        """Mention the person (Matrix spec, mentions): in the link clients show a name instead."""
        shown = steady(self.user_id)
        link = f'<a href="https://matrix.to/#/{escape(self.user_id)}">{escape(shown)}</a>'
        if reader.right_to_left:
            link = f"{FIRST_STRONG}{link}{POP}"
        return Rendered(f"{LEFT_TO_RIGHT}{shown}{POP}", link, mentions=frozenset({self.user_id}))


@dataclass(frozen=True, slots=True)
class Label:
    """A name the network gives in several languages, from its starter files."""

    names: Names

    def render(self, reader: Reader) -> Rendered:
        """Use the reader's language, else English, else whatever there is."""
        names = self.names
        if name := names.get(reader.language):
            return both(name)
        name = names.get("en") or next(iter(names.values()))
        return Verbatim(name).render(reader) if _other_way(name, reader) else both(name)


@dataclass(frozen=True, slots=True)
class Versions:
    """What a person wrote in several languages: each reader has theirs, or else the *usual* one."""

    texts: Names
    usual: str

    def render(self, reader: Reader) -> Rendered:
        """Show one of them as any text of a person."""
        return Verbatim(self.texts.get(reader.language) or self.texts[self.usual]).render(reader)


@dataclass(frozen=True, slots=True)
class Name:
    """A territory, language or zone by its code."""

    kind: str
    code: str

    def render(self, reader: Reader) -> Rendered:
        """Use the CLDR name."""
        return both(reader.name(self.kind, self.code))


@dataclass(frozen=True, slots=True)
class Series:
    """Several things in one sentence: "a, b and c"."""

    children: Sequence[Node]

    def render(self, reader: Reader) -> Rendered:
        """Join as the language does."""
        parts = [child.render(reader) for child in self.children]
        return Rendered(
            reader.sequence([part.plain for part in parts]),
            reader.sequence([part.html for part in parts]),
            frozenset[str]().union(*(part.mentions for part in parts)),
        )


@dataclass(frozen=True, slots=True)
class Strong:
    """A heading or the word that matters."""

    child: Node

    def render(self, reader: Reader) -> Rendered:
        """Set apart in HTML; plain text carries no mark-up."""
        return self.child.render(reader).around("<strong>", "</strong>")


@dataclass(frozen=True, slots=True)
class Message:
    """One translatable sentence. Holes are filled after translation, so word order is free."""

    msgid: str
    holes: Mapping[str, Fill] = field(default_factory=dict)
    plural: str | None = None
    n: int = 1
    own: Names = field(default_factory=dict)

    def render(self, reader: Reader) -> Rendered:
        """Translate, or take the network's own wording; then fill the holes."""
        if self.plural is None:
            text = self.own.get(reader.language) or reader.gettext(self.msgid)
        else:
            text = reader.ngettext(self.msgid, self.plural, self.n)
        parts: list[Rendered] = []
        for literal, hole in _around_holes(text):
            parts.append(literal)
            if hole is not None:
                parts.append(as_node(self.holes[hole]).render(reader))
        return join(parts, "", "")


@lru_cache(maxsize=4_096)  # the same few sentences are said again and again
def _around_holes(text: str) -> Sequence[tuple[Rendered, str | None]]:
    """Cut a sentence at its holes: each piece with the name of the hole after it, if one is."""
    return [(both(literal), hole) for literal, hole, _spec, _form in Formatter().parse(text)]


@dataclass(frozen=True, slots=True)
class Lines:
    """One thing under the other."""

    children: Sequence[Node]

    def render(self, reader: Reader) -> Rendered:
        """Break lines."""
        lines = (block(child.render(reader), reader) for child in self.children)
        return join(lines, "\n", "<br>")


# What is a block by itself: within another one, clients show an empty line before and after it.
_BLOCKS = ("<ol", "<ul", "<p>")


@dataclass(frozen=True, slots=True)
class Paragraphs:
    """Blocks with space between them."""

    children: Sequence[Node]

    def render(self, reader: Reader) -> Rendered:
        """Put an empty line between blocks; an empty block leaves no gap."""
        parts = [part for child in self.children if (part := child.render(reader)).plain]
        return join(
            (
                p if p.html.startswith(_BLOCKS) else block(p, reader).around("<p>", "</p>")
                for p in parts
            ),
            "\n\n",
            "",
        )


@dataclass(frozen=True, slots=True)
class Bullets:
    """A list without order."""

    children: Sequence[Node]

    def render(self, reader: Reader) -> Rendered:
        """Mark each item."""
        parts = [block(child.render(reader), reader) for child in self.children]
        marked = (Rendered(f"• {p.plain}", f"<li>{p.html}</li>", p.mentions) for p in parts)
        return join(marked, "\n", "").around("<ul>", "</ul>")


@dataclass(frozen=True, slots=True)
class Numbered:
    """A list to choose from by number."""

    children: Sequence[Node]
    start: int = 1

    def render(self, reader: Reader) -> Rendered:
        """Number each item from *start*."""
        parts = [block(child.render(reader), reader) for child in self.children]
        marked = (
            Rendered(f"{self.start + i}. {p.plain}", f"<li>{p.html}</li>", p.mentions)
            for i, p in enumerate(parts)
        )
        opening = "<ol>" if self.start == 1 else f'<ol start="{self.start}">'
        return join(marked, "\n", "").around(opening, "</ol>")


@dataclass(frozen=True, slots=True)
class Reply:
    """What the hub says: a stable kind, the text, and the ids shown, in order.

    *about* is whose words it passes on, or of whom it tells, beside its reader: it is taken back
    when one of them is forgotten. Whom it mentions is known without being listed. While it waits,
    it is taken back when its *subject* is over. What is *private* is said to single persons only.
    Its *listing* is remembered when it is said to somebody.
    """

    kind: str
    body: Node
    ids: Sequence[str] = ()
    about: Sequence[int] = ()
    subject: Subject | None = None
    private: bool = False
    listing: Listing | None = None


@dataclass(frozen=True, slots=True)
class Figure:
    """A number; it needs no isolation."""

    value: int

    def render(self, reader: Reader) -> Rendered:  # noqa: ARG002 -- the same for everybody
        """Write it in plain digits, which every reader can type back."""
        return both(str(self.value))


def as_node(value: Fill) -> Node:
    """Treat a bare string as a person's text."""
    if isinstance(value, int):
        return Figure(value)
    return Verbatim(value) if isinstance(value, str) else value


def _(msgid: str, /, **holes: Fill) -> Message:
    """Mark a sentence for translation and fill its named holes."""
    return Message(msgid, holes)


def n_(singular: str, plural: str, n: int, /, **holes: Fill) -> Message:
    """Mark a sentence whose form depends on *n*, available in it as ``{n}``."""
    return Message(singular, {"n": n, **holes}, plural, n)
