"""Indexes of the shipped release are built before its files: planned, shown, deployed, and found by the files."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest
from psycopg.errors import UniqueViolation

from seatrial.flows.folder import read_folder
from seatrial.flows.plan import planned
from seatrial.ledger import write
from seatrial.ledger.apply import apply_all
from seatrial.model.execution import Ending
from seatrial.model.narrator import Silent
from seatrial.pg.connection import connect
from seatrial.project.plan_file import read_plan

if TYPE_CHECKING:
    from pathlib import Path

    from tests.acceptance.console import Console
    from tests.acceptance.release import Release
    from tests.acceptance.target import Target

#: What the target has, and the file whose indexes are built ahead of it.
PAST, INDEXES = 4, "20250123000000"
VALID = (
    "SELECT count(*) AS n FROM pg_index AS i JOIN pg_class AS c ON c.oid = i.indexrelid "
    "WHERE i.indisvalid AND c.relname LIKE 'idx_contacts_%'"
)


@pytest.fixture
def shipped(release: Release, target: Target, repository: Path) -> Release:
    """The shipped release up to its indexes, on a target that has the schema before it."""
    for name in ("supabase", "seatrial.toml"):
        place = repository / name
        copy = shutil.copytree if place.is_dir() else shutil.copy
        copy(place, release.root / name)
    for path in release.migrations.glob("*.sql"):
        if path.name.partition("_")[0] > INDEXES:
            path.unlink()
    with connect(target.dsn) as connection:
        write.create(connection)
        past = read_folder(release.root).migrations[:PAST]
        assert apply_all(connection, past, {}, Silent()).ending is Ending.COMPLETE
        # Nobody has to run it on a million rows to know that there are none.
        connection.execute("ANALYZE")
    return release


def test_the_plan_builds_the_indexes_of_the_shipped_release_ahead(
    shipped: Release, seatrial: Console, target: Target
) -> None:
    answer = seatrial("rehearse", "--from", target.dsn, "--plan", "release.plan", code=0)

    plan = read_plan(shipped.root / "release.plan")
    ahead = [step for step in plan.steps if step.kind == "ahead"]
    assert [step.number for step in ahead] == list(range(1 - len(ahead), 1))
    assert {step.version for step in ahead} == {INDEXES}
    assert {"public.idx_contacts_name", "public.idx_opportunities_open"} <= {step.index for step in ahead}
    # That of the table which the release itself makes is not among them.
    assert "public.idx_active_integrations" not in {step.index for step in ahead}
    assert all(step.forecast and step.sql.startswith("CREATE INDEX CONCURRENTLY IF NOT EXISTS") for step in ahead)
    [itself] = [step for step in plan.steps if step.version == INDEXES and step.kind == "transaction"]
    assert itself.held is None or itself.held[1] < 1
    assert "public.idx_contacts_name is built ahead of" in answer.out
    assert "LCK003" not in answer.out

    migrations = [one for one in read_folder(shipped.root).migrations if one.version not in target.versions()]
    with connect(target.dsn) as connection:
        execution = apply_all(connection, planned(plan, migrations, "release.plan"), {}, Silent())
    assert execution.ending is Ending.COMPLETE
    assert target.value(VALID) == 3
    assert INDEXES in target.versions()


def test_it_is_in_the_json_too(release: Release, seatrial: Console, target: Target) -> None:
    target.execute("CREATE TABLE public.boats (id integer PRIMARY KEY, name text)")
    release.add({"20250301000000_index.sql": "CREATE INDEX IF NOT EXISTS boats_name ON boats (name);\n"})

    answer = seatrial("rehearse", "--from", target.dsn, "--format", "json", code=0)

    body = answer.json["result"]
    [one] = body["ahead"]
    assert (one["index"], one["place"]["line"]) == ("public.boats_name", 1)
    assert one["sql"] == "CREATE INDEX CONCURRENTLY IF NOT EXISTS boats_name ON public.boats USING btree (name)"
    assert "LCK003" not in {each["code"] for each in body["findings"]}


def test_a_name_that_another_index_has_stops_it(release: Release, seatrial: Console, target: Target) -> None:
    target.execute(
        "CREATE TABLE public.boats (id integer PRIMARY KEY, name text); CREATE TABLE public.crew (name text);"
        "CREATE INDEX boats_name ON public.crew (name)"
    )
    release.add({"20250301000000_index.sql": "CREATE INDEX IF NOT EXISTS boats_name ON boats (name);\n"})

    answer = seatrial("rehearse", "--from", target.dsn, "--plan", "release.plan", code=1)

    assert answer.lines[-1] == "✗ Not ready: something else has the name of boats_name."
    assert "✗ index boats_name will not be made: the name is taken by an index of" in answer.out
    assert not (release.root / "release.plan").exists()


def test_an_index_ahead_that_was_taken_out_of_the_file_does_not_stay_invalid(
    release: Release, seatrial: Console, target: Target
) -> None:
    target.execute("CREATE TABLE public.boats (name text); INSERT INTO public.boats VALUES ('a'), ('a')")
    with connect(target.dsn) as connection:
        write.create(connection)
        with pytest.raises(UniqueViolation):
            connection.execute("CREATE UNIQUE INDEX CONCURRENTLY boats_name ON public.boats (name)")
        # As a build ahead that fails leaves it.
        connection.execute(
            "INSERT INTO seatrial.steps (version, step, content_digest, done, position)"
            " VALUES ('20250301000000', 0, 'of another file', false, 'public.boats_name')"
        )
    release.add({"20250301000000_index.sql": "ALTER TABLE public.boats ADD COLUMN length int;\n"})

    answer = seatrial("deploy", "--unrehearsed", "--target", target.dsn, "--yes", target.name, code=0)

    assert (
        "dropped index public.boats_name (INVALID), which an earlier run left and no file wants any more" in answer.err
    )
    assert target.value("SELECT count(*) AS n FROM pg_class WHERE relname = 'boats_name'") == 0
    assert target.value("SELECT count(*) AS n FROM seatrial.steps") == 0
