"""Trigger functions, which are compiled once for each of their tables."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from seatrial.pg.statement import execute_script
from seatrial.rehearsal.bodies.check import check_bodies

if TYPE_CHECKING:
    from seatrial.pg.connection import Connection

SCHEMA = """
CREATE TABLE public.orders (id bigint PRIMARY KEY, total numeric, updated_at timestamptz);
CREATE TABLE public.invoices (id bigint PRIMARY KEY, amount numeric, updated_at timestamptz);
CREATE TABLE public.log (at timestamptz, what jsonb, amount numeric);
"""


def _trigger(connection: Connection, body: str, *tables: str, kind: str = "BEFORE UPDATE") -> None:
    each = "" if "REFERENCING" in kind else "FOR EACH ROW"
    text = f"CREATE FUNCTION public.f() RETURNS trigger LANGUAGE plpgsql AS $body$\n{body}\n$body$;"
    for table in tables:
        event, _, rest = kind.partition(" REFERENCING")
        referencing = f"REFERENCING{rest}" if rest else ""
        text += f"CREATE TRIGGER t {event} ON public.{table} {referencing} {each} EXECUTE FUNCTION public.f();"
    execute_script(connection, text)


def _faults(connection: Connection) -> list[tuple[str, int, str, str]]:
    return [(fault.table, fault.line, fault.sqlstate, fault.message) for fault in check_bodies(connection)[0]]


def _undecided(connection: Connection) -> list[str]:
    return [one.why for one in check_bodies(connection)[1] if one.function == "public.f()"]


@pytest.fixture
def schema(either: Connection) -> Connection:
    """Three tables, and no trigger."""
    execute_script(either, SCHEMA)
    return either


def test_a_function_that_suits_all_its_tables_has_no_fault(schema: Connection) -> None:
    body = """BEGIN
      NEW.updated_at := now();
      IF TG_OP = 'UPDATE' AND NEW IS DISTINCT FROM OLD THEN
        INSERT INTO log (at, what) VALUES (NEW.updated_at, to_jsonb(NEW) || jsonb_build_object('table', TG_TABLE_NAME));
      END IF;
      RETURN NEW;
    END"""
    _trigger(schema, body, "orders", "invoices")

    assert (_faults(schema), _undecided(schema)) == ([], [])


def test_a_field_that_one_table_lacks_is_named_with_that_table(schema: Connection) -> None:
    _trigger(schema, "BEGIN\n  IF NEW.total > 1 THEN RETURN NULL; END IF;\n  RETURN NEW;\nEND", "orders", "invoices")

    assert _faults(schema) == [("public.invoices", 3, "42703", 'record "new" has no field "total"')]


def test_a_field_that_is_set_must_be_there(schema: Connection) -> None:
    _trigger(schema, "BEGIN\n  NEW.changed_at := now();\n  RETURN NEW;\nEND", "orders")

    assert _faults(schema) == [("public.orders", 3, "42703", 'record "new" has no field "changed_at"')]


def test_a_dropped_column_is_missed(schema: Connection) -> None:
    _trigger(schema, "BEGIN\n  NEW.updated_at := now();\n  RETURN NEW;\nEND", "orders")
    execute_script(schema, "ALTER TABLE public.orders DROP COLUMN updated_at")

    assert [(line, sqlstate) for _, line, sqlstate, _ in _faults(schema)] == [(3, "42703")]


def test_a_function_that_asks_for_its_table_is_not_decided_where_one_table_is_spared(schema: Connection) -> None:
    body = """BEGIN
      IF TG_TABLE_NAME = 'orders' THEN PERFORM NEW.total; ELSE PERFORM NEW.amount; END IF;
      PERFORM NEW.gone;
      RETURN NEW;
    END"""
    _trigger(schema, body, "orders", "invoices")

    assert {(line, message) for _, line, _, message in _faults(schema)} == {(4, 'record "new" has no field "gone"')}
    assert "asks for which table it runs" in _undecided(schema)[0]


def test_new_keeps_its_type_where_fields_of_it_are_set_in_loops_and_handlers(schema: Connection) -> None:
    body = """BEGIN
      FOR i IN 1..2 LOOP
        SELECT now() INTO NEW.updated_at;
        PERFORM NEW.total;
      END LOOP;
      BEGIN
        NEW.total := 1;
      EXCEPTION WHEN OTHERS THEN
        PERFORM NEW.gone;
      END;
      RETURN NEW;
    END"""
    _trigger(schema, body, "orders")

    assert [(line, message) for _, line, _, message in _faults(schema)] == [(10, 'record "new" has no field "gone"')]
    assert _undecided(schema) == []


def test_transition_tables_are_those_of_the_trigger(schema: Connection) -> None:
    body = """BEGIN
      INSERT INTO log (amount) SELECT n.total FROM fresh n;
      PERFORM gone FROM fresh;
      RETURN NULL;
    END"""
    _trigger(schema, body, "orders", kind="AFTER INSERT REFERENCING NEW TABLE AS fresh")

    assert [(line, sqlstate) for _, line, sqlstate, _ in _faults(schema)] == [(4, "42703")]


def test_an_event_trigger_has_its_own_variables(schema: Connection) -> None:
    body = "BEGIN RAISE NOTICE '% %', tg_event, tg_tag; RAISE NOTICE '%', tg_op; END"
    execute_script(
        schema, f"CREATE FUNCTION public.f() RETURNS event_trigger LANGUAGE plpgsql AS $body$\n{body}\n$body$"
    )

    assert _faults(schema) == [("", 2, "42703", 'column "tg_op" does not exist')]
