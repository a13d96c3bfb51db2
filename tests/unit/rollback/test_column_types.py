"""Whether the values of one type survive as another, and how the cast is written."""

from __future__ import annotations

import pytest

from seatrial.rollback.column_types import comparable, converted, survives


@pytest.mark.parametrize(
    ("now", "was"),
    [
        ("integer", "bigint"),
        ("smallint", "numeric"),
        ("integer", "numeric(12,2)"),
        ("numeric(6,2)", "numeric(8,3)"),
        ("numeric(6,2)", "numeric"),
        ("character varying(5)", "character varying(10)"),
        ("character varying(5)", "text"),
        ("app.mood", "text"),
        ("integer[]", "bigint[]"),
        ("integer[]", "text"),
        ("date", "timestamp with time zone"),
        ("timestamp(3) with time zone", "timestamp(6) with time zone"),
        ('"Odd (1)"."type(2)"', '"Odd (1)"."type(2)"'),
    ],
)
def test_everything_survives(now: str, was: str) -> None:
    assert survives(now, was)


@pytest.mark.parametrize(
    ("now", "was"),
    [
        ("bigint", "integer"),
        ("bigint", "numeric(12,2)"),
        ("bigint", "double precision"),
        ("numeric(8,2)", "numeric(8,3)"),
        ("numeric", "numeric(8,3)"),
        ("numeric(3,2)", "integer"),
        ("text", "character varying(10)"),
        ("character varying", "character varying(10)"),
        ("character(5)", "character(6)"),
        ("bit(5)", "bit(6)"),
        ("date", "timestamp(0) without time zone"),
        ("timestamp with time zone", "timestamp without time zone"),
        ("timestamp with time zone", "timestamp(0) with time zone"),
        ("text", "app.mood"),
        ("text", "text[]"),
        ("json", "jsonb"),
        ("double precision", "real"),
        ('"Odd (1)"."type(2)"', '"Odd (1)"."type(3)"'),
    ],
)
def test_something_may_be_lost(now: str, was: str) -> None:
    assert not survives(now, was)


@pytest.mark.parametrize(
    ("now", "was", "written"),
    [
        ("bigint", "integer", "c::integer"),
        ("text", "app.mood", "c::app.mood"),
        ("app.old", "app.mood", "c::text::app.mood"),
        ("app.old[]", "app.mood[]", "c::text::app.mood[]"),
        ("text", "integer[]", "c::integer[]"),
        ("integer[]", "bigint[]", "c::bigint[]"),
        ("bigint", "boolean", "c::integer::boolean"),
        ("boolean", "integer", "c::integer"),
        ("uuid", "bytea", "c::text::bytea"),
    ],
)
def test_a_cast_goes_through_text_where_it_must(now: str, was: str, written: str) -> None:
    assert converted("c", now, was) == written


def test_what_has_no_equality_is_compared_as_something_that_has() -> None:
    assert comparable("c", "integer") == "c"
    assert comparable("c", "json") == "(c)::jsonb"
    assert comparable("c", "json[]") == "(c)::jsonb[]"
    assert comparable("c", "point") == "(c)::text"
