"""How near a forecast comes: eight statements, forecast from a stand-in and generated rows, then run on the real table.

The table is 20 times larger than the larger sample that a forecast is made from. Both servers are scratches of one
machine, so that it is the extrapolation that is measured, and not two machines. A forecast counts as its middle: the
geometric mean of its two ends.
"""

from __future__ import annotations

import math
import sys
import tempfile
import time
from pathlib import Path
from typing import LiteralString

from benchmarks.measured import Comparison, publish

from seatrial.flows.conduct import conduct, folder_for
from seatrial.model.narrator import Silent
from seatrial.model.wishes import Wishes
from seatrial.pg.connection import connect
from seatrial.rehearsal.forecast import SAMPLE_ROWS
from seatrial.scratch.server import scratch

FACTOR = 2.0
ROWS = 20 * SAMPLE_ROWS

TARGET: LiteralString = """
create table public.organizations (id integer primary key, name text not null);
insert into public.organizations select n, 'organization ' || n from generate_series(1, 1000) n;
create table public.contacts (
    id bigint primary key,
    organization_id integer not null,
    email text,
    score integer not null,
    note text
);
insert into public.contacts
select n, 1 + n % 1000, 'contact' || n || '@example.org', n % 100, md5(n::text)
from generate_series(1, {rows}) n;
vacuum (analyze) public.organizations;
vacuum (analyze) public.contacts;
"""
STATEMENTS = (
    "create index contacts_by_score on public.contacts (organization_id, score)",
    "alter table public.contacts add constraint contacts_score check (score >= 0)",
    "alter table public.contacts alter email set not null",
    "alter table public.contacts add foreign key (organization_id) references public.organizations (id)",
    "alter table public.contacts add constraint contacts_email unique (email)",
    "alter table public.contacts alter score type bigint",
    "alter table public.contacts add column token uuid default gen_random_uuid()",
    "update public.contacts set note = upper(note)",
)


def release(folder: Path) -> Path:
    """A release with each statement in a file of its own."""
    migrations = folder / "supabase" / "migrations"
    migrations.mkdir(parents=True)
    (folder / "supabase" / "config.toml").write_text('project_id = "forecast"\n', encoding="utf-8")
    for number, statement in enumerate(STATEMENTS, start=1):
        (migrations / f"2026010100{number:02}00_step.sql").write_text(f"{statement};\n", encoding="utf-8")
    return folder


def main() -> int:
    """Print each forecast beside what it took; 1 where one is off by more than the factor."""
    comparisons = []
    with scratch() as server, tempfile.TemporaryDirectory() as place:
        with connect(server.own_dsn()) as target:
            for statement in TARGET.format(rows=ROWS).split(";\n"):
                if statement.strip():
                    target.execute(statement.encode())
        root, wishes = release(Path(place) / "release"), Wishes(start=server.dsn())
        conducted = conduct(root, folder_for(root, wishes), wishes, narrator=Silent())
        forecasts = {one.statement.text: one.forecast for one in conducted.rehearsal.trial.statements}
        with connect(server.own_dsn()) as target:
            for statement in STATEMENTS:
                begun = time.perf_counter()
                target.execute(statement.encode())
                real = time.perf_counter() - begun
                told = forecasts[statement]
                if told is None:
                    raise SystemExit(f"no forecast: {statement}")
                print(f"{told} · really {real:.2f} s · {statement}")
                comparisons.append(off(statement, math.sqrt(told.low * told.high), real))
    return publish(
        Path(__file__).stem, comparisons, figures={"rows": ROWS, "rows of the larger sample": SAMPLE_ROWS}
    )  # fmt: skip


def off(statement: str, forecast: float, real: float) -> Comparison:
    """How many times too long or too short a forecast is, whichever it is: the larger by the smaller."""
    larger, smaller = max(forecast, real), min(forecast, real)
    return Comparison(
        name=statement, ours="the larger of forecast and reality", other="the smaller", unit="s",
        rounds=((larger, smaller),), limit=FACTOR, aim=f"{FACTOR:g} times off at most",
    )  # fmt: skip


if __name__ == "__main__":
    sys.exit(main())
