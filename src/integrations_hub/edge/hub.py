"""What the hub is made of while it runs; a request finds it at its application."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, cast

from integrations_hub.edge.figures import Figures
from integrations_hub.edge.limits import Limits
from integrations_hub.edge.logs import Log
from integrations_hub.edge.readiness import Readiness
from integrations_hub.edge.told import Told
from integrations_hub.identity.verifier import Verifier
from integrations_hub.store.rest.rest import Rest
from integrations_hub.store.security import record

if TYPE_CHECKING:
    from starlette.requests import HTTPConnection

    from integrations_hub.services.use_cases import UseCases
    from integrations_hub.settings import Settings
    from integrations_hub.store.database import Database

__all__ = ["Hub", "hub_of"]


@dataclass(slots=True, kw_only=True, repr=False)
class Hub:
    """One process of it."""

    settings: Settings
    database: Database
    figures: Figures = field(default_factory=Figures)
    log: Log = field(default_factory=Log)
    verifier: Verifier = field(init=False)
    told: Told = field(init=False)
    limits: Limits = field(init=False)
    dialect: Rest = field(init=False)
    #: Given where the hub is put together.
    services: UseCases = field(init=False)
    readiness: Readiness = field(init=False)

    def __post_init__(self) -> None:
        self.verifier = Verifier(self.settings.tokens)
        self.told = Told(partial(record, self.database), self.figures, self.log)
        self.limits = Limits(self.database, limit=self.settings.service.requests_per_minute, tell=self.told.tell)
        self.dialect = Rest(self.settings.database)
        self.readiness = Readiness(self.database, self.verifier)
        self.figures.watch_pool("database", self.database.stats)
        self.figures.watch_pool("dialect", self.dialect.stats)
        self.figures.watch("hub_key_set_failed", "Whether the newest keys could not be fetched.", self._keys_failed)

    def _keys_failed(self) -> float:
        return float(self.verifier.trouble is not None)

    def open(self) -> None:
        """Begin what works beside the requests; the database is open."""
        self.verifier.renewal()
        self.told.open()
        self.figures.open()

    def close(self) -> None:
        """Write what is left to be written; the database is still open."""
        self.figures.close()
        self.told.close()


def hub_of(request: HTTPConnection) -> Hub:
    """The hub that the request came to."""
    return cast("Hub", request.app.state.hub)
