"""The hub as one application: wiring only."""

from __future__ import annotations

from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from fastapi import FastAPI

from integrations_hub.edge.hub import Hub
from integrations_hub.store.database import Database

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from integrations_hub.settings import Settings

__all__ = ["create_app"]


def create_app(settings: Settings) -> FastAPI:
    """The application; it connects to its database when it is started."""
    database = Database(settings.database.dsn.get_secret_value(), connections=settings.database.connections)
    hub = Hub(settings=settings, database=database)

    @asynccontextmanager
    async def alive(_: FastAPI) -> AsyncIterator[None]:
        hub.database.open()
        yield
        hub.database.close()

    app = FastAPI(
        title="Integrations hub", lifespan=alive, docs_url=None, redoc_url=None, openapi_url="/v1/openapi.json"
    )
    app.state.hub = hub
    return app
