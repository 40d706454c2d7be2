"""The catalogs: extracted from the sources, updated by ``make i18n``, checked by the tests."""

from __future__ import annotations

from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).parents[2]
LOCALES = ROOT / "locales"
SOURCES = ("actions", "bot", "commands", "kit", "storage")
KEYWORDS = {"_": None, "n_": (1, 2)}

# Babel numbers the Arabic forms otherwise than CLDR and counts 0 as plural in Portuguese.
PLURALS = {
    "es": "nplurals=2; plural=(n != 1);",
    "fr": "nplurals=2; plural=(n > 1);",
    "pt": "nplurals=2; plural=(n > 1);",
    "ar": (
        "nplurals=6; plural=(n==0 ? 0 : n==1 ? 1 : n==2 ? 2 : n%100>=3 && n%100<=10 ? 3 : "
        "n%100>=11 && n%100<=99 ? 4 : 5);"
    ),
    "ru": (
        "nplurals=3; plural=(n%10==1 && n%100!=11 ? 0 : "
        "n%10>=2 && n%10<=4 && (n%100<10 || n%100>=20) ? 1 : 2);"
    ),
    "zh": "nplurals=1; plural=0;",
}


def path(language: str) -> Path:
    """Locate the catalog of a language."""
    return LOCALES / language / "LC_MESSAGES" / "messages.po"


def extract() -> Catalog:
    """Collect every sentence of the sources."""
    catalog = Catalog(project="ILAN Hub", charset="utf-8", fuzzy=False)
    for folder in SOURCES:
        found = extract_from_dir(
            str(ROOT / folder),
            [("**.py", "python")],
            keywords=KEYWORDS,
            comment_tags=("Translators:",),
        )
        for filename, _line, message, comments, _context in sorted(found, key=lambda f: f[:2]):
            catalog.add(message, locations=[(f"{folder}/{filename}", 0)], auto_comments=comments)
    return catalog


def read(language: str) -> Catalog:
    """Read the catalog of a language as it is in the repository."""
    with path(language).open("rb") as file:
        return read_po(file, locale=language)


def _write(file: Path, catalog: Catalog) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.open("wb") as out:
        write_po(out, catalog, omit_header=True, sort_by_file=True, include_lineno=False, width=100)


def header(language: str) -> str:
    """Write the header by hand: no dates, no tools, the right plural rule."""
    lines = [
        "Content-Type: text/plain; charset=utf-8",
        "Content-Transfer-Encoding: 8bit",
        *([f"Language: {language}", f"Plural-Forms: {PLURALS[language]}"] if language else []),
    ]
    body = "".join(f'"{line}\\n"\n' for line in lines)
    return f'msgid ""\nmsgstr ""\n{body}\n'


def update() -> None:
    """Write messages.pot, and bring every catalog to the same sentences, keeping translations."""
    template = extract()
    targets = {LOCALES / "messages.pot": ("", template)}
    for language in PLURALS:
        catalog = Catalog(locale=language, charset="utf-8", fuzzy=False)
        known = (
            {message.id: message.string for message in read(language)}
            if path(language).exists()
            else {}
        )
        for message in template:
            if message.id:
                catalog.add(
                    message.id,
                    known.get(message.id),
                    locations=message.locations,
                    auto_comments=message.auto_comments,
                )
        targets[path(language)] = (language, catalog)
    for file, (language, catalog) in targets.items():
        _write(file, catalog)
        file.write_text(header(language) + file.read_text("utf-8"), "utf-8")


if __name__ == "__main__":
    update()
    print(f"{len(extract())} sentences in {len(PLURALS)} catalogs")  # noqa: T201 -- run by hand
