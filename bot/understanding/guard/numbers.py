"""The shapes of numbers that lead to a person: telephones, documents, files, dates, houses."""

from __future__ import annotations

import re
from collections.abc import Iterable

from babel import Locale

from bot.understanding.guard.lexicon import Shapes, any_of, every
from kit.words import HAN, is_han, unaccented

# Where people write Arabic, the months have four sets of names.
_LOCALES = ("en", "es", "fr", "pt", "ru", "zh", "ar", "ar_SY", "ar_DZ", "ar_MA")
_YEAR = r"(?:19|20)\d\d"


def _months() -> Iterable[str]:
    for tag in _LOCALES:
        for width in ("wide", "abbreviated"):
            for name in Locale.parse(tag).months["format"][width].values():
                if not name[0].isdecimal():
                    yield re.escape(unaccented(name).rstrip("."))


_MONTH = rf"(?:{'|'.join(sorted(set(_months()), key=len, reverse=True))})\.?(?!\w)"
_OF = r"(?:of\s+|de\s+|del\s+)?"
DATE = re.compile(
    r"(?<!\d)(?:"
    rf"\d{{1,2}}(?:/\d{{1,2}}/|\.\d{{1,2}}\.|-\d{{1,2}}-){_YEAR}(?![\d/-])"
    r"|(?<!\d\.)\d{1,2}(?:/\d{1,2}/|\.\d{1,2}\.)\d\d(?![\d/-]|\.\d)"
    rf"|{_YEAR}[./-]\d{{1,2}}[./-]\d{{1,2}}(?![\d/-])"
    rf"|\d{{1,2}}(?:st|nd|rd|th|er|o|º|ª)?\.?\s+{_OF}{_MONTH},?\s+{_OF}{_YEAR}"
    rf"|{_YEAR}\s?年\s?\d{{1,2}}\s?月\s?\d{{1,2}}\s?[日号]?"
    rf")|(?<!\w){_MONTH}\s+\d{{1,2}}(?:st|nd|rd|th)?,?\s+{_YEAR}",
    re.IGNORECASE,
)
# After a word for birth two digits are a year: 3rd April 88.
SHORT_DATE = re.compile(
    rf"(?<!\d)\d{{1,2}}(?:st|nd|rd|th|er|o|º|ª)?\.?\s+{_OF}{_MONTH},?\s+{_OF}['’]?\d\d(?!\d)",
    re.IGNORECASE,
)
BORN = re.compile(rf"(?:{DATE.pattern})生(?!效)", re.IGNORECASE)
# A time, a year, several years: no number of anybody.
CALENDAR = re.compile(
    rf"{DATE.pattern}|(?<!\d)\d{{1,2}}[:h]\d\d(?!\d)"
    rf"|(?<![0-9A-Za-z/.-]){_YEAR}(?:\s?[-–/]\s?(?:{_YEAR}|\d\d))?(?![0-9A-Za-z/-]|\.\d)",
    re.IGNORECASE,
)
COUNT = re.compile(
    r"(?<!\d )(?<![0-9A-Za-z+(/.,-])[1-9]\d{0,2}(?:[ .,\u202f']\d{3})+(?![0-9A-Za-z/-]|[ .,]\d)"
)

_HAN_DIGIT = "[〇零○一二三四五六七八九]"
_HAN_NUMBER = r"[一二三四五六七八九十廿\d]{1,4}"
_CODE = r"(?<![A-Za-z0-9])(?:[A-Z][A-Za-z.]{0,9}[ /-]){0,4}[A-Z]{0,4}"
_SIGN = r"№|\b[Nn]\.?(?:[or]|ro)?[.°]*"  # for a number


class Worded:
    """Shapes of which words are a part."""

    def __init__(self, words: Shapes) -> None:
        """Write them with *words* of all languages."""
        then = rf"(?:(?:{any_of(words.date)})\s+){{0,3}}"
        day, year = (f"(?:{any_of(each)})" for each in (words.day, words.year))
        # The ninth of May two thousand and ten, the ninth of May 2010.
        self.date = _written(
            rf"(?<!\w)(?:{_MONTH},?\s+{then}{year}"
            rf"|{day}\s+{then}{_MONTH},?\s+{then}{_YEAR}(?!\d)"
            rf"|{_MONTH}\s+(?:the\s+)?{day},?\s+{then}{_YEAR}(?!\d))"
            rf"|{_HAN_DIGIT}{{4}}\s?年\s?{_HAN_NUMBER}\s?月\s?{_HAN_NUMBER}\s?[日号]"
        )
        han = [word for word in every(words.counted) if is_han(word)]
        self.counted = _written(
            rf"[\s-]{{0,2}}(?:{any_of(words.counted)})(?!\w)|\s?(?:{'|'.join(han)})"
        )
        alone = any_of(words.at_alone)
        at, dot = f"{any_of(words.at)}|{alone}", any_of(words.dot)
        signs = [*every(words.at), *every(words.at_alone)]
        glued = "|".join(word for word in signs if is_han(word))
        said_at = (
            rf"(?:\s*[(\[{{<]\s*(?:{at}|@)\s*[)\]}}>]\s*|\s+(?:{at})\s+"
            rf"|\s*(?:{glued})\s*|\s+@\s+)"
        )
        glued = "|".join(word for word in every(words.dot) if is_han(word))
        said_dot = (
            rf"(?:\s*[(\[{{<]\s*(?:{dot}|\.)\s*[)\]}}>]\s*|\s+(?:{dot})\s+"
            rf"|\s*(?:{glued})\s*|\s+\.\s+)"
        )
        named_at = rf"(?:@|\s*[(\[{{<]\s*(?:at|@)\s*[)\]}}>]\s*|\s(?:{alone})\s)"
        self.email = _written(
            rf"(?<![\w.+-])[\w.+-]{{1,64}}"
            rf"(?:{named_at}[A-Za-z0-9-]+(?:(?:\.|{said_dot})[A-Za-z0-9-]+)+"
            rf"|{said_at}[\w-]+(?:{said_dot}[A-Za-z0-9-]+)+)"
        )
        number = rf"{_SIGN}|\b(?:{any_of(words.number)})"
        # After a word such as case: parts joined by signs, a number called so, one with letters.
        self.filed = re.compile(
            rf"(?<!\d)\d{{1,6}}\s+(?:{any_of(words.of_year)}|/)\s*(?:§{{4}}|(?:19|20)\d\d)"
            rf"|{_CODE}\d[\dA-Z]{{0,20}}(?:[/.-][A-Za-z]{{0,9}}\d[\dA-Za-z]{{0,20}}){{1,6}}"
            rf"|(?:{number})\s*[A-Z]{{0,4}}[ -]?\d[\w/-]*"
            r"|(?<=[:号])\s?[A-Z]{0,4}[ -]?\d[\dA-Za-z/-]*"
            r"|(?<![A-Za-z])[A-Z]{1,5}[ -]?\d{2,}"
            r"|(?<!\d)\d{5,}(?!\d)"
        )
        # A number called so before a word such as case, bare behind it: its number is 417.
        self.called_number = _written(
            rf"(?:{number}|{any_of(words.called)})\s+(?:(?:{any_of(words.of)})\s*)*$"
        )
        self.bare_number = re.compile(
            rf"\W{{0,3}}(?:{any_of(words.is_)})?\W{{0,3}}[A-Z]{{0,3}}[ -]?\d{{2,}}"
        )
        self.flat = _written(
            rf"(?<!\w)(?:{any_of(words.flat)})\.?\s?(?:no\.?\s?|n[°º]\s?|№\s?)?\d+"
        )


def _written(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.IGNORECASE)


def blot(pattern: re.Pattern[str], text: str) -> str:
    """Blot out what *pattern* finds; every other letter stays in its place."""
    return pattern.sub(lambda found: "§" * len(found[0]), text)


# Digits with what people put between them; whether it can be dialled is told by ``dials``.
DIALLED = re.compile(r"(?<![0-9A-Za-z/.§-])(?:\+\s?)?\(?\d[\d ().\u202f–-]{4,22}\d(?![0-9A-Za-z/])")
_AREA = re.compile(r"\(\d{2,5}\)\s?\d")
_IN_GROUPS = re.compile(r"\(?\d{3}[-. )]{1,2}\d{3}[-. ]\d{4}|1[3-9]\d[ -]?\d{4}[ -]?\d{4}")
_MOST, _SHORTEST, _WITH_COUNTRY, _WITH_AREA = 15, 6, 8, 9  # digits; the most by ITU-T E.164


def dials(written: str, *, said: bool) -> bool:
    """Tell whether a number can be a telephone's; *said* that a word beside it says so."""
    digits = len(re.sub(r"\D", "", written))
    if digits > _MOST:
        return False
    return (
        (said and digits >= _SHORTEST)
        or (written.startswith(("+", "00")) and digits >= _WITH_COUNTRY)
        or (written.startswith("0") and digits >= _WITH_AREA)
        or _AREA.match(written) is not None
        or _IN_GROUPS.fullmatch(written) is not None
    )


_END = r"(?![0-9A-Za-z])"
# Numbers of documents that nothing else looks like.
_DOCUMENTS = (
    r"(?<!\d)\d{3}\.\d{3}\.\d{3}-\d{2}(?!\d)",  # Brazil: CPF
    r"(?<!\d)\d{3}-\d{2}-\d{4}(?!\d)",  # United States: social security
    r"(?<!\d)\d{3}-\d{3}-\d{3} \d{2}(?!\d)",  # Russia: SNILS
    rf"(?<![A-Za-z0-9])[A-Z]{{2}} ?\d{{2}} ?\d{{2}} ?\d{{2}} ?[A-D]{_END}",  # United Kingdom: NINO
    rf"(?<![A-Za-z0-9])[A-Z]{{4}}\d{{6}}[A-Z0-9]{{3,8}}{_END}",  # Mexico: CURP, RFC
    rf"(?<!\d)\d{{17}}[\dXx]{_END}",  # China
    r"(?<!\d)[12] \d\d \d\d \d\d \d{3} \d{3}(?: \d\d)?(?!\d)",  # France: social security
    r"(?<![A-Za-z0-9/-])[A-Z]{1,3}\d{6,9}[A-Z]?(?![0-9A-Za-z/-])",  # passports
    r"(?<![A-Za-z0-9/.,+-])\d{10,}(?![0-9A-Za-z/-])",
)
DOCUMENT = re.compile("|".join(_DOCUMENTS))
# After a word such as passport: four digits at least, letters and signs between them.
NUMBERED = re.compile(
    r"(?<![A-Za-z0-9/.,-])[A-Z]{0,4}[ -]?\d(?:[ ./-]?[A-Z]{0,3}\d){3,40}"
    rf"(?:-?[A-Z]{{1,2}})?{_END}"
    rf"|(?<![A-Za-z0-9])[A-Z]{{0,3}}\d{{3,}}[A-Z]{{1,3}}{_END}|(?<!\d)\d{{3,}}-[A-Z\d]+{_END}"
)
# The same in small letters, as people type: passport ab1234567.
SMALL_NUMBERED = re.compile(r"(?<![a-z0-9/.,-])[a-z]{1,3}[ -]?\d{6,9}[a-z]?(?![0-9a-z/-])")
# Behind prisoner, inmate and the like: KAM/123/26, no. 4417.
PRISONER_NUMBER = re.compile(
    r"(?<![A-Za-z/])[A-Z]{2,5}[/-]\d{1,6}[/-](?:19|20)?\d\d(?![\d/])"
    r"|(?<!\w)(?:[Nn]o|[Nn]r|[Nn]|n[uú]mero|number|№|номер|رقم|编号)\.?[°º]?\s?\d{3,7}(?![\d/.])"
)
_HAN = f"[{HAN}]{{0,2}}"
_FILES = (
    r"(?<!\d)\d{7}-\d{2}\.\d{4}\.\d\.\d{2}\.\d{4}(?!\d)",  # Brazil
    rf"[(（]?(?:19|20)\d\d[)）]?\s?{_HAN}\d{{0,6}}{_HAN}[刑民行执赔][{HAN}]{{0,4}}\d+号",  # China
    r"(?<![\d:])\d{1,2}:\d\d-[a-z]{2,4}-\d{3,6}(?!\d)",  # United States: federal courts
    r"(?<![\w/])\d{1,6}/[A-Z]{2,6}/(?:19|20)\d\d(?![\d/])",  # 417/CID/2027
    # FHC/L/417C/2027
    r"(?<![A-Za-z/])[A-Z]{2,6}(?:/[A-Z]{0,3}\d{0,5}[A-Z]?){1,3}/(?:19|20)\d\d(?![\d/])",
    # HC/CR/E123/26: with a year of two digits only where letters and a number stand together
    r"(?<![A-Za-z/])[A-Z]{2,6}(?:/[A-Z]{1,6}){0,2}/[A-Z]{1,3}\d{1,5}/\d\d(?![\d/])",
    r"(?<![A-Za-z/])[A-Z]{2,6}/\d{1,6}/[A-Z]{1,3}/\d\d(?![\d/])",
)
FILE = re.compile("|".join(_FILES))
_COUNT_OF_HOUSES = r"(?:\d+|[一二三四五六七八九十百]+)"
HOUSE = re.compile(
    rf"(?:[路街巷道弄里村]|胡同|大道)\s?{_COUNT_OF_HOUSES}\s?[号弄]|{_COUNT_OF_HOUSES}\s?号楼"
    rf"|{_COUNT_OF_HOUSES}\s?(?:单元|栋|幢)\s?\d*|\d+\s?室"
)
# A street in small letters with the number of a house, as people type: calle sucre 418.
_SMALL_WORD = r"(?:[^\W\d_]{2,}\s+)"
_NO_UNIT = r"(?![\d.:,]?\d|\s?(?:%|h\b|horas|personas|casos|pessoas|человек|дел))"
SMALL_HOUSE = re.compile(
    r"(?<!\w)(?:at|from|in|to)\s+\d{1,5}[a-z]?\s+(?!of\b|the\b|in\b|a\b|years?\b|people\b|days?\b)"
    rf"{_SMALL_WORD}{{1,2}}(?:street|st|road|rd|avenue|ave|lane|drive|boulevard|crescent|terrace)"
    r"(?!\w|\s+(?:blocks?|works|users?|signs?|side|traffic|closures?|children|vendors?)\b)"
    r"|(?<!\w)(?:at|in|a|au|a la|du)\s+\d{1,5}\s?(?:bis|ter)?,?\s+(?:rue|avenue|boulevard|allee"
    r"|impasse|chemin|quai)(?!\w)"
    rf"|(?<!\w)(?:calle|avenida|jiron|pasaje|carrera|rua|travessa|alameda)\s+{_SMALL_WORD}{{1,4}}"
    rf"(?:n[°º.]?\s?)?\d{{1,5}}{_NO_UNIT}"
    rf"|(?<!\w)(?:улиц[аеуы]|ул\.|проспект[ае]?|переулк[еа]|переулок)\s+{_SMALL_WORD}{{1,3}}(?:д\.?\s?|дом\s)?"
    rf"\d{{1,4}}{_NO_UNIT}"
)
# Where somebody is on the map: degrees with four decimals or more, or with minutes.
_DEGREES = r"[-−]?\d{1,3}(?:\.\d{4,}\s?°?|\.\d{2,}\s?°)\s?[NSEWOСЮВЗ]?"
_PLUS = "[23456789CFGHJMPQRVWX]"  # letters of plus codes
COORDINATES = re.compile(
    rf"(?<![\d.]){_DEGREES}\s*[,;/\s]\s*{_DEGREES}(?![\d.])"
    r"|\d{1,3}\s?°\s?\d{1,2}(?:\.\d+)?\s?['′’]|geo:\s?-?\d{1,3}\.\d+"
    r"|(?<![\d.])\d{1,3}\.\d+\s?[NSСЮ][,;/\s]+\d{1,3}\.\d+\s?[EWOВЗ](?!\w)"
    rf"|(?<!\w){_PLUS}{{4,8}}\+{_PLUS}{{2,3}}(?!\w)|///[^\W\d_]+\.[^\W\d_]+\.[^\W\d_]+"
)
_LETTERS = "A-ZА-Я"
_PLATES = (
    rf"[{_LETTERS}]{{1,3}}[ -]?\d{{2,4}}(?:[ -]?[{_LETTERS}]{{1,3}})?(?:[ -]?\d{{2,3}})?",
    rf"\d{{1,4}}[ -]?[{_LETTERS}]{{1,3}}(?:[ -]?\d{{1,4}})?",
    r"[A-Z]{3}[ -]?\d[A-Z]\d{2}",
    r"(?:[\u0620-\u064a]\s?){1,3}\d{3,5}",
    r"\d{4,7}",
)
# What nothing but a plate looks like, if a word for one is near: no law has so many of both.
WHOLE_PLATE = re.compile(
    rf"(?<![\w-])(?:[{_LETTERS}]{{2,3}}[ -]?\d{{3,4}}(?:[ -]?[{_LETTERS}]{{1,2}})?"
    rf"|[{_LETTERS}]\d{{3}}[{_LETTERS}]{{2}}(?:\d{{2,3}})?)(?![\w-])"
)
PLATE = re.compile(rf"(?<![\w-])(?:{'|'.join(_PLATES)})(?![\w-])")
_PROVINCES = "京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼"
CHINESE_PLATE = re.compile(rf"[{_PROVINCES}][A-Z][·. ]?[A-Z0-9]{{5,6}}(?![A-Z0-9])")
# After the name of a network: what has a sign for an account, or no word would have within it.
MATRIX_ID = re.compile(r"@[\w.\-=/+]+:[\w.\-]*\w")
ACCOUNT = re.compile(
    r"(?<!\w)@[A-Za-z][\w.]{2,}(?![\w:@])"
    r"|(?<![\w.@/])(?=[A-Za-z.]*[_\d])[A-Za-z][\w.]{3,}[A-Za-z0-9_](?![\w:@/])"
)
PROFILE = re.compile(
    r"(?<!\w)(?:t\.me|instagram\.com|facebook\.com|fb\.com|vk\.com|tiktok\.com|twitter\.com|x\.com)/@?[\w.]{3,}",
    re.IGNORECASE,
)
_FEWEST_SAID = 6  # digits in a row
_HAN_SAID = 7


def said(words: Iterable[str]) -> re.Pattern[str]:
    """Make a pattern of a number that is told in *words* for its digits."""
    known = {*words}
    han = "".join(sorted(word for word in known if len(word) == 1 and "\u4e00" <= word <= "\u9fff"))
    one = "|".join(sorted(map(re.escape, known), key=len, reverse=True))
    joint = r"(?:[\s,.-]|\s(?:and|y|et|e|و)\s){1,3}"
    several = rf"(?:(?:{one}|\d+){joint}){{{_FEWEST_SAID - 1},}}(?:{one}|\d+)"
    return re.compile(rf"(?<!\w){several}(?!\w)|[〇零{han}]{{{_HAN_SAID},}}", re.IGNORECASE)
