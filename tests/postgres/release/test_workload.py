"""Every index that ships is used by a query of the workload, as the role that asks it, among many other tenants."""

from __future__ import annotations

import json
import re
import time
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psycopg
import pytest
from tests.postgres.release.deployed import ROOT, migrations

from seatrial.pg.connection import connect

if TYPE_CHECKING:
    from collections.abc import Iterator

    from seatrial.pg.connection import Connection
    from seatrial.scratch.server import Server

CROWD = Path(__file__).with_name("crowd.sql")
QUERIES: list[dict[str, Any]] = tomllib.loads((ROOT / "seatrial.toml").read_text(encoding="utf-8"))["workload"]
MEMBER = {"sub": "10000000-0000-4000-8000-000000000003", "role": "authenticated"}
#: The best of these counts: the first ones read from disk and plan, and others work on this machine too.
ATTEMPTS = 50


@pytest.fixture(scope="session")
def crowded(newer: Server) -> str:
    """The release among 3,000 organizations."""
    dsn = newer.clone("crowd", template="release")
    with newer.superuser("crowd") as connection:
        connection.execute(CROWD.read_bytes())
        vacuum(connection)
    return dsn


@pytest.fixture
def connection(crowded: str) -> Iterator[Connection]:
    """As the role that deploys; nothing stays."""
    with connect(crowded) as opened:
        opened.execute("begin")
        yield opened
        opened.execute("rollback")


@pytest.mark.parametrize("query", [one for one in QUERIES if "index" in one], ids=lambda one: str(one["name"]))
def test_its_index_answers_it_within_its_limit(connection: Connection, query: dict[str, Any]) -> None:
    before = scans(connection, query["index"])
    taken = [milliseconds(connection, query)]
    while min(taken) > query["limit_ms"] and len(taken) < ATTEMPTS:
        taken.append(milliseconds(connection, query))
    assert scans(connection, query["index"]) >= before + len(taken)
    assert min(taken) <= query["limit_ms"]


def test_every_performance_index_has_its_query() -> None:
    (path,) = migrations("20250123000000")
    shipped = re.findall(r"create index if not exists (\w+)", path.read_text(encoding="utf-8"))
    assert len(shipped) == len(set(shipped)) == 15
    assert set(shipped) <= {query.get("index") for query in QUERIES}


@pytest.mark.parametrize(
    "table",
    ["integrations", "contacts", "opportunities", "crm_events", "workflow_definitions", "agent_executions"],
)
def test_a_member_who_does_not_filter_reads_no_other_tenants_rows(connection: Connection, table: str) -> None:
    become(connection, {"role": "authenticated", "claims": {**MEMBER, "sub": "10000000-0000-4000-8000-000000000008"}})
    plan = explain(connection, f"select * from public.{table}")
    assert "Seq Scan" not in plan
    assert "InitPlan" in plan
    assert "SubPlan" not in plan


def vacuum(connection: Connection) -> None:
    """As autovacuum does in time; an index alone answers only what is marked as visible to all.

    Any other session of the database, such as a worker that analyzes a catalog, can keep pages unmarked.
    """
    unmarked = "select count(*) from pg_class where oid = 'public.contacts'::regclass and relallvisible < relpages"
    for _ in range(50):
        connection.execute("vacuum (analyze)")
        if connection.execute(unmarked).fetchone() == (0,):
            return
        time.sleep(0.1)
    pytest.fail("a session keeps the rows from being visible to all")


def milliseconds(connection: Connection, query: dict[str, Any]) -> float:
    """How long it takes as its role, the rows included; what it writes is undone."""
    connection.execute("savepoint attempt")
    become(connection, query)
    cursor = psycopg.RawCursor(connection)
    start = time.perf_counter()
    cursor.execute(query["sql"], query["params"])
    taken = (time.perf_counter() - start) * 1000
    connection.execute("rollback to savepoint attempt")
    return taken


def become(connection: Connection, query: dict[str, Any]) -> None:
    """The role and the token of whoever asks."""
    connection.execute("select set_config('request.jwt.claims', %s, true)", [json.dumps(query["claims"])])
    connection.execute(psycopg.sql.SQL("set local role {}").format(psycopg.sql.Identifier(query["role"])))


def scans(connection: Connection, index: str) -> int:
    """How often this transaction used the index, or those of its table's partitions."""
    row = connection.execute(
        "select pg_stat_get_xact_numscans(whole) + (select coalesce(sum(pg_stat_get_xact_numscans(relid)), 0)"
        " from pg_partition_tree(whole) where relid <> whole) from to_regclass('public.' || %s) as whole",
        [index],
    ).fetchone()
    assert row is not None
    assert row[0] is not None, f"no index {index}"
    return int(row[0])


def explain(connection: Connection, statement: str) -> str:
    """The plan as text."""
    return "\n".join(row[0] for row in connection.execute(f"explain {statement}".encode()))
