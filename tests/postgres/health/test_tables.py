"""Tables, sequences, constraints, sessions: found, healed by the SQL that is told, and gone."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.postgres.health.looking import answer, found, heal, pretend

from seatrial.model.health import Soundness
from seatrial.pg.connection import connect, database_of, execute, rows
from seatrial.pg.statement import execute_script, execute_statement

if TYPE_CHECKING:
    from collections.abc import Iterator

    from seatrial.pg.connection import Connection
    from seatrial.scratch.server import Server


@pytest.fixture
def boss(server: Server, supabase_db: str) -> Iterator[Connection]:
    """A superuser in the same database."""
    with server.superuser(database_of(supabase_db)) as connection:
        yield connection


def test_a_bloated_table_gives_back_what_is_empty_at_its_end(database: Connection) -> None:
    execute_script(
        database,
        "CREATE TABLE t (id int PRIMARY KEY, pad text); "
        "INSERT INTO t SELECT n, repeat('x', 400) FROM generate_series(1, 50000) n",
    )
    execute_statement(database, "VACUUM (ANALYZE) t")
    assert found(database, "bloated-tables") == {}

    execute(database, "DELETE FROM t WHERE id > 10000")
    execute_statement(database, "VACUUM (ANALYZE, TRUNCATE off) t")
    ailment = found(database, "bloated-tables")["public.t"]
    assert ailment.remedy == "VACUUM (ANALYZE) public.t;"
    assert "nobody can read or write the table" in ailment.note
    heal(database, ailment)
    assert found(database, "bloated-tables") == {}


def test_dead_rows_are_vacuumed(database: Connection) -> None:
    execute_script(
        database,
        "CREATE TABLE t (id int PRIMARY KEY); INSERT INTO t SELECT generate_series(1, 4000); DELETE FROM t; "
        "SELECT pg_stat_force_next_flush()",
    )
    ailment = found(database, "dead-rows")["public.t"]
    assert {one.name: one.value for one in ailment.figures} == {
        "dead rows": "4000", "live rows": "0", "last vacuum": "never",
    }  # fmt: skip
    heal(database, ailment)
    execute_statement(database, "SELECT pg_stat_force_next_flush()")
    assert "public.t" not in found(database, "dead-rows")


@pytest.mark.parametrize("value", ["false", "off", "0"])
def test_autovacuum_that_is_switched_off_is_switched_on(database: Connection, value: str) -> None:
    execute_script(database, f"CREATE TABLE t (id int PRIMARY KEY) WITH (autovacuum_enabled = {value})")
    ailment = found(database, "dead-rows")["public.t"]
    assert "switched off" in ailment.note
    heal(database, ailment)
    assert "public.t" not in found(database, "dead-rows")


def test_a_server_without_autovacuum_is_urgent(database: Connection) -> None:
    assert found(database, "dead-rows")["the server"].urgent


def test_a_table_is_analyzed(database: Connection) -> None:
    execute_script(
        database,
        "CREATE TABLE small (id int PRIMARY KEY); INSERT INTO small VALUES (1); CREATE TABLE t (id int PRIMARY KEY); "
        "INSERT INTO t SELECT generate_series(1, 9000); CREATE TABLE p (id int PRIMARY KEY) PARTITION BY RANGE (id); "
        "CREATE TABLE p_0 PARTITION OF p DEFAULT; INSERT INTO p SELECT generate_series(1, 9000); ANALYZE p_0",
    )
    ailments = found(database, "never-analyzed")
    assert sorted(ailments) == ["public.p", "public.t"]
    for ailment in ailments.values():
        heal(database, ailment)
    assert found(database, "never-analyzed") == {}


def test_a_table_that_is_read_as_a_whole_is_shown_with_the_statement(
    database: Connection, boss: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    pretend(monkeypatch, ("s.seq_scan >= 100", "s.seq_scan >= 3"))
    execute_script(database, "CREATE TABLE guests (id int PRIMARY KEY, n int); CREATE TABLE guest (id int)")
    execute_script(database, "INSERT INTO guests SELECT n, n FROM generate_series(1, 20000) n; ANALYZE guests")
    execute(boss, "CREATE EXTENSION IF NOT EXISTS pg_stat_statements SCHEMA extensions")
    execute(boss, "SELECT extensions.pg_stat_statements_reset()")
    for number in range(4):
        execute_statement(database, f"SELECT /* token=geheim */ id FROM guests WHERE n = 77{number}")
        execute_statement(database, "SELECT FROM guest")
    execute_statement(database, "SELECT pg_stat_force_next_flush()")
    ailment = found(database, "sequential-scans")["public.guests"]
    assert ailment.statements[0] == "SELECT id FROM guests WHERE n = $1"
    assert not any("geheim" in one or "guest " in one or "77" in one for one in ailment.statements)

    # The remedy shows that a part of the table is read, and after the index that it is not any more.
    first = ailment.remedy.splitlines()[0]
    assert first == "EXPLAIN (GENERIC_PLAN) SELECT id FROM guests WHERE n = $1;"
    execute_statement(database, first)
    execute_script(database, "CREATE INDEX ON guests (n)")
    execute(boss, "SELECT pg_stat_reset_single_table_counters('public.guests'::regclass)")
    for number in range(4):
        execute_statement(database, f"SELECT id FROM guests WHERE n = 77{number}")
    execute_statement(database, "SELECT pg_stat_force_next_flush()")
    assert found(database, "sequential-scans") == {}


def test_old_rows_are_frozen(database: Connection, monkeypatch: pytest.MonkeyPatch) -> None:
    execute_script(database, "CREATE TABLE t (id int PRIMARY KEY); INSERT INTO t VALUES (1)")
    assert found(database, "transaction-ids") == {}
    # Nothing in the whole server may hold an older transaction open; so the table is only compared with itself.
    for _ in range(60):
        execute_statement(database, "SELECT pg_current_xact_id()")
    [before] = rows(database, "SELECT age(relfrozenxid) AS age FROM pg_class WHERE oid = 'public.t'::regclass")
    pretend(monkeypatch, ("500000000", str(before["age"])))
    ailment = found(database, "transaction-ids")["public.t"]
    assert not ailment.urgent
    assert ailment.remedy == "VACUUM (FREEZE) public.t;"
    heal(database, ailment)
    assert "public.t" not in found(database, "transaction-ids")


def test_urgent_is_a_billion(database: Connection, monkeypatch: pytest.MonkeyPatch) -> None:
    execute_script(database, "CREATE TABLE t (id int PRIMARY KEY)")
    pretend(monkeypatch, ("500000000", "0"), ("1000000000", "0"))
    assert found(database, "transaction-ids")["public.t"].urgent


@pytest.mark.parametrize(
    ("made", "sequence", "last", "urgent"),
    [
        pytest.param(
            "id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY", "t_id_seq", 1_600_000_000, False, id="identity"
        ),
        pytest.param("id serial PRIMARY KEY", "t_id_seq", 2_000_000_000, True, id="serial"),
        pytest.param("id smallserial PRIMARY KEY", "t_id_seq", 30_000, True, id="small"),
        pytest.param("id bigint PRIMARY KEY", "s", 950, True, id="an end of its own"),
        pytest.param("id int PRIMARY KEY", "t_id_big", 2_100_000_000, True, id="a wider sequence than its column"),
    ],
)
def test_a_sequence_that_ends_soon_gets_room(
    database: Connection, made: str, sequence: str, last: int, *, urgent: bool
) -> None:
    execute_script(database, f"CREATE TABLE t ({made}); CREATE SEQUENCE s MAXVALUE 1000")
    execute_script(database, "CREATE SEQUENCE t_id_big OWNED BY t.id; CREATE SEQUENCE round MAXVALUE 3 CYCLE")
    execute_script(
        database, f"SELECT nextval('round'), nextval('round'), nextval('round'), setval('{sequence}', {last})"
    )
    ailments = found(database, "sequences")
    assert sorted(ailments) == [f"public.{sequence}"]
    assert ailments[f"public.{sequence}"].urgent == urgent

    heal(database, ailments[f"public.{sequence}"])
    assert found(database, "sequences") == {}


def test_who_holds_back_vacuum_is_ended(
    database: Connection, supabase_db: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with connect(supabase_db, application_name="forgotten") as other:
        other.autocommit = False
        [row] = rows(other, "SELECT pg_backend_pid() AS pid, 'geheim' AS word")
        assert f"session {row['pid']} of postgres" not in {one.object for one in answer(database, "held-back").ailments}

        pretend(monkeypatch, ("interval '5 minutes'", "interval '0 minutes'"))
        ailment = {one.object: one for one in answer(database, "held-back").ailments}[
            f"session {row['pid']} of postgres"
        ]
        assert "geheim" not in str(ailment)
        assert "forgotten" in str(ailment.figures)
        heal(database, ailment)
        left = {ailment.object}
        # A session ends a moment after it was told to.
        for _ in range(200):
            left = {one.object for one in answer(database, "held-back").ailments}
            if ailment.object not in left:
                break
        assert ailment.object not in left
        other.close()


def test_a_slot_that_nobody_reads_is_dropped(boss: Connection, supabase_db: str) -> None:
    name = f"forgotten_{database_of(supabase_db)}"
    [setting] = rows(boss, "SELECT current_setting('wal_level') AS level")
    kind = "logical" if setting["level"] == "logical" else "physical"
    if kind == "logical":
        execute_statement(boss, f"SELECT pg_create_logical_replication_slot('{name}', 'pgoutput')")
    else:
        execute_statement(boss, f"SELECT pg_create_physical_replication_slot('{name}', true)")
    ailment = {one.object: one for one in answer(boss, "held-back").ailments}[f"replication slot {name}"]
    assert ailment.urgent
    heal(boss, ailment)
    assert f"replication slot {name}" not in {one.object for one in answer(boss, "held-back").ailments}


def test_a_constraint_is_validated(database: Connection) -> None:
    execute_script(
        database,
        'CREATE TABLE t (id int PRIMARY KEY); ALTER TABLE t ADD CONSTRAINT "Not less" CHECK (id > 0) NOT VALID; '
        "CREATE TABLE c (id int PRIMARY KEY, t int); ALTER TABLE c ADD FOREIGN KEY (t) REFERENCES t NOT VALID",
    )
    ailments = found(database, "unvalidated")
    assert sorted(ailments) == ['"Not less" on public.t', "c_t_fkey on public.c"]
    for ailment in ailments.values():
        heal(database, ailment)
    assert found(database, "unvalidated") == {}


def test_what_is_not_to_be_enforced_is_no_leftover(database: Connection) -> None:
    execute_script(database, "CREATE TABLE t (id int PRIMARY KEY, CONSTRAINT c CHECK (id > 0) NOT ENFORCED)")
    assert found(database, "unvalidated") == {}


@pytest.mark.parametrize(
    ("made", "remedy"),
    [
        pytest.param("x int", "ADD COLUMN id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY;", id="a new column"),
        pytest.param("id text", "ADD COLUMN id_2 bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY;", id="a free name"),
    ],
)
def test_a_table_gets_a_primary_key(database: Connection, made: str, remedy: str) -> None:
    execute_script(database, f"CREATE TABLE t ({made}); INSERT INTO t VALUES (NULL), (NULL)")
    ailment = found(database, "primary-keys")["public.t"]
    assert ailment.remedy == f"ALTER TABLE public.t {remedy}"
    assert not ailment.urgent
    heal(database, ailment)
    assert found(database, "primary-keys") == {}


def test_a_unique_index_becomes_the_key(database: Connection) -> None:
    execute_script(
        database,
        "CREATE TABLE t (x int NOT NULL, y int); CREATE UNIQUE INDEX a ON t (y); CREATE UNIQUE INDEX b ON t (x DESC); "
        "CREATE UNIQUE INDEX c ON t (x) WHERE y > 0; CREATE UNIQUE INDEX d ON t (x)",
    )
    ailment = found(database, "primary-keys")["public.t"]
    assert ailment.remedy == "ALTER TABLE public.t ADD PRIMARY KEY USING INDEX d;"
    heal(database, ailment)
    assert found(database, "primary-keys") == {}


def test_a_published_table_without_a_key_is_urgent(database: Connection) -> None:
    execute_script(database, "CREATE TABLE t (x int); CREATE PUBLICATION p FOR TABLE t")
    assert found(database, "primary-keys")["public.t"].urgent
    execute(database, "ALTER TABLE t REPLICA IDENTITY FULL")
    assert not found(database, "primary-keys")["public.t"].urgent


def test_a_cache_is_judged_once_enough_was_read(database: Connection, monkeypatch: pytest.MonkeyPatch) -> None:
    pretend(monkeypatch, ("100000", "1000000000"))
    said = answer(database, "cache-hits")
    assert said.soundness is Soundness.NOT_RUN
    assert said.remark == "Too few blocks were asked for so far to tell."

    monkeypatch.undo()
    pretend(monkeypatch, ("100000", "0"), ("0.95", "1.01"))
    [ailment] = found(database, "cache-hits").values()
    heal(database, ailment)

    monkeypatch.undo()
    pretend(monkeypatch, ("100000", "0"), ("0.95", "0.01"))
    assert found(database, "cache-hits") == {}
