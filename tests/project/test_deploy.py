"""What operators copy from ``deploy/`` fits the hub."""

from __future__ import annotations

import inspect
import re

import yaml

from bot.cli import USAGE
from bot.service.app import Hub
from kit.errors import AlreadyRunning, BadConfiguration, BadFile, StorageFailed
from tests.project.catalogs import ROOT

DEPLOY = ROOT / "deploy"
METRIC = re.compile(r"\bilan_hub_(\w+)")


def test_alerts_ask_for_metrics_that_there_are_and_say_what_to_do():
    (group,) = yaml.safe_load((DEPLOY / "alerts.yaml").read_text("utf-8"))["groups"]
    served = set(re.findall(r'^ +"(\w+)":', inspect.getsource(Hub._readings), re.MULTILINE))
    asked = {name for rule in group["rules"] for name in METRIC.findall(rule["expr"])}
    assert asked == asked & served != set()
    names = [rule["alert"] for rule in group["rules"]]
    assert len(names) == len(set(names))
    for rule in group["rules"]:
        assert rule["annotations"].keys() == {"summary", "action"}
        assert rule["labels"]["severity"] in {"warning", "critical"}


def test_the_unit_starts_again_what_another_try_may_mend_and_nothing_else():
    unit = (DEPLOY / "ilan-hub.service").read_text("utf-8")
    (codes,) = re.findall(r"^RestartPreventExitStatus=(.+)$", unit, re.MULTILINE)
    for_good = {USAGE, *(each.exit_code for each in (BadFile, AlreadyRunning, BadConfiguration))}
    assert set(map(int, codes.split())) == for_good
    assert StorageFailed.exit_code not in for_good
    (command,) = re.findall(r"^ExecStart=\S+/ilan-hub (.+)$", unit, re.MULTILINE)
    (directory,) = re.findall(r"^WorkingDirectory=(.+)$", unit, re.MULTILINE)
    assert command == f"run --config {directory}/config.yaml"
