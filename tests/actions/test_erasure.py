"""What was passed on from or about a person is taken back: waiting, held or sent, on every way."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from actions.erasure import Erasure
from bot.say.gate import Gate
from bot.say.post import OutboxPost
from kit.due import WasInvited
from kit.notices import Notice
from kit.text import Pill, Reply, _
from storage.attention import Attention
from storage.dues import Dues
from storage.people import People
from storage.tables.queues import OutboxRow
from storage.tables.talk import NoticeRow
from tests.harness import SECOND_STEWARD, STEWARD, Said, Talk, kinds, once, scene

EXPERT, ASKER = "@expert:test", "@asker:test"
QUESTION = "Which standards require counsel at disciplinary hearings?"
ASK = ("ask", QUESTION, "10", "no", "skip", "yes")
REGION = "purge region West and Central Africa"
NIGHT = timedelta(hours=9)  # 21:00 in UTC is midnight in Nairobi, where the expert is
MORNING = timedelta(hours=9)
# Who says what, so that the asker is forgotten, wholly or as a member.
WAYS = {
    "forget me": [(ASKER, "forget me"), (ASKER, "yes")],
    "withdraw consent": [(ASKER, "withdraw consent"), (ASKER, "yes")],
    "purge region": [(STEWARD, REGION), (SECOND_STEWARD, REGION)],
}
ways = pytest.mark.parametrize("way", WAYS)


@scene
async def hub(talk: Talk) -> None:
    for who in (STEWARD, SECOND_STEWARD, EXPERT):
        await talk.member(who)
    await talk.says(EXPERT, "volunteer", "10", "skip")
    await talk.member(ASKER, country="Senegal")


async def goes(talk: Talk, way: str) -> list[Said]:
    heard: list[Said] = []
    for who, words in WAYS[way]:
        heard += await talk.says(who, words)
    return heard + await talk.passes(timedelta(0))


async def arrives(talk: Talk) -> None:
    """Let the homeserver take everything that is queued."""
    async with talk.storage.write() as session:
        for row in await session.scalars(select(OutboxRow).where(OutboxRow.state == "new")):
            row.state = "sent"
            row.event_id = f"${row.txn_id}" if row.action in {"send", "file"} else None


def event(said: Said) -> str:
    return f"${said.content['org.ilan.hub']['txn']}"


def redacted(heard: list[Said]) -> set[str]:
    return {said.content["event_id"] for said in heard if said.kind == "redact"}


async def waiting(talk: Talk, kind: str) -> int:
    """Count the messages of a kind that are still to be sent."""
    async with talk.storage.read() as session:
        rows = await session.scalars(select(OutboxRow).where(OutboxRow.state == "new"))
        return sum(row.content.get("org.ilan.hub", {}).get("kind") == kind for row in rows)


@once
async def introduced(talk: Talk) -> list[Said]:
    await talk.says(ASKER, *ASK)
    await talk.says(EXPERT, "accept 1")
    await talk.says(ASKER, "accept 1")
    return await invites(talk)


async def invites(talk: Talk) -> list[Said]:
    """Let the homeserver invite both, the asker last."""
    async with talk.storage.write() as session:
        asker = await People(session).find(ASKER)
        assert asker is not None
        await Dues(session).plan(WasInvited("request:1", asker.id), at=talk.now)
    return await talk.passes(timedelta(0))


@ways
async def test_a_question_that_was_sent_is_redacted(hub: Talk, way):
    (question,) = [s for s in await introduced(hub) if s.kind == "experts.question"]
    assert (question.room, QUESTION in question.body) == ("direct:3", True)
    await arrives(hub)
    assert event(question) in redacted(await goes(hub, way))


@ways
async def test_a_question_that_is_queued_is_not_sent(hub: Talk, way):
    await introduced(hub)
    assert await waiting(hub, "experts.question") == 1
    await goes(hub, way)
    assert await waiting(hub, "experts.question") == 0


@once
async def held(talk: Talk) -> None:
    await talk.says(ASKER, *ASK)
    await talk.says(EXPERT, "accept 1")
    talk.now += NIGHT
    await talk.says(ASKER, "accept 1")
    assert "experts.question" not in kinds(await invites(talk))


@pytest.mark.both_databases
@ways
async def test_a_question_that_is_held_overnight_is_not_said(hub: Talk, way):
    await held(hub)
    await goes(hub, way)
    assert "experts.question" not in kinds(await hub.passes(MORNING))


async def test_a_question_that_is_held_is_said_when_nobody_goes(hub: Talk):
    await held(hub)
    said = [s for s in await hub.passes(MORNING) if s.kind == "experts.question"]
    assert [(s.room, QUESTION in s.body) for s in said] == [("direct:3", True)]


@ways
async def test_what_was_held_and_is_said_by_now_is_redacted(hub: Talk, way):
    await held(hub)
    (question,) = [s for s in await hub.passes(MORNING) if s.kind == "experts.question"]
    await arrives(hub)
    assert event(question) in redacted(await goes(hub, way))


@ways
async def test_what_is_asked_of_an_expert_is_taken_back_at_any_hour(hub: Talk, way):
    (offer,) = [s for s in await hub.says(ASKER, *ASK) if s.kind == "experts.offer"]
    hub.now += NIGHT
    await hub.says(ASKER, *ASK)
    await arrives(hub)
    assert event(offer) in redacted(await goes(hub, way))
    assert "experts.offer" not in kinds(await hub.passes(MORNING))


async def mention(talk: Talk, notice: Notice) -> None:
    """Tell the expert of the asker, when it suits them."""
    async with talk.storage.write() as session:
        text = _("There is no command {said}. Say {help}.", said=Pill(ASKER), help=Pill(EXPERT))
        expert = await People(session).find(EXPERT)
        await talk.post(session, talk.now).notify(expert.id, notice, Reply("test.mention", text))


@ways
async def test_a_mention_that_waits_for_the_digest_goes_too(hub: Talk, way):
    await mention(hub, Notice.EVENTS)
    await goes(hub, way)
    assert kinds(await hub.says(EXPERT, "digest")) == ["attention.nothing"]


async def test_a_mention_in_a_digest_is_a_mention_and_is_redacted(hub: Talk):
    await mention(hub, Notice.EVENTS)
    (digest,) = await hub.says(EXPERT, "digest")
    assert digest.content["m.mentions"] == {"user_ids": [ASKER, EXPERT]}
    await arrives(hub)
    assert event(digest) in redacted(await goes(hub, "forget me"))


async def test_news_that_mention_somebody_are_taken_back_from_everybody(hub: Talk):
    async with hub.storage.write() as session:
        text = _("There is no command {said}. Say {help}.", said=Pill(ASKER), help=Pill(ASKER))
        everybody = await Attention(session).member_ids(0, 100)
        news = Reply("test.news", text)
        await hub.post(session, hub.now).publish(Notice.LIBRARY, news, to=everybody)
    async with hub.storage.read() as session:
        assert len((await session.scalars(select(NoticeRow))).all()) == 4
    await goes(hub, "withdraw consent")
    async with hub.storage.read() as session:
        assert (await session.scalars(select(NoticeRow))).all() == []


async def test_who_is_no_member_any_more_keeps_their_chat_and_can_still_erase_it(hub: Talk):
    (profile,) = await hub.says(ASKER, "profile")
    await arrives(hub)
    assert event(profile) not in redacted(await goes(hub, "withdraw consent"))
    assert event(profile) in redacted(await goes(hub, "forget me"))


async def test_what_a_former_release_held_is_said_as_it_was(hub: Talk):
    await mention(hub, Notice.EVENTS)
    async with hub.storage.write() as session:
        (row,) = (await session.scalars(select(NoticeRow))).all()
        text = {name: value for name, value in row.text.items() if name != "mentions"}
        await session.execute(update(NoticeRow).values(text=text))
    (digest,) = await hub.says(EXPERT, "digest")
    assert digest.content["m.mentions"] == {}


async def nothing(*_arguments: object, **_options: object) -> None:
    """Do nothing, in place of a part."""


@pytest.mark.parametrize(
    ("part", "name"), [(Erasure, "_undo"), (OutboxPost, "take_back"), (Gate, "forget")]
)
async def test_without_any_part_of_it_the_held_question_is_read(hub: Talk, monkeypatch, part, name):
    monkeypatch.setattr(part, name, nothing)
    await held(hub)
    await goes(hub, "withdraw consent")
    assert "experts.question" in kinds(await hub.passes(MORNING))
