"""What ``deploy/`` says of containers keeps its promises: few powers, versions, no secrets."""

from __future__ import annotations

import json
import re
import shutil
import stat
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml
from compose_spec import PyCompose

from tests.project.catalogs import ROOT

DEPLOY = ROOT / "deploy"
CONTAINERFILE = (DEPLOY / "Containerfile").read_text("utf-8")
COMPOSE = (DEPLOY / "compose.yaml").read_text("utf-8")
HADOLINT = Path(sys.executable).with_name("hadolint")
DEFAULT = re.compile(r"\$\{(\w+):-([^}]*)\}")


def composed(text: str = COMPOSE) -> dict[str, Any]:
    """Read a compose file where the environment says nothing, as an engine does."""
    read: dict[str, Any] = yaml.safe_load(DEFAULT.sub(r"\2", text))
    PyCompose.from_json(json.dumps(read)).validate()
    return read


def complaints(text: str) -> list[str]:
    """List the rules that hadolint finds broken."""
    asked = [HADOLINT, "--no-color", "--format", "json", "-"]
    found = subprocess.run(asked, input=text, capture_output=True, text=True, check=False)
    return [each["code"] for each in json.loads(found.stdout)]


@pytest.mark.slow
def test_the_image_is_built_as_the_linter_advises():
    assert complaints(CONTAINERFILE) == []
    assert "DL3002" in complaints(CONTAINERFILE.replace("USER 10001:10001", "USER root"))


def test_images_have_versions_that_the_operator_may_choose():
    read = yaml.safe_load(COMPOSE)
    images = {name: service["image"] for name, service in read["services"].items()}
    chosen = {name: DEFAULT.search(image) for name, image in images.items()}
    assert all(chosen.values())
    locks = (ROOT / "requirements/synapse.txt").read_text("utf-8")
    (locked,) = re.findall(r"^matrix-synapse==(\S+)", locks, re.MULTILINE)
    assert DEFAULT.sub(r"\2", images["synapse"]).partition(":v")[2] == locked
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    assert DEFAULT.sub(r"\2", images["hub"]) == f"ilan-hub:{project['version']}"
    bases = re.findall(r"^FROM (\S+)", CONTAINERFILE, re.MULTILINE)
    (python,) = re.findall(r"^ARG PYTHON_VERSION=(\S+)", CONTAINERFILE, re.MULTILINE)
    assert bases == ["python:${PYTHON_VERSION}-slim"] * 2
    assert composed()["services"]["hub"]["build"]["args"]["PYTHON_VERSION"] == float(python)


def test_services_can_do_little_and_say_how_they_are():
    services = composed()["services"]
    for service in services.values():
        assert service["read_only"] is True
        assert service["security_opt"] == ["no-new-privileges:true"]
        assert service["healthcheck"]["test"][0] == "CMD"
        assert all(port.startswith("127.0.0.1:") for port in service.get("ports", ()))
    hub = services["hub"]
    (user,) = re.findall(r"^USER (\d+:\d+)$", CONTAINERFILE, re.MULTILINE)
    assert (hub["user"], hub["cap_drop"]) == (user, ["ALL"])
    assert not user.startswith("0")
    (home,) = re.findall(r"^VOLUME (\S+)$", CONTAINERFILE, re.MULTILINE)
    assert hub["volumes"] == [f"hub:{home}", f"./config.yaml:{home}/config.yaml:ro"]
    assert composed()["networks"]["database"] == {"internal": True}


def test_secrets_are_files_that_each_service_is_given_by_name():
    read = composed()
    for service in read["services"].values():
        for name, value in service.get("environment", {}).items():
            place, _slash, secret = value.rpartition("/")
            assert (name[-5:], place) == ("_FILE", "/run/secrets")
            assert secret in service["secrets"]
    given = {secret for service in read["services"].values() for secret in service["secrets"]}
    assert given == set(read["secrets"])


@pytest.mark.slow
def test_secrets_are_made_once_in_a_directory_that_others_cannot_enter(tmp_path):
    script = Path(shutil.copy(DEPLOY / "secrets.sh", tmp_path))
    subprocess.run([script], check=True)
    made = {each.name: each.read_text("utf-8") for each in (tmp_path / "secrets").iterdir()}
    wanted = composed()["secrets"].values()
    assert {f"secrets/{name}" for name in made} == {each["file"] for each in wanted}
    assert stat.S_IMODE((tmp_path / "secrets").stat().st_mode) == 0o700
    passwords = [made[f"{name}_password"] for name in ("postgres", "hub", "synapse")]
    assert len(set(passwords)) == 3
    assert all(re.fullmatch("[0-9a-f]{48}", password) for password in passwords)
    assert made["hub_database_url"] == f"postgresql://hub:{made['hub_password']}@postgres/hub\n"
    database = yaml.safe_load(made["synapse_database.yaml"])["database"]
    assert database["args"]["password"] == made["synapse_password"]
    again = subprocess.run([script], capture_output=True, check=False)
    assert again.returncode != 0
    assert {each.name: each.read_text("utf-8") for each in (tmp_path / "secrets").iterdir()} == made


def test_nothing_but_the_hub_itself_goes_into_the_image():
    ignored = (ROOT / ".dockerignore").read_text("utf-8").splitlines()
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    packages = project["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"]
    files = ["LICENSE", "README.md", "pyproject.toml", "requirements/hub.txt"]
    taken = [line.removeprefix("!") for line in ignored if line.startswith("!")]
    assert sorted(taken) == sorted([*packages, *files])
    assert ignored[0] == "*"


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ("condition: service_healthy", "condition: service_well"),
        ("secrets: [hub_database_url]", "secrets: [another]"),
        ("read_only: true", "read_onely: true"),
        ("interval: 30s", "interval: often"),
    ],
)
def test_a_compose_file_that_no_engine_takes_is_noticed(right, wrong):
    with pytest.raises((ValueError, RuntimeError)):
        composed(COMPOSE.replace(right, wrong))
