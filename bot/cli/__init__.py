"""The operator's commands.

Exit codes: 0 fine, 64 usage, 65 a file of which something could not be read, 69 the homeserver
does not answer, 74 storage, 75 another instance runs, 78 configuration or credentials, 130
interrupted.
"""

from __future__ import annotations

import argparse
import asyncio
import gc
import getpass
import os
import sys
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from pathlib import Path

import structlog

from bot.cli.arguments import REFERRALS, parser
from bot.library.exchange.merging import Verdict, export_library, import_file
from bot.library.librarian import export_referrals, library_index
from bot.matrix.client import Refused, Unreachable
from bot.matrix.keys import NewDeviceNeeded
from bot.programme.importing import import_programme
from bot.sandbox.demo import demo
from bot.service import log
from bot.service.app import Hub
from bot.service.audit import export_audit, verify_audit
from bot.service.building import Building
from bot.service.clock import utc_now
from bot.service.database import copy_to, rekey
from bot.service.doctor import examine, open_or_join
from bot.service.entry import Prompts, enter, enter_anew
from bot.service.instance import only_instance
from bot.service.parts import Parts, open_copy, open_parts, open_storage, read_network
from bot.service.readiness import settings_findings
from bot.service.recovering import recover
from bot.settings import PASSWORD_VARIABLE, RECOVERY_VARIABLE, TOKEN_VARIABLE, Settings, load
from bot.starter import load_library
from bot.starter.network import dump_rooms
from kit.errors import BadConfiguration, BadFile, HubError, StorageFailed
from storage.backup import back_up, restore
from storage.founded import FoundedRooms
from storage.given_up import GivenUps

UNAVAILABLE = 69
_DRY = ": nothing is changed by a dry run."


async def _run(settings: Settings) -> None:
    gc.disable()  # nothing of what is built now is garbage, and looking for it takes a third longer
    try:
        await _awaited(partial(_serve, settings))
    except NewDeviceNeeded:
        # A token was made elsewhere, for one device: with it alone nobody can make another.
        if settings.secrets.access_token or not settings.secrets.password:
            raise
        await enter_anew(settings)
        await _serve(settings)


async def _serve(settings: Settings) -> None:
    async with open_parts(settings) as parts:
        await Hub(parts).run()


def _asked(what: str, variable: str) -> str:
    """Ask on the terminal; where there is none, the environment has to say it."""
    if not sys.stdin.isatty():
        raise BadConfiguration(f"{what}: there is no terminal to ask on, so put it into {variable}")
    return getpass.getpass(f"{what}: ")


async def _login(settings: Settings, *, with_token: bool, recover: bool) -> None:
    user_id, said = settings.matrix.user_id, settings.secrets
    ask = Prompts(
        password=lambda: said.password or _asked(f"Password of {user_id}", PASSWORD_VARIABLE),
        token=lambda: said.access_token or _asked(f"Access token of {user_id}", TOKEN_VARIABLE),
        recovery_key=lambda: (
            said.recovery_key or _asked(f"Recovery key of {user_id}", RECOVERY_VARIABLE)
        ),
    )
    entered = await enter(settings, ask, with_token=with_token, recover=recover)
    path = settings.path(settings.matrix.credentials_file)
    print(f"Logged in as device {entered.device_id}; kept in {path}.")
    print(f"The account vouches for it. Its fingerprint: {entered.fingerprint}")
    if entered.ended:
        print(f"Logged out: {', '.join(entered.ended)}, of earlier logins.")
    if entered.others:
        others = ", ".join(entered.others)
        print(f"Other devices of the account: {others}. End any that you do not know.")
    if entered.recovery_key is not None:
        print("Recovery key, shown only now. Keep it on paper, away from this machine; with it")
        print("`ilan-hub login --recover` makes another machine one that people trust at once:")
        print(f"    {entered.recovery_key}")


async def _check(settings: Settings) -> int:
    network = read_network(settings)
    library_index(network, settings.thesauri)
    if settings.library.file:
        load_library(settings.path(settings.library.file))
    print(f"Settings and network are fine: {len(network.rooms)} rooms and Spaces.")
    failed = 0
    for finding in settings_findings(settings):
        print(finding)
        failed += 1
    async with open_or_join(settings) as (parts, running):
        async for finding in examine(parts, running=running):
            print(finding)
            failed += bool(finding.mend) and finding.needed
    print(f"{failed} things to mend." if failed else "Nothing to mend.")
    return BadConfiguration.exit_code if failed else 0


class _Terminal:
    """``bot.service.building.Terminal`` on standard output and input."""

    def __init__(self, *, agrees: bool) -> None:
        self._agrees = agrees

    def say(self, line: str) -> None:
        print(line)

    def progress(self, line: str) -> None:
        print(f"\r{line:<60}" if line else "\r" + " " * 60 + "\r", end="", flush=True)

    def agrees(self, question: str) -> bool:
        if self._agrees or not sys.stdin.isatty():
            return self._agrees
        return input(f"{question}\nDo it? Say yes or no: ").strip().lower() in {"y", "yes"}


def _building(parts: Parts, *, agrees: bool) -> Building:
    reader, terminal = parts.catalogs.reader("en"), _Terminal(agrees=agrees)
    return Building(parts.storage, parts.builder, parts.sender, reader, terminal, utc_now)


async def _space(settings: Settings, arguments: argparse.Namespace) -> int:
    if arguments.what == "export":
        async with open_storage(settings) as (storage, _changed), storage.read() as session:
            plans = await FoundedRooms(session).plans()
        sys.stdout.buffer.write(dump_rooms(plans.values()).encode())
        return 0
    if arguments.what in {"apply", "upgrade"}:
        async with open_parts(settings) as parts:
            building = _building(parts, agrees=arguments.yes)
            if arguments.what == "upgrade":
                done = await building.upgrade(arguments.room, arguments.version)
            else:
                done = await building.apply(prune=arguments.prune)
            return 0 if done else UNAVAILABLE
    async with open_or_join(settings) as (parts, _running):
        building = _building(parts, agrees=False)
        if arguments.what == "doctor":
            return BadConfiguration.exit_code if await building.doctor() else 0
        await building.plan()
        return 0


async def _queue(settings: Settings, arguments: argparse.Namespace) -> int:
    async with open_storage(settings) as (storage, _changed), storage.write() as session:
        errands = GivenUps(session)
        rows = await errands.all()
        if arguments.what == "list":
            for row in rows:
                when, kept = f"{row.created_at:%Y-%m-%d %H:%M}", "" if row.again else ", not again"
                print(f"{row.id:6}  {when}  {row.key}  {row.action}: {row.reason}{kept}")
            print(f"{len(rows)} errands were given up." if rows else "Nothing was given up.")
            return 0
        chosen = [row.id for row in rows] if arguments.all else arguments.numbers
        if arguments.what == "retry":
            again = await errands.try_again(chosen, utc_now())
            print(f"{again} of {len(chosen)} will be tried again by the running hub.")
        else:
            print(f"{await errands.drop(chosen)} forgotten.")
    return 0


async def _import(settings: Settings, arguments: argparse.Namespace) -> int:
    if arguments.programme is not None:
        async with open_storage(settings) as (storage, _changed):
            imported = await import_programme(
                storage,
                arguments.file,
                arguments.programme,
                now=utc_now(),
                dry_run=arguments.dry_run,
            )
        print("\n".join(imported.lines()), end="")
        print(_DRY if arguments.dry_run else ".")
        return 0
    async with open_storage(settings) as (storage, _changed):
        changes = await import_file(
            storage, arguments.file, arguments.format, now=utc_now(), dry_run=arguments.dry_run
        )
    for change in changes:
        print(change)
    counts = Counter(change.verdict for change in changes)
    print(", ".join(f"{counts[verdict]} {verdict}" for verdict in Verdict), end="")
    print(_DRY if arguments.dry_run else ".")
    return BadFile.exit_code if counts[Verdict.REFUSED] else 0


async def _export(settings: Settings, name: str) -> None:
    async with open_storage(settings) as (storage, _changed):
        if name == REFERRALS:
            text = await export_referrals(storage)
        else:
            text = await export_library(storage, name)
    # Not print: neither the encoding of the terminal nor its line ends are those of a file.
    sys.stdout.buffer.write(text.encode())


async def _backup(settings: Settings, file: Path) -> None:
    await asyncio.to_thread(back_up, settings.database_url, file)
    print(f"The database is copied to {file}. Keep a copy of the key in another place.")


async def _restore(settings: Settings, file: Path) -> None:
    with only_instance(settings.directory):
        await restore(settings.database_url, file, partial(open_copy, settings))
    print("Restored. Whoever was erased after the copy was made has to be erased again.")


async def _database(settings: Settings, what: str, url: str) -> None:
    if what == "rekey":
        sealed = await rekey(settings)
        print(f"{sealed} values are sealed with the new key, in {settings.database.key_file}.")
        print("Keep a copy of it away from the backups. Earlier backups need the key of then.")
    elif what == "copy":
        if not url:
            raise BadConfiguration("db copy: say the URL of the empty database")
        for table, rows in (await copy_to(settings, url)).items():
            print(f"{rows:9}  {table}")
        print("Both are alike. Let the settings name the new one, and use the old one no more:")
        print("what both encrypt with one key can be read.")
    else:
        async with open_storage(settings, alone=True) as (_storage, changed):
            print("Upgraded." if changed else "The database is up to date.")


async def _audit(settings: Settings, what: str, file: Path | None) -> int:
    async with open_storage(settings) as (storage, _changed), storage.read() as session:
        if what == "export":
            sys.stdout.buffer.write(await export_audit(session))
            return 0
        said, holds = await verify_audit(session, file)
    print(said)
    return 0 if holds else BadFile.exit_code


def _action(arguments: argparse.Namespace) -> Callable[[], Awaitable[int | None]]:
    if arguments.action == "demo":
        return lambda: demo(arguments.directory.absolute())
    settings = load(arguments.config)
    log.configure(settings.log)
    for key in settings.retired:
        structlog.get_logger().warning(
            "settings.retired", key=key, advice="has no effect, remove it"
        )
    actions: dict[str, Callable[[], Awaitable[int | None]]] = {
        "run": lambda: _run(settings),
        "login": lambda: _login(settings, with_token=arguments.token, recover=arguments.recover),
        **dict.fromkeys(("check", "doctor"), lambda: _check(settings)),
        "space": lambda: _space(settings, arguments),
        "recover": lambda: recover(settings, print),
        "queue": lambda: _queue(settings, arguments),
        "import": lambda: _import(settings, arguments),
        "export": lambda: _export(settings, arguments.format),
        "backup": lambda: _backup(settings, arguments.file),
        "restore": lambda: _restore(settings, arguments.file),
        "audit": lambda: _audit(settings, arguments.what, arguments.file),
        "db": lambda: _database(settings, arguments.what, arguments.url),
    }
    return actions[arguments.action]


def _first(group: BaseExceptionGroup[BaseException]) -> BaseException:
    """Find what went wrong first, under whatever groups of tasks it happened in."""
    inner = group.exceptions[0]
    return _first(inner) if isinstance(inner, BaseExceptionGroup) else inner


def main(arguments: Sequence[str] | None = None) -> None:
    """Run one command and exit with its code."""
    gc.enable()
    os.umask(0o077)  # database, credentials and logs are for the hub's own account only
    said = parser().parse_args(arguments)
    # A hub that runs speaks to whoever reads its log, the other commands to who typed them.
    complain = _log_failure if said.action == "run" else _print_failure
    try:
        run = _action(said)
        code = asyncio.run(_awaited(run))
    except KeyboardInterrupt:
        code = 130
    except (Refused, Unreachable) as error:
        code = UNAVAILABLE
        complain(f"the homeserver: {error}", code)
    except HubError as error:
        code = error.exit_code
        complain(str(error), code)
    except BrokenPipeError:  # who reads what we print has enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        code = 0
    except OSError as error:
        code = StorageFailed.exit_code
        complain(f"{error.filename or 'the system'}: {error.strerror}", code)
    sys.exit(code)


def _print_failure(why: str, _code: int) -> None:
    print(f"ilan-hub: {why}", file=sys.stderr)


def _log_failure(why: str, code: int) -> None:
    structlog.get_logger().critical("hub.failed", why=why, exit_code=code)


async def _awaited(run: Callable[[], Awaitable[int | None]]) -> int:
    try:
        return await run() or 0
    except BaseExceptionGroup as group:
        error = _first(group)
        if isinstance(error, OSError):
            raise StorageFailed(str(error)) from error
        raise error from None
