"""What is said beside an open question: wishes that are sure are done, answers stay answers."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from storage.people import People
from storage.tables.talk import AttentionRow, DialogueRow
from tests.harness import Talk, kinds, scene

NEWCOMER, MEMBER = "@newcomer:test", "@amal:test"
LANGUAGES = {"en": "1", "es": "2", "fr": "3", "pt": "4", "ar": "5", "ru": "6", "zh": "7"}
YES = {"en": "yes", "es": "sí", "fr": "oui", "pt": "sim", "ar": "نعم", "ru": "да", "zh": "同意"}


@scene
async def newcomer(talk: Talk) -> None:
    await talk.opens(NEWCOMER)
    await talk.says(NEWCOMER, "start")


async def stands(talk: Talk) -> tuple[str, str] | None:
    """Return the language in which a question is open, and which."""
    async with talk.storage.read() as session:
        person = await People(session).find(NEWCOMER)
        step = await session.scalar(select(DialogueRow.step))
    return (person.language, step) if person and step else None


@pytest.mark.parametrize(
    ("said", "kind", "language"),
    [
        ("c'est quoi les regles mandela", "find.everywhere", "fr"),
        ("ты робот?", "about.bot", "ru"),
        ("кто это читает", "about.readers", "ru"),
        ("¿quién puede leer lo que le escribo?", "about.readers", "es"),
        ("quem pode ler o que eu escrevo?", "about.readers", "pt"),
        ("你是机器人吗", "about.bot", "zh"),
        ("who can read what I write to you?", "about.readers", "en"),
    ],
)
async def test_what_is_asked_instead_of_a_language_sets_it_and_is_answered(
    newcomer: Talk, said: str, kind: str, language: str
):
    assert kinds(await newcomer.says(NEWCOMER, said)) == [kind, "onboarding.ask.consent"]
    assert await stands(newcomer) == (language, "consent")


HURT = {
    "en": "the guards beat my brother so badly he cannot walk",
    "es": "a mi primo lo golpearon los guardias",
    "fr": "ils ont tabassé mon cousin au poste",
    "pt": "espancaram minha irmã na delegacia",
    "ar": "ابني محبوس وضربوه الحراس",
    "ru": "моего брата избили в изоляторе",
    "zh": "我弟弟在派出所被打了",
}


@pytest.mark.parametrize("question", ["language", "consent"])
@pytest.mark.parametrize("language", LANGUAGES)
async def test_who_is_in_danger_is_helped_and_asked_nothing_until_they_say_so(
    newcomer: Talk, question: str, language: str
):
    await comes_to(newcomer, question, language)
    [heard] = await newcomer.says(NEWCOMER, HURT[language])
    assert heard.kind == "help.lawyer"
    assert (await stands(newcomer) or ("",))[0] == language
    after = kinds(await newcomer.says(NEWCOMER, YES[language]))
    assert not any(kind.startswith("onboarding") for kind in after)
    assert kinds(await newcomer.says(NEWCOMER, "start")) == [f"onboarding.ask.{question}"]


@pytest.mark.parametrize("said", ["tokyo rules", "A/RES/45/110"])
async def test_a_known_title_is_looked_up_where_a_language_is_asked_for(newcomer: Talk, said: str):
    heard = await newcomer.says(NEWCOMER, said)
    assert kinds(heard) == ["find.results", "onboarding.ask.language"]
    assert heard[-1].body.startswith("Still open: ")


@pytest.mark.parametrize(
    ("said", "language"),
    [
        ("عربي", "ar"),
        ("بالعربي لو سمحت", "ar"),
        ("на русском пожалуйста", "ru"),
        ("русский язык", "ru"),
        ("中文", "zh"),
        ("en español por favor", "es"),
        ("français", "fr"),
        ("em português", "pt"),
    ],
)
async def test_a_language_that_is_named_at_the_rules_shows_them_in_it(
    newcomer: Talk, said: str, language: str
):
    heard = await newcomer.says(NEWCOMER, "1", said)
    assert kinds(heard) == ["profile.language", "onboarding.ask.consent"]
    assert await stands(newcomer) == (language, "consent")


DISAGREE = {
    "en": ["no", "I don't agree", "no I don't agree", "I disagree with this", "nope don't agree"],
    "es": ["no quiero", "no estoy de acuerdo", "no, no acepto", "no me parece bien"],
    "fr": ["pas d'accord", "je ne suis pas d'accord", "non, je refuse"],
    "pt": ["nao concordo", "não aceito isso", "não concordo mais com isso"],
    "ar": ["لا مش موافق", "مش موافق خالص", "لا ما بوافق", "مو موافقة"],
    "ru": ["не согласен", "нет, я не согласна", "не соглашаюсь"],
    "zh": ["我不同意", "不，我不同意", "我不太同意"],
}


@pytest.mark.parametrize("at", ["consent", "country"])
@pytest.mark.parametrize("language", DISAGREE)
async def test_who_does_not_agree_says_no_to_what_is_open(newcomer: Talk, language: str, at: str):
    before = {"consent": [], "country": ["yes"]}[at]
    await newcomer.says(NEWCOMER, LANGUAGES[language], *before)
    heard = {said: kinds(await newcomer.says(NEWCOMER, said)) for said in DISAGREE[language]}
    assert {*map(tuple, heard.values())} == {(f"onboarding.ask.{at}",)}
    assert await stands(newcomer) == (language, at)


@pytest.mark.parametrize("language", DISAGREE)
async def test_who_does_not_agree_where_nothing_is_open_is_asked(talk: Talk, language: str):
    await talk.member(NEWCOMER, language=LANGUAGES[language])
    heard = {said: kinds(await talk.says(NEWCOMER, said)) for said in DISAGREE[language]}
    # A no to what was offered for the one before it keeps everything as it is.
    asked = (["error.not_understood"], ["error.not_found"], ["wish.offer"], ["say.kept"])
    assert {said: kind for said, kind in heard.items() if kind not in asked} == {}


async def test_a_member_withdraws_their_consent_beside_a_question(talk: Talk):
    await talk.member(NEWCOMER)
    await talk.says(NEWCOMER, "ask", "Does anybody know of precedents on bail for minors?")
    heard = await talk.says(NEWCOMER, "I withdraw my consent to the use of my data")
    assert kinds(heard) == ["withdrawal.ask.confirm"]


ERASE = {
    "en": "delete everything you have on me",
    "es": "borrá todo lo mio",
    "fr": "effacez tout",
    "pt": "apaga tudo sobre mim",
    "ar": "امسح كل شي عني",
    "ru": "сотрите меня",
    "zh": "把我的资料都删掉",
}
STOP = {
    "en": "actually never mind",
    "es": "cancelá",
    "fr": "annule",
    "pt": "cancela",
    "ar": "لا أريد الانضمام",
    "ru": "не хочу вступать",
    "zh": "我不想加入",
}
COUNTRY = {
    "en": "Kenya",
    "es": "Kenia",
    "fr": "Kenya",
    "pt": "Quénia",
    "ar": "كينيا",
    "ru": "Кения",
    "zh": "肯尼亚",
}


async def comes_to(talk: Talk, question: str, language: str) -> None:
    steps = {"language": 0, "consent": 1, "country": 2, "category": 3, "topics": 4}
    said = [LANGUAGES[language], YES[language], COUNTRY[language], "1"][: steps[question]]
    await talk.says(NEWCOMER, *said)
    assert (await stands(talk) or ("", ""))[1] == question


@pytest.mark.parametrize("question", ["language", "country", "topics"])
@pytest.mark.parametrize("language", LANGUAGES)
async def test_a_wish_to_be_erased_is_heard_at_any_question(
    newcomer: Talk, question: str, language: str
):
    await comes_to(newcomer, question, language)
    assert kinds(await newcomer.says(NEWCOMER, ERASE[language])) == ["forget.ask.confirm"]


REFUSE = {
    "en": ["no thanks, please delete what I wrote", "I don't want this, erase it all"],
    "es": [
        "no gracias, mejor borra todo y no me escribas",
        "no quiero seguir, eliminen lo que dije",
    ],
    "fr": ["non merci, effacez ce que j'ai dit", "je ne veux pas participer, supprimez tout"],
    "pt": ["não, eu quero que apague", "nao quero participar apaga tudo"],
    "ar": ["لا شكرا، امسح كل ما كتبته", "ما بدي اشارك احذف كل شي"],
    "ru": ["нет, не хочу, удалите всё", "нет спасибо, сотрите что я писал"],
    "zh": ["不用了，请删掉我写的", "我不想参加，全删了吧"],
}


@pytest.mark.parametrize("question", ["language", "consent", "country"])
@pytest.mark.parametrize("language", LANGUAGES)
async def test_who_refuses_and_wants_nothing_kept_is_erased_by_the_next_yes(
    newcomer: Talk, question: str, language: str
):
    await comes_to(newcomer, question, language)
    for said in REFUSE[language]:
        assert kinds(await newcomer.says(NEWCOMER, said)) == ["forget.ask.confirm"], said
        assert kinds(await newcomer.says(NEWCOMER, "cancel")) == ["forget.cancelled"]
        await newcomer.says(NEWCOMER, "start")
        if question != "language":
            await comes_to(newcomer, question, language)
    await newcomer.says(NEWCOMER, REFUSE[language][0], YES[language])
    async with newcomer.storage.read() as session:
        assert await People(session).find(NEWCOMER) is None


@pytest.mark.parametrize(
    ("question", "said", "then"),
    [
        ("consent", "does no mean you delete everything?", "onboarding.ask.consent"),
        ("consent", "no", "onboarding.ask.consent"),
        ("topics", "erasing police records", "onboarding.ask.topics"),
    ],
)
async def test_erasure_that_is_asked_about_or_is_a_topic_erases_nobody(
    newcomer: Talk, question: str, said: str, then: str
):
    await comes_to(newcomer, question, "en")
    assert kinds(await newcomer.says(NEWCOMER, said))[-1] == then


@pytest.mark.parametrize("question", ["consent", "category"])
@pytest.mark.parametrize("language", LANGUAGES)
async def test_a_wish_to_stop_is_heard_at_any_question(
    newcomer: Talk, question: str, language: str
):
    await comes_to(newcomer, question, language)
    assert kinds(await newcomer.says(NEWCOMER, STOP[language])) == ["onboarding.cancelled"]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("wish", [ERASE, STOP])
async def test_a_wish_to_stop_is_no_question_to_an_expert(talk: Talk, wish, language: str):
    await talk.member(NEWCOMER, language=LANGUAGES[language], country=COUNTRY[language])
    await talk.says(NEWCOMER, "ask")
    said = kinds(await talk.says(NEWCOMER, wish[language]))
    assert said == ["forget.ask.confirm" if wish is ERASE else "ask.cancelled"]


@pytest.mark.parametrize(
    "said",
    [
        "My client was beaten and wants all that the police keep about him to be erased.",
        "How can a client have police records erased after an acquittal?",
        "Como apagar os dados do meu cliente de um processo arquivado?",
        "Le juge a tout annulé, que puis-je faire pour mon client ?",
        "当事人被宣告无罪以后，怎样才能让警察删除关于他的全部犯罪记录？",
    ],
)
async def test_a_question_about_erasure_is_a_question_to_an_expert(talk: Talk, said: str):
    await talk.member(NEWCOMER)
    await talk.says(NEWCOMER, "ask")
    (then,) = kinds(await talk.says(NEWCOMER, said))
    assert then in {"ask.ask.topic", "ask.ask.urgent"}  # some name their topic


@pytest.mark.parametrize(
    ("question", "said", "then"),
    [
        ("country", "I work in Uganda", "category"),
        ("category", "public defender", "topics"),
        ("category", "I am a prosecutor", "category"),
        ("topics", "prisons", None),
        ("topics", "stop and search", None),
        ("topics", "not prisons", "topics"),
    ],
)
async def test_an_answer_is_an_answer(newcomer: Talk, question: str, said: str, then: str | None):
    await comes_to(newcomer, question, "en")
    heard = await newcomer.says(NEWCOMER, said)
    assert kinds(heard) == [f"onboarding.ask.{then}" if then else "onboarding.done"]


async def test_who_looks_something_up_first_is_asked_nothing_with_numbers(talk: Talk):
    await talk.opens(NEWCOMER)
    heard = kinds(await talk.says(NEWCOMER, "tokyo rules"))
    assert heard == ["find.results", "onboarding.welcome", "onboarding.later"]
    assert kinds(await talk.says(NEWCOMER, "1")) == ["find.card"]
    assert kinds(await talk.says(NEWCOMER, "start")) == ["onboarding.ask.language"]


async def test_where_no_question_is_open_none_is_cancelled(talk: Talk):
    await talk.member(NEWCOMER)
    assert kinds(await talk.says(NEWCOMER, "annule")) == ["error.conflict"]


LATE = {
    "en": "nothing after 8pm please",
    "es": "no me escriban nada después de las 8 de la noche",
    "fr": "ne m'écrivez rien après 20h svp",
    "pt": "não me escrevam nada depois das 20h",
    "ar": "لا ترسلوا لي شيئا بعد الساعة 8 مساء",
    "ru": "не пишите мне после 8 вечера",
    "zh": "晚上8点以后不要给我发消息",
}


@pytest.mark.parametrize("language", LATE)
async def test_silence_from_an_evening_on_is_kept_until_morning_after_a_yes(
    talk: Talk, language: str
):
    await talk.member(NEWCOMER)
    await talk.says(NEWCOMER, f"language {language}")
    assert kinds(await talk.says(NEWCOMER, LATE[language])) == ["wish.offer"]
    [heard] = await talk.says(NEWCOMER, "👍")
    assert heard.kind == "attention.quiet"
    async with talk.storage.read() as session:
        wishes = await session.scalar(select(AttentionRow))
    assert wishes is not None
    assert (wishes.quiet_from, wishes.quiet_until) == (20, 7)


async def test_an_hour_before_in_words_is_read_beside_a_question(talk: Talk):
    await talk.member(NEWCOMER)
    await talk.says(NEWCOMER, "profile country")
    heard = await talk.says(NEWCOMER, "remind me an hour before")
    assert kinds(heard) == ["events.none", "profile.ask.country"]


@pytest.mark.parametrize("asked", ["", "forget me", "volunteer"])
@pytest.mark.parametrize(
    "said",
    [
        *("going to leave all", "leave all that out", "leave them all out of it"),
        *("show me leave all", "tell me about mute all", "what happens with mute all"),
        *("explícame silenciar todo", "décris tout couper", "опиши сводка выкл"),
    ],
)
async def test_who_speaks_of_a_command_has_it_not_done(talk: Talk, asked: str, said: str):
    await talk.member(MEMBER)
    if asked:
        await talk.says(MEMBER, asked)
    done = {"rooms.left_all", "attention.muted", "attention.digest_off"}
    assert done.isdisjoint(kinds(await talk.says(MEMBER, said)))


@pytest.mark.parametrize("asked", ["", "forget me", "volunteer"])
async def test_who_says_a_command_has_it_done(talk: Talk, asked: str):
    await talk.member(MEMBER)
    if asked:
        await talk.says(MEMBER, asked)
    assert "attention.muted" in kinds(await talk.says(MEMBER, "mute all"))


WISHED = [
    ("en", "how can I write to the moderators", "about.human"),
    ("en", "what events are coming up soon", "events.none"),
    ("es", "muéstrame las salas que hay", "rooms.list"),
    ("es", "quiero hacerle una consulta a un experto", "error.not_allowed"),
    ("fr", "je souhaite échanger avec un modérateur", "about.human"),
    ("fr", "montrez-moi les salons", "rooms.list"),
    ("pt", "como entro em contato com a moderação", "about.human"),
    ("pt", "quais eventos vêm por aí", "events.none"),
    ("ar", "كيف أصل إلى أحد المشرفين", "about.human"),
    ("ar", "اعرض لي الغرف", "rooms.list"),
    ("ru", "мне надо связаться с модераторами", "about.human"),
    ("ru", "какие есть комнаты?", "rooms.list"),
    ("zh", "怎么跟协管员联系", "about.human"),
    ("zh", "有哪些房间", "rooms.list"),
]


@pytest.mark.parametrize(("language", "said", "kind"), WISHED)
async def test_a_sure_wish_is_done_where_one_says_what_one_is(
    newcomer: Talk, language: str, said: str, kind: str
):
    await newcomer.says(NEWCOMER, LANGUAGES[language], YES[language], "Kenya")
    heard = await newcomer.says(NEWCOMER, said)
    assert kinds(heard) == [kind, "onboarding.ask.category"]
    assert "\n" not in heard[-1].body  # in one line
    assert await stands(newcomer) == (language, "category")


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", "I train prison officers for the ministry"),
        ("en", "I am a clerk and keep the calendar of a judge"),
        ("en", "I look after events for the bar council"),
        ("es", "soy perito y escribo informes para la defensa"),
        ("fr", "je forme des interprètes pour les tribunaux"),
        ("pt", "sou pesquisadora e estudo as prisões"),
        ("ar", "أعمل في وزارة العدل"),
        ("ru", "читаю лекции по уголовному праву"),
        ("zh", "我在法学院教书"),
    ],
)
async def test_what_somebody_says_they_are_is_no_wish(newcomer: Talk, language: str, said: str):
    await newcomer.says(NEWCOMER, LANGUAGES[language], YES[language], "Kenya")
    heard = await newcomer.says(NEWCOMER, said)
    assert {each.kind.rpartition(".")[0] for each in heard} == {"onboarding.ask"}, heard[0].body
