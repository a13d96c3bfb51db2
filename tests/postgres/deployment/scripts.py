"""Releases that are deployed twice, by a script and as usual, on two databases of one server."""

from __future__ import annotations

import os
import subprocess
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from seatrial.catalog.read import read
from seatrial.flows.folder import Folder, read_folder
from seatrial.flows.script import as_script
from seatrial.ledger import write
from seatrial.ledger.apply import apply_all
from seatrial.ledger.read import read_history
from seatrial.model.execution import Ending
from seatrial.model.narrator import Silent
from seatrial.model.plan import Basis, Plan
from seatrial.model.release import Target
from seatrial.model.source import Encoding, Source
from seatrial.pg.connection import connect, rows
from seatrial.pg.statement import execute_statement
from seatrial.sql.parse import parse

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from seatrial.model.catalog import Catalog
    from seatrial.scratch.server import Server

__all__ = ["BOATS", "RUN", "Yard", "in_psql", "one_message", "release"]

BOATS = {"20260101000000_boats": "create table public.boats (id integer primary key, name text);"}

OWN = "SELECT version, name, content_digest, applied_by FROM seatrial.migrations ORDER BY version"
SETTINGS = """
[project]
name = "boats"
platform = "supabase"
"""


def release(root: Path, files: Mapping[str, str], settings: str = "") -> Folder:
    """A folder with these files."""
    folder = root / "supabase" / "migrations"
    folder.mkdir(parents=True, exist_ok=True)
    (root / "seatrial.toml").write_text(SETTINGS + settings, encoding="utf-8")
    for name, text in files.items():
        (folder / f"{name}.sql").write_bytes(text.encode())
    return read_folder(root)


@dataclass(frozen=True, slots=True, kw_only=True)
class Yard:
    """One database for the script, and one for comparison."""

    server: Server
    database: str
    twin: str

    @property
    def dsn(self) -> str:
        """Of the one for the script, as the role that deploys."""
        return self.server.dsn(self.database)

    def begin_with(self, folder: Folder) -> None:
        """Both have this already."""
        for database in (self.database, self.twin):
            self.deploy(folder, database)

    def deploy(self, folder: Folder, database: str) -> None:
        """As usual."""
        with connect(self.server.dsn(database)) as connection:
            write.create(connection)
            history = read_history(connection)
            done = {one.version for one in history.applied}
            pending = [one for one in folder.migrations if one.version not in done]
            execution = apply_all(connection, pending, history.progress, Silent())
        assert execution.ending is Ending.COMPLETE, execution.failure

    def script(self, folder: Folder) -> str:
        """What deploys the folder, which the twin then has."""
        with connect(self.dsn) as connection:
            history = read_history(connection)
            before = read(connection)
            self.deploy(folder, self.twin)
            with connect(self.server.dsn(self.twin)) as twin:
                after = read(twin)
            done = {one.version for one in history.applied}
            pending = [one for one in folder.migrations if one.version not in done]
            return as_script(connection, folder, self.target, plan_of(before, after), history, pending)

    @property
    def target(self) -> Target:
        """With the name that a file gives it."""
        return Target(name="production", dsn=self.dsn, argument="production")

    def state(self, database: str) -> dict[str, Any]:
        """All that a deployment leaves, but for times and who wrote it down."""
        with connect(self.server.dsn(database)) as connection:
            return {
                "catalog": read(connection).objects,
                "shared": rows(connection, "TABLE supabase_migrations.schema_migrations ORDER BY version"),
                "own": rows(
                    connection, "SELECT version, name, content_digest, applied_by FROM seatrial.migrations ORDER BY 1"
                ),
                "steps": rows(connection, "SELECT version FROM seatrial.steps"),
            }

    def everything(self) -> dict[str, Any]:
        """What must be as before when a script was refused; with or without a ledger."""
        with connect(self.dsn) as connection:
            return {
                "catalog": read(connection).objects,
                "history": read_history(connection),
                "boats": rows(connection, "SELECT xmin::text, * FROM public.boats"),
            }


def plan_of(before: Catalog, after: Catalog) -> Plan:
    """As a rehearsal would make it, as far as a script reads it."""
    changed = {
        one for one in before.objects.keys() | after.objects.keys() if before.objects.get(one) != after.objects.get(one)
    }
    names = {one: f"{one[0]} {one[1]}" for one in changed if not one[1].startswith(("seatrial", "supabase_migrations"))}
    return Plan(
        made_at="2026-11-26T00:00:00+00:00", tool="seatrial", rehearsed_on="", target_server="", steps=(),
        basis=Basis(site="",
            target="production", role="postgres", files={}, settings="", ledger="", begun={}, surroundings="",
            schema={f"{kind} {name}": "1" for kind, name in before.objects},
        ),
        security={}, expected={}, findings={},
        after={name: "1" if one in after.objects else "" for one, name in names.items()},
    )  # fmt: skip


def in_psql(
    yard: Yard, script: str, tmp_path: Path, *flags: str, database: str = "", encoding: str = "UTF8"
) -> subprocess.CompletedProcess[str]:
    """`psql -f`, as a person types it."""
    path = tmp_path / "deploy.sql"
    path.write_bytes(script.encode())
    dsn = yard.server.dsn(database or yard.database)
    return subprocess.run(
        [str(yard.server.installation.bin / "psql"), "-X", *flags, "-f", str(path), dsn],
        env={**os.environ, "PGCLIENTENCODING": encoding}, capture_output=True, encoding="utf-8", check=False,
    )  # fmt: skip


def psql(yard: Yard, script: str, tmp_path: Path) -> None:
    """With what makes it stop."""
    done = in_psql(yard, script, tmp_path, "-v", "ON_ERROR_STOP=1")
    assert done.returncode == 0, done.stderr


def psql_that_goes_on(yard: Yard, script: str, tmp_path: Path) -> None:
    """As it is without any option."""
    done = in_psql(yard, script, tmp_path)
    assert "ERROR" not in done.stderr, done.stderr


def one_message(yard: Yard, script: str, tmp_path: Path) -> None:  # noqa: ARG001 - as the others
    """As editors in a browser do."""
    with connect(yard.dsn) as connection:
        execute_statement(connection, script)
        assert connection.info.transaction_status.name == "IDLE"


def one_by_one(yard: Yard, script: str, tmp_path: Path) -> None:  # noqa: ARG001 - as the others
    """As editors on a desktop do."""
    source = Source(path="deploy.sql", version="1", name="", encoding=Encoding.UTF8, text=script)
    with connect(yard.dsn) as connection:
        for statement in parse(source).statements:
            execute_statement(connection, statement.text)


RUN: dict[str, Callable[[Yard, str, Path], None]] = {
    "psql": psql, "psql that goes on": psql_that_goes_on, "one message": one_message, "one by one": one_by_one,
}  # fmt: skip
