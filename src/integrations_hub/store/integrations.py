"""Integrations in the database; each function works within a transaction, for whoever it sees."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from psycopg.errors import InsufficientPrivilege
from psycopg.types.json import Jsonb

from integrations_hub.domain.integration import Integration, Status
from integrations_hub.store.queries import load

if TYPE_CHECKING:
    from integrations_hub.store.database import Row, Rows

__all__ = [
    "connect", "find", "health", "lock", "may_connect", "of_type", "organization_is_visible", "set_state", "types",
    "usage",
]  # fmt: skip


def organization_is_visible(connection: Rows, organization_id: str) -> bool:
    """Whether the caller may know of it."""
    row = connection.execute(load("organization_is_visible"), {"organization": organization_id}).fetchone()
    return bool(row and row["is_visible"])


def find(connection: Rows, integration_id: str) -> Integration | None:
    """One of them, where the caller may see it."""
    return _integration(connection.execute(load("integration"), {"id": integration_id}).fetchone())


def of_type(connection: Rows, organization_id: str, integration_type: str) -> Integration | None:
    """The one that an organization has with a service."""
    values = {"organization": organization_id, "type": integration_type}
    return _integration(connection.execute(load("integration_of_type"), values).fetchone())


def lock(connection: Rows, integration_id: str) -> Integration | None:
    """One of them, until the transaction ends, where the caller may change it."""
    return _integration(connection.execute(load("integration_locked"), {"id": integration_id}).fetchone())


def may_connect(connection: Rows, integration: Integration) -> bool:
    """Write it and take it back: so the policies say whether the caller may, before anything is done for them."""
    try:
        with connection.transaction(force_rollback=True):
            connect(connection, integration)
    except InsufficientPrivilege:
        return False
    return True


def connect(connection: Rows, integration: Integration) -> Integration:
    """Add it, or configure the one that the organization has of this type; its id may be another one then.

    Raises:
        psycopg.Error: 42501, the caller may not; 23503, no such organization or type.
    """
    values = asdict(integration) | {"configuration": Jsonb(dict(integration.configuration))}
    return _certain(connection.execute(load("integration_connected"), values).fetchone())


def set_state(connection: Rows, integration: Integration) -> Integration:
    """Write what `domain.states` said, and whether it is to be used; the row is locked."""
    values = asdict(integration) | {"configuration": None}
    return _certain(connection.execute(load("integration_state"), values).fetchone())


def types(connection: Rows) -> list[Row]:
    """The types that there can be: integration_type, label, description."""
    return connection.execute(load("integration_types")).fetchall()


def health(connection: Rows, organization_id: str) -> list[Row]:
    """How an organization's integrations are."""
    return connection.execute(load("integration_health"), {"organization": organization_id}).fetchall()


def usage(connection: Rows, organization_id: str, days: int) -> list[Row]:
    """How they were used, by day."""
    return connection.execute(load("integration_usage"), {"organization": organization_id, "days": days}).fetchall()


def _integration(row: Row | None) -> Integration | None:
    return None if row is None else _certain(row)


def _certain(row: Row | None) -> Integration:
    if row is None:
        raise LookupError("the row is locked and cannot be gone")
    values: dict[str, Any] = dict(row)
    return Integration(
        **values
        | {"id": str(row["id"]), "organization_id": str(row["organization_id"]), "status": Status(row["status"])}
    )
