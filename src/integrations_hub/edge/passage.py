"""One request on its way: what is learned of it is noted here, for its answer, the log and the figures."""

from __future__ import annotations

import ipaddress
import secrets
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    from starlette.requests import HTTPConnection
    from starlette.types import Scope

    from integrations_hub.domain.caller import Caller

__all__ = ["KEY", "Passage", "address_of", "new_request_id", "passage_of"]

#: Where the scope of a request has it.
KEY = "integrations_hub.passage"


@dataclass(slots=True, kw_only=True)
class Passage:
    """Changes while the request is answered; whoever knows more sets it."""

    request_id: str
    #: Of the client, as the server sees it; none where it comes through a socket of this machine.
    address: str | None = None
    caller: Caller | None = None
    #: The only one that the request concerns, where that is known.
    organization_id: str | None = None
    #: Names and values that the answer gets in its header.
    headers: dict[str, str] = field(default_factory=dict)
    #: None as long as nothing is answered.
    status: int | None = None
    #: The code of the error that is answered.
    code: str | None = None


def new_request_id() -> str:
    """One that nobody can guess."""
    return secrets.token_hex(12)


def address_of(scope: Scope) -> str | None:
    """The client's address as the database writes addresses, where the server knows one."""
    client = scope.get("client")
    return _address(client[0]) if client else None


@lru_cache(maxsize=4096)
def _address(host: str) -> str | None:
    try:
        # A zone, as in fe80::1%eth0, is of this machine and no part of the address.
        return str(ipaddress.ip_address(host.partition("%")[0]))
    except ValueError:
        return None


def passage_of(request: HTTPConnection) -> Passage:
    """That of the request; made here where the middleware is not installed."""
    scope = request.scope
    if KEY not in scope:
        scope[KEY] = Passage(request_id=new_request_id(), address=address_of(scope))
    return cast("Passage", scope[KEY])
