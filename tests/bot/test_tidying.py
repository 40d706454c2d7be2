"""A tour that was cut off leaves nothing that comes into the next one."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from bot.sandbox.client import Event
from bot.sandbox.demo import Runs
from bot.sandbox.member import Member
from bot.sandbox.tidying import forget, put_away
from bot.sandbox.tour import SUGGESTION
from storage.engine import Storage
from tests.harness import HUB, STEWARD, Talk, kinds

EXPERT, ASKER = "@sao-paulo-clinic:test", "@buenos-aires-defender:test"


class Speaker(Member):
    """Somebody whose client is the test: what they say is heard at once."""

    def __init__(self, talk: Talk, who: str) -> None:
        self.user_id, self._talk, self._chat = who, talk, talk.chat(who)
        self._heard: list[Event] = []

    async def create_direct(self, user_id: str) -> str:
        assert user_id == HUB
        await self._talk.enters(self._chat, self.user_id)
        return self._chat

    async def say(self, room_id: str, body: str, **content: Any) -> str:
        said = await self._talk.says(self.user_id, body, room_id=room_id)
        self._heard += [
            {"type": "m.room.message", "sender": HUB, "content": each.content} for each in said
        ]
        return ""

    async def wait(
        self,
        predicate: Callable[[Event], bool],
        timeout: float,  # noqa: ASYNC109 -- as a member waits
        after: str | None = None,
    ) -> Event:
        return next(filter(predicate, self._heard))


def test_a_run_that_did_not_end_is_named_to_the_next(tmp_path: Path):
    assert Runs(tmp_path).begin() == (1, None)
    assert Runs(tmp_path).begin() == (2, 1)
    runs = Runs(tmp_path)
    assert runs.begin() == (3, 2)
    runs.end(3)
    assert Runs(tmp_path).begin() == (4, None)


@pytest.mark.slow
async def test_who_offered_and_who_asked_are_forgotten(talk: Talk):
    for who in (EXPERT, ASKER):
        await talk.member(who, country="Argentina")
    await talk.says(EXPERT, "volunteer", "10", "skip")
    await talk.says(ASKER, "ask", "How do others reach people in prison?", "no", "skip", "yes")
    for who in (EXPERT, ASKER):
        await forget(Speaker(talk, who), HUB)
    await talk.member("@other:test", country="Argentina")
    heard = await talk.says(
        "@other:test", "ask", "Who has rules for visits?", "10", "no", "skip", "yes"
    )
    assert "experts.offer" not in kinds(heard)


@pytest.mark.slow
async def test_what_was_suggested_is_put_away_whether_it_was_listed_or_waits(
    storage: Storage,
):
    talk = Talk(storage, live=True)
    await talk.member(STEWARD)
    for number in ("1", "2"):
        await talk.says(STEWARD, f"suggest https://example.org/{number} {SUGGESTION} {number}")
        await talk.says(STEWARD, "1", "ru", "1", "It shows how to begin with it.")
    await talk.says(STEWARD, "review", "approve 1")
    await put_away(Speaker(talk, STEWARD), HUB, SUGGESTION)
    assert kinds(await talk.says(STEWARD, "review")) == ["curation.queue"]
    [queue] = await talk.says(STEWARD, "review")
    [found] = await talk.says(STEWARD, f"find {SUGGESTION}")
    assert (SUGGESTION in queue.body, f"{SUGGESTION} 1" in found.body) == (False, False)
