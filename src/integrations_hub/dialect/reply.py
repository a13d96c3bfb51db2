"""What the database brought, as the answer of PostgREST: status, headers, body."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from integrations_hub.dialect.media import JSON, SINGLE
from integrations_hub.dialect.preferences import applied
from integrations_hub.dialect.window import content_range, status_of
from integrations_hub.domain.refusal import Refusal

if TYPE_CHECKING:
    from integrations_hub.dialect.records import Request
    from integrations_hub.dialect.schema import Function

__all__ = ["Outcome", "Reply", "of_call", "of_read", "of_write"]

STATUS = re.compile("[2-5][0-9]{2}")
#: Of a header: RFC 9110, section 5.
TOKEN = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
VALUE = re.compile(r"[\t\x20-\x7e]*")


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What a statement brought."""

    rows: int
    total: int | None = None
    #: JSON, as the database wrote it.
    body: bytes | None = None
    #: How many rows an upsert has added, if it was one.
    added: int | None = None
    #: What a function of the database wants to be answered.
    status: str | None = None
    headers: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """An answer."""

    status: int
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""


def of_read(request: Request, outcome: Outcome) -> Reply:
    """Of GET and HEAD on a relation.

    Raises:
        Refusal: one row was wanted, or the range has none.
    """
    _only_one(request, outcome)
    status = status_of(request.window, outcome.rows, outcome.total)
    headers = {
        "Content-Range": content_range(request.window, outcome.rows, outcome.total),
        **applied(request.preferences, "count", "handling"), **_media(request),
    }  # fmt: skip
    return _told(outcome, Reply(status=status, headers=headers, body=outcome.body or b""))


def of_write(relation: str, request: Request, outcome: Outcome) -> Reply:
    """Of POST, PATCH and DELETE on a relation.

    Raises:
        Refusal: one row was wanted, or more were changed than wanted.
    """
    _only_one(request, outcome)
    shows = request.preferences.returns == "representation"
    total = outcome.rows if request.preferences.count == "exact" else None
    if request.method == "POST":
        status = 200 if outcome.added == 0 else 201
    else:
        _not_too_many(request, outcome)
        status = 200 if shows else 204
    between = f"0-{outcome.rows - 1}" if request.method == "PATCH" and outcome.rows else "*"
    headers = {
        "Content-Range": f"{between}/{'*' if total is None else total}",
        **applied(request.preferences, *_followed(request)), **(_media(request) if shows else {}),
        **_location(relation, request, outcome),
    }  # fmt: skip
    return _told(outcome, Reply(status=status, headers=headers, body=(outcome.body or b"") if shows else b""))


def of_call(function: Function, request: Request, outcome: Outcome) -> Reply:
    """Of a function.

    Raises:
        Refusal: as of the others.
    """
    if function.returns in {"rows", "values"}:
        _only_one(request, outcome)
    if request.preferences.max_affected is not None and function.returns not in {"rows", "values"}:
        what = "Function must return SETOF or TABLE when max-affected preference is used with handling=strict"
        raise Refusal(400, "PGRST128", what)
    _not_too_many(request, outcome)
    headers = {
        "Content-Range": content_range(request.window, outcome.rows, outcome.total),
        **applied(request.preferences, "count", "handling", "max_affected", "tx"),
    }  # fmt: skip
    if function.returns == "void":
        return _told(outcome, Reply(status=204, headers=headers))
    status = status_of(request.window, outcome.rows, outcome.total)
    return _told(outcome, Reply(status=status, headers={**headers, **_media(request)}, body=outcome.body or b""))


def _only_one(request: Request, outcome: Outcome) -> None:
    if request.single and outcome.rows != 1:
        raise Refusal(
            406, "PGRST116", "Cannot coerce the result to a single JSON object",
            details=f"The result contains {outcome.rows} rows",
        )  # fmt: skip


def _not_too_many(request: Request, outcome: Outcome) -> None:
    most = request.preferences.max_affected
    if most is not None and outcome.rows > most:
        raise Refusal(
            400, "PGRST124", "Query result exceeds max-affected preference constraint",
            details=f"The query affects {outcome.rows} rows",
        )  # fmt: skip


def _media(request: Request) -> dict[str, str]:
    named = SINGLE if request.single else JSON
    stripped = ";nulls=stripped" if request.strip_nulls else ""
    schema = {"Content-Profile": request.schema} if request.schema_named else {}
    return {"Content-Type": f"{named}{stripped}; charset=utf-8", **schema}


def _followed(request: Request) -> tuple[str, ...]:
    every = ("returns", "count", "tx", "handling")
    return (*every, *{
        "POST": ("resolution", "missing"), "PATCH": ("missing", "max_affected"), "DELETE": ("max_affected",),
    }[request.method])  # fmt: skip


def _location(relation: str, request: Request, outcome: Outcome) -> dict[str, str]:
    """Where a new row is found, by its primary key."""
    if request.method != "POST" or request.preferences.returns != "headers-only" or outcome.rows != 1:
        return {}
    key = json.loads(outcome.body or b"null", parse_float=str, parse_int=str) or {}
    return {"Location": f"/{relation}?{urlencode({name: _eq(value) for name, value in key.items()})}"} if key else {}


def _eq(value: object) -> str:
    return "is.null" if value is None else f"eq.{value}"


def _told(outcome: Outcome, reply: Reply) -> Reply:
    """What a function of the database has set in response.status and response.headers goes before."""
    if outcome.status is None and outcome.headers is None:
        return reply
    status = reply.status if outcome.status is None else _status(outcome.status)
    headers = {} if outcome.headers is None else _headers(outcome.headers)
    return Reply(status=status, headers={**reply.headers, **headers}, body=reply.body)


def _status(text: str) -> int:
    if not STATUS.fullmatch(text):
        raise Refusal(500, "PGRST112", "response.status guc must be a valid status code")
    return int(text)


def _headers(text: str) -> dict[str, str]:
    """An array of objects, each with one header; one that is there twice has both values."""
    found: dict[str, str] = {}
    try:
        for name, value in (pair for each in json.loads(text) for pair in each.items()):
            if not (TOKEN.fullmatch(name) and VALUE.fullmatch(value)):
                raise ValueError(name)  # noqa: TRY301 - all that it cannot be is said in one place
            found[name] = f"{found[name]}, {value}" if name in found else value
    except (ValueError, AttributeError, TypeError):
        what = "response.headers guc must be a JSON array composed of objects with a single key and a string value"
        raise Refusal(500, "PGRST111", what) from None
    return found
