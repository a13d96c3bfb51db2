"""What a genuine token says, judged: pure, and the same for every signature."""

from __future__ import annotations

import json
import math
import re
from typing import TYPE_CHECKING, Any

from integrations_hub.domain.caller import ROLES, Caller
from integrations_hub.identity.refused import Reason, TokenRefused

if TYPE_CHECKING:
    from collections.abc import Mapping

    from integrations_hub.settings import Tokens

__all__ = ["caller_from", "json_object"]

UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", re.IGNORECASE)
#: Whom Supabase names in the keys of a project, hosted and on a developer's machine.
ISSUERS_OF_KEYS = ("supabase", "supabase-demo")
#: A character that no text of PostgreSQL can hold, escaped; a backslash that is itself escaped escapes nothing.
ZERO = re.compile(rb"(?<!\\)(?:\\\\)*\\u0000")
#: 9999-12-31; what is later is no time.
LAST_SECOND = 253402300799


def json_object(text: bytes) -> dict[str, Any]:
    """An object of strict JSON: no name twice, no NaN, nothing that the database could not read.

    Raises:
        TokenRefused: malformed.
    """
    try:
        found = json.loads(text.decode(), object_pairs_hook=_without_repetition, parse_constant=_no_constant)
        readable = json.dumps(found, ensure_ascii=False, allow_nan=False).encode()
    except (ValueError, RecursionError):
        raise TokenRefused(Reason.MALFORMED) from None
    if not isinstance(found, dict) or ZERO.search(readable):
        raise TokenRefused(Reason.MALFORMED)
    return found


def _without_repetition(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError
    return found


def _no_constant(_: str) -> None:
    raise ValueError


def caller_from(claims: Mapping[str, Any], tokens: Tokens, now: float) -> Caller:
    """Whom the claims name, if they hold.

    The keys of a project (anon and service_role) carry no audience, an issuer of Supabase's own, and may be without
    end: what they lack is not missed, but what they have must fit. A user's token needs all of it.

    Args:
        claims: of a token whose signature was verified.
        tokens: what is expected.
        now: in seconds since 1970.

    Raises:
        TokenRefused: they do not hold.
    """
    role = claims.get("role")
    if not isinstance(role, str) or role not in ROLES:
        raise TokenRefused(Reason.ROLE)
    is_key = role != "authenticated"
    ends = _judge_times(claims, tokens.leeway, now, may_be_endless=is_key)
    _judge_audience(claims.get("aud"), tokens.audience, may_be_missing=is_key)
    _judge_issuer(claims.get("iss"), tokens.issuer, is_key=is_key)
    subject = claims.get("sub")
    if not is_key and not (isinstance(subject, str) and UUID.fullmatch(subject)):
        raise TokenRefused(Reason.SUBJECT)
    return Caller(role=role, claims=claims, expires=ends)


def _judge_times(claims: Mapping[str, Any], leeway: float, now: float, *, may_be_endless: bool) -> float:
    ends, begins, issued = (_time(claims, name) for name in ("exp", "nbf", "iat"))
    if ends is None and not may_be_endless:
        raise TokenRefused(Reason.NO_EXPIRY)
    if ends is not None and now >= ends + leeway:
        raise TokenRefused(Reason.EXPIRED)
    if begins is not None and now < begins - leeway:
        raise TokenRefused(Reason.NOT_YET_VALID)
    if issued is not None and now < issued - leeway:
        raise TokenRefused(Reason.ISSUED_IN_FUTURE)
    return math.inf if ends is None else ends


def _time(claims: Mapping[str, Any], name: str) -> float | None:
    value = claims.get(name)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= LAST_SECOND:
        raise TokenRefused(Reason.MALFORMED)
    return float(value)


def _judge_audience(named: object, expected: str, *, may_be_missing: bool) -> None:
    if named is None and may_be_missing:
        return
    audiences = named if isinstance(named, list) else [named]
    if expected not in audiences:
        raise TokenRefused(Reason.WRONG_AUDIENCE)


def _judge_issuer(named: object, expected: str, *, is_key: bool) -> None:
    if not expected or named == expected:
        return
    if not (is_key and (named is None or named in ISSUERS_OF_KEYS)):
        raise TokenRefused(Reason.WRONG_ISSUER)
