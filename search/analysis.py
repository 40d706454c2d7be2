"""Turn text of seven languages into comparable tokens, and symbols of documents into keys."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

import Stemmer

from kit.words import clean, fold
from search.stopwords import STOPWORDS, without_chinese_stops

_STEMMERS = {
    "en": Stemmer.Stemmer("english"),
    "es": Stemmer.Stemmer("spanish"),
    "fr": Stemmer.Stemmer("french"),
    "pt": Stemmer.Stemmer("portuguese"),
    "ru": Stemmer.Stemmer("russian"),
    "ar": Stemmer.Stemmer("arabic"),
}
_LATIN = ("en", "es", "fr", "pt")
_LONGEST_WORD = 64
_CHINESE = "\u3400-\u9fff\uf900-\ufaff"
_WORD = re.compile(rf"[{_CHINESE}]|\d+|[^\W\d_{_CHINESE}]+")
# The article and the particles written onto it or onto a bare word: و ف ب ك ل ال. Snowball misses
# combinations.
_ARABIC_ARTICLE = re.compile(r"^(?:[وف]?[بك]?ال|[وف]?لل)(?=\w{3})")
_ARABIC_PARTICLE = re.compile(r"^[ولب](?=\w{4})")
_YEAR = re.compile(r"(?:19|20)\d\d")
# Numbering words of document symbols, left out so that "Act No. 39 of 2014" meets "39/2014".
_FILLERS = frozenset({"no", "nr", "num", "number", "numero", "n", "of", "de", "du", "da", "do"})
_SHORTEST_LONE_NUMBER = 3
_SHORTEST_SQUASHED_NUMBER = 5

# Traditional characters of legal vocabulary with their simplified forms; others stay as typed.
_SIMPLIFIED = str.maketrans(
    "權則國際護監獄審羈證據規條約聯會議關於訴訟辯師檢調貧婦兒親屬殘視歧濫職權責務執職應對發導機構組織網絡"
    "員問題與為無處罰懲戒從業專標準範質評監測報資訊數統計劃財經費難適時間進階級層別種族黨團體協給勞動業產價值"
    "戰爭爭議離婚養護災難醫療藥殺傷盜竊詐騙販賣運輸邊檢驗鑑識錄寫讀說話語譯聽見覺當場見閱覽頁圖書館學習講師"
    "課程訓練濟開門戶內補償損壞賠還請願遞願書狀決斷獨立場總結束繫隨轉換雙將來東車馬達遠過這還邊選舉連亞歐維爾曼羅馬"
    "盧蘭達薩爾瓦多爾聖約瑟貝爾賓綱領勵兩區廣個們頭實現壓擠滿歲齡腦藝術點線種禮幾異議億萬東參與無障礙歸結擔",
    "权则国际护监狱审羁证据规条约联会议关于诉讼辩师检调贫妇儿亲属残视歧滥职权责务执职应对发导机构组织网络"
    "员问题与为无处罚惩戒从业专标准范质评监测报资讯数统计划财经费难适时间进阶级层别种族党团体协给劳动业产价值"
    "战争争议离婚养护灾难医疗药杀伤盗窃诈骗贩卖运输边检验鉴识录写读说话语译听见觉当场见阅览页图书馆学习讲师"
    "课程训练济开门户内补偿损坏赔还请愿递愿书状决断独立场总结束系随转换双将来东车马达远过这还边选举连亚欧维尔曼罗马"
    "卢兰达萨尔瓦多尔圣约瑟贝尔宾纲领励两区广个们头实现压挤满岁龄脑艺术点线种礼几异议亿万东参与无障碍归结担",
)


@dataclass(frozen=True, slots=True)
class Token:
    """A word, number or Chinese character: folded, with the stems under which it may be found.

    ``stop`` marks a function word: it carries no topic and only meets itself. ``guessed`` marks a
    word put in place of one nobody knows.
    """

    text: str
    forms: frozenset[str]
    stop: bool = False
    guessed: bool = False

    @property
    def chinese(self) -> bool:
        """Whether it is one Chinese character."""
        return "\u3400" <= self.text[:1] <= "\ufaff"

    @property
    def year(self) -> int | None:
        """Read it as a year, from 1900 to 2099."""
        return int(self.text) if _YEAR.fullmatch(self.text) else None

    def meets(self, other: Token) -> bool:
        """Whether both are forms of one word."""
        return not self.forms.isdisjoint(other.forms)


def tokens(text: str, language: str | None = None) -> list[Token]:
    """Split *text*; words of an unknown *language* get the stems of every language of their script.

    Function words stay in, so that symbols such as "A/RES" and names such as "who pays" are whole.
    """
    plain = "".join(c for c in clean(text).casefold() if not unicodedata.combining(c))
    simple = without_chinese_stops(plain.translate(_SIMPLIFIED))
    return [_token(word[:_LONGEST_WORD], language) for word in _WORD.findall(simple)]


@lru_cache(maxsize=100_000)
def _token(word: str, language: str | None) -> Token:
    if word.isdecimal():
        number = str(int(word))
        return Token(number, frozenset({number}))
    text = fold(word)
    if word in STOPWORDS or text in STOPWORDS or (len(word) == 1 and word.isascii()):
        return Token(text, frozenset({f"={text}"}), stop=True)
    forms = {form for form in _forms(word, text, language) if form}
    return Token(text, frozenset(forms or {text}))


def _forms(word: str, text: str, language: str | None) -> Iterator[str]:
    """Stem as written and without accents, so that either spelling of a query meets the other."""
    if "\u0600" <= text[:1] <= "\u06ff":
        bare = _ARABIC_ARTICLE.sub("", text)
        for form in {text, bare, _ARABIC_PARTICLE.sub("", bare)}:
            # fold() made every final ta marbuta a ha; the stemmer only cuts the former.
            ending = f"{form[:-1]}ة" if form.endswith("ه") else form
            yield fold(_STEMMERS["ar"].stemWord(ending))
    elif "\u0400" <= text[:1] <= "\u04ff":
        stem = _STEMMERS["ru"].stemWord(word.replace("ё", "е"))
        yield fold(stem)
        yield fold(_STEMMERS["ru"].stemWord(stem))  # правила loses a syllable that правилам keeps
    elif text[:1].isascii():
        for known in (language,) if language in _LATIN else _LATIN:
            yield fold(_STEMMERS[known].stemWord(word))
            yield _STEMMERS[known].stemWord(text)
            if known == "pt" and text.endswith("oes"):  # prisões, prisão: Snowball keeps them apart
                yield _STEMMERS[known].stemWord(f"{text[:-3]}ao")


def terms(found: Sequence[Token]) -> Iterator[frozenset[str]]:
    """Give what to index: the forms of each word, and overlapping pairs of Chinese characters."""
    for first, second in pairwise([*found, Token("", frozenset())]):
        if not first.chinese:
            if not first.stop:
                yield first.forms
        elif second.chinese:
            yield frozenset({first.text + second.text})


def _symbol_keys_of(parts: Sequence[str]) -> Iterator[str]:
    yield "/".join(parts)
    squashed = "".join(parts)
    if not squashed.isdecimal() or len(squashed) >= _SHORTEST_SQUASHED_NUMBER:
        yield squashed


def symbol_windows(found: Sequence[Token], longest: int = 8) -> Iterator[tuple[range, list[str]]]:
    """Give every run of tokens that may be a document symbol, longest first, with its keys.

    "A/RES/67/187", "a res 67 187", "ares67187" and "67/187" have keys in common.
    """
    places = [i for i, token in enumerate(found) if token.text not in _FILLERS]
    for length in range(min(longest, len(places)), 0, -1):
        for start in range(len(places) - length + 1):
            chosen = places[start : start + length]
            parts = [found[place].text for place in chosen]
            if _may_be_symbol(parts):
                yield range(chosen[0], chosen[-1] + 1), list(_symbol_keys_of(parts))


def _may_be_symbol(parts: Sequence[str]) -> bool:
    if len(parts) == 1:
        (part,) = parts
        return part.isdecimal() and len(part) >= _SHORTEST_LONE_NUMBER and not _YEAR.fullmatch(part)
    return all(part.isascii() for part in parts) and any(part.isdecimal() for part in parts)


def symbol_keys(symbol: str) -> set[str]:
    """Give the keys under which a document with this symbol is found."""
    return {key for _where, keys in symbol_windows(tokens(symbol)) for key in keys}
