"""What is said of bodies whose schema has changed under them, of triggers, and of what cannot be decided."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from seatrial.model.bodies import BodyFault, BodyUnread
from seatrial.pg.connection import execute, rows
from seatrial.pg.statement import ask, execute_script
from seatrial.rehearsal.bodies.check import check_bodies

if TYPE_CHECKING:
    from seatrial.pg.connection import Connection

SCHEMA = """
CREATE TABLE public.orders (id bigint PRIMARY KEY, total numeric, note text);
CREATE TABLE public.invoices (id bigint PRIMARY KEY, amount numeric);
"""


def _check(connection: Connection) -> tuple[list[BodyFault], dict[str, str]]:
    """The faults, and what is not decided by function; those of the platform aside."""
    faults, unread = check_bodies(connection)
    return list(faults), {one.function: one.why for one in unread if one.function.startswith("public.")}


def _make(connection: Connection, body: str, head: str = "f() RETURNS void") -> None:
    text = f"CREATE FUNCTION public.{head} LANGUAGE plpgsql AS $body$\n{body}\n$body$"
    execute_script(connection, f"SET check_function_bodies = off; {text}; RESET check_function_bodies")


@pytest.fixture
def schema(either: Connection) -> Connection:
    """Two tables, and no function."""
    execute_script(either, SCHEMA)
    return either


# EXE-31: no dependency is recorded for a body, so nothing keeps what it uses from being dropped.


def test_a_dropped_table_is_named_with_the_function_the_line_and_the_query(schema: Connection) -> None:
    _make(schema, "DECLARE\n  n numeric;\nBEGIN\n  SELECT sum(total)\n    INTO n\n    FROM orders;\n  RETURN n;\nEND",
          "total(since date, text) RETURNS numeric")  # fmt: skip
    assert _check(schema) == ([], {})

    execute(schema, "DROP TABLE public.orders")

    [fault] = _check(schema)[0]
    assert (fault.function, fault.table, fault.line) == ("public.total(date, text)", "", 7)
    assert (fault.sqlstate, fault.message) == ("42P01", 'relation "orders" does not exist')
    assert "sum(total)" in fault.query
    assert "INTO" not in fault.query


def test_a_dropped_column_is_named_with_the_servers_hint(schema: Connection) -> None:
    _make(schema, "BEGIN\n  UPDATE orders SET note = 'x'\n  WHERE total > 3;\nEND")
    assert _check(schema) == ([], {})

    execute(schema, "ALTER TABLE public.orders RENAME COLUMN total TO totals")

    [fault] = _check(schema)[0]
    assert (fault.sqlstate, fault.line) == ("42703", 4)
    assert "orders.totals" in fault.hint


def test_a_function_in_sql_is_compiled_too(schema: Connection) -> None:
    body = "SELECT 1;\nSELECT id\nFROM orders\nWHERE id = n"
    execute_script(schema, f"CREATE FUNCTION public.f(n int) RETURNS bigint LANGUAGE sql AS '{body}'")
    assert _check(schema) == ([], {})

    execute(schema, "DROP TABLE public.orders")

    [fault] = _check(schema)[0]
    assert (fault.function, fault.sqlstate, fault.line) == ("public.f(integer)", "42P01", 3)


def test_a_dropped_function_is_missed_by_its_caller(schema: Connection) -> None:
    execute_script(schema, "CREATE FUNCTION public.g(n int) RETURNS int LANGUAGE sql RETURN n")
    _make(schema, "BEGIN\n  PERFORM g(1);\nEND")
    execute(schema, "DROP FUNCTION public.g(int)")
    execute_script(schema, "CREATE FUNCTION public.g(n uuid) RETURNS int LANGUAGE sql RETURN 1")

    [fault] = _check(schema)[0]

    assert (fault.sqlstate, fault.message) == ("42883", "function g(integer) does not exist")


def test_a_procedure_is_compiled_too(schema: Connection) -> None:
    text = "CREATE PROCEDURE public.p(n int) LANGUAGE plpgsql AS 'BEGIN PERFORM q; COMMIT; END'"
    execute_script(schema, f"SET check_function_bodies = off; {text}")

    [fault] = _check(schema)[0]

    assert (fault.function, fault.sqlstate) == ("public.p(integer)", "42703")


# Where names are looked up.


def test_a_function_is_compiled_under_its_own_search_path(schema: Connection) -> None:
    _make(schema, "BEGIN PERFORM 1 FROM orders; END", "f() RETURNS void SET search_path = ''")
    execute_script(schema, "CREATE SCHEMA other; CREATE TABLE other.things ()")
    _make(schema, "BEGIN PERFORM 1 FROM things; END", "g() RETURNS void SET search_path = other, pg_temp")

    [fault] = _check(schema)[0]

    assert (fault.function, fault.sqlstate) == ("public.f()", "42P01")


def test_a_body_that_sets_its_own_search_path_is_not_decided(schema: Connection) -> None:
    _make(schema, "BEGIN\n  PERFORM set_config('search_path', 'other', true);\n  PERFORM 1 FROM things;\nEND")

    assert _check(schema) == (
        [],
        {"public.f()": 'line 4: relation "things" does not exist; the body sets its own search path'},
    )


# What may be missing on purpose.


@pytest.mark.parametrize(
    "body",
    [
        "CREATE TEMP TABLE made (a int);\nINSERT INTO made VALUES (1);",
        "EXECUTE 'CREATE TEMP TABLE IF NOT EXISTS made AS SELECT 1 AS a';\nPERFORM a FROM made;",
        "BEGIN PERFORM 1 FROM made; EXCEPTION WHEN undefined_table THEN NULL; END;",
        "BEGIN PERFORM 1 FROM made; EXCEPTION WHEN SQLSTATE '42P01' THEN NULL; END;",
        "IF to_regclass('public.made') IS NOT NULL THEN PERFORM 1 FROM public.made; END IF;",
        "ALTER TABLE orders ADD COLUMN IF NOT EXISTS made int;\nUPDATE orders SET made = 1;",
    ],
)
def test_what_a_body_expects_to_be_missing_is_no_fault(schema: Connection, body: str) -> None:
    _make(schema, f"BEGIN\n{body}\nEND")

    faults, unread = _check(schema)

    assert faults == []
    assert list(unread) == ["public.f()"]


def test_a_table_that_another_body_makes_is_no_fault(schema: Connection) -> None:
    _make(schema, "BEGIN CREATE TEMP TABLE made (a int); END", "g() RETURNS void")
    _make(schema, "BEGIN PERFORM g(); PERFORM a FROM made; END")

    assert _check(schema)[0] == []


def test_a_handler_for_everything_expects_nothing(schema: Connection) -> None:
    _make(schema, "BEGIN PERFORM 1 FROM gone; EXCEPTION WHEN OTHERS THEN NULL; END")

    assert [fault.sqlstate for fault in _check(schema)[0]] == ["42P01"]


# What cannot be decided.


@pytest.mark.parametrize(
    ("head", "body", "why"),
    [
        (
            "f() RETURNS void",
            "EXECUTE format('SELECT %I', 'a');",
            "line 3: EXECUTE runs text that is built at run time",
        ),
        ("f(x anyelement) RETURNS void", "PERFORM x + 1;", "line 3: x: its type is settled by each call"),
        ("f() RETURNS trigger", "NEW.x := 1;", "line 3: new: no table has a trigger for each row with this function"),
    ],
)
def test_what_cannot_be_decided_is_said_with_its_line(schema: Connection, head: str, body: str, why: str) -> None:
    _make(schema, f"BEGIN\n{body}\nPERFORM gone;\nEND", head)

    faults, unread = _check(schema)

    assert [(fault.sqlstate, fault.line) for fault in faults] == [("42703", 4)]
    assert [text.startswith(why) for text in unread.values()] == [True]


def test_a_record_that_is_filled_in_two_ways_is_not_decided(schema: Connection) -> None:
    branch = "IF random() > 2 THEN SELECT id INTO r FROM orders; ELSE SELECT amount INTO r FROM invoices; END IF;"
    _make(schema, f"DECLARE r record;\nBEGIN\n{branch}\nPERFORM r.id;\nEND")

    faults, unread = _check(schema)

    assert faults == []
    assert "filled in more than one way" in unread["public.f()"]


def test_a_polymorphic_function_in_sql_is_not_decided(schema: Connection) -> None:
    execute_script(schema, "CREATE FUNCTION public.f(x anyelement) RETURNS anyelement LANGUAGE sql AS 'SELECT x'")

    assert "polymorphic" in _check(schema)[1]["public.f(anyelement)"]


def test_columns_that_a_call_settles_are_not_compared(schema: Connection) -> None:
    _make(schema, "BEGIN RETURN QUERY SELECT 1, 'x'::text; END", "f(x anyelement) RETURNS TABLE (a anyelement, b text)")

    assert _check(schema)[0] == []


# Statements of the server that hold a query.


def test_the_query_of_create_table_as_is_compiled(schema: Connection) -> None:
    body = "DECLARE n int := 1;\nBEGIN\n  CREATE TEMP TABLE made AS\n  SELECT n, gone FROM orders WITH NO DATA;\nEND"
    _make(schema, body)

    assert [(fault.sqlstate, fault.line) for fault in _check(schema)[0]] == [("42703", 5)]


def test_an_index_on_a_column_named_like_a_variable_is_not_ambiguous(schema: Connection) -> None:
    _make(schema, "DECLARE note text;\nBEGIN\n  CREATE INDEX ON orders (note);\nEND")

    assert _check(schema) == ([], {})


# Nothing is run, and nothing stays.


def test_nothing_is_run_and_nothing_stays(schema: Connection) -> None:
    execute_script(
        schema,
        "CREATE FUNCTION public.no() RETURNS event_trigger LANGUAGE plpgsql AS $$BEGIN RAISE 'never'; END$$;"
        "CREATE SEQUENCE public.calls",
    )
    _make(schema, "DECLARE n bigint := nextval('calls'); r record;\nBEGIN\n"
          "FOR r IN SELECT nextval('calls') AS a LOOP PERFORM r.a; END LOOP;\nEND")  # fmt: skip
    execute(schema, "CREATE EVENT TRIGGER never ON ddl_command_start EXECUTE FUNCTION public.no()")
    count = "SELECT (SELECT count(*) FROM pg_class) + (SELECT count(*) FROM pg_proc) + (SELECT count(*) FROM pg_type)"
    before = ask(schema, count)

    assert _check(schema) == ([], {})

    assert ask(schema, count) == before
    assert ask(schema, "SELECT is_called FROM public.calls").value == "false"
    assert ask(schema, "SELECT evtenabled::text FROM pg_event_trigger WHERE evtname = 'never'").value == "O"
    assert rows(schema, "SELECT current_setting('check_function_bodies') AS value") == [{"value": "on"}]


def test_many_functions_are_compiled_at_once(schema: Connection) -> None:
    body = "DECLARE r record; BEGIN FOR r IN SELECT * FROM orders LOOP PERFORM r.total + n; END LOOP; PERFORM {}; END"
    for number in range(200):
        _make(schema, body.format("gone" if number % 2 else "n"), f"f_{number}(n int) RETURNS void")

    faults, unread = _check(schema)

    assert {fault.sqlstate for fault in faults} == {"42703"}
    assert (len(faults), unread) == (100, {})


def test_a_body_that_cannot_be_read_is_said(schema: Connection) -> None:
    _make(schema, "BEGIN\n  CREATE FUNCTION g() RETURNS int BEGIN ATOMIC SELECT 1; END;\nEND")

    _, unread = check_bodies(schema)

    [found] = [one for one in unread if one.function == "public.f()"]
    assert isinstance(found, BodyUnread)
    assert "cannot be read" in found.why
