"""Every setting, checked before anything starts. ``config.example.yaml`` explains them."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field, model_validator

from bot import checked
from bot.checked import Fault, Row
from kit.errors import BadConfiguration
from kit.space import JoinRule

TOKEN_VARIABLE = "ILAN_HUB_ACCESS_TOKEN"  # noqa: S105 -- the name of a variable, not a token
PASSWORD_VARIABLE = "ILAN_HUB_PASSWORD"  # noqa: S105 -- likewise
RECOVERY_VARIABLE = "ILAN_HUB_RECOVERY_KEY"
KEEPER_VARIABLE = "ILAN_HUB_KEEPER_TOKEN"
DATABASE_VARIABLE = "ILAN_HUB_DATABASE_URL"
# Sections and keys that have no effect; a file that still has them comes up all the same.
RETIRED = (("library", "semantic"),)
_EXAMPLE = "config.example.yaml"


def _web_address(value: str) -> str:
    if re.fullmatch(r"[\w-]+(\.[\w-]+)+(:\d+)?", value):  # a server name, to be looked up
        return value
    if urlsplit(value).scheme not in {"http", "https"} or not urlsplit(value).netloc:
        message = "expected an address such as https://matrix.example.org"
        raise ValueError(message)
    return value.rstrip("/")


def _public_address(value: str) -> str:
    parts = urlsplit(value)
    if parts.scheme not in {"http", "https"} or not parts.netloc or parts.query or parts.fragment:
        message = "expected an address such as https://hub.example.org"
        raise ValueError(message)
    return value.rstrip("/")


UserId = Annotated[str, Field(pattern=r"^@[^:\s]+:\S+$")]
WebAddress = Annotated[str, AfterValidator(_web_address)]
PublicAddress = Annotated[str, AfterValidator(_public_address)]


class MatrixSettings(Row):
    """The hub's own account."""

    homeserver: WebAddress
    user_id: UserId
    credentials_file: Path = Path("credentials.json")
    display_name: str = Field("ILAN Hub", min_length=1, max_length=100)

    @property
    def server_name(self) -> str:
        """The part of our Matrix ID after the colon."""
        return self.user_id.partition(":")[2]


class DatabaseSettings(Row):
    """Where the hub keeps what it knows."""

    url: str = Field("sqlite:///hub.db", pattern=r"^(sqlite|postgresql)://")
    key_file: Path = Path("hub.key")


class SpaceSettings(Row):
    """The Space the hub builds and looks after."""

    manage: bool = True
    file: Path | None = None
    vocabulary: Path | None = None
    events: Path | None = None
    alias_prefix: str = Field("ilan", pattern=r"^[a-z0-9._-]+$")
    join_rule: JoinRule = "public"
    room_version: str | None = None
    keepers: frozenset[UserId] = frozenset()


class LibrarySettings(Row):
    """What the library starts from, and what its search knows, whether its addresses are tried."""

    file: Path | None = None
    thesauri: tuple[Path, ...] = ()
    check_links: bool = False


class PeopleSettings(Row):
    """Who has which powers from the start."""

    stewards: frozenset[UserId] = frozenset()


class TalkSettings(Row):
    """How the hub is spoken to in rooms, and whether it compares what sentences mean."""

    prefix: str = Field("!", min_length=1, max_length=3)
    by_meaning: bool = True


class AttentionSettings(Row):
    """How often and when people are written to who did not ask; each may choose other hours."""

    weekly: int = Field(3, ge=1)
    quiet_from: int = Field(21, ge=0, le=23)
    quiet_until: int = Field(7, ge=0, le=23)


class EncryptionSettings(Row):
    """What the hub encrypts of its own accord; where others encrypt, it does so too."""

    direct_chats: bool = True
    unsigned_devices: bool = False


class WebSettings(Row):
    """Where /healthz, /metrics and /calendar/ are served; *public* is how others reach the last."""

    host: str = "127.0.0.1"
    port: int = Field(8080, ge=0, le=65535)
    public: PublicAddress | None = None


class LogSettings(Row):
    """How much is logged, and in which shape. Never what people say."""

    level: Literal["debug", "info", "warning", "error"] = "info"
    format: Literal["json", "console"] = "json"


class Secrets(Row):
    """What the environment says, so that no file has to; empty where it says nothing."""

    access_token: str = Field("", repr=False)
    password: str = Field("", repr=False)
    recovery_key: str = Field("", repr=False)
    keeper_token: str = Field("", repr=False)
    database_url: str = Field("", repr=False)

    @classmethod
    def of(cls, environment: Mapping[str, str]) -> Secrets:
        """Take them out of *environment*, or of the files that it names for them.

        Raises:
            BadConfiguration: such a file cannot be read.
        """
        return cls(
            access_token=_said(environment, TOKEN_VARIABLE),
            password=_said(environment, PASSWORD_VARIABLE),
            recovery_key=_said(environment, RECOVERY_VARIABLE),
            keeper_token=_said(environment, KEEPER_VARIABLE),
            database_url=_said(environment, DATABASE_VARIABLE),
        )


def _said(environment: Mapping[str, str], variable: str) -> str:
    """Read a variable or, as containers and service managers hand secrets on, the file it names.

    Who may read that file is up to them: what is mounted for one container has no owner in it.
    """
    path = environment.get(f"{variable}_FILE", "")
    if not path or environment.get(variable):
        return environment.get(variable, "")
    try:
        return Path(path).read_text("utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        why = error.strerror if isinstance(error, OSError) else "not UTF-8"
        raise BadConfiguration(f"{variable}_FILE: {path}: {why}") from error


class Settings(Row):
    """The whole configuration."""

    matrix: MatrixSettings
    database: DatabaseSettings = DatabaseSettings()
    space: SpaceSettings = SpaceSettings()
    library: LibrarySettings = LibrarySettings()
    people: PeopleSettings = PeopleSettings()
    talk: TalkSettings = TalkSettings()
    attention: AttentionSettings = AttentionSettings()
    encryption: EncryptionSettings = EncryptionSettings()
    web: WebSettings = WebSettings()
    log: LogSettings = LogSettings()
    config_file: Path = Path("config.yaml")
    directory: Path = Path()
    retired: tuple[str, ...] = ()
    secrets: Secrets = Secrets()

    @model_validator(mode="before")
    @classmethod
    def _take_out_retired(cls, read: dict[str, Any]) -> dict[str, Any]:
        kept, found = dict(read), []
        for section, key in RETIRED:
            inside = kept.get(section)
            if isinstance(inside, dict) and key in inside:
                kept[section] = {name: value for name, value in inside.items() if name != key}
                found.append(f"{section}.{key}")
        return {**kept, "retired": found}

    def path(self, relative: Path) -> Path:
        """Place a relative path beside the configuration file."""
        return self.directory / relative

    @property
    def thesauri(self) -> list[Path]:
        """Where the thesauri are."""
        return [self.path(file) for file in self.library.thesauri]

    @property
    def database_url(self) -> str:
        """The database, from the environment first: it may hold a password."""
        url = self.secrets.database_url or self.database.url
        scheme, separator, file = url.partition("sqlite:///")
        if not scheme and separator and not file.startswith("/"):
            return f"{separator}{(self.directory / file).absolute()}"
        return url


def _not_for_files(read: Settings) -> Iterator[Fault]:
    for name in sorted(read.model_fields_set & {"config_file", "directory", "secrets"}):
        yield (name,), f"no such key, see {_EXAMPLE}"


def load(path: Path) -> Settings:
    """Read a configuration file, and the secrets of the environment.

    Raises:
        BadConfiguration: names the file, the line, the key, and what was expected there.
    """
    read = checked.load(Settings, path, _EXAMPLE, _not_for_files)
    secrets = Secrets.of(os.environ)
    return read.model_copy(
        update={"config_file": path, "directory": path.parent, "secrets": secrets}
    )
