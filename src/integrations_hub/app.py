"""The hub as one application: wiring only."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack, asynccontextmanager
from typing import TYPE_CHECKING

from fastapi import FastAPI

from integrations_hub.api import health, rest, v1, webhooks
from integrations_hub.edge.hub import Hub
from integrations_hub.edge.logs import Log
from integrations_hub.edge.middleware import install
from integrations_hub.jobs.figures import JobFigures
from integrations_hub.jobs.work import Work, run_worker, work
from integrations_hub.pages.routes import routes as pages
from integrations_hub.pages.site import Site
from integrations_hub.providers.registry import Providers
from integrations_hub.services.use_cases import UseCases
from integrations_hub.store.database import Database
from integrations_hub.store.queue import figures
from integrations_hub.vault.vault import Vault

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from integrations_hub.pages.signins import SignIns
    from integrations_hub.settings import Settings

__all__ = ["create_app", "work_alone"]


def create_app(
    settings: Settings, *, signins: SignIns | None = None, with_jobs: bool = False, log: Log | None = None
) -> FastAPI:  # fmt: skip
    """The application of one process; it connects to its database when it is started.

    Args:
        settings: of the hub.
        signins: links of a hub that is for development.
        with_jobs: whether the process does jobs as well.
        log: in place of standard error.

    Raises:
        CannotRun: a key of the settings cannot be had.
    """
    hub, wanted = _hub(settings, log or Log())

    @asynccontextmanager
    async def alive(_: FastAPI) -> AsyncIterator[None]:
        async with _open(hub), _working(wanted if with_jobs else None):
            yield

    app = FastAPI(
        title="Integrations hub", lifespan=alive, docs_url=None, redoc_url=None, openapi_url="/v1/openapi.json"
    )
    app.state.hub = hub
    install(app, hub)
    # What is asked most is looked for first.
    app.router.routes.extend(rest.routes)
    for router in (health.router, v1.router, webhooks.router):
        app.include_router(router)
    app.router.routes.extend(pages(Site.of(hub, signins)))
    return app


def work_alone(settings: Settings) -> None:
    """Do jobs, and take no requests, until SIGTERM or SIGINT.

    Raises:
        CannotRun: a key of the settings cannot be had.
    """
    hub, wanted = _hub(settings, Log())
    hub.database.open()
    try:
        run_worker(wanted)
    finally:
        hub.database.close()


def _hub(settings: Settings, log: Log) -> tuple[Hub, Work]:
    """It, and what a worker for it needs."""
    database = Database(settings.database.dsn.get_secret_value(), connections=settings.database.connections)
    hub = Hub(settings=settings, database=database, log=log)
    vault, providers = Vault(settings.keys), Providers(settings)
    # A key that cannot be had is known before anybody asks for a secret.
    vault.prepare()
    hub.services = UseCases.of(
        database=database, vault=vault, providers=providers, address=settings.service.address
    )  # fmt: skip
    jobs = JobFigures(hub.figures.registry)
    jobs.watch_queue(lambda: figures(database))
    wanted = Work(
        dsn=settings.database.dsn.get_secret_value(), database=database, check=hub.services.checking.check,
        types=providers.types(), told=hub.log, figures=jobs,
    )  # fmt: skip
    return hub, wanted


@asynccontextmanager
async def _open(hub: Hub) -> AsyncIterator[None]:
    """The hub with its connections; they are closed in the opposite order."""
    async with AsyncExitStack() as stack:
        hub.database.open()
        stack.callback(hub.database.close)
        hub.open()
        stack.callback(hub.close)
        stack.push_async_callback(hub.dialect.close)
        yield


@asynccontextmanager
async def _working(wanted: Work | None) -> AsyncIterator[None]:
    """With a worker beside the requests, where one is wanted."""
    if wanted is None:
        yield
        return
    stop = asyncio.Event()
    worker = asyncio.create_task(work(wanted, stop))
    try:
        yield
    finally:
        stop.set()
        await worker
