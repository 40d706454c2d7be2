"""What is for one person is never put where others read: a mistake of a feature changes nothing."""

import pytest

from bot.say.post import Misaddressed, OutboxPost
from kit.roomkey import Direct, SpaceRoom
from kit.text import Reply, Verbatim
from storage.people import People
from tests.harness import NOON, Talk

AMAL = "@amal:test"
SECRET = Reply("trial.secret", Verbatim("for one"), private=True)
OPEN = Reply("trial.open", Verbatim("for all"))


async def says(talk: Talk, key: SpaceRoom | Direct, reply: Reply) -> None:
    async with talk.storage.write() as session:
        post: OutboxPost = talk.post(session, NOON)
        await post.room(key, reply)


@pytest.mark.parametrize(
    ("key", "reply"),
    [(SpaceRoom("events"), SECRET), (Direct(1), OPEN)],
    ids=["private words in a room", "words for all in a chat"],
)
async def test_what_does_not_fit_a_room_is_not_written_there(talk: Talk, key, reply):
    await talk.opens(AMAL)
    await talk.room("space:events", "!events:test")
    with pytest.raises(Misaddressed, match=reply.kind):
        await says(talk, key, reply)
    assert await talk.heard() == []


async def test_what_is_for_all_is_written_in_a_room(talk: Talk):
    await talk.room("space:events", "!events:test")
    await says(talk, SpaceRoom("events"), OPEN)
    assert [(said.kind, said.room) for said in await talk.heard()] == [
        ("trial.open", "space:events")
    ]


async def test_what_is_private_reaches_its_reader(talk: Talk):
    await talk.opens(AMAL)
    async with talk.storage.write() as session:
        person = await People(session).find(AMAL)
        await talk.post(session, NOON).tell(person.id, SECRET)
    assert [(said.kind, said.room) for said in await talk.heard()] == [("trial.secret", "direct:1")]
