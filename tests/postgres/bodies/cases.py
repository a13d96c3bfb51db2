"""Functions that are right or wrong in one way each, over one small schema."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from seatrial.pg.statement import execute_script

if TYPE_CHECKING:
    from seatrial.pg.connection import Connection

__all__ = ["CASES", "DIFFERENCES", "Case", "Difference", "build"]

SCHEMA = """
CREATE TABLE public.orgs (id uuid PRIMARY KEY, name text NOT NULL, seats int, created_at timestamptz DEFAULT now());
CREATE TABLE public.members (id bigint PRIMARY KEY, org_id uuid, email varchar(80));
CREATE TYPE public.pair AS (a int, b text);
CREATE FUNCTION public.seats_of(org uuid) RETURNS int LANGUAGE sql AS 'SELECT seats FROM public.orgs WHERE id = org';
CREATE PROCEDURE public.settle(org uuid, INOUT done int) LANGUAGE plpgsql AS 'BEGIN done := 1; END';
INSERT INTO public.orgs VALUES ('00000000-0000-0000-0000-000000000001', 'one', 3);
INSERT INTO public.members VALUES (1, '00000000-0000-0000-0000-000000000001', 'a@example.org');
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A PL/pgSQL function without parameters; an empty SQLSTATE: nothing is wrong with it."""

    name: str
    body: str
    returns: str = "void"
    sqlstate: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """A function that plpgsql_check judges otherwise, what it says, and why we do not follow."""

    case: Case
    theirs: str
    why: str


def _case(name: str, body: str, sqlstate: str = "", returns: str = "void") -> Case:
    return Case(name=name, body=body, returns=returns, sqlstate=sqlstate)


CASES = (
    # What is missing, and the twin where it is there.
    _case("missing_table", "BEGIN PERFORM 1 FROM nowhere; END", "42P01"),
    _case("known_table", "BEGIN PERFORM 1 FROM orgs; END"),
    _case("missing_schema", "BEGIN PERFORM nowhere.f(1); END", "3F000"),
    _case("missing_column", "BEGIN PERFORM nothing FROM orgs; END", "42703"),
    _case("known_column", "BEGIN PERFORM name FROM orgs; END"),
    _case("missing_column_of_alias", "DECLARE n int; BEGIN SELECT o.size INTO n FROM orgs o; END", "42703"),
    _case("missing_function", "BEGIN PERFORM nothing(1); END", "42883"),
    _case("missing_procedure", "BEGIN CALL nothing(1); END", "42883"),
    _case("procedure", "DECLARE n int; BEGIN CALL settle(gen_random_uuid(), n); END"),
    _case("missing_type", "BEGIN PERFORM 'x'::nothing; END", "42704"),
    _case("missing_declared_type", "DECLARE v nothing; BEGIN NULL; END", "42704"),
    _case("missing_row_type", "DECLARE v nowhere%ROWTYPE; BEGIN NULL; END", "42P01"),
    _case("types", "DECLARE a orgs%ROWTYPE; b orgs.name%TYPE := 'x'; c b%TYPE; d pair; BEGIN c := b; d.a := 1; END"),
    _case("missing_operator", "BEGIN PERFORM name + seats FROM orgs; END", "42883"),
    _case("operator", "BEGIN PERFORM name || seats FROM orgs; END"),
    _case("wrong_argument", "BEGIN PERFORM seats_of(7); END", "42883"),
    _case("argument", "BEGIN PERFORM seats_of(id) FROM orgs; END"),
    _case("missing_in_condition", "BEGIN IF EXISTS (SELECT FROM nowhere) THEN NULL; END IF; END", "42P01"),
    _case("missing_in_branch", "DECLARE n int := 1; BEGIN IF n = 1 THEN PERFORM nothing; END IF; END", "42703"),
    _case("missing_in_while", "BEGIN WHILE nothing LOOP NULL; END LOOP; END", "42703"),
    _case("missing_in_raise", "BEGIN RAISE NOTICE '%', nothing; END", "42703"),
    _case("missing_in_option", "BEGIN RAISE NOTICE 'x' USING HINT = nothing; END", "42703"),
    _case("missing_in_execute", "BEGIN EXECUTE 'SELECT 1' || nothing; END", "42703"),
    _case("missing_in_constant", "BEGIN EXECUTE 'SELECT 1 FROM nowhere'; END", "42P01"),
    _case("missing_in_default", "DECLARE v int := nothing(); BEGIN NULL; END", "42883"),
    _case("missing_in_handler", "BEGIN RAISE EXCEPTION 'x'; EXCEPTION WHEN OTHERS THEN PERFORM nothing; END", "42703"),
    _case("handler", "BEGIN RAISE 'x'; EXCEPTION WHEN OTHERS THEN RAISE NOTICE '% %', SQLSTATE, SQLERRM; END"),
    _case("sqlerrm_outside", "BEGIN RAISE NOTICE '%', sqlerrm; END", "42703"),
    _case("missing_in_update", "BEGIN UPDATE orgs SET size = 1; END", "42703"),
    _case("missing_in_insert", "BEGIN INSERT INTO orgs (id, size) VALUES (gen_random_uuid(), 1); END", "42703"),
    _case("insert_of_one", "BEGIN INSERT INTO orgs (id, name) VALUES (gen_random_uuid()); END", "42601"),
    _case("insert_of_wrong_type", "BEGIN INSERT INTO orgs (id, name) VALUES (1, 'x'); END", "42804"),
    _case("insert", "DECLARE r record; BEGIN INSERT INTO members VALUES (2, NULL, 'x') RETURNING * INTO r; "
          "RAISE NOTICE '%', r.email; DELETE FROM members WHERE id = r.id; END"),
    _case("not_grouped", "BEGIN PERFORM id, count(*) FROM orgs; END", "42803"),
    _case("several_columns", "BEGIN PERFORM id, name FROM orgs; END"),
    _case("no_destination", "BEGIN SELECT 1; END", "42601"),
    _case("literal", "BEGIN PERFORM 1 FROM members WHERE id = 'abc'; END", "22P02"),
    # A name that is a variable and a column.
    _case("ambiguous_where", "DECLARE seats int := 3; n int; BEGIN SELECT count(*) INTO n FROM orgs "
          "WHERE seats = 3; END", "42702"),
    _case("not_ambiguous_qualified", "<<own>> DECLARE seats int := 3; n int; BEGIN SELECT count(*) INTO n FROM orgs o "
          "WHERE o.seats = own.seats; END"),
    _case("ambiguous_result", "BEGIN RETURN QUERY SELECT id FROM orgs; END", "42702", "TABLE (id uuid)"),
    _case("not_ambiguous_result", "BEGIN RETURN QUERY SELECT o.id FROM orgs o; END", "", "TABLE (id uuid)"),
    _case("ambiguous_conflict", "BEGIN INSERT INTO orgs (id, name) VALUES (gen_random_uuid(), 'x') "
          "ON CONFLICT (id) DO NOTHING; END", "42702", "TABLE (id uuid)"),
    _case("ambiguous_group", "DECLARE id int; x uuid; BEGIN SELECT o.id INTO x FROM orgs o GROUP BY id; END", "42702"),
    _case("ambiguous_row", "DECLARE r orgs; x uuid; BEGIN SELECT r.id INTO x FROM orgs r; END", "42702"),
    _case("target_is_no_reference", "BEGIN UPDATE orgs SET seats = 4; END", "", "TABLE (seats int)"),
    _case("output_name", "DECLARE id int; x uuid; BEGIN SELECT o.id INTO x FROM orgs o ORDER BY id; END"),
    _case("output_name_of_union", "DECLARE name text; x text; BEGIN SELECT o.name INTO x FROM orgs o "
          "UNION SELECT 'x' ORDER BY name; END"),
    _case("use_column", "#variable_conflict use_column\nDECLARE seats int; n int; "
          "BEGIN SELECT count(*) INTO n FROM orgs WHERE seats = seats; END"),
    _case("use_variable", "#variable_conflict use_variable\nDECLARE name int; n int; "
          "BEGIN SELECT count(*) INTO n FROM orgs WHERE name = 3; END"),
    _case("use_variable_of_wrong_type", "#variable_conflict use_variable\nDECLARE name uuid; n int; "
          "BEGIN SELECT count(*) INTO n FROM orgs WHERE name = 3; END", "42883"),
    # Scopes.
    _case("labels", "<<outside>> DECLARE v int := 1; BEGIN <<inside>> DECLARE v uuid; BEGIN "
          "v := gen_random_uuid(); outside.v := outside.v + 1; END; END"),
    _case("inner_type", "<<outside>> DECLARE v int := 1; BEGIN DECLARE v uuid; BEGIN "
          "PERFORM v + 1; END; END", "42883"),
    _case("loop_counter", "BEGIN FOR i IN REVERSE 3..1 BY 2 LOOP PERFORM i + 1; END LOOP; END"),
    _case("loop_counter_outside", "BEGIN FOR i IN 1..2 LOOP NULL; END LOOP; PERFORM i; END", "42703"),
    _case("function_label", "DECLARE v int := 1; BEGIN PERFORM function_label.v; END", "42P01"),
    # Rows.
    _case("field", "DECLARE r record; BEGIN SELECT id FROM orgs INTO r; RAISE NOTICE '%', r.id; END"),
    _case("missing_field", "DECLARE r record; BEGIN SELECT id FROM orgs INTO r; PERFORM r.name; END", "42703"),
    _case("missing_field_set", "DECLARE r orgs; BEGIN r.size := 1; END", "42703"),
    _case("missing_field_into", "DECLARE r orgs; BEGIN SELECT 1 INTO r.size; END", "42703"),
    _case("loop", "DECLARE r record; BEGIN FOR r IN SELECT o.name, seats_of(o.id) AS n FROM orgs o LOOP "
          "PERFORM r.n + 1; END LOOP; END"),
    _case("missing_field_in_loop", "DECLARE r record; BEGIN FOR r IN SELECT o.name FROM orgs o LOOP "
          "PERFORM r.n; END LOOP; END", "42703"),
    _case("wrong_field_type", "DECLARE r record; BEGIN FOR r IN SELECT o.name FROM orgs o LOOP "
          "PERFORM seats_of(r.name); END LOOP; END", "42883"),
    _case("cursor", "DECLARE c CURSOR (k int) FOR SELECT * FROM orgs WHERE seats > k; r record; BEGIN "
          "OPEN c(k := 1); FETCH NEXT FROM c INTO r; RAISE NOTICE '%', r.name; CLOSE c; "
          "FOR q IN c(2) LOOP PERFORM q.name; END LOOP; END"),
    _case("missing_in_cursor", "DECLARE c CURSOR (k int) FOR SELECT * FROM orgs WHERE size > k; BEGIN "
          "OPEN c(1); END", "42703"),
    _case("missing_field_of_cursor", "DECLARE c CURSOR FOR SELECT id FROM orgs; r record; BEGIN OPEN c; "
          "FETCH c INTO r; RAISE NOTICE '%', r.name; END", "42703"),
    _case("walked_array", "DECLARE a int[] := '{1,2}'; v int; BEGIN a[3] := 4; FOREACH v IN ARRAY a LOOP "
          "PERFORM v + 1; END LOOP; END"),
    _case("no_array", "DECLARE a int := 1; v int; BEGIN FOREACH v IN ARRAY a LOOP NULL; END LOOP; END", "42804"),
    _case("subscript_of_no_array", "DECLARE v int; BEGIN v[1] := 2; END", "42804"),
    _case("matched_case", "DECLARE n int := 1; BEGIN CASE n WHEN 1, 2 THEN NULL; ELSE NULL; END CASE; END"),
    _case("case_of_other_type", "DECLARE t timestamptz := now(); BEGIN CASE t WHEN 1 THEN NULL; "
          "ELSE NULL; END CASE; END", "42883"),
    _case("passed", "DECLARE n int; BEGIN EXECUTE 'SELECT seats FROM orgs WHERE id = $1' INTO n "
          "USING gen_random_uuid(); GET DIAGNOSTICS n = ROW_COUNT; END"),
    _case("using_wrong_type", "BEGIN EXECUTE 'SELECT 1 FROM orgs WHERE id = $1' USING 3; END", "42883"),
    # What is returned.
    _case("returned", "BEGIN RETURN QUERY SELECT o.id, count(*) FROM orgs o GROUP BY 1; END", "",
          "TABLE (org uuid, n bigint)"),
    _case("returned_other_type", "BEGIN RETURN QUERY SELECT count(*) FROM orgs; END", "42804", "TABLE (n int)"),
    _case("returned_too_few", "BEGIN RETURN QUERY SELECT 1; END", "42804", "TABLE (a int, b int)"),
    _case("returned_too_many", "BEGIN RETURN QUERY SELECT 1, 2; END", "42804", "TABLE (a int)"),
    _case("returned_twice_named", "BEGIN RETURN QUERY SELECT m.id, n.id FROM members m, members n; END", "",
          "TABLE (a bigint, b bigint)"),
    _case("returned_from_write", "BEGIN RETURN QUERY WITH w AS (UPDATE orgs SET seats = 5 RETURNING seats) "
          "SELECT w.seats FROM w; END", "", "SETOF int"),
    _case("returned_from_write_other_type", "BEGIN RETURN QUERY UPDATE orgs SET seats = 5 RETURNING name; END",
          "42804", "SETOF int"),
    _case("returned_row", "DECLARE r orgs; BEGIN SELECT * INTO r FROM orgs; RETURN r; END", "", "orgs"),
    _case("returned_no_row", "BEGIN RETURN 1; END", "42804", "orgs"),
    _case("returned_short_row", "BEGIN RETURN row(1, 'x'::text, 3); END", "42804", "pair"),
    _case("returned_next", "DECLARE r record; BEGIN FOR r IN SELECT * FROM orgs LOOP RETURN NEXT r; END LOOP; END",
          "", "SETOF orgs"),
    _case("returned_next_other", "DECLARE r record; BEGIN FOR r IN SELECT 1 AS a LOOP RETURN NEXT r; END LOOP; END",
          "42804", "SETOF orgs"),
    _case("returned_value", "BEGIN RETURN (SELECT seats FROM orgs LIMIT 1); END", "", "bigint"),
    _case("returned_two", "BEGIN RETURN 1, 2; END", "42601", "int"),
)  # fmt: skip

#: The case holds what we say.
DIFFERENCES = (
    Difference(
        case=_case("assigned_literal", "DECLARE v int; BEGIN v := 'abc'; END"),
        theirs="22P02", why="a value that does not fit a variable is no matter of the schema",
    ),
    Difference(
        case=_case("row_into_value", "DECLARE v int; BEGIN SELECT o INTO v FROM orgs o; END"),
        theirs="42804", why="conversions of what is fetched are left to the moment of the fetch",
    ),
    Difference(
        case=_case("row_returned_as_value", "DECLARE r orgs; BEGIN RETURN r; END", "", "int"),
        theirs="42804", why="conversions of a single value that is returned are left to the moment of the return",
    ),
    Difference(
        case=_case("own_table", "BEGIN CREATE TEMP TABLE own (a int); INSERT INTO own VALUES (1); END"),
        theirs="42P01", why="the table is there when the statement comes",
    ),
    Difference(
        case=_case("expected", "BEGIN PERFORM 1 FROM gone; EXCEPTION WHEN undefined_table THEN NULL; END"),
        theirs="42P01", why="the handler says that the table may be missing",
    ),
    Difference(
        case=_case("unfilled", "DECLARE r record; BEGIN RAISE NOTICE '%', r.id; END"),
        theirs="55000", why="whether a record was filled is a matter of the way through the body",
    ),
    Difference(
        case=_case("alias_like_record", "DECLARE r orgs; x text; BEGIN SELECT r.email INTO x FROM members r; END"),
        theirs="42703", why="the name means an alias of the query to its author, and is left in doubt",
    ),
    Difference(
        case=_case("no_return", "BEGIN NULL; END", "", "int"),
        theirs="2F005", why="whether the end is reached is a matter of the way through the body",
    ),
    Difference(
        case=_case("row_as_one_column", "BEGIN RETURN QUERY SELECT o FROM orgs o; END", "42804", "SETOF orgs"),
        theirs="", why="the server refuses one column that holds a row where the columns of the row are declared",
    ),
)  # fmt: skip


def build(connection: Connection) -> None:
    """Make the schema, and every function even where the server would object."""
    execute_script(connection, f"SET check_function_bodies = off; {SCHEMA}")
    for case in (*CASES, *(difference.case for difference in DIFFERENCES)):
        execute_script(
            connection,
            f"CREATE FUNCTION public.{case.name}() RETURNS {case.returns} LANGUAGE plpgsql AS $body${case.body}$body$",
        )
    execute_script(connection, "RESET check_function_bodies")
