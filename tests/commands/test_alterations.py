"""One topic or language among several is added or left out, and all others stay."""

from __future__ import annotations

import pytest

from tests.commands.test_experts import EXPERT, volunteers
from tests.harness import Talk, kinds, scene

MEMBER = "@member:test"


@scene
async def member(talk: Talk) -> None:
    await talk.member(MEMBER)
    await talk.says(MEMBER, "profile topics", "prisons, torture prevention")


@pytest.mark.parametrize(
    ("said", "topics"),
    [
        ("add child justice to my topics", ["prisons", "torture-prevention", "child-justice"]),
        ("please take prisons off my topics", ["torture-prevention"]),
        ("agrega justicia juvenil a mis temas", ["prisons", "torture-prevention", "child-justice"]),
        ("enlève les prisons de mes thèmes", ["torture-prevention"]),
        ("acrescenta mulheres aos meus temas", ["prisons", "torture-prevention", "women-gender"]),
        ("احذفوا السجون من مواضيعي", ["torture-prevention"]),
        ("добавьте женщин к моим темам", ["prisons", "torture-prevention", "women-gender"]),
        ("主题去掉监狱", ["torture-prevention"]),
        ("profile topics women", ["women-gender"]),
    ],
)
async def test_the_topics_that_are_not_named_stay(member: Talk, said: str, topics: list[str]):
    [told] = await member.says(MEMBER, said)
    assert (told.kind, told.ids) == ("profile.topics", topics)


async def test_the_last_topic_may_go_and_there_is_no_sixth(member: Talk):
    await member.says(MEMBER, "profile topics drop prisons")
    [told] = await member.says(MEMBER, "profile topics drop torture prevention")
    assert told.body == 'You have no topic. Say "profile topics" to choose some.'
    await member.says(MEMBER, "profile topics", "1, 2, 3, 4, 5")
    [refused] = await member.says(MEMBER, "profile topics add women")
    assert (refused.kind, "Leave one out first." in refused.body) == ("error.argument", True)


async def test_what_is_no_topic_is_refused_and_nothing_changes(member: Talk):
    assert kinds(await member.says(MEMBER, "profile topics add gardening")) == ["error.argument"]
    [told] = await member.says(MEMBER, "profile topics drop women")
    assert told.ids == ["prisons", "torture-prevention"]


@pytest.mark.parametrize(
    "said",
    [
        "I also speak French",
        "también hablo francés",
        "também falo francês",
        "ещё я говорю по-французски",
        "أتكلم الفرنسية أيضا",
    ],
)
async def test_a_language_more_is_one_in_which_an_expert_helps(talk: Talk, said: str):
    await volunteers(talk, EXPERT)
    [told] = await talk.says(EXPERT, said)
    assert (told.kind, "in English and French." in told.body) == ("experts.languages", True)


async def test_who_is_no_expert_is_told_which_language_is_kept(member: Talk):
    [told] = await member.says(MEMBER, "I also speak French")
    assert told.body == (
        'I only keep in which language I write to you: English. "language" changes it. As an '
        'expert you say in which languages you help: "volunteer".'
    )


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ("fale português comigo", "pt"),
        ("parlez espagnol avec moi", "es"),
        ("habla ruso conmigo", "ru"),
        ("говорите со мной по-французски", "fr"),
        ("跟我说西班牙语", "es"),
    ],
)
async def test_the_language_that_is_named_is_spoken(member: Talk, said: str, code: str):
    [told] = await member.says(MEMBER, said)
    assert (told.kind, told.ids) == ("profile.language", [code])


async def test_a_language_in_a_reason_changes_nothing(member: Talk):
    said = "not going 3 please speak French with me"
    assert kinds(await member.says(MEMBER, said)) == ["error.argument"]
    assert (await member.says(MEMBER, "language"))[0].ids == ["en"]
