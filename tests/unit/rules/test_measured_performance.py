"""Rules that judge what was measured: where their findings stand, and what they say."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from seatrial.model.performance import Gain, Performance, PolicyCost, PolicyFault, ProposedIndex, UnusedIndex
from seatrial.model.speed_trial import SpeedTrial
from seatrial.model.workload import Observed, Unmeasured, WorkloadQuery, WorkloadTiming
from seatrial.rules.run import measure
from seatrial.schema.build import build

if TYPE_CHECKING:
    from tests.unit.rules.conftest import ScriptOf

    from seatrial.model.finding import Finding
    from seatrial.model.source import Script

FIRST = """create table public.notes (id bigint primary key, made timestamptz, body text);
create index notes_made on public.notes (made);
create table public.events (id bigint primary key);
"""
LAST = """drop index public.notes_made;
alter table public.events add column kind text;
comment on table public.notes is 'Notes.';
"""
QUERY = WorkloadQuery(
    name="newest", role="authenticated", claims={}, sql="select 1", index="notes_made", limit_ms=2
)  # fmt: skip
FAST = Observed(
    indexes=("notes_made",), scanned=(), tables=("public.notes",), milliseconds=0.1, runs=9, buffers=4, rows=20
)
SLOW = replace(FAST, indexes=(), scanned=("public.notes",), milliseconds=5.0, buffers=900, removed=19_980)
UNUSED = UnusedIndex(index="public.notes_made", table="public.notes", bytes=409_600)
PROPOSED = ProposedIndex(
    sql="CREATE INDEX notes_made_idx ON public.notes USING btree (made)", table="public.notes", bytes=409_600,
    gains=(Gain(query="newest", caller="member", before=5.0, after=0.1),), inserts_before=9000.0, inserts_after=8000.0,
)  # fmt: skip


def _found(script_of: ScriptOf, found: Performance, *, pending: int = 2) -> list[Finding]:
    scripts: tuple[Script, ...] = (
        script_of(FIRST, "20250122120000_first.sql"), script_of(LAST, "20250123120000_last.sql"),
    )  # fmt: skip
    return list(measure(SpeedTrial(performance=found, schema=build(scripts), scripts=scripts[-pending:])))


def _timing(after: Observed | Unmeasured, before: Observed | Unmeasured = FAST, **more: str) -> WorkloadTiming:
    return WorkloadTiming(query=QUERY, before=before, after=after, tables=(), server="", **more)


def _told(found: list[Finding]) -> list[tuple[str, str, int]]:
    return [(one.code, one.place.path.rpartition("/")[2], one.place.line) for one in found]


def test_an_unused_index_is_found_where_it_is_made(script_of: ScriptOf) -> None:
    files = FIRST.replace("create index", "create  index")
    scripts = (script_of(files, "20250122120000_first.sql"),)

    [found] = measure(SpeedTrial(
        performance=Performance(timings=(), unused=(UNUSED,)), schema=build(scripts), scripts=scripts
    ))  # fmt: skip

    assert (found.code, found.place.line, found.subject) == ("PRF014", 2, "public.notes_made")
    assert found.figures == "410 kB on generated rows"


def test_one_that_no_file_makes_by_name_is_found_where_its_table_is_last_touched(script_of: ScriptOf) -> None:
    other = replace(UNUSED, index="public.made_by_a_loop", table="public.events")

    assert _told(_found(script_of, Performance(timings=(), unused=(other,)))) == [
        ("PRF014", "20250123120000_last.sql", 2)
    ]


def test_a_missing_index_is_ready_to_copy(script_of: ScriptOf) -> None:
    [found] = _found(script_of, Performance(timings=(), proposed=(PROPOSED,)))

    assert found.fix == "CREATE INDEX notes_made_idx ON public.notes USING btree (made);"
    assert found.effect == "newest as member takes 5.00 ms, and 0.10 ms with it"
    assert found.figures == "410 kB, 8,000 rows inserted a second with it instead of 9,000"


def test_a_slower_query_is_found_where_its_index_is_lost(script_of: ScriptOf) -> None:
    found = _found(script_of, Performance(timings=(_timing(SLOW),)))

    assert _told(found) == [(code, "20250123120000_last.sql", 1) for code in ("PRF020", "PRF021", "PRF022")]
    assert len({one.key for one in found}) == 3
    assert all(one.subject == 'query "newest"' for one in found)


def test_kinds_of_user_share_a_finding(script_of: ScriptOf) -> None:
    timings = (_timing(SLOW, caller="member"), _timing(SLOW, caller="admin"), _timing(FAST, caller="service"))

    [first, *_] = _found(script_of, Performance(timings=timings))

    assert first.effect.startswith("as member: 0.10 ms before, 5.00 ms after; reads public.notes")
    assert "; as admin: " in first.effect
    assert "service" not in first.effect


def test_the_fix_is_the_index_that_was_found_missing(script_of: ScriptOf) -> None:
    found = _found(script_of, Performance(timings=(_timing(SLOW),), proposed=(PROPOSED,)))

    assert {one.fix for one in found} == {f"{PROPOSED.sql};"}


def test_the_policy_that_makes_it_slow_is_mended_first(script_of: ScriptOf) -> None:
    cost = PolicyCost(
        query="newest", caller="member", policies=("public.notes.mine",), secured=5.0, bare=0.1, read=9, rows=9,
        bare_rows=9,
    )  # fmt: skip
    fault = PolicyFault(
        kind="per row", policy="mine", table="public.notes", code="PRF001", what="it is called for each row",
        rewrite="alter policy mine on public.notes using (true);", milliseconds=5.0, rewritten=0.3,
    )  # fmt: skip
    faster = replace(fault, rewrite="alter policy mine on public.notes using (false);", rewritten=0.2)
    useless = replace(fault, policy="other", rewrite="alter policy other;", rewritten=4.9)
    elsewhere = replace(fault, policy="theirs", rewrite="alter policy theirs;")

    found = _found(script_of, Performance(
        timings=(_timing(SLOW),), policies=(cost,), faults=(fault, faster, useless, elsewhere), proposed=(PROPOSED,)
    ))  # fmt: skip

    assert {one.fix for one in found if one.code != "PRF018"} == {f"{faster.rewrite}\n{PROPOSED.sql};"}


def test_a_query_whose_tables_no_file_touches_is_found_at_the_last_file(script_of: ScriptOf) -> None:
    elsewhere = replace(SLOW, tables=("public.others",), scanned=("public.others",), indexes=("notes_made",))

    [first, _] = _found(script_of, Performance(timings=(_timing(elsewhere),)), pending=1)

    assert (first.code, first.place.path, first.place.line) == (
        "PRF020", "supabase/migrations/20250123120000_last.sql", 0,
    )  # fmt: skip


def test_a_query_as_fast_as_it_must_be_is_no_finding(script_of: ScriptOf) -> None:
    assert _found(script_of, Performance(timings=(_timing(FAST),))) == []


def test_what_could_not_be_measured_is_no_finding(script_of: ScriptOf) -> None:
    failed = Unmeasured(why="57014 canceling statement due to statement timeout")

    assert _found(script_of, Performance(timings=(_timing(failed),))) == []
    assert [one.code for one in _found(script_of, Performance(timings=(_timing(SLOW, failed),)))] == [
        "PRF021",
        "PRF022",
    ]
