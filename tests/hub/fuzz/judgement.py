"""What an answer of the dialect must never be, whatever it was asked."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote_to_bytes

from tests.hub.fuzz.strings import TABLES
from tests.hub.ground import HARBOUR

if TYPE_CHECKING:
    import httpx
    from tests.hub.fuzz.strings import Asked
    from tests.hub.ground import Ground

__all__ = ["Truth", "faults", "truth_of"]

#: What an error says only when it shows how the hub asks the database, or what it is made of.
INTERNALS = (
    "syntax error", "LINE 1", "private.", "json_populate", "json_to_record", "jsonb_", "row_to_json", "json_agg",
    "to_json", "psycopg", "Traceback", "integrations_hub", ".py:", '.py"', "SELECT ", "select ", "pg_catalog",
    "current_setting", "set_config", "subquery", "hub_", "pgrst_", "unterminated", "parameter $", "statement",
)  # fmt: skip
#: SQLSTATEs of statements that are none, or that ask for too much of the parser.
CODES = ("42601", "42P02", "42P18", "54001", "XX000", "25P02", "26000", "08P01", "42P01", "42712", "42702")
#: 42601 that is not of a statement, but of the caller's own words for a search.
OF_A_SEARCH = ("in tsquery", "there is no escaped character")


@dataclass(frozen=True, slots=True, kw_only=True)
class Truth:
    """What there is, as somebody who sees everything knows it."""

    #: Rows of Harbour, by table.
    own: dict[str, int]
    #: Texts that only rows of other organizations have.
    foreign: tuple[str, ...]


def truth_of(ground: Ground) -> Truth:
    """Read as a superuser."""
    own: dict[str, int] = {}
    ours, theirs = "", set[str]()
    with ground.superuser() as connection:
        for table in TABLES:
            rows = connection.execute(f"select organization_id::text, to_jsonb(t)::text from public.{table} t".encode())
            for organization, text in rows.fetchall():
                if organization == HARBOUR:
                    own[table] = own.get(table, 0) + 1
                    ours += text
                else:
                    theirs |= {value for value in json.loads(text).values() if isinstance(value, str)}
    known = {"whatsapp", "webhook", "rate_limited", "active"}
    return Truth(own=own, foreign=tuple(sorted(each for each in theirs - known if len(each) > 7 and each not in ours)))


def faults(asked: Asked, response: httpx.Response, truth: Truth) -> list[str]:
    """What is wrong with it; nothing is right."""
    found = []
    if response.status_code >= 500 and response.status_code != 501:
        found.append(f"status {response.status_code}")
    try:
        body = json.loads(response.text) if response.text else None
    except ValueError:
        return [*found, f"no JSON: {response.text[:200]}"]
    if response.is_success:
        found += _faults_of_rows(asked, body, truth)
    else:
        found += _faults_of_error(asked, body)
    said = _said(asked)
    found += [f"a foreign value: {each}" for each in truth.foreign if each in response.text and each not in said]
    total = response.headers.get("Content-Range", "*/*").rpartition("/")[2]
    # What the planner expects knows nothing of row security.
    is_counted = asked.headers.get("Prefer") != "count=planned"
    if is_counted and total.isdigit() and int(total) > truth.own[asked.table]:
        found.append(f"{total} rows are counted, and there are {truth.own[asked.table]}")
    return found


def _faults_of_rows(asked: Asked, body: Any, truth: Truth) -> list[str]:  # noqa: ANN401 - whatever JSON has
    rows = body if isinstance(body, list) else [body]
    if b"select=" in asked.query:
        # Columns may have any name; what only other organizations have is looked for in the text.
        return [] if len(rows) <= truth.own[asked.table] else [f"{len(rows)} rows"]
    return [f"a row of {row.get('organization_id')}" for row in rows if row and row.get("organization_id") != HARBOUR]


def _faults_of_error(asked: Asked, body: Any) -> list[str]:  # noqa: ANN401 - whatever JSON has
    if not isinstance(body, dict) or not {"code", "message", "details", "hint"} <= body.keys():
        return [f"no error of the shape: {body}"]
    told = " ".join(str(body[part] or "") for part in ("message", "details", "hint"))
    if body["code"] == "42601" and any(each in told for each in OF_A_SEARCH):
        return []
    found = [f"code {body['code']}: {body['message']}"] if body["code"] in CODES else []
    return found + [
        f"names {word!r}: {told[:300]}" for word in INTERNALS if word in told and word.strip() not in _said(asked)
    ]


def _said(asked: Asked) -> str:
    """What the caller said, as an error may repeat it: backslashes escape what follows them."""
    text = unquote_to_bytes(asked.query.replace(b"+", b" ")).decode(errors="replace")
    return f"{text} {text.replace(chr(92), '')}"
