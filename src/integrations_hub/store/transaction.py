"""Transactions of the use-cases: what the database refuses comes out as a refusal, at this one place."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

import psycopg

from integrations_hub.domain.caller import SERVICE
from integrations_hub.store.queries import load
from integrations_hub.store.refusals import refusal_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from integrations_hub.domain.caller import Caller
    from integrations_hub.store.database import Database, Rows

__all__ = ["become_service", "transaction"]


@contextmanager
def transaction(database: Database, caller: Caller) -> Iterator[Rows]:
    """One transaction, in which the database sees the caller.

    Raises:
        Refusal: the database's, with 503 where it could not be reached or went away.
    """
    try:
        with database.transaction(caller) as connection:
            yield connection
    except psycopg.Error as error:
        raise refusal_of(error) from None


def become_service(connection: Rows) -> None:
    """From here to its end the transaction is the service's; what the caller may do has been decided."""
    connection.execute(load("become"), {"role": SERVICE.role, "claims": SERVICE.claims_json})
