"""A wrong setting is named with its file, line and key, and what was expected there."""

from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import ValidationError

from bot.settings import DATABASE_VARIABLE, PASSWORD_VARIABLE, TOKEN_VARIABLE, load
from kit.errors import BadConfiguration

GOOD = """\
matrix:
  homeserver: https://matrix.test/
  user_id: "@hub:test"
"""


def written(directory: Path, text: str) -> Path:
    path = directory / "config.yaml"
    path.write_text(text, "utf-8")
    return path


def refused(path: Path) -> str:
    with pytest.raises(BadConfiguration) as error:
        load(path)
    assert error.value.exit_code == 78
    return str(error.value).replace(f"{path}:", "")


def test_what_is_left_out_has_its_default(tmp_path):
    settings = load(written(tmp_path, GOOD))
    assert (settings.matrix.homeserver, settings.matrix.server_name) == (
        "https://matrix.test",
        "test",
    )
    assert settings.path(Path("a/b")) == tmp_path / "a/b"
    assert settings.path(Path("/a")) == Path("/a")


def test_settings_cannot_be_changed(tmp_path):
    settings = load(written(tmp_path, GOOD))
    with pytest.raises(ValidationError):
        settings.matrix.homeserver = "https://other.test"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (GOOD + "web:\n  prot: 8080\n", "5: web.prot: no such key, see config.example.yaml"),
        (GOOD + "\n\nwbe:\n  port: 1\n", "6: wbe: no such key, see config.example.yaml"),
        (
            GOOD + "web:\n  host: 127.0.0.1\n  port: 70000\n",
            "6: web.port: Input should be less than or equal to 65535",
        ),
        (
            GOOD + "web:\n  port: many\n",
            "5: web.port: Input should be a valid integer, unable to parse string as an integer",
        ),
        (
            GOOD + "log:\n  level: loud\n",
            "5: log.level: Input should be 'debug', 'info', 'warning' or 'error'",
        ),
        (
            GOOD + "space:\n  join_rule: anybody\n",
            "5: space.join_rule: Input should be 'public', 'knock' or 'invite'",
        ),
        (
            GOOD + "people:\n  stewards:\n    - '@a:test'\n    - bob\n",
            "7: people.stewards.1: String should match pattern '^@[^:\\s]+:\\S+$'",
        ),
        (
            GOOD + "database:\n  url: mysql://x\n",
            "5: database.url: String should match pattern '^(sqlite|postgresql)://'",
        ),
        (
            "matrix:\n  homeserver: ftp://matrix.test\n  user_id: '@hub:test'\n",
            "2: matrix.homeserver: expected an address such as https://matrix.example.org",
        ),
        ("matrix:\n  user_id: '@hub:test'\n", "1: matrix.homeserver: is required"),
        ("web:\n  port: 1\n", "1: matrix: is required"),
        ("", "1: matrix: is required"),
        (
            GOOD + "web: 3\n",
            "4: web: expected keys with values",
        ),
        ("just words\n", "1: expected keys such as those of config.example.yaml"),
        ("- a\n- b\n", "1: expected keys such as those of config.example.yaml"),
    ],
)
def test_what_is_wrong_is_named_with_its_place(tmp_path, text, message):
    assert refused(written(tmp_path, text)) == message


def test_every_problem_is_named_at_once(tmp_path):
    text = "matrix:\n  homeserver: x\n  user_id: hub\nweb:\n  port: -1\n"
    assert [line.split(":")[:2] for line in refused(written(tmp_path, text)).split("\n")] == [
        ["2", " matrix.homeserver"],
        ["3", " matrix.user_id"],
        ["5", " web.port"],
    ]


def test_a_value_that_is_refused_is_not_repeated(tmp_path):
    text = GOOD + "database:\n  url: postgres://hub:secret@db/hub\n"
    assert "secret" not in refused(written(tmp_path, text))


def test_what_is_not_yaml_or_not_there_is_said(tmp_path):
    assert refused(written(tmp_path, "matrix: [")).startswith("2: not YAML: while parsing")
    assert refused(tmp_path / "other.yaml").endswith(
        "No such file or directory. Copy config.example.yaml and edit it"
    )


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("sqlite:///hub.db", "sqlite:///{here}/hub.db"),
        ("sqlite:////var/hub.db", "sqlite:////var/hub.db"),
        ("postgresql://u@h/n", "postgresql://u@h/n"),
    ],
)
def test_a_database_file_is_beside_the_configuration(tmp_path, monkeypatch, url, expected):
    monkeypatch.delenv(DATABASE_VARIABLE, raising=False)
    settings = load(written(tmp_path, f"{GOOD}database:\n  url: {url}\n"))
    assert settings.database_url == expected.format(here=tmp_path)


def test_the_environment_comes_before_the_file(tmp_path, monkeypatch):
    monkeypatch.setenv(DATABASE_VARIABLE, "postgresql://hub:secret@db/hub")
    assert load(written(tmp_path, GOOD)).database_url == "postgresql://hub:secret@db/hub"


def test_secrets_are_taken_from_the_environment_alone_and_never_shown(tmp_path, monkeypatch):
    variables = (TOKEN_VARIABLE, PASSWORD_VARIABLE, DATABASE_VARIABLE)
    for variable in variables:
        monkeypatch.setenv(variable, f"secret of {variable}")
    settings = load(written(tmp_path, GOOD))
    found = settings.secrets
    given = (found.access_token, found.password, found.database_url)
    assert given == tuple(f"secret of {variable}" for variable in variables)
    assert "secret of" not in repr(settings) + str(settings)
    text = GOOD + "secrets:\n  password: x\n"
    assert refused(written(tmp_path, text)) == "4: secrets: no such key, see config.example.yaml"


def test_a_secret_may_stand_in_a_file_that_the_environment_names(tmp_path, monkeypatch):
    secret = tmp_path / "url"
    secret.write_text("postgresql://hub:secret@db/hub\n")
    secret.chmod(0o444)  # as containers hand them on
    monkeypatch.delenv(DATABASE_VARIABLE, raising=False)
    monkeypatch.setenv(f"{DATABASE_VARIABLE}_FILE", str(secret))
    assert load(written(tmp_path, GOOD)).database_url == "postgresql://hub:secret@db/hub"
    monkeypatch.setenv(DATABASE_VARIABLE, "postgresql://hub@db/other")
    assert load(written(tmp_path, GOOD)).database_url == "postgresql://hub@db/other"


def test_a_secret_that_cannot_be_read_is_named_and_not_taken_for_none(tmp_path, monkeypatch):
    monkeypatch.delenv(PASSWORD_VARIABLE, raising=False)
    for name, why in (("none", "No such file or directory"), ("latin", "not UTF-8")):
        secret = tmp_path / name
        (tmp_path / "latin").write_bytes(b"pass\xe9")
        monkeypatch.setenv(f"{PASSWORD_VARIABLE}_FILE", str(secret))
        message = f"{PASSWORD_VARIABLE}_FILE: {secret}: {why}"
        assert refused(written(tmp_path, GOOD)) == message
