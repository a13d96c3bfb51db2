"""PL/pgSQL is read into what reaches the SQL compiler, with lines and without what is PL/pgSQL's own."""

from __future__ import annotations

import pytest

from seatrial.sql.plpgsql import read_body
from seatrial.sql.plpgsql_tree import (
    Assign,
    Block,
    Branch,
    CursorUse,
    Dynamic,
    Evaluate,
    Fetch,
    Loop,
    Query,
    Return,
    Statement,
)
from seatrial.sql.words import CannotRead


def _one(text: str, declare: str = "") -> Statement:
    [statement] = read_body(f"{declare} BEGIN {text} END").block.body
    return statement


def _texts(statement: Statement) -> list[str]:
    assert isinstance(statement, Evaluate)
    return [value.text for value in statement.values]


@pytest.mark.parametrize(
    ("text", "sql", "into"),
    [
        ("SELECT a, b INTO x, y FROM t;", "SELECT a, b FROM t", [("x",), ("y",)]),
        ("SELECT a FROM t INTO STRICT r.x;", "SELECT a FROM t ", [("r", "x")]),
        ("INSERT INTO t VALUES (1) RETURNING id INTO x;", "INSERT INTO t VALUES (1) RETURNING id ", [("x",)]),
        ("INSERT INTO t SELECT 1;", "INSERT INTO t SELECT 1", []),
        ("MERGE INTO t USING s ON a WHEN b THEN DELETE;", "MERGE INTO t USING s ON a WHEN b THEN DELETE", []),
        ("WITH w AS (INSERT INTO t SELECT 1) TABLE w INTO x;", "WITH w AS (INSERT INTO t SELECT 1) TABLE w ", [("x",)]),
        ("SELECT 'a;b', $$c;d$$ -- e;\n;", "SELECT 'a;b', $$c;d$$", []),
    ],
)  # fmt: skip
def test_into_is_taken_out_of_a_statement(text: str, sql: str, into: list[tuple[str, ...]]) -> None:
    found = _one(text)

    assert isinstance(found, Query)
    assert (found.sql.text, list(found.into)) == (sql, into)


def test_what_follows_into_stays_on_its_line() -> None:
    found = _one("\nSELECT a\n  INTO x\n  FROM t\n WHERE b;")

    assert isinstance(found, Query)
    assert (found.line, found.sql.text.split("\n").index("FROM t")) == (2, 2)


@pytest.mark.parametrize(
    ("text", "target", "place", "value"),
    [
        ("x := 1;", ("x",), "x", "1"),
        ("x = y = 2;", ("x",), "x", "y = 2"),
        ("l.r.f := 1;", ("l", "r", "f"), "l.r.f", "1"),
        ("a[i + f(2)] := 3;", ("a",), "a[i + f(2)]", "3"),
        ('"Odd"."Name" := count(*) FROM t;', ("Odd", "Name"), '"Odd"."Name"', "count(*) FROM t"),
        ("$1 := 3;", ("$1",), "$1", "3"),
    ],
)
def test_an_assignment_has_a_place_and_a_value(text: str, target: tuple[str, ...], place: str, value: str) -> None:
    found = _one(text)

    assert isinstance(found, Assign)
    assert (found.target, found.place.text, found.value.text) == (target, place, value)


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("PERFORM f(1), 2;", ["f(1), 2"]),
        ("RAISE NOTICE 'a % %', b, c(1, 2);", ["b", "c(1, 2)"]),
        ("RAISE 'a' USING HINT = b || c, ERRCODE := d;", ["b || c", "d"]),
        ("RAISE unique_violation USING MESSAGE = a;", ["a"]),
        ("RAISE;", []),
        ("ASSERT a > 1, b;", ["a > 1", "b"]),
    ],
)
def test_expressions_are_taken_out(text: str, values: list[str]) -> None:
    assert _texts(_one(text)) == values


def test_leaving_a_loop_may_have_a_condition() -> None:
    found = _one("LOOP EXIT outside WHEN a; CONTINUE; END LOOP;")

    assert isinstance(found, Loop)
    assert [_texts(statement) for statement in found.body] == [["a"]]


def test_branches_have_their_conditions() -> None:
    found = _one("IF a THEN PERFORM 1; ELSIF (CASE WHEN b THEN c END) THEN ELSE PERFORM 2; END IF;")

    assert isinstance(found, Branch)
    assert [[c.text for c in conditions] for conditions, _ in found.arms] == [["a"], ["(CASE WHEN b THEN c END)"], []]


def test_a_case_compares_its_operand_with_each_list() -> None:
    found = _one("CASE a WHEN 1, 2 THEN PERFORM 1; ELSE NULL; END CASE;")

    assert isinstance(found, Branch)
    assert [[c.text for c in conditions] for conditions, _ in found.arms] == [["(a) IN (1, 2)"], []]


@pytest.mark.parametrize(
    ("head", "kind", "targets", "counter"),
    [
        ("FOR i IN 1..a + 1 LOOP", type(None), [], "i"),
        ("FOR i IN REVERSE b..1 BY 2 LOOP", type(None), [], "i"),
        ("FOR r IN SELECT 1 LOOP", Query, [("r",)], ""),
        ("FOR a, b.c IN SELECT 1, 2 LOOP", Query, [("a",), ("b", "c")], ""),
        ("FOR r IN EXECUTE 'x' USING 1, 2 LOOP", Dynamic, [("r",)], ""),
        ("FOR r IN c LOOP", CursorUse, [("r",)], ""),
        ("FOR r IN c(1, k := 2) LOOP", CursorUse, [("r",)], ""),
    ],
)
def test_the_kinds_of_for(head: str, kind: type, targets: list[tuple[str, ...]], counter: str) -> None:
    found = _one(f"{head} NULL; END LOOP;", "DECLARE c CURSOR (j int, k int) FOR SELECT j, k;")

    assert isinstance(found, Loop)
    assert (type(found.source), list(found.targets), found.counter) == (kind, targets, counter)


def test_execute_takes_into_and_using_in_any_order() -> None:
    first, second = (_one("EXECUTE a INTO x USING b, c;"), _one("EXECUTE a USING b, c INTO STRICT x;"))

    assert isinstance(first, Dynamic)
    assert first == second
    assert ([u.text for u in first.using], first.into) == (["b", "c"], (("x",),))


@pytest.mark.parametrize(
    "text", ["FETCH c INTO x;", "FETCH NEXT FROM c INTO x;", "FETCH RELATIVE -2 IN c INTO x;", "FETCH 3 FROM c INTO x;"]
)
def test_fetch_names_its_cursor(text: str) -> None:
    found = _one(text)

    assert isinstance(found, Fetch)
    assert (found.cursor, found.into) == ("c", (("x",),))


def test_the_kinds_of_return() -> None:
    texts = ["RETURN;", "RETURN a;", "RETURN NEXT a;", "RETURN QUERY SELECT 1;", "RETURN QUERY EXECUTE a USING b;"]
    found = [_one(text) for text in texts]

    assert [(type(f.source), f.value is not None, f.is_next) for f in found if isinstance(f, Return)] == [
        (type(None), False, False),
        (type(None), True, False),
        (type(None), True, True),
        (Query, False, False),
        (Dynamic, False, False),
    ]


def test_declarations() -> None:
    body = read_body(
        "#variable_conflict use_column\n<<b>> DECLARE a CONSTANT numeric(3, 2) NOT NULL := 1; "
        "b text COLLATE \"C\" DEFAULT 'x;'; c ALIAS FOR $1; d NO SCROLL CURSOR (k int) IS SELECT k; e a%TYPE; "
        "f public.t%ROWTYPE; g int[] = '{}'; BEGIN END b"
    )

    assert (body.conflict, body.block.label) == ("use_column", "b")
    assert [(d.name, d.type, d.default.text if d.default else None) for d in body.block.declarations] == [
        ("a", "numeric(3, 2)", "1"),
        ("b", "text", "'x;'"),
        ("c", "", None),
        ("d", "", None),
        ("e", "a%TYPE", None),
        ("f", "public.t%ROWTYPE", None),
        ("g", "int[]", "'{}'"),
    ]
    assert body.block.declarations[2].alias_of == ("$1",)
    cursor = body.block.declarations[3].cursor
    assert cursor is not None
    assert (cursor.parameters, cursor.query.text) == ((("k", "int"),), "SELECT k")


def test_handlers_have_conditions_and_bodies() -> None:
    text = "BEGIN NULL; EXCEPTION WHEN unique_violation OR SQLSTATE '22012' THEN PERFORM a; WHEN OTHERS THEN NULL; END;"
    found = _one(text)

    assert isinstance(found, Block)
    assert [(handler.conditions, len(handler.body)) for handler in found.handlers] == [
        (("unique_violation", "22012"), 1),
        (("others",), 0),
    ]


def test_lines_are_counted_from_one_past_letters_of_several_bytes() -> None:
    body = read_body("\n-- Grüße\nBEGIN\n  PERFORM 'ä\nö', x;\n  RETURN;\nEND")

    assert [statement.line for statement in body.block.body] == [4, 6]


@pytest.mark.parametrize(
    "text", ["", "BEGIN", "BEGIN x := ; END", "BEGIN IF a NULL; END IF; END", "SELECT 1", "BEGIN 'x"]
)
def test_what_is_no_body_is_refused(text: str) -> None:
    with pytest.raises(CannotRead):
        read_body(text)
