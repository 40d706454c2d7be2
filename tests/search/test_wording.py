"""Filters are read from plain words of seven languages, and nothing else is taken for one."""

from __future__ import annotations

import pytest

from search.query import Query
from tests.harness import index

AFRICA = frozenset({"africa-west-central", "africa-east-southern"})
SINCE, NEWER = (2010, 9999), (2016, 9999)
TREATIES = Query("", kinds=frozenset({"treaty"}), regions=AFRICA, years=SINCE)
ARABIC, FRENCH, UN = frozenset({"ar"}), frozenset({"fr"}), frozenset({"un"})


@pytest.mark.parametrize(
    ("said", "read"),
    [
        *(
            (said, TREATIES)
            for said in (
                "treaties for Africa since 2010",
                "tratados de África desde 2010",
                "traités pour l'Afrique depuis 2010",
                "tratados da África desde 2010",
                "договоры для Африки с 2010 года",
                "2010年以来的非洲条约",
                "معاهدات أفريقيا منذ ٢٠١٠",
                "only treaties for Africa since 2010",
            )
        ),
        *(
            (said, Query("", organisations=UN))
            for said in (
                "only UN",
                "UN only",
                "solo ONU",
                "seulement ONU",
                "só ONU",
                "только ООН",
                "仅限联合国",
                "الأمم المتحدة فقط",
            )
        ),
        *(
            (said, Query("", years=NEWER))
            for said in (
                "newer than 2015",
                "más nuevo que 2015",
                "plus récent que 2015",
                "mais recentes do que 2015",
                "новее 2015 года",
                "比2015年新",
                "أحدث من 2015",
                "after 2015",
                "2015年之后",
            )
        ),
        *(
            (said, Query("", years=(1, 1999)))
            for said in (
                "before 2000",
                "antes de 2000",
                "avant 2000",
                "anteriores a 2000",
                "до 2000 года",
                "2000年以前",
                "قبل عام 2000",
            )
        ),
        *(
            (said, Query("", years=(2010, 2015)))
            for said in (
                "from 2010 to 2015",
                "entre 2010 y 2015",
                "entre 2010 et 2015",
                "entre 2010 e 2015",
                "с 2010 по 2015 год",
                "2010年至2015年",
                "بين 2010 و2015",
                "del 2010 al 2015",
                "2010年 至 2015年 之间",
            )
        ),
        ("torture in Arabic", Query("torture", languages=ARABIC)),
        ("tortura en árabe", Query("tortura", languages=ARABIC)),
        ("la torture en arabe", Query("la torture", languages=ARABIC)),
        ("tortura em árabe", Query("tortura", languages=ARABIC)),
        ("пытки на арабском языке", Query("пытки", languages=ARABIC)),
        ("阿拉伯语的条约", Query("", kinds=frozenset({"treaty"}), languages=ARABIC)),
        ("التعذيب باللغة الفرنسية", Query("التعذيب", languages=FRENCH)),
        ("in Arabic: bail", Query("bail", languages=ARABIC)),
        ("torture only UN", Query("torture", organisations=UN)),
        ("year:2012 torture in French", Query("torture", languages=FRENCH, years=(2012, 2012))),
    ],
)
def test_a_filter_in_words(said: str, read: Query):
    assert index().asked(said) == read


@pytest.mark.parametrize(
    "said",
    [
        "defence in English law",
        "resolution 2010/15",
        "A/RES/67/187",
        "what changed after the war",
        "only children",
        "before the court in 2010",
        "from 2010 onwardly",
        "onlyness",
        "bail 2015",
        "treaties for Africa",
        "detention in Turkey",
        "до суда",
        "一九五五年之前",
    ],
)
def test_what_only_looks_like_one_stays_in_the_words(said: str):
    assert index().asked(said) == Query(said)


def test_who_publishes_for_the_un_is_of_the_un():
    found = {*index().search("only UN", "en").ids}
    assert {"unpg-2012", "unpg-booklet-2013"} <= found
    assert found.isdisjoint({"echr-1950", "luanda-guidelines-2014"})
