"""A target is asked for numbers only, for a short time, and what it does not say is no zero."""

from __future__ import annotations

import pytest

from seatrial.model.preflight import PreflightAnswer, Question
from seatrial.pg.connection import Connection, connect, rows
from seatrial.pg.statement import execute_script, execute_statement
from seatrial.rehearsal.preflight import ask_target
from seatrial.sql.preflight import questions

STATEMENT = "ALTER TABLE t ALTER COLUMN a SET NOT NULL"


def _ask(connection: Connection, statement: str = STATEMENT, seconds: float = 10) -> PreflightAnswer:
    [answer] = ask_target(connection, questions(statement), seconds=seconds)
    return answer


def _question(sql: str) -> Question:
    return Question(kind="check", table="t", sql=sql, violated="rows", sqlstate="23514")


def test_an_answer_is_a_number(database: Connection) -> None:
    execute_script(database, "CREATE TABLE t (a int); INSERT INTO t VALUES (1), (NULL), (NULL)")

    answer = _ask(database)

    assert (answer.violating, answer.why) == (2, "")


def test_a_question_that_takes_too_long_has_no_answer(database: Connection) -> None:
    [answer] = ask_target(database, [_question("SELECT count(*) AS violating FROM pg_sleep(60)")], seconds=0.05)

    assert (answer.violating, answer.why) == (None, "it took longer than the time limit")


def test_a_locked_table_is_not_waited_for(supabase_db: str) -> None:
    with connect(supabase_db) as holder, connect(supabase_db) as connection:
        execute_script(holder, "CREATE TABLE t (a int)")
        execute_script(holder, "BEGIN; LOCK TABLE t")
        answer = _ask(connection)

    assert (answer.violating, answer.why) == (None, "the table is locked")


def test_a_table_that_may_not_be_read_has_no_answer(database: Connection) -> None:
    execute_script(database, "CREATE TABLE t (a int); REVOKE ALL ON t FROM anon")
    execute_statement(database, "SET ROLE anon")

    answer = _ask(database)

    assert (answer.violating, answer.sqlstate) == (None, "42501")


def test_rows_that_a_policy_hides_are_not_taken_for_none(database: Connection) -> None:
    execute_script(
        database,
        "CREATE TABLE t (a int); INSERT INTO t VALUES (NULL); GRANT SELECT ON t TO anon;"
        "ALTER TABLE t ENABLE ROW LEVEL SECURITY",
    )
    execute_statement(database, "SET ROLE anon")

    answer = _ask(database)

    assert (answer.violating, answer.why) == (None, "the role may not read all rows of the table")


def test_a_table_that_is_not_there_has_no_answer(database: Connection) -> None:
    assert _ask(database).why == "the table is not there"


def test_no_value_of_a_row_is_told(database: Connection) -> None:
    execute_script(database, "CREATE TABLE t (a text); INSERT INTO t VALUES ('secret-4711')")

    answer = _ask(database, "ALTER TABLE t ADD CHECK (a::int > 0)")

    assert answer.violating is None
    assert answer.sqlstate == "22P02"
    assert "4711" not in repr(answer)


def test_a_question_that_writes_is_refused_and_the_next_one_is_asked(database: Connection) -> None:
    execute_script(database, "CREATE TABLE t (a int); CREATE SEQUENCE s")
    asked = [_question("SELECT nextval('s') AS violating"), _question("SELECT count(*) AS violating FROM t")]

    answers = ask_target(database, asked)

    assert [(one.violating, one.sqlstate) for one in answers] == [(None, "25006"), (0, "")]


def test_nothing_of_the_asking_stays_in_the_session(database: Connection) -> None:
    execute_script(database, "CREATE TABLE t (a int)")
    settings = "SELECT name, setting FROM pg_settings WHERE name ~ '_timeout$|^row_security$|read_only$'"
    before = rows(database, settings)

    _ask(database)

    assert rows(database, settings) == before
    assert not database.info.transaction_status


@pytest.mark.second_server
@pytest.mark.parametrize(
    ("setup", "statement", "sqlstates"),
    [
        ("CREATE TABLE t (a int)", "ALTER TABLE t ADD b int NOT NULL, ADD UNIQUE (a)", {"23502", "23505"}),
        ("CREATE TABLE t (a text)", "ALTER TABLE t ALTER a TYPE int USING a::int", {"22003"}),
        (
            "CREATE TABLE t (a int); CREATE TABLE p (id int PRIMARY KEY)",
            "ALTER TABLE t ADD FOREIGN KEY (a) REFERENCES p",
            {"23503"},
        ),
    ],
)
def test_an_older_server_answers_too(second_db: str, setup: str, statement: str, sqlstates: set[str]) -> None:
    with connect(second_db) as connection:
        execute_script(connection, setup)
        execute_script(connection, "INSERT INTO t VALUES (3000000000::bigint % 2147483647), (852516353)")
        if "text" in setup:
            execute_script(connection, "UPDATE t SET a = '3000000000'")
        answers = ask_target(connection, questions(statement))

    assert all(one.violating is not None for one in answers)
    assert {one.question.sqlstate for one in answers if one.violating} == sqlstates
