"""Known advisories of what is locked, where the registry offers them: part of ``make check``."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from tests.project.catalogs import ROOT

LOCKS = ("dev.txt", "synapse.txt", "sbom.txt")  # what development locks holds what the hub locks
WITHIN = 300

Answer = Mapping[str, Any]


def ask(lock: Path) -> Answer | None:
    """Ask what is known of the packages pinned in *lock*; None without a readable answer."""
    command = [sys.executable, "-m", "pip_audit", "--requirement", str(lock), "--format", "json"]
    quiet = ["--progress-spinner", "off", "--disable-pip", "--no-deps"]
    try:
        done = subprocess.run(
            [*command, *quiet], capture_output=True, timeout=WITHIN, check=False, text=True
        )
        answer = json.loads(done.stdout)
    except (subprocess.TimeoutExpired, ValueError):
        return None
    return answer if isinstance(answer, dict) else None


def check(
    locks: Sequence[Path], ask: Callable[[Path], Answer | None] = ask
) -> tuple[list[str], str]:
    """Return what is known against packages of *locks*, each with its mend, and a last line.

    A registry without advisories is asked about one package and no more.
    """
    with TemporaryDirectory() as folder:
        first = Path(folder) / "first.txt"
        first.write_text(locks[0].read_text("utf-8").split(maxsplit=1)[0] + "\n", "utf-8")
        if not _known(ask(first)):
            return [], "The registry in use offers no advisories: the locks were not checked."
    found: dict[str, None] = {}
    asked = 0
    for lock in locks:
        answer = ask(lock)
        asked += len(_known(answer))
        found |= dict.fromkeys(
            f"{each['name']} {each['version']}: {flaw['id']}, mended in "
            f"{' or '.join(flaw['fix_versions']) or 'no version yet'}. Run: make lock"
            f" FLAGS='--upgrade-package {each['name']}'"
            for each in _known(answer)
            for flaw in each["vulns"]
        )
    if not asked:
        return [], "The registry stopped answering: the locks were not checked."
    return list(found), f"{len(found)} advisories for {asked} locked packages."


def _known(answer: Answer | None) -> list[Answer]:
    """List the packages of which something could be said."""
    return [each for each in (answer or {}).get("dependencies", ()) if "vulns" in each]


if __name__ == "__main__":
    lines, last = check([ROOT / "requirements" / name for name in LOCKS])
    print(*lines, last, sep="\n")  # noqa: T201 -- run by hand
    sys.exit(bool(lines))
