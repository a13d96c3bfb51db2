"""A question counts something exactly where the statement fails, and with the SQLSTATE that it names."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.postgres.statements.preflight import Case, counted, definitions, filled, outcome

if TYPE_CHECKING:
    from seatrial.pg.connection import Connection

PARENT = "CREATE TABLE p (id int PRIMARY KEY, n numeric(8,2) UNIQUE); INSERT INTO p VALUES (1, 1), (2, 2);"
PAIR = (
    "CREATE TABLE p (x text, k int, j int, PRIMARY KEY (k, j)); INSERT INTO p VALUES ('', 1, 2);"
    "CREATE TABLE t (a int, b int)"
)
SLOTS = "CREATE EXTENSION IF NOT EXISTS btree_gist SCHEMA extensions; CREATE TABLE t (a int, r int4range, b bool)"

CASES = {
    "unique": Case(
        "ALTER TABLE t ADD UNIQUE (a, b)", "(1, 'x'), (1, 'y'), (1, NULL), (1, NULL)", "(1, ''), (1, '')", "23505"
    ),
    "unique with equal NULLs": Case(
        "ALTER TABLE t ADD UNIQUE NULLS NOT DISTINCT (a)", "(1), (NULL)", "(NULL), (NULL)", "23505"
    ),
    "new column that is unique": Case("ALTER TABLE t ADD COLUMN c int DEFAULT 7 UNIQUE", "(1)", "(1), (2)", "23505"),
    "new columns that are unique together": Case(
        "ALTER TABLE t ADD COLUMN c int DEFAULT 7, ADD UNIQUE (a, c)", "(1), (2)", "(1), (1)", "23505"
    ),
    "unique index on an expression": Case(
        "CREATE UNIQUE INDEX i ON t (lower(b))",
        "(1, 'a'), (1, 'b'), (1, NULL), (1, NULL)",
        "(1, 'a'), (2, 'A')",
        "23505",
    ),
    "unique index on some rows": Case(
        "CREATE UNIQUE INDEX i ON t (a) WHERE b = 'on'",
        "(1, 'on'), (1, 'off'), (1, 'off')",
        "(1, 'on'), (1, 'on')",
        "23505",
    ),
    "unique index, concurrently": Case("CREATE UNIQUE INDEX CONCURRENTLY i ON t (a)", "(1)", "(1), (1)", "23505"),
    "unique index with a collation": Case(
        'CREATE UNIQUE INDEX i ON t (b COLLATE "C" text_pattern_ops DESC)',
        "(1, 'a'), (1, 'A')",
        "(1, 'a'), (1, 'a')",
        "23505",
    ),
    "primary key, twice": Case("ALTER TABLE t ADD PRIMARY KEY (a)", "(1), (2)", "(1), (1)", "23505"),
    "primary key, NULL": Case("ALTER TABLE t ADD PRIMARY KEY (a, b)", "(1, '')", "(1, NULL)", "23502"),
    "foreign key to a primary key": Case(
        "ALTER TABLE t ADD FOREIGN KEY (a) REFERENCES p",
        "(1), (NULL)",
        "(3)",
        "23503",
        PARENT + "CREATE TABLE t (a int)",
    ),
    "foreign key to a column of another type": Case(
        "ALTER TABLE t ADD FOREIGN KEY (a) REFERENCES p (n)",
        "(1)",
        "(3)",
        "23503",
        PARENT + "CREATE TABLE t (a bigint)",
    ),
    "foreign key to itself": Case(
        "ALTER TABLE t ADD FOREIGN KEY (b) REFERENCES t",
        "(1, 1), (2, 1)",
        "(1, 2)",
        "23503",
        "CREATE TABLE t (a int PRIMARY KEY, b int)",
    ),
    "foreign key over two columns": Case(
        "ALTER TABLE t ADD FOREIGN KEY (a, b) REFERENCES p", "(1, 2), (1, NULL), (NULL, 9)", "(2, 1)", "23503", PAIR
    ),
    "foreign key over two columns in another order": Case(
        "ALTER TABLE t ADD FOREIGN KEY (a, b) REFERENCES p (j, k)", "(2, 1)", "(1, 2)", "23503", PAIR
    ),
    "foreign key with a full match": Case(
        "ALTER TABLE t ADD FOREIGN KEY (a, b) REFERENCES p MATCH FULL",
        "(1, 2), (NULL, NULL)",
        "(1, NULL)",
        "23503",
        PAIR,
    ),
    "new column that refers": Case(
        "ALTER TABLE t ADD COLUMN c int DEFAULT 9 REFERENCES p", "", "(1)", "23503", PARENT + "CREATE TABLE t (a int)"
    ),
    "new column that refers, and is NULL": Case(
        "ALTER TABLE t ADD COLUMN c int REFERENCES p, ADD CHECK (a > 0)",
        "(1)",
        "(0)",
        "23514",
        PARENT + "CREATE TABLE t (a int)",
    ),
    "validated foreign key": Case(
        "ALTER TABLE t VALIDATE CONSTRAINT c",
        "(1)",
        "(3)",
        "23503",
        PARENT + "CREATE TABLE t (a int)",
        "ALTER TABLE t ADD CONSTRAINT c FOREIGN KEY (a) REFERENCES p NOT VALID",
    ),
    "named not null": Case("ALTER TABLE t ADD CONSTRAINT n NOT NULL a", "(1)", "(NULL)", "23502"),
    "validated not null": Case(
        "ALTER TABLE t VALIDATE CONSTRAINT n",
        "(1)",
        "(NULL)",
        "23502",
        after="ALTER TABLE t ADD CONSTRAINT n NOT NULL a NOT VALID",
    ),
    "exclude": Case(
        "ALTER TABLE t ADD EXCLUDE USING gist (a WITH =, r WITH &&) WHERE (b)",
        "(1, '[1,3)', true), (1, '[3,5)', true), (2, '[1,5)', true), (1, '[1,9)', false)",
        "(1, '[1,3)', true), (1, '[2,5)', true)",
        "23P01",
        SLOTS,
    ),
    "key without overlaps": Case(
        "ALTER TABLE t ADD UNIQUE (a, r WITHOUT OVERLAPS)",
        "(1, '[1,3)'), (1, '[3,5)')",
        "(1, '[1,3)'), (1, '[2,5)')",
        "23P01",
        SLOTS,
    ),
    "foreign key over a period": Case(
        "ALTER TABLE t ADD FOREIGN KEY (a, PERIOD r) REFERENCES p (k, PERIOD v)",
        "(1, '[2,8)')",
        "(1, '[2,12)')",
        "23503",
        SLOTS + "; CREATE TABLE p (k int, v int4range, PRIMARY KEY (k, v WITHOUT OVERLAPS));"
        "INSERT INTO p VALUES (1, '[1,5)'), (1, '[5,9)')",
    ),
}


@pytest.mark.parametrize("case", CASES.values(), ids=CASES.keys())
def test_good_rows_are_not_counted_and_the_statement_runs(database: Connection, case: Case) -> None:
    filled(database, case, case.good)

    assert counted(database, case, definitions(database)) == set()
    assert outcome(database, case) == set()


@pytest.mark.parametrize("case", CASES.values(), ids=CASES.keys())
def test_bad_rows_are_counted_and_the_statement_fails_as_foreseen(database: Connection, case: Case) -> None:
    filled(database, case, case.bad)

    assert counted(database, case, definitions(database)) == {case.sqlstate}
    assert outcome(database, case) == {case.sqlstate}
