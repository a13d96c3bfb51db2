"""What grows with time: months are made ahead and go as a whole, and nothing that is compared depends on the month."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import psycopg
import pytest
from tests.faults.asking import wait_until
from tests.postgres.release.deployed import apply, migrations

from seatrial.catalog.compare import compare
from seatrial.catalog.read import read
from seatrial.pg.connection import connect

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.postgres.release.deployed import Release

    from seatrial.pg.connection import Connection

#: Table → its time.
BY_MONTH = {
    "integration_usage_events": "occurred_at",
    "system_health_metrics": "recorded_at",
    "system_health_checks": "checked_at",
}
PURGE = (
    "select relation, removed from public.purge_usage_history() union all select * from public.purge_health_history()"
)
HARBOUR = "20000000-0000-4000-8000-00000000000a"
MONTHS = """
    select to_char(date_trunc('month', now() at time zone 'UTC') + n * interval '1 month', '_YYYY_MM')
      from generate_series(0, 2) n order by 1
"""
PARTS = """
    select c.relname from pg_inherits i join pg_class c on c.oid = i.inhrelid
     where i.inhparent = ('public.' || %s)::regclass order by c.relname
"""
#: A month that is wholly older than 90 days, and one that is not quite.
OLD, STRADDLING = "interval '6 months'", "interval '2 months'"


@pytest.mark.parametrize("table", BY_MONTH)
def test_this_month_and_two_ahead_get_partitions_and_the_rows_of_theirs_that_were_there(
    release: Release, table: str
) -> None:
    with connect(release.dsn) as connection:
        before = connection.execute(f"select count(*) from public.{table}".encode()).fetchall()
        connection.execute(PURGE)
        connection.execute(PURGE)
        months = connection.execute(MONTHS).fetchall()
        parts = [row[0] for row in connection.execute(PARTS, [table])]
        assert parts == [*(f"{table}{month}" for (month,) in months), f"{table}_default"]
        assert connection.execute(f"select count(*) from public.{table}".encode()).fetchall() == before
        misplaced = f"""select count(*) from private.{table}_default
                         where {BY_MONTH[table]} >= date_trunc('month', now(), 'UTC')"""
        assert connection.execute(misplaced.encode()).fetchall() == [(0,)]


@pytest.mark.parametrize("table", BY_MONTH)
def test_a_month_goes_when_all_of_it_is_old_and_not_before(release: Release, table: str) -> None:
    with connect(release.dsn) as connection:
        gone, kept = (made(connection, table, age) for age in (OLD, STRADDLING))
        connection.execute(PURGE)
        parts = {row[0] for row in connection.execute(PARTS, [table])}
        assert gone not in parts
        assert kept in parts


def test_how_many_rows_went_is_told_of_a_dropped_month_too(release: Release) -> None:
    with connect(release.dsn) as connection:
        month = made(connection, "system_health_metrics", OLD)
        connection.execute(
            f"insert into private.{month} (metric_name, metric_value, recorded_at)"
            f" select 'x', n, date_trunc('month', now() - {OLD}, 'UTC') from generate_series(1, 500) n".encode()
        )
        connection.execute(f"analyze private.{month}".encode())
        assert ("system_health_metrics", 500) in connection.execute(PURGE).fetchall()


def test_statistics_are_not_counted_twice_when_rows_move(release: Release) -> None:
    query = "select sum(calls) from public.integration_usage_statistics"
    with connect(release.dsn) as connection:
        before = connection.execute(query).fetchall()
        connection.execute(PURGE)
        assert connection.execute(query).fetchall() == before


def test_no_partition_of_any_month_can_be_reached_by_itself(release: Release) -> None:
    with connect(release.dsn) as connection:
        connection.execute(PURGE)
        for table in BY_MONTH:
            for (part,) in connection.execute(PARTS, [table]).fetchall():
                for role in ("anon", "authenticated", "service_role"):
                    read = f"set role {role}; select from private.{part}"
                    with pytest.raises(psycopg.errors.InsufficientPrivilege):
                        connection.execute(read.encode())
                    connection.execute("reset role")
        assert connection.execute("select * from public.security_posture()").fetchall() == []


def test_a_member_reads_the_rows_of_every_month_and_of_no_other_organization(release: Release) -> None:
    with connect(release.dsn) as connection:
        connection.execute(PURGE)
        with connection.transaction():
            connection.execute(
                "select set_config('role', 'authenticated', true), set_config('request.jwt.claims',"
                """ '{"sub": "10000000-0000-4000-8000-000000000003", "role": "authenticated"}', true)"""
            )
            found = connection.execute(
                "select distinct organization_id::text from public.integration_usage_events"
            ).fetchall()
    assert found == [(HARBOUR,)]


def test_facts_that_are_compared_are_the_same_in_every_month(release: Release, clone: Callable[[str], Release]) -> None:
    """What the service makes is nobody's business: neither verification calls it missing or foreign."""
    fresh = clone("release")
    with connect(release.dsn) as connection:
        made(connection, "system_health_checks", STRADDLING)
        connection.execute(PURGE)
        with connect(fresh.dsn) as other:
            assert compare(read(other), read(connection)) == ()
    done = release.run_script()
    assert done.returncode == 0, done.stdout[:2000]


def test_a_partition_that_somebody_opens_fails_the_verification(release: Release) -> None:
    with connect(release.dsn) as connection:
        connection.execute(PURGE)
        [(part,)] = connection.execute(PARTS + " limit 1", ["system_health_metrics"]).fetchall()
        connection.execute(f"grant select on private.{part} to authenticated".encode())
    done = release.run_script()
    assert done.returncode == 3
    assert f"private.{part}" in done.stdout


def test_the_files_may_run_again_once_there_are_months(release: Release) -> None:
    with connect(release.dsn) as connection:
        connection.execute(PURGE)
        before = dict(read(connection).objects)
    apply(release.dsn, migrations("20250"))
    with connect(release.dsn) as connection:
        assert dict(read(connection).objects) == before


def test_who_is_in_the_way_is_not_waited_for_and_the_next_run_makes_up_for_it(release: Release) -> None:
    with connect(release.dsn) as connection:
        old = made(connection, "system_health_metrics", OLD)
    with connect(release.dsn) as reader, connect(release.dsn) as connection:
        with reader.transaction():
            reader.execute("select count(*) from public.system_health_metrics")
            said: list[str] = []
            connection.add_notice_handler(lambda notice: said.append(notice.message_primary or ""))
            connection.execute(PURGE)
            assert any("is dropped the next time" in one for one in said), said
            assert old in {row[0] for row in connection.execute(PARTS, ["system_health_metrics"])}
        connection.execute(PURGE)
        assert old not in {row[0] for row in connection.execute(PARTS, ["system_health_metrics"])}


def test_whoever_waits_for_its_locks_is_not_driven_into_a_deadlock(release: Release) -> None:
    """One transaction makes the months of a table, and then asks for another table whose user waits for the first."""
    waits = "select from pg_locks where pid = %s and not granted"
    with connect(release.dsn) as user, connect(release.dsn) as purge, connect(release.dsn) as looking:
        user.execute("begin; insert into public.system_health_metrics (metric_name, metric_value) values ('x', 1)")
        purge.execute("begin; select public.purge_usage_history()")
        said: list[str] = []
        purge.add_notice_handler(lambda notice: said.append(notice.message_primary or ""))
        with ThreadPoolExecutor() as pool:
            found = pool.submit(user.execute, "select count(*) from public.integration_usage_events")
            wait_until(lambda: looking.execute(waits, [user.info.backend_pid]).fetchall(), "the user waits")
            purge.execute("select public.purge_health_history()")
            purge.execute("commit")
            assert found.result().fetchall()
        user.execute("commit")
    assert any("system_health_metrics" in one and "is made the next time" in one for one in said), said


def test_nothing_that_is_written_meanwhile_is_lost(release: Release) -> None:
    """Writers add while the month's partition is made: each row is there once, wherever it went."""
    added = 0
    going = threading.Event()

    def write() -> None:
        nonlocal added
        with connect(release.dsn) as connection:
            while not going.is_set():
                connection.execute(
                    "insert into public.system_health_metrics (metric_name, metric_value) values ('meanwhile', 1)"
                )
                added += 1

    writer = threading.Thread(target=write)
    writer.start()
    try:
        with connect(release.dsn) as connection:
            for _ in range(5):
                connection.execute(PURGE)
    finally:
        going.set()
        writer.join()
    with connect(release.dsn) as connection:
        connection.execute(PURGE)
        counted = "select count(*) from {} where metric_name = 'meanwhile'"
        assert connection.execute(counted.format("public.system_health_metrics").encode()).fetchall() == [(added,)]
        assert connection.execute(counted.format("private.system_health_metrics_default").encode()).fetchall() == [(0,)]


@pytest.mark.parametrize("table", BY_MONTH)
def test_a_table_that_is_not_partitioned_is_refused(clone: Callable[[str], Release], table: str) -> None:
    core = clone("core")
    files = migrations("20250")
    apply(core.dsn, files)
    with connect(core.dsn) as connection:
        connection.execute(f"create table public.older (like public.{table} including all)".encode())
        connection.execute(f"drop table public.{table} cascade".encode())
        connection.execute(f"alter table public.older rename to {table}".encode())
    with pytest.raises(psycopg.errors.WrongObjectType, match="is not partitioned by range"):
        apply(core.dsn, [path for path in files if f"table if not exists public.{table} (" in path.read_text("utf-8")])


def made(connection: Connection, table: str, age: str) -> str:
    """The partition of a month in the past, as an earlier run of the service has left it."""
    [(name, first, end)] = connection.execute(
        f"select '{table}' || to_char(m at time zone 'UTC', '_YYYY_MM'), m, m + interval '1 month'"
        f" from (select date_trunc('month', now() - {age}, 'UTC') as m) as one"
    ).fetchall()
    connection.execute(
        f"create table private.{name} partition of public.{table} for values from ('{first}') to ('{end}');"
        f" comment on table private.{name} is 'Rows of a month.'; alter table private.{name} enable row level security"
    )
    return str(name)
