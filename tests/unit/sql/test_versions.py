"""A statement's gaps are named where two servers lie on both sides of the change, and only there."""

from __future__ import annotations

import pytest
from tests.postgres.statements.versions import REFUSED_BEFORE, REFUSED_SINCE, Example

from seatrial.sql.version_features import FEATURES
from seatrial.sql.version_names import OPTIONS
from seatrial.sql.versions import gaps

EXAMPLES = REFUSED_BEFORE + REFUSED_SINCE
NAMED_NOT_NULL = Example("name of a NOT NULL constraint", 18, "CREATE TABLE t (a int CONSTRAINT must NOT NULL)")


@pytest.mark.parametrize("example", [*EXAMPLES, NAMED_NOT_NULL], ids=lambda example: example.statement)
def test_a_gap_is_named_between_the_versions_where_it_lies(example: Example) -> None:
    def named(scratch: int, target: int) -> set[str]:
        return {gap.feature for gap in gaps(example.statement, scratch=scratch, target=target)}

    assert example.feature in named(example.since, example.since - 1)
    assert example.feature in named(15, 18)
    assert example.feature not in named(example.since - 1, 15)
    assert example.feature not in named(18, example.since)
    assert named(18, 18) == set()


def test_every_feature_and_option_has_an_example() -> None:
    shown = {example.feature for example in [*EXAMPLES, NAMED_NOT_NULL]}
    features = {feature.name for found in FEATURES.values() for feature in found}
    options = {f"option {name.upper()}" for names in OPTIONS.values() for name in names}

    assert (features | options) - shown == {"option RULES"}


@pytest.mark.parametrize(
    "statement",
    [
        "SELECT 1000, 1.5, 1e10, x1, 'a_1' FROM t_1",
        "CREATE TABLE t (a int NOT NULL REFERENCES p CHECK (a > 0), b int GENERATED ALWAYS AS (a) STORED, UNIQUE (a))",
        "CREATE TABLE t (id bigint GENERATED ALWAYS AS IDENTITY)",
        "CREATE TABLE t (id bigint NOT NULL) PARTITION BY HASH (id)",
        "ALTER TABLE t ALTER a SET STATISTICS 100, ALTER b SET STORAGE plain, SET ACCESS METHOD heap",
        "INSERT INTO t VALUES (1) ON CONFLICT DO NOTHING RETURNING a, t.b",
        "CREATE RULE r AS ON UPDATE TO t DO ALSO INSERT INTO log VALUES (old.a, new.a)",
        "CREATE INDEX ON t (lower(a), b) WHERE c IS NULL",
        "CREATE MATERIALIZED VIEW v AS SELECT count(*) FROM t",
        "COPY t FROM STDIN (FORMAT csv, HEADER)",
        "VACUUM (ANALYZE) t",
        "GRANT SELECT, UPDATE ON t TO app",
        "SET statement_timeout = 0",
        "SELECT my.uuidv7(), now() AT TIME ZONE 'UTC', interval '1 day'",
        "REINDEX TABLE t",
        "SELECT FROM",
    ],
)
def test_what_all_servers_take_in_the_same_way_has_none(statement: str) -> None:
    assert gaps(statement, scratch=18, target=15) == ()


def test_a_feature_is_named_once() -> None:
    found = gaps("SELECT uuidv7(), uuidv7(), 1_0, 2_0", scratch=18, target=17)

    assert [(gap.feature, gap.since) for gap in found] == [("function uuidv7()", 18)]
