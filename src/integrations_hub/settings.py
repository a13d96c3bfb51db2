"""The settings of the hub: hub.toml, with secrets from the environment."""

from __future__ import annotations

import os
import re
import tomllib
from pathlib import Path  # noqa: TC003 - pydantic reads the annotations
from typing import TYPE_CHECKING, Any, Self

from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationError, field_validator, model_validator

from seatrial.errors import CannotRun

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["Database", "Key", "Keys", "Provider", "Service", "Settings", "Tokens", "read_settings"]

UNKNOWN_NAME = "extra_forbidden"
REFERENCE = re.compile(r"env\((\w+)\)")


class _Table(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True, use_attribute_docstrings=True)


class Database(_Table):
    """Where the release is."""

    dsn: SecretStr
    """Of a role that may become anon, authenticated and service_role, and has no right of its own."""
    schemas: tuple[str, ...] = Field(default=("public",), min_length=1)
    """Schemas that the dialect exposes, the first being the default."""
    max_rows: int = Field(default=1000, ge=1)
    """No answer has more rows."""
    connections: int = Field(default=20, ge=2)
    """Connections of one process."""


class Tokens(_Table):
    """How tokens are verified; at least one of secret and jwks."""

    secret: SecretStr | None = None
    """For HS256, at least 32 bytes."""
    jwks: str = ""
    """Address or file of a key set, for asymmetric signatures."""
    audience: str = "authenticated"
    """That a token of a user must be for."""
    issuer: str = ""
    """Not checked when empty."""
    leeway: float = Field(default=30, ge=0, le=300)
    """Seconds by which clocks may differ."""

    @model_validator(mode="after")
    def _one_at_least(self) -> Self:
        if self.secret is None and not self.jwks:
            raise ValueError("secret or jwks is needed: without either no token can be verified")
        if self.secret is not None and len(self.secret.get_secret_value().encode()) < 32:  # noqa: PLR2004 - RFC 7518
            raise ValueError("secret is shorter than 32 bytes, which HS256 needs (RFC 7518, section 3.2)")
        return self


class Key(_Table):
    """Where a key-encryption key of 32 bytes, in base64, comes from; exactly one of these."""

    env: str = ""
    """Name of a variable of the environment."""
    file: Path | None = None
    """That only the hub's user can read."""
    command: tuple[str, ...] = ()
    """A program with its arguments, that prints the key."""

    @model_validator(mode="after")
    def _exactly_one(self) -> Self:
        if sum((bool(self.env), self.file is not None, bool(self.command))) != 1:
            raise ValueError("exactly one of env, file and command says where the key comes from")
        return self


class Keys(_Table):
    """The keys under which secrets are sealed; older ones stay until nothing is sealed under them."""

    primary: str
    """Seals what is new."""
    known: dict[str, Key]
    """By their id, which is kept with each secret."""

    @model_validator(mode="after")
    def _primary_is_known(self) -> Self:
        if self.primary not in self.known:
            raise ValueError(f"the primary key {self.primary} is not among keys.known")
        return self


class Service(_Table):
    """How it is reached and what it takes."""

    address: str = Field(default="http://127.0.0.1:8400", pattern=r"^https?://[^/?#\s]+$")
    """As providers and browsers reach it."""
    requests_per_minute: int = Field(default=600, ge=1)
    """Of each organization, to each of /rest/v1 and /v1."""
    metrics_token: SecretStr | None = Field(default=None, min_length=16)
    """What Prometheus sends as its bearer token; without one there is no /metrics."""
    releases: Path | None = None
    """Folder with pages that seatrial report and seatrial watch wrote, for operators."""

    @field_validator("releases")
    @classmethod
    def _is_a_folder(cls, value: Path | None) -> Path | None:
        if value is not None and not value.is_dir():
            raise ValueError("there is no such folder")
        return value


class Provider(_Table):
    """What an operator may set for every integration of a type."""

    address: str = ""
    """In place of the provider's own address; for tests and proxies."""
    timeout: float = Field(default=10, gt=0, le=60)
    """Seconds for one attempt."""
    private_hosts: bool = False
    """Whether organizations may name hosts in private networks."""


class Settings(_Table):
    """All of them."""

    database: Database
    tokens: Tokens
    keys: Keys
    service: Service = Service()
    providers: dict[str, Provider] = Field(default_factory=dict)

    def provider(self, integration_type: str) -> Provider:
        """Those of a type."""
        return self.providers.get(integration_type, Provider())


def read_settings(path: Path, environment: Mapping[str, str] = os.environ) -> Settings:
    """Read hub.toml.

    Args:
        path: of the file.
        environment: what `env(NAME)` refers to.

    Raises:
        CannotRun: no such file, no TOML, a name that does not exist, a value that cannot be; no value is shown.
    """
    try:
        document = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise CannotRun(
            "hub.no-settings", f"the hub's settings cannot be read: {error.strerror}", where=str(path),
            fix="seatrial hub, without --settings, starts one on an embedded database",
        ) from None  # fmt: skip
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise CannotRun("hub.no-toml", f"this is no TOML: {error}", where=str(path)) from None
    try:
        return Settings.model_validate(_resolved(document, path, environment))
    except ValidationError as error:
        # A name that is misspelt explains why another is missing.
        first = min(error.errors(include_input=False, include_url=False), key=lambda each: each["type"] != UNKNOWN_NAME)
        name = ".".join(str(part) for part in first["loc"])
        raise CannotRun("hub.bad-setting", f"{name}: {first['msg']}", where=str(path)) from None


def _resolved(value: Any, path: Path, environment: Mapping[str, str]) -> Any:  # noqa: ANN401 - whatever TOML has
    if isinstance(value, dict):
        return {name: _resolved(each, path, environment) for name, each in value.items()}
    if isinstance(value, list):
        return [_resolved(each, path, environment) for each in value]
    if isinstance(value, str) and (reference := REFERENCE.fullmatch(value)):
        if reference[1] not in environment:
            raise CannotRun(
                "hub.no-variable", f"the environment has no {reference[1]}", where=str(path),
                fix=f"export {reference[1]}=…",
            )  # fmt: skip
        return environment[reference[1]]
    return value
