"""`seatrial prove`: verdicts, of which only PASSED lets a release through."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.acceptance.release import BOATS, CREW

from seatrial.pg.connection import connect

if TYPE_CHECKING:
    from tests.acceptance.console import Console
    from tests.acceptance.release import Release
    from tests.acceptance.target import Target

[FIRST], [SECOND] = BOATS, CREW


def verdicts(seatrial: Console, *words: str, code: int) -> dict[str, str]:
    """Each proof's verdict."""
    found = seatrial("prove", *words, "--format", "json", code=code).json["result"]["proofs"]
    return {proof["name"]: proof["verdict"] for proof in found}


def test_a_sound_release_passes_what_is_asked_for(release: Release, seatrial: Console) -> None:
    release.add({FIRST: BOATS[FIRST].replace("CREATE TABLE", "CREATE TABLE IF NOT EXISTS")})
    assert verdicts(seatrial, "syntax", "order", "safety", code=0) == {
        "syntax": "PASSED", "order": "PASSED", "safety": "PASSED"
    }  # fmt: skip


def test_a_release_without_a_workload_leaves_performance_undecided_and_does_not_pass(
    release: Release, seatrial: Console
) -> None:
    release.add({FIRST: "SELECT 1;\n"})
    found = verdicts(seatrial, code=1)
    assert [name for name, verdict in found.items() if verdict == "INCONCLUSIVE"] == ["performance"]
    assert found["security"] == "NOT_APPLICABLE"
    answer = seatrial("prove", code=1)
    assert "no query of the application is known: [[workload]] in seatrial.toml names them" in answer.out
    assert "✗ Not proved: 4 of 6 claims" in answer.lines[-1]


def test_a_file_that_does_not_parse_fails_syntax_and_leaves_the_rest_undecided(
    release: Release, seatrial: Console
) -> None:
    release.add({FIRST: "CREATE TABEL public.boats ();\n"})
    assert verdicts(seatrial, "syntax", "order", "safety", code=1) == {
        "syntax": "FAILED", "order": "INCONCLUSIVE", "safety": "INCONCLUSIVE"
    }  # fmt: skip


def test_a_body_that_does_not_compile_fails_syntax(release: Release, seatrial: Console) -> None:
    release.add({
        FIRST: "CREATE FUNCTION public.f() RETURNS bigint LANGUAGE plpgsql AS $$\n"
        "BEGIN\n  RETURN (SELECT count(*) FROM public.nowhere);\nEND\n$$;\n"
    })  # fmt: skip
    answer = seatrial("prove", "syntax", code=1)
    assert "✗ syntax FAILED" in answer.out
    assert 'public.f(), line 3: 42P01 relation "public.nowhere" does not exist' in answer.out


def test_a_wrong_order_fails_order(release: Release, seatrial: Console) -> None:
    release.add({FIRST: CREW[SECOND], SECOND: BOATS[FIRST]})
    answer = seatrial("prove", "order", code=1)
    assert '42P01 relation "public.boats" does not exist' in answer.out


def test_a_file_that_does_not_run_twice_fails_safety(release: Release, seatrial: Console) -> None:
    release.add(BOATS)
    answer = seatrial("prove", "safety", code=1)
    assert '20250301000000_boats does not run twice: 42P07 relation "boats" already exists' in answer.out


def test_rows_nobody_asked_for_leave_safety_undecided_and_rows_that_are_wrong_fail_it(
    release: Release, seatrial: Console, target: Target
) -> None:
    release.add(BOATS)
    seatrial("deploy", *target.unrehearsed, code=0)
    with connect(target.dsn) as connection:
        connection.execute(
            "INSERT INTO public.boats SELECT n, NULL FROM generate_series(1, 5) AS n; ANALYZE public.boats"
        )
    release.add({SECOND: "ALTER TABLE public.boats ALTER name SET NOT NULL;\n"})
    assert verdicts(seatrial, "safety", "--from", target.dsn, code=1) == {"safety": "INCONCLUSIVE"}
    assert verdicts(seatrial, "safety", "--from", target.dsn, "--preflight", code=1) == {"safety": "FAILED"}
    with connect(target.dsn) as connection:
        connection.execute("UPDATE public.boats SET name = 'x'")
    assert verdicts(seatrial, "safety", "--from", target.dsn, "--preflight", code=0) == {"safety": "PASSED"}


def test_an_edited_file_fails_order_on_the_target(release: Release, seatrial: Console, target: Target) -> None:
    release.add(BOATS)
    seatrial("deploy", *target.unrehearsed, code=0)
    assert verdicts(seatrial, "order", "--from", target.dsn, code=0) == {"order": "PASSED"}
    release.add({FIRST: BOATS[FIRST].replace("name", "title")})
    assert verdicts(seatrial, "order", "--from", target.dsn, code=1) == {"order": "FAILED"}


@pytest.mark.parametrize("word", ["speed", "SYNTAX", ""])
def test_there_is_no_such_proof(release: Release, seatrial: Console, word: str) -> None:
    release.add(BOATS)
    assert seatrial("prove", word, code=2).error["code"] == "prove.unknown"


def test_tables_that_truncate_empties_without_naming_them_fail_safety(release: Release, seatrial: Console) -> None:
    release.add({name: text.replace("CREATE TABLE", "CREATE TABLE IF NOT EXISTS") for name, text in BOATS.items()})
    release.add({name: text.replace("CREATE TABLE", "CREATE TABLE IF NOT EXISTS") for name, text in CREW.items()})
    release.add({"20250301000200_clear.sql": "TRUNCATE public.boats CASCADE;\n"})
    answer = seatrial("prove", "safety", "--after", SECOND.partition("_")[0], code=1)
    assert "TRUNCATE … CASCADE empties crew, which it does not name" in answer.out


def test_where_nobody_is_kept_apart_security_is_undecided_and_the_others_are_proved(
    release: Release, seatrial: Console
) -> None:
    release.add({FIRST: "CREATE TABLE public.boats (id integer PRIMARY KEY);\n"})
    found = verdicts(seatrial, code=1)
    assert (found["syntax"], found["order"], found["security"]) == ("PASSED", "PASSED", "INCONCLUSIVE")
