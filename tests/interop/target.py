"""A database that both tools deploy to, and what can be read of it behind their backs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from seatrial.catalog.read import read
from seatrial.pg.connection import connect, rows
from seatrial.sql.parse import content_digest

if TYPE_CHECKING:
    from typing import LiteralString

    from seatrial.model.catalog import CatalogObject, Identity

__all__ = ["LedgerRow", "Target", "meaning"]

NOTHING = content_digest("")


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerRow:
    """One applied migration as the shared table has it."""

    version: str
    name: str
    #: One digest for each statement.
    statements: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """A database by its DSN."""

    dsn: str

    def ask(self, query: LiteralString) -> list[dict[str, Any]]:
        """Rows of a query, or none for a statement that has none."""
        with connect(self.dsn) as connection:
            return rows(connection, query)

    def execute(self, statements: LiteralString) -> None:
        """Run statements for their effect."""
        with connect(self.dsn) as connection:
            connection.execute(statements)

    def ledger(self) -> list[LedgerRow]:
        """The shared history, in order."""
        found = self.ask(
            'SELECT version, name, statements FROM supabase_migrations.schema_migrations ORDER BY version COLLATE "C"'
        )
        return [
            LedgerRow(version=row["version"], name=row["name"], statements=meaning(row["statements"])) for row in found
        ]

    def catalog(self) -> dict[Identity, CatalogObject]:
        """Every object that is not Seatrial's own."""
        with connect(self.dsn) as connection:
            found = read(connection).objects
        return {identity: one for identity, one in found.items() if not _is_seatrials(one.name)}


def meaning(statements: list[str]) -> tuple[str, ...]:
    """Digests of statements; one that is nothing but a comment is none."""
    digests = (content_digest(statement) for statement in statements)
    return tuple(digest for digest in digests if digest != NOTHING)


def _is_seatrials(name: str) -> bool:
    return name == "seatrial" or name.startswith("seatrial.")
