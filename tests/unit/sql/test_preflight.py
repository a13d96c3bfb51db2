"""Each question is one SELECT, and what meets no row asks none."""

from __future__ import annotations

import pytest

from seatrial.sql.parse import is_one_query
from seatrial.sql.preflight import questions


@pytest.mark.parametrize(
    "statement",
    [
        "ALTER TABLE t ADD a int",
        "ALTER TABLE t ADD a int NOT NULL DEFAULT 1",
        "ALTER TABLE t ADD a serial PRIMARY KEY",
        "ALTER TABLE t ADD a int GENERATED ALWAYS AS IDENTITY UNIQUE",
        "ALTER TABLE t ADD a int GENERATED ALWAYS AS (b + 1) STORED NOT NULL CHECK (a > 0)",
        "ALTER TABLE t ADD a bigint NOT NULL DEFAULT nextval('s') UNIQUE",
        "ALTER TABLE t ADD a int REFERENCES p",
        "ALTER TABLE t ADD CHECK (a > 0) NOT VALID",
        "ALTER TABLE t ADD CHECK (a > 0) NOT ENFORCED",
        "ALTER TABLE t ADD a int DEFAULT 1 CHECK (a > 0) NOT ENFORCED",
        "ALTER TABLE t ADD FOREIGN KEY (a) REFERENCES p NOT VALID",
        "ALTER TABLE t ADD CONSTRAINT u UNIQUE USING INDEX i",
        "ALTER TABLE t VALIDATE CONSTRAINT unknown",
        "ALTER TABLE w ATTACH PARTITION t DEFAULT",
        "ALTER TABLE w ATTACH PARTITION t FOR VALUES IN (1)",
        "ALTER TABLE t ALTER a TYPE text",
        "ALTER TABLE t ALTER a TYPE varchar(3) USING a::varchar(3)",
        "ALTER TABLE t ALTER a TYPE int[]",
        "ALTER DOMAIN d SET NOT NULL",
        "CREATE INDEX ON t (a)",
        "CREATE TABLE t (a int NOT NULL UNIQUE)",
        "SELECT FROM WHERE",
    ],
)
def test_what_meets_no_row_asks_nothing(statement: str) -> None:
    assert questions(statement) == ()


def test_a_question_says_what_it_counts() -> None:
    [question] = questions('ALTER TABLE public."My T" ALTER COLUMN "E mail" SET NOT NULL')

    assert (question.kind, question.table, question.sqlstate) == ("not null", "public.My T", "23502")
    assert question.violated == 'rows whose "E mail" is NULL'
    assert question.sql == 'SELECT count(*) AS violating FROM public."My T" WHERE "E mail" IS NULL'


def test_a_column_that_the_same_statement_adds_has_its_default() -> None:
    [question] = questions("ALTER TABLE t ADD a int DEFAULT 5, ADD CHECK (a > b)")

    assert "FROM (SELECT *, (5)::int AS a FROM t) AS t WHERE NOT (a > b)" in question.sql


def test_a_reference_to_a_primary_key_is_looked_up_where_it_is_known() -> None:
    statement = "ALTER TABLE t ADD FOREIGN KEY (a, b) REFERENCES s.p"
    [known] = questions(statement, {"s.p.p_pkey": "PRIMARY KEY (x, y)", "s.p2.k": "PRIMARY KEY (z)"})
    [unknown] = questions(statement)

    assert "parent.x = child.a AND parent.y = child.b" in known.sql
    assert "pg_index" in unknown.sql


@pytest.mark.parametrize(
    "statement",
    [
        "ALTER TABLE t ADD PRIMARY KEY (a, b), ADD FOREIGN KEY (a) REFERENCES p MATCH FULL, ADD CHECK (b <> ';--')",
        "ALTER TABLE t ADD EXCLUDE USING gist (a WITH =, tstzrange(b, c) WITH OPERATOR(pg_catalog.&&)) WHERE (d)",
        "CREATE UNIQUE INDEX ON t (lower(a), (b || 'x')) NULLS NOT DISTINCT WHERE c",
        "ALTER TABLE t ALTER a TYPE int USING a::int, ALTER b TYPE jsonb USING b::jsonb, ALTER c TYPE numeric(5, 2)",
    ],
)
def test_a_question_is_one_query(statement: str) -> None:
    asked = questions(statement)

    assert asked
    assert all(is_one_query(one.sql) and one.sql.startswith("SELECT count(*) AS violating ") for one in asked)
