"""`seatrial prove security` and `verify --live-isolation`: what a person sees, the good way and the bad ones."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from tests.acceptance.club import CLUB, DECLARED, LOGBOOK, OPEN_LOGBOOK

if TYPE_CHECKING:
    from tests.acceptance.console import Console
    from tests.acceptance.release import Release
    from tests.acceptance.target import Target

QUICK = "--no-mutants"


@pytest.fixture
def club(release: Release) -> Release:
    """A folder in which everything is as declared."""
    release.add(CLUB | LOGBOOK)
    release.write("seatrial.toml", DECLARED)
    return release


@pytest.mark.usefixtures("club")
def test_what_is_closed_is_proved_and_every_weaker_release_is_noticed(seatrial: Console) -> None:
    answer = seatrial("prove", "security", code=0)
    assert "✓ security PASSED" in answer.out
    assert "✓ 100 %: " in answer.out
    assert "mutants that mean something were caught" in answer.out
    assert "· left out: how long an answer takes" in answer.out
    assert "as skipper:" in answer.err
    assert answer.lines[-1] == "✓ Proved: 1 claim of 1."


def test_a_leak_is_shown_with_the_request_that_shows_it(release: Release, seatrial: Console) -> None:
    release.add(CLUB | OPEN_LOGBOOK)
    release.write("seatrial.toml", DECLARED)
    answer = seatrial("prove", "security", QUICK, code=1)
    assert "can read rows of another tenant: public.logbook" in answer.out
    assert 'SET LOCAL ROLE "authenticated";' in answer.out
    assert "SELECT id, club_id, entry FROM public.logbook;" in answer.out
    assert "GET /rest/v1/logbook?select=*" in answer.out
    found = json.loads(seatrial("prove", "security", QUICK, "--format", "json", code=1).out)
    [proof] = found["result"]["proofs"]
    assert proof["verdict"] == "FAILED"
    leaks = [cell for cell in found["result"]["isolation"]["cells"] if cell["expected"] != cell["observed"]]
    assert {cell["subject"] for cell in leaks} == {"public.logbook"}
    [read] = {cell["request"]["sql"] for cell in leaks if cell["action"] == "read rows of another tenant"}
    assert read == "SELECT id, club_id, entry FROM public.logbook"
    assert all(cell["request"]["sql"] for cell in leaks)


def test_what_nobody_declared_can_fail_but_not_pass(release: Release, seatrial: Console) -> None:
    release.add(CLUB | LOGBOOK)
    answer = seatrial("prove", "security", QUICK, code=1)
    assert "? security INCONCLUSIVE" in answer.out
    assert "nobody has declared it" in answer.out
    release.add(OPEN_LOGBOOK)
    assert "✗ security FAILED" in seatrial("prove", "security", QUICK, code=1).out


def test_where_there_are_no_tenants_none_are_made_up(release: Release, seatrial: Console) -> None:
    release.add({"20250301000000_boats.sql": "CREATE TABLE public.boats (id integer PRIMARY KEY, name text);\n"})
    answer = seatrial("prove", "security", QUICK, code=2)
    assert answer.error["code"] == "tenancy.none"
    assert "[tenancy]" in answer.error["fix"] + answer.err


def test_a_tenancy_that_names_what_is_not_there_is_refused(club: Release, seatrial: Console) -> None:
    club.write("seatrial.toml", DECLARED.replace("public.logbook", "public.logbok"))
    answer = seatrial("prove", "security", QUICK, code=2)
    assert answer.error["code"] == "tenancy.no-such-table"
    assert "public.logbook" in answer.error["why"]


def test_a_table_that_nobody_declared_keeps_it_from_passing(club: Release, seatrial: Console) -> None:
    club.write("seatrial.toml", DECLARED.partition('[tenancy.tables."public.logbook"]')[0])
    answer = seatrial("prove", "security", QUICK, code=1)
    assert "public.logbook" in answer.out


def test_what_changes_for_whom_is_said_without_sql(club: Release, seatrial: Console) -> None:
    answer = seatrial("prove", "security", QUICK, "--after", "20250301000000", code=1)
    assert "New: skippers, mates" in answer.out
    assert "logbook" in answer.out.partition("New: ")[2].splitlines()[0]
    assert club.root.is_dir()


def test_the_attempts_are_exported_as_tests(club: Release, seatrial: Console) -> None:
    answer = seatrial("prove", "security", QUICK, "--export", "pgtap", code=1)
    assert "supabase/tests/isolation.sql" in answer.out
    text = (club.root / "supabase/tests/isolation.sql").read_text(encoding="utf-8")
    assert "select plan(" in text.lower()
    assert "public.logbook" in text
    refused = seatrial("prove", "syntax", "--export", "pgtap", code=2)
    assert refused.error["code"] == "prove.nothing-to-export"


def test_a_target_is_attacked_by_reading_and_nothing_remains(club: Release, seatrial: Console, target: Target) -> None:
    seatrial("deploy", *target.unrehearsed, code=0)
    with target.untouched():
        answer = seatrial("verify", "--live-isolation", *target.agreed, code=0)
    assert "Isolated: none of" in answer.lines[-1]
    assert "· left out: functions, sequences, TRUNCATE" in answer.out
    assert target.value("SELECT count(*) FROM public.clubs") == 0
    assert club.root.is_dir()


@pytest.mark.usefixtures("club")
def test_a_leak_on_the_target_is_found_on_rows_that_are_there(seatrial: Console, target: Target) -> None:
    seatrial("deploy", *target.unrehearsed, code=0)
    target.execute("ALTER POLICY reading ON public.logbook USING (true)")
    with target.untouched():
        answer = seatrial("verify", "--live-isolation", *target.agreed, code=1)
    assert "can read rows of another tenant: public.logbook" in answer.out
    assert "Not isolated" in answer.lines[-1]


@pytest.mark.usefixtures("club")
def test_nobody_attacks_a_target_without_being_asked(seatrial: Console, target: Target) -> None:
    seatrial("deploy", *target.unrehearsed, code=0)
    assert seatrial("verify", "--live-isolation", "--target", target.dsn, code=2).error["code"] == "ask.no-terminal"


def test_a_trigger_that_could_call_out_never_fires_on_a_target(
    club: Release, seatrial: Console, target: Target
) -> None:
    club.add(
        {
            "20250301000200_trigger.sql": """\
CREATE SEQUENCE public.calls;
CREATE FUNCTION private.call_out() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
begin perform nextval('public.calls'); return new; end $$;
CREATE TRIGGER call_out BEFORE INSERT ON public.logbook FOR EACH ROW EXECUTE FUNCTION private.call_out();
"""
        }
    )
    seatrial("deploy", *target.unrehearsed, code=0)
    answer = seatrial("verify", "--live-isolation", *target.agreed, code=0)
    # A number that was drawn is not given back by any rollback.
    assert not target.value("SELECT is_called FROM public.calls")
    assert "public.logbook: it has triggers, so no rows of ours are made there" in answer.out


@pytest.mark.parametrize(
    ("statements", "reason", "code"),
    [
        (
            """\
CREATE TRIGGER call_out BEFORE INSERT ON public.clubs FOR EACH ROW EXECUTE FUNCTION private.call_out();
ALTER TABLE public.clubs ENABLE ALWAYS TRIGGER call_out;
""",
            "public.clubs: trigger call_out fires always, so no rows of ours are made there and nobody can be a member",
            1,
        ),
        (
            """\
CREATE FUNCTION private.counted(text) RETURNS boolean LANGUAGE plpgsql SET search_path = '' AS $$
begin perform nextval('public.calls'); return true; end $$;
ALTER TABLE public.logbook ADD CHECK (private.counted(entry));
""",
            "public.logbook: function counted runs for every row, so no rows of ours are made there",
            0,
        ),
    ],
    ids=["trigger", "check"],
)
def test_what_runs_although_triggers_are_silent_is_not_run_on_a_target(
    club: Release, seatrial: Console, target: Target, statements: str, reason: str, code: int
) -> None:
    club.add(
        {
            "20250301000200_calls.sql": f"""\
CREATE SEQUENCE public.calls;
CREATE FUNCTION private.call_out() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
begin perform nextval('public.calls'); return new; end $$;
{statements}"""
        }
    )
    seatrial("deploy", *target.unrehearsed, code=0)
    answer = seatrial("verify", "--live-isolation", *target.agreed, code=code)
    assert not target.value("SELECT is_called FROM public.calls")
    assert reason in answer.out
