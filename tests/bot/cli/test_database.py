"""The database and its key on the operator's command line."""

from __future__ import annotations

import asyncio
import base64
import json
import sqlite3
import stat
from contextlib import closing

import pytest
from sqlalchemy import select

from bot.service.instance import only_instance
from bot.starter import starter
from kit.secret_file import write_secret
from storage.engine import Storage
from storage.people import People
from storage.tables.people import PersonRow
from storage.vault import Vault, new_key, read_key, write_key
from tests.bot.cli.operator import code, listed
from tests.harness import NOON
from tests.project.frozen import earlier, fill


@pytest.mark.slow
def test_a_database_that_a_hub_uses_is_read_as_it_is(config, tmp_path, capsys):
    assert code("db", "upgrade") == 0
    with only_instance(tmp_path):
        assert code("queue", "list") == 0
        with closing(sqlite3.connect(tmp_path / "hub.db")) as database, database:
            database.execute("UPDATE alembic_version SET version_num = '0001'")
        assert code("queue", "list") == 78
    assert capsys.readouterr().err == (
        "ilan-hub: the running hub is of another release than this command: restart it\n"
    )


@pytest.mark.slow
def test_a_copy_comes_back_while_no_hub_runs(config, tmp_path, capsys):
    assert code("import", str(starter("library.yaml"))) == 0
    assert code("backup", "copy.db") == 0
    assert stat.S_IMODE((tmp_path / "copy.db").stat().st_mode) == 0o600
    for file in tmp_path.glob("hub.db*"):
        file.unlink()
    with only_instance(tmp_path):
        assert code("restore", "copy.db") == 75
    assert code("restore", "copy.db") == 0
    capsys.readouterr()
    assert code("import", str(starter("library.yaml"))) == 0
    assert capsys.readouterr().out.splitlines()[-1].startswith("0 added, 0 changed")


@pytest.mark.slow
def test_what_the_hub_writes_is_for_its_own_account_only(config, tmp_path):
    assert code("db", "upgrade") == 0
    assert stat.S_IMODE((tmp_path / "hub.db").stat().st_mode) == 0o600


def meet_somebody(url: str, key: bytes) -> None:
    async def meet() -> None:
        storage = Storage(url, Vault(key))
        async with storage.write() as session:
            await People(session).meet("@a:test", "en", NOON)
        await storage.close()

    asyncio.run(meet())


@pytest.mark.slow
def test_a_database_without_its_key_is_78_and_no_other_key_is_made(config, tmp_path, capsys):
    assert code("db", "upgrade") == 0
    path = tmp_path / "hub.key"
    meet_somebody(f"sqlite:///{tmp_path}/hub.db", read_key(path))
    kept = path.read_bytes()
    path.unlink()
    assert code("db", "upgrade") == 78
    assert not path.exists()
    write_key(path, new_key())
    assert code("db", "upgrade") == 78
    said = "ilan-hub: hub.key: without the key that sealed this database it cannot be opened\n"
    assert capsys.readouterr().err == said * 2
    write_secret(path, kept, anew=True)
    assert code("db", "upgrade") == 0


@pytest.mark.slow
def test_a_copy_in_clear_comes_back_sealed_with_a_key_that_is_kept(config, tmp_path, capsys):
    async def put() -> None:
        old = Storage(f"sqlite:///{tmp_path}/copy.db", Vault(new_key()))
        async with old.engine.begin() as connection:
            await connection.run_sync(fill, earlier("09aae4f"), "0001")
        await old.close()

    async def names(key: bytes) -> list[str]:
        storage = Storage(f"sqlite:///{tmp_path}/hub.db", Vault(key))
        async with storage.read() as session:
            found = list(await session.scalars(select(PersonRow.user_id).order_by(PersonRow.id)))
        await storage.close()
        return found

    asyncio.run(put())
    (tmp_path / "hub.key").unlink()
    assert code("restore", "copy.db") == 0
    known = [row["user_id"] for row in earlier("09aae4f")["person"]["rows"]]
    assert asyncio.run(names(read_key(tmp_path / "hub.key"))) == known
    assert code("db", "upgrade") == 0
    assert capsys.readouterr().out.splitlines()[-1] == "The database is up to date."


@pytest.mark.slow
def test_a_copy_of_another_key_is_78_and_not_put_in_place(config, tmp_path, capsys):
    assert code("db", "upgrade") == 0
    meet_somebody(f"sqlite:///{tmp_path}/hub.db", read_key(tmp_path / "hub.key"))
    assert code("backup", "copy.db") == 0
    for file in tmp_path.glob("hub.*"):
        file.unlink()
    write_key(tmp_path / "hub.key", new_key())
    assert code("restore", "copy.db") == 78
    assert not (tmp_path / "hub.db").exists()


@pytest.mark.slow
def test_a_database_of_a_newer_release_is_78(config, tmp_path, capsys):
    assert code("db", "upgrade") == 0
    with closing(sqlite3.connect(tmp_path / "hub.db")) as database, database:
        database.execute("UPDATE alembic_version SET version_num = '9999'")
    assert code("db", "upgrade") == 78
    assert capsys.readouterr().err == (
        "ilan-hub: the database is at 9999, which is newer than this release: install it again\n"
    )


def test_a_file_that_holds_no_key_is_78(config, tmp_path, capsys):
    for content in ("", "secret", "c2hvcnQ="):
        (tmp_path / "hub.key").write_text(content)
        assert code("db", "upgrade") == 78
    said = "ilan-hub: hub.key: not a key of ours: expected 32 bytes in base64\n"
    assert capsys.readouterr().err == said * 3


@pytest.mark.slow
def test_the_key_is_made_once_for_the_hubs_own_account(config, tmp_path, capsys):
    (tmp_path / "hub.key").unlink()
    assert code("db", "upgrade") == 0
    assert json.loads(capsys.readouterr().err)["event"] == "database.key_made"
    assert stat.S_IMODE((tmp_path / "hub.key").stat().st_mode) == 0o600
    made = (tmp_path / "hub.key").read_bytes()
    assert code("db", "upgrade") == 0
    assert (tmp_path / "hub.key").read_bytes() == made


@pytest.mark.slow
def test_a_new_key_seals_everything_and_what_was_cut_off_goes_on(config, tmp_path, capsys):
    def known() -> bool:
        async def look() -> bool:
            storage = Storage(f"sqlite:///{tmp_path}/hub.db", Vault(read_key(key)))
            async with storage.read() as session:
                found = await People(session).find("@a:test")
            await storage.close()
            return found is not None

        return asyncio.run(look())

    key, following = tmp_path / "hub.key", tmp_path / "hub.key.new"
    assert code("db", "upgrade") == 0
    meet_somebody(f"sqlite:///{tmp_path}/hub.db", read_key(key))
    before = read_key(key)
    with only_instance(tmp_path):
        assert code("db", "rekey") == 75
    announced = read_key(following)
    capsys.readouterr()
    assert code("db", "rekey") == 0
    assert capsys.readouterr().out.splitlines()[0] == (
        "2 values are sealed with the new key, in hub.key."
    )
    assert (read_key(key), following.exists(), known()) == (announced, False, True)
    # Cut off after all was sealed: the old key is still in its place.
    write_secret(following, key.read_bytes())
    write_secret(key, base64.b64encode(before), anew=True)
    assert code("queue", "list") == 78
    assert capsys.readouterr().err == (
        "ilan-hub: hub.key: without the key that sealed this database it cannot be opened. "
        "hub.key.new may be it: say `ilan-hub db rekey`\n"
    )
    assert code("db", "rekey") == 0
    assert (read_key(key), following.exists(), known()) == (announced, False, True)


@pytest.mark.slow
def test_a_copy_goes_to_an_empty_database_only(config, tmp_path, capsys):
    assert code("import", str(starter("library.yaml"))) == 0
    capsys.readouterr()
    url = f"sqlite:///{tmp_path}/other.db"
    with only_instance(tmp_path):
        assert code("db", "copy", url) == 75
    assert code("db", "copy", url) == 0
    assert f"{listed():9}  resource" in capsys.readouterr().out.splitlines()
    assert code("db", "copy", url) == 65
    assert code("db", "copy") == 78
    assert capsys.readouterr().err == (
        "ilan-hub: the target has rows in due already: give it an empty one\n"
        "ilan-hub: db copy: say the URL of the empty database\n"
    )
