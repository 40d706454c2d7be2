"""Who says what they do not wish for is neither given nor offered it, in any language."""

from __future__ import annotations

import pytest

from bot.say.i18n import catalog_directory
from bot.service.wiring import discover
from bot.talk.wording import is_question
from bot.understanding.wishes import load_wishes
from kit.command import Command
from tests.harness import STEWARD, Said, Talk, kinds, once, understanding, wishes

LANGUAGES = ("en", "es", "fr", "pt", "ar", "ru", "zh")
MEMBER = "@member:test"


@once
async def speaking(talk: Talk, language: str) -> None:
    """Play up to where a member knows of one event to come."""
    await talk.room("space:events", "!events:test")
    await talk.member(STEWARD)
    await talk.says(STEWARD, "event add 2027-03-04 14:10 Duty lawyers", "yes")
    await talk.member(MEMBER, language=str(LANGUAGES.index(language) + 1))
    await talk.heard()


def meant(heard: list[Said]) -> set[str]:
    """List what was offered, else what was done."""
    offered = [each.ids for each in heard if each.kind == "wish.offer"]
    return {*offered[0]} if offered else {*kinds(heard)}


@pytest.mark.parametrize(
    ("language", "said", "opposite"),
    [
        ("en", "I will not be attending the meeting", "not going"),
        ("en", "please do not sign me up for that webinar", "not going"),
        ("es", "yo no quiero asistir a la reunión", "not going"),
        ("fr", "je participe plus à la réunion", "not going"),
        ("pt", "nao vou mais na reuniao", "not going"),
        ("ar", "ما رح شارك باللقاء", "not going"),
        ("ru", "я не хочу участвовать во встрече", "not going"),
        ("zh", "我不想参加那个会议", "not going"),
        ("en", "I do not want to join the prisons room", "leave"),
        ("es", "no quiero entrar en la sala de prisiones", "leave"),
        ("fr", "je ne veux pas rejoindre le salon des prisons", "leave"),
        ("ru", "не хочу вступать в комнату про тюрьмы", "leave"),
    ],
)
async def test_the_opposite_of_what_is_declined_is_meant(
    talk: Talk, language: str, said: str, opposite: str
):
    await speaking(talk, language)
    assert meant(await talk.says(MEMBER, said)) == {opposite}


@pytest.mark.parametrize(
    ("language", "said", "instead"),
    [
        ("fr", "je veux plus avoir de rappels", "attention.switched"),
        ("pt", "não quero mais lembretes", "attention.switched"),
        ("ru", "перестаньте мне напоминать", "attention.wishes"),
        ("zh", "不要再提醒我", "attention.switched"),
        ("ar", "لا تذكروني بشي", "attention.switched"),
        ("en", "I do not want to be an expert any more", "experts.none"),
        ("es", "ya no quiero estar disponible", "error.argument"),  # of `away`: until when
        ("fr", "je veux plus recevoir vos messages", "attention.muted"),
    ],
)
async def test_what_is_declined_is_never_offered(
    talk: Talk, language: str, said: str, instead: str
):
    await speaking(talk, language)
    assert meant(await talk.says(MEMBER, said)) == {instead}


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", "don't forget to remind me of the meeting an hour before"),
        ("fr", "n'oubliez pas de me rappeler la réunion une heure avant"),
        ("es", "no olvides recordarme la reunión una hora antes"),
        ("zh", "别忘了提前一小时提醒我开会"),
    ],
)
def test_a_no_that_asks_for_something_declines_nothing(language: str, said: str):
    assert understanding().wished(said, language) == said


@pytest.mark.parametrize(
    ("language", "said", "left"),
    [
        (
            "en",
            "I don't want the first one, sign me up for the second",
            "sign me up for the second",
        ),
        ("es", "a esa no voy, pero anótame en la otra", "anotame en la otra"),
        ("en", "sign me up", "sign me up"),
    ],
)
def test_the_rest_of_a_sentence_is_still_wished_for(language: str, said: str, left: str):
    assert understanding().wished(said, language).endswith(left)


def test_an_opposite_is_a_command_or_an_answer():
    features = discover()
    commands: list[Command] = [each for feature in features for each in feature.commands]
    paths = {each.path for each in commands} | {a.path for f in features for a in f.answers}
    assert {each.opposite for each in commands} - {""} <= paths


async def test_no_sentence_for_a_wish_is_taken_for_its_opposite():
    features = discover()
    opposites = {c.path: c.opposite for feature in features for c in feature.commands}
    known = {each.path for f in features for each in (*f.commands, *f.answers)}
    files = load_wishes(catalog_directory(), LANGUAGES, known)
    taken = []
    for language, file in files.items():
        for wish, sentences in file.wishes.items():
            for said in sentences if opposites.get(wish) else ():
                left = understanding().wished(said, language)
                rest = (await wishes().read(left, language, {}))[0].wish if left else ""
                if left != said and not is_question(said) and rest != wish:
                    taken.append(said)
    assert taken == []


@pytest.mark.parametrize(
    ("language", "said", "command"),
    [
        ("en", "not mute all", "mute all"),
        ("en", "please do not stop the digest", "digest off"),
        ("es", "no silencies todo", "mute all"),
        ("fr", "ne coupe pas tout", "mute all"),
        ("pt", "não silencie tudo", "mute all"),
        ("ru", "не отключай всё", "mute all"),
        ("zh", "不要静音全部", "mute all"),
        ("pt", "não confirme", "confirm"),
        ("ru", "не подтверждай", "confirm"),
        ("ar", "لست غائبا", "away"),
    ],
)
async def test_what_is_denied_is_asked_about_and_not_done(
    talk: Talk, language: str, said: str, command: str
):
    await speaking(talk, language)
    heard = await talk.says(MEMBER, said)
    assert [(each.kind, each.ids) for each in heard] == [("wish.offer", [command])]


@pytest.mark.parametrize(
    ("language", "said", "kind"),
    [
        ("en", "I do not want the digest", "attention.digest_off"),
        ("en", "don't write to me any more", "attention.muted"),
        ("es", "no me escribas más", "attention.muted"),
    ],
)
async def test_what_is_wished_for_with_a_no_is_done(
    talk: Talk, language: str, said: str, kind: str
):
    await speaking(talk, language)
    assert kinds(await talk.says(MEMBER, said)) == [kind]
