"""`seatrial.toml` and what Seatrial needs of `supabase/config.toml`, read and checked."""

from __future__ import annotations

import json
import os
import re
import tomllib
from datetime import date
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Annotated, Any, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError, ValidationInfo, field_validator, model_validator

from seatrial.errors import CannotRun
from seatrial.project.files import read_regular
from seatrial.project.notification import NotifySettings  # noqa: TC001 - read when the class is made
from seatrial.project.tenancy import TenancySettings  # noqa: TC001 - read when the class is made
from seatrial.project.watch import WatchSettings

if TYPE_CHECKING:
    from pathlib import Path

__all__ = [
    "Settings",
    "SupabaseConfig",
    "TargetSettings",
    "WaiveSettings",
    "environment",
    "read_settings",
    "read_supabase_config",
    "settings_of",
]

_M = TypeVar("_M", bound=BaseModel)

_ENV = re.compile(r"env\((\w+)\)")
_PART = r'(?:"(?:[^"]|"")+"|[a-z_][a-z0-9_$]*)'
#: Where the value of a parameter is drawn from.
_DRAWN = re.compile(rf"tenant|user|{_PART}\.{_PART}\.{_PART}|")


class _Section(BaseModel):
    """A misspelt key is an error, not a setting that silently does nothing."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class ProjectSettings(_Section):
    """`[project]`."""

    name: str = ""
    platform: Literal["supabase", "postgres"] | None = None
    migrations: str = "supabase/migrations"
    report_url: str = ""


class TargetSettings(_Section):
    """`[targets.NAME]`: where its DSN is kept, or a Supabase project; secrets come from elsewhere."""

    dsn: str = ""
    dsn_file: str = ""
    dsn_command: tuple[Annotated[str, Field(min_length=1)], ...] = ()
    service: str = ""
    requires: str = ""
    backup_command: tuple[Annotated[str, Field(min_length=1)], ...] = ()
    project_ref: str = Field("", pattern=r"^([a-z]{20})?$")
    pooler: str = ""
    password: str = "env(SUPABASE_DB_PASSWORD)"  # noqa: S105 - the name of a variable

    @model_validator(mode="after")
    def _one_way_in(self) -> TargetSettings:
        ways = (self.dsn, self.dsn_file, self.dsn_command, self.service, self.project_ref)
        if sum(map(bool, ways)) != 1:
            raise ValueError("give exactly one of dsn, dsn_file, dsn_command, service and project_ref")
        return self


class DeploySettings(_Section):
    """`[deploy]`: how considerate a deployment is of those who work on the target."""

    lock_wait_ms: int = Field(default=500, ge=10, le=60_000)
    hold_seconds: float = Field(default=2.0, gt=0, le=86_400)
    patience_seconds: float = Field(default=300.0, ge=0, le=604_800)


class RollbackSettings(_Section):
    """`[rollback]`: how long a deployment keeps what it drops or changes, so that it can be given back."""

    keep_hours: float = Field(default=48.0, gt=0, le=87_600, allow_inf_nan=False)


class ExpectSettings(_Section):
    """`[[expect]]`: a read-only question to the deployed target."""

    name: str
    sql: str
    equals: str | int | bool | float


class FunctionalSettings(_Section):
    """`[[functional]]`: what somebody does, on a scratch copy of the deployed state."""

    name: str
    role: str = "authenticated"
    claims: dict[str, Any] = {}
    sql: str
    expect: dict[Literal["rows", "value", "error"], str | int | bool] = Field(min_length=1, max_length=1)

    @field_validator("expect")
    @classmethod
    def _rows_are_counted(cls, expect: dict[str, str | int | bool]) -> dict[str, str | int | bool]:
        rows = expect.get("rows", 0)
        if not isinstance(rows, int) or isinstance(rows, bool) or rows < 0:
            raise ValueError("rows is a number")
        return expect

    @field_validator("claims")
    @classmethod
    def _claims_are_json(cls, claims: dict[str, Any]) -> dict[str, Any]:
        return _as_json(claims)


class WorkloadSettings(_Section):
    """`[[workload]]`: a query that the application asks often."""

    # In the order in which they are usually written: a digest is made of it.
    name: str = Field(min_length=1)
    role: str = Field(default="authenticated", min_length=1)
    claims: dict[str, Any] = {}
    sql: str = Field(min_length=1)
    params: tuple[str | int | float | bool, ...] = ()
    index: str = ""
    limit_ms: int | float | None = Field(default=None, gt=0, allow_inf_nan=False)
    writes: bool = False
    # `as` is a word that Python keeps for itself.
    callers: tuple[Annotated[str, Field(min_length=1)], ...] = Field(default=(), alias="as")
    draw: tuple[str, ...] = ()

    @field_validator("claims")
    @classmethod
    def _claims_are_json(cls, claims: dict[str, Any]) -> dict[str, Any]:
        return _as_json(claims)

    @field_validator("callers")
    @classmethod
    def _nobody_stands_twice(cls, callers: tuple[str, ...]) -> tuple[str, ...]:
        if twice := next((one for one in callers if callers.count(one) > 1), ""):
            raise ValueError(f"{twice} stands twice; name each kind of user once")
        return callers

    @field_validator("draw")
    @classmethod
    def _is_for_each_parameter(cls, draw: tuple[str, ...], info: ValidationInfo) -> tuple[str, ...]:
        if wrong := next((one for one in draw if not _DRAWN.fullmatch(one)), ""):
            raise ValueError(
                f'{wrong!r} is neither tenant nor user, nor a column such as public.contacts.stage, nor "" for params'
            )
        params = info.data.get("params", ())
        if draw and len(draw) != len(params):
            raise ValueError(f"give one for each of the {len(params)} values in params, there are {len(draw)}")
        if draw and not info.data.get("callers", draw):
            raise ValueError('say for whom: as = ["member"]; without it the values are those of params')
        return draw


class DocsSettings(_Section):
    """`[docs]`: where the generated pages are, below the release folder."""

    # `schema` is a name that pydantic keeps for itself.
    schema_page: str = Field(default="docs/schema.md", alias="schema")
    releases: str = "docs/releases"

    @field_validator("schema_page", "releases")
    @classmethod
    def _stays_in_the_folder(cls, path: str) -> str:
        if not path.strip() or PurePosixPath(path).is_absolute() or ".." in PurePosixPath(path).parts or "\\" in path:
            raise ValueError("give a path below the release folder, with forward slashes")
        return path


class WaiveSettings(_Section):
    """`[[waive]]`: a finding that may stay for a while."""

    code: str = Field(pattern=r"^[A-Za-z]{3}[0-9]{3}(-[0-9A-Fa-f]{8})?$")
    file: str = ""
    until: date
    because: str

    @field_validator("until", mode="before")
    @classmethod
    def _is_a_day(cls, until: Any) -> Any:  # noqa: ANN401 - whatever the file holds
        if type(until) is date or (isinstance(until, str) and re.fullmatch(r"\d{4}-\d\d-\d\d", until, re.ASCII)):
            return until
        raise ValueError("give the last day on which it holds: until = 2027-03-01")

    @field_validator("because")
    @classmethod
    def _says_why(cls, because: str) -> str:
        if not re.search(r"\w", because):
            raise ValueError("say why it may stay")
        return " ".join(because.split())

    @model_validator(mode="after")
    def _says_where(self) -> WaiveSettings:
        if "-" not in self.code and not self.file.strip():
            raise ValueError('say in which files: file = "20250122*.sql"; only the key of a finding needs none')
        return self


class Settings(_Section):
    """All of `seatrial.toml`."""

    project: ProjectSettings = ProjectSettings()
    targets: dict[str, TargetSettings] = {}
    expect: tuple[ExpectSettings, ...] = ()
    functional: tuple[FunctionalSettings, ...] = ()
    deploy: DeploySettings = DeploySettings()
    rollback: RollbackSettings = RollbackSettings()
    docs: DocsSettings = DocsSettings()
    tenancy: TenancySettings | None = None
    waive: tuple[WaiveSettings, ...] = ()
    workload: tuple[WorkloadSettings, ...] = ()
    notify: tuple[NotifySettings, ...] = ()
    watch: WatchSettings = WatchSettings()

    @field_validator("workload")
    @classmethod
    def _names_tell_apart(cls, workload: tuple[WorkloadSettings, ...]) -> tuple[WorkloadSettings, ...]:
        names = [one.name for one in workload]
        if twice := next((name for name in names if names.count(name) > 1), ""):
            raise ValueError(f"two queries are called {twice}")
        return workload

    @model_validator(mode="before")
    @classmethod
    def _no_text_holds_nul(cls, found: Any) -> Any:  # noqa: ANN401 - whatever the file holds
        if _holds_nul(found):
            raise ValueError("a text holds the character NUL, which neither a path nor PostgreSQL takes")
        return found


class _Lenient(BaseModel):
    """A file of another tool: only what is needed is looked at."""

    model_config = ConfigDict(extra="ignore", frozen=True)


class SeedConfig(_Lenient):
    """`[db.seed]`."""

    enabled: bool = True
    sql_paths: tuple[str, ...] = ("./seed.sql",)


class DatabaseConfig(_Lenient):
    """`[db]`."""

    seed: SeedConfig = SeedConfig()


class ApiConfig(_Lenient):
    """`[api]`."""

    schemas: tuple[str, ...] = ("public", "graphql_public")


class RemoteConfig(_Lenient):
    """`[remotes.NAME]`."""

    project_id: str = ""


class SupabaseConfig(_Lenient):
    """The part of `supabase/config.toml` that concerns a release."""

    project_id: str = ""
    db: DatabaseConfig = DatabaseConfig()
    api: ApiConfig = ApiConfig()
    remotes: dict[str, RemoteConfig] = {}


def _as_json(claims: dict[str, Any]) -> dict[str, Any]:
    try:
        json.dumps(claims, allow_nan=False)
    except (TypeError, ValueError):
        raise ValueError("claims are texts, finite numbers, booleans, lists and tables of these") from None
    return claims


def read_settings(path: Path) -> Settings:
    """`seatrial.toml`; a folder without one has the defaults.

    Raises:
        CannotRun: the file is no TOML, or holds a key or a value that means nothing.
    """
    return _read(path, Settings)


def read_supabase_config(path: Path) -> SupabaseConfig:
    """`supabase/config.toml`; missing is the same as empty."""
    return _read(path, SupabaseConfig)


def environment(value: str, *, where: str) -> str:
    """The value, with `env(NAME)` replaced by that variable of the environment.

    Raises:
        CannotRun: the variable is not set; its name is said, never a value.
    """
    match = _ENV.fullmatch(value.strip())
    if match is None:
        return value
    if found := os.environ.get(match[1]):
        return found
    raise CannotRun(
        "settings.no-variable",
        f"the environment variable {match[1]} is not set",
        where=where,
        fix=f"export {match[1]}=…, then run the command again",
    )


def settings_of(text: str, path: Path) -> Settings:
    """The settings that a text would be as the file at `path`, with the errors of `read_settings`."""
    return _parsed(text, path, Settings)


def _holds_nul(value: object) -> bool:
    if isinstance(value, dict):
        return any(map(_holds_nul, (*value.keys(), *value.values())))
    return any(map(_holds_nul, value)) if isinstance(value, list) else isinstance(value, str) and "\0" in value


def _read(path: Path, model: type[_M]) -> _M:
    try:
        found = read_regular(path)
        return model() if found is None else _parsed(found.decode("utf-8-sig"), path, model)
    except OSError as error:
        raise _unreadable(path, error.strerror or str(error)) from None
    except UnicodeDecodeError as error:
        raise _unreadable(path, str(error)) from None


def _unreadable(path: Path, why: str) -> CannotRun:
    return CannotRun(
        "settings.unreadable",
        f"{path.name} cannot be read",
        where=str(path),
        why=why,
        fix="correct the file, then run the command again",
    )


def _parsed(text: str, path: Path, model: type[_M]) -> _M:
    try:
        found = tomllib.loads(text)
    except (ValueError, RecursionError) as error:
        # A ValueError that is no TOMLDecodeError: a number with thousands of digits.
        raise _unreadable(path, str(error)) from None
    try:
        return model.model_validate(found)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        raise CannotRun(
            "settings.invalid",
            f"{path.name} holds a setting that cannot be used",
            where=f"{path}: {'.'.join(str(part) for part in first['loc']) or 'top level'}",
            why="there is no such setting" if first["type"] == "extra_forbidden" else first["msg"],
            fix="correct the setting; docs/reference/settings.md lists them all",
        ) from None
