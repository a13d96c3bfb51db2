"""A database that Seatrial deploys to, and what is seen of it behind its back."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, LiteralString

from seatrial.catalog.read import read
from seatrial.pg.connection import connect, database_of, rows

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from seatrial.model.catalog import CatalogObject, Identity

__all__ = ["Evidence", "Target"]

LEDGER: dict[str, LiteralString] = {
    "supabase_migrations.schema_migrations": (
        "SELECT to_jsonb(m) AS row FROM supabase_migrations.schema_migrations AS m ORDER BY m::text"
    ),
    "seatrial.migrations": "SELECT to_jsonb(m) AS row FROM seatrial.migrations AS m ORDER BY m::text",
    "seatrial.steps": "SELECT to_jsonb(s) AS row FROM seatrial.steps AS s ORDER BY s::text",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """Everything of a database that a deployment could have changed."""

    catalog: Mapping[Identity, CatalogObject]
    ledger: Mapping[str, Sequence[Any]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """A database by its DSN."""

    dsn: str

    @property
    def name(self) -> str:
        """Of the database, which is what is typed to agree where the target has no name."""
        return database_of(self.dsn)

    @property
    def agreed(self) -> tuple[str, ...]:
        """The target, and a yes to what happens to it."""
        return "--target", self.dsn, "--yes", self.name

    @property
    def unrehearsed(self) -> tuple[str, ...]:
        """For a deployment whose rehearsal is not the point, or would find beforehand what is to happen."""
        return *self.agreed, "--unrehearsed"

    def ask(self, query: LiteralString, parameters: Sequence[Any] = ()) -> list[dict[str, Any]]:
        """Rows of a query."""
        with connect(self.dsn, application_name="test") as connection:
            return rows(connection, query, parameters)

    def value(self, query: LiteralString, parameters: Sequence[Any] = ()) -> Any:  # noqa: ANN401 - whatever it selects
        """The one value of the one row of a query."""
        [row] = self.ask(query, parameters)
        [value] = row.values()
        return value

    def execute(self, statements: LiteralString) -> None:
        """Run statements for their effect."""
        with connect(self.dsn, application_name="test") as connection:
            connection.execute(statements)

    def has(self, relation: str) -> bool:
        """Whether there is a table, a view or an index of this name."""
        return bool(self.value("SELECT to_regclass(%s) IS NOT NULL AS there", [relation]))

    def versions(self) -> list[str]:
        """The versions that the shared ledger has."""
        if not self.has("supabase_migrations.schema_migrations"):
            return []
        return [
            row["version"]
            for row in self.ask("SELECT version FROM supabase_migrations.schema_migrations ORDER BY version")
        ]

    def steps(self) -> list[tuple[str, int, bool]]:
        """Progress of migrations that are not complete: version, step, whether it is done."""
        found = self.ask("SELECT version, step, done FROM seatrial.steps ORDER BY version, step")
        return [(row["version"], row["step"], row["done"]) for row in found]

    def sessions(self, like: str) -> list[int]:
        """Process ids of Seatrial's connections that are at work on a statement like this."""
        found = self.ask(
            "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'seatrial' "
            "AND state = 'active' AND query LIKE %s",
            [like],
        )
        return [row["pid"] for row in found]

    def evidence(self) -> Evidence:
        """What is in it now."""
        with connect(self.dsn, application_name="test") as connection:
            catalog = read(connection).objects
        return Evidence(
            catalog=catalog,
            ledger={name: [row["row"] for row in self.ask(LEDGER[name])] for name in LEDGER if self.has(name)},
        )

    @contextmanager
    def untouched_but_for_the_ledger(self) -> Iterator[None]:
        """Nothing may be different afterwards, but that the ledger's tables are there, without a row."""
        before = self.evidence()
        yield
        after = self.evidence()
        ours = {"supabase_migrations", "seatrial"}
        made = {i: one for i, one in after.catalog.items() if one != before.catalog.get(i)}
        assert {name.split(".")[0] for _, name in made} <= ours
        assert before.catalog.keys() <= after.catalog.keys()
        assert not any(after.ledger.values())

    @contextmanager
    def untouched(self) -> Iterator[None]:
        """Nothing may be different afterwards: no object, no ledger, no row of it."""
        before = self.evidence()
        yield
        after = self.evidence()
        assert after.catalog == before.catalog
        assert after.ledger == before.ledger
