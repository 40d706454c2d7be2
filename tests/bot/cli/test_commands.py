"""Exit codes and what an operator reads beside them."""

from __future__ import annotations

import asyncio
import json
import shlex
import tomllib
from datetime import UTC, datetime

import pytest
from sqlalchemy import Update, update

from bot.cli.arguments import parser
from bot.library.exchange.merging import READABLE
from bot.service.instance import only_instance
from bot.service.parts import open_storage
from bot.settings import RECOVERY_VARIABLE, load
from bot.starter import starter
from kit.secret_file import write_secret
from storage.audits import Audits
from storage.events import Events
from storage.tables.audit import Audited, AuditRow
from storage.tables.events import Details
from tests.bot.cli.operator import code, listed, log_in
from tests.harness import network
from tests.programmes import FIRST, schedule
from tests.project.catalogs import ROOT

ROOMS = len(network().rooms)


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


def test_help_tells_of_every_argument_and_its_examples_can_be_said(capsys):
    (actions,) = [each for each in parser()._actions if each.dest == "action"]
    for name, command in actions.choices.items():
        assert all(each.help for each in command._actions), name
        assert code(name, "--help") == 0
        _told, _heading, examples = capsys.readouterr().out.partition("examples:\n")
        said = [shlex.split(line.partition(" > ")[0]) for line in examples.splitlines()]
        assert {actions.choices[parser().parse_args(words[1:]).action] for words in said} == {
            command
        }
        assert {words[0] for words in said} == {"ilan-hub"}


def test_a_missing_configuration_is_78(capsys):
    assert code("check") == 78
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
def test_the_audit_trail_is_written_down_and_what_was_changed_of_it_is_65(
    config, tmp_path, capsysbinary
):
    async def decides(*harm: Update) -> None:
        async with open_storage(load(config)) as (storage, _changed), storage.write() as session:
            await Audits(session).note(Audited.ANNOUNCE, datetime(2027, 3, 1, tzinfo=UTC), number=1)
            for each in harm:
                await session.execute(each)

    asyncio.run(decides())
    assert code("audit", "export") == 0
    (file := tmp_path / "audit.jsonl").write_bytes(capsysbinary.readouterr().out)
    asyncio.run(decides())
    assert code("audit", "verify", str(file)) == 0
    assert capsysbinary.readouterr().out.startswith(b"2 entries, unchanged.")
    asyncio.run(decides(update(AuditRow).where(AuditRow.id == 2).values(number=7)))
    assert code("audit", "verify") == 65
    assert capsysbinary.readouterr().out.startswith(b"Entry 2 is not what was written")


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
    config.write_text(config.read_text() + "people: {stewards: ['@s:test']}\n")
    assert code("check") == 69
    captured = capsys.readouterr()
    assert captured.out == f"Settings and network are fine: {ROOMS} rooms and Spaces.\n"
    assert captured.err == "ilan-hub: the homeserver: ClientConnectorError\n"


def test_a_second_hub_is_75(config, tmp_path, capsys):
    log_in(tmp_path)
    with only_instance(tmp_path):
        said = f"another hub is running in {tmp_path}"
        for arguments in (["login"], ["login", "--token"], ["db", "upgrade"]):
            assert code(*arguments) == 75
            assert capsys.readouterr().err == f"ilan-hub: {said}\n"
        assert code("run") == 75
    logged = json.loads(capsys.readouterr().err)
    assert (logged["event"], logged["why"], logged["exit_code"]) == ("hub.failed", said, 75)
    assert not (tmp_path / "hub.db").exists()


def imported(capsys, *arguments: str) -> tuple[int, list[str]]:
    left = code("import", *arguments)
    return left, capsys.readouterr().out.splitlines()


@pytest.mark.slow
def test_a_library_is_imported_twice_without_doubling(config, capsys):
    said = [imported(capsys, str(starter("library.yaml"))) for _twice in range(2)]
    assert [(left, lines[-1]) for left, lines in said] == [
        (0, f"{listed()} added, 0 changed, 0 left alone, 0 refused."),
        (0, f"0 added, 0 changed, {listed()} left alone, 0 refused."),
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
        assert last.decode() == f"0 added, 0 changed, {listed()} left alone, 0 refused."


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


def test_the_version_is_that_of_the_package(capsys):
    assert code("--version") == 0
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    assert capsys.readouterr().out == f"ilan-hub {project['version']}\n"


@pytest.mark.slow
def test_a_programme_is_imported_for_an_event_that_somebody_announced(config, tmp_path, capsys):
    (tmp_path / "p.json").write_text(schedule())
    assert imported(capsys, "p.json", "--programme", "1") == (65, [])

    async def announce() -> None:
        async with open_storage(load(config)) as (storage, _changed), storage.write() as session:
            now = datetime(2027, 3, 1, tzinfo=UTC)
            await Events(session).add(Details("Conference"), FIRST, "Europe/Vienna", None, now)

    asyncio.run(announce())
    left, said = imported(capsys, "p.json", "--programme", "1", "--dry-run")
    assert (left, said[:2], said[-1]) == (
        0,
        [
            "Conference, times of Europe/Vienna:",
            "  new: Wed 2027-05-19 09:00 Session 1 on juvenile justice (Board Room A)",
        ],
        (
            "107 new, 0 moved, 0 changed, 0 called off, 0 left alone: nothing is changed by a dry "
            "run."
        ),
    )
    last = [imported(capsys, "p.json", "--programme", "1")[1][-1] for _twice in range(2)]
    assert last == [
        "107 new, 0 moved, 0 changed, 0 called off, 0 left alone.",
        "0 new, 0 moved, 0 changed, 0 called off, 107 left alone.",
    ]
