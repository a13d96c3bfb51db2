"""The files of the shipped release, how a test applies them, and a database that has them."""

from __future__ import annotations

import os
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from seatrial.pg.connection import connect
from seatrial.scratch.server import DEPLOYER

if TYPE_CHECKING:
    from collections.abc import Iterable

    from seatrial.scratch.server import Server

__all__ = ["CORE", "SCRIPT", "Check", "Release", "apply", "migrations", "seed"]

ROOT = Path(__file__).parents[3]
SCRIPT = ROOT / "scripts" / "verify-phase3-migrations.sql"
#: How the versions begin of what was there before the release.
CORE = "20241"


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One line of the verification script's result."""

    check: str
    expected: str
    observed: str
    #: A tick or a cross.
    result: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Release:
    """A database on one of the servers."""

    server: Server
    database: str

    @property
    def dsn(self) -> str:
        """As the role that deploys."""
        return self.server.dsn(self.database)

    def execute_as_superuser(self, statements: str) -> None:
        """What nobody should be able to do."""
        with self.server.superuser(self.database) as connection:
            connection.execute(statements.encode())

    def has_cron(self) -> bool:
        """Whether jobs can be scheduled here."""
        with connect(self.dsn) as connection:
            found = connection.execute("select from pg_extension where extname = 'pg_cron'").fetchall()
        return bool(found)

    def adopt_jobs(self) -> None:
        """A job says in which database it runs; that of a copy is the copy."""
        if self.has_cron():
            self.execute_as_superuser("update cron.job set database = current_database()")

    def run_script(self, *flags: str, options: str = "") -> subprocess.CompletedProcess[str]:
        """The documented command, with further flags of psql and settings of the session."""
        program = str(self.server.installation.bin / "psql")
        psql = [program, "-X", "-v", "ON_ERROR_STOP=1", *flags, "-f", str(SCRIPT), self.dsn]
        environment = {**os.environ, "PGAPPNAME": "psql", "PGCLIENTENCODING": "UTF8", "PGOPTIONS": options}
        return subprocess.run(psql, capture_output=True, text=True, check=False, env=environment)

    def paste_script(self, *, role: str = DEPLOYER, read_only: bool = False) -> list[Check]:
        """One plain batch, as an editor sends it: its only result table."""
        dsn = self.server.dsn(self.database, role)
        with connect(dsn, application_name="editor", read_only=read_only) as connection:
            cursor = connection.execute(SCRIPT.read_bytes())
            tables = []
            while True:
                if cursor.description is not None:
                    tables.append(cursor.fetchall())
                if not cursor.nextset():
                    break
        (table,) = tables
        return [Check(check=row[0], expected=row[1], observed=row[2], result=row[3]) for row in table]


def migrations(beginning: str = "") -> list[Path]:
    """Files of the release in their order, those whose versions begin so."""
    return sorted((ROOT / "supabase" / "migrations").glob(f"{beginning}*.sql"))


def seed() -> Path:
    """The sample tenants."""
    return ROOT / "supabase" / "seed.sql"


def apply(dsn: str, files: Iterable[Path]) -> None:
    """Each file as one transaction, as the role that deploys."""
    with connect(dsn) as connection:
        for path in files:
            connection.execute(path.read_bytes())
