"""Whether two names look the same although they are written otherwise (Unicode UTS #39, 4).

Letters of other scripts, and Latin ones with strokes and hooks, by the Latin letters that they are
taken for: after confusables.txt of Unicode 13.0 (© Unicode, Inc., Unicode License), cut to what
folding leaves and to the scripts that are read as Latin. A table takes no time to load; of the
libraries one reads 900 kB of JSON at its import, and none gives the skeleton of a text.
"""

from __future__ import annotations

from kit.words import fold

_TAKEN_FOR = {
    "a": "ɑαаᎪ",
    "b": "ƀƃƅɓбвьѣҍᏏᏴ",
    "c": "ȼсҫᏟᴄ",
    "d": "ðđƌɖɗԁᎠᏧ",
    "e": "ɇεеҽҿᎬꬲ",
    "f": "ƒϝքᵮẝꞙꬵ𝈓",
    "g": "ƍǥɠɡԍցᏀᏳᶃ",
    "h": "ħɦнћңһӈӊհᎻᏂᏲⱨꚕ",
    "i": "ıɨɩɪιіӏᎥᵻᵼꙇ",
    "j": "ɉʝϳјᎫ",
    "k": "ƙκкқҟᏦⱪꝁ",
    "l": "łƚǀɫɭᏞ𝈪",
    "m": "μϻмӎᎷ",
    "n": "ƞɲɳηոռᵰ",
    "o": "øɵθοσоѳөօᎤᎾᏫᴏᴑꝋꬽꬾ𝈚",
    "p": "ƥρрᏢᵽ",
    "q": "ʠԛգզ",
    "r": "ɍɼɽʀгғᎡᎱᏒᴦᵲꭇꭈ𝈖",
    "s": "ƽʂѕտᏕᏚᵴꜱ",
    "t": "ŧƭʈτтҭᎢᵵⱦ",
    "u": "ʉʋυսᏌᴜᵾꞟꭎꭒ",
    "v": "νѵᏙᴠ𝈍",
    "w": "ɯѡѽԝաᎳᏔᴡꝡ",
    "x": "χхҳꭓ",
    "y": "ƴɏɣʏγуүұᎩᎽᶌỿꭚ",
    "z": "ƶȥʐζᏃᴢᵶ",
    "aa": "ꜳ",
    "ae": "æӕ",
    "ao": "ꜵ",
    "au": "ꜷ",
    "av": "ꜹꜻ",
    "ay": "ꜽ",
    "bl": "ы",
    "dz": "ʣ",
    "ll": "ǁ",
    "lo": "ю",
    "ls": "ʪ",
    "lz": "ʫ",
    "oe": "œ",
    "oo": "ꚙꝏ",
    "rn": "ɱᵯ",
    "ss": "βᏰꞵ",
    "tf": "ꝷ",
    "ts": "ʦ",
    "ue": "ᵫ",
    "uo": "ꭣ",
}
# Within ASCII: in many fonts nobody tells them apart.
_ALIKE = {"0": "o", "1": "l", "i": "l", "m": "rn"}
_SKELETON = str.maketrans(
    {letter: plain for plain, letters in _TAKEN_FOR.items() for letter in letters}
)
_PLAIN = str.maketrans(_ALIKE)


def skeleton(text: str) -> str:
    """Return what two texts share that look the same: no case, no accents, no spaces, one script.

    It is good for comparing and for nothing else: "Moderators" becomes "rnoderators".
    """
    plain = fold(text).translate(_SKELETON).translate(_PLAIN)
    return "".join(letter for letter in plain if letter.isalnum())
