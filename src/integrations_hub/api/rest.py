"""The dialect of PostgREST over HTTP: /rest/v1/, /rest/v1/RELATION and /rest/v1/rpc/FUNCTION."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from integrations_hub.dialect.media import read_content_type
from integrations_hub.dialect.payload import organization_in
from integrations_hub.dialect.refusals import missing
from integrations_hub.dialect.request import read_request, read_schema
from integrations_hub.domain.refusal import Refusal
from integrations_hub.edge.admission import admitted
from integrations_hub.edge.hub import hub_of
from integrations_hub.edge.middleware import DENIED
from integrations_hub.edge.passage import passage_of

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from starlette.types import Receive, Scope, Send

    from integrations_hub.dialect import records
    from integrations_hub.dialect.reply import Reply

__all__ = ["routes"]

BASE = "/rest/v1"
OPENAPI = "application/openapi+json"
#: What an answer depends on beside the address.
VARY = "Accept, Prefer, Range"


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoint:
    """A path that takes every method, and refuses in its own words those that it does not have."""

    path: str
    handler: Callable[[Request], Awaitable[Response]]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, with the headers that PostgREST gives to every answer."""
        scope["route"] = self
        try:
            response = await self.handler(Request(scope, receive))
        except Refusal as refusal:
            refusal.headers.setdefault("Proxy-Status", f"PostgREST; error={refusal.code}")
            raise
        response.headers.setdefault("Vary", VARY)
        await response(scope, receive, send)


async def root(request: Request) -> Response:
    """The description of what the caller may use."""
    if request.method == "OPTIONS":
        return Response(headers={"Allow": "OPTIONS,GET,HEAD"})
    if request.method not in {"GET", "HEAD"}:
        raise _unsupported(request)
    caller = await admitted(BASE)(request)
    hub = hub_of(request)
    schema, _ = read_schema(request.method, request.headers, hub.settings.database.schemas)
    return JSONResponse(await hub.dialect.describe(caller, schema, f"{BASE}/"), media_type=OPENAPI)


async def relation(request: Request) -> Response:
    """Rows of a table or view."""
    if request.method == "OPTIONS":
        return Response(headers={"Allow": "OPTIONS,GET,HEAD,POST,PATCH,DELETE"})
    if request.method == "PUT":
        raise missing("upsert of a single row by PUT")
    if request.method not in {"GET", "HEAD", "POST", "PATCH", "DELETE"}:
        raise _unsupported(request)
    caller = await admitted(BASE)(request)
    asked = _read(request)
    body = await _body(request) if request.method in {"POST", "PATCH"} else b""
    try:
        return _response(await hub_of(request).dialect.relation(caller, asked, request.path_params["relation"], body))
    except Refusal as refusal:
        if refusal.code == DENIED:
            passage_of(request).organization_id = organization_in(body)
        raise


async def function(request: Request) -> Response:
    """A function of the database."""
    if request.method == "OPTIONS":
        return Response(headers={"Allow": "OPTIONS,GET,HEAD,POST"})
    if request.method not in {"GET", "HEAD", "POST"}:
        raise Refusal(405, "PGRST101", f"Cannot use the {request.method} method on RPC")
    caller = await admitted(BASE)(request)
    asked = _read(request, is_call=True)
    body = await _body(request) if request.method == "POST" else b""
    return _response(await hub_of(request).dialect.call(caller, asked, request.path_params["function"], body))


async def nowhere(_: Request) -> Response:
    """Any other path below."""
    raise Refusal(404, "PGRST125", "Invalid path specified in request URL")


routes = [
    Route(path, Endpoint(path=path, handler=handler))
    for path, handler in (
        (f"{BASE}/", root), (f"{BASE}/{{relation}}", relation), (f"{BASE}/rpc/{{function}}", function),
        (f"{BASE}/{{path:path}}", nowhere),
    )
]  # fmt: skip


def _read(request: Request, *, is_call: bool = False) -> records.Request:
    return read_request(
        request.method, request.scope["query_string"], request.headers, is_call=is_call,
        schemas=hub_of(request).settings.database.schemas, prefer=tuple(request.headers.getlist("prefer")),
    )  # fmt: skip


async def _body(request: Request) -> bytes:
    """The body, which has to be JSON."""
    read_content_type(request.headers.get("content-type"))
    return await request.body()


def _response(reply: Reply) -> Response:
    return Response(reply.body, reply.status, reply.headers)


def _unsupported(request: Request) -> Refusal:
    return Refusal(405, "PGRST117", f"Unsupported HTTP method: {request.method}")
