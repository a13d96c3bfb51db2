"""The statements that make a session one of a kind of user, as the gateway and the application send them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from seatrial.rows.text import literal

if TYPE_CHECKING:
    from collections.abc import Iterator

    from seatrial.model.isolation import Kind

__all__ = ["as_kind", "as_role", "settings_of"]


def as_kind(kind: Kind, gateway: str = "") -> list[str]:
    """For a session of a superuser, until the transaction ends.

    Args:
        kind: who.
        gateway: the role that logs in for everybody; empty where the roles of users log in themselves.
    """
    return [f"SET LOCAL SESSION AUTHORIZATION {_quoted(gateway or kind.role)}", *as_role(kind)]


def as_role(kind: Kind) -> list[str]:
    """For a session of anybody who may become the role of the kind, until the transaction ends."""
    settings = (f"SET LOCAL {_quoted(name)} = {literal(value)}" for name, value in settings_of(kind))
    return [f"SET LOCAL ROLE {_quoted(kind.role)}", *settings]


def settings_of(kind: Kind) -> Iterator[tuple[str, str]]:
    """As PostgREST and applications make them; the claims are those of nobody where there is no user."""
    yield "request.jwt.claims", json.dumps(kind.claims) if kind.claims else ""
    yield from kind.settings.items()


def _quoted(name: str) -> str:
    """Of a role, or of a setting with its points: `"request.jwt.claims"`."""
    return '"' + name.replace('"', '""') + '"'
