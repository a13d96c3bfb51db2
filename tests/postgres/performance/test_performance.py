"""The queries of the workload: run on generated rows before and after a release, as the role that sends them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from seatrial.flows.conduct import conduct, folder_for
from seatrial.model.narrator import Silent
from seatrial.model.wishes import Wishes
from seatrial.model.workload import Observed, Unmeasured, WorkloadTiming

if TYPE_CHECKING:
    from pathlib import Path

BEFORE = """
create table public.teams (id uuid primary key default gen_random_uuid(), owner uuid not null);
create table public.notes (
    id bigint generated always as identity primary key,
    team_id uuid not null references public.teams,
    written_at timestamptz not null,
    body text not null
);
alter table public.notes enable row level security;
create policy own on public.notes for select to authenticated
    using (exists (select from public.teams t where t.id = team_id and t.owner = (select auth.uid())));
grant select on public.notes, public.teams to authenticated;
"""
AFTER = """
create index notes_latest on public.notes (team_id, written_at desc);
create table public."Tags" (id bigint generated always as identity primary key, word text not null unique);
create function public.latest(team uuid) returns setof public.notes language plpgsql stable as $$
begin
    return query select * from public.notes where team_id = team order by written_at desc limit 10;
end $$;
"""
TEAM, OWNER = "20000000-0000-4000-8000-00000000000a", "10000000-0000-4000-8000-000000000001"
SEED = f"""
insert into public."Tags" (word) values ('new');
insert into public.teams (id, owner) values ('{TEAM}', '{OWNER}') on conflict do nothing;
"""
QUERY = """
[[workload]]
name = "{name}"
role = "{role}"
claims = {{ sub = "{sub}" }}
sql = "{sql}"
params = [{params}]
index = "{index}"
limit_ms = 1_000
"""
LATEST = "select body from public.notes where team_id = $1::uuid order by written_at desc limit 10"


def query(name: str, sql: str = LATEST, *, role: str = "authenticated", sub: str = OWNER, index: str = "",
          params: str = f'"{TEAM}"') -> str:  # fmt: skip
    return QUERY.format(name=name, sql=sql, role=role, sub=sub, index=index, params=params)


@pytest.fixture(scope="module")
def timings(tmp_path_factory: pytest.TempPathFactory) -> dict[str, WorkloadTiming]:
    """All of them in one rehearsal."""
    root: Path = tmp_path_factory.mktemp("release")
    folder = root / "supabase" / "migrations"
    folder.mkdir(parents=True)
    (folder / "20250101000000_before.sql").write_text(BEFORE)
    (folder / "20250201000000_after.sql").write_text(AFTER)
    (root / "supabase" / "seed.sql").write_text(SEED)
    (root / "supabase" / "config.toml").write_text("")
    (root / "seatrial.toml").write_text(
        query("latest", index="notes_latest")
        + query("of_a_stranger", sub="10000000-0000-4000-8000-000000000009")
        + query("through_a_function", "select body from public.latest($1::uuid)", index="notes_latest")
        + query("of_a_new_table", 'select word from public.\\"Tags\\" where word = $1', params='"new"')
        + query("purge", "delete from public.notes where body like 'v%'", role="service_role", params="")
        + query("forbidden", "select email from auth.users", params="")
        + query("count", "select id from public.notes", role="service_role", params="")
    )
    wishes = Wishes(after="20250101000000", performance=True, rows={"public.notes": 3_000})
    conducted = conduct(root, folder_for(root, wishes), wishes, narrator=Silent())
    assert conducted.performance
    return {one.query.name: one for one in conducted.performance.timings}


def test_an_index_of_the_release_is_used_after_it_and_not_before(timings: dict[str, WorkloadTiming]) -> None:
    found = timings["latest"]

    assert isinstance(found.before, Observed)
    assert isinstance(found.after, Observed)
    assert "notes_latest" not in found.before.indexes
    assert "public.notes" in found.before.scanned
    assert "notes_latest" in found.after.indexes
    assert "public.notes" not in found.after.scanned
    assert found.uses_its_index
    assert found.within_limit
    assert found.before.rows == found.after.rows == 10
    assert found.after.buffers < found.before.buffers


def test_the_figures_say_what_they_are_for(timings: dict[str, WorkloadTiming]) -> None:
    assert timings["count"].tables == (("public.notes", 3_000),)
    assert ("public.notes", 3_000) in timings["through_a_function"].tables
    assert timings["count"].server.startswith("PostgreSQL ")


def test_a_query_runs_as_its_role_so_that_policies_hold(timings: dict[str, WorkloadTiming]) -> None:
    found = timings["of_a_stranger"]

    assert isinstance(found.after, Observed)
    assert found.after.rows == 0


def test_what_runs_inside_a_function_is_seen_too(timings: dict[str, WorkloadTiming]) -> None:
    found = timings["through_a_function"]

    assert isinstance(found.before, Unmeasured)
    assert found.before.why.startswith("42883 ")
    assert isinstance(found.after, Observed)
    assert "notes_latest" in found.after.indexes


def test_a_query_of_a_table_that_is_new_has_no_before(timings: dict[str, WorkloadTiming]) -> None:
    found = timings["of_a_new_table"]

    assert found.before == Unmeasured(why='42P01 relation "public.Tags" does not exist')
    assert isinstance(found.after, Observed)
    assert found.after.rows == 1
    assert found.tables == (('public."Tags"', 20_000),)


def test_what_a_query_changes_is_undone_each_time(timings: dict[str, WorkloadTiming]) -> None:
    purged, counted = timings["purge"], timings["count"]

    assert isinstance(purged.before, Observed)
    assert isinstance(counted.after, Observed)
    assert purged.before.rows == 3_000
    assert counted.after.rows == 3_000


def test_a_query_that_is_refused_says_why(timings: dict[str, WorkloadTiming]) -> None:
    assert timings["forbidden"].after == Unmeasured(why="42501 permission denied for table users")
    assert timings["forbidden"].within_limit is None
