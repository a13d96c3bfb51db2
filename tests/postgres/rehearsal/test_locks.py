"""What statements lock, rewrite and scan, against PostgreSQL's documentation."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.postgres.rehearsal.lock_cases import FOREIGN_KEY, HIDDEN, INDEX_LOCKS, PAST, ROW_LOCKS, SCHEMA_LOCKS, Case
from tests.postgres.rehearsal.plain import locks, rewrites, scans

from seatrial.errors import StatementFailed
from seatrial.model.evidence import LockMode
from seatrial.pg.connection import connect
from seatrial.pg.statement import execute_statement

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.postgres.rehearsal.scene import Scene

    from seatrial.pg.connection import Connection


@pytest.mark.parametrize("case", [*INDEX_LOCKS, *SCHEMA_LOCKS, *ROW_LOCKS], ids=str)
def test_locks_rewrites_and_scans_are_those_that_postgresql_documents(scene: Scene, case: Case) -> None:
    scene.given(PAST + case.given)
    seen = scene.seen(case.sql)
    assert (locks(seen), rewrites(seen), scans(seen)) == (case.locks, case.rewrites, case.scans)
    assert all(lock.blocks == lock.mode.blocks for lock in seen.locks)


# What only a superuser can prepare ------------------------------------------------------------------------------


def test_a_table_that_moves_to_another_tablespace_is_copied_and_its_indexes_stay(scene: Scene) -> None:
    """LCK-21."""
    name = f"shed_{scene.connection.info.dbname}"
    scene.given(PAST)
    scene.observer.execute("SET allow_in_place_tablespaces = on")
    scene.observer.execute(f"CREATE TABLESPACE {name} OWNER postgres LOCATION ''".encode())
    try:
        seen = scene.seen(f"ALTER TABLE boats SET TABLESPACE {name}")
        assert locks(seen) == {"boats": LockMode.ACCESS_EXCLUSIVE}
        assert (rewrites(seen), scans(seen)) == ({"boats"}, set())
    finally:
        scene.given("ALTER TABLE boats SET TABLESPACE pg_default")
        scene.observer.execute(f"DROP TABLESPACE {name}".encode())


def test_a_table_of_another_access_method_is_rewritten_with_its_indexes(scene: Scene) -> None:
    """LCK-21."""
    scene.given(PAST)
    scene.observer.execute("CREATE ACCESS METHOD pile TYPE TABLE HANDLER heap_tableam_handler")
    seen = scene.seen("ALTER TABLE boats SET ACCESS METHOD pile")
    assert locks(seen) == dict.fromkeys(["boats", "boats_pkey", "boats_name"], LockMode.ACCESS_EXCLUSIVE)
    assert (rewrites(seen), scans(seen)) == ({"boats", "boats_pkey", "boats_name"}, {"boats"})


# Whatever it is wrapped in -------------------------------------------------------------------------------------

WRAPPINGS = {
    "a block": "DO $do$ BEGIN {sql}; END $do$",
    "a built string": "DO $do$ BEGIN EXECUTE $a${first}$a$ || $b${second}$b$; END $do$",
    "a loop over a catalog": (
        "DO $do$ DECLARE found record; BEGIN "
        "FOR found IN SELECT relname FROM pg_class WHERE relname LIKE 'boat_' AND relkind = 'r' "
        "LOOP EXECUTE format($q${pattern}$q$, found.relname); END LOOP; END $do$"
    ),
    "a function": (
        "CREATE FUNCTION hidden() RETURNS void LANGUAGE plpgsql AS $f$ BEGIN {sql}; END $f$; SELECT hidden()"
    ),
    "a function of a function": (
        "CREATE FUNCTION hidden() RETURNS void LANGUAGE plpgsql AS $f$ BEGIN EXECUTE $a${first}$a$ || $b${second}$b$;"
        "END $f$; CREATE FUNCTION outer_one() RETURNS void LANGUAGE sql AS 'SELECT hidden()'; SELECT outer_one()"
    ),
    "a procedure": "CREATE PROCEDURE hidden() LANGUAGE plpgsql AS $f$ BEGIN {sql}; END $f$; CALL hidden()",
}


def wrapped(wrapping: str, sql: str) -> str:
    half = len(sql) // 2
    pattern = sql.replace("boats ", "%1$I ")
    return WRAPPINGS[wrapping].format(sql=sql, first=sql[:half], second=sql[half:], pattern=pattern)


@pytest.mark.parametrize(
    ("case", "wrapping"),
    # Each in each is a hundred cases, and a wrapping does not ask what it wraps.
    [(HIDDEN[n % len(HIDDEN)], list(WRAPPINGS)[n % len(WRAPPINGS)]) for n in range(2 * len(HIDDEN))],
    ids=str,
)
def test_what_is_hidden_is_seen_as_if_it_stood_there(scene: Scene, case: Case, wrapping: str) -> None:
    """EXE-23: statements in blocks; EXE-24: built strings, and loops over catalogs."""
    scene.given(PAST + case.given)
    seen = scene.seen(wrapped(wrapping, case.sql))
    assert (locks(seen), rewrites(seen), scans(seen)) == (case.locks, case.rewrites, case.scans)


def test_of_several_locks_in_a_block_each_relation_has_its_strongest(scene: Scene) -> None:
    scene.given(PAST)
    seen = scene.seen(
        "DO $$ BEGIN PERFORM count(*) FROM owners; UPDATE boats SET length = 1 WHERE id = 1;"
        "ALTER TABLE boats ADD COLUMN more text; COMMENT ON TABLE owners IS 'people'; END $$"
    )
    assert locks(seen) == {"boats": LockMode.ACCESS_EXCLUSIVE, "owners": LockMode.SHARE_UPDATE_EXCLUSIVE}


def test_what_a_block_makes_locks_nobody_out(scene: Scene) -> None:
    seen = scene.seen(
        "DO $$ BEGIN CREATE TABLE new (id integer); INSERT INTO new VALUES (1); CREATE INDEX ON new (id);"
        "ALTER TABLE new ALTER id TYPE bigint; END $$"
    )
    assert (seen.locks, seen.rewrites, [one for one in seen.scans if one.existed]) == ((), (), [])


# How long, and on what -------------------------------------------------------------------------------------------


def test_a_lock_is_held_to_the_end_of_its_transaction_and_not_only_of_its_statement(scene: Scene) -> None:
    """LCK-32: what stands behind it counts; what is in the next transaction does not."""
    scene.given(PAST)
    [run] = scene.rehearse(
        "ALTER TABLE boats ADD COLUMN more text; SELECT pg_sleep(0.3); COMMENT ON TABLE owners IS 'people';"
        "COMMIT; SELECT pg_sleep(0.6);"
    ).runs
    first, second, third, fourth = (one.evidence for one in run.statements if one.evidence)
    [held], [short] = first.locks, third.locks
    assert (held.relation, held.mode) == ("public.boats", LockMode.ACCESS_EXCLUSIVE)
    assert short.relation == "public.owners"
    assert second.locks == fourth.locks == ()
    assert held.held_seconds >= short.held_seconds + 0.3
    assert run.seconds >= held.held_seconds + 0.6


def test_a_lock_that_is_there_already_is_not_taken_again_but_a_stronger_one_is(scene: Scene) -> None:
    """LCK-32."""
    scene.given(PAST)
    trials = scene.trials(
        "UPDATE boats SET length = 1; CREATE INDEX ON boats (length); SELECT count(*) FROM boats;"
        "ALTER TABLE boats ADD COLUMN more text; CREATE INDEX ON boats (price);"
    )
    taken = [locks(one.evidence).get("boats") for one in trials]
    assert taken == [LockMode.ROW_EXCLUSIVE, LockMode.SHARE, None, LockMode.ACCESS_EXCLUSIVE, None]


def test_a_table_of_an_earlier_file_of_the_release_is_locked_but_did_not_exist(scene: Scene) -> None:
    execution = scene.rehearse(
        "CREATE TABLE new (id integer); CREATE INDEX ON new (id);",
        "CREATE INDEX one ON new (id); ALTER TABLE new ALTER id TYPE bigint;",
    )
    first, second = ([one.evidence for one in run.statements] for run in execution.runs)
    assert [one.locks for one in first if one] == [(), ()]
    built, changed = (one for one in second if one)
    assert [(lock.relation, lock.mode, lock.existed) for lock in built.locks] == [
        ("public.new", LockMode.SHARE, False)
    ]  # fmt: skip
    assert {(lock.relation, lock.mode, lock.existed) for lock in changed.locks if lock.kind == "table"} == {
        ("public.new", LockMode.ACCESS_EXCLUSIVE, False)
    }
    assert [(one.relation, one.existed) for one in changed.rewrites if one.kind == "table"] == [("public.new", False)]


def test_one_change_reads_the_table_once_and_two_read_it_twice(scene: Scene) -> None:
    """LCK-33: the scans are counted."""
    scene.given(PAST)
    *apart, together = scene.trials(
        "ALTER TABLE boats ADD CHECK (length > 0); ALTER TABLE boats ADD CHECK (id > 0);"
        "ALTER TABLE boats ADD CHECK (owner > 0), ADD CHECK (price > 0);"
    )
    assert [one.scans for trial in apart for one in trial.evidence.scans] == [1, 1]
    assert [one.scans for one in together.evidence.scans] == [1]


def test_two_statements_of_one_transaction_that_lock_two_tables_are_seen_in_their_order(scene: Scene) -> None:
    """LCK-34: what a deadlock is made of."""
    scene.given(PAST)
    trials = scene.trials(f"UPDATE owners SET name = ''; {FOREIGN_KEY}; DROP TABLE boats;")
    taken = [{name: mode for name, mode in locks(one.evidence).items() if "_" not in name} for one in trials]
    assert taken == [
        {"owners": LockMode.ROW_EXCLUSIVE},
        {"owners": LockMode.SHARE_ROW_EXCLUSIVE, "boats": LockMode.SHARE_ROW_EXCLUSIVE},
        {"owners": LockMode.ACCESS_EXCLUSIVE, "boats": LockMode.ACCESS_EXCLUSIVE},
    ]


# The conflict table ----------------------------------------------------------------------------------------------

OTHERS = {
    "reads": "SELECT count(*) FROM public.boats",
    "writes": "INSERT INTO public.boats VALUES (1000)",
    # Takes the weakest lock of all schema changes: what it waits for, all of them wait for.
    "schema changes": "ALTER TABLE public.boats ALTER length SET STATISTICS 10",
}


@pytest.fixture
def other(scene: Scene) -> Iterator[Connection]:
    """A session beside, which waits for no lock longer than a moment."""
    info = scene.connection.info
    with connect(f"host={info.host} port={info.port} user={info.user} dbname={info.dbname}") as connection:
        connection.execute("SET lock_timeout = '50ms'")
        yield connection


def waits(other: Connection, statement: str) -> bool:
    execute_statement(other, "BEGIN")
    try:
        execute_statement(other, statement)
    except StatementFailed as error:
        if error.sqlstate != "55P03":
            raise
        return True
    finally:
        execute_statement(other, "ROLLBACK")
    return False


def test_who_waits_for_which_lock_is_as_the_model_says(scene: Scene, other: Connection) -> None:
    """The conflict table of "Explicit Locking"."""
    scene.given(PAST)
    waiting = {}
    for mode in LockMode:
        execute_statement(scene.connection, f"BEGIN; LOCK TABLE boats IN {mode.words} MODE")
        waiting[mode] = tuple(who for who, statement in OTHERS.items() if waits(other, statement))
        execute_statement(scene.connection, "ROLLBACK")
    assert waiting == {mode: mode.blocks for mode in LockMode}


def test_triggers_that_rest_in_batches_rest_here_too_and_what_it_takes_is_seen(scene: Scene) -> None:
    scene.given(
        "CREATE TABLE notes (id bigint PRIMARY KEY, n int); INSERT INTO notes VALUES (1, 0), (2, 0);"
        "CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'fired'; END $$;"
        "CREATE TRIGGER refuse BEFORE UPDATE ON notes FOR EACH ROW EXECUTE FUNCTION refuse()"
    )
    seen = scene.seen("-- seatrial: batch key=id triggers=off\nUPDATE notes SET n = 1;")
    assert locks(seen) == {"notes": LockMode.SHARE_ROW_EXCLUSIVE}
    assert scene.connection.execute("SELECT tgenabled::text FROM pg_trigger WHERE tgname = 'refuse'").fetchall() == [
        ("O",)
    ]
