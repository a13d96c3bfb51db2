"""What a release makes is found with its comment and the place of what made it, however that is written."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from seatrial.flows.folder import read_folder
from seatrial.flows.rehearsal import applied
from seatrial.flows.stage import from_nothing
from seatrial.model.made import made_of
from seatrial.model.narrator import Silent
from seatrial.model.wishes import Wishes

if TYPE_CHECKING:
    from pathlib import Path

    from seatrial.model.documentation import Made

BEFORE = """\
create table public.clubs (id integer primary key);
comment on table public.clubs is 'Who sails together.';
create policy own on public.clubs for select using (true);
"""
RELEASE = """\
create table public.boats (
  id integer primary key,
  "Sail number" text
);
comment on column public.boats.id is 'A number.';
alter table public.clubs add column flag text;
do $$ begin
  create table public.crew (boat integer references public.boats);
  create index crew_boat on public.crew (boat);
end $$;
drop policy own on public.clubs;
create policy own on public.clubs for select using (id > 0);
create function public.f(a integer, b text) returns integer language sql as 'select 1';
create view public.fleet as select id from public.boats;
create table public.log (day date) partition by range (day);
create table public.log_1 partition of public.log for values from ('2026-01-01') to ('2026-02-01');
"""


@pytest.fixture
def made(tmp_path: Path) -> dict[str, Made]:
    """By kind and name, of the second file."""
    migrations = tmp_path / "supabase" / "migrations"
    migrations.mkdir(parents=True)
    (tmp_path / "supabase" / "config.toml").write_text('project_id = "club"\n', encoding="utf-8")
    (migrations / "20260101000000_before.sql").write_text(BEFORE, encoding="utf-8")
    (migrations / "20260102000000_release.sql").write_text(RELEASE, encoding="utf-8")
    folder = read_folder(tmp_path)
    with from_nothing(folder, after="20260101000000", copy=True) as stage:
        done = applied(stage, folder, Wishes(after="20260101000000"), narrator=Silent())
    assert done.catalog is not None
    found = made_of(done.catalog, done.comments, done.trial.statements)
    return {f"{one.kind} {one.name}": one for one in found}


def test_everything_is_found_where_it_is_made(made: dict[str, Made]) -> None:
    places = {name: one.place.line if one.place else 0 for name, one in made.items()}
    assert places == {
        "table public.boats": 1,
        "column public.boats.id": 2,
        'column public.boats."Sail number"': 3,
        "column public.clubs.flag": 6,
        "table public.crew": 8,
        "column public.crew.boat": 8,
        "index public.crew_boat": 9,
        "policy public.clubs.own": 12,
        "function public.f(integer, text)": 13,
        "view public.fleet": 14,
        "column public.fleet.id": 14,
        "table public.log": 15,
        "column public.log.day": 15,
        "table public.log_1": 16,
        "column public.log_1.day": 16,
    }


def test_what_was_there_is_changed_and_keeps_its_comment(made: dict[str, Made]) -> None:
    assert [name for name, one in made.items() if one.changed] == ["policy public.clubs.own"]
    assert made["column public.boats.id"].comment == "A number."
    assert made["policy public.clubs.own"].own_name == "own"
    assert made["index public.crew_boat"].own_name == "crew_boat"


def test_partitions_are_told_from_tables(made: dict[str, Made]) -> None:
    assert [name for name, one in made.items() if one.of_partition] == [
        "column public.log_1.day",
        "table public.log_1",
    ]
