"""Which indexes a plan makes one try."""

from __future__ import annotations

from typing import Any

from seatrial.performance.indexes.candidates import Candidate, candidates

TENANT = "(notes.organization_id = ANY ((InitPlan 1).col1))"


def _scan(condition: str, *, removed: int = 40_000, rows: float = 10, **more: object) -> dict[str, Any]:
    return {
        "Node Type": "Seq Scan", "Schema": "public", "Relation Name": "notes", "Alias": "notes", "Filter": condition,
        "Rows Removed by Filter": removed, "Actual Rows": rows, "Actual Loops": 1, **more,
    }  # fmt: skip


def _above(kind: str, *below: dict[str, Any], **more: object) -> dict[str, Any]:
    return {"Node Type": kind, "Actual Rows": 10, "Actual Loops": 1, "Plans": list(below), **more}


def _keys(plan: dict[str, Any], **written: tuple[str, ...]) -> list[tuple[tuple[str, ...], tuple[str, ...]]]:
    return [(one.keys, one.where) for one in candidates(plan, written)]


def test_the_tenant_comes_first_then_equal_columns_then_the_order() -> None:
    plan = _above("Sort", _scan(f"((notes.stage = 'won'::text) AND {TENANT})"), **{"Sort Key": ["notes.made DESC"]})

    assert _keys(plan)[0] == (("organization_id", "stage", "made DESC"), ())


def test_a_range_comes_last() -> None:
    assert _keys(_scan(f"((notes.made > now()) AND {TENANT})")) == [(("organization_id", "made"), ())]


def test_a_constant_of_the_query_is_the_condition_of_an_index_too() -> None:
    plan = _scan(f"((notes.stage = 'won'::text) AND {TENANT})")

    assert _keys(plan, stage=("won",)) == [
        (("organization_id",), ("stage = 'won'::text",)),
        (("organization_id", "stage"), ()),
    ]


def test_the_value_of_a_parameter_never_gets_into_an_index() -> None:
    plan = _scan(f"((notes.stage = 'secret'::text) AND (NOT notes.done) AND {TENANT})")

    assert "secret" not in str(_keys(plan, stage=("won",)))
    assert all(not where for _, where in _keys(plan))


def test_an_expression_may_have_constants_that_are_written_down() -> None:
    plan = _scan("((notes.facts ->> 'stage'::text) = 'won'::text)")

    assert _keys(plan) == []
    assert candidates(plan, {"": ("stage",)})[0].keys == ("(facts ->> 'stage'::text)",)


def test_what_is_null_is_a_constant_wherever_it_comes_from() -> None:
    assert (("organization_id",), ("gone IS NULL",)) in _keys(_scan(f"((notes.gone IS NULL) AND {TENANT})"))


def test_an_order_may_be_worth_more_than_the_tenant() -> None:
    plan = _above("Sort", _scan(TENANT), **{"Sort Key": ["notes.made DESC", "notes.id"]})

    assert _keys(plan) == [(("organization_id", "made DESC", "id"), ()), (("made DESC", "id"), ())]


def test_a_column_is_in_an_index_once() -> None:
    plan = _above("Sort", _scan(TENANT), **{"Sort Key": ["notes.organization_id DESC"]})

    assert _keys(plan)[0] == (("organization_id",), ())


def test_a_join_is_served_by_its_column() -> None:
    members = {**_scan("(members.user_id = 7)", removed=0), "Relation Name": "members", "Alias": "members"}
    plan = _above("Hash Join", _scan("", removed=0, rows=50_000), members, **{"Hash Cond": "(notes.org = members.org)"})

    assert candidates(plan, {}) == (Candidate(table="public.notes", keys=("org",)),)


def test_a_bitmap_says_below_what_it_looks_for() -> None:
    below = {"Node Type": "Bitmap Index Scan", "Index Name": "notes_stage", "Index Cond": "(notes.stage = 'won'::text)"}
    heap = {**_scan(TENANT), "Node Type": "Bitmap Heap Scan", "Plans": [below]}

    assert (("organization_id", "stage"), ()) in _keys(heap)


def test_few_rows_need_no_index() -> None:
    assert candidates(_scan(TENANT, removed=400), {}) == ()


def test_rows_count_for_each_loop() -> None:
    assert candidates(_scan(TENANT, removed=400, **{"Actual Loops": 20}), {}) != ()


def test_a_plan_has_few_candidates() -> None:
    columns = " AND ".join(f"(notes.c{number} = {number})" for number in range(9))
    plan = _above("Append", *[{**_scan(f"({columns})"), "Relation Name": f"t{number}"} for number in range(9)])

    found = candidates(plan, {})

    assert len(found) <= 6
    assert max(len(one.keys) for one in found) <= 4
