"""Rows look like what the planner knows of a column; where it knows nothing they are plain."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.postgres.rows.valid import count

from seatrial.model.rows import NotFilled
from seatrial.pg.connection import rows
from seatrial.pg.statement import execute_script
from seatrial.rows.fill import fill
from seatrial.rows.manner import Manner
from seatrial.rows.read import read
from seatrial.rows.recipe import recipe

if TYPE_CHECKING:
    from seatrial.pg.connection import Connection

SCHEMA = """
CREATE TYPE state AS ENUM ('new', 'old', 'gone');
CREATE TABLE t (
  id bigint PRIMARY KEY, note text, label text NOT NULL, plan text, amount integer, at timestamptz, state state,
  often boolean, day date, share numeric, long text
);
"""
SAMPLE = """
INSERT INTO t
SELECT n, CASE WHEN n % 10 < 6 THEN NULL ELSE repeat('x', 60) || n END, 'label ' || n % 40,
  CASE WHEN n % 10 < 7 THEN 'the secret plan' WHEN n % 10 < 9 THEN 'another secret' ELSE 'third secret' END,
  1000 + n % 5000, timestamptz '2020-01-01 00:00+00' + n * interval '1 hour',
  (CASE WHEN n % 10 < 8 THEN 'old' ELSE 'gone' END)::state, n % 10 = 0, date '1990-01-01' + n % 100, 0.5 + n / 100000.0,
  NULL
FROM generate_series(1, 20000) AS n;
ANALYZE t;
TRUNCATE t;
"""


@pytest.fixture
def shaped(either: Connection) -> Connection:
    """A table without rows, and the statistics of those that it had."""
    execute_script(either, SCHEMA)
    execute_script(either, SAMPLE)
    return either


def _of(connection: Connection, expression: str) -> float:
    [row] = connection.execute(f"SELECT {expression} FROM t".encode()).fetchall()
    return float(row[0])


def test_rows_have_the_shape_of_the_statistics(shaped: Connection) -> None:
    fill(shaped, {"public.t": 20000})

    assert count(shaped, "t") == 20000
    assert 0.55 < _of(shaped, "avg((note IS NULL)::int)::float8") < 0.65
    assert 55 < _of(shaped, "avg(length(note))::float8") < 75
    assert 30 <= _of(shaped, "count(DISTINCT label)") <= 41
    assert 0.65 < _of(shaped, "avg((plan = 'the secret plan')::int)::float8") < 0.75
    assert _of(shaped, "count(DISTINCT plan)") == 3
    assert _of(shaped, "min(amount) >= 1000 AND max(amount) < 6000 AND count(DISTINCT amount) > 2000")
    assert _of(shaped, "min(at) >= '2020-01-01' AND max(at) < '2022-05-01'")
    assert 0.75 < _of(shaped, "avg((state = 'old')::int)::float8") < 0.85
    assert 0.07 < _of(shaped, "avg(often::int)::float8") < 0.13
    assert _of(shaped, "min(day) >= '1990-01-01' AND max(day) < '1990-04-12'")
    assert _of(shaped, "min(share) >= 0.5 AND max(share) < 0.8")
    assert _of(shaped, "count(long)") == 0
    assert _of(shaped, "count(DISTINCT id)") == 20000


def test_sample_values_are_in_the_rows_and_nowhere_else(shaped: Connection) -> None:
    schema = read(shaped)
    made = recipe(shaped, schema, schema.tables["public.t"], lambda _: 0, rows=10, manner=Manner())

    results = fill(shaped, {"public.t": 50})

    assert "secret" not in made.statement(0, 9)
    assert "secret" not in repr(results)
    assert _of(shaped, "bool_and(plan LIKE '%secret%')")


def test_a_new_check_goes_before_the_statistics(shaped: Connection) -> None:
    execute_script(shaped, "ALTER TABLE t ADD CHECK (plan IN ('free', 'paid')), ADD CHECK (amount < 1200)")

    fill(shaped, {"public.t": 300})

    assert count(shaped, "t") == 300
    assert _of(shaped, "count(DISTINCT plan)") == 2


def test_a_refusal_tells_no_sample_value(shaped: Connection) -> None:
    execute_script(
        shaped,
        """
        CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql
        AS $$BEGIN RAISE 'not %', NEW.plan USING ERRCODE = 'check_violation'; END$$;
        CREATE TRIGGER guard BEFORE INSERT ON t FOR EACH ROW EXECUTE FUNCTION refuse();
        ALTER TABLE t ENABLE ALWAYS TRIGGER guard;
        """,
    )

    [result] = fill(shaped, {"public.t": 5})

    assert isinstance(result, NotFilled)
    assert result.constraint == "guard"
    assert "secret" not in repr(result)


def test_without_statistics_rows_are_plain(empty: Connection) -> None:
    execute_script(empty, SCHEMA)

    fill(empty, {"public.t": 4000})

    [row] = rows(
        empty,
        """SELECT avg(length(label)) AS length, avg((note IS NULL)::int) AS nothing, count(DISTINCT state) AS states,
                  count(DISTINCT label) AS labels FROM t""",
    )
    assert row["length"] == 16
    assert 0.03 < row["nothing"] < 0.07
    assert row["states"] == 3
    assert row["labels"] > 2000
