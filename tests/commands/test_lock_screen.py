"""What the hub writes unasked into a chat in clear tells whoever sees the screen nothing."""

from __future__ import annotations

import pytest

from kit.roomkey import Direct
from storage.engine import Storage
from storage.rooms import Rooms
from tests.commands.test_experts import ASKER, EXPERT, QUESTION, asks, volunteers
from tests.harness import Talk, kinds


async def begun(storage: Storage, *, hub_encrypts: bool, chat_is: bool) -> Talk:
    """Let an expert volunteer in a chat of some kind."""
    talk = Talk(storage, encrypted_chats=hub_encrypts)
    await talk.enters("!clear:test", EXPERT)
    await volunteers(talk, EXPERT)
    if chat_is:
        async with storage.write() as session:
            room = await Rooms(session).get(Direct(1))
            assert room is not None
            await Rooms(session).lock(room.id)
    return talk


@pytest.mark.both_databases
async def test_what_is_confidential_is_shown_in_a_chat_in_clear_when_it_is_asked_for(
    storage: Storage,
):
    talk = await begun(storage, hub_encrypts=True, chat_is=False)
    assert (await asks(talk, ASKER))[1] == "attention.veiled"
    assert kinds(await talk.says(EXPERT, "more")) == ["experts.offer"]
    assert kinds(await talk.says(EXPERT, "more")) == ["error.conflict"]
    assert kinds(await talk.says(EXPERT, "accept 1"))[-1] == "experts.taken"


async def test_what_is_veiled_and_withdrawn_is_not_shown(storage: Storage):
    talk = await begun(storage, hub_encrypts=True, chat_is=False)
    heard = await talk.says(ASKER, "hello")
    await asks(talk, ASKER)
    heard += await talk.says(ASKER, "withdraw 1")
    heard += await talk.says(EXPERT, "more")
    told = [said.kind for said in heard if said.room == "direct:1"]
    assert "experts.offer" not in told
    assert not any(QUESTION in said.body for said in heard if said.room == "direct:1")


@pytest.mark.parametrize(("hub_encrypts", "chat_is"), [(True, True), (False, False)])
async def test_elsewhere_it_is_said_at_once(storage: Storage, hub_encrypts: bool, chat_is: bool):
    talk = await begun(storage, hub_encrypts=hub_encrypts, chat_is=chat_is)
    assert (await asks(talk, ASKER))[1] == "experts.offer"
