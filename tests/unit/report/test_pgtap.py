"""The shape of a matrix as pgTAP; tests/postgres/attack runs it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from tests.unit.model.matrices import ALLOWED, BLOCKED, UNDECIDED, cell, leak, matrix

from seatrial.report.pgtap import pgtap

if TYPE_CHECKING:
    from seatrial.model.isolation import Cell

ROWS, ELSEWHERE = "the number of rows does not tell it", "the request means another thing elsewhere"
OWN, FOREIGN = "read rows of own tenant", "read rows of another tenant"


def expected(*cells: Cell) -> list[str]:
    """The patterns of the tests."""
    return re.findall(r"'(\^\([^']*\)\$)'", pgtap(matrix(*cells), {}))


@pytest.mark.parametrize(
    ("cells", "pattern"),
    [
        ([cell("viewer", FOREIGN, BLOCKED, detail="42501 permission denied for table contacts")], "^(42501)$"),
        ([cell("viewer", FOREIGN, BLOCKED, detail="0 rows")], "^(0 rows)$"),
        ([cell("viewer", FOREIGN, BLOCKED)], "^(0 rows)$"),
        ([cell("viewer", OWN, ALLOWED, detail="1,200 rows")], "^(1200 rows)$"),
        ([cell("viewer", OWN, ALLOWED, detail="3 rows"), cell("viewer", FOREIGN, BLOCKED)], "^(3 rows)$"),
        ([cell("viewer", "call", ALLOWED, detail="it worked", subject="f()")], "^([0-9]+ rows)$"),
        ([leak()], "^(42501|P0001|0 rows)$"),
        ([cell("viewer", OWN, ALLOWED, detail="3 rows"), leak()], "^(42501|P0001|0 rows|3 rows)$"),
        ([cell("viewer", OWN, BLOCKED, ALLOWED, detail="0 rows")], "^([1-9][0-9]* rows)$"),
        ([cell("viewer", "add a row to own tenant", ALLOWED, detail="1 row", sql="INSERT …")], "^(1 rows|23505)$"),
    ],
)
def test_a_test_tells_what_was_declared_by_how_the_server_answers(cells: list[Cell], pattern: str) -> None:
    assert expected(*cells) == [pattern]


@pytest.mark.parametrize(
    ("left", "why"),
    [
        (cell("viewer", OWN, UNDECIDED, ALLOWED), "it is not decided what comes of it"),
        (cell("viewer", "raise the own role", BLOCKED), ROWS),
        (cell("viewer", FOREIGN, BLOCKED, detail="the same without rows of others"), ROWS),
        (cell("viewer", "call as another", ALLOWED, BLOCKED, subject="f()"), ROWS),
        (cell("viewer", OWN, BLOCKED, sql="SELECT ctid FROM t"), ELSEWHERE),
        (cell("viewer", "become another role", BLOCKED, sql="SET LOCAL ROLE x"), ELSEWHERE),
    ],
)
def test_what_cannot_be_tested_by_it_is_left_out_and_counted(left: Cell, why: str) -> None:
    text = pgtap(matrix(left), {})

    assert "select plan(0);" in text
    assert f"-- left out: 1 cells, as {why}\n" in text


def test_cells_of_one_request_are_one_test_with_all_their_names() -> None:
    text = pgtap(matrix(cell("viewer", OWN, ALLOWED, detail="2 rows"), cell("viewer", FOREIGN, BLOCKED)), {})

    assert "select plan(1);" in text
    assert f"'viewer: can {OWN}, cannot {FOREIGN}: public.contacts'" in text


def test_only_those_who_ask_are_made_and_the_role_is_among_their_settings() -> None:
    text = pgtap(matrix(cell("anonymous", FOREIGN, BLOCKED)), {})

    assert """('anonymous', $q${"request.jwt.claims": "{\\"role\\": \\"anon\\"}", "role": "anon"}$q$)""" in text
    assert "'viewer'" not in text


def test_rows_of_one_shape_go_in_together_and_no_quoting_collides() -> None:
    rows = ['{"id": 1, "note": "$q$"}', '{"id": 2}', '{"id": 3, "note": "$q1$"}']
    text = pgtap(matrix(), {"public.t": rows, "public.empty": []})

    assert f"('public.t', $q2$[{rows[0]},\n{rows[2]}]$q2$)" in text
    assert """('public.t', $q$[{"id": 2}]$q$)""" in text
    assert "public.empty" not in text
