"""How an item of the library looks: in a list, as a card, as a reference."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from kit.text import (
    Code,
    Figure,
    Label,
    Lines,
    Link,
    Name,
    Node,
    Paragraphs,
    Series,
    Strong,
    Verbatim,
    _,
)
from search.provisions import Provision
from storage.tables.library import ResourceRow

PRACTICE = "good_practice"
# The documents site of the United Nations takes a language before the symbol.
DOCUMENTS = "https://undocs.org/"
# Characters of the entries of a list: a message has 1,024, and what stands around them takes some.
_MOST_READ = 900
_MOST_NUMBERS = 30  # of provisions
_BESIDE = 20  # of a number and signs, or of what a provision is called
OFFICIAL = {"ar", "en", "es", "fr", "ru", "zh"}


def entry(row: ResourceRow) -> Node:
    """Name an item in a list of results, which is to be read at a glance."""
    titles = {language: _brief(title) for language, title in row.titles.items()}
    return _line(Strong(Label(titles)), _brief(row.symbol or row.organisation, 40), row.year)


def line(row: ResourceRow) -> Node:
    """Name an item in one line, whole."""
    return _line(Strong(Label(row.titles)), row.symbol or row.organisation, row.year)


def found_entries(
    rows: Sequence[ResourceRow], provisions: Mapping[str, Sequence[Provision]], language: str
) -> list[Node]:
    """Name items in a list of results, with what of them answers below.

    The first provisions that fit are shown, one of each item before a second: a list is to be read
    on a phone.
    """
    left = _MOST_READ - sum(_size(row, language) for row in rows)
    lines = {row.id: [entry(row)] for row in rows}
    for place in range(max(map(len, provisions.values()), default=0)):
        for row in rows:
            for provision in provisions.get(row.id, ())[place : place + 1]:
                size = _length(provision, language)
                if size <= left:
                    lines[row.id].append(provision_line(provision))
                    left -= size
    return [Lines(each) if each[1:] else each[0] for each in lines.values()]


def answering(
    rows: Sequence[ResourceRow], provisions: Mapping[str, Sequence[Provision]], language: str
) -> list[ResourceRow]:
    """Take the first items that answer and can be read with a provision of each."""
    left, taken = _MOST_READ, list[ResourceRow]()
    for row in rows:
        first = provisions.get(row.id, ())[:1]
        left -= _size(row, language) + sum(_length(each, language) for each in first)
        if taken and (left < 0 or row.id not in provisions):
            break
        taken.append(row)
    return taken


def provision_line(provision: Provision) -> Node:
    """Say what a provision does."""
    return _("{provision}: {line}", provision=_called(provision), line=Label(provision.says))


def without_provision(provision: Provision) -> Node:
    """Say that a provision is not known."""
    return _(
        "I have no short version of this: {provision}. Look for it in the text itself.",
        provision=_called(provision),
    )


def provision_numbers(provisions: Sequence[Provision]) -> Node:
    """Name provisions that can be asked for, as many as a message has room for beside the item."""
    more = [Verbatim("…")] if len(provisions) > _MOST_NUMBERS else []
    return _(
        "Provisions I know by number: {provisions}. Search for the text and a number to read what "
        "it says.",
        provisions=Series([*map(_called, provisions[:_MOST_NUMBERS]), *more]),
    )


def in_short(row: ResourceRow, language: str) -> list[Node]:
    """Lead from a provision to the text, which is what counts."""
    said = _("This is a short version in our own words. What counts is the text itself.")
    return [said, Link(address(row, language), _("Read it here"))] if row.url else [said]


def _called(provision: Provision) -> Node:
    number = provision.number
    match provision.part:
        case "article":
            return _("Article {number}", number=number)
        case "rule":
            return _("Rule {number}", number=number)
        case "principle":
            return _("Principle {number}", number=number)
        case "guideline":
            return _("Guideline {number}", number=number)
        case _:
            return _("Paragraph {number}", number=number)


def _length(provision: Provision, language: str) -> int:
    return _BESIDE + len(_in(provision.says, language))


def _size(row: ResourceRow, language: str) -> int:
    said = _brief(row.symbol or row.organisation, 40)
    return _BESIDE + len(_brief(_in(row.titles, language))) + len(said)


def _brief(text: str, longest: int = 110) -> str:
    return text if len(text) <= longest else f"{text[: longest - 1].rstrip()}…"


def _line(title: Node, said: str, year: int | None) -> Node:
    match (bool(said), year):
        case (False, None):
            return title
        case (False, int(when)):
            return _("{title} ({year})", title=title, year=Figure(when))
        case (True, None):
            return _("{title}, {reference}", title=title, reference=Verbatim(said))
    return _(
        "{title}, {reference} ({year})",
        title=title,
        reference=Verbatim(said),
        year=Figure(year or 0),
    )


def card(
    row: ResourceRow, language: str, credit: str | None, now: datetime, failed_at: datetime | None
) -> list[Node]:
    """Tell what an item is for, in which languages, how sure that is, and where it stands."""
    facts = _practice(row, language, credit) or _text(row, language)
    if row.checked_at is not None:
        facts.append(_("Checked by a curator on {date}", date=f"{row.checked_at:%Y-%m-%d}"))
    elif not row.verified:
        facts.append(_("Nobody has checked this entry against its source yet."))
    if row.review_by is not None and row.review_by <= now:
        facts.append(_("It is due for another check: it may be out of date."))
    if row.url:
        facts.append(Link(address(row, language), _("Read it here")))
        if failed_at is not None:
            date = f"{failed_at:%Y-%m-%d}"
            facts.append(_("This address did not answer on {date}.", date=date))
    elif row.kind != PRACTICE:
        facts.append(_("I have no address for it yet."))
    return [line(row), Lines(facts)]


def _practice(row: ResourceRow, language: str, credit: str | None) -> list[Node]:
    """Put headings before the three lines of a member's practice; other items give nothing."""
    lines = _in(row.summaries, language).split("\n")
    if row.kind != PRACTICE or len(lines) != 3:  # noqa: PLR2004 -- did, changed, how: see ResourceRow
        return []
    did, changed, how = lines
    who = (
        _("Shared by {credit}", credit=credit) if credit else _("Shared by a member of the network")
    )
    return [
        _("What was done: {text}", text=did),
        _("What changed: {text}", text=changed),
        _("How to copy it: {text}", text=how),
        who,
    ]


def _text(row: ResourceRow, language: str) -> list[Node]:
    languages = Series([Name("language", code) for code in row.languages])
    facts: list[Node] = [Label(row.summaries), _("Languages: {languages}", languages=languages)]
    if language not in row.languages:
        mine = Name("language", language)
        facts.append(_("As far as I know there is no text in {language}.", language=mine))
    return facts


def _in(names: Mapping[str, str], language: str) -> str:
    return names.get(language) or names.get("en") or next(iter(names.values()), "")


def address(row: ResourceRow, language: str) -> str:
    """Lead to the text in *language* where the site has one address for each."""
    url = row.url or ""
    symbol = url.removeprefix(DOCUMENTS)
    # A lower-case letter is a language that is there already; Portuguese texts are elsewhere.
    if not symbol[:1].isupper() or language not in OFFICIAL.intersection(row.languages):
        return url
    return f"{DOCUMENTS}{language}/{symbol}"


def citation(row: ResourceRow, language: str) -> Node:
    """Write the reference as it is copied, then where each language is read."""
    said = ", ".join(p for p in (row.organisation, _in(row.titles, language), row.symbol) if p)
    year = f" ({row.year})" if row.year else ""
    url = f", {address(row, language)}" if row.url else ""
    links: list[Node] = []
    if (row.url or "").startswith(DOCUMENTS):
        read = [code for code in row.languages if code in OFFICIAL]
        links = [Link(address(row, code), Name("language", code)) for code in read]
    return Paragraphs([Code(f"{said}{year}{url}"), Lines(links)])
