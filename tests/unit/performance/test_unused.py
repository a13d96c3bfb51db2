"""Which indexes count as unused."""

from __future__ import annotations

from dataclasses import replace

from seatrial.model.workload import Observed, Prepared, Unmeasured, WorkloadQuery, WorkloadTiming
from seatrial.performance.indexes.unused import Index, without_use

QUERY = WorkloadQuery(name="recent", role="authenticated", claims={}, sql="SELECT 1")
SEEN = Observed(
    indexes=(), scanned=(), tables=("public.notes",), milliseconds=1.0, runs=5, buffers=1, rows=1,
)  # fmt: skip
IDLE = Index(
    index="public.notes_made", table="public.notes", valid=True, keeps=False, bytes=8192,
    parts=frozenset({("notes_made", "public.notes")}), serves=frozenset(),
)  # fmt: skip


def _timing(after: Observed | Unmeasured, tables: tuple[tuple[str, int], ...] = ()) -> WorkloadTiming:
    return WorkloadTiming(query=QUERY, before=after, after=after, tables=tables, server="")


def _found(after: Observed | Unmeasured, *indexes: Index) -> list[str]:
    return [one.index for one in without_use(indexes or (IDLE,), [_timing(after)], frozenset())]


def test_an_index_of_no_plan_is_unused() -> None:
    assert _found(SEEN) == ["public.notes_made"]


def test_one_that_was_there_before_the_release_is_not_of_the_release() -> None:
    assert without_use([IDLE], [_timing(SEEN)], {"public.notes_made"}) == ()


def test_any_plan_of_a_query_uses_it() -> None:
    prepared = Prepared(milliseconds=1.0, p99=1.0, indexes=("notes_made",), scanned=())

    assert _found(replace(SEEN, indexes=("notes_made",))) == []
    assert _found(replace(SEEN, custom=prepared)) == []
    assert _found(replace(SEEN, generic=prepared)) == []


def test_an_index_of_the_same_name_in_another_schema_is_another() -> None:
    other = replace(
        IDLE, index="old.notes_made", table="old.notes", parts=frozenset({("notes_made", "old.notes")})
    )  # fmt: skip

    assert _found(replace(SEEN, indexes=("notes_made",)), IDLE, other) == ["old.notes_made"]


def test_one_partition_that_is_used_is_use() -> None:
    parted = replace(IDLE, parts=IDLE.parts | {("notes_1_made_idx", "public.notes_1")})

    assert _found(replace(SEEN, indexes=("notes_1_made_idx",), tables=("public.notes_1",)), parted) == []


def test_what_keeps_a_constraint_or_cannot_be_used_yet_is_left_out() -> None:
    assert _found(SEEN, replace(IDLE, keeps=True), replace(IDLE, valid=False)) == []


def test_the_only_index_that_finds_the_children_of_a_parent_is_used() -> None:
    assert _found(SEEN, replace(IDLE, serves=frozenset({7}))) == []


def test_of_two_that_find_the_same_children_the_larger_is_unused() -> None:
    small = replace(IDLE, serves=frozenset({7}))
    large = replace(small, index="public.notes_large", bytes=81920, parts=frozenset({("notes_large", "public.notes")}))

    assert _found(SEEN, small, large) == ["public.notes_large"]


def test_nobody_knows_what_a_query_uses_that_was_not_measured() -> None:
    failed = Unmeasured(why="57014 canceling statement due to statement timeout")

    assert without_use([IDLE], [_timing(failed, (("public.notes", 5),))], frozenset()) == ()
    assert without_use([IDLE], [_timing(failed, (("public.others", 5),)), _timing(SEEN)], frozenset()) != ()
    assert _found(failed) == []


def test_nobody_knows_what_a_function_uses_whose_plans_cannot_be_seen() -> None:
    assert _found(replace(SEEN, unseen=("notes_of_caller",))) == []


def test_without_a_workload_no_index_is_unused() -> None:
    assert without_use([IDLE], [], frozenset()) == ()
