"""On a real homeserver: a room where people knock, are let in or turned away, and stay."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from bot.matrix.moderating import Moderating
from bot.sandbox.client import ErrorResponse
from bot.sandbox.homeserver import Homeserver
from kit.errand import AnswerKnock
from kit.network import RoomBook
from tests.homeserver.site import MEMBERS, few, room_id, site
from tests.homeserver.world import MakeMember

PLAN = few("themes", MEMBERS)
OPENED = replace(
    PLAN,
    rooms=RoomBook({**PLAN.rooms, MEMBERS: replace(PLAN.rooms[MEMBERS], knock=True)}),
)


@pytest.mark.parametrize("version", ["10", "12"])
async def test_who_knocks_comes_in_only_if_let_in_and_then_stays(
    homeserver: Homeserver, member: MakeMember, tmp_path: Path, version: str
) -> None:
    account = await homeserver.register(f"knocked-at-{version}")
    amal, li = await member("amal"), await member("li")
    about = {"prefix": f"doors-{version}", "version": version}
    async with site(homeserver, account, tmp_path / "hub.db", OPENED, **about) as built:
        await built.apply()
        await built.apply()
        room = await room_id(built, MEMBERS, about["prefix"])
        moderating = Moderating(built.client, built.storage)
        for who in (amal, li):
            with pytest.raises(ErrorResponse, match="403"):
                await who.join(room)
            await who.call("POST", f"/knock/{room}", {"reason": "I am new"})
        await moderating.answer(AnswerKnock(amal.user_id, let_in=True), room)
        await amal.join(room)
        for _twice in range(2):
            await moderating.answer(AnswerKnock(li.user_id, let_in=False), room)
        with pytest.raises(ErrorResponse, match="403"):
            await li.join(room)
        # Who no longer knocks is neither invited nor taken out.
        await moderating.answer(AnswerKnock(li.user_id, let_in=True), room)
        await moderating.answer(AnswerKnock(amal.user_id, let_in=False), room)
        found = [
            (await built.client.state(room, "m.room.member", who.user_id) or {})["membership"]
            for who in (amal, li)
        ]
        assert found == ["join", "leave"]
        assert await built.plan() == []
