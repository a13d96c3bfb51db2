"""Every table of the shipped release gets rows, and the server finds no constraint broken."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.postgres.rows.valid import count, remake_constraints

from seatrial.model.rows import Filled
from seatrial.pg.connection import rows
from seatrial.pg.statement import execute_script
from seatrial.rows.fill import fill

if TYPE_CHECKING:
    from pathlib import Path

    from seatrial.pg.connection import Connection

TABLES = """
SELECT c.oid::regclass::text AS name, quote_ident(n.nspname) || '.' || quote_ident(c.relname) AS qualified
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind IN ('r', 'p') AND n.nspname IN ('public', 'private')
"""


@pytest.fixture
def release(either: Connection, repository: Path) -> Connection:
    """A superuser on a database that has the release."""
    execute_script(either, "SET ROLE postgres")
    for path in sorted((repository / "supabase" / "migrations").glob("*.sql")):
        execute_script(either, path.read_text(encoding="utf-8"))
    execute_script(either, "RESET ROLE")
    return either


def test_every_table_is_filled_and_every_constraint_holds(release: Connection) -> None:
    wanted = {row["qualified"]: 400 for row in rows(release, TABLES)}

    results = fill(release, wanted)

    assert len(wanted) > 25
    assert {result.table: result for result in results if not isinstance(result, Filled)} == {}
    assert {result.table for result in results} >= {*wanted, "auth.users"}
    assert {name: count(release, name) for name in wanted} == dict.fromkeys(wanted, 400)
    assert remake_constraints(release, "public", "private") > 80


def test_a_filled_release_grows(release: Connection) -> None:
    wanted = {row["qualified"]: 30 for row in rows(release, TABLES)}
    fill(release, wanted)

    results = fill(release, dict.fromkeys(wanted, 700))

    assert {result.table for result in results if not isinstance(result, Filled)} == set()
    assert {name: count(release, name) for name in wanted} == dict.fromkeys(wanted, 700)
    remake_constraints(release, "public", "private")


def test_rows_are_spread_over_tenants(release: Connection) -> None:
    fill(release, {"public.contacts": 1000, "public.crm_events": 1000})

    assert count(release, "public.organizations") == 50
    assert count(release, "(SELECT organization_id FROM public.contacts GROUP BY 1) AS o") == 50
    assert count(release, "public.crm_events e JOIN public.contacts c ON c.id = e.contact_id") == 1000
