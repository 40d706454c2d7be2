"""What is planned: each kind has keys of its own, and one handler."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import ClassVar

import pytest
from sqlalchemy import select

from bot.service.wiring import discover
from bot.talk.dues import Register
from kit.due import Due, ForPerson
from kit.feature import Feature
from kit.notices import Wake
from kit.text import _
from storage.dues import Dues
from storage.engine import Storage
from storage.people import People
from storage.tables.queues import DueRow
from tests.harness import NOON, Talk

AT = datetime(2027, 3, 1, 9, 0, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Note(ForPerson):
    kind: ClassVar[str] = "note"
    text: str


@dataclass(frozen=True, slots=True)
class Impostor(ForPerson):
    kind: ClassVar[str] = "note"


@dataclass(frozen=True, slots=True)
class Forgetful(Note):
    kind: ClassVar[str] = "forgetful"
    pattern: ClassVar[str] = "forgetful:{person}:{at}"


def test_two_notes_at_one_moment_are_two():
    planned = [Note(7, "a"), Note(7, "b"), Note(7, "a:b"), Note(7, "a")]
    keys = {note.key(AT) for note in planned}
    assert keys == {f"note:7:{text}:{AT.isoformat()}" for text in ("a", "b", "a%3Ab")}


def test_a_key_that_leaves_out_a_field_is_refused():
    with pytest.raises(TypeError, match="Forgetful"):
        Forgetful(7, "a").key(AT)


async def _ignore(scope, due):
    pass


async def _handler(due: Due[Note]) -> None:
    pass


def test_two_handlers_of_one_kind_are_refused():
    assert Register([(Note, _ignore), (Wake, _ignore)]).types == {"note": Note, Wake.kind: Wake}
    for other in (Impostor, Note):
        with pytest.raises(ValueError, match="note"):
            Register([(Note, _ignore), (other, _ignore)])


async def test_two_features_that_handle_one_kind_stop_the_start(storage: Storage):
    first, second = (Feature(name, _("A title"), 1) for name in ("first", "second"))
    first.due(Note)(_handler)
    Talk(storage, features=[*discover(), first])
    second.due(Impostor)(_handler)
    with pytest.raises(ValueError, match="note"):
        Talk(storage, features=[*discover(), first, second])


async def test_what_falls_due_may_cancel_its_kind_and_plan_it_anew(storage: Storage):
    later = AT + timedelta(days=1)
    feature = Feature("turns", _("A title"), 1)

    @feature.due(Note)
    async def again(due: Due[Note], dues: Dues) -> None:
        await dues.cancel(Note, person=due.what.person)
        await dues.plan(Note(7, "next"), at=later)

    talk = Talk(storage, features=[*discover(), feature])
    async with storage.write() as session:
        await People(session).take_in([f"@{n}:test" for n in range(7)], "en", NOON)
        await Dues(session).plan(Note(7, "first"), at=AT)
    await talk.passes(timedelta(0))
    async with storage.read() as session:
        rows = await session.execute(select(DueRow.key, DueRow.state))
        assert {key: str(state) for key, state in rows} == {
            Note(7, "first").key(AT): "done",
            Note(7, "next").key(later): "new",
        }
