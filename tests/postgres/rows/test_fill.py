"""What is kept, what is counted, what is named when it cannot be done, and what is left behind: nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.postgres.rows.valid import count, remake_constraints

from seatrial.model.rows import Filled, NotFilled
from seatrial.pg.connection import rows
from seatrial.pg.statement import execute_script
from seatrial.rows.fill import fill

if TYPE_CHECKING:
    from collections.abc import Callable

    from seatrial.pg.connection import Connection

BESIDE = "CREATE TABLE beside (id integer PRIMARY KEY);"
WANTED = {"public.beside": 10, "public.t": 10}

#: What cannot be filled, and the name of what stands in the way.
IMPOSSIBLE = {
    "one check": ("CREATE TABLE t (a integer NOT NULL CONSTRAINT never CHECK (a > 5 AND a < 3), b text)", "never"),
    "one check that nobody can guess": (
        "CREATE TABLE t (a text NOT NULL CONSTRAINT riddle CHECK (md5(a) = '00000000000000000000000000000000'))",
        "riddle",
    ),
    "two columns": (
        "CREATE TABLE t (a integer NOT NULL, b integer NOT NULL, CONSTRAINT pair CHECK (a < b AND b < a))",
        "pair",
    ),
    "no column": ("CREATE TABLE t (a integer, CONSTRAINT parent_only CHECK (false) NO INHERIT)", "parent_only"),
    "a type that nobody knows": (
        """
        CREATE TYPE odd; CREATE FUNCTION odd_in(cstring) RETURNS odd STRICT IMMUTABLE LANGUAGE internal AS 'boolin';
        CREATE FUNCTION odd_out(odd) RETURNS cstring STRICT IMMUTABLE LANGUAGE internal AS 'boolout';
        CREATE TYPE odd (INPUT = odd_in, OUTPUT = odd_out, LIKE = boolean);
        CREATE TABLE t (strange odd NOT NULL CHECK (strange::text = 'x'))
        """,
        "t_strange_check",
    ),
    "a domain": (
        """
        CREATE DOMAIN d AS text CONSTRAINT of_domain CHECK (VALUE ~ '^a$' AND VALUE ~ '^b$');
        CREATE TABLE t (a d NOT NULL)
        """,
        "of_domain",
    ),
    "a parent that has no rows": (
        """
        CREATE TABLE p (id integer PRIMARY KEY CONSTRAINT nobody CHECK (id > 5 AND id < 3));
        CREATE TABLE t (p_id integer NOT NULL CONSTRAINT to_p REFERENCES p)
        """,
        "to_p",
    ),
    "no partition": ("CREATE TABLE t (a integer NOT NULL) PARTITION BY RANGE (a)", "partition key"),
    "a trigger that always fires": (
        """
        CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN RAISE 'no % here', NEW.a; END$$;
        CREATE TABLE t (a integer); CREATE TRIGGER guard BEFORE INSERT ON t FOR EACH ROW EXECUTE FUNCTION refuse();
        ALTER TABLE t ENABLE ALWAYS TRIGGER guard
        """,
        "guard",
    ),
    "a circle with an impossible table in it": (
        """
        CREATE TABLE u (id integer PRIMARY KEY CHECK (id < 3 AND id > 5), t_id integer NOT NULL);
        CREATE TABLE t (id integer PRIMARY KEY, u_id integer NOT NULL CONSTRAINT to_u REFERENCES u);
        ALTER TABLE u ADD FOREIGN KEY (t_id) REFERENCES t
        """,
        "to_u",
    ),
}


def _values(connection: Connection, query: str) -> list[object]:
    return [row[0] for row in connection.execute(query.encode()).fetchall()]


@pytest.mark.parametrize("case", IMPOSSIBLE)
def test_what_stands_in_the_way_is_named_and_the_others_go_on(empty: Connection, case: str) -> None:
    schema, name = IMPOSSIBLE[case]
    execute_script(empty, BESIDE + schema)

    results = {result.table: result for result in fill(empty, WANTED)}

    refused = results["public.t"]
    assert isinstance(refused, NotFilled)
    assert refused.constraint == name
    assert refused.why
    assert results["public.beside"] == Filled(table="public.beside", rows=10)
    assert count(empty, "t") == 0


def test_a_table_that_is_not_there_is_said(empty: Connection) -> None:
    assert fill(empty, {"public.nowhere": 5}) == (
        NotFilled(table="public.nowhere", constraint="", why="there is no such table"),
    )


#: What has room for fewer rows than are wanted, and for how many.
NARROW = {
    "a list": ("CREATE TABLE t (kind text PRIMARY KEY CHECK (kind IN ('a', 'b', 'c')))", 3),
    "an enum": ("CREATE TYPE e AS ENUM ('a', 'b'); CREATE TABLE t (kind e, flag boolean, PRIMARY KEY (kind, flag))", 4),
    "parents and kinds": (
        """
        CREATE TABLE p (id integer PRIMARY KEY); INSERT INTO p VALUES (7), (9);
        CREATE TABLE t (
          p_id integer REFERENCES p, kind text CHECK (kind IN ('a', 'b', 'c')), PRIMARY KEY (p_id, kind)
        )
        """,
        6,
    ),
    "one to one": (
        "CREATE TABLE p (id integer PRIMARY KEY); CREATE TABLE t (id integer PRIMARY KEY REFERENCES p)",
        4,
    ),
    "a digit": ("CREATE TABLE t (code text PRIMARY KEY CHECK (code ~ '^[0-4]$'))", 5),
    "two letters": ("CREATE TABLE t (code text PRIMARY KEY CHECK (code ~ '^[A-E]{2}$'))", 25),
    "a small range": ("CREATE TABLE t (n integer UNIQUE NOT NULL CHECK (n BETWEEN 3 AND 8))", 6),
}


@pytest.mark.parametrize("case", NARROW)
def test_as_many_rows_as_the_keys_allow(empty: Connection, case: str) -> None:
    schema, most = NARROW[case]
    execute_script(empty, schema)
    asked = {"public.p": 4, "public.t": 50} if case == "one to one" else {"public.t": 50}
    if case == "parents and kinds":
        asked["public.p"] = 2

    results = {result.table: result for result in fill(empty, asked)}

    assert results["public.t"] == Filled(table="public.t", rows=most)
    assert count(empty, "t") == most
    remake_constraints(empty, "public")


def test_parents_are_made_as_the_child_needs_them(empty: Connection) -> None:
    execute_script(
        empty,
        """
        CREATE TABLE grand (id uuid PRIMARY KEY);
        CREATE TABLE parent (id serial PRIMARY KEY, grand_id uuid NOT NULL REFERENCES grand);
        CREATE TABLE many (id serial PRIMARY KEY, parent_id integer NOT NULL REFERENCES parent);
        CREATE TABLE single (parent_id integer PRIMARY KEY REFERENCES parent);
        CREATE TABLE pairs (a uuid REFERENCES grand, b integer REFERENCES parent, PRIMARY KEY (a, b));
        """,
    )

    first = fill(empty, {"public.many": 400})
    second = fill(empty, {"public.single": 90})
    third = fill(empty, {"public.pairs": 2500})

    assert [(result.table, result.rows) for result in first if isinstance(result, Filled)] == [
        ("public.grand", 1), ("public.parent", 20), ("public.many", 400),
    ]  # fmt: skip
    assert count(empty, "single") == 90
    assert Filled(table="public.parent", rows=90) in second
    assert Filled(table="public.pairs", rows=2500) in third
    remake_constraints(empty, "public")


def test_rows_that_are_there_stay_and_their_numbers_are_not_used_again(either: Connection) -> None:
    execute_script(
        either,
        """
        CREATE TABLE t (
          id integer GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY, serial serial UNIQUE, code text UNIQUE
        );
        INSERT INTO t (id, serial, code) VALUES (5, 40, 'mine'), (900, 41, NULL);
        CREATE TABLE plain (id integer PRIMARY KEY); INSERT INTO plain VALUES (1), (2), (60);
        """,
    )

    fill(either, {"public.t": 50, "public.plain": 80})

    assert count(either, "t") == 50
    assert count(either, "plain") == 80
    assert _values(either, "SELECT code FROM t WHERE id = 5") == ["mine"]
    assert _values(either, "SELECT count(*) FROM plain WHERE id IN (1, 2, 60)") == [3]
    execute_script(either, "INSERT INTO t DEFAULT VALUES")
    assert _values(either, "SELECT max(id) FROM t") == [949]


def test_enough_rows_are_left_alone(empty: Connection) -> None:
    execute_script(empty, "CREATE TABLE t (id integer PRIMARY KEY); INSERT INTO t SELECT generate_series(1, 30)")

    assert fill(empty, {"public.t": 20}) == (Filled(table="public.t", rows=30),)


def test_no_trigger_fires_and_nothing_stays_behind(either: Connection) -> None:
    execute_script(
        either,
        """
        CREATE TABLE noise (word text);
        CREATE FUNCTION shout() RETURNS trigger LANGUAGE plpgsql
        AS $$BEGIN INSERT INTO noise VALUES ('x'); RETURN NEW; END$$;
        CREATE TABLE t (id uuid PRIMARY KEY, at timestamptz NOT NULL, UNIQUE (at));
        CREATE TRIGGER shout AFTER INSERT ON t FOR EACH ROW EXECUTE FUNCTION shout();
        CREATE RULE elsewhere AS ON INSERT TO t DO INSTEAD INSERT INTO noise VALUES ('y');
        """,
    )
    settings = "SELECT name || setting FROM pg_settings WHERE name <> 'transaction_isolation' ORDER BY 1"
    relations = "SELECT oid::regclass::text FROM pg_class ORDER BY 1"
    before = (_values(either, settings), _values(either, relations))

    fill(either, {"public.t": 40})

    assert count(either, "t") == 40
    assert count(either, "noise") == 0
    assert (_values(either, settings), _values(either, relations)) == before
    assert _values(either, "SELECT count(*) FROM pg_stats WHERE schemaname = 'public'") == [0]
    assert either.info.transaction_status.name == "IDLE"


@pytest.fixture
def digest(empty: Connection) -> Callable[[int], list[object]]:
    """Fills a table anew and says what is in it."""
    execute_script(
        empty,
        """
        CREATE TABLE p (id serial PRIMARY KEY, uid uuid NOT NULL UNIQUE);
        CREATE TABLE t (id bigint GENERATED ALWAYS AS IDENTITY, p uuid REFERENCES p (uid), up bigint,
          note text, at timestamptz DEFAULT now(), document jsonb, kind text CHECK (kind IN ('a', 'b')), share real);
        """,
    )

    def filled(seed: int) -> list[object]:
        execute_script(empty, "TRUNCATE p, t RESTART IDENTITY")
        fill(empty, {"public.t": 300}, seed=seed)
        return _values(empty, "SELECT md5(string_agg(t::text, ',' ORDER BY id)) FROM t")

    return filled


def test_a_seed_and_a_schema_decide_the_rows(digest: Callable[[int], list[object]]) -> None:
    first, again, other = digest(1), digest(1), digest(2)

    assert first == again
    assert first != other


def test_row_security_hides_no_row_from_the_count(empty: Connection) -> None:
    execute_script(
        empty,
        """
        CREATE TABLE t (id integer PRIMARY KEY);
        ALTER TABLE t ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
        """,
    )

    assert fill(empty, {"public.t": 25}) == (Filled(table="public.t", rows=25),)
    assert len(rows(empty, "SELECT id FROM public.t")) == 25
