"""What a function is called with, read from the statement that creates it."""

from __future__ import annotations

import pytest

from seatrial.sql.signature import signature


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("CREATE FUNCTION f() RETURNS int RETURN 1", "f()"),
        ("CREATE OR REPLACE FUNCTION public.f(a uuid, b text) RETURNS int RETURN 1", "public.f(uuid, text)"),
        ("CREATE FUNCTION f(int, b numeric(10, 2) = 1.5) RETURNS int RETURN 1", "f(int, numeric(10, 2) DEFAULT 1.5)"),
        ("CREATE FUNCTION f(IN a int, INOUT b text, OUT c int) LANGUAGE sql AS ''", "f(int, text)"),
        ("CREATE FUNCTION f(a int) RETURNS TABLE (b int) LANGUAGE sql AS ''", "f(int)"),
        ("CREATE FUNCTION f(VARIADIC a text[]) RETURNS int RETURN 1", "f(VARIADIC text[])"),
        ("CREATE PROCEDURE p(a harbour.kind) LANGUAGE sql AS ''", "p(harbour.kind)"),
        ("CREATE TABLE f (id int)", ""),
        ("SELECT f(1); SELECT f(2)", ""),
        ("CREATE FUNCTION f(", ""),
    ],
)
def test_inputs_have_their_types_and_defaults(text: str, expected: str) -> None:
    assert signature(text) == expected
