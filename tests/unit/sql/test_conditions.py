"""What can be read from the conditions of a plan."""

from __future__ import annotations

import pytest

from seatrial.sql.conditions import Condition, SortKey, conditions, sort_key


def _told(text: str) -> list[tuple[str, str, str]]:
    return [(one.owner, one.key, one.kind) for one in conditions(text)]


def test_each_of_several_conditions_has_its_column_and_its_kind() -> None:
    text = "((NOT n.done) AND n.open AND (n.gone IS NULL) AND (n.status = 'active'::text) AND (n.at >= now()))"

    assert _told(text) == [
        ("n", "done", "is"), ("n", "open", "is"), ("n", "gone", "is"), ("n", "status", "="), ("n", "at", "range"),
    ]  # fmt: skip


def test_a_condition_on_a_constant_can_be_that_of_an_index() -> None:
    found = conditions("((NOT n.done) AND (n.gone IS NULL) AND (n.status = 'active'::text))")

    assert [one.predicate for one in found] == ["NOT done", "gone IS NULL", "status = 'active'::text"]


@pytest.mark.parametrize(
    "answer", ["(InitPlan 1).col1", "$0", "'{1,2}'::integer[]"], ids=["18", "15", "constant"]
)  # fmt: skip
def test_the_tenants_of_a_policy_are_read_on_every_server_version(answer: str) -> None:
    assert _told(f"(notes.organization_id = ANY ({answer}))") == [("notes", "organization_id", "any")]


@pytest.mark.parametrize(
    "text",
    [
        "((ANY (n.org = (hashed SubPlan 2).col1)) OR (n.org = 3))",
        "(hashed SubPlan 2)",
        "EXISTS(SubPlan 1)",
        "(alternatives: SubPlan 1 or hashed SubPlan 2)",
        "(n.a = n.b)",
        "(n.body ~~ '%x%'::text)",
        "of no grammar at all (",
        "",
    ],
)
def test_what_no_index_serves_is_left_out(text: str) -> None:
    assert conditions(text) == ()


def test_a_subplan_beside_other_conditions_does_not_hide_them() -> None:
    assert _told("((hashed SubPlan 2) AND (5 < n.x) AND EXISTS(SubPlan 3))") == [("n", "x", "range")]


def test_a_join_is_a_condition_of_both_sides() -> None:
    found = conditions("(n.org = m.organization)")

    assert [(one.owner, one.key, one.joins) for one in found] == [("n", "org", True), ("m", "organization", True)]


def test_an_expression_is_what_an_index_would_be_over() -> None:
    [found] = conditions("(lower((u.email)::text) = 'ada@example.com'::text)")

    assert (found.key, found.column) == ("(lower(email::text))", "")


def test_a_cast_that_the_server_adds_to_a_varchar_is_the_column() -> None:
    [found] = conditions("((u.\"E-mail\")::text = 'x'::text)")

    assert found == Condition(
        owner="u", key='"E-mail"', column="E-mail", kind="=", constant="x", predicate="\"E-mail\"::text = 'x'::text"
    )


def test_any_other_cast_makes_an_expression() -> None:
    [found] = conditions("((n.made)::date = '2026-01-05'::date)")

    assert (found.key, found.column) == ("(made::date)", "")


def test_a_sort_key_has_its_direction() -> None:
    assert sort_key('n."At" DESC NULLS LAST') == SortKey(owner="n", key='"At"', order="DESC NULLS LAST")
    assert sort_key("lower(n.name)") == SortKey(owner="n", key="(lower(name))", order="")
    assert sort_key("(count(*)) DESC") is None
    assert sort_key("n.a USING ~<~") is None
