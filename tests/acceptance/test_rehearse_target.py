"""`seatrial rehearse --from TARGET`: on a stand-in, and the target is only looked at."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.acceptance.release import BOATS, CREW

from seatrial.pg.connection import connect

if TYPE_CHECKING:
    from tests.acceptance.console import Console
    from tests.acceptance.release import Release
    from tests.acceptance.target import Target

    from seatrial.scratch.server import Server

[FIRST], [SECOND] = BOATS, CREW
TOKEN = {"20250301000200_token.sql": "ALTER TABLE public.boats ADD COLUMN token uuid DEFAULT gen_random_uuid();\n"}


def deployed(release: Release, seatrial: Console, target: Target, rows: int = 0) -> None:
    """The first file is on the target, with rows."""
    release.add(BOATS)
    seatrial("deploy", *target.unrehearsed, code=0)
    with connect(target.dsn) as connection:
        connection.execute("INSERT INTO public.boats SELECT n, 'b' || n FROM generate_series(1, %s) AS n", [rows])
        connection.execute("ANALYZE public.boats")


def test_what_is_pending_is_rehearsed_on_what_the_target_has(
    release: Release, seatrial: Console, target: Target
) -> None:
    deployed(release, seatrial, target)
    release.add(CREW)
    with target.untouched():
        answer = seatrial("rehearse", "--from", target.dsn, code=0)
    assert "boats ... ok" not in answer.err, "it is there already"
    assert "20250301000100_crew ... ok" in answer.err
    assert "✓ Rehearsed: 1 migration applied to a stand-in for" in answer.lines[-1]


def test_nothing_pending_is_said(release: Release, seatrial: Console, target: Target) -> None:
    deployed(release, seatrial, target)
    assert seatrial("rehearse", "--from", target.dsn, code=0).lines[-1].startswith("✓ Nothing is pending on ")


def test_a_file_that_fits_the_folder_but_not_the_target_is_told_apart(
    release: Release, seatrial: Console, target: Target
) -> None:
    deployed(release, seatrial, target)
    target.execute("ALTER TABLE public.boats RENAME COLUMN name TO title")
    release.add({SECOND: "CREATE INDEX boat_name ON public.boats (name);\n"})
    answer = seatrial("rehearse", "--from", target.dsn, code=1)
    assert '✗ 42703 column "name" does not exist' in answer.out
    assert "although the folder applies from nothing" in answer.lines[-1]
    seatrial("rehearse", code=0)


def test_a_folder_that_fits_the_target_but_cannot_be_replayed_is_told_apart(
    release: Release, seatrial: Console, target: Target
) -> None:
    target.execute("CREATE TABLE public.harbours (id integer PRIMARY KEY)")
    release.add({FIRST: "CREATE TABLE public.boats (harbour integer REFERENCES public.harbours (id));\n"})
    answer = seatrial("rehearse", "--from", target.dsn, code=0)
    assert '! a fresh replay of the folder fails: 42P01 relation "public.harbours" does not exist' in answer.out
    assert answer.lines[-1].startswith("✓ Rehearsed: 1 migration applied to a stand-in")


def test_renamed_and_deleted_files_are_named(release: Release, seatrial: Console, target: Target) -> None:
    release.add(BOATS)
    release.add(CREW)
    seatrial("deploy", *target.unrehearsed, code=0)
    release.remove(FIRST, SECOND)
    release.add({FIRST.replace("boats", "ships"): BOATS[FIRST]})
    answer = seatrial("rehearse", "--from", target.dsn, code=1)
    assert "supabase/migrations/20250301000000_ships.sql: applied as 20250301000000_boats" in answer.out
    assert "✗ 20250301000100_crew: applied, and not in this folder" in answer.out


def test_what_the_deploying_role_may_not_do_is_found_here(release: Release, seatrial: Console, target: Target) -> None:
    deployed(release, seatrial, target)
    with connect(target.dsn.replace("postgres@", "supabase_admin@")) as admin:
        admin.execute("ALTER TABLE public.boats OWNER TO supabase_admin")
    release.add(TOKEN)
    answer = seatrial("rehearse", "--from", target.dsn, code=1)
    assert "✗ 42501 must be owner of table boats" in answer.out


def test_a_rewrite_is_forecast_for_the_rows_that_the_target_has(
    release: Release, seatrial: Console, target: Target
) -> None:
    deployed(release, seatrial, target, rows=3000)
    release.add(TOKEN)
    found = seatrial("rehearse", "--from", target.dsn, "--format", "json", code=0).json["result"]
    [timing] = found["timings"]
    assert timing["statement"]["rows"] == 3000
    assert timing["statement"]["tables"] == ["public.boats"]
    assert 0 < timing["statement"]["low"] < timing["statement"]["high"]
    assert {one["rows"] for one in timing["statement"]["measured"]} == {750, 3000}
    assert found["machine"]["processors"] > 0
    [statement] = found["execution"]["runs"][0]["statements"]
    [lock] = [one for one in statement["evidence"]["locks"] if one["relation"] == "public.boats"]
    assert (lock["mode"], lock["blocks"]) == (8, ["reads", "writes", "schema changes"])
    assert {one["relation"] for one in statement["evidence"]["rewrites"]} == {"public.boats", "public.boats_pkey"}
    assert found["target_server"].startswith("PostgreSQL 1")


def test_rows_that_the_release_would_trip_over_are_counted_only_when_asked(
    release: Release, seatrial: Console, target: Target
) -> None:
    deployed(release, seatrial, target, rows=10)
    target.execute("UPDATE public.boats SET name = NULL WHERE id <= 3")
    release.add({SECOND: "ALTER TABLE public.boats ALTER COLUMN name SET NOT NULL;\n"})
    quiet = seatrial("rehearse", "--from", target.dsn, code=0)
    assert "? existing rows may violate the release in 1 place: --preflight asks the target" in quiet.out
    with target.untouched():
        answer = seatrial("rehearse", "--from", target.dsn, "--preflight", code=1)
    assert "✗ 23502 public.boats has 3 rows whose name is NULL" in answer.out
    assert answer.lines[-1].startswith("✗ Not ready: 1 statement would fail on the rows that ")
    target.execute("UPDATE public.boats SET name = 'x'")
    seatrial("rehearse", "--from", target.dsn, "--preflight", code=0)


def test_no_sample_value_of_the_target_is_shown(release: Release, seatrial: Console, target: Target) -> None:
    deployed(release, seatrial, target)
    with connect(target.dsn) as connection:
        connection.execute("INSERT INTO public.boats SELECT n, 'secret-' || n % 3 FROM generate_series(1, 900) AS n")
        connection.execute("ANALYZE public.boats")
    release.add({
        SECOND: "DO $$ BEGIN RAISE NOTICE 'first: %', (SELECT name FROM public.boats LIMIT 1); END $$;\n"
        "ALTER TABLE public.boats ADD CONSTRAINT short CHECK (length(name) < 3);\n"
        "CREATE INDEX ON public.boats (name);\n"
    })  # fmt: skip
    for words in ((), ("--format", "json"), ("--no-values",), ("--plan", "release.plan")):
        answer = seatrial("rehearse", "--from", target.dsn, *words)
        assert "secret-" not in answer.said
    assert "secret-" not in (release.root / "release.plan").read_text(encoding="utf-8")


def test_an_extension_that_a_scratch_lacks_is_named_with_what_went_with_it(
    release: Release, seatrial: Console, target: Target
) -> None:
    deployed(release, seatrial, target)
    with connect(target.dsn.replace("postgres@", "supabase_admin@")) as admin:
        # As if it were installed here: a scratch has no files of it.
        admin.execute("CREATE EXTENSION hstore SCHEMA extensions")
        admin.execute("UPDATE pg_extension SET extname = 'postgis' WHERE extname = 'hstore'")
    release.add(CREW)
    answer = seatrial("rehearse", "--from", target.dsn, code=0)
    assert "? not on the stand-in: extension postgis" in answer.out


def test_a_target_that_is_not_there_is_an_error_with_a_way_out(release: Release, seatrial: Console) -> None:
    release.add(BOATS)
    error = seatrial("rehearse", "--from", "postgresql://nobody@127.0.0.1:1/none", code=2).error
    assert error["code"] == "target.unreachable"
    assert error["fix"]
    assert seatrial("rehearse", "--from", "prodution", code=2).error["code"].startswith("target.")


@pytest.mark.second_server
def test_what_the_targets_version_does_not_know_is_marked(release: Release, seatrial: Console, second_db: str) -> None:
    """The scratch is 18 and would take it; the target is 15."""
    release.add({FIRST: "CREATE TABLE public.boats (id uuid DEFAULT uuidv7());\n"})
    answer = seatrial("rehearse", "--from", second_db, code=0)
    assert f"! supabase/migrations/{FIRST}:1:1: function uuidv7() (PostgreSQL 18)" in answer.out
    found = seatrial("rehearse", "--from", second_db, "--format", "json", code=0).json["result"]
    assert found["target_server"].startswith("PostgreSQL 15.")
    assert found["server"].startswith("PostgreSQL 18.")


def test_rows_leave_the_target_only_when_a_sample_is_asked_for(
    release: Release, seatrial: Console, target: Target
) -> None:
    release.add(BOATS)
    release.add(CREW)
    seatrial("deploy", *target.unrehearsed, code=0)
    target.execute("INSERT INTO public.boats SELECT n, 'secret-' || n FROM generate_series(1, 500) AS n")
    target.execute("INSERT INTO public.crew SELECT 500 - n FROM generate_series(0, 99) AS n")
    release.add(
        {"20250301000200_number.sql": "ALTER TABLE public.boats ALTER name TYPE integer USING name::integer;\n"}
    )
    seatrial("rehearse", "--from", target.dsn, code=0)
    with target.untouched():
        answer = seatrial("rehearse", "--from", target.dsn, "--sample", "20", code=1)
    assert "✗ 22P02 a row of the sample does not fit" in answer.out
    assert "secret-" not in answer.said

    # Its parents come along with a row, so that a key that is checked again holds.
    release.add({
        "20250301000200_number.sql": "DO $$ BEGIN ASSERT (SELECT count(*) FROM public.crew) = 20;\n"
        "ASSERT (SELECT count(*) FROM public.boats) BETWEEN 20 AND 40; END $$;\n"
        "ALTER TABLE public.crew DROP CONSTRAINT crew_boat_fkey, ADD FOREIGN KEY (boat) REFERENCES public.boats (id);\n"
    })  # fmt: skip
    seatrial("rehearse", "--from", target.dsn, "--sample", "20", code=0)
    assert "give --from as well" in seatrial("rehearse", "--sample", "5", code=2).err


def test_a_dsn_is_never_shown_with_its_password(release: Release, seatrial: Console, target: Target) -> None:
    deployed(release, seatrial, target)
    release.add({SECOND: "SELECT 1 / 0;\n"})
    dsn = target.dsn.replace("postgres@", "postgres:hush-hush@")
    for words in ((), ("--keep-going",), ("--format", "json"), ("--preflight", "--twice")):
        assert "hush-hush" not in seatrial("rehearse", "--from", dsn, *words, code=1).said
    assert "hush-hush" not in seatrial("prove", "--from", dsn, code=1).said


def test_a_size_that_nobody_knows_is_not_taken_for_one(release: Release, seatrial: Console, target: Target) -> None:
    release.add(BOATS)
    seatrial("deploy", *target.unrehearsed, code=0)
    release.add(TOKEN)
    found = seatrial("rehearse", "--from", target.dsn, "--format", "json", code=0).json["result"]
    [timing] = found["timings"]
    assert timing["statement"]["assumed"]
    assert timing["held"]["assumed"]
    answer = seatrial("prove", "safety", "--from", target.dsn, code=1)
    assert "nobody knows how many rows public.boats has" in answer.out


def test_a_role_that_may_not_read_the_ledger_is_told_so(release: Release, seatrial: Console, target: Target) -> None:
    deployed(release, seatrial, target)
    with connect(target.dsn.replace("postgres@", "supabase_admin@")) as admin:
        admin.execute('CREATE ROLE "Odd \'User" LOGIN')
    try:
        answer = seatrial("rehearse", "--from", target.dsn.replace("postgres@", "Odd%20%27User@"), code=2)
    finally:
        with connect(target.dsn.replace("postgres@", "supabase_admin@")) as admin:
            admin.execute('DROP ROLE "Odd \'User"')
    assert answer.error["code"] == "ledger.unreadable"
    assert "log in as the role that deploys" in answer.error["fix"]


def test_a_backfill_before_the_question_makes_the_answer_undecided(
    release: Release, seatrial: Console, target: Target
) -> None:
    deployed(release, seatrial, target, rows=10)
    target.execute("UPDATE public.boats SET name = NULL WHERE id <= 3")
    release.add({
        SECOND: "UPDATE public.boats SET name = 'x' WHERE name IS NULL;\n"
        "ALTER TABLE public.boats ALTER COLUMN name SET NOT NULL;\n"
    })  # fmt: skip
    answer = seatrial("rehearse", "--from", target.dsn, "--preflight", code=0)
    assert "? public.boats has 3 rows whose name is NULL; the release changes its rows before it asks" in answer.out
    assert "INCONCLUSIVE" in seatrial("prove", "safety", "--from", target.dsn, "--preflight", code=1).out


def test_a_table_with_an_odd_name_is_asked_about_too(release: Release, seatrial: Console, target: Target) -> None:
    deployed(release, seatrial, target)
    target.execute(
        'CREATE TABLE public."User data" (id int, plain text); INSERT INTO public."User data" VALUES (1, NULL)'
    )
    release.add({SECOND: 'ALTER TABLE public."User data" ALTER COLUMN plain SET NOT NULL;\n'})
    answer = seatrial("rehearse", "--from", target.dsn, "--preflight", code=1)
    assert "23502" in answer.out


def test_a_plain_database_of_another_role_is_measured_and_run_twice(
    release: Release, seatrial: Console, server: Server
) -> None:
    with server.superuser("template1") as admin:
        admin.execute("CREATE ROLE dep LOGIN; ")
        admin.execute("CREATE DATABASE plain OWNER dep TEMPLATE template1")
        admin.execute("ALTER DATABASE plain SET search_path = mine, public")
    try:
        dsn = server.dsn("plain", "dep")
        with connect(dsn) as connection:
            connection.execute("CREATE SCHEMA mine; CREATE TABLE mine.boats (id int, name text)")
            connection.execute("INSERT INTO boats SELECT n, 'x' FROM generate_series(1, 2000) AS n; ANALYZE boats")
        release.write("seatrial.toml", '[project]\nplatform = "postgres"\n')
        release.add({FIRST: "CREATE TABLE once (a int);\nALTER TABLE boats ADD PRIMARY KEY (id);\n"})
        found = seatrial("rehearse", "--from", dsn, "--twice", "--format", "json", code=0).json["result"]
        assert [one["failure"]["sqlstate"] for one in found["twice"]] == ["42P07"]
        assert found["unmeasured"] == []
        assert found["timings"][0]["statement"]["rows"] == 2000
    finally:
        with server.superuser("template1") as admin:
            admin.execute("DROP DATABASE plain WITH (FORCE)")
            admin.execute("DROP ROLE dep")


def test_a_size_for_a_table_that_is_not_there_is_refused(release: Release, seatrial: Console) -> None:
    release.add(BOATS)
    error = seatrial("rehearse", "--rows", "public.boast=5", code=2).error
    assert (error["code"], error["why"]) == ("rehearse.no-such-table", "there is public.boats")
