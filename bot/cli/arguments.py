"""What an operator can type."""

from __future__ import annotations

import argparse
import sys
from importlib.metadata import version
from pathlib import Path
from typing import NoReturn

from bot.library.exchange.merging import READABLE, WRITABLE

REFERRALS = "referrals"
USAGE = 64


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        """Exit as sysexits.h says for a command line that is wrong."""
        self.print_usage(sys.stderr)
        self.exit(USAGE, f"{self.prog}: {message}\n")


def parser() -> argparse.ArgumentParser:
    """Say what can be asked for, and with what."""
    parser = _Parser(prog="ilan-hub", description="The community hub of a legal aid network.")
    parser.add_argument("--config", type=Path, default=Path("config.yaml"), help="settings file")
    parser.add_argument("--version", action="version", version=f"%(prog)s {version('ilan-hub')}")
    actions = parser.add_subparsers(dest="action", required=True, parser_class=_Parser)
    # Accepted after the action too, which is where people put it.
    config = _Parser(add_help=False)
    config.add_argument("--config", type=Path, default=argparse.SUPPRESS, help="settings file")

    def add(name: str, text: str, *examples: str, also: str = "") -> argparse.ArgumentParser:
        return actions.add_parser(
            name,
            help=text,
            description=f"{text[0].upper()}{text[1:]}.",
            epilog="\n  ".join(["examples:", *(f"ilan-hub {each}" for each in examples)]),
            formatter_class=argparse.RawDescriptionHelpFormatter,
            parents=[config],
            aliases=[also] if also else [],
        )

    add("run", "serve", "run", "run --config /etc/ilan-hub/config.yaml")
    login = add("login", "log the hub's account in, once", "login", "login --recover")
    login.add_argument(
        "--recover", action="store_true", help="on a new machine, with the recovery key"
    )
    login.add_argument("--token", action="store_true", help="with a token that was made elsewhere")
    add("check", "try what the hub needs, also while it runs", "check", also="doctor")
    space = add(
        "space",
        "build the Space, find what differs, write rooms down",
        "space plan",
        "space apply",
        "space apply --prune --yes",
        "space doctor",
        "space upgrade welcome --version 12",
        "space export > rooms.yaml",
    )
    space.add_argument(
        "what",
        choices=["plan", "apply", "doctor", "upgrade", "export"],
        help="show what would change; change it; show what is broken and what mends it; let a room "
        "go on in another version; write down the rooms that were founded in chat",
    )
    space.add_argument("room", nargs="?", default="", help="upgrade: its slug")
    space.add_argument("--version", default="12", help="upgrade: the room version, else 12")
    space.add_argument(
        "--prune", action="store_true", help="apply: close rooms that are declared no more"
    )
    space.add_argument("--yes", action="store_true", help="apply: agree to what is asked before")
    add("recover", "take the Space over with another account, if the one before is lost", "recover")
    queue = add(
        "queue",
        "what the homeserver refused: see it, try it again, forget it",
        "queue list",
        "queue retry 49 52",
        "queue drop --all",
    )
    queue.add_argument("what", choices=["list", "retry", "drop"], help="what is done with it")
    queue.add_argument("numbers", type=int, nargs="*", help="of the list")
    queue.add_argument("--all", action="store_true", help="instead of numbers")
    library = add(
        "import",
        "put a library file, or the programme of a conference, into the hub",
        "import library.yaml --dry-run",
        "import export.txt --format csv",
        "import schedule.xml --programme 7",
    )
    library.add_argument("file", type=Path, help="what is read")
    library.add_argument(
        "--programme", type=int, metavar="NUMBER", help="it is the programme of that event"
    )
    library.add_argument("--format", choices=READABLE, help="else its name tells")
    library.add_argument("--dry-run", action="store_true", help="only say what would change")
    shelf = add(
        "export",
        "write the library to standard output",
        "export > library.yaml",
        "export --format csv > library.csv",
    )
    shelf.add_argument(
        "--format",
        choices=[*WRITABLE, REFERRALS],
        default="yaml",
        help="of the library, else yaml; referrals: instead, where people are sent",
    )
    copy = add("backup", "copy the database to a file", "backup monday.db")
    copy.add_argument("file", type=Path, help="which is not there yet")
    copy = add("restore", "put such a copy in place", "restore monday.db")
    copy.add_argument("file", type=Path, help="what backup wrote")
    database = add(
        "db",
        "bring the database up to date, change its key, copy it to another one",
        "db upgrade",
        "db rekey",
        "db copy postgresql://hub@localhost/hub",
        "db copy sqlite:////var/lib/ilan-hub/new.db",
    )
    database.add_argument("what", choices=["upgrade", "rekey", "copy"], help="what is done with it")
    database.add_argument("url", nargs="?", default="", help="copy: of the empty database")
    trail = add(
        "audit",
        "who decided what: write it down, find whether it was changed",
        "audit export > audit.jsonl",
        "audit verify audit.jsonl",
    )
    trail.add_argument("what", choices=["export", "verify"], help="what is done with it")
    trail.add_argument("file", type=Path, nargs="?", help="verify: an earlier export")
    trial = add("demo", "try everything on an embedded homeserver", "demo --directory /tmp/demo")
    trial.add_argument(
        "--directory", type=Path, default=Path(".demo"), help="where it is kept, else .demo"
    )
    return parser
