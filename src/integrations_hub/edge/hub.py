"""What the hub is made of while it runs; a request finds it at its application."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    from starlette.requests import HTTPConnection

    from integrations_hub.settings import Settings
    from integrations_hub.store.database import Database

__all__ = ["Hub", "hub_of"]


@dataclass(slots=True, kw_only=True)
class Hub:
    """One process of it."""

    settings: Settings
    database: Database


def hub_of(request: HTTPConnection) -> Hub:
    """The hub that the request came to."""
    return cast("Hub", request.app.state.hub)
