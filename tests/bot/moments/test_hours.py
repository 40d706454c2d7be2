"""Two full hours are found in what people say around them."""

from __future__ import annotations

import pytest

from tests.harness import understanding


@pytest.mark.parametrize(
    ("said", "language", "hours"),
    [
        ("21-7", "en", (21, 7)),
        ("21:00 - 07:00", "en", (21, 7)),
        ("from 9pm to 7am", "en", (21, 7)),
        ("22-24", "en", (22, 0)),
        ("de 21h à 7h", "fr", (21, 7)),
        ("de las 9 de la noche a las 7 de la mañana", "es", (21, 7)),
        ("das 21h às 7h", "pt", (21, 7)),
        ("с 9 вечера до 7 утра", "ru", (21, 7)),
        ("من 9 مساء إلى 7 صباحا", "ar", (21, 7)),
        ("晚上9点到早上7点", "zh", (21, 7)),
        ("don't write me from 9 at night until 6 in the morning please", "en", (21, 6)),
        ("no me escribas de 10 de la noche a 7 de la mañana", "es", (22, 7)),
        ("no me escribas de 10 de la noche a 7 de la mañana", "en", (22, 7)),
        ("de noche de 11 a 6", "es", (23, 6)),
        ("ne m'écris pas de 10h du soir à 7h du matin", "fr", (22, 7)),
        ("não escreve das 10 da noite às 7 da manhã", "pt", (22, 7)),
        ("не пиши мне с десяти вечера до 8 утра", "ru", (22, 8)),
        ("لا ترسل لي من الساعة 10 بالليل حتى 7 الصبح", "ar", (22, 7)),
        ("晚上10点到早上8点不要发消息", "zh", (22, 8)),
        ("12 at night to 6", "en", (0, 6)),
        ("between 22 and 7", "en", (22, 7)),
        *((said, "en", None) for said in ("21:30-7", "25-7", "21", "22 6", "21-7-8", "x-y", "")),
        *((said, "en", None) for said in ("10pm to 6:30am", "from 9 in the evening", "1.5-7")),
        ("de 22h30 à 7h", "fr", None),
        ("晚上10点半到早上8点", "zh", None),
        ("с 9 ночи до 6", "ru", None),
    ],
)
def test_full_hours_are_found_in_a_text(said, language, hours):
    assert understanding().hours(said, language) == hours


@pytest.mark.parametrize(
    ("said", "language"),
    [
        ("stop messaging me at night", "en"),
        ("no me mandes nada de noche", "es"),
        ("ne m'écris pas la nuit", "fr"),
        ("não me escreva à noite", "pt"),
        ("не пиши ночью", "ru"),
        ("لا تكتب لي في الليل", "ar"),
        ("晚上别发消息", "zh"),
    ],
)
def test_night_without_a_number_has_its_own_hours(said, language):
    assert understanding().hours(said, language) == (22, 7)
    assert understanding().hours(f"{said} 9", language) is None


@pytest.mark.parametrize(
    ("said", "language", "hours"),
    [
        ("nothing after 8pm please", "en", (20, 7)),
        ("don't write after 9 in the evening", "en", (21, 7)),
        ("no messages past 22:00", "en", (22, 7)),
        ("nada después de las 8 de la noche", "es", (20, 7)),
        ("rien après 20h svp", "fr", (20, 7)),
        ("nada depois das 20h", "pt", (20, 7)),
        ("لا شيء بعد الساعة 8 مساء", "ar", (20, 7)),
        ("ничего после 20:00", "ru", (20, 7)),
        ("ничего после восьми вечера", "ru", (20, 7)),
        ("晚上8点以后不要发消息", "zh", (20, 7)),
        ("晚上8点之后别发", "zh", (20, 7)),
        ("nothing after 8:30pm", "en", None),
        ("nothing after 8am", "en", None),
        ("nothing after 8", "en", None),
        ("nothing at 8pm", "en", None),
        ("nothing after the training", "en", None),
        ("after 8pm or after 9pm", "en", None),
    ],
)
def test_a_silence_that_begins_in_the_evening_ends_in_the_morning(said, language, hours):
    assert understanding().evening(said, language) == hours
