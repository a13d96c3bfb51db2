"""Sealed credentials in the database, for the service; what is in them only the vault can say."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

from integrations_hub.domain.sealed import Sealed
from integrations_hub.store.queries import load

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from integrations_hub.domain.integration import Integration
    from integrations_hub.store.database import Row, Rows

__all__ = ["BEGINNING", "Kept", "Place", "by_key", "read", "rewrap", "to_rewrap", "write"]

#: Before the first row.
BEGINNING = ("00000000-0000-0000-0000-000000000000",) * 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """What is sealed for an integration."""

    sealed: Sealed
    #: When it was last written.
    since: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """What is sealed, and for which row."""

    organization_id: str
    integration_id: str
    sealed: Sealed


def read(connection: Rows, integration: Integration) -> Kept | None:
    """What is sealed for it."""
    row = connection.execute(load("credentials"), _place(integration)).fetchone()
    return None if row is None else Kept(sealed=_sealed(row), since=row["updated_at"])


def write(connection: Rows, integration: Integration, sealed: Sealed) -> None:
    """Keep it, in place of what was there."""
    connection.execute(load("credentials_write"), _place(integration) | asdict(sealed))


def to_rewrap(
    connection: Rows, *, primary: str, known: Sequence[str], after: tuple[str, str], limit: int
) -> list[Place]:
    """The next rows under an old key, locked; in order, so that a row that cannot be rewrapped is met only once."""
    values = {
        "primary": primary, "known": list(known), "limit": limit, "after_organization": after[0],
        "after_integration": after[1],
    }  # fmt: skip
    return [
        Place(
            organization_id=str(row["organization_id"]), integration_id=str(row["integration_id"]), sealed=_sealed(row)
        )
        for row in connection.execute(load("credentials_to_rewrap"), values)
    ]


def rewrap(connection: Rows, row: Place, sealed: Sealed) -> None:
    """Put its data key under another key."""
    place = {"organization_id": row.organization_id, "integration_id": row.integration_id}
    connection.execute(load("credentials_rewrap"), place | asdict(sealed))


def by_key(connection: Rows) -> dict[str, int]:
    """How many are sealed under which key."""
    return {row["key_id"]: row["credentials"] for row in connection.execute(load("credentials_by_key"))}


def _place(integration: Integration) -> dict[str, str]:
    return {"organization_id": integration.organization_id, "integration_id": integration.id}


def _sealed(row: Row) -> Sealed:
    return Sealed(**{name: row[name] for name in Sealed.__slots__})
