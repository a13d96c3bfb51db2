"""Expressions as the server writes them: what is constant in them, and which columns they speak of."""

from __future__ import annotations

from decimal import Decimal

from seatrial.rows.text import constants, literal, mentions, numbers, with_value


def test_constants_come_unquoted_and_those_of_an_array_one_by_one() -> None:
    expression = r"""((a)::text = ANY ('{x,"y z"}'::text[])) AND (b <> 'it''s'::text) AND (c ~ E'^\\d$'::text)"""

    assert constants(expression) == ('{x,"y z"}', "x", "y z", "it's", r"^\d$")


def test_numbers_are_in_order_whether_quoted_or_bare() -> None:
    assert numbers("((a1 >= 5) AND (a1 <= '-3'::integer) AND (b < 2.5) AND (c <> 'v7'))") == (
        Decimal(-3), Decimal("2.5"), Decimal(5),
    )  # fmt: skip


def test_a_column_is_mentioned_only_as_a_column() -> None:
    assert mentions("(length(name) > 3)", "name")
    assert not mentions("(length(title) > 3)", "length")
    assert not mentions("(title <> 'name'::text)", "name")
    assert not mentions("((a)::text = 'x')", "text")
    assert not mentions("(full_name <> '')", "name")
    assert mentions('("Full ""name""" IS NULL)', '"Full ""name"""')


def test_the_value_of_a_domain_becomes_a_column_outside_of_strings() -> None:
    assert with_value("((VALUE <> 'VALUE'::text) AND (length(VALUE) > 2))", "a") == (
        "((a <> 'VALUE'::text) AND (length(a) > 2))"
    )


def test_a_literal_keeps_quotes_and_backslashes() -> None:
    assert literal("it's") == "'it''s'"
    assert literal(r"\d'") == r"E'\\d'''"
