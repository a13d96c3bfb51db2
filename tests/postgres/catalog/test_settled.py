"""What the server prints is settled as the server itself settles it, when it reads its own print."""

from __future__ import annotations

from pathlib import Path
from random import Random
from typing import TYPE_CHECKING

import pytest

from seatrial.catalog.compare import compare
from seatrial.catalog.read import read
from seatrial.catalog.settled_text import settled
from seatrial.pg.statement import execute_script, execute_statement

if TYPE_CHECKING:
    from collections.abc import Iterator

    from seatrial.model.catalog import Catalog
    from seatrial.pg.connection import Connection
    from seatrial.scratch.server import Server

MANY = 300
TABLE = """
CREATE TABLE public.t (
  a int, b boolean, n numeric(6, 2), big bigint, d date, words text, s varchar(20), c char(3), v varchar[],
  "Odd AND" varchar
)
"""
ASKED = "SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conname = 'made'"
#: One that is made of two others stands for the conditions that people write.
LEAVES = (
    "b", "NOT b", "b IS NOT TRUE", "a > 1", "a BETWEEN 1 AND 5", "a NOT BETWEEN 1 AND big",
    "d BETWEEN '2024-01-01' AND now()", "n BETWEEN SYMMETRIC 1 AND 2", "(a, n) = (1, 2)", "(a, s) <> (1, 'x')",
    "(a, n) IN ((1, 2), (3, 4))", "(a, b) < (1, true)", "s IN ('open', 'it''s ((closed) AND gone)')",
    "s NOT IN ('p', 'q')", "words IN ('x', 'y')", "c IN ('x', 'y')",
    '"Odd AND" IN (\'((ARRAY[\', E\'\\\\\\\'])::text[]\')', "a IN (1, 2)", "big IN (1, 2)", "n IN (1, 2.5)",
    "a IN (1, big)", "s LIKE ANY (ARRAY['a%', 'b%'])", "s = ANY (v)", "s = ANY (ARRAY['a', words])",
    "s = ANY (ARRAY['a', c]::varchar[])", "v && ARRAY['x', 'y']::varchar[]", "v::text[] && ARRAY[s, 'y']::text[]",
    "s || 'x' = ANY (ARRAY[s, left(s, 2)])", "CASE WHEN a BETWEEN 1 AND 2 AND b THEN s IN ('x', 'y') ELSE b END",
    "coalesce(b, a BETWEEN 1 AND 2 AND b)", "s SIMILAR TO 'a|b'", "length(s) BETWEEN 1 AND 5", "s IS DISTINCT FROM 'x'",
    "concat_ws(s, a, b) = 'x'",
)  # fmt: skip


def _condition(chance: Random, depth: int) -> str:
    if not depth or chance.random() < 0.2:
        return chance.choice(LEAVES)
    parts = [_condition(chance, depth - 1) for _ in range(chance.randint(2, 3))]
    bare = f" {chance.choice(('AND', 'OR'))} ".join(
        part if chance.random() < 0.5 else f"({part})" for part in parts
    )  # fmt: skip
    return f"({bare})" if chance.random() < 0.8 else f"NOT ({bare})"


@pytest.fixture
def table(either: Server) -> Iterator[Connection]:
    either.clone("catalog_settled", "catalog_bare")
    with either.superuser("catalog_settled") as connection:
        execute_script(connection, TABLE)
        yield connection
    either.drop("catalog_settled")


def _printed(connection: Connection, definition: str) -> str:
    with connection.transaction(force_rollback=True):
        execute_statement(connection, f"ALTER TABLE public.t ADD CONSTRAINT made {definition}")
        [(printed,)] = connection.execute(ASKED).fetchall()
    return str(printed)


def test_a_condition_is_settled_as_the_server_does(table: Connection) -> None:
    chance = Random(20260101)  # noqa: S311 - no secret is made of it
    unsettled = 0
    for _ in range(MANY):
        printed = _printed(table, f"CHECK ({_condition(chance, 3)})")
        again = _printed(table, printed)
        assert settled(printed) == again
        assert settled(again) == again
        unsettled += printed != again
    assert unsettled > MANY / 4, "there was something to settle"


#: Whose text comes back as another one.
COPIED = {
    "column public.t.b", "column public.t.made", "constraint public.t.known", "constraint public.t.sane",
    "function public.asked()", "index public.computed", "index public.few", "materialized view public.kept",
    "policy public.t.own", "rule public.t.gone", "trigger public.t.tell", "type public.code", "view public.seen",
}  # fmt: skip


def _file(name: str) -> str:
    return Path(__file__).with_name(f"{name}.sql").read_text(encoding="utf-8")


def test_a_copy_of_each_kind_of_object_is_the_same(table: Connection, monkeypatch: pytest.MonkeyPatch) -> None:
    def copied() -> tuple[Catalog, Catalog]:
        original = read(table)
        [(printed,)] = table.execute(_file("settled_copies").encode()).fetchall()
        table.execute(printed.encode())
        return original, read(table)

    execute_script(table, _file("settled_objects"))
    table.execute("SET search_path = pg_catalog")
    table.execute("BEGIN")
    assert compare(*copied()) == ()
    table.execute("ROLLBACK")

    # Without it, this is what would be told apart: each kind above was unsettled indeed.
    monkeypatch.setattr("seatrial.catalog.read.settled", str)
    assert {f"{one.kind} {one.name}" for one in compare(*copied())} == COPIED
