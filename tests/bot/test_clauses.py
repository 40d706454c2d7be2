"""What an answer says is not so, not so any more, or about others is no evidence for it."""

from __future__ import annotations

import pytest

from tests.bot.test_understanding import CATEGORIES, READER, THEMES


@pytest.mark.parametrize(
    ("said", "language", "category"),
    [
        # not so
        ("I am a lawyer, not a judge", "en", "legal-aid-lawyer"),
        ("I am not a judge", "en", None),
        ("soy abogada, no jueza", "es", "legal-aid-lawyer"),
        ("je ne suis pas juge mais avocate", "fr", "legal-aid-lawyer"),
        ("não sou juiz, sou defensora pública", "pt", "public-defender"),
        ("trabalho no tribunal", "pt", "judiciary"),
        ("انا محاميه مش قاضي", "ar", "legal-aid-lawyer"),
        ("я адвокат, а не судья", "ru", "legal-aid-lawyer"),
        ("судьёй не работаю", "ru", None),
        ("我是律师不是法官", "zh", "legal-aid-lawyer"),
        ("trabajo en una organización no gubernamental", "es", "civil-society"),
        # about somebody else
        ("my husband is a judge", "en", None),
        ("my husband is a judge but I am a lawyer", "en", "legal-aid-lawyer"),
        ("mi marido es policia pero yo nop", "es", None),
        ("mon mari est policier", "fr", None),
        ("meu marido é juiz", "pt", None),
        ("جوزي قاضي وانا محاميه", "ar", "legal-aid-lawyer"),
        ("мой муж судья, а я адвокат", "ru", "legal-aid-lawyer"),
        ("我老公是警察我是律师", "zh", "legal-aid-lawyer"),
        # of the past
        ("I was a prosecutor", "en", None),
        ("I used to be a prosecutor, now I am a lawyer", "en", "legal-aid-lawyer"),
        ("antes era fiscal, ahora abogada", "es", "legal-aid-lawyer"),
        ("j'étais procureur, maintenant je suis avocat", "fr", "legal-aid-lawyer"),
        ("fui promotor, agora sou defensor público", "pt", "public-defender"),
        ("كنت في النيابه زمان ودلوقتي محاميه", "ar", "legal-aid-lawyer"),
        ("раньше была прокурором", "ru", None),
        ("以前是检察官，现在是律师", "zh", "legal-aid-lawyer"),
    ],
)
def test_category(said, language, category):
    assert READER.choice(said, CATEGORIES, language) == category


@pytest.mark.parametrize(
    ("said", "language", "theme"),
    [
        ("not prisons", "en", None),
        ("women but not prisons", "en", "women-gender"),
        ("no me interesa la pena de muerte", "es", None),
        ("la pena de muerte no me interesa", "es", None),
        ("pas la police", "fr", None),
        ("menos as prisões", "pt", None),
        ("مش السجون", "ar", None),
        ("не тюрьмы, а женщины", "ru", "women-gender"),
        ("死刑不感兴趣", "zh", None),
    ],
)
def test_theme(said, language, theme):
    assert READER.choice(said, THEMES, language) == theme


@pytest.mark.parametrize(
    ("said", "ui", "language"),
    [
        ("I don't speak English", "en", None),
        ("ingles no, no hablo ingles", "es", None),
        ("ingles no, no hablo ingles", "en", None),
        ("ingles no, español", "es", "es"),
        ("pas anglais, français", "fr", "fr"),
        ("inglês não, português", "pt", "pt"),
        ("مش انجليزي، عربي", "ar", "ar"),
        ("не английский, а русский", "ru", "ru"),
        ("我不说英语", "zh", None),
    ],
)
def test_language(said, ui, language):
    assert READER.language(said, ui) == language
