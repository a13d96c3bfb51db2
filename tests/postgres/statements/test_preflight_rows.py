"""A question counts something exactly where the statement fails, and with the SQLSTATE that it names."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.postgres.statements.preflight import Case, counted, definitions, filled, outcome

if TYPE_CHECKING:
    from seatrial.pg.connection import Connection

PARTS = (
    "CREATE TABLE w (a int, b text) PARTITION BY {}; CREATE TABLE d PARTITION OF w DEFAULT; CREATE TABLE t (LIKE w);"
)
USES = (("public.email", (("public", "t", "b"),)),)
DOMAIN = "CREATE DOMAIN email AS text; CREATE TABLE t (a int, b email)"

CASES = {
    "new column that may not be NULL": Case("ALTER TABLE t ADD COLUMN c int NOT NULL", "", "(1)", "23502"),
    "new column that may not be NULL, if it is new": Case(
        "ALTER TABLE t ADD COLUMN IF NOT EXISTS c int NOT NULL", "", "(1)", "23502"
    ),
    "new column as a key": Case("ALTER TABLE t ADD COLUMN c int PRIMARY KEY", "", "(1)", "23502"),
    "new column with NULL as default": Case("ALTER TABLE t ADD c int DEFAULT NULL NOT NULL", "", "(1)", "23502"),
    "not null": Case("ALTER TABLE t ALTER COLUMN a SET NOT NULL", "(1)", "(1), (NULL)", "23502"),
    "not null of a name that needs quotes": Case(
        'ALTER TABLE ONLY public."My T" ALTER COLUMN "A b" SET NOT NULL',
        "(1)",
        "(NULL)",
        "23502",
        'CREATE TABLE "My T" ("A b" int); CREATE VIEW t AS TABLE "My T"',
    ),
    "check": Case("ALTER TABLE t ADD CHECK (a > 0 AND t.b <> 'x')", "(1, ''), (NULL)", "(0, '')", "23514"),
    "check of inherited rows": Case(
        "ALTER TABLE t ADD CHECK (a > 0)",
        "(1)",
        "(0)",
        "23514",
        "CREATE TABLE base (a int); CREATE TABLE t () INHERITS (base)",
    ),
    "new column that is checked": Case("ALTER TABLE t ADD c int DEFAULT 5 CHECK (c > a)", "(1)", "(6)", "23514"),
    "new column that is checked and NULL": Case("ALTER TABLE t ADD c int CHECK (c IS NOT NULL)", "", "(1)", "23514"),
    "validated check": Case(
        "ALTER TABLE t VALIDATE CONSTRAINT c",
        "(1)",
        "(0)",
        "23514",
        after="ALTER TABLE t ADD CONSTRAINT c CHECK (a > 0) NOT VALID",
    ),
    "check on a domain": Case(
        "ALTER DOMAIN email ADD CHECK (VALUE LIKE '%@%')",
        "(1, 'a@b'), (1, NULL)",
        "(1, 'a')",
        "23514",
        DOMAIN,
        columns=USES,
    ),
    "not null on a domain": Case(
        "ALTER DOMAIN public.email SET NOT NULL", "(1, 'a')", "(1, NULL)", "23502", DOMAIN, columns=USES
    ),
    "range partition": Case(
        "ALTER TABLE w ATTACH PARTITION t FOR VALUES FROM (1) TO (5)",
        "(1), (4)",
        "(5)",
        "23514",
        PARTS.format("RANGE (a)"),
    ),
    "range partition, NULL": Case(
        "ALTER TABLE w ATTACH PARTITION t FOR VALUES FROM (MINVALUE) TO (5)",
        "(1)",
        "(NULL)",
        "23514",
        PARTS.format("RANGE (a)"),
    ),
    "range partition over two columns": Case(
        "ALTER TABLE w ATTACH PARTITION t FOR VALUES FROM (1, 'f') TO (3, MINVALUE)",
        "(1, 'g'), (2, 'a')",
        "(1, 'a')",
        "23514",
        PARTS.format("RANGE (a, b)"),
    ),
    "range partition with an open end": Case(
        "ALTER TABLE w ATTACH PARTITION t FOR VALUES FROM (1, MAXVALUE) TO (3, MAXVALUE)",
        "(2, 'a'), (3, 'z')",
        "(1, 'z')",
        "23514",
        PARTS.format("RANGE (a, b)"),
    ),
    "list partition": Case(
        "ALTER TABLE w ATTACH PARTITION t FOR VALUES IN ('a', 'b')",
        "(1, 'a')",
        "(1, NULL)",
        "23514",
        PARTS.format("LIST (b)"),
    ),
    "list partition with NULL": Case(
        "ALTER TABLE w ATTACH PARTITION t FOR VALUES IN ('a', NULL)",
        "(1, 'a'), (1, NULL)",
        "(1, 'c')",
        "23514",
        PARTS.format("LIST (lower(b))"),
    ),
    "rows of the default partition": Case(
        "ALTER TABLE w ATTACH PARTITION t2 FOR VALUES FROM (1) TO (5)",
        "(5)",
        "(1)",
        "23514",
        PARTS.format("RANGE (a)") + "DROP TABLE t; CREATE TABLE t2 (LIKE w); CREATE VIEW t AS SELECT * FROM w",
    ),
    "hash partition": Case(
        "ALTER TABLE w ATTACH PARTITION t FOR VALUES WITH (MODULUS 2, REMAINDER 0)",
        "(1)",
        "(1), (3)",
        "23514",
        "CREATE TABLE w (a int, b text) PARTITION BY HASH (a); CREATE TABLE t (LIKE w)",
    ),
    "narrower text": Case("ALTER TABLE t ALTER b TYPE varchar(3)", "(1, 'abc'), (1, 'abc   ')", "(1, 'abcd')", "22001"),
    "narrower char": Case("ALTER TABLE t ALTER b TYPE char(3)", "(1, 'abc'), (1, NULL)", "(1, 'abcd')", "22001"),
    "number as short text": Case("ALTER TABLE t ALTER a TYPE varchar(3)", "(999)", "(1000)", "22001"),
    "narrower number": Case(
        "ALTER TABLE t ALTER n TYPE numeric(4,1)",
        "(999.94), ('NaN')",
        "(999.95)",
        "22003",
        "CREATE TABLE t (n numeric)",
    ),
    "infinite number": Case(
        "ALTER TABLE t ALTER n TYPE numeric(4,1)", "(1)", "('Infinity')", "22003", "CREATE TABLE t (n numeric)"
    ),
    "narrower integer": Case("ALTER TABLE t ALTER a TYPE smallint", "(32767), (-32768)", "(32768)", "22003"),
    "float as integer": Case(
        "ALTER TABLE t ALTER f TYPE int", "(1.4), (NULL)", "(1e10)", "22003", "CREATE TABLE t (f float8)"
    ),
    "text as integer": Case(
        "ALTER TABLE t ALTER b TYPE int USING b::int", "(1, ' 12 '), (1, '-3')", "(1, '1.5')", "22P02"
    ),
    "large text as integer": Case(
        "ALTER TABLE t ALTER b TYPE int USING trim(b)::int", "(1, '12')", "(1, '3000000000')", "22003"
    ),
    "text as number": Case(
        "ALTER TABLE t ALTER b TYPE numeric(6,2) USING b::numeric(6,2)", "(1, '1e3'), (1, '.5')", "(1, 'x')", "22P02"
    ),
    "text as uuid": Case(
        "ALTER TABLE t ALTER b TYPE uuid USING b::uuid",
        "(1, '0b0f2c1e-5a2b-4c3d-8e9f-000000000001')",
        "(1, '0b0f')",
        "22P02",
    ),
    "text as truth": Case(
        "ALTER TABLE t ALTER b TYPE boolean USING b::boolean", "(1, 'yes'), (1, ' F ')", "(1, 'maybe')", "22P02"
    ),
    "text as date": Case("ALTER TABLE t ALTER b TYPE date USING b::date", "(1, '2025-02-28')", "(1, 'soon')", "22007"),
    "text as enum": Case(
        "ALTER TABLE t ALTER b TYPE mood USING b::mood",
        "(1, 'ok')",
        "(1, 'no')",
        "22P02",
        "CREATE TYPE mood AS ENUM ('ok'); CREATE TABLE t (a int, b text)",
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
