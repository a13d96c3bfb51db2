"""A table that was not partitioned becomes a partition, as the page says: without a copy, and with all of its rows."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import psycopg
import pytest
from tests.postgres.release.deployed import ROOT, apply, migrations, seed

from seatrial.catalog.compare import compare
from seatrial.catalog.read import read
from seatrial.pg.connection import connect

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.postgres.release.deployed import Release

    from seatrial.pg.connection import Connection

PAGE = ROOT / "docs" / "how-to" / "partition-by-time.md"
#: The day that the page shows, and the first that has not begun whenever this runs.
SHOWN, CHOSEN = "'2026-04-01 00:00+00'", "date_trunc('month', now(), 'UTC') + interval '1 month'"
#: Table → its time, and the file that makes it.
TABLES = {
    "integration_usage_events": ("occurred_at", "20250124000002"),
    "system_health_metrics": ("recorded_at", "20250123000001"),
    "system_health_checks": ("checked_at", "20250123000001"),
}
#: What makes a table a partitioned one, in the files.
PARTITIONED = re.compile(
    r"\n\) partition by range \(\w+\)|"
    r"\n    perform private\.require_partitioned\('public\.\w+', '\w+'\);|"
    r"\ncreate table if not exists private\.\w+_default partition of [^;]+;\n"
    r"comment on table private\.\w+_default [^;]+;\n"
    r"alter table private\.\w+_default [^;]+;\nrevoke all on table private\.\w+_default [^;]+;"
)


def test_a_plain_table_becomes_the_partition_of_what_was_before(clone: Callable[[str], Release]) -> None:
    release = older(clone)
    expected = clone("release")
    with connect(release.dsn) as connection:
        day = connection.execute(f"select ({CHOSEN})::text".encode()).fetchone()
        assert day
        before = contents(connection)
        _beside(connection, f"'{day[0]}'")
        with connection.transaction():
            for table in TABLES:
                run(connection, "aside", table, f"'{day[0]}'")
            for version in ("20250123000001", "20250124000002"):
                [path] = migrations(version)
                connection.execute(path.read_bytes())
            for table in TABLES:
                run(connection, "attach", table, f"'{day[0]}'")
        assert contents(connection) == before
        with connect(expected.dsn) as other:
            assert compare(read(other), read(connection)) == ()
        assert connection.execute("select * from public.security_posture()").fetchall() == []
        connection.execute("select * from public.purge_usage_history(); select * from public.purge_health_history()")
        assert contents(connection) == before
    assert release.run_script().returncode == 0


def test_the_file_stops_where_the_table_is_a_plain_one_and_changes_nothing(clone: Callable[[str], Release]) -> None:
    release = older(clone)
    with connect(release.dsn) as connection:
        before = contents(connection)
    with pytest.raises(psycopg.errors.WrongObjectType, match="is not partitioned by range"):
        apply(release.dsn, migrations("20250123000001"))
    with connect(release.dsn) as connection:
        assert contents(connection) == before


def older(clone: Callable[[str], Release]) -> Release:
    """The release as it would be without partitions, and the sample tenants."""
    core = clone("core")
    with connect(core.dsn) as connection:
        for path in migrations("20250"):
            text = PARTITIONED.sub(lambda found: "\n)" if "range (" in found[0] else "", path.read_text("utf-8"))
            text = re.sub(r"primary key \(id, (?:occurred|recorded|checked)_at\)", "primary key (id)", text)
            connection.execute(text.encode())
    apply(core.dsn, [seed()])
    return core


def _beside(connection: Connection, day: str) -> None:
    """Each statement by itself."""
    for table in TABLES:
        for statement in block("beside", table, day).split(";\n"):
            if statement.strip():
                connection.execute(statement.encode())


def run(connection: Connection, name: str, table: str, day: str) -> None:
    connection.execute(block(name, table, day).encode())


def block(name: str, table: str, day: str) -> str:
    """A block of the page, for one of the tables."""
    found = re.search(rf"<!-- conversion: {name} -->\n```sql\n(.*?)```", PAGE.read_text("utf-8"), re.DOTALL)
    assert found
    assert SHOWN in found[1] or name == "aside"
    shown = found[1].replace(SHOWN, day)
    if table == "integration_usage_events":
        return shown
    kinds = {"system_health_metrics": ("series", "recorded"), "system_health_checks": ("component", "checked")}[table]
    lines = [line for line in shown.splitlines() if not line.startswith("drop trigger")]
    text = "\n".join(lines).replace("integration_usage_events", table).replace("occurred_at", TABLES[table][0])
    for of_events, own in zip(("integration", "occurred"), kinds, strict=True):
        text = text.replace(f"idx_{table}_{of_events}", f"idx_{table}_{own}").replace(
            f"until_{of_events}", f"until_{own}"
        )
    return text + "\n"


def contents(connection: Connection) -> list[tuple[object, ...]]:
    """What the three tables hold."""
    parts = (f"select '{table}', md5(string_agg(t::text, ',' order by id)) from public.{table} t" for table in TABLES)
    return connection.execute(" union all ".join(parts).encode()).fetchall()
