"""Texts as a server could print them, and as it prints them again; tests/postgres/catalog asks a real one."""

from __future__ import annotations

import pytest

from seatrial.catalog.settled_text import settled


@pytest.mark.parametrize(
    ("printed", "again"),
    [
        ("(((a >= 1) AND (a <= 5)) AND b)", "((a >= 1) AND (a <= 5) AND b)"),
        ("(((a < 1) OR (a > 5)) OR b)", "((a < 1) OR (a > 5) OR b)"),
        ("((((a AND b) AND c) AND d) AND e)", "(a AND b AND c AND d AND e)"),
        ("(((a AND b) AND c) OR ((d AND e) AND f))", "((a AND b AND c) OR (d AND e AND f))"),
        ("(((s)::text = ANY ((ARRAY['x'::x])::text[])) AND b)", "(((s)::text = ANY (ARRAY[('x'::x)::text])) AND b)"),
        ('((ARRAY[1, f(2, 3)])::"My t"."n u"(3,2)[])', '(ARRAY[(1)::"My t"."n u"(3,2), (f(2, 3))::"My t"."n u"(3,2)])'),
        ("((ARRAY[((a AND b) AND c)])::t[])", "(ARRAY[((a AND b AND c))::t])"),
    ],
)
def test_what_the_server_would_print_again_is_printed(printed: str, again: str) -> None:
    assert settled(printed) == again
    assert settled(again) == again


@pytest.mark.parametrize(
    "text",
    [
        "",
        "(b AND ((a >= 1) AND (a <= 5)))",
        "(((a >= 1) AND (a <= 5)) OR b)",
        "((NOT (a AND b)) AND c)",
        "((a, b) AND c)",
        "(sum(a) OVER (ORDER BY b ROWS BETWEEN 1 PRECEDING AND 2 FOLLOWING) AND b)",
        "((ROWS BETWEEN 1 AND 2) AND b)",
        "((SELECT a AND b) AND c)",
        "('((a AND b) AND c)' = \"((a AND b) AND c)\")",
        "('\\' || '((a AND b) AND c)')",
        "((ARRAY[ARRAY['x'::character varying]])::text[])",
        "((ARRAY['x'::text])::text)",
        "(ARRAY['x'::text] || a)",
        "((a AND b) AND",
        ")]((a",
    ],
)
def test_everything_else_stays_as_it_is(text: str) -> None:
    assert settled(text) == text
