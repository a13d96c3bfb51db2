"""What the database refuses, as the answer to a request: PostgREST's status for its code, and its own words."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import psycopg
from psycopg_pool import PoolTimeout

from integrations_hub.dialect.refusals import missing
from integrations_hub.domain.refusal import Refusal

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["is_lost", "lost", "refusal_of"]

#: By the longest beginning of the SQLSTATE, https://docs.postgrest.org/en/stable/references/errors.html; else 400.
STATUSES = {
    "08": 503, "09": 500, "0L": 403, "0P": 403, "21": 500, "23503": 409, "23505": 409, "25": 500, "25006": 405,
    "28": 403, "2D": 500, "38": 500, "39": 500, "3B": 500, "40": 500, "42501": 403, "42883": 404, "42P01": 404,
    "42P17": 500, "53": 503, "53400": 500, "54": 500, "55": 500, "57": 500, "57P01": 503, "57P02": 503, "57P03": 503,
    "58": 500, "F0": 500, "HV": 500, "P0": 500, "P0001": 400, "XX": 500,
}  # fmt: skip
#: A function may raise PT402 to have 402 answered.
CHOSEN = re.compile(r"PT([2-5][0-9]{2})")
RETRY = {"Retry-After": "1"}
ENDED = {"57P01", "57P02", "57P03"}


def refusal_of(error: Exception, *, anonymous: bool = False) -> Refusal:
    """The answer to an error of the driver or the pool.

    Args:
        error: as it was raised.
        anonymous: nobody is signed in, so that a missing right may be had by signing in.
    """
    if isinstance(error, PoolTimeout):
        return Refusal(
            503, "PGRST003", "No connection to the database was free in time", hint="Try again.", headers=RETRY
        )
    if is_lost(error) or not isinstance(error, psycopg.Error) or not error.sqlstate:
        return lost()
    if error.sqlstate == "PGRST":
        return missing("errors that a function raises with the code PGRST")
    said = error.diag
    return Refusal(
        _status(error.sqlstate, anonymous=anonymous), error.sqlstate, said.message_primary or "",
        details=said.message_detail, hint=said.message_hint, headers=_headers(error.sqlstate, anonymous=anonymous),
    )  # fmt: skip


def is_lost(error: Exception) -> bool:
    """Whether the connection is no more; what was under way may be done or not."""
    if isinstance(error, PoolTimeout):
        return False
    return isinstance(error, psycopg.OperationalError) and (not error.sqlstate or error.sqlstate in ENDED)


def lost(*, wrote: bool = False) -> Refusal:
    """The answer where the connection was lost."""
    return Refusal(
        503, "PGRST001", "The connection to the database was lost", headers=RETRY,
        details="Whether the change was made is not known." if wrote else None, hint="Try again.",
    )  # fmt: skip


def _status(code: str, *, anonymous: bool) -> int:
    if chosen := CHOSEN.fullmatch(code):
        return int(chosen[1])
    if code == "42501" and anonymous:
        return 401
    return STATUSES.get(code) or STATUSES.get(code[:2], 400)


def _headers(code: str, *, anonymous: bool) -> Mapping[str, str]:
    status = _status(code, anonymous=anonymous)
    return {401: {"WWW-Authenticate": "Bearer"}, 503: RETRY}.get(status, {})
