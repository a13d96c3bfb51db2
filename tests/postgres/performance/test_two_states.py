"""The two copies that queries are asked on: a release that goes through on one of them has to go through on both."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from seatrial.errors import CannotRun
from seatrial.flows.conduct import conduct, folder_for
from seatrial.flows.prove import proving
from seatrial.model.narrator import Silent
from seatrial.model.proof import Verdict
from seatrial.model.wishes import Wishes
from seatrial.model.workload import Observed, Unmeasured

if TYPE_CHECKING:
    from pathlib import Path

    from seatrial.model.workload import WorkloadTiming

BEFORE = "create table public.boats (id bigint generated always as identity primary key, name text, length int);"
WORKLOAD = """
[[workload]]
name = "boats"
role = "service_role"
sql = "{sql}"
limit_ms = 1_000
"""


@pytest.fixture
def release(tmp_path: Path) -> Path:
    """A folder with a past, and a query."""
    folder = tmp_path / "supabase" / "migrations"
    folder.mkdir(parents=True)
    (folder / "20250101000000_before.sql").write_text(f"{BEFORE} grant select on public.boats to service_role;")
    (tmp_path / "seatrial.toml").write_text(WORKLOAD.format(sql="select name from public.boats order by id limit 5"))
    (tmp_path / "supabase" / "config.toml").write_text("")
    return tmp_path


def measured(root: Path, sql: str) -> WorkloadTiming:
    """The query before and after a migration."""
    (root / "supabase" / "migrations" / "20250201000000_after.sql").write_text(sql)
    wishes = Wishes(after="20250101000000", performance=True, forecast=False, rows={"public.boats": 500})
    performance = conduct(root, folder_for(root, wishes), wishes, narrator=Silent()).performance
    assert performance
    [timing] = performance.timings
    return timing


def test_a_role_that_the_server_has_from_the_rehearsal_is_no_obstacle(release: Path) -> None:
    found = measured(release, "create role harbour_master; alter table public.boats add column berth text;")

    assert isinstance(found.before, Observed)
    assert isinstance(found.after, Observed)
    assert found.before.rows == found.after.rows == 5


def test_a_release_that_does_not_go_through_on_rows_says_where_and_why(release: Path) -> None:
    # From within, as what a release adds itself is asked of the generated rows, too.
    found = measured(
        release, "do $$ begin if exists (select from public.boats) then raise 'boats in the way'; end if; end $$;"
    )

    assert isinstance(found.after, Unmeasured)
    assert "20250201000000_after.sql:1:1" in found.after.why
    assert "P0001 boats in the way" in found.after.why


def test_a_query_without_rows_proves_nothing(release: Path) -> None:
    (release / "seatrial.toml").write_text(WORKLOAD.format(sql="select name from public.boats where id < 0"))
    (release / "supabase" / "migrations" / "20250201000000_after.sql").write_text(
        "create index on public.boats (length);"
    )
    wishes = Wishes(after="20250101000000", rows={"public.boats": 500})
    [proof] = proving(release, ["performance"], wishes, narrator=Silent()).proved.proofs

    assert proof.verdict is Verdict.INCONCLUSIVE
    assert any("no row came back" in line for line in proof.missing)


def test_two_statements_are_refused_before_anything_is_measured(release: Path) -> None:
    (release / "seatrial.toml").write_text(WORKLOAD.format(sql="select 1; select pg_sleep(1)"))

    with pytest.raises(CannotRun) as caught:
        proving(release, ["performance"], Wishes(), narrator=Silent())
    assert caught.value.code == "workload.not-one-request"
    assert '"boats"' in caught.value.what
