"""Each try of a deployment in the ledger: who, from where, how it ended; and that it never stands in the way."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, LiteralString

import pytest
from tests.postgres.ledger.folder import apply, migration

from seatrial import __version__
from seatrial.errors import CannotRun
from seatrial.ledger import write
from seatrial.ledger.attempts import attempt_of, begin, end, read_attempts
from seatrial.ledger.read import read_history
from seatrial.model.attempt import AttemptEnd, Result, end_of
from seatrial.pg.connection import connect, rows

if TYPE_CHECKING:
    from seatrial.pg.connection import Connection
    from seatrial.scratch.server import Server

ONE, TWO = migration("1", "CREATE TABLE public.one ()"), migration("2", "SELECT 1 / 0")
COMPLETE = AttemptEnd(result=Result.COMPLETE, seconds=1.5, applied=("1",), longest_wait=0.25, tries=3)


def test_a_try_is_remembered_with_all_that_is_known(ledger: Connection, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GITHUB_RUN_ID", "77")
    monkeypatch.setenv("GITHUB_REPOSITORY", "club/boats")
    monkeypatch.setenv("GITHUB_SERVER_URL", "https://git.example")
    number = begin(ledger, attempt_of([ONE, TWO], plan="abc"))
    end(ledger, number, COMPLETE)
    [one] = read_attempts(ledger)
    assert one.id == number > 0
    assert one.deployed_by == "postgres"
    assert one.attempt == attempt_of([ONE, TWO], plan="abc")
    assert one.attempt.planned == ("1", "2")
    assert one.attempt.tool == f"seatrial {__version__}"
    assert one.attempt.origin.process == os.getpid()
    assert one.attempt.origin.run == "https://git.example/club/boats/actions/runs/77"
    assert one.end == COMPLETE
    assert one.result is Result.COMPLETE
    assert "" < one.started_at <= one.ended_at


def test_the_digest_of_a_release_is_of_its_content(ledger: Connection) -> None:
    begin(ledger, attempt_of([ONE, TWO]))
    begin(ledger, attempt_of([ONE, migration("2", "SELECT 2 / 0")]))
    begin(ledger, attempt_of([ONE, TWO]))
    third, second, first = (one.attempt.release for one in read_attempts(ledger))
    assert third == first != second


def test_what_failed_is_told_without_a_value(ledger: Connection) -> None:
    ledger.execute(
        "CREATE TABLE public.people (mail text UNIQUE); INSERT INTO public.people VALUES ('eve@example.org')"
    )
    statements = {
        "2": "INSERT INTO public.people VALUES ('eve@example.org')",
        "3": "ALTER TABLE public.people ALTER mail TYPE int USING mail::int",
        "4": "DO $$ BEGIN RAISE 'not eve@example.org' USING ERRCODE = '42501'; END $$",
        "5": "SELECT * FROM public.boats",
    }
    for version, text in statements.items():
        pending = [migration(version, text)]
        number = begin(ledger, attempt_of(pending))
        end(ledger, number, end_of(apply(ledger, *pending), 0.1))
    errors = [one.end.error for one in read_attempts(ledger) if one.end]
    assert errors[::-1] == [
        '23505 duplicate key value violates unique constraint "people_mail_key"',
        "22P02 (its message may quote a value and is not kept)",
        "42501 (its message may quote a value and is not kept)",
        '42P01 relation "public.boats" does not exist',
    ]
    assert {one.result for one in read_attempts(ledger)} == {Result.FAILED}
    assert "eve@" not in str(rows(ledger, "SELECT a::text FROM seatrial.attempts AS a"))


def test_a_try_without_an_end_is_told_as_what_it_can_be(ledger: Connection) -> None:
    begin(ledger, attempt_of([ONE]))
    [only] = read_attempts(ledger)
    assert (only.result, only.end) == (Result.OPEN, None)
    # One that was refused says nothing: it left while the other worked.
    end(ledger, begin(ledger, attempt_of([ONE])), AttemptEnd(result=Result.REFUSED, seconds=0, error="deploy.locked"))
    assert [one.result for one in read_attempts(ledger)] == [Result.REFUSED, Result.OPEN]
    begin(ledger, attempt_of([ONE]))
    assert [one.result for one in read_attempts(ledger)] == [Result.OPEN, Result.REFUSED, Result.KILLED]
    assert [one.result for one in read_attempts(ledger, 1)] == [Result.OPEN]


def test_an_end_is_written_once(ledger: Connection) -> None:
    number = begin(ledger, attempt_of([ONE]))
    end(ledger, number, COMPLETE)
    end(ledger, number, AttemptEnd(result=Result.FAILED, seconds=9))
    [one] = read_attempts(ledger)
    assert one.end == COMPLETE


def test_an_older_ledger_gets_the_table(ledger: Connection) -> None:
    apply(ledger, ONE)
    before = read_history(ledger)
    ledger.execute("DROP TABLE seatrial.attempts")
    assert read_attempts(ledger) == ()
    assert begin(ledger, attempt_of([ONE])) == 0
    write.create(ledger)
    assert begin(ledger, attempt_of([ONE])) > 0
    assert read_history(ledger) == before
    [comment] = rows(ledger, "SELECT obj_description('seatrial.attempts'::regclass) AS words")
    assert comment["words"]


def test_a_target_without_a_ledger_has_no_history(target: Connection) -> None:
    assert read_attempts(target) == ()
    assert rows(target, "SELECT to_regnamespace('seatrial') AS found") == [{"found": None}]


def test_nobody_but_the_deployer_reads_it(ledger: Connection) -> None:
    [found] = rows(
        ledger,
        "SELECT bool_or(has_schema_privilege(role, 'seatrial', 'USAGE') OR "
        "has_table_privilege(role, 'seatrial.attempts', 'SELECT')) AS readable "
        "FROM unnest(ARRAY['anon', 'authenticated', 'service_role']) AS role",
    )
    assert found == {"readable": False}


@pytest.mark.parametrize(
    "edit",
    ["ALTER TABLE seatrial.attempts RENAME COLUMN tries TO times", "UPDATE seatrial.attempts SET result = 'sunk'"],
)
def test_a_ledger_that_cannot_be_read_is_said(edit: LiteralString, ledger: Connection) -> None:
    begin(ledger, attempt_of([ONE]))
    ledger.execute(edit)
    with pytest.raises(CannotRun) as refused:
        read_attempts(ledger)
    assert refused.value.code == "ledger.unreadable"


# It never stands in the way ----------------------------------------------------------------------------------


def test_a_table_that_somebody_holds_is_not_waited_for(supabase_db: str) -> None:
    with connect(supabase_db) as deployer, connect(supabase_db) as other:
        write.create(deployer)
        number = begin(deployer, attempt_of([ONE]))
        other.execute("BEGIN; LOCK seatrial.attempts")
        assert begin(deployer, attempt_of([ONE])) == 0
        end(deployer, number, COMPLETE)
        other.execute("ROLLBACK")
        assert [one.result for one in read_attempts(deployer)] == [Result.OPEN]
        assert rows(deployer, "SHOW lock_timeout") == [{"lock_timeout": "0"}]


def test_a_lost_connection_leaves_it_open(server: Server, supabase_db: str) -> None:
    with connect(supabase_db) as deployer, connect(supabase_db) as other:
        write.create(deployer)
        number = begin(deployer, attempt_of([ONE]))
        with server.superuser(deployer.info.dbname) as superuser:
            rows(superuser, "SELECT pg_terminate_backend(%s, 5000)", [deployer.info.backend_pid])
        end(deployer, number, COMPLETE)
        end(deployer, number, COMPLETE)
        assert begin(deployer, attempt_of([ONE])) == 0
        assert [one.result for one in read_attempts(other)] == [Result.OPEN]
        # Another connection of the deployer may still write it.
        end(other, number, AttemptEnd(result=Result.LOST, seconds=2))
        assert [one.result for one in read_attempts(other)] == [Result.LOST]


def test_somebody_elses_older_ledger_is_deployed_to_without_a_history(server: Server, supabase_db: str) -> None:
    """Who may write to the ledger need not be the one who may make its tables."""
    with connect(supabase_db) as owner:
        write.create(owner)
        owner.execute(
            "DROP TABLE seatrial.attempts; GRANT USAGE ON SCHEMA seatrial, supabase_migrations TO authenticated; "
            "GRANT ALL ON ALL TABLES IN SCHEMA seatrial, supabase_migrations TO authenticated"
        )
        name = owner.info.dbname
    with server.superuser(name) as other:
        other.execute("SET SESSION AUTHORIZATION authenticated")
        write.create(other)
        assert begin(other, attempt_of([ONE])) == 0
        assert apply(other, migration("1", "SELECT 1")).failure is None
        assert read_attempts(other) == ()
