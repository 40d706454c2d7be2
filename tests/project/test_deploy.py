"""What operators copy from ``deploy/`` fits the hub."""

from __future__ import annotations

import inspect
import json
import re
import shutil
import subprocess
import sys

import promql_parser
import pytest
import yaml

from bot.cli.arguments import USAGE
from bot.service.app import Hub
from kit.errors import AlreadyRunning, BadConfiguration, BadFile, StorageFailed
from tests.project.catalogs import ROOT

DEPLOY = ROOT / "deploy"
METRIC = re.compile(r"\bilan_hub_(\w+)")
SERVED = set(re.findall(r'^ +"(\w+)":', inspect.getsource(Hub._readings), re.MULTILINE))
ALERTS = yaml.safe_load((DEPLOY / "alerts.yaml").read_text("utf-8"))
BOARD = json.loads((DEPLOY / "dashboard.json").read_text("utf-8"))
PROMTOOL, ANALYZE = shutil.which("promtool"), shutil.which("systemd-analyze")
MOST_EXPOSED = 2  # of 10, by what systemd says of a unit
OPERATING = (ROOT / "docs" / "OPERATING.md").read_text("utf-8")


def test_alerts_ask_for_metrics_that_there_are_and_say_what_to_do():
    (group,) = ALERTS["groups"]
    asked = {name for rule in group["rules"] for name in METRIC.findall(rule["expr"])}
    assert asked == asked & SERVED != set()
    names = [rule["alert"] for rule in group["rules"]]
    assert len(names) == len(set(names))
    for rule in group["rules"]:
        assert rule["annotations"].keys() == {"summary", "action"}
        assert rule["labels"]["severity"] in {"warning", "critical"}


def test_the_dashboard_shows_what_is_served_and_lets_the_data_source_be_chosen():
    shown = [(panel, target) for panel in BOARD["panels"] for target in panel["targets"]]
    named = {name for _panel, target in shown for name in METRIC.findall(target["expr"])}
    assert named == named & SERVED != set()
    (source,) = BOARD["templating"]["list"]
    chosen = {"type": source["query"], "uid": f"${{{source['name']}}}"}
    for panel, target in shown:
        assert panel["datasource"] == target["datasource"] == chosen
    places = [(panel["gridPos"]["x"], panel["gridPos"]["y"]) for panel in BOARD["panels"]]
    assert len(places) == len(set(places))


def test_each_expression_is_one_that_prometheus_takes():
    rules = [rule["expr"] for group in ALERTS["groups"] for rule in group["rules"]]
    shown = [target["expr"] for panel in BOARD["panels"] for target in panel["targets"]]
    for each in (*rules, *shown):
        promql_parser.parse(each)
    with pytest.raises(ValueError, match="expected type matrix"):
        promql_parser.parse("rate(ilan_hub_commands_total)")


@pytest.mark.skipif(PROMTOOL is None, reason="promtool is not here (Debian: prometheus)")
def test_promtool_finds_nothing_wrong_with_the_rules():
    asked = [PROMTOOL, "check", "rules", "--lint=all", "--lint-fatal", DEPLOY / "alerts.yaml"]
    subprocess.run(asked, check=True, capture_output=True)


def test_what_operators_are_told_to_watch_is_served():
    named = set(METRIC.findall(OPERATING))
    assert named == named & SERVED != set()


def test_the_unit_starts_again_what_another_try_may_mend_and_nothing_else():
    unit = (DEPLOY / "ilan-hub.service").read_text("utf-8")
    (codes,) = re.findall(r"^RestartPreventExitStatus=(.+)$", unit, re.MULTILINE)
    for_good = {USAGE, *(each.exit_code for each in (BadFile, AlreadyRunning, BadConfiguration))}
    assert set(map(int, codes.split())) == for_good
    assert StorageFailed.exit_code not in for_good
    (command,) = re.findall(r"^ExecStart=\S+/ilan-hub (.+)$", unit, re.MULTILINE)
    (directory,) = re.findall(r"^WorkingDirectory=(.+)$", unit, re.MULTILINE)
    assert command == f"run --config {directory}/config.yaml"


@pytest.mark.skipif(ANALYZE is None, reason="systemd-analyze is not here (Debian: systemd)")
@pytest.mark.parametrize(
    ("line", "instead", "fine"),
    [
        ("", "", True),
        ("ProtectClock=true", "ProtectClocks=true", False),
        ("RestartSec=10", "RestartSec=soon", False),
    ],
)
def test_systemd_takes_every_line_of_the_unit(tmp_path, line, instead, fine):
    unit = (DEPLOY / "ilan-hub.service").read_text("utf-8").replace(line, instead)
    file = tmp_path / "ilan-hub.service"
    # The hub is installed elsewhere here than the unit says.
    file.write_text(re.sub(r"^(ExecStart=)\S+", rf"\1{sys.executable}", unit, flags=re.MULTILINE))
    done = subprocess.run([ANALYZE, "verify", file], capture_output=True, text=True, check=False)
    complaints = [each for each in done.stderr.splitlines() if file.name in each]
    assert (complaints == []) is fine


@pytest.mark.skipif(ANALYZE is None, reason="systemd-analyze is not here (Debian: systemd)")
def test_the_unit_lets_the_hub_do_little():
    asked = [ANALYZE, "security", "--offline=true", f"--threshold={10 * MOST_EXPOSED}"]
    subprocess.run([*asked, DEPLOY / "ilan-hub.service"], check=True, capture_output=True)
