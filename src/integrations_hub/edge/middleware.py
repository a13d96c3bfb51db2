"""What every request passes first and last: its id, its size, its answer when it fails, the log, the figures."""

from __future__ import annotations

import re
import time
from typing import TYPE_CHECKING

from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.routing import Route

from integrations_hub.domain.refusal import Refusal
from integrations_hub.edge.answers import INTERNAL, as_messages, raise_as_refusal, too_large
from integrations_hub.edge.browsers import CORS, is_open, preflight, safe
from integrations_hub.edge.passage import KEY, Passage, address_of, new_request_id
from integrations_hub.store.security import SecurityEvent

if TYPE_CHECKING:
    from collections.abc import Mapping

    from fastapi import FastAPI
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from integrations_hub.edge.hub import Hub

__all__ = ["DENIED", "Edge", "install"]

#: Of a body; of a provider's call, whose endpoint knows better what is too much, some more.
MOST_BYTES = 1_000_000
MOST_BYTES_OF_CALLS = 5_000_000
CALLS = "/v1/webhooks/"
SANE_ID = re.compile(rb"[A-Za-z0-9._-]{1,64}")
#: Of a request that no route took, so that nobody can fill the figures with paths.
NOWHERE = "none"
#: The client went away before it had its answer; as nginx notes it.
GONE = 499
#: insufficient_privilege: the database refused what row-level security or a grant does not allow.
DENIED = "42501"


def install(app: FastAPI, hub: Hub) -> None:
    """Put it around an application."""
    app.add_middleware(Edge, hub=hub)
    app.add_exception_handler(HTTPException, raise_as_refusal)  # type: ignore[arg-type]  # it never returns
    app.add_exception_handler(RequestValidationError, raise_as_refusal)  # type: ignore[arg-type]  # it never returns


class Edge:
    """Pure ASGI; around the routes, and within nothing but the server's own last resort."""

    def __init__(self, app: ASGIApp, *, hub: Hub) -> None:
        self._app = app
        self._hub = hub
        self._templates: dict[object, str] | None = None
        self._is_https = hub.settings.service.address.startswith("https://")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, and answer whatever comes of it."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        started = time.perf_counter()
        headers = _first_of_each(scope)
        passage = scope[KEY] = _passage(scope, headers)
        outgoing = self._outgoing(scope, headers, passage, send)
        try:
            await self._pass_on(scope, headers, receive, outgoing)
        except Refusal as refusal:
            self._tell(refusal, passage)
            await _answer(refusal, passage, outgoing)
        except Exception as error:  # noqa: BLE001 - whatever it is, the client gets no word of it
            self._hub.log.failure(error, passage.request_id)
            await _answer(INTERNAL, passage, outgoing)
        finally:
            self._note(scope, passage, time.perf_counter() - started)

    def _route(self, scope: Scope) -> str:
        """The template of the path; FastAPI notes only routes of its own."""
        if "route" in scope:
            return str(getattr(scope["route"], "path", NOWHERE))
        endpoint = scope.get("endpoint")
        if endpoint is None:
            return NOWHERE
        if self._templates is None:
            routes = [route for route in scope["app"].routes if isinstance(route, Route)]
            self._templates = {route.endpoint: route.path for route in reversed(routes)}
        return self._templates.get(endpoint, NOWHERE)

    async def _pass_on(self, scope: Scope, headers: Mapping[bytes, bytes], receive: Receive, outgoing: Send) -> None:
        if b"origin" in headers and b"access-control-request-method" in headers and is_open(scope["path"]):
            for message in preflight(headers.get(b"access-control-request-headers")):
                await outgoing(message)
            return
        most = MOST_BYTES_OF_CALLS if scope["path"].startswith(CALLS) else MOST_BYTES
        length = headers.get(b"content-length")
        if length is not None and not _is_within(length, most):
            raise too_large()
        if length is None and (b"transfer-encoding" in headers or not scope["http_version"].startswith("1")):
            receive = _counted(receive, most)
        await self._app(scope, receive, outgoing)

    def _outgoing(self, scope: Scope, headers: Mapping[bytes, bytes], passage: Passage, send: Send) -> Send:
        is_from_elsewhere = b"origin" in headers and is_open(scope["path"])

        async def outgoing(message: Message) -> None:
            if message["type"] == "http.response.start":
                passage.status = message["status"]
                own = list(message.get("headers", ()))
                own.append((b"x-request-id", passage.request_id.encode()))
                own += [(name.lower().encode(), value.encode()) for name, value in passage.headers.items()]
                if is_from_elsewhere:
                    own += [field for field in CORS if field not in own]
                message["headers"] = own + safe(own, is_https=self._is_https)
            await send(message)

        return outgoing

    def _tell(self, refusal: Refusal, passage: Passage) -> None:
        caller = passage.caller
        if refusal.code == DENIED and caller is not None and caller.role == "authenticated":
            self._hub.told.tell(SecurityEvent(
                event_type="access.refused", reason=DENIED, severity="info", source_ip=passage.address,
                user_id=caller.user_id, organization_id=passage.organization_id,
            ))  # fmt: skip

    def _note(self, scope: Scope, passage: Passage, seconds: float) -> None:
        method, route = scope["method"], self._route(scope)
        status = passage.status or GONE
        self._hub.figures.request(method, route, status, seconds)
        self._hub.log.request(passage, method=method, route=route, status=status, seconds=seconds)


def _first_of_each(scope: Scope) -> dict[bytes, bytes]:
    # Of two fields of a name the first counts: a dict keeps the last that it is given.
    return dict(reversed(scope["headers"]))


def _passage(scope: Scope, headers: Mapping[bytes, bytes]) -> Passage:
    sent = headers.get(b"x-request-id", b"")
    request_id = sent.decode() if SANE_ID.fullmatch(sent) else new_request_id()
    return Passage(request_id=request_id, address=address_of(scope))


def _is_within(length: bytes, most: int) -> bool:
    return length.isdigit() and len(length) <= len(str(most)) and int(length) <= most


def _counted(receive: Receive, most: int) -> Receive:
    received = 0

    async def counted() -> Message:
        nonlocal received
        message = await receive()
        received += len(message.get("body", b""))
        if received > most:
            # One of the frameworks' own: others they take for a body that cannot be parsed.
            raise HTTPException(413, too_large().message)
        return message

    return counted


async def _answer(refusal: Refusal, passage: Passage, outgoing: Send) -> None:
    """Where the answer has begun already, nothing can be said any more: the server closes the connection."""
    passage.code = refusal.code
    if passage.status is None:
        for message in as_messages(refusal, passage.request_id):
            await outgoing(message)
