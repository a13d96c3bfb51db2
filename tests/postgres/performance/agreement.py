"""A production with skewed rows, stand-ins of it, and how many of their plans are the same."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from tests.postgres.performance.questions import calls
from tests.postgres.release.deployed import CORE, apply, migrations

from seatrial.performance.planned import planned_at
from seatrial.pg.connection import connect
from seatrial.standin.lay import lay
from seatrial.standin.read import read_target
from seatrial.standin.true_size import make_true

if TYPE_CHECKING:
    from seatrial.model.standin import Picture
    from seatrial.pg.connection import Connection
    from seatrial.scratch.server import Server

__all__ = ["PHASE", "Agreement", "Plans", "fill", "picture_of", "plans_of", "production", "release", "stand_in"]

HERE = Path(__file__).parent
#: How the versions of the release begin that comes after the core.
PHASE = "20250"
Plans = Mapping[tuple[str, str], tuple[str, ...] | str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreement:
    """Plans of a stand-in beside those on the rows themselves."""

    real: Plans
    other: Plans

    @property
    def asked(self) -> list[tuple[str, str]]:
        """What could be planned where the rows are; the rest is refused, and must be on both sides."""
        return [key for key, plan in self.real.items() if not isinstance(plan, str)]

    @property
    def different(self) -> list[tuple[str, str]]:
        """Whose plans are not the same."""
        return [key for key in self.asked if self.real[key] != self.other[key]]

    @property
    def share(self) -> float:
        """Of plans that agree."""
        return 1 - len(self.different) / len(self.asked)

    def said(self) -> str:
        """How many, and each that does not with both plans."""
        lines = [f"{len(self.asked) - len(self.different)} of {len(self.asked)} plans agree"]
        for key in self.different:
            lines += ["", f"{key[0]}, as {key[1]}: on the rows", *_indented(self.real[key])]
            lines += ["on the stand-in", *_indented(self.other[key])]
        return "\n".join(lines)


def production(server: Server, database: str, rows: int) -> None:
    """The schema before the release, with rows that have been counted."""
    apply(server.clone(database), migrations(CORE))
    fill(server, database, "skewed.sql", rows)


def fill(server: Server, database: str, script: str, rows: int) -> None:
    """Run a script that adds rows, and count them."""
    with server.superuser(database) as connection:
        connection.execute(f"SET skewed.rows = {rows}".encode())
        connection.execute((HERE / script).read_bytes())
        _vacuum(connection, "")


def release(server: Server, database: str, before: Picture) -> None:
    """Apply the release, and count what has rows: nobody counts an empty table, autovacuum neither."""
    apply(server.own_dsn(database), migrations(PHASE))
    tables = ", ".join(name for name, size in before.sizes.items() if size.rows)
    with server.superuser(database) as connection:
        _vacuum(connection, tables)


def picture_of(server: Server, database: str, *, values: bool = True) -> Picture:
    """As the role that deploys sees it."""
    with connect(server.own_dsn(database), read_only=True) as connection:
        return read_target(connection, values=values)


def stand_in(
    stage: Server, name: str, picture: Picture, *, is_sized: bool = True, releases: str = ""
) -> tuple[str, ...]:
    """Lay one, apply what comes after it, and make it as large as the target; what could not be made true."""
    stage.clone(name)
    lay(picture, stage, name)
    if releases:
        apply(stage.own_dsn(name), migrations(releases))
    return make_true(stage, name, picture) if is_sized else ()


def plans_of(server: Server, database: str) -> Plans:
    """Of everything that is asked."""
    with server.superuser(database) as connection:
        return planned_at(connection, calls())


def _vacuum(connection: Connection, tables: str) -> None:
    """Once whoever was here before is gone: what others might still see is not marked as visible to all."""
    others = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
    while connection.execute(others).fetchone() != (0,):
        time.sleep(0.05)
    connection.execute(f"VACUUM (ANALYZE) {tables}".encode())


def _indented(plan: tuple[str, ...] | str) -> list[str]:
    return [f"  {line}" for line in ([plan] if isinstance(plan, str) else plan)]
