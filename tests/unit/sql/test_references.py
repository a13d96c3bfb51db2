"""Which names of a text may be variables, and how a text is changed without losing its lines."""

from __future__ import annotations

import pytest

from seatrial.sql.reading import as_query, stored_query
from seatrial.sql.references import references, replaced
from seatrial.sql.words import CannotRead


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("SELECT a, b.c, b.*, * FROM t b WHERE d = $1", ["a", "b.c", "b.*", "d"]),
        ("INSERT INTO t (a) VALUES (b) ON CONFLICT (c) DO UPDATE SET a = q.d RETURNING e", ["b", "c", "q.d", "e"]),
        ("UPDATE t SET a = b", ["b"]),
        ("SELECT f(a => b) AS c", ["b"]),
        ("SELECT a AS b FROM t ORDER BY b", ["a"]),
        ("SELECT t.b FROM t ORDER BY b, c", ["t.b", "c"]),
        ("SELECT * FROM t ORDER BY b", []),
        ("SELECT t.b FROM t GROUP BY b", ["t.b", "b"]),
        ("SELECT t.a FROM t UNION SELECT 1 ORDER BY a", ["t.a"]),
    ],
)  # fmt: skip
def test_names_that_may_be_variables(text: str, names: list[str]) -> None:
    assert sorted(".".join(mention.fields) for mention in references(text).mentions) == sorted(names)


def test_relations_are_named_with_their_aliases() -> None:
    found = references("WITH w AS (SELECT 1) SELECT FROM s.t JOIN u AS v ON true, (SELECT 1) q, w")

    assert found.relations == {"t", "u", "v", "q", "w"}


@pytest.mark.parametrize(
    ("text", "width", "constant"),
    [("'x'", 1, "x"), ("'x' || y", 1, None), ("a, b", 2, None), ("a.*, b FROM a", 0, None)],
)
def test_an_expression_has_a_width_and_may_be_a_constant(text: str, width: int, constant: str | None) -> None:
    found = references(text, expression=True)

    assert (found.width, found.constant) == (width, constant)


def test_names_are_replaced_at_their_places() -> None:
    text = "SELECT 'ä', l . v, $1\nFROM t"
    places = {mention.fields: mention.start for mention in references(text).mentions}
    number = references(text).numbers[0][1]

    assert replaced(text, {places["l", "v"]: (2, "x"), number: (1, "y")}) == "SELECT 'ä', x, y\nFROM t"


@pytest.mark.parametrize(
    ("text", "query"),
    [
        ("SELECT 1", "SELECT 1"),
        ("INSERT INTO s.t AS q (a) VALUES (1) ON CONFLICT DO NOTHING RETURNING q.a, 2", "SELECT q.a, 2\nFROM s.t AS q"),
        ("UPDATE t SET a = (SELECT 1 FROM x) FROM u, v WHERE b RETURNING *", "SELECT *\nFROM t, u, v"),
        ("DELETE FROM t USING u WHERE a RETURNING t.b", "SELECT t.b\nFROM t, u"),
    ],
)
def test_a_statement_that_writes_has_the_columns_of_a_query(text: str, query: str) -> None:
    assert as_query(text) == query


def test_what_writes_in_with_is_replaced_as_well() -> None:
    found = as_query("WITH a AS (DELETE FROM t RETURNING b), c AS (SELECT 1) SELECT * FROM a, c")

    assert " ".join(found.split()) == "WITH a AS (SELECT b FROM t ) , c AS (SELECT 1 ) SELECT * FROM a, c"


def test_what_merge_returns_is_not_known() -> None:
    with pytest.raises(CannotRead, match="MERGE"):
        as_query("MERGE INTO t USING u ON a WHEN MATCHED THEN DELETE RETURNING *")


def test_the_query_of_a_stored_table_keeps_its_line() -> None:
    assert stored_query("CREATE TEMP TABLE t\nAS\nSELECT 1 WITH NO DATA") == "\n\nSELECT 1"


def test_text_that_the_grammar_refuses_is_said() -> None:
    with pytest.raises(CannotRead):
        references("SELECT FROM FROM")
