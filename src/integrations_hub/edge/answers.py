"""Refusals as answers: every error of the hub has this one shape."""

from __future__ import annotations

import json
from http import HTTPStatus
from typing import TYPE_CHECKING

from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException

from integrations_hub.domain.refusal import Refusal

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.types import Message

__all__ = ["INTERNAL", "as_messages", "raise_as_refusal", "refusal_from", "too_large"]

CODES = {404: "not_found", 405: "method_not_allowed", 413: "too_large", 415: "unsupported_media_type"}
#: Only so many faults of a body are named.
MOST_FAULTS = 10

INTERNAL = Refusal(
    500, "internal", "something in the hub failed that nobody expected",
    hint="with the request id, whoever runs the hub finds it in the log",
)  # fmt: skip


def too_large() -> Refusal:
    """The body has more bytes than are taken."""
    return Refusal(413, "too_large", "the body is too large")


async def raise_as_refusal(_: Request, error: Exception) -> None:
    """Handles exceptions of the frameworks: the middleware answers all refusals."""
    raise refusal_from(error) from None


def refusal_from(error: Exception) -> Refusal:
    """The refusal that an exception of a framework is."""
    if isinstance(error, RequestValidationError):
        return Refusal(422, "invalid_request", "the request is not as it must be", details=_faults(error))
    if isinstance(error, HTTPException):
        code = CODES.get(error.status_code, "bad_request" if error.status_code < INTERNAL.status else "unavailable")
        message = str(error.detail) or HTTPStatus(error.status_code).phrase
        return Refusal(error.status_code, code, message, headers=error.headers)
    return INTERNAL


def _faults(error: RequestValidationError) -> str:
    """Which fields, and what is wrong with them; never what they held."""
    return "; ".join(
        f"{'.'.join(str(part) for part in fault['loc'])}: {fault['msg']}" for fault in error.errors()[:MOST_FAULTS]
    )


def as_messages(refusal: Refusal, request_id: str) -> tuple[Message, Message]:
    """The answer as ASGI has it."""
    body = json.dumps({**refusal.body(), "request_id": request_id}, ensure_ascii=False).encode()
    headers = [
        (b"content-type", b"application/json; charset=utf-8"),
        (b"content-length", str(len(body)).encode()),
        *((name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in refusal.headers.items()),
    ]
    return (
        {"type": "http.response.start", "status": refusal.status, "headers": headers},
        {"type": "http.response.body", "body": body},
    )
