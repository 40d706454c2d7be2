"""Citations of laws, documents and published decisions: their numbers lead to nobody."""

from __future__ import annotations

import re
from collections.abc import Collection

from bot.understanding.guard import numbers
from bot.understanding.guard.names import NAME
from kit.words import HAN as _HAN
from language.cues import Span

_ARABIC = r"[\u0620-\u064a]{2,}"
_CITATIONS = (
    r"https?://\S+|www\.\S+",
    # documents of the UN and of regional bodies: A/RES/67/187, CCPR/C/GC/32
    r"(?<![\w/])(?:A|E|S|ST|CCPR|CAT|CRC|CEDAW|CERD|CRPD|CMW|CED|HRC|OEA|OAS|ACHPR|CM|AG)/[\w./-]+",
    # 05/CM/UEMOA, 324-ФЗ, OC-29/22, C-216/18
    r"(?<!\w)\d+/[A-Z]{2}/[A-Z]+|(?<!\w)\d+-ФК?З(?!\w)|(?<!\w)(?:OC|[CT]|SU)-\d+/\d+(?!\w)",
    # 372 U.S. 335 (1963)
    r"(?<!\w)\d{1,4}\s+(?:[A-Z]\.\s?){2,3}\s?\d{1,5}(?:\s?\(\d{4}\))?",
    r"《[^》]{1,60}》",
    r"(?<!字)第[\d/一二三四五六七八九十百]+(?:号|条|款|项|章)(?![楼院监])",
)
_CITED = re.compile("|".join(_CITATIONS))
_PART = rf"(?:{numbers.DATE.pattern}|\d{{1,5}}(?![\d+])[\w./()-]{{0,12}})"
_LAW_NUMBER = re.compile(
    rf"(?P<title>[,:،，：]?[^?!;,:،，：§+\d\n]{{0,25}}?){_PART}"
    rf"(?:\s?(?:[,(–-]|and|y|et|e|и|و|to|a|bis|of|de|du|del|от|لسنة|la)?\s?{_PART}){{0,6}}",
    re.IGNORECASE,
)
_DECISION = re.compile(
    rf"(?<!\w){NAME}[»\"]?(?:\s+(?:and|y|et|e|и)\s+\w+)?(?:\s+et\sal\.?)?\s+(?:v|[Vv]s|versus|c|c/|contra|против)\.?\s+[«\"]?{NAME}"
    rf"|(?<!\w){_ARABIC}\s+ضد\s+{_ARABIC}|(?<![{_HAN}·])[{_HAN}·]{{2,40}}诉[{_HAN}·]{{2,12}}案"
)


def is_decision(text: str) -> bool:
    """Tell whether *text* names a decision by its parties."""
    return _DECISION.search(text) is not None


def blot(text: str, laws: Collection[Span], personal: Collection[Span]) -> str:
    """Blot out parties of decisions, symbols, and the numbers after words for *laws*.

    A number is no law's where a *personal* word stands before it, or another clause begins, nor
    where the word is the court of a file: HC/CR/E123/26.
    """
    text = numbers.blot(_CITED, text)
    for _start, end in sorted(set(laws)):
        number = None if text.startswith("/", end) else _LAW_NUMBER.match(text, end)
        if number and not any(end <= start < number.end("title") for start, _end in personal):
            text = text[:end] + "§" * len(number[0]) + text[number.end() :]
    return numbers.blot(_DECISION, text)
