"""Who wants fewer messages of the hub chooses how: nothing is muted or erased unasked."""

from __future__ import annotations

import pytest

from tests.harness import Talk, kinds, understanding

MEMBER = "@member:test"


@pytest.mark.parametrize(
    ("number", "said"),
    [
        ("1", "you send too many notifications, less often please"),
        ("1", "just tell me when something is called off"),
        ("2", "me llegan demasiados avisos, menos por favor"),
        ("2", "escríbeme menos pero no dejes de avisar"),
        ("3", "je voudrais des messages moins souvent"),
        ("4", "quero receber menos notificações"),
        ("5", "قللوا الرسائل من فضلكم"),
        ("6", "присылайте уведомления реже"),
        ("7", "通知太多了，少发一些"),
    ],
)
async def test_fewer_messages_are_a_choice(talk: Talk, number: str, said: str):
    await talk.member(MEMBER, language=number)
    [heard] = await talk.says(MEMBER, said)
    assert (heard.kind, [*heard.ids]) == ("wish.offer", ["digest on", "notify", "mute all"])


@pytest.mark.parametrize(
    ("number", "said"),
    [
        ("1", "I stopped getting notifications"),
        ("2", "ya no recibo avisos"),
        ("5", "ما توصلنيش المساجات"),
        ("6", "мне больше не приходят напоминания"),
    ],
)
async def test_who_gets_none_any_more_may_have_them_again(talk: Talk, number: str, said: str):
    await talk.member(MEMBER, language=number)
    [heard] = await talk.says(MEMBER, said)
    assert (heard.kind, [*heard.ids]) == ("wish.offer", ["unmute", "notify"])


@pytest.mark.parametrize(
    ("number", "said"), [("5", "سكروا الميساجات الكل"), ("1", "shut all the messages")]
)
async def test_no_yes_erases_who_wanted_no_messages(talk: Talk, number: str, said: str):
    await talk.member(MEMBER, language=number)
    assert "forget" not in "".join(kinds(await talk.says(MEMBER, said)))
    await talk.says(MEMBER, "اي")
    assert kinds(await talk.says(MEMBER, "profile")) == ["profile.show"]


@pytest.mark.parametrize("said", ["da para queixar sem dizer o nome?", "pode ser sem nome"])
def test_a_word_that_names_a_city_too_is_no_country(said: str):
    assert understanding().whereabouts(said, "pt") == (None, None)
