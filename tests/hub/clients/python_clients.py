"""Clients of supabase-py for the people of the sample tenants."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import httpx
import pytest
from postgrest.exceptions import APIError
from supabase import Client, ClientOptions, create_client
from tests.hub.clients.people import tokens
from tests.hub.ground import ADA, MAX

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["client_of", "close_all", "new_organization", "refused"]


_open: list[httpx.Client] = []


def client_of(address: str, name: str, http: httpx.Client | None = None) -> Client:
    """As an application that has somebody's token makes its client; anon and service have only a key."""
    known = tokens()
    headers = {} if name in {"anon", "service"} else {"Authorization": f"Bearer {known[name]}"}
    key = known["service"] if name == "service" else known["anon"]
    # With a client of its own the package does not warn of what it itself hands over.
    http = http or httpx.Client(timeout=30)
    _open.append(http)
    return create_client(address, key, ClientOptions(headers=headers, httpx_client=http))


def close_all() -> None:
    """The package closes no connection by itself."""
    while _open:
        _open.pop().close()


def new_organization(address: str) -> str:
    """With Ada as its admin and Max as its member; Harbour's rows stay as they are."""
    service = client_of(address, "service")
    made: Any = service.table("organizations").insert({"name": "Of a test"}).execute()
    organization = str(made.data[0]["id"])
    service.table("organization_members").insert([
        {"organization_id": organization, "user_id": ADA, "role": "admin", "status": "active"},
        {"organization_id": organization, "user_id": MAX, "role": "member", "status": "active"},
    ]).execute()  # fmt: skip
    return organization


def refused(query: Callable[[], object]) -> APIError:
    """The error of a query that must end in one."""
    with pytest.raises(APIError) as caught:
        query()
    return caught.value
