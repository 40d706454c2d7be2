"""What somebody in need says after they were told where to look stays in that conversation."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.harness import Talk, kinds

SOMEBODY, MEMBER = "@somebody:test", "@member:test"
NO_MORE = "I am a program, and about that I know no more than this:"
DANGER = "If anybody is in danger now, call the emergency number of your country first."
UNKNOWN = "I know no such body for {} with a source that I could name."
NEED = {
    "en": "my cousin was arrested last night",
    "es": "mi primo está preso, ¿qué hago?",
    "fr": "ma sœur est en garde à vue",
    "pt": "meu marido foi preso hoje",
    "ar": "اعتقلوا ابني",
    "ru": "мою сестру задержали",
    "zh": "我弟弟被抓了",
}


@pytest.mark.parametrize(
    ("language", "said", "country"),
    [
        ("en", "Ghana", "Ghana"),
        ("en", "we live in Accra", "Ghana"),
        ("es", "vivimos en Quito, Ecuador", "Ecuador"),
        ("fr", "on habite au Sénégal", "Sénégal"),
        ("pt", "moro em Moçambique", "Moçambique"),
        ("ar", "نحن في الأردن", "الأردن"),
        ("ru", "мы живём в Грузии", "Грузия"),
        ("zh", "哈萨克斯坦", "哈萨克斯坦"),
    ],
)
async def test_a_country_alone_or_in_a_sentence_answers_where_to_look(
    talk: Talk, language: str, said: str, country: str
):
    await talk.opens(SOMEBODY)
    await talk.says(SOMEBODY, NEED[language])
    [heard] = await talk.says(SOMEBODY, said)
    assert (heard.kind, country in heard.body.split("\n\n")[0]) == ("help.lawyer", True)


async def test_what_was_told_is_not_told_again_and_the_country_is_kept_in_mind(talk: Talk):
    await talk.opens(SOMEBODY)
    await talk.says(SOMEBODY, NEED["en"])
    [heard] = await talk.says(SOMEBODY, "Ghana")
    assert heard.body.split("\n\n")[0] == UNKNOWN.format("Ghana")
    assert "I am sorry that you need a lawyer" not in heard.body
    [heard] = await talk.says(SOMEBODY, "she is only sixteen")
    assert heard.body.split("\n\n") == [
        NO_MORE,
        UNKNOWN.format("Ghana"),
        (
            "Where to look: the legal aid authority or public defender of your country, "
            "the bar association, or the law clinic of a university."
        ),
        DANGER,
        (
            "Other members do not see our direct chat. "
            "Whoever runs your homeserver or mine may be able to read it."
        ),
        "I see no phone number, and I do not keep what you write.",
        '"forget me" erases what I keep of you, "rooms" shows where people talk.',
        'If you meant something else, "help" shows what I can do.',
    ]


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", "the officers hit him in the cell"),
        ("es", "lo golpearon los policías"),
        ("fr", "ils l'ont tabassée"),
        ("pt", "ele apanhou da polícia"),
        ("ar", "ضربوه في المركز"),
        ("ru", "её избили в отделе"),
        ("zh", "他在派出所被殴打"),
    ],
)
async def test_who_is_beaten_in_custody_cannot_wait(talk: Talk, language: str, said: str):
    await talk.opens(SOMEBODY)
    first = (await talk.says(SOMEBODY, NEED[language], "?", said))[0]
    danger, custody, *_rest = first.body.split("\n\n")
    assert first.kind == "help.lawyer"
    [afraid] = await talk.says(SOMEBODY, "my husband beats me")
    assert afraid.body.split("\n\n")[0] == danger
    assert afraid.body.split("\n\n")[1] != custody


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", "he turned 15 in May"),
        ("en", "which number can I phone"),
        ("es", "¿a qué teléfono llamo ahora?"),
        ("fr", "j'appelle qui maintenant"),
        ("pt", "ela tem só 14 anos"),
        ("ru", "по какому номеру звонить"),
        ("zh", "他才十五岁"),
    ],
)
async def test_what_else_is_told_stays_in_that_conversation(talk: Talk, language: str, said: str):
    await talk.opens(SOMEBODY)
    assert kinds(await talk.says(SOMEBODY, NEED[language], said)) == ["help.lawyer"]


@pytest.mark.parametrize(
    "said",
    [
        "I am the mother of a boy who was arrested",
        "soy la hermana de un joven que está preso",
        "je suis la mère d'un mineur en garde à vue",
        "sou mãe de um rapaz que foi detido ontem",
        "я мать, моего ребёнка: сына задержали",
    ],
)
async def test_who_says_whose_mother_they_are_is_in_need(talk: Talk, said: str):
    await talk.opens(SOMEBODY)
    assert kinds(await talk.says(SOMEBODY, said)) == ["help.lawyer"]


@pytest.mark.parametrize(
    ("said", "kind"),
    [
        ("I want to delete everything", "forget.ask.confirm"),
        ("forget me", "forget.ask.confirm"),
        ("stop writing to me", "attention.muted"),
        ("who can read what I write here", "about.readers"),
        ("thank you", "say.thanks"),
        ("help", "help.all"),
        ("find bail", "find.results"),
        ("start", "onboarding.ask.language"),
        ("Mandela rules", "find.results"),
        ("yes", "error.not_understood"),
        ("I am a lawyer in Ghana", "wish.offer"),
    ],
)
async def test_any_other_wish_gets_out_of_it(talk: Talk, said: str, kind: str):
    await talk.opens(SOMEBODY)
    await talk.says(SOMEBODY, NEED["en"])
    assert kind in kinds(await talk.says(SOMEBODY, said))


@pytest.mark.parametrize("language", NEED)
async def test_to_be_forgotten_is_always_heard(talk: Talk, language: str):
    said = {
        "en": "erase it all",
        "es": "borren todo",
        "fr": "effacez tout",
        "pt": "apaguem tudo sobre mim",
        "ar": "امحوا كل شي عني",
        "ru": "сотрите всё обо мне",
        "zh": "把我的资料全部删掉",
    }[language]
    await talk.opens(SOMEBODY)
    [heard] = await talk.says(SOMEBODY, NEED[language], said)
    asks = heard.kind == "wish.offer" and "forget me" in heard.ids
    assert asks or heard.kind == "forget.ask.confirm"


async def test_after_an_hour_a_country_is_no_answer(talk: Talk):
    await talk.opens(SOMEBODY)
    await talk.says(SOMEBODY, NEED["en"])
    await talk.passes(timedelta(hours=1, seconds=1))
    assert "help.lawyer" not in kinds(await talk.says(SOMEBODY, "Ghana"))


async def test_a_member_is_at_work_again_once_something_else_was_said(talk: Talk):
    await talk.member(MEMBER)
    await talk.says(MEMBER, "lawyer")
    assert kinds(await talk.says(MEMBER, "Ghana")) == ["help.lawyer"]
    await talk.says(MEMBER, "events")
    assert "help.lawyer" not in kinds(await talk.says(MEMBER, "he is only sixteen"))


async def test_without_a_word_of_need_a_country_and_violence_are_no_need(talk: Talk):
    await talk.opens(SOMEBODY)
    for said in ("Ghana", "which rules forbid that somebody is beaten in custody"):
        assert "help.lawyer" not in kinds(await talk.says(SOMEBODY, said))


@pytest.mark.parametrize(
    ("language", "said", "kind"),
    [
        ("en", "can anybody see my phone", "about.readers"),
        ("es", "me da miedo hablar, ¿alguien mira esto?", "about.readers"),
        ("fr", "vous gardez mon téléphone ?", "about.data"),
        ("pt", "o que vocês sabem de mim?", "about.data"),
        ("ar", "هل تحفظون رقم هاتفي؟", "about.data"),
        ("ru", "вы сохраняете мой телефон?", "about.data"),
        ("zh", "你们会留我的号码吗", "about.data"),
    ],
)
async def test_what_they_ask_about_the_hub_is_answered(
    talk: Talk, language: str, said: str, kind: str
):
    await talk.opens(SOMEBODY)
    assert kinds(await talk.says(SOMEBODY, NEED[language], "?", said))[-1] == kind


async def test_nothing_is_told_twice(talk: Talk):
    await talk.opens(SOMEBODY)
    await talk.says(SOMEBODY, NEED["en"], "she is only sixteen")
    for said in ("it rained a lot", "my aunt is in custody, too", "and nobody came"):
        assert NO_MORE not in (await talk.says(SOMEBODY, said))[0].body


@pytest.mark.parametrize(
    "said",
    [
        "I need an advocate who knows about torture",
        "busco una defensora que conozca el derecho migratorio",
        "je cherche une avocate qui s'y connaît en expertise",
        "preciso de um advogado que entenda de provas digitais",
        "أحتاج محامية متخصصة في قضايا الأحداث",
        "нужен адвокат, который разбирается в экспертизе",
        "我需要找一位熟悉死刑案件的律师",
    ],
)
async def test_a_lawyer_who_knows_about_something_is_a_colleague(talk: Talk, said: str):
    await talk.member(MEMBER)
    [heard] = await talk.says(MEMBER, said)
    assert heard.kind == "ask.ask.question" or heard.ids[0] == "ask"
    await talk.opens(SOMEBODY)  # of whom nobody knows whether they are one
    [offered, *_rest] = await talk.says(SOMEBODY, said)
    assert (offered.kind, list(offered.ids)) == ("wish.offer", ["ask", "lawyer"])


@pytest.mark.parametrize(
    "said",
    [
        "my brother is in jail, I need a lawyer who knows criminal law",
        "mi marido me pega, necesito una abogada que sepa de violencia",
    ],
)
async def test_but_not_where_somebody_close_is_held_or_hurt(talk: Talk, said: str):
    await talk.opens(SOMEBODY)
    assert kinds(await talk.says(SOMEBODY, said)) == ["help.lawyer"]


@pytest.mark.parametrize(
    "said",
    ["no lawyer at the hearing, no money", "sin abogado en la audiencia, no hay plata"],
)
async def test_a_stage_without_a_lawyer_is_of_a_case(talk: Talk, said: str):
    await talk.opens(SOMEBODY)
    assert "help.lawyer" not in kinds(await talk.says(SOMEBODY, said))


async def test_who_said_that_they_are_a_paralegal_needs_no_lawyer(talk: Talk):
    await talk.opens(SOMEBODY)
    await talk.says(SOMEBODY, "hello", "1", "yes", "Kenya", "paralegal")
    assert "help.lawyer" not in kinds(await talk.says(SOMEBODY, "I am looking for a lawyer"))
