"""Each difficulty that a table can present, on its own; the schemas are beside this file."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from tests.postgres.rows.valid import count, remake_constraints

from seatrial.model.rows import Filled
from seatrial.pg.connection import rows
from seatrial.pg.statement import execute_script
from seatrial.rows.fill import fill

if TYPE_CHECKING:
    from seatrial.pg.connection import Connection

SCHEMAS = sorted((Path(__file__).parent / "difficulties").glob("*.sql"))
TABLES = """
SELECT 'public.' || quote_ident(relname) AS name FROM pg_class
WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p')
"""
ROWS = 230


@pytest.mark.parametrize("schema", SCHEMAS, ids=lambda path: path.stem)
def test_a_table_of_this_kind_is_filled_and_valid(either: Connection, schema: Path) -> None:
    execute_script(either, schema.read_text(encoding="utf-8"))
    wanted = {row["name"]: ROWS for row in rows(either, TABLES)}

    results = fill(either, wanted)

    assert [result for result in results if not isinstance(result, Filled)] == []
    assert {r.table: r.rows for r in results if isinstance(r, Filled) and r.rows < ROWS} == {}
    assert {name for name in wanted if count(either, name) < ROWS} == set()
    remake_constraints(either, "public")


@pytest.mark.parametrize("schema", SCHEMAS, ids=lambda path: path.stem)
def test_a_table_of_this_kind_grows(empty: Connection, schema: Path) -> None:
    execute_script(empty, schema.read_text(encoding="utf-8"))
    wanted = {row["name"]: 12 for row in rows(empty, TABLES)}
    fill(empty, wanted)

    results = fill(empty, dict.fromkeys(wanted, ROWS))

    assert [result for result in results if not isinstance(result, Filled) or result.rows < ROWS] == []
    remake_constraints(empty, "public")


def test_a_temporal_key_of_postgresql_18(empty: Connection) -> None:
    execute_script(
        empty,
        """
        CREATE EXTENSION btree_gist SCHEMA extensions;
        CREATE TABLE prices (item integer, during daterange, cents integer NOT NULL CHECK (cents > 0),
          twice integer GENERATED ALWAYS AS (cents * 2) VIRTUAL, PRIMARY KEY (item, during WITHOUT OVERLAPS));
        CREATE TABLE offers (id uuid PRIMARY KEY, item integer, during daterange,
          FOREIGN KEY (item, PERIOD during) REFERENCES prices (item, PERIOD during));
        """,
    )

    results = fill(empty, {"public.offers": 50})

    assert results == (Filled(table="public.prices", rows=3), Filled(table="public.offers", rows=50))
    remake_constraints(empty, "public")


def test_rows_go_into_many_partitions_and_states(empty: Connection) -> None:
    for name in ("partitions", "checks"):
        schema = next(path for path in SCHEMAS if path.stem == name)
        execute_script(empty, schema.read_text(encoding="utf-8"))

    fill(empty, {"public.by_month": 2000, "public.by_time": 200, "public.states": 400})

    assert count(empty, "(SELECT FROM by_month GROUP BY tableoid) AS partitions") > 20
    assert count(empty, "(SELECT FROM by_time GROUP BY tableoid) AS partitions") == 2
    assert count(empty, "(SELECT FROM states GROUP BY status) AS states") == 4
