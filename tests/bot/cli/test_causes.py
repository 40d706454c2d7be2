"""What went wrong is named so that an operator can mend it: which file, host or setting."""

from __future__ import annotations

import io
import sys
from datetime import timedelta
from email.utils import format_datetime

import pytest

from bot.matrix.client import Refused
from bot.service.readiness import clock_finding, settings_findings, steward_findings
from bot.settings import DATABASE_VARIABLE, load
from tests.bot.cli.operator import code
from tests.bot.matrix.outgoing import Homeserver
from tests.harness import NOON

ADDRESS = "the address of the database: "
EXPECTED = "expected sqlite:///file or postgresql://user:password@host/name"
ENCODED = "in a password write %40 for @, %2F for /, %3A for : and %25 for %"
NO_DIRECTORY = "is there such a directory, and may the hub write in it?"
SECRET = "zzsecret"


@pytest.mark.parametrize(
    ("url", "left", "said"),
    [
        (f"mysql://u:{SECRET}@h/d", 78, ADDRESS + EXPECTED),
        (f"u:{SECRET}", 78, ADDRESS + EXPECTED),
        (f"postgresql://u:{SECRET}@h:port/d", 78, ADDRESS + EXPECTED),
        (
            f"postgresql://u:{SECRET}@1@h/d",
            78,
            f"{ADDRESS}{EXPECTED}; {ENCODED}",
        ),
        ("sqlite://", 78, ADDRESS + "it names no file: all would be lost at each end"),
        (
            f"postgresql://u:{SECRET}@127.0.0.1:1/d?mode=1",
            78,
            "the address of the database d at 127.0.0.1:1 has a setting of no meaning",
        ),
        (
            f"postgresql://u:{SECRET}%40%2F%3A@127.0.0.1:1/d?sslmode=require",
            74,
            "the database d at 127.0.0.1:1 cannot be reached: Connection refused",
        ),
        (
            "sqlite:////nowhere/hub.db",
            74,
            f"the database /nowhere/hub.db refused: SQLITE_CANTOPEN: {NO_DIRECTORY}",
        ),
    ],
)
@pytest.mark.usefixtures("config")
def test_a_database_says_where_it_is_and_nothing_secret(monkeypatch, capsys, url, left, said):
    monkeypatch.setenv(DATABASE_VARIABLE, url)
    assert code("db", "upgrade") == left
    assert capsys.readouterr().err == f"ilan-hub: {said}\n"


def test_a_host_without_an_address_is_named(config, monkeypatch, capsys):
    monkeypatch.setenv(DATABASE_VARIABLE, "postgresql://u:p@nowhere.invalid/d")
    assert code("db", "upgrade") == 74
    said = capsys.readouterr().err
    assert said.startswith("ilan-hub: the database d at nowhere.invalid:5432 cannot be reached: ")


def test_a_directory_in_which_nothing_can_be_written_is_78(config, tmp_path, capsys):
    (tmp_path / "hub.lock").mkdir()  # rights alone do not keep root from writing
    assert code("db", "upgrade") == 78
    advice = "The hub keeps its files beside its configuration"
    assert capsys.readouterr().err == f"ilan-hub: hub.lock: Is a directory. {advice}\n"


def test_a_key_that_is_no_file_is_78(config, tmp_path, capsys):
    (tmp_path / "hub.key").unlink()
    (tmp_path / "hub.key").mkdir()
    assert code("db", "upgrade") == 78
    assert capsys.readouterr().err == "ilan-hub: hub.key: Is a directory\n"


def test_who_cannot_be_asked_is_told_which_variable(config, monkeypatch, capsys):
    monkeypatch.setattr(sys, "stdin", io.StringIO())
    for option, what, variable in (
        ("", "Password", "ILAN_HUB_PASSWORD"),
        ("--token", "Access token", "ILAN_HUB_ACCESS_TOKEN"),
        ("--recover", "Recovery key", "ILAN_HUB_RECOVERY_KEY"),
    ):
        assert code("login", *([option] if option else [])) == 78
        said = f"{what} of @hub:test: there is no terminal to ask on, so put it into {variable}"
        assert capsys.readouterr().err == f"ilan-hub: {said}\n"


def test_a_configuration_in_another_encoding_is_78(config, capsys):
    config.write_bytes(config.read_bytes() + "  display_name: Café\n".encode("latin-1"))
    at = config.read_bytes().index(b"\xe9")
    assert code("check") == 78
    said = f"{config.name}: not UTF-8 at byte {at}: save it as UTF-8"
    assert capsys.readouterr().err == f"ilan-hub: {said}\n"


@pytest.mark.parametrize(("source", "target"), [("nothing", "x"), ("hub.db", "no/x")])
def test_a_copy_names_the_file_at_fault(config, tmp_path, capsys, source, target):
    assert code("db", "upgrade") == 0
    if source == "nothing":
        (tmp_path / "hub.db").unlink()
        assert code("restore", source) == 65
        said = "nothing: there is no such file"
    else:
        assert code("backup", target) == 65
        said = "no is no directory in which the hub may write"
    assert capsys.readouterr().err == f"ilan-hub: {said}\n"


# What `check` finds in the settings


def found(config, more: str) -> list[tuple[str, str]]:
    people = "" if "people:" in more else "people: {stewards: ['@s:test']}\n"
    config.write_text(f"{config.read_text()}{people}{more}")
    return [(each.what, each.said) for each in settings_findings(load(config))]


@pytest.mark.parametrize(
    ("more", "finds"),
    [
        ("", []),
        ("people: {stewards: []}\n", [("stewards", "nobody is one")]),
        ("talk: {prefix: '#'}\n", []),
        *(
            (
                f"talk: {{prefix: '{prefix}'}}\n",
                [("the prefix", "talk.prefix is no sign that nobody begins a message with")],
            )
            for prefix in ("/", "h", "! ", "да")
        ),
        ("talk: {prefix: '!'}\ntalk: {prefix: '?'}\n", [("given twice", "CONFIG:6: talk")]),
        ("web: {port: 1, port: 2}\n", [("given twice", "CONFIG:5: web.port")]),
    ],
)
def test_settings_that_cannot_be_meant_are_found(config, more, finds):
    config.chmod(0o600)
    assert [(what, said.replace(str(config), "CONFIG")) for what, said in found(config, more)] == [
        *finds
    ]


def test_secrets_that_others_can_read_are_found(config, tmp_path):
    database = tmp_path / "hub.db"
    database.touch(0o644)
    config.chmod(0o644)
    open_to = "others on this machine can read"
    assert found(config, "") == [("secrets", f"{open_to} {database}")]
    database.chmod(0o600)
    more = "database: {url: 'postgresql://u:p@h/d'}\n"
    config.write_text(config.read_text().partition("people")[0])
    assert found(config, more) == [("secrets", f"{open_to} {config}")]


@pytest.mark.slow
def test_a_library_that_is_not_there_is_78(config, capsys):
    config.write_text(f"{config.read_text()}library: {{file: mine.yaml}}\n")
    assert code("check") == 78
    said = "mine.yaml: No such file or directory. Copy starter/library.yaml"
    assert capsys.readouterr().err == f"ilan-hub: {said} and edit it\n"


# What it asks the homeserver


async def test_stewards_that_nobody_is_are_found(config):
    text = f"{config.read_text()}people: {{stewards: ['@a:test', '@b:test', '@c:far']}}\n"
    config.write_text(text)
    server = Homeserver()
    server.answers.extend(
        [{"displayname": "A"}, Refused(404, "M_NOT_FOUND"), Refused(403, "M_FORBIDDEN")]
    )
    findings = await steward_findings(server, load(config))
    assert [(each.said, each.needed) for each in findings] == [("nobody is called @b:test", True)]


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (30, "that of the homeserver says the same"),
        (31, "31 seconds ahead of that of the homeserver"),
        (-90, "90 seconds behind that of the homeserver"),
        (None, None),
    ],
)
def test_a_clock_that_is_off_is_found(seconds, said):
    server = Homeserver()
    server.date = None
    if seconds is not None:
        server.date = format_datetime(NOON - timedelta(seconds=seconds), usegmt=True)
    finding = clock_finding(server, NOON)
    assert (finding and finding.said) == said
