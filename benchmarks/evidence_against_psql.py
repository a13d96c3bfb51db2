"""What it costs to see everything: applying files with all evidence recorded, against `psql -f` of the same files.

Both apply to a fresh clone of the platform on the same running server, in turn: ours as a rehearsal does, ledger and
looks included; psql as a whole process. The folders are the shipped release and 500 generated migrations. The whole
command, which starts Python and a server of its own, is printed beside it.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

from benchmarks.measured import Comparison, publish

from seatrial.flows.folder import read_folder
from seatrial.ledger import write
from seatrial.model.narrator import Silent
from seatrial.pg.connection import connect
from seatrial.rehearsal.record import install
from seatrial.rehearsal.replay import replay
from seatrial.scratch.server import Server, scratch

ROOT = Path(__file__).parents[1]
ROUNDS = 9
LIMIT = 1.5

MIGRATION = """\
create table public.item_{n} (
    id uuid primary key default gen_random_uuid(),
    organization_id uuid not null,
    parent_id uuid references public.item_{parent} (id),
    name text not null check (name <> ''),
    created_at timestamptz not null default now()
);
create index item_{n}_organization on public.item_{n} (organization_id, created_at desc);
alter table public.item_{n} enable row level security;
create policy item_{n}_select on public.item_{n} for select to authenticated
    using (organization_id = (select auth.uid()));
comment on table public.item_{n} is 'Generated.';
create function public.count_item_{n}() returns bigint language sql stable as 'select count(*) from public.item_{n}';
"""


def generated(folder: Path, number: int) -> Path:
    """A release of so many migrations, each on the one before it."""
    migrations = folder / "supabase" / "migrations"
    migrations.mkdir(parents=True)
    (folder / "supabase" / "config.toml").write_text('project_id = "generated"\n', encoding="utf-8")
    for n in range(number):
        text = MIGRATION.format(n=n, parent=max(0, n - 1))
        version = f"{datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=n):%Y%m%d%H%M%S}"
        (migrations / f"{version}_item_{n}.sql").write_text(text, encoding="utf-8")
    return folder


def recorded(server: Server, folder: Path, name: str) -> float:
    """Seconds to apply all of it as a rehearsal does."""
    migrations = read_folder(folder).migrations
    server.clone(name)
    with connect(server.own_dsn(name)) as connection, server.superuser(name) as observer:
        write.create(connection)
        begun = time.perf_counter()
        install(observer)
        execution = replay(connection, observer, migrations, narrator=Silent())
        taken = time.perf_counter() - begun
    server.drop(name)
    if execution.failure:
        raise SystemExit(f"{execution.failure.place}: {execution.failure.message}")
    return taken


def psql(server: Server, folder: Path, name: str) -> float:
    """Seconds of one psql for all files."""
    dsn = server.clone(name)
    files = [part for path in sorted(folder.glob("supabase/migrations/*.sql")) for part in ("-f", str(path))]
    taken = seconds([str(server.installation.bin / "psql"), "-X", "-q", "-v", "ON_ERROR_STOP=1", *files, dsn])
    server.drop(name)
    return taken


def seconds(command: list[str]) -> float:
    """Wall-clock time of a command that must succeed."""
    begun = time.perf_counter()
    subprocess.run(command, check=True, capture_output=True)
    return time.perf_counter() - begun


def compare(server: Server, folder: Path, label: str) -> list[Comparison]:
    """Take the rounds: with evidence, and as a whole command."""
    command = [str(Path(sys.executable).with_name("seatrial")), "rehearse", str(folder)]
    recorded(server, folder, "warm_up")
    rounds = [
        (recorded(server, folder, f"ours_{n}"), psql(server, folder, f"theirs_{n}"), seconds(command))
        for n in range(ROUNDS)
    ]
    return [
        Comparison(
            name=f"{label}, applied with evidence", ours="as a rehearsal does", other="psql -f", unit="s",
            rounds=tuple((ours, theirs) for ours, theirs, _ in rounds), limit=LIMIT, aim=f"{LIMIT} times psql at most",
        ),
        Comparison(
            name=f"{label}, the whole command", ours="seatrial rehearse", other="psql -f", unit="s",
            rounds=tuple((whole, theirs) for _, theirs, whole in rounds),
        ),
    ]  # fmt: skip


def main() -> int:
    """Both folders; 1 where the limit is passed."""
    with scratch() as server, tempfile.TemporaryDirectory() as place:
        comparisons = [
            *compare(server, ROOT, "the shipped release"),
            *compare(server, generated(Path(place) / "generated", 500), "500 generated migrations"),
        ]
    return publish(Path(__file__).stem, comparisons)


if __name__ == "__main__":
    sys.exit(main())
