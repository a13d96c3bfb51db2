"""One request, so that a person can send it again: to psql, and to the REST layer."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from seatrial.tenants.identity import as_role

if TYPE_CHECKING:
    from seatrial.model.isolation import Kind, Request

__all__ = ["psql_script", "rest_call"]


def psql_script(kind: Kind, request: Request) -> str:
    """To be pasted into psql, by a role that may become that of the kind; it leaves nothing behind."""
    statements = ("BEGIN", *as_role(kind), request.sql.strip().rstrip("; \n"), "ROLLBACK")
    return "".join(f"{statement};\n" for statement in statements)


def rest_call(kind: Kind, request: Request) -> str:
    """Method, path and body, with the claims that the token has to make; empty where it cannot be said there."""
    if not request.rest:
        return ""
    claims = json.dumps(kind.claims) if kind.claims else "no claims"
    return f"{request.rest}\nAuthorization: Bearer (a token with {claims})\n"
