"""A database on one of the servers, and what is asked of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from seatrial.catalog.read import read
from seatrial.pg.connection import connect
from seatrial.scratch.server import DEPLOYER

if TYPE_CHECKING:
    from seatrial.model.catalog import Catalog
    from seatrial.scratch.server import Server

__all__ = ["Harbour"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Harbour:
    """A database by its server and name."""

    server: Server
    database: str

    def dsn(self, role: str = DEPLOYER) -> str:
        """For a role."""
        return self.server.own_dsn(self.database, role)

    def ask(self, query: str, role: str = "supabase_admin") -> list[tuple[Any, ...]]:
        """Rows of a query, by default as one who sees everything."""
        with connect(self.dsn(role), application_name="test") as connection:
            return connection.execute(query.encode()).fetchall()

    def run(self, statements: str, role: str = "supabase_admin") -> None:
        """Statements for their effect."""
        with connect(self.dsn(role), application_name="test") as connection:
            connection.execute(statements.encode())

    def catalog(self) -> Catalog:
        """What is in it."""
        with connect(self.dsn("supabase_admin"), application_name="test") as connection:
            return read(connection)
