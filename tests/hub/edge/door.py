"""A small application behind the real edge, on a real socket: its endpoints do what those of the hub can do wrong."""

from __future__ import annotations

import asyncio
import io
import json
import socket
import threading
import time
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any

import httpx
import uvicorn
from fastapi import Depends, FastAPI
from pydantic import BaseModel
from starlette.requests import Request  # noqa: TC002 - FastAPI reads the annotations
from starlette.responses import JSONResponse, PlainTextResponse, StreamingResponse
from starlette.routing import Route
from tests.hub.ground import LIGHTHOUSE

from integrations_hub.api import health
from integrations_hub.domain.caller import Caller  # noqa: TC001 - FastAPI reads the annotations
from integrations_hub.domain.refusal import Refusal
from integrations_hub.edge.admission import admitted
from integrations_hub.edge.callers import caller_of, caller_of_token, organization_refused, webhook_refused
from integrations_hub.edge.hub import Hub
from integrations_hub.edge.logs import Log
from integrations_hub.edge.middleware import install
from integrations_hub.edge.protocol import Protocol
from integrations_hub.store.database import Database

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator

    from integrations_hub.settings import Settings

__all__ = ["MARK", "Door", "door", "metric"]

#: Stands for whatever must not come out.
MARK = "hush-hush-5157"


class Body(BaseModel):
    """Of POST /v1/body."""

    name: str
    count: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Door:
    """One that is open."""

    client: httpx.Client
    hub: Hub
    stream: io.StringIO
    loop: asyncio.AbstractEventLoop

    def lines(self) -> list[dict[str, Any]]:
        """Of the log."""
        self._let_it_finish()
        return [json.loads(line) for line in self.stream.getvalue().splitlines()]

    def figures(self) -> str:
        """As Prometheus reads them."""
        self._let_it_finish()
        return self.hub.figures.exposition().decode()

    def _let_it_finish(self) -> None:
        # A client has its answer before the edge has noted it. What follows the last byte is done in the same turn of
        # the loop; where it runs no more, all is done.
        if self.loop.is_running():
            asyncio.run_coroutine_threadsafe(asyncio.sleep(0), self.loop).result(60)


def metric(figures: str, name: str, **labels: str) -> float:
    """The value of a sample; 0 when there is none."""
    for line in figures.splitlines():
        is_it = line.startswith((f"{name}{{", f"{name} "))
        if is_it and all(f'{label}="{value}"' in line for label, value in labels.items()):
            return float(line.rpartition(" ")[2])
    return 0.0


def _application(hub: Hub) -> FastAPI:
    @asynccontextmanager
    async def alive(app: FastAPI) -> AsyncIterator[None]:
        app.state.loop = asyncio.get_running_loop()
        hub.database.open()
        hub.open()
        yield
        hub.close()
        hub.database.close()

    app = FastAPI(lifespan=alive)
    app.state.hub = hub
    install(app, hub)
    app.include_router(health.router)
    _who(app)
    _what(app)
    return app


def _who(app: FastAPI) -> None:
    @app.get("/v1/me")
    def me(caller: Annotated[Caller, Depends(admitted("/v1"))]) -> dict[str, str | None]:
        return {"role": caller.role, "user": caller.user_id}

    @app.get("/v1/known")
    async def known(caller: Annotated[Caller, Depends(caller_of)]) -> dict[str, str | None]:
        return {"role": caller.role, "user": caller.user_id}

    @app.get("/sign-in/{code}")
    def sign_in(request: Request, code: str) -> dict[str, str | None]:
        return {"user": caller_of_token(request, code).user_id}

    @app.get("/v1/organizations/{organization_id}")
    def organization(request: Request, organization_id: str, caller: Annotated[Caller, Depends(caller_of)]) -> None:
        organization_refused(request, caller, organization_id)
        raise Refusal(404, "not_found", "there is no such organization")

    @app.post("/v1/webhooks/{integration_type}")
    def webhook(request: Request, integration_type: str) -> None:
        webhook_refused(request, "signature", integration_type, LIGHTHOUSE)
        raise Refusal(401, "refused", "the signature is not the provider's")


def _what(app: FastAPI) -> None:
    @app.post("/v1/body")
    async def body(body: Body) -> dict[str, str]:
        return {"name": body.name}

    @app.get("/v1/fails")
    def fails() -> None:
        try:
            int(MARK)
        except ValueError:
            raise RuntimeError(f"the password is {MARK}")  # noqa: B904 - the first one is to be in the log as well

    @app.get("/v1/denied")
    def denied(_: Annotated[Caller, Depends(caller_of)]) -> None:
        raise Refusal(403, "42501", 'new row violates row-level security policy for table "integrations"')

    @app.get("/v1/breaks-off")
    def breaks_off() -> StreamingResponse:
        def pieces() -> Iterator[str]:
            yield "begin"
            raise RuntimeError(MARK)

        return StreamingResponse(pieces())

    @app.get("/page")
    def page() -> PlainTextResponse:
        return PlainTextResponse(
            "page", headers={"Content-Security-Policy": "default-src 'self'", "Cache-Control": "max-age=60"}
        )

    app.router.routes.append(Route("/rest/v1/{relation}", _relation, methods=["GET", "POST", "OPTIONS"]))


async def _relation(request: Request) -> JSONResponse:
    caller = await admitted("/rest/v1")(request)
    return JSONResponse({"role": caller.role, "bytes": len(await request.body())}, headers={"Content-Range": "0-0/1"})


@contextmanager
def door(settings: Settings) -> Iterator[Door]:
    """The application on a free port of this machine."""
    stream = io.StringIO()
    database = Database(settings.database.dsn.get_secret_value(), connections=settings.database.connections)
    hub = Hub(settings=settings, database=database, log=Log(stream))
    app = _application(hub)
    config = uvicorn.Config(app, http=Protocol, log_config=None, access_log=False, server_header=False, lifespan="on")
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, args=([listener],), daemon=True)
        thread.start()
        while not server.started:
            if not thread.is_alive():
                raise AssertionError("it did not start")
            time.sleep(0.01)
        try:
            address = f"http://127.0.0.1:{listener.getsockname()[1]}"
            with httpx.Client(base_url=address, timeout=60, trust_env=False) as client:
                yield Door(client=client, hub=hub, stream=stream, loop=app.state.loop)
        finally:
            server.should_exit = True
            thread.join(timeout=60)
