"""What is sealed opens with its key, at its place, unchanged, and nowhere else."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select, text, update

from kit.inbound import TextMessage
from storage.base import Base
from storage.engine import Storage
from storage.inbox import Inbox, Incoming
from storage.migrate import upgrade
from storage.people import People
from storage.tables.people import PersonRow
from storage.types import Blind, Sealed
from storage.vault import Vault, WrongKey
from tests.harness import NOON, VAULT

pytestmark = pytest.mark.both_databases

OTHER = Vault(bytes(31) + b"\1")
AMAL = "@amal:test"


@given(st.binary(), st.binary())
def test_what_is_sealed_opens_and_never_looks_the_same(plain, place):
    first, second = VAULT.seal(plain, place), VAULT.seal(plain, place)
    assert (VAULT.open(first, place), VAULT.open(second, place)) == (plain, plain)
    assert first != second
    assert len(first) == len(plain) + 32


@given(st.binary(max_size=40), st.integers(min_value=0), st.integers(1, 255))
def test_a_changed_byte_is_noticed_wherever_it_is(plain, where, change):
    sealed = bytearray(VAULT.seal(plain, b"person.zone"))
    sealed[where % len(sealed)] ^= change
    with pytest.raises(WrongKey):
        VAULT.open(bytes(sealed), b"person.zone")


@pytest.mark.parametrize(
    ("vault", "place", "cut"),
    [(OTHER, b"person.zone", 99), (VAULT, b"person.country", 99), (VAULT, b"person.zone", 9)],
)
def test_another_key_another_column_or_half_a_value_does_not_open(vault, place, cut):
    with pytest.raises(WrongKey, match=place.decode()):
        vault.open(VAULT.seal(b"Africa/Dakar", b"person.zone")[:cut], place)


def test_the_index_is_the_same_for_the_same_text_and_key_only():
    found = VAULT.blind(b"@a:b", b"x.y")
    assert found == VAULT.blind(b"@a:b", b"x.y")
    others = {
        VAULT.blind(b"@a:c", b"x.y"),
        VAULT.blind(b"@a:b", b"x.z"),
        OTHER.blind(b"@a:b", b"x.y"),
    }
    assert len(others | {found}) == 4


def test_every_sealed_column_names_its_own_place():
    sealed = {
        f"{table.name}.{column.name}": column.type.place
        for table in Base.metadata.sorted_tables
        for column in table.columns
        if isinstance(column.type, Sealed)
    }
    assert sealed == {place: place for place in sealed}
    indexed = {
        column.type.place
        for table in Base.metadata.sorted_tables
        for column in table.columns
        if isinstance(column.type, Blind)
    }
    assert indexed <= sealed.keys()


async def fill(storage: Storage) -> None:
    async with storage.write() as session:
        person = await People(session).meet(AMAL, "en", NOON)
        person.country, person.topics = "Senegal", ["عدالة", "\ud800"]
        said = Incoming("$1", "!a:test", AMAL, TextMessage("canary"), NOON)
        await Inbox(session).take([said])


async def test_the_database_holds_neither_who_nor_what(storage: Storage):
    await fill(storage)
    async with storage.read() as session:
        person = await People(session).find(AMAL)
        assert (person.user_id, person.country, person.zone) == (AMAL, "Senegal", None)
        assert person.topics == ["عدالة", "\ud800"]
        raw = [
            (await session.execute(text(f"SELECT * FROM {table}"))).all()
            for table in ("person", "inbox")
        ]
    stored = b"|".join(
        value if isinstance(value, bytes) else str(value).encode()
        for rows in raw
        for row in rows
        for value in row
    )
    assert [word for word in (b"amal", b"Senegal", b"canary") if word in stored] == []


async def test_a_value_moved_to_another_column_does_not_open(storage: Storage):
    await fill(storage)
    async with storage.write() as session:
        await session.execute(text("UPDATE person SET zone = country"))
    with pytest.raises(WrongKey, match=r"person\.zone"):
        async with storage.read() as session:
            await session.scalars(select(PersonRow))


async def test_another_key_is_noticed_before_anything_is_done(storage: Storage):
    other = Storage(storage.url, OTHER)
    await upgrade(other)  # nothing is sealed yet
    await fill(storage)
    await upgrade(storage)
    with pytest.raises(WrongKey):
        await upgrade(other)
    async with other.read() as session:
        assert await People(session).find(AMAL) is None
    await other.close()


async def test_nothing_is_kept_as_nothing(storage: Storage):
    await fill(storage)
    async with storage.write() as session:
        await session.execute(update(PersonRow).values(country=None))
    async with storage.read() as session:
        assert (await session.execute(text("SELECT country FROM person"))).scalar_one() is None
