"""What else a rehearsal can be asked: every failure, a second run, a line of readers, sizes, a time limit."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.acceptance.release import BOATS, CREW

if TYPE_CHECKING:
    from tests.acceptance.console import Console
    from tests.acceptance.release import Release

[FIRST], [SECOND] = BOATS, CREW
ENDING = (
    "✗ Not ready: this folder does not start from zero: 1 relation comes from elsewhere, "
    "and 1 statement fails for another reason."
)
THIRD = "20250301000200_third.sql"


def test_all_failures_in_one_run_causes_before_consequences(release: Release, seatrial: Console) -> None:
    release.add({
        FIRST: "CREATE TABLE public.boats (id nowhere);\n"
        "CREATE INDEX ON public.boats (id);\n"
        "CREATE VIEW public.all_boats AS SELECT * FROM public.boats;\n"
        "SELECT 1 / 0;\n",
        SECOND: "GRANT SELECT ON public.all_boats TO anon;\nCREATE TABLE public.crew ();\n",
    })  # fmt: skip
    answer = seatrial("rehearse", "--keep-going", code=1)
    shown = [line for line in answer.lines if line.startswith("✗ ")]
    assert shown == [
        '✗ 42704 type "nowhere" does not exist',
        "✗ 22012 division by zero",
        "✗ Not ready: 2 statements fail, and 3 more only because of them.",
    ]
    assert " behind: 3 statements fail because of this one" in answer.out

    failures = seatrial("rehearse", "--keep-going", "--format", "json", code=1).json["result"]["execution"]["failures"]
    assert [failure["comes_of"] for failure in failures] == [None, 0, 0, None, 0]
    assert len(seatrial("rehearse", "--format", "json", code=1).json["result"]["execution"]["failures"]) == 0


def test_a_file_that_fails_at_its_end_is_gone_on_from(release: Release, seatrial: Console) -> None:
    release.add({
        FIRST: "CREATE TABLE public.a (id int PRIMARY KEY, b int REFERENCES public.a DEFERRABLE INITIALLY DEFERRED);\n"
        "INSERT INTO public.a VALUES (1, 2);\n",
        SECOND: "SELECT * FROM public.a;\n",
        THIRD: "VACUUM public.nowhere;\n",
    })  # fmt: skip
    failures = seatrial("rehearse", "--keep-going", "--format", "json", code=1).json["result"]["execution"]["failures"]
    assert [(failure["sqlstate"], failure["comes_of"]) for failure in failures] == [
        ("23503", None), ("42P01", 0), ("42P01", -1)
    ]  # fmt: skip


def test_tables_from_elsewhere_are_a_list(release: Release, seatrial: Console) -> None:
    release.add({
        FIRST: "CREATE INDEX ON public.harbours (id);\n",
        SECOND: "ALTER TABLE quays ADD COLUMN depth int;\nCREATE VIEW public.all AS SELECT * FROM public.harbours;\n",
    })  # fmt: skip
    answer = seatrial("rehearse", code=1)
    assert f"  public.harbours  first used in supabase/migrations/{FIRST}:1" in answer.out
    assert f"  public.quays     first used in supabase/migrations/{SECOND}:1" in answer.out
    assert answer.lines[-1] == "✗ Not ready: this folder does not start from zero: 2 relations come from elsewhere."
    assert any(line.startswith("next: seatrial baseline --target") for line in answer.lines)


def test_a_second_run_names_what_fails_and_what_changes(release: Release, seatrial: Console) -> None:
    release.add({
        FIRST: "CREATE TABLE IF NOT EXISTS public.boats (id integer, name text);\n",
        SECOND: "INSERT INTO public.boats VALUES (1, 'Ada');\n",
        THIRD: "ALTER TABLE public.boats ADD CONSTRAINT named CHECK (name <> '');\n",
        "20250301000300_fourth.sql": "ALTER TABLE public.boats ADD CHECK (id > 0);\n",
    })  # fmt: skip
    answer = seatrial("rehearse", "--twice", code=0)
    said = [line for line in answer.lines if "does not run twice" in line]
    assert said[0] == "! 20250301000100_crew does not run twice: 1 rows more, 0 less in public.boats"
    assert said[1].startswith(
        '! 20250301000200_third does not run twice: 42710 constraint "named" for relation "boats" already exists'
    )
    assert "boats_id_check1 on public.boats is unexpected" in said[2]
    assert len(said) == 3
    assert "does not run twice" not in seatrial("rehearse", code=0).out


def test_a_line_of_readers_is_rehearsed(release: Release, seatrial: Console) -> None:
    release.add(BOATS)
    release.add({SECOND: "ALTER TABLE public.boats ADD COLUMN length int;\n"})
    version = FIRST.partition("_")[0]
    words = ("rehearse", "--after", version, "--reader", "4", "--format", "json")
    [stall] = seatrial(*words, code=0).json["result"]["stalls"]
    assert (stall["table"], stall["reader_seconds"]) == ("public.boats", 4)
    # A reader of 4 s: everybody waits for the statement that waits for the reader, unless it gives way.
    assert stall["without_limit"] > 2.5
    assert 2.0 > stall["with_limit"] > 0.2


def test_what_counts_as_deployed_is_what_is_locked(release: Release, seatrial: Console) -> None:
    release.add(BOATS)
    release.add({SECOND: "CREATE INDEX boat_name ON public.boats (name);\n"})
    assert "nobody knows the target's sizes" in seatrial("rehearse", code=0).out, "only the files say so"
    version = FIRST.partition("_")[0]
    answer = seatrial("rehearse", "--after", version, "--rows", "boats=5_000_000", code=0)
    assert "! warns LCK003" in answer.out
    assert "CREATE INDEX CONCURRENTLY boat_name ON public.boats" in answer.out
    assert "5,000,000 rows" in answer.out
    assert seatrial("rehearse", "--after", "1", code=2).error["code"] == "rehearse.no-such-version"


@pytest.mark.parametrize("rows", ["boats", "boats=many", "=5", "boats=-1"])
def test_rows_that_are_no_number_are_refused(release: Release, seatrial: Console, rows: str) -> None:
    release.add(BOATS)
    assert "TABLE=ROWS" in seatrial("rehearse", "--rows", rows, code=2).err


def test_a_statement_that_never_ends_is_named(release: Release, seatrial: Console) -> None:
    release.add({FIRST: "SET statement_timeout = 0;\n\nDO $$ BEGIN LOOP PERFORM pg_sleep(0.1); END LOOP; END $$;\n"})
    answer = seatrial("rehearse", "--time-limit", "0.7", code=1)
    assert "✗ 57014 the statement did not end within 700 ms" in answer.out
    assert f"--> supabase/migrations/{FIRST}:3:1" in answer.out


def test_a_migration_that_drops_its_database_or_ends_its_session_is_named(release: Release, seatrial: Console) -> None:
    release.add({FIRST: "DROP DATABASE postgres WITH (FORCE);\n"})
    assert "✗ 55006 cannot drop the currently open database" in seatrial("rehearse", code=1).out
    release.add({FIRST: "CREATE TABLE public.boats ();\nSELECT pg_terminate_backend(pg_backend_pid());\n"})
    answer = seatrial("rehearse", code=1)
    assert "20250301000000_boats" in answer.lines[-1]
    assert "terminating connection" in answer.out or "connection" in answer.out


def test_a_file_that_was_gone_on_from_is_not_called_ok(release: Release, seatrial: Console) -> None:
    release.add({FIRST: "SELECT 1 / 0;\nSELECT 2 / 0;\n", SECOND: "SELECT 1;\n"})
    said = seatrial("rehearse", "--keep-going", code=1).err
    assert "20250301000000_boats ... 2 statements failed" in said
    assert "20250301000100_crew ... ok" in said


def test_what_fails_for_another_reason_is_shown_beside_what_comes_from_elsewhere(
    release: Release, seatrial: Console
) -> None:
    release.add({
        FIRST: "CREATE INDEX ON public.harbours (id);\nCREATE VIEW public.all AS SELECT * FROM public.harbours;\n",
        SECOND: "GRANT SELECT ON public.all TO anon;\nSELECT 1 / 0;\n",
    })  # fmt: skip
    answer = seatrial("rehearse", "--keep-going", code=1)
    assert [line for line in answer.lines if line.startswith("✗ ")] == [
        "✗ no file of this folder creates these; is a name misspelt, or do they come from elsewhere?",
        "✗ 22012 division by zero",
        ENDING,
    ]
