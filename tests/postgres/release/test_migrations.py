"""The shipped files apply from nothing and onto data, run twice without change, and refuse what is in their way."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING, Any

import psycopg
import pytest
from tests.postgres.release.deployed import CORE, apply, migrations, seed

from seatrial.catalog.read import read
from seatrial.pg.connection import connect

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path
    from typing import LiteralString

    from tests.postgres.release.deployed import Release

    from seatrial.model.catalog import CatalogObject, Identity

PLAIN_UPDATE = "20250124000000"


def test_each_file_may_run_again_at_the_end_and_changes_nothing(release: Release) -> None:
    before = catalog(release)
    for path in [*migrations(), seed()]:
        apply(release.dsn, [path])
        assert catalog(release) == before, path.name


def test_each_file_may_run_again_at_once_and_changes_nothing(clone: Callable[[str], Release]) -> None:
    fresh = clone("postgres")
    for path in migrations():
        apply(fresh.dsn, [path])
        before = catalog(fresh)
        apply(fresh.dsn, [path])
        assert catalog(fresh) == before, path.name


def test_rows_from_before_the_column_get_the_organization_of_their_workflow(clone: Callable[[str], Release]) -> None:
    core = clone("core")
    with_old_runs(core, number=20)
    apply(core.dsn, migrations("20250"))
    assert ask(core, "select count(*), count(distinct organization_id) from public.workflow_execution_logs") == (20, 2)
    assert ask(
        core,
        "select count(*) from public.workflow_execution_logs l"
        " join public.workflow_definitions w on w.id = l.workflow_id where w.organization_id = l.organization_id",
    ) == (20,)


def test_between_the_files_a_run_from_before_can_end_and_new_ones_can_start(clone: Callable[[str], Release]) -> None:
    core = clone("core")
    with_old_runs(core, number=4)
    apply(core.dsn, files_up_to(PLAIN_UPDATE)[:-1])
    assert ask(core, "select count(*) from public.workflow_execution_logs where organization_id is null") == (4,)
    with connect(core.dsn) as connection:
        connection.execute("update public.workflow_execution_logs set status = 'completed'")
        connection.execute(
            "insert into public.workflow_execution_logs (workflow_id) select id from public.workflow_definitions"
        )
    assert ask(core, "select count(*) from public.workflow_execution_logs where organization_id is null") == (0,)


def test_the_loop_that_the_backfill_recommends_fills_in_bounded_steps(clone: Callable[[str], Release]) -> None:
    core = clone("core")
    with_old_runs(core, number=20)
    apply(core.dsn, files_up_to(PLAIN_UPDATE)[:-1])
    recommended = (
        "update public.workflow_execution_logs set organization_id = null"
        " where id in (select id from public.workflow_execution_logs where organization_id is null limit 8)"
    )
    with connect(core.dsn) as connection:
        filled = [connection.execute(recommended).rowcount for _ in range(4)]
    assert filled == [8, 8, 4, 0]


def test_validation_refuses_rows_that_nobody_filled(clone: Callable[[str], Release]) -> None:
    core = clone("core")
    with_old_runs(core, number=1)
    files = [path for path in migrations("20250") if not path.name.startswith(PLAIN_UPDATE)]
    with pytest.raises(psycopg.errors.CheckViolation):
        apply(core.dsn, files)


@pytest.mark.parametrize(
    ("older_table", "complaint"),
    [
        ("create table public.integrations (id bigint primary key, type text)", "table public.integrations exists"),
        ("create table public.integration_types (integration_type text)", "table public.integration_types exists"),
        (
            "create table private.integration_credentials (integration_id uuid, secret text)",
            "table private.integration_credentials exists",
        ),
    ],
    ids=["integrations", "types", "credentials"],
)
def test_an_older_table_of_another_shape_is_refused(
    clone: Callable[[str], Release], older_table: LiteralString, complaint: str
) -> None:
    core = clone("core")
    with connect(core.dsn) as connection:
        connection.execute(older_table)
    with pytest.raises(psycopg.errors.WrongObjectType, match=complaint):
        apply(core.dsn, migrations("20250122000000"))


def test_an_invalid_index_of_the_same_name_is_refused(clone: Callable[[str], Release]) -> None:
    core = clone("core")
    indexes = migrations("20250123000000")
    apply(core.dsn, [*migrations("20250122"), *indexes])
    core.execute_as_superuser(
        "update pg_catalog.pg_index set indisvalid = false"
        " where indexrelid = 'public.idx_active_integrations'::regclass"
    )
    with pytest.raises(psycopg.errors.ObjectNotInPrerequisiteState, match="idx_active_integrations"):
        apply(core.dsn, indexes)


def test_indexes_of_a_table_that_is_not_there_are_skipped_with_a_notice(clone: Callable[[str], Release]) -> None:
    core = clone("core")
    notices: list[str] = []
    with connect(core.dsn) as connection:
        connection.execute("drop table public.crm_events")
        connection.add_notice_handler(lambda notice: notices.append(notice.message_primary or ""))
        for path in [*migrations("20250122"), *migrations("20250123000000")]:
            connection.execute(path.read_bytes())
    assert "table crm_events is not there: its index is skipped" in notices
    assert ask(core, "select to_regclass('public.idx_contacts_name') is not null") == (True,)


def files_up_to(version: str) -> list[Path]:
    """The release's files up to and with that version."""
    return [path for path in migrations("20250") if path.name.split("_")[0] <= version]


def catalog(release: Release) -> dict[Identity, CatalogObject]:
    """Everything that the database is made of, without its rows."""
    with connect(release.dsn) as connection:
        return dict(read(connection).objects)


def ask(release: Release, query: LiteralString) -> tuple[Any, ...] | None:
    """The first row of a query."""
    with contextlib.closing(connect(release.dsn)) as connection:
        return connection.execute(query).fetchone()


def with_old_runs(core: Release, *, number: int) -> None:
    """Two organizations with a workflow each, and runs of both from before the column."""
    assert migrations(CORE)
    with connect(core.dsn) as connection:
        connection.execute(
            """
            with organization as (
                insert into public.organizations (name) values ('One'), ('Two') returning id
            ), workflow as (
                insert into public.workflow_definitions (organization_id, name)
                select id, 'Welcome' from organization returning id
            )
            insert into public.workflow_execution_logs (workflow_id)
            select id from workflow, generate_series(1, %s / 2 + %s %% 2) limit %s
            """,
            [number, number, number],
        )
