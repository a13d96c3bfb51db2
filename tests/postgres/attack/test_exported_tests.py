"""An attack as pgTAP tests: they pass on a database with the release, and not on one that is a little worse."""

from __future__ import annotations

import json
import re
import subprocess
from typing import TYPE_CHECKING

import pytest
from tests.postgres.attack.stage import BASE, A, B, scene_of, tenancy_of

from seatrial.attack.tables.adding import cells as adding
from seatrial.attack.tables.reading import cells as reading
from seatrial.attack.tables.writing import cells as writing
from seatrial.model.isolation import Matrix, Request
from seatrial.model.tenancy import TableRule
from seatrial.pg.statement import execute_script
from seatrial.report.pgtap import pgtap
from seatrial.report.request import psql_script

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from seatrial.scratch.server import Server

#: With what the export has to cope with: numbers that the server gives, columns that it computes, a table of tables.
RELEASE = """
create table public.notes (
  id bigint generated always as identity primary key, organization_id uuid not null references public.organizations,
  body text not null default 'it''s $q$', shout text generated always as (upper(body)) stored);
create table public.replies (
  id serial primary key, organization_id uuid not null, note bigint not null references public.notes);
grant select, insert, update, delete on public.notes to authenticated;
grant select on public.replies to authenticated;
revoke all on public.notes, public.replies from anon;
alter table public.notes enable row level security;
alter table public.replies enable row level security;
create policy n on public.notes for select to authenticated
  using (organization_id = any ((select private.organizations_of_caller())::uuid[]));
create policy c on public.notes for all to authenticated
  using (organization_id = any ((select private.organizations_of_caller('admin'))::uuid[]));
create policy r on public.replies for select to authenticated
  using (organization_id = any ((select private.organizations_of_caller())::uuid[]));
"""
ROWS = f"""
insert into public.notes (organization_id) values ('{A}'), ('{A}'), ('{B}');
insert into public.replies (organization_id, note) values ('{A}', 1), ('{B}', 3);
"""
TENANCY = tenancy_of(
    TableRule(
        table="public.notes", tenant="organization_id", select="viewer", insert="admin", update="admin", delete="admin"
    ),
    TableRule(table="public.replies", tenant="organization_id", select="viewer"),
)
SPARES = {
    "public.notes": {
        label: json.dumps({"id": 100, "organization_id": tenant, "body": "new"})
        for label, tenant in (("A", A), ("B", B))
    }
}


@pytest.fixture(scope="module")
def exported(second_server: Server) -> str:
    """Of an attack on tables."""
    with scene_of(second_server, "attacked", RELEASE + ROWS, TENANCY, SPARES) as scene:
        cells = tuple(
            cell
            for kind in scene.world.kinds
            for relation in scene.relations.values()
            for probe in (reading, writing, adding)
            for cell in probe(scene, kind, relation)
        )
        rows = {name: [json.dumps(row.content) for row in scene.seeded(name)] for name in TENANCY.tables}
    assert [cell for cell in cells if not cell.agrees] == []
    return pgtap(Matrix(world=scene.world, cells=cells), rows)


@pytest.fixture
def released(second_server: Server) -> Iterator[str]:
    """A database with the release and somebody else's rows in it."""
    dsn = second_server.clone("exported")
    with second_server.superuser("exported") as connection:
        execute_script(
            connection,
            f"create extension pgtap with schema extensions; set role postgres; {BASE}; {RELEASE}; "
            "truncate public.organizations cascade; insert into public.organizations values (gen_random_uuid()); "
            "insert into public.notes (organization_id) select id from public.organizations",
        )
    yield dsn
    second_server.drop("exported")


def tap(dsn: str, text: str, folder: Path) -> tuple[list[str], list[str]]:
    """Lines that are ok, and lines that are not."""
    path = folder / "isolation.sql"
    path.write_text(text, encoding="utf-8")
    done = subprocess.run(
        ["psql", "-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-f", path, dsn], capture_output=True, text=True,
        check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    ok, not_ok = (re.findall(rf"^{word} \d+ - (.*)", done.stdout, re.MULTILINE) for word in ("ok", "not ok"))
    assert f"1..{len(ok) + len(not_ok)}\n" in done.stdout
    return ok, not_ok


@pytest.mark.second_server
def test_every_test_is_ok_where_the_release_is(exported: str, released: str, tmp_path: Path) -> None:
    ok, not_ok = tap(released, exported, tmp_path)

    assert not_ok == []
    assert len(ok) > 40
    assert "viewer: can read rows of own tenant, cannot read rows of another tenant: public.notes" in ok
    assert "admin: can add a row to own tenant: public.notes" in ok


@pytest.mark.second_server
@pytest.mark.parametrize(
    ("weaker", "noticed"),
    [
        (
            "create policy open on public.notes for select to authenticated using (true)",
            "viewer: can read rows of own tenant, cannot read rows of another tenant: public.notes",
        ),
        ("grant update on public.replies to authenticated; create policy u on public.replies for update using (true)",
         "admin: cannot update rows of another tenant, cannot update rows of own tenant: public.replies"),
        ("alter policy c on public.notes with check (true)", "admin: cannot add a row to another tenant: public.notes"),
        ("drop policy n on public.notes", "viewer: can read rows of own tenant, cannot read"),
        ("grant select on public.notes to anon; create policy a on public.notes for select to anon using (true)",
         "anonymous: cannot read rows of another tenant: public.notes"),
    ],
)  # fmt: skip
def test_a_release_that_is_a_little_worse_is_noticed(
    exported: str, released: str, second_server: Server, weaker: str, noticed: str, tmp_path: Path
) -> None:
    with second_server.superuser("exported") as connection:
        execute_script(connection, weaker)

    _, not_ok = tap(released, exported, tmp_path)

    assert [line for line in not_ok if line.startswith(noticed)]


@pytest.mark.second_server
def test_a_request_pasted_into_psql_shows_what_the_attack_saw(second_server: Server) -> None:
    with scene_of(second_server, "pasted", RELEASE + ROWS, TENANCY) as scene:
        viewer = next(kind for kind in scene.world.kinds if kind.name == "viewer")
        script = psql_script(viewer, Request(sql="SELECT count(*) FROM public.notes"))
        scene.session.close()
        command = ["psql", "-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", second_server.dsn("pasted")]
        done = subprocess.run(command, input=script, capture_output=True, text=True, check=False)

    assert (done.stdout, done.stderr) == ("2\n", "")


@pytest.mark.second_server
def test_nothing_of_it_stays(exported: str, released: str, second_server: Server, tmp_path: Path) -> None:
    tap(released, exported, tmp_path)

    with second_server.superuser("exported") as connection:
        left = connection.execute("select count(*) from public.notes").fetchone()
        following = connection.execute("select nextval('public.notes_id_seq')").fetchone()
    assert (left, following) == ((1,), (2,))
