"""Every setting, checked before anything starts. ``config.example.yaml`` explains them."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

import yaml
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

from kit.errors import BadConfiguration

TOKEN_VARIABLE = "ILAN_HUB_ACCESS_TOKEN"  # noqa: S105 -- the name of a variable, not a token
PASSWORD_VARIABLE = "ILAN_HUB_PASSWORD"  # noqa: S105 -- likewise
DATABASE_VARIABLE = "ILAN_HUB_DATABASE_URL"
# Sections and keys that have no effect; a file that still has them comes up all the same.
RETIRED = (("library", "semantic"),)


def _web_address(value: str) -> str:
    if urlsplit(value).scheme not in {"http", "https"} or not urlsplit(value).netloc:
        message = "expected an address such as https://matrix.example.org"
        raise ValueError(message)
    return value.rstrip("/")


UserId = Annotated[str, Field(pattern=r"^@[^:\s]+:\S+$")]
WebAddress = Annotated[str, AfterValidator(_web_address)]


class _Section(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class MatrixSettings(_Section):
    """The hub's own account."""

    homeserver: WebAddress
    user_id: UserId
    credentials_file: Path = Path("credentials.json")

    @property
    def server_name(self) -> str:
        """The part of our Matrix ID after the colon."""
        return self.user_id.partition(":")[2]


class DatabaseSettings(_Section):
    """Where the hub keeps what it knows."""

    url: str = Field("sqlite:///hub.db", pattern=r"^(sqlite|postgresql)://")
    key_file: Path = Path("hub.key")


class SpaceSettings(_Section):
    """The Space the hub builds and looks after."""

    manage: bool = True
    file: Path | None = None
    vocabulary: Path | None = None
    alias_prefix: str = Field("ilan", pattern=r"^[a-z0-9._-]+$")
    join_rule: Literal["public", "knock", "invite"] = "public"
    room_version: str = "11"


class LibrarySettings(_Section):
    """What the library starts from, and what its search knows, whether its addresses are tried."""

    file: Path | None = None
    thesauri: tuple[Path, ...] = ()
    check_links: bool = False


class PeopleSettings(_Section):
    """Who has which powers from the start."""

    stewards: frozenset[UserId] = frozenset()


class TalkSettings(_Section):
    """How the hub is spoken to in rooms."""

    prefix: str = Field("!", min_length=1, max_length=3)


class AttentionSettings(_Section):
    """How often and when people are written to who did not ask; each may choose other hours."""

    weekly: int = Field(3, ge=1)
    quiet_from: int = Field(21, ge=0, le=23)
    quiet_until: int = Field(7, ge=0, le=23)


class WebSettings(_Section):
    """Where /healthz and /metrics are served."""

    host: str = "127.0.0.1"
    port: int = Field(8080, ge=0, le=65535)


class LogSettings(_Section):
    """How much is logged, and in which shape. Never what people say."""

    level: Literal["debug", "info", "warning", "error"] = "info"
    format: Literal["json", "console"] = "json"


class Settings(_Section):
    """The whole configuration."""

    matrix: MatrixSettings
    database: DatabaseSettings = DatabaseSettings()
    space: SpaceSettings = SpaceSettings()
    library: LibrarySettings = LibrarySettings()
    people: PeopleSettings = PeopleSettings()
    talk: TalkSettings = TalkSettings()
    attention: AttentionSettings = AttentionSettings()
    web: WebSettings = WebSettings()
    log: LogSettings = LogSettings()
    directory: Path = Path()
    retired: tuple[str, ...] = ()

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
        url = os.environ.get(DATABASE_VARIABLE, self.database.url)
        scheme, separator, file = url.partition("sqlite:///")
        if not scheme and separator and not file.startswith("/"):
            return f"{separator}{(self.directory / file).absolute()}"
        return url


def load(path: Path) -> Settings:
    """Read a configuration file.

    Raises:
        BadConfiguration: names the file, the line, the key, and what was expected there.
    """
    try:
        text = path.read_text("utf-8")
        data = yaml.safe_load(text)
    except OSError as error:
        message = f"{path}: {error.strerror}. Copy config.example.yaml and edit it"
        raise BadConfiguration(message) from error
    except yaml.YAMLError as error:
        message = f"{path}: not YAML: {error}"
        raise BadConfiguration(message) from error
    try:
        read = {**(data or {})}
        retired = tuple(_take_retired(read))
        return Settings.model_validate({**read, "directory": path.parent, "retired": retired})
    except (ValidationError, TypeError) as error:
        raise BadConfiguration(_explain(path, text, error)) from None


def _take_retired(data: dict[str, Any]) -> Iterator[str]:
    """Take out the keys that have no effect, giving those that are there."""
    for section, key in RETIRED:
        inside = data.get(section)
        if isinstance(inside, dict) and key in inside:
            data[section] = {name: value for name, value in inside.items() if name != key}
            yield f"{section}.{key}"


def _explain(path: Path, text: str, error: ValidationError | TypeError) -> str:
    if isinstance(error, TypeError):
        return f"{path}: expected sections such as 'matrix:', see config.example.yaml"
    problems = []
    for problem in error.errors(include_url=False, include_input=False):
        keys = [str(part) for part in problem["loc"]]
        line = _line(yaml.compose(text), keys)
        expected = {
            "extra_forbidden": "no such setting, see config.example.yaml",
            "missing": "is required",
        }.get(problem["type"], problem["msg"].removeprefix("Value error, "))
        problems.append(f"{path}:{line}: {'.'.join(keys)}: {expected}")
    return "\n".join(problems)


def _line(node: Any, keys: list[str]) -> int:
    """Find the line of a key, or of the nearest section that is there."""
    line = 1
    for key in keys:
        pairs = node.value if isinstance(node, yaml.MappingNode) else []
        found = next((pair for pair in pairs if pair[0].value == key), None)
        if found is None:
            break
        line, node = found[0].start_mark.line + 1, found[1]
    return line
