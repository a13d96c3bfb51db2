"""Migrations of a test, and a target they are applied to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from seatrial.ledger.apply import apply_all
from seatrial.ledger.read import read_history
from seatrial.model.migration import Migration, migration_of
from seatrial.model.narrator import Silent
from seatrial.model.source import Encoding, Source
from seatrial.sql.parse import parse

if TYPE_CHECKING:
    from seatrial.model.execution import Execution
    from seatrial.pg.connection import Connection

__all__ = ["apply", "migration"]


def migration(version: str, text: str, name: str = "x") -> Migration:
    """One file."""
    path = f"supabase/migrations/{version}_{name}.sql"
    return migration_of(parse(Source(path=path, version=version, name=name, encoding=Encoding.UTF8, text=text)))


def apply(connection: Connection, *migrations: Migration) -> Execution:
    """Apply what is not applied yet, as a deployment does."""
    history = read_history(connection)
    done = {each.version for each in history.applied}
    waiting = [each for each in migrations if each.version not in done]
    return apply_all(connection, waiting, history.progress, Silent())
