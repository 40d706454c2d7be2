"""language/autonyms.txt: what each language calls itself, out of CLDR."""

from __future__ import annotations

from babel import Locale
from babel.localedata import locale_identifiers

from language.autonyms import TABLE


def autonyms() -> dict[str, str]:
    """Ask CLDR, of every language in which it has data."""
    codes = [code for code in sorted(locale_identifiers()) if code.isalpha()]
    names = {code: Locale.parse(code).languages.get(code) for code in codes}
    return {code: name for code, name in names.items() if name}


def table() -> str:
    """Write the table: a code, a space and a name on each line."""
    return "".join(f"{code} {name}\n" for code, name in autonyms().items())


if __name__ == "__main__":
    TABLE.write_text(table(), "utf-8")
