"""`[[notify]]` of `seatrial.toml`: whom to tell of a deployment and its watch. Secrets are named, never written."""

from __future__ import annotations

import re
from typing import Literal, get_args

from pydantic import BaseModel, ConfigDict, Field, model_validator

__all__ = ["NotifySettings"]

_ENV = re.compile(r"env\(\w+\)")
_ADDRESS = re.compile(r"[^@\s<>,;]+@[^@\s<>,;]+")
_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
_EVENTS = Literal[
    "started", "waiting", "done", "failed", "rolled_back",
    "watching", "breached", "recovered", "asked", "succeeded", "release_failed", "inconclusive",
]  # fmt: skip
#: By way of encryption.
_PORTS = {"starttls": 587, "ssl": 465, "none": 25}
_OF_MAIL = ("host", "port", "sender", "to", "username", "password", "tls")


class NotifySettings(BaseModel):
    """`[[notify]]`: one channel."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    kind: Literal["webhook", "slack", "email"]
    events: tuple[_EVENTS, ...] = Field(get_args(_EVENTS), min_length=1)
    url: str = ""
    host: str = ""
    port: int | None = Field(None, ge=1, le=65535)
    # `from` is a word of the language.
    sender: str = Field("", alias="from")
    to: tuple[str, ...] = ()
    username: str = ""
    password: str = ""
    tls: Literal["starttls", "ssl", "none"] = "starttls"

    @property
    def server_port(self) -> int:
        """The port that is given, or the usual one."""
        return self.port or _PORTS[self.tls]

    @model_validator(mode="after")
    def _has_what_its_kind_needs(self) -> NotifySettings:
        if wrong := self._of_mail() if self.kind == "email" else self._of_web():
            raise ValueError(wrong)
        return self

    def _of_web(self) -> str:
        if not _ENV.fullmatch(self.url.strip()):
            return 'the address of a webhook is a secret: write url = "env(NAME)" and put it into that variable'
        if strange := sorted(self.model_fields_set & set(_OF_MAIL)):
            return f"{'from' if strange[0] == 'sender' else strange[0]} is for e-mail; a {self.kind} has url and events"
        return ""

    def _of_mail(self) -> str:
        if self.url or not (self.host.strip() and self.sender and self.to):
            return "an e-mail needs host, from and to, and has no url"
        if not all(_ADDRESS.fullmatch(address) and address.isprintable() for address in (self.sender, *self.to)):
            return "from is one address, to is a list of addresses, such as team@example.com"
        if self.password and not _ENV.fullmatch(self.password.strip()):
            return 'a password is not written here: write password = "env(NAME)" and put it into that variable'
        if bool(self.username) != bool(self.password):
            return "give both username and password, or neither"
        if self.password and self.tls == "none" and self.host not in _LOOPBACK:
            return 'with tls = "none" everybody on the way could read the password: write "starttls" or "ssl"'
        return ""
