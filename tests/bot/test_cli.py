"""Exit codes and what an operator reads beside them."""

from __future__ import annotations

import asyncio
import json
import os
import sqlite3
import stat
import threading
import tomllib
from collections.abc import Iterator
from contextlib import closing

import pytest
from sqlalchemy import select

from bot.cli import main
from bot.library.exchange.merging import READABLE
from bot.service.parts import only_instance
from bot.settings import DATABASE_VARIABLE, RECOVERY_VARIABLE, TOKEN_VARIABLE
from bot.starter import starter
from kit.secret_file import write_secret
from storage.engine import Storage
from storage.people import People
from storage.tables.people import PersonRow
from storage.vault import Vault, new_key, read_key, write_key
from tests.harness import NOON, network
from tests.project.catalogs import ROOT
from tests.project.frozen import earlier, fill

ROOMS = len(network().rooms)
NOBODY = "http://127.0.0.1:1"  # nothing listens there


@pytest.fixture(autouse=True)
def own_process(monkeypatch, tmp_path) -> Iterator[None]:
    """Undo what a command does to the process it runs in."""
    for variable in (DATABASE_VARIABLE, TOKEN_VARIABLE):
        monkeypatch.delenv(variable, raising=False)
    monkeypatch.chdir(tmp_path)
    mask = os.umask(0o022)
    yield
    os.umask(mask)


@pytest.fixture
def config(tmp_path):
    write_key(tmp_path / "hub.key", new_key())
    path = tmp_path / "config.yaml"
    path.write_text(f"matrix:\n  homeserver: {NOBODY}\n  user_id: '@hub:test'\n")
    return path


def log_in(directory) -> None:
    login = {"device_id": "D", "access_token": "t"}
    write_secret(directory / "credentials.json", json.dumps(login).encode(), anew=True)


def code(*arguments: str) -> int:
    with pytest.raises(SystemExit) as left:
        main(arguments)
    return left.value.code


@pytest.mark.slow
@pytest.mark.parametrize("value", ["true", "false"])
def test_a_key_that_has_no_effect_is_warned_about_and_nothing_else(config, capsys, value):
    with config.open("a") as file:
        file.write(f"library:\n  semantic: {value}\n")
    assert code("db", "upgrade") == 0
    warned = json.loads(capsys.readouterr().err)
    assert (warned["level"], warned["event"], warned["key"]) == (
        "warning",
        "settings.retired",
        "library.semantic",
    )


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["dance"],
        ["space"],
        ["space", "paint"],
        ["queue"],
        ["queue", "retry", "all"],
        ["db", "downgrade"],
        ["import"],
        ["export", "--format", "docx"],
        ["run", "--now"],
        ["--config"],
    ],
)
def test_a_wrong_command_line_is_64(arguments, capsys):
    assert code(*arguments) == 64
    assert capsys.readouterr().err.startswith("usage: ilan-hub")


def test_help_is_no_error(capsys):
    assert code("--help") == 0
    assert capsys.readouterr().err == ""


def test_a_missing_configuration_is_78(capsys):
    assert code("run") == 78
    assert capsys.readouterr().err == (
        "ilan-hub: config.yaml: No such file or directory. Copy config.example.yaml and edit it\n"
    )


def test_a_wrong_setting_is_78_with_file_line_key_and_expectation(config, capsys):
    config.write_text(config.read_text() + "web:\n  port: 70000\n")
    assert code("check") == 78
    assert capsys.readouterr().err == (
        "ilan-hub: config.yaml:5: web.port: Input should be less than or equal to 65535\n"
    )


@pytest.mark.slow
def test_the_configuration_may_be_named_before_and_after_the_action(config, capsys):
    other = config.rename(config.with_name("other.yaml"))
    assert code("db", "upgrade", "--config", str(other)) == 0
    assert code("--config", str(other), "db", "upgrade") == 0
    assert capsys.readouterr().out == "Upgraded.\nThe database is up to date.\n"


@pytest.mark.slow
def test_no_login_is_78(config, capsys):
    assert code("check") == 78
    assert capsys.readouterr().err == (
        "ilan-hub: credentials.json: no login yet. Run: ilan-hub login\n"
    )


@pytest.mark.slow
def test_a_mistyped_recovery_key_is_78_before_anybody_hears_of_it(config, monkeypatch, capsys):
    monkeypatch.setenv(RECOVERY_VARIABLE, "EsTc LW2K PGiF wKEA 3As5 g5c4")
    assert code("login", "--recover") == 78  # the homeserver does not even answer here: that is 69
    assert capsys.readouterr().err == (
        "ilan-hub: that is no recovery key: twelve groups of four letters and digits, as shown "
        "once\n"
    )


@pytest.mark.slow
def test_a_login_that_is_not_one_is_78(config, tmp_path, capsys):
    write_secret(tmp_path / "credentials.json", b'{"token": 3}')
    assert code("check") == 78
    assert capsys.readouterr().err == (
        "ilan-hub: credentials.json: not a login of ours. Run: ilan-hub login\n"
    )


def test_a_network_that_is_not_one_is_78(config, tmp_path, capsys):
    config.write_text(config.read_text() + "space:\n  file: mine.yaml\n")
    text = starter("space.yaml").read_text("utf-8")
    (tmp_path / "mine.yaml").write_text(text.replace("\nlanguages:", "\nspoken:"), "utf-8")
    assert code("check") == 78
    line = text[: text.index("\nlanguages:")].count("\n") + 2
    assert capsys.readouterr().err == (
        "ilan-hub: mine.yaml:1: languages: is required\n"
        f"mine.yaml:{line}: spoken: no such key, see starter/space.yaml\n"
    )


@pytest.mark.slow
def test_a_homeserver_that_does_not_answer_is_69(config, tmp_path, capsys):
    log_in(tmp_path)
    assert code("check") == 69
    captured = capsys.readouterr()
    assert captured.out == f"Settings and network are fine: {ROOMS} rooms and Spaces.\n"
    assert captured.err == "ilan-hub: the homeserver: ClientConnectorError\n"


def test_a_second_hub_is_75(config, tmp_path, capsys):
    log_in(tmp_path)
    with only_instance(tmp_path):
        assert code("run") == 75
    assert capsys.readouterr().err == f"ilan-hub: another hub is running in {tmp_path}\n"


# The driver's thread may find the loop closed already when it reports the failure.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_a_database_that_cannot_be_opened_is_74(config, capsys):
    config.write_text(config.read_text() + "database:\n  url: sqlite:///no/hub.db\n")
    assert code("db", "upgrade") == 74
    for thread in threading.enumerate():
        if "connection_worker" in thread.name:
            thread.join(5)
    assert capsys.readouterr().err == "ilan-hub: the database refused: OperationalError\n"


def imported(capsys, *arguments: str) -> tuple[int, list[str]]:
    left = code("import", *arguments)
    return left, capsys.readouterr().out.splitlines()


@pytest.mark.slow
def test_a_library_is_imported_twice_without_doubling(config, capsys):
    said = [imported(capsys, str(starter("library.yaml"))) for _twice in range(2)]
    assert [(left, lines[-1]) for left, lines in said] == [
        (0, "187 added, 0 changed, 0 left alone, 0 refused."),
        (0, "0 added, 0 changed, 187 left alone, 0 refused."),
    ]


MINE = """\
version: 1
resources:
- {id: Not A Slug, title: {en: Nothing}, organisation: Nobody}
- {id: ours, title: {en: Ours}, organisation: Us, verified: true}
- {id: ours, title: {en: Ours again}, organisation: Us}
"""


@pytest.mark.slow
def test_a_dry_run_says_what_would_change_line_by_line_and_changes_nothing(
    config, tmp_path, capsys
):
    (tmp_path / "mine.yaml").write_text(MINE)
    said = [
        "line 3: Not A Slug: refused (id: String should match pattern '^[a-z0-9-]+$')",
        "line 4: ours: added",
        "line 5: ours: refused (id: the same as in line 4: give each its own)",
    ]
    counts = "1 added, 0 changed, 0 left alone, 2 refused"
    dry = [*said, f"{counts}: nothing is changed by a dry run."]
    for _twice in range(2):
        assert imported(capsys, "mine.yaml", "--dry-run") == (65, dry)
    assert imported(capsys, "mine.yaml") == (65, [*said, f"{counts}."])


@pytest.mark.slow
def test_what_was_exported_changes_nothing_when_it_is_imported(config, tmp_path, capsysbinary):
    assert code("import", str(starter("library.yaml"))) == 0
    for name in READABLE:
        capsysbinary.readouterr()
        assert code("export", "--format", name) == 0
        (tmp_path / "shelf").write_bytes(capsysbinary.readouterr().out)
        assert code("import", "shelf", "--format", name) == 0
        last = capsysbinary.readouterr().out.splitlines()[-1]
        assert last == b"0 added, 0 changed, 187 left alone, 0 refused."


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("mine.yaml", b"version: 2\n", "line 1: expected 'version: 1' and a list of 'resources'"),
        *(
            (
                name,
                b"",
                "what can be read is yaml, csv, json: if it is one, name it with --format",
            )
            for name in ("mine.txt", "mine.bib", "mine.ris")
        ),
        ("mine.csv", b"id\n" + b"x\n" * 10_001, "more than 10,000 entries: cut the file in parts"),
        ("mine.csv", b"id\xff", "not UTF-8 at byte 2: save it as UTF-8"),
        ("mine.csv", b"x" * 8_000_001, "larger than 8,000,000 bytes: cut the file in parts"),
    ],
)
def test_a_file_that_cannot_be_read_is_65(config, tmp_path, capsys, name, content, message):
    (tmp_path / name).write_bytes(content)
    assert code("import", name) == 65
    assert capsys.readouterr().err == f"ilan-hub: {name}: {message}\n"


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
    assert imported(capsys, str(starter("library.yaml")))[1][-1].startswith("0 added, 0 changed")


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
    assert code("run") == 78
    assert capsys.readouterr().err == (
        "ilan-hub: the database is at 9999, which is newer than this release: install it again\n"
    )


def test_the_version_is_that_of_the_package(capsys):
    assert code("--version") == 0
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    assert capsys.readouterr().out == f"ilan-hub {project['version']}\n"


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
