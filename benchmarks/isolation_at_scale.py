"""How the time of the isolation proof grows with the number of tables, each attacked as every kind of user."""

from __future__ import annotations

import sys
import time
from pathlib import Path

from benchmarks.measured import Comparison, publish

from seatrial.flows.isolation import isolate
from seatrial.model.narrator import Silent
from seatrial.model.tenancy import Membership, SuperAdministrator, TableRule, Tenancy
from seatrial.pg.statement import execute_script
from seatrial.scratch.server import DATABASE, scratch

#: Half of the tables, and all; twice the tables may take twice the time and a tenth more.
FEW, MANY = 50, 100
LIMIT_SECONDS, LIMIT_RATIO = 20.0, 2.2
ROUNDS = 3

BASE = """
create table public.teams (id uuid primary key default gen_random_uuid(), name text not null);
create table public.members (
  team_id uuid not null references public.teams, user_id uuid not null references auth.users,
  role text not null check (role in ('reader', 'editor')), state text not null check (state in ('active', 'off')),
  primary key (team_id, user_id));
create schema private;
grant usage on schema private to authenticated;
create function private.teams_of_caller(minimum text) returns uuid[]
language sql stable security definer set search_path = '' as $$
  select coalesce(array_agg(team_id), '{}') from public.members
   where user_id = auth.uid() and state = 'active' and (minimum = 'reader' or role = 'editor') $$;
revoke all on public.teams, public.members from anon, authenticated;
grant select on public.teams, public.members to authenticated;
alter table public.teams enable row level security;
alter table public.members enable row level security;
create policy teams_select on public.teams for select to authenticated
  using (id = any ((select private.teams_of_caller('reader'))::uuid[]));
create policy members_select on public.members for select to authenticated
  using (team_id = any ((select private.teams_of_caller('reader'))::uuid[]));
"""
TABLE = """
create table public.{name} (
  id uuid primary key default gen_random_uuid(), team_id uuid not null references public.teams on delete cascade,
  title text not null, amount numeric(10, 2) not null default 0, done boolean not null default false,
  created_at timestamptz not null default now());
create index on public.{name} (team_id);
revoke all on public.{name} from anon, authenticated;
grant select, insert, update, delete on public.{name} to authenticated;
alter table public.{name} enable row level security;
create policy s on public.{name} for select to authenticated
  using (team_id = any ((select private.teams_of_caller('reader'))::uuid[]));
create policy i on public.{name} for insert to authenticated
  with check (team_id = any ((select private.teams_of_caller('editor'))::uuid[]));
create policy u on public.{name} for update to authenticated
  using (team_id = any ((select private.teams_of_caller('editor'))::uuid[]));
create policy d on public.{name} for delete to authenticated
  using (team_id = any ((select private.teams_of_caller('editor'))::uuid[]));
"""
BOSS = SuperAdministrator(claim="app_metadata.super_admin", equals=True)
MEMBERS = Membership(
    table="public.members", tenant="team_id", user="user_id", role="role", roles=("reader", "editor"),
    state="state", active=("active",), inactive=("off",),
)  # fmt: skip


def main() -> int:
    """Print seconds and the ratio; 1 where either is over its limit."""
    rounds = [(_seconds(MANY), _seconds(FEW)) for _ in range(ROUNDS)]
    return publish(
        Path(__file__).stem,
        [
            Comparison(
                name=f"{MANY} tables attacked as every kind of user", ours="the isolation proof", other="the limit",
                unit="s", rounds=tuple((many, LIMIT_SECONDS) for many, _ in rounds), limit=1.0,
                aim=f"below {LIMIT_SECONDS:.0f} s",
            ),
            Comparison(
                name="twice the tables", ours=f"{MANY} tables", other=f"{FEW} tables", unit="s", rounds=tuple(rounds),
                limit=LIMIT_RATIO, aim="twice the time, and a tenth more at most",
            ),
        ],
    )  # fmt: skip


def _seconds(tables: int) -> float:
    names = [f"things_{number}" for number in range(tables)]
    rules = {
        f"public.{name}": TableRule(
            table=f"public.{name}", tenant="team_id", select="reader", insert="editor", update="editor", delete="editor"
        )
        for name in names
    }
    rules["public.teams"] = TableRule(table="public.teams", tenant="id", select="reader")
    rules["public.members"] = TableRule(table="public.members", tenant="team_id", select="reader")
    tenancy = Tenancy(
        tenant_table="public.teams", tenant_key="id", membership=MEMBERS, super_administrator=BOSS, tables=rules
    )
    with scratch("supabase") as server:
        with server.superuser(DATABASE) as connection:
            execute_script(connection, "SET ROLE postgres;" + BASE + "".join(TABLE.format(name=name) for name in names))
        begun = time.perf_counter()
        matrix, _ = isolate(server, DATABASE, tenancy, mutate=False, narrator=Silent())
        seconds = time.perf_counter() - begun
    wrong = [cell for cell in matrix.cells if not cell.agrees]
    print(f"{tables} tables x {len(matrix.world.kinds)} kinds: {len(matrix.cells):,} attempts in {seconds:.1f} s")
    if wrong:
        raise SystemExit(f"the schema is sound, and {wrong[0]} is not")
    return seconds


if __name__ == "__main__":
    sys.exit(main())
