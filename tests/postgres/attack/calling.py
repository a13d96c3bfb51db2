"""Functions on the stage: what the attack through them finds."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from tests.postgres.attack.stage import A, B, scene_of, tenancy_of

from seatrial.attack.functions import calls
from seatrial.attack.functions.read import read_functions
from seatrial.model.tenancy import TableRule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from seatrial.attack.functions.read import Function
    from seatrial.attack.scene import Scene
    from seatrial.model.isolation import Cell, Kind
    from seatrial.scratch.server import Server

#: A colleague's and a stranger's rows are in all of them; `public.plans` is of nobody.
TABLES = f"""
create table public.notes (
  id uuid primary key default gen_random_uuid(), organization_id uuid not null references public.organizations,
  title text not null, state text not null default 'open', body text, slug text unique);
create table public.tasks (
  id bigint generated always as identity primary key, organization_id uuid not null references public.organizations,
  note_id uuid references public.notes, title text not null);
create table public.profiles (id uuid primary key, name text not null, is_admin boolean not null default false);
create table public.plans (name text primary key, price int);
grant select on public.notes, public.tasks, public.profiles to authenticated;
alter table public.notes enable row level security;
alter table public.tasks enable row level security;
alter table public.profiles enable row level security;
alter table public.plans enable row level security;
create policy n on public.notes for select to authenticated
  using (organization_id = any ((select private.organizations_of_caller())::uuid[]));
create policy t on public.tasks for select to authenticated
  using (organization_id = any ((select private.organizations_of_caller())::uuid[]));
create policy p on public.profiles for select to authenticated using (id = (select auth.uid()));
insert into public.notes (organization_id, title, state, body, slug) values
  ('{A}', 'harbour', 'open', 'tide', 'a-one'), ('{A}', 'harbour', 'done', 'ebb', 'a-two'),
  ('{B}', 'mountain', 'done', 'snow', 'b-one'), ('{B}', 'mountain', 'open', 'ice', 'b-two');
insert into public.tasks (organization_id, note_id, title) select organization_id, id, 'do ' || title from public.notes;
insert into public.profiles (id, name) select user_id, 'user ' || role from public.members;
insert into public.plans values ('free', 0), ('paid', 10);
"""

RULES = (
    TableRule(table="public.notes", tenant="organization_id", select="viewer"),
    TableRule(table="public.tasks", tenant="organization_id", select="viewer"),
    TableRule(table="public.profiles", user="id", select="self", update="self"),
)


@contextmanager
def functions_of(server: Server, name: str, schema: str, **more: object) -> Iterator[tuple[Scene, dict[str, Function]]]:
    """A scene with the tables above and some functions, which are granted to everybody as PostgreSQL does."""
    with scene_of(server, name, TABLES + schema, tenancy_of(*RULES, **more)) as scene:
        yield scene, read_functions(scene.session.connection, scene.tenancy)


def kind_of(scene: Scene, name: str) -> Kind:
    """By its name."""
    return next(one for one in scene.world.kinds if one.name == name)


def all_cells(scene: Scene, functions: dict[str, Function], called: str) -> list[Cell]:
    """Of a function, by its name without arguments, for every kind."""
    [function] = [one for one in functions.values() if one.called == called]
    return [cell for kind in scene.world.kinds for cell in calls.cells(scene, kind, function)]


def twins(head: str, bad: str, good: str) -> str:
    """Two definer functions in PL/pgSQL, `public.bad` and `public.good`, that differ in their bodies."""
    rights = "language plpgsql security definer set search_path = ''"
    bodies = {"bad": bad, "good": good}
    return "".join(f"create function public.{name}{head} {rights} as $$ {body} $$;" for name, body in bodies.items())
