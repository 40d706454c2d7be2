"""Roles in free words: everybody who is named, and the role, are kept until the yes."""

from __future__ import annotations

import pytest

from actions.roles import GIVEN
from kit.authority import Role
from storage.people import People
from tests.harness import STEWARD, Talk, kinds, scene
from tests.measuring import moderated

ROSA, IVAN = "@rosa:test", "@ivan:test"


@scene
async def hub(talk: Talk) -> None:
    await moderated(talk)
    for user_id in (ROSA, IVAN):
        await talk.member(user_id)


async def roles(talk: Talk) -> list[Role]:
    async with talk.storage.write() as session:
        people = [await People(session).find(user_id) for user_id in (ROSA, IVAN)]
        return [person.role for person in people if person]


@pytest.mark.parametrize(
    ("said", "role"),
    [
        (f"could you please make {ROSA} and {IVAN} moderators", Role.MODERATOR),
        ("Rosa and Ivan should be curators", Role.CURATOR),
        ("haz organizadores a rosa e ivan", Role.ORGANISER),
        ("nommez rosa et ivan modérateurs", Role.MODERATOR),
        ("назначь rosa и ivan кураторами", Role.CURATOR),
        ("请任命rosa和ivan为协管员", Role.MODERATOR),
    ],
)
async def test_all_who_are_named_get_the_role_after_one_yes(hub: Talk, said: str, role: Role):
    heard = await hub.says(STEWARD, said)
    assert kinds(heard) == ["wish.offer"]
    assert f'"role {ROSA} {IVAN} {role}"' in heard[0].body
    assert await roles(hub) == [Role.MEMBER, Role.MEMBER]
    heard = await hub.says(STEWARD, "yes")
    assert (heard[-1].kind, heard[-1].body) == (
        "moderation.role",
        f"{ROSA} and {IVAN} are now: {role}",
    )
    assert await roles(hub) == [role, role]


@pytest.mark.parametrize(
    "said",
    [f"role {ROSA}, {IVAN} moderator", "role rosa and ivan: mods", f"rol {ROSA} ivan moderadora"],
)
async def test_the_command_takes_several(hub: Talk, said: str):
    assert kinds(await hub.says(STEWARD, said))[-1] == "moderation.role"
    assert await roles(hub) == [Role.MODERATOR, Role.MODERATOR]


async def test_a_role_that_is_missing_is_asked_for_and_nobody_is_lost(hub: Talk):
    heard = await hub.says(STEWARD, f"role {ROSA} ivan")
    assert heard[0].body == (
        f"Which role? Say it in your next message, for {ROSA} and {IVAN}: "
        "member, curator, organiser, and moderator"
    )
    assert kinds(await hub.says(STEWARD, "curators"))[-1] == "moderation.role"
    assert await roles(hub) == [Role.CURATOR, Role.CURATOR]


async def test_what_takes_something_from_one_of_several_is_asked_about_alone(hub: Talk):
    await hub.says(STEWARD, f"role {ROSA} moderator")
    heard = await hub.says(STEWARD, f"role {ROSA} {IVAN} curator")
    assert kinds(heard) == ["error.argument"]
    assert f'"role {ROSA} curator"' in heard[0].body
    assert await roles(hub) == [Role.MODERATOR, Role.MEMBER]


@pytest.mark.parametrize(
    ("said", "offered"),
    [
        ("make rosa an ordinary member again", f'"role end {ROSA}"'),
        ("que rosa redevienne une simple membre", f'"role end {ROSA}"'),
        ("hazme moderadora a rosa", f'"role {ROSA} moderator"'),
        (f"make {ROSA} a curator", f'"role {ROSA} curator"'),
        ("nombra a rosa curadora", f'"role {ROSA} curator"'),
    ],
)
async def test_one_role_is_given_or_taken_in_words(hub: Talk, said: str, offered: str):
    await hub.says(STEWARD, f"role {ROSA} organiser")
    heard = await hub.says(STEWARD, said)
    assert kinds(heard) == ["wish.offer"]
    assert offered in heard[0].body.replace("quitar rol", "role end")


async def test_a_sentence_that_begins_like_the_command_is_none(hub: Talk):
    heard = await hub.says(STEWARD, "role of a defence lawyer in mediation")
    assert heard[0].kind != "error.not_found"
    assert await roles(hub) == [Role.MEMBER, Role.MEMBER]


@pytest.mark.parametrize(
    ("language", "called"),
    [
        ("en", ["member", "curator", "organiser", "moderator"]),
        (
            "es",
            [
                "integrante",
                "curaduría",
                "organización",
                "moderación",
            ],
        ),
        ("fr", ["membre", "curation", "organisation", "modération"]),
        ("ar", ["عضو", "أمانة المكتبة", "تنظيم الفعاليات", "الإشراف"]),
        ("zh", ["成员", "资料管理员", "组织者", "协管员"]),
    ],
)
async def test_a_role_is_called_in_the_language_of_its_reader_and_taken_by_that_name(
    hub: Talk, language: str, called: list[str]
):
    await hub.says(STEWARD, f"language {language}")
    (asked,) = await hub.says(STEWARD, f"role {ROSA}")
    for name, role in zip(called, GIVEN, strict=True):
        assert name in asked.body
        await hub.says(STEWARD, f"role {IVAN} {name}", "👍")
        assert (await roles(hub))[1] is role
    await hub.says(STEWARD, f"role end {IVAN}", "👍")
    assert (await roles(hub))[1] is Role.MEMBER
