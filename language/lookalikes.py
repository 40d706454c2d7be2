"""Whether two names look the same although they are written otherwise (Unicode UTS #39, 4).

Letters of other scripts, and Latin ones with strokes and hooks, by the Latin letters that they are
taken for: after confusables.txt of Unicode 13.0 (© Unicode, Inc., Unicode License), cut to what
folding leaves and to the scripts that are read as Latin: Lisu and small capitals are among them.
What is drawn as nothing (Default_Ignorable_Code_Point) is left out first. A table takes no time to
load; of the libraries one reads 900 kB of JSON at its import, and none gives the skeleton of a
text.
"""

from __future__ import annotations

from kit.words import fold

_TAKEN_FOR = {
    "a": "ɑαаᎪᴀꓮⲁ",
    "b": "ƀƃƅɓбвьѣҍᏏᏴʙᴃꓐⲃ",
    "c": "ȼсҫᏟᴄꓚⲥ",
    "d": "ðđƌɖɗԁᎠᏧᴅᴆꓒꓓ",
    "e": "ɇεеҽҿᎬꬲᴇꓰⲉ",
    "f": "ƒϝքᵮẝꞙꬵ𝈓ꜰꓝ",
    "g": "ƍǥɠɡԍցᏀᏳᶃɢʛꓖ",
    "h": "ħɦнћңһӈӊհᎻᏂᏲⱨꚕʜꓧⲏ",
    "i": "ıɨɩɪιіӏᎥᵻᵼꙇꓲⲓ",
    "j": "ɉʝϳјᎫᴊꓙ",
    "k": "ƙκкқҟᏦⱪꝁᴋꓗⲕ",
    "l": "łƚǀɫɭᏞ𝈪ʟᴌꓡ",
    "m": "μϻмӎᎷᴍꓟⲙ",
    "n": "ƞɲɳηոռᵰɴꓠⲛ",
    "o": "øɵθοσоѳөօᎤᎾᏫᴏᴑꝋꬽꬾ𝈚ꓳⲟ",
    "p": "ƥρрᏢᵽᴘꓑⲣ",
    "q": "ʠԛգզꞯ",
    "r": "ɍɼɽʀгғᎡᎱᏒᴦᵲꭇꭈ𝈖ꓣ",
    "s": "ƽʂѕտᏕᏚᵴꜱꓢƨ",
    "t": "ŧƭʈτтҭᎢᵵⱦᴛꓔⲧ",
    "u": "ʉʋυսᏌᴜᵾꞟꭎꭒꓴ",
    "v": "νѵᏙᴠ𝈍ꓦ",
    "w": "ɯѡѽԝաᎳᏔᴡꝡꓪ",
    "x": "χхҳꭓꓫⲭ",
    "y": "ƴɏɣʏγуүұᎩᎽᶌỿꭚꓬⲩ",
    "z": "ƶȥʐζᏃᴢᵶꓜⲍ",
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
# Unicode 15, DerivedCoreProperties.txt: fillers among letters, joiners, variation selectors, tags.
_UNSEEN = dict.fromkeys(
    [
        *(0x034F, 0x115F, 0x1160, 0x17B4, 0x17B5, 0x3164, 0xFFA0),
        *range(0x180B, 0x1810),
        *range(0xFE00, 0xFE10),
        *range(0x1BCA0, 0x1BCA4),
        *range(0x1D173, 0x1D17B),
        *range(0xE0000, 0xE1000),
    ]
)
# Letters in boxes and flags, which no normal form makes letters of.
_BOXED = {
    first + place: letter
    for first in (0x1F150, 0x1F170, 0x1F1E6)
    for place, letter in enumerate("abcdefghijklmnopqrstuvwxyz")
} | {0x25CB: "o", 0x25EF: "o"}


def seen(text: str) -> str:
    """Return *text* without what is drawn as nothing, letters in boxes as letters."""
    return text.translate(_UNSEEN).translate(_BOXED)


def skeleton(text: str) -> str:
    """Return what two texts share that look the same: no case, no accents, no spaces, one script.

    It is good for comparing and for nothing else: "Moderators" becomes "rnoderators".
    """
    plain = fold(seen(text)).translate(_SKELETON).translate(_PLAIN)
    return "".join(letter for letter in plain if letter.isalnum())
