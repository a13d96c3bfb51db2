"""`seatrial scratch`: a throwaway server for a person, gone when it is told to."""

from __future__ import annotations

import signal
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from tests.acceptance.console import Answer

from seatrial.pg.connection import connect, rows

if TYPE_CHECKING:
    from tests.acceptance.console import Program, Running


def first_line(running: Running) -> str:
    assert running.process.stdout is not None
    return running.process.stdout.readline().rstrip("\n")


@pytest.mark.parametrize("way", [signal.SIGINT, signal.SIGTERM])
def test_it_prints_its_dsn_and_is_there_until_it_is_told_to_end(way: signal.Signals, program: Program) -> None:
    with program.begin("scratch") as running:
        dsn = first_line(running)
        with connect(dsn) as connection:
            [row] = rows(connection, "SELECT current_user AS me, current_setting('data_directory') AS data")
        assert row["me"] == "postgres"
        running.send(way)
        answer = running.end()
    assert answer.code == 0, answer.said
    assert not Path(row["data"]).exists()
    assert dsn not in answer.said, "it was printed once, and on standard output"
    assert "Ctrl-C" in answer.err
    assert answer.lines == ["✓ The scratch is gone."]


def test_a_plain_postgres(program: Program) -> None:
    with program.begin("scratch", "--platform", "postgres") as running, connect(first_line(running)) as connection:
        [row] = rows(connection, "SELECT to_regnamespace('auth') IS NULL AS plain, current_user AS me")
        running.send(signal.SIGTERM)
        assert running.end().code == 0
    assert row == {"plain": True, "me": "postgres"}


def test_over_tcp_it_has_a_port_and_a_password(program: Program) -> None:
    with program.begin("scratch", "--tcp") as running:
        dsn = first_line(running)
        assert dsn.startswith("postgresql://postgres:")
        with connect(dsn) as connection:
            assert rows(connection, "SELECT inet_server_addr() IS NOT NULL AS tcp") == [{"tcp": True}]
        running.send(signal.SIGTERM)
        assert running.end().code == 0


def test_a_platform_that_is_none(program: Program) -> None:
    answer = program("scratch", "--platform", "mysql")
    assert answer.code == 2, answer.said
    assert "supabase" in answer.err
    assert "postgres" in answer.err
    assert "Traceback" not in answer.err


def test_as_json_it_is_one_document(program: Program) -> None:
    with program.begin("scratch", "--format", "json") as running:
        document = line = first_line(running)
        while line not in {"}", ""}:
            line = first_line(running)
            document += line
        running.send(signal.SIGTERM)
        answer = running.end()
    assert (answer.code, answer.out) == (0, "")
    found = Answer(code=0, out=document, err="").json
    assert (found["command"], found["ok"], found["error"]) == ("scratch", True, None)
    assert found["result"]["notes"][0].startswith("postgresql://postgres@/")


def test_psql_gets_the_words_behind_it_and_its_answer_is_ours(program: Program) -> None:
    answer = program("scratch", "psql", "--", "-XAtc", "SELECT current_user, current_database()", code=0)
    assert answer.lines[0] == "postgres|postgres"
    assert answer.lines[-1] == "✓ The scratch is gone."
    assert program("scratch", "psql", "--", "-Xc", "SELECT 1 / 0").code == 1
