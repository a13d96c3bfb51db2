"""Indexes that are invalid, superfluous, unused, missing or bloated: found, healed by the SQL told, and gone."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.postgres.health.looking import answer, found, heal, pretend

from seatrial.errors import StatementFailed
from seatrial.model.health import Soundness
from seatrial.pg.connection import execute
from seatrial.pg.statement import execute_script, execute_statement

if TYPE_CHECKING:
    from seatrial.pg.connection import Connection

#: Names that SQL wants quoted.
ODD = 'CREATE TABLE public."Odd ""One" (id bigint PRIMARY KEY, "Na me" text);'


def _broken_index(connection: Connection, name: str) -> None:
    """As a build that was cut off leaves it: two rows are alike where no two may be."""
    execute_script(connection, f"{ODD} INSERT INTO public.\"Odd \"\"One\" VALUES (1, 'a'), (2, 'a')")
    with pytest.raises(StatementFailed):
        execute_statement(connection, f'CREATE UNIQUE INDEX CONCURRENTLY {name} ON public."Odd ""One" ("Na me")')


def test_an_invalid_index_is_built_again(database: Connection) -> None:
    _broken_index(database, '"Half done"')
    ailment = found(database, "invalid-indexes")['public."Half done"']
    assert ailment.urgent
    assert ailment.remedy == 'REINDEX INDEX CONCURRENTLY public."Half done";'

    execute(database, 'UPDATE public."Odd ""One" SET "Na me" = id::text')
    heal(database, ailment)
    assert found(database, "invalid-indexes") == {}


def test_what_a_reindex_left_is_dropped(database: Connection) -> None:
    _broken_index(database, "odd_idx_ccnew")
    ailment = found(database, "invalid-indexes")["public.odd_idx_ccnew"]
    assert not ailment.urgent

    heal(database, ailment)
    assert found(database, "invalid-indexes") == {}


@pytest.mark.parametrize(
    ("made", "goes"),
    [
        pytest.param("CREATE INDEX a ON t (x); CREATE INDEX b ON t (x)", ["b"], id="the younger of two"),
        pytest.param("CREATE INDEX a ON t (x); CREATE INDEX b ON t (x, y)", ["a"], id="the shorter"),
        pytest.param("CREATE INDEX a ON t (id)", ["a"], id="beside a primary key"),
        pytest.param("CREATE INDEX a ON t (x); CREATE UNIQUE INDEX b ON t (x)", ["a"], id="beside a unique one"),
        pytest.param("CREATE UNIQUE INDEX a ON t (u)", ["a"], id="unique as a constraint"),
        pytest.param(
            "CREATE INDEX a ON t (x); CREATE INDEX b ON t (x); CREATE INDEX c ON t (x)", ["b", "c"], id="two of three"
        ),
        pytest.param(
            "CREATE INDEX a ON t (lower(n)); CREATE INDEX b ON t (lower(n))", ["b"], id="of the same expression"
        ),
        pytest.param("CREATE INDEX a ON t (x) WHERE y > 0; CREATE INDEX b ON t (x) WHERE y > 0", ["b"], id="partial"),
        pytest.param("CREATE INDEX a ON t (x); CREATE INDEX b ON t (x) INCLUDE (y)", ["a"], id="with less in it"),
        pytest.param("CREATE INDEX a ON t (y); CREATE INDEX b ON t (x, y)", [], id="another column first"),
        pytest.param("CREATE INDEX a ON t (x); CREATE INDEX b ON t (x DESC, y)", [], id="another order"),
        pytest.param("CREATE INDEX a ON t (x); CREATE INDEX b ON t (x) WHERE y > 0", [], id="another condition"),
        pytest.param("CREATE INDEX a ON t (n); CREATE INDEX b ON t (n text_pattern_ops)", [], id="another class"),
        pytest.param("CREATE INDEX a ON t (x); CREATE INDEX b ON t USING hash (x)", [], id="another method"),
        pytest.param("CREATE UNIQUE INDEX a ON t (x); CREATE INDEX b ON t (x, y)", [], id="unique, and shorter"),
        pytest.param("CREATE INDEX a ON t (x) INCLUDE (n); CREATE INDEX b ON t (x, y)", [], id="with more in it"),
        pytest.param(
            "CREATE UNIQUE INDEX a ON t (x) NULLS NOT DISTINCT; CREATE UNIQUE INDEX b ON t (x, y)", [], id="stricter"
        ),
    ],
)
def test_of_two_that_do_the_same_one_goes(database: Connection, made: str, goes: list[str]) -> None:
    execute_script(database, "CREATE TABLE t (id int PRIMARY KEY, x int, y int, n text, u int UNIQUE)")
    execute_script(database, made)
    ailments = found(database, "duplicate-indexes")
    assert sorted(ailments) == [f"public.{name}" for name in goes]

    for ailment in ailments.values():
        heal(database, ailment)
    assert found(database, "duplicate-indexes") == {}


def test_a_replica_identity_is_left_alone(database: Connection) -> None:
    execute_script(
        database,
        "CREATE TABLE t (x int NOT NULL UNIQUE); CREATE UNIQUE INDEX a ON t (x); "
        "ALTER TABLE t REPLICA IDENTITY USING INDEX a",
    )
    assert found(database, "duplicate-indexes") == {}


UNUSED = (
    "CREATE TABLE parent (id int PRIMARY KEY); CREATE TABLE t (id int PRIMARY KEY, x int, p int REFERENCES parent); "
    "INSERT INTO t SELECT n, n FROM generate_series(1, 60000) n; CREATE INDEX a ON t (x); CREATE INDEX b ON t (p, x)"
)


def test_statistics_of_today_say_nothing_of_what_is_unused(database: Connection) -> None:
    execute_script(database, UNUSED)
    said = answer(database, "unused-indexes")
    assert said.soundness is Soundness.NOT_RUN
    assert "Counting began 0 days ago" in said.remark


def test_an_unused_index_is_dropped_and_one_of_a_key_is_not(
    database: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    pretend(monkeypatch, ("interval '7 days'", "interval '0 days'"))
    execute_script(database, UNUSED)
    ailments = found(database, "unused-indexes")
    assert sorted(ailments) == ["public.a"]
    assert answer(database, "unused-indexes").remark.startswith("Replicas count for themselves")

    heal(database, ailments["public.a"])
    assert found(database, "unused-indexes") == {}


def test_an_index_that_was_used_once_is_used(database: Connection, monkeypatch: pytest.MonkeyPatch) -> None:
    pretend(monkeypatch, ("interval '7 days'", "interval '0 days'"))
    execute_script(database, UNUSED)
    execute_script(database, "SET enable_seqscan = off; SELECT FROM t WHERE x = 5; SELECT pg_stat_force_next_flush()")
    assert found(database, "unused-indexes") == {}


KEYS = (
    "CREATE TABLE parent (a int, b int, PRIMARY KEY (a, b)); INSERT INTO parent VALUES (1, 1); "
    'CREATE TABLE child (id int PRIMARY KEY, "B b" int, a int, FOREIGN KEY (a, "B b") REFERENCES parent); '
    "CREATE TABLE child_a_idx (id int PRIMARY KEY)"
)


def test_a_foreign_key_without_an_index_gets_one(database: Connection) -> None:
    execute_script(database, KEYS)
    assert found(database, "foreign-keys") == {}, "nobody writes to what it refers to"

    execute_script(database, "DELETE FROM parent; SELECT pg_stat_force_next_flush()")
    ailment = found(database, "foreign-keys")['public.child (a, "B b")']
    assert ailment.remedy == 'CREATE INDEX CONCURRENTLY "child_a_B b_idx" ON public.child (a, "B b");'
    heal(database, ailment)
    assert found(database, "foreign-keys") == {}


def test_the_name_of_a_new_index_is_free(database: Connection) -> None:
    execute_script(
        database,
        "CREATE TABLE parent (id int PRIMARY KEY); INSERT INTO parent VALUES (1); "
        "CREATE TABLE child (id int PRIMARY KEY, p int REFERENCES parent); "
        "CREATE TABLE child_p_idx (id int PRIMARY KEY); "
        "DELETE FROM parent; SELECT pg_stat_force_next_flush()",
    )
    ailment = found(database, "foreign-keys")["public.child (p)"]
    assert ailment.remedy == "CREATE INDEX CONCURRENTLY child_p_2_idx ON public.child (p);"
    heal(database, ailment)
    assert found(database, "foreign-keys") == {}


@pytest.mark.parametrize(
    "index",
    ['(a, "B b")', '("B b", a)', '(a, "B b", id)', '(a, "B b") WHERE a > 0'],
)
def test_any_order_of_its_columns_serves_a_key_and_a_part_of_the_rows_does_not(
    database: Connection, index: str
) -> None:
    execute_script(database, KEYS)
    execute_script(database, "DELETE FROM parent; SELECT pg_stat_force_next_flush()")
    execute_statement(database, f"CREATE INDEX ON child {index}")
    assert bool(found(database, "foreign-keys")) == ("WHERE" in index)


def test_an_index_of_a_partitioned_table_is_built_on_all_of_it(database: Connection) -> None:
    execute_script(
        database,
        "CREATE TABLE parent (id int PRIMARY KEY); CREATE TABLE child (p int REFERENCES parent) PARTITION BY HASH (p); "
        "CREATE TABLE child_0 PARTITION OF child FOR VALUES WITH (MODULUS 1, REMAINDER 0)",
    )
    [ailment] = found(database, "foreign-keys").values()
    assert "Nobody can write" in ailment.note
    heal(database, ailment)
    assert found(database, "foreign-keys") == {}


def test_a_tenant_column_gets_an_index(database: Connection) -> None:
    execute_script(database, ODD)
    columns = [('public."Odd ""One"', "Na me"), ("public.not_there", "x"), ('public."Odd ""One"', "id")]
    assert answer(database, "tenant-columns").remark == "There is no [tenancy] of seatrial.toml."

    [ailment] = found(database, "tenant-columns", columns).values()
    assert ailment.object == 'public."Odd ""One" ("Na me")'
    heal(database, ailment)
    assert found(database, "tenant-columns", columns) == {}


def test_a_bloated_index_is_built_again(database: Connection) -> None:
    execute_script(
        database,
        "CREATE TABLE t (id int PRIMARY KEY, n text); "
        "INSERT INTO t SELECT n, n::text FROM generate_series(1, 400000) n",
    )
    execute_script(database, "CREATE INDEX lowered ON t (lower(n))")
    execute_statement(database, "VACUUM (ANALYZE) t")
    assert found(database, "bloated-indexes") == {}

    execute(database, "DELETE FROM t WHERE id % 10 <> 0")
    execute_statement(database, "VACUUM (ANALYZE) t")
    ailments = found(database, "bloated-indexes")
    assert sorted(ailments) == ["public.lowered", "public.t_pkey"]
    for ailment in ailments.values():
        heal(database, ailment)
    assert found(database, "bloated-indexes") == {}
