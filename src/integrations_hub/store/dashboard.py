"""What the dashboard reads, and the two things that it does with alerts; each call is of one caller."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, LiteralString, TypeVar

import psycopg
from psycopg.rows import class_row

from integrations_hub.store.queries import load
from integrations_hub.store.queue import figures
from integrations_hub.store.refusals import refusal_of
from integrations_hub.store.transaction import transaction

if TYPE_CHECKING:
    from collections.abc import Iterator

    from integrations_hub.domain.caller import Caller
    from integrations_hub.store.database import Database, Row, Rows

__all__ = ["Sight", "job_figures", "looking"]

Record = TypeVar("Record")


class Sight:
    """One transaction of a caller, in which row-level security decides what there is."""

    def __init__(self, connection: Rows) -> None:
        self._connection = connection

    def all(self, kind: type[Record], query: LiteralString, **parameters: object) -> list[Record]:
        """Rows of queries/dashboard_QUERY.sql as records."""
        with self._connection.cursor(row_factory=class_row(kind)) as cursor:
            return cursor.execute(load(f"dashboard_{query}"), parameters).fetchall()

    def one(self, kind: type[Record], query: LiteralString, **parameters: object) -> Record | None:
        """The first of them."""
        return next(iter(self.all(kind, query, **parameters)), None)

    def handle_alert(self, deed: LiteralString, organization_id: str | None, alert_id: str, note: str | None) -> bool:
        """Acknowledge or resolve an alert; false where the caller sees none of that id there.

        Raises:
            psycopg.Error: PT404, somebody has dealt with it, or the caller may not.
        """
        told = {"organization_id": organization_id, "alert_id": alert_id, "note": note}
        return self._connection.execute(load(f"{deed}_alert"), told).fetchone() is not None


@contextmanager
def looking(database: Database, caller: Caller) -> Iterator[Sight]:
    """A transaction as the caller.

    Raises:
        Refusal: what the database said, as a client may read it.
    """
    with transaction(database, caller) as connection:
        yield Sight(connection)


def job_figures(database: Database) -> list[Row] | None:
    """What is in the queue; None where it was not prepared, or is somebody else's.

    Raises:
        Refusal: what the database said.
    """
    try:
        return figures(database)
    except (psycopg.errors.UndefinedTable, psycopg.errors.InvalidSchemaName, psycopg.errors.InsufficientPrivilege):
        return None
    except psycopg.Error as error:
        raise refusal_of(error) from None
