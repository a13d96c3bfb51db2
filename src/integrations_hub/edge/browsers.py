"""What browsers are told: who may read answers from another origin, and what a page may do."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from starlette.types import Message

__all__ = ["CORS", "is_open", "preflight", "safe"]

Headers = list[tuple[bytes, bytes]]

#: What supabase-js calls from any page: its callers send a token, and no cookie counts there.
OPEN = ("/rest/v1", "/v1/")
FIELD_NAMES = re.compile(rb"[A-Za-z0-9-]+(?:\s*,\s*[A-Za-z0-9-]+)*")
MOST_FIELD_NAMES = 2000
#: What PostgREST exposes, and what the hub adds.
EXPOSED = (
    b"Content-Encoding, Content-Location, Content-Range, Content-Type, Date, Location, Preference-Applied, Range-Unit, "
    b"RateLimit-Limit, RateLimit-Remaining, RateLimit-Reset, Retry-After, Server, Transfer-Encoding, WWW-Authenticate, "
    b"X-Request-Id"
)
#: Any origin, without credentials.
CORS: Headers = [
    (b"access-control-allow-origin", b"*"),
    (b"access-control-expose-headers", EXPOSED),
]
#: What an answer has that does not say otherwise: answers depend on who asks, and no page may frame or run them.
SAFE: Headers = [
    (b"cache-control", b"no-store"),
    (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'"),
    (b"referrer-policy", b"no-referrer"),
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
]
#: Only where the hub is reached by https.
STRICT = (b"strict-transport-security", b"max-age=31536000")


def is_open(path: str) -> bool:
    """Whether pages of other origins may read what is there."""
    return path.startswith(OPEN)


def safe(headers: Sequence[tuple[bytes, bytes]], *, is_https: bool) -> Headers:
    """The fields that an answer with those lacks."""
    there = {name for name, _ in headers}
    added = [field for field in SAFE if field[0] not in there]
    return [*added, STRICT] if is_https else added


def preflight(wanted: bytes | None) -> tuple[Message, Message]:
    """The answer to a browser that asks whether it may send a request with those field names.

    As Supabase does, whatever it wants to send is allowed; `*` would not be enough, as it leaves out Authorization.
    """
    headers = [
        CORS[0],
        (b"access-control-allow-methods", b"GET, HEAD, POST, PATCH, PUT, DELETE, OPTIONS"),
        (b"access-control-max-age", b"86400"),
        (b"content-length", b"0"),
    ]
    if wanted and len(wanted) <= MOST_FIELD_NAMES and FIELD_NAMES.fullmatch(wanted.strip()):
        headers.append((b"access-control-allow-headers", wanted.strip()))
    return (
        {"type": "http.response.start", "status": 200, "headers": headers},
        {"type": "http.response.body", "body": b""},
    )
