"""`seatrial rehearse`: the first failure with its place, the server's words and the cause in plain ones."""

from __future__ import annotations

import signal
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from rich.cells import cell_len
from tests.acceptance.release import BOATS, CREW

if TYPE_CHECKING:
    from tests.acceptance.console import Console, Program
    from tests.acceptance.release import Release
    from tests.acceptance.target import Target

[FIRST], [SECOND] = BOATS, CREW
PATH = "supabase/migrations/"


def cause(said: str) -> str:
    [line] = [line for line in said.splitlines() if line.strip().startswith("cause: ")]
    return line.strip().removeprefix("cause: ")


def test_a_folder_that_applies(release: Release, seatrial: Console) -> None:
    release.add(BOATS)
    release.add(CREW)
    answer = seatrial("rehearse", code=0)
    assert answer.lines[-1].startswith("✓ Rehearsed: 2 migrations applied from nothing on PostgreSQL 1")
    assert any(line.startswith("next: seatrial deploy") for line in answer.lines)
    assert "20250301000000_boats ... ok" in answer.err

    found = seatrial("rehearse", "--format", "json", code=0).json["result"]
    assert [run["label"] for run in found["execution"]["runs"]] == ["20250301000000_boats", "20250301000100_crew"]
    assert found["platform"] == "supabase"
    assert found["objects"] > 0
    assert len(found["fingerprint"]) == 64
    again = seatrial("rehearse", "--format", "json", code=0).json["result"]
    assert again["fingerprint"] == found["fingerprint"]
    release.add({SECOND: CREW[SECOND].replace("boat integer", "boat integer NOT NULL")})
    assert seatrial("rehearse", "--format", "json", code=0).json["result"]["fingerprint"] != found["fingerprint"]


def test_a_failure_is_shown_as_the_server_said_it_and_where(release: Release, seatrial: Console) -> None:
    release.add(BOATS)
    release.add({
        SECOND: "-- a comment in front\n\n"
        "INSERT INTO public.boats VALUES (1, 'Ådå');\n"
        "/* of the */ INSERT INTO public.boats (id, name)\n  VALUES (1, 'Bea');\n"
    })  # fmt: skip
    answer = seatrial("rehearse", code=1)
    text = answer.out.splitlines()
    at = text.index('✗ 23505 duplicate key value violates unique constraint "boats_pkey"')
    assert text[at + 1] == f"  --> {PATH}{SECOND}:4:14"
    assert text[at + 3 : at + 6] == [
        "4 | /* of the */ INSERT INTO public.boats (id, name)",
        "  |              ^",
        " DETAIL: Key (id)=(1) already exists.",
    ]
    assert text[-1] == "✗ Not ready: 20250301000100_crew does not apply; 1 migration before it did."

    failure = seatrial("rehearse", "--format", "json", code=1).json["result"]["execution"]["failure"]
    assert failure["place"] == {
        "path": f"{PATH}{SECOND}",
        "line": 4,
        "column": 14,
        "source_line": "/* of the */ INSERT INTO public.boats (id, name)",
    }
    assert (failure["sqlstate"], failure["detail"]) == ("23505", "Key (id)=(1) already exists.")


def test_the_caret_stands_where_the_server_points_also_behind_tabs_and_wide_characters(
    release: Release, seatrial: Console
) -> None:
    release.add({FIRST: "SELECT 'ünïcödé' AS a,\n\t\t'⛵' AS b, nmae FROM (SELECT 'x' AS name) AS n;\n"})
    text = seatrial("rehearse", code=1).out.splitlines()
    assert f"  --> {PATH}{FIRST}:2:13" in text
    [shown] = [line for line in text if line.startswith("2 | ")]
    caret = text[text.index(shown) + 1]
    assert cell_len(caret) - 1 == cell_len(shown.partition("nmae")[0]), "on a screen, where some characters are wide"
    assert any(line.strip().startswith("HINT: Perhaps you meant to reference the column") for line in text)


def test_a_failure_inside_a_function_carries_its_context(release: Release, seatrial: Console) -> None:
    release.add({FIRST: "DO $$\nBEGIN\n  PERFORM 1;\n  PERFORM 1 / 0;\nEND\n$$;\n"})
    text = seatrial("rehearse", code=1).out
    assert "✗ 22012 division by zero" in text
    assert "PL/pgSQL function inline_code_block line 4 at PERFORM" in text


def test_a_raised_exception_is_shown_whole(release: Release, seatrial: Console) -> None:
    release.add({
        FIRST: "DO $$ BEGIN RAISE EXCEPTION 'not today' USING DETAIL = E'first\\nsecond', HINT = 'come back', "
        "ERRCODE = 'P0042'; END $$;"
    })  # fmt: skip
    text = seatrial("rehearse", code=1).out.splitlines()
    assert "✗ P0042 not today" in text
    at = text.index(" DETAIL: first")
    assert text[at + 1] == "         second"
    assert text[at + 2] == "   HINT: come back"


# Causes -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        pytest.param(
            "CREATE TABLE public.crew (boat integer REFERENCES public.boats (id));",
            "CREATE TABLE public.boats (id integer PRIMARY KEY);",
            f"'boats' is created by a later file: {PATH}{SECOND}",
            id="table",
        ),
        pytest.param(
            "CREATE TABLE public.boats ();\nSELECT public.count_boats();",
            "CREATE FUNCTION public.count_boats() RETURNS bigint LANGUAGE sql RETURN 1;",
            f"'count_boats' is created by a later file: {PATH}{SECOND}",
            id="function",
        ),
        pytest.param(
            "CREATE TABLE public.boats (id integer);\nCOMMENT ON COLUMN public.boats.name IS 'x';",
            "ALTER TABLE public.boats ADD COLUMN name text;",
            f"'boats.name' is created by a later file: {PATH}{SECOND}",
            id="column",
        ),
        pytest.param(
            "CREATE TABLE public.boats (kind public.boat_kind);",
            "CREATE TYPE public.boat_kind AS ENUM ('sail', 'oar');",
            f"'boat_kind' is created by a later file: {PATH}{SECOND}",
            id="type",
        ),
        pytest.param(
            "CREATE TABLE harbour.boats ();",
            "CREATE SCHEMA harbour;",
            f"'harbour' is created by a later file: {PATH}{SECOND}",
            id="schema",
        ),
        pytest.param(
            "SELECT * FROM public.ships;",
            "CREATE TABLE public.boats ();",
            "no file of this folder creates 'ships'",
            id="nobody's table",
        ),
        pytest.param(
            "CREATE TABLE public.boats ();\n"
            "CREATE POLICY p ON public.boats FOR SELECT TO harbour_master USING (true);",
            "SELECT 1;",
            "no file of this folder creates 'harbour_master'",
            id="nobody's role",
        ),
        pytest.param(
            "CREATE TABLE public.boats (id integer);\nDROP TABLE public.boats;\nSELECT * FROM public.boats;",
            "SELECT 1;",
            f"'boats' is created by {PATH}{FIRST}, but is not to be seen here",
            id="dropped before",
        ),
    ],
)  # fmt: skip
def test_the_cause_is_said(first: str, second: str, expected: str, release: Release, seatrial: Console) -> None:
    release.add({FIRST: first, SECOND: second})
    assert cause(seatrial("rehearse", code=1).out).startswith(expected)


def test_what_the_server_says_of_values_has_no_cause_in_the_folder(release: Release, seatrial: Console) -> None:
    release.add({FIRST: "SELECT 1 / 0;"})
    assert "cause:" not in seatrial("rehearse", code=1).out


def test_an_applied_file_that_was_edited_is_named_with_the_difference(
    release: Release, seatrial: Console, target: Target
) -> None:
    release.add(BOATS)
    seatrial("deploy", *target.unrehearsed, code=0)
    release.add({FIRST: BOATS[FIRST].replace("name text", "title text")})
    release.add({SECOND: "CREATE INDEX boat_name ON public.boats (name);\n"})
    with target.untouched():
        answer = seatrial("rehearse", "--from", target.dsn, code=1)
    # What is pending applies to what the target has, but not to what the folder would make of a new database.
    assert "✗ supabase/migrations/20250301000000_boats.sql: edited since it was applied" in answer.out
    assert "  -CREATE TABLE public.boats (id integer PRIMARY KEY, name text)" in answer.out
    assert "  +CREATE TABLE public.boats (id integer PRIMARY KEY, title text)" in answer.out
    assert '! a fresh replay of the folder fails: 42703 column "name" does not exist' in answer.out
    assert answer.lines[-1].startswith("✗ Rehearsed, but not what the target has: 20250301000000 edited")

    # Without the target nobody can know.
    assert "edited" not in seatrial("rehearse", code=1).out


def test_the_rehearsing_role_is_the_deploying_one_and_no_superuser(release: Release, seatrial: Console) -> None:
    """What a superuser could do is what fails on the platform most often."""
    release.add({FIRST: "CREATE TABLE auth.mine ();\n"})
    answer = seatrial("rehearse", code=1)
    assert "✗ 42501 permission denied for schema auth" in answer.out
    release.add({FIRST: "DO $$ BEGIN ASSERT current_user = 'postgres'; ASSERT session_user = 'postgres'; END $$;"})
    seatrial("rehearse", code=0)


def test_a_plain_postgres_project_has_nothing_of_the_platform(release: Release, seatrial: Console) -> None:
    release.write("seatrial.toml", '[project]\nplatform = "postgres"\nmigrations = "db/changes"\n')
    release.write(f"db/changes/{FIRST}", "SELECT auth.uid();\n")
    answer = seatrial("rehearse", code=1)
    assert '✗ 3F000 schema "auth" does not exist' in answer.out
    assert f"--> db/changes/{FIRST}:1:8" in answer.out
    release.write(f"db/changes/{FIRST}", "CREATE TABLE public.boats ();\n")
    assert seatrial("rehearse", "--format", "json", code=0).json["result"]["platform"] == "postgres"


def test_roles_come_before_the_first_migration(release: Release, seatrial: Console) -> None:
    release.add({FIRST: "CREATE TABLE public.boats ();\nGRANT SELECT ON public.boats TO harbour_master;\n"})
    assert "✗ 42704" in seatrial("rehearse", code=1).out
    release.write("supabase/roles.sql", "CREATE ROLE harbour_master NOLOGIN;\n")
    seatrial("rehearse", code=0)


def test_ctrl_c_ends_a_rehearsal_and_its_scratch(release: Release, program: Program) -> None:
    release.add(BOATS)
    release.add({SECOND: "CREATE TABLE public.where_it_is AS SELECT 1;\nSELECT pg_sleep(30);\n"})
    with program.begin("rehearse", "--format", "json") as running:
        assert running.process.stderr is not None
        said = ""
        while "crew ... " not in said:
            piece = running.process.stderr.read(1)
            assert piece, f"it goes on after {said}"
            said += piece
        servers = {path for path in Path("/proc").glob("[0-9]*") if _parent(path) == running.process.pid}
        running.send(signal.SIGINT)
        answer = running.end()
    assert (answer.code, answer.json["exit_code"]) == (130, 130)
    assert answer.json["result"]["execution"]["ending"] == "interrupted"
    assert servers
    assert not any(path.exists() for path in servers)


def _parent(process: Path) -> int:
    try:
        return int((process / "stat").read_text(encoding="utf-8").rsplit(")", 1)[1].split()[1])
    except (OSError, IndexError):
        return 0
