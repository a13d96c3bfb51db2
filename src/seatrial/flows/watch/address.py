"""Where the page of a watch is served, and which names a browser may call that place by."""

from __future__ import annotations

import socket
from contextlib import suppress
from dataclasses import dataclass
from ipaddress import ip_address
from urllib.parse import urlsplit

from seatrial.errors import CannotRun

__all__ = ["Address", "address_of"]

_HERE = "127.0.0.1"


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """A host and a port; port 0 is any that is free."""

    host: str
    port: int

    @property
    def is_here(self) -> bool:
        """Whether nobody reaches it from another machine."""
        return _is_loopback(self.host)

    def answers_to(self, header: str) -> bool:
        """Whether a Host header names this place; a name that somebody else's DNS leads here does not."""
        name = _name(header)
        if name in {self.host.lower(), "localhost"}:
            return True
        if self.is_here:
            return False
        # Nobody can own a name without a dot, and a browser that was given a number asked no DNS.
        return bool(name) and ("." not in name or _is_number(name) or name == socket.gethostname().lower())


def address_of(text: str) -> Address:
    """The address that somebody has typed: `127.0.0.1:8300`, `localhost:8300`, `[::1]:8300`.

    Raises:
        CannotRun: it is none.
    """
    host, port = "", None
    with suppress(ValueError):
        parts = urlsplit(f"//{text.strip()}")
        host, port = parts.hostname or "", parts.port
    if not host or port is None or text.strip().lower() not in {f"{host}:{port}", f"[{host}]:{port}"}:
        raise CannotRun(
            "watch.address", f"{text!r} is no address for the page", why="it is a host and a port",
            fix="use --serve 127.0.0.1:8300, or port 0 for any that is free",
        )  # fmt: skip
    return Address(host=_HERE if host == "localhost" else host, port=port)


def _name(header: str) -> str:
    with suppress(ValueError):
        parts = urlsplit(f"//{header.strip()}")
        # Whoever asks for a port that is none gets an error.
        _ = parts.port
        if parts.netloc == header.strip() and "@" not in header:
            return (parts.hostname or "").lower()
    return ""


def _is_number(name: str) -> bool:
    with suppress(ValueError):
        return bool(ip_address(name))
    return False


def _is_loopback(host: str) -> bool:
    with suppress(ValueError):
        return ip_address(host).is_loopback
    return False
