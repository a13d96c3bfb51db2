"""`[watch]` of `seatrial.toml`: how long a release is watched, where its server's log is, and what it says itself."""

from __future__ import annotations

import re

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

__all__ = ["WatchQuerySettings", "WatchSettings"]

_ENV = re.compile(r"env\(\w+\)")


class WatchQuerySettings(BaseModel):
    """`[[watch.query]]`: a question to the release's own tables, with an answer for each organization."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str = Field(min_length=1)
    sql: str = Field(min_length=1)
    per: str = Field(default="organization", min_length=1)
    limit: float | None = Field(default=None, gt=0, allow_inf_nan=False)


class WatchSettings(BaseModel):
    """`[watch]`."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    hours: float = Field(default=48.0, gt=0, le=8_760, allow_inf_nan=False)
    every_seconds: float = Field(default=60.0, ge=1, le=3_600, allow_inf_nan=False)
    log: str = ""
    log_token: str = "env(SUPABASE_ACCESS_TOKEN)"  # noqa: S105 - the name of a variable
    query: tuple[WatchQuerySettings, ...] = ()

    @field_validator("log_token")
    @classmethod
    def _is_kept_elsewhere(cls, token: str) -> str:
        if not _ENV.fullmatch(token.strip()):
            raise ValueError('a token is not written here: write log_token = "env(NAME)" and put it into that variable')
        return token

    @model_validator(mode="after")
    def _names_tell_apart(self) -> WatchSettings:
        names = [one.name for one in self.query]
        if twice := next((name for name in names if names.count(name) > 1), ""):
            raise ValueError(f"two queries are called {twice}")
        return self
