"""Taking a picture: what the target notices of it, and what is never seen of the target."""

from __future__ import annotations

import re
import threading
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from tests.postgres.standin.harbour import Harbour

from seatrial.catalog import read as catalog
from seatrial.errors import CannotRun
from seatrial.pg.connection import Connection, connect
from seatrial.pg.failure import ConnectionLost
from seatrial.scratch.server import scratch
from seatrial.standin.lay import lay
from seatrial.standin.read import read_target

if TYPE_CHECKING:
    from collections.abc import Iterator

    from seatrial.model.catalog import Catalog
    from seatrial.model.standin import Picture

#: Begins everything that may be asked of a target.
READS = re.compile(r"(BEGIN|SET|SELECT|WITH|COMMIT|ROLLBACK|SAVEPOINT|RELEASE)\b")


@pytest.fixture
def logged() -> Iterator[Harbour]:
    """A target of which every statement of its deploying role is written down."""
    with scratch("supabase") as server:
        server.clone("logged")
        target = Harbour(server=server, database="logged")
        target.run("CREATE TABLE public.t (id integer PRIMARY KEY); CREATE VIEW public.v AS SELECT id FROM public.t")
        target.run("ALTER ROLE postgres SET log_statement TO 'all'")
        yield target


def test_a_target_is_only_read(logged: Harbour) -> None:
    before = logged.catalog()
    with connect(logged.dsn(), read_only=True) as connection:
        read_target(connection)

    statements = _statements(logged)
    assert len(statements) > 8
    assert [one for one in statements if not READS.match(one)] == []
    assert [one for one in statements if "public." in one] == [], "a user's table"
    assert sum(one.startswith("BEGIN") for one in statements) == 1, "one transaction"
    assert logged.catalog() == before


def test_no_relation_of_a_user_is_locked_but_as_a_reader_of_its_definition(
    newer: Harbour, monkeypatch: pytest.MonkeyPatch
) -> None:
    held: set[str] = set()

    def looking(connection: Connection) -> Catalog:
        found = original(connection)
        # The transaction's last act; locks are kept until it ends.
        pid = connection.info.backend_pid
        held.update(mode for (mode,) in newer.ask(f"SELECT mode FROM pg_locks WHERE pid = {pid} AND relation >= 16384"))
        return found

    original = catalog.read
    monkeypatch.setattr(catalog, "read", looking)
    with connect(newer.dsn(), read_only=True) as connection:
        read_target(connection)

    assert held == {"AccessShareLock"}


def test_a_lock_in_the_way_is_waited_for_a_moment_only(newer: Harbour) -> None:
    with connect(newer.dsn("supabase_admin")) as owner, connect(newer.dsn(), read_only=True) as connection:
        owner.execute("BEGIN; LOCK TABLE app.organizations IN ACCESS EXCLUSIVE MODE")
        with pytest.raises(CannotRun) as caught:
            read_target(connection)
        owner.execute("ROLLBACK")
        assert read_target(connection).database == "rich", "the connection can go on"

    assert caught.value.code == "standin.unreadable"
    assert "lock timeout" in caught.value.why


def test_a_connection_that_breaks_half_way_gives_no_picture(newer: Harbour) -> None:
    with connect(newer.dsn("supabase_admin")) as owner, connect(newer.dsn()) as connection:
        owner.execute("BEGIN; LOCK TABLE app.organizations IN ACCESS EXCLUSIVE MODE")
        pid = connection.info.backend_pid
        killer = threading.Thread(target=_kill_when_waiting, args=(newer, pid))
        killer.start()
        with pytest.raises(ConnectionLost):
            read_target(connection)
        killer.join()
        owner.execute("ROLLBACK")


def test_sample_values_and_ledger_are_in_no_representation(picture: Picture) -> None:
    shown = repr(picture) + "".join(map(repr, picture.column_statistics)) + "".join(map(repr, picture.definitions))
    values = [text for one in picture.column_statistics for text in one.facts.values() if "secret" in text]

    assert values, "there are sample values"
    assert "secret 1" not in shown
    assert "never to be seen" not in repr([(one.sql, one.undo) for one in picture.definitions])


def test_without_values_no_sample_leaves_the_target(newer: Harbour) -> None:
    with connect(newer.dsn(), read_only=True) as connection:
        picture = read_target(connection, values=False)

    kept = {fact for one in picture.column_statistics for fact in one.facts}
    assert kept == {"null_frac", "avg_width", "n_distinct", "correlation", "range_empty_frac"}


def test_sizes_are_those_of_the_target(newer: Harbour) -> None:
    with connect(newer.dsn(), read_only=True) as connection:
        sizes = read_target(connection).sizes

    assert sizes["app.organizations"].rows == 500
    assert sizes["app.organizations"].bytes == newer.ask("SELECT pg_table_size('app.organizations')")[0][0]
    assert sizes['"Odd Names"."a.b ""c"'].pages == 0
    newer.run("CREATE TABLE app.never_counted (id integer)")
    with connect(newer.dsn(), read_only=True) as connection:
        assert read_target(connection).sizes["app.never_counted"].rows is None
    newer.run("DROP TABLE app.never_counted")


def test_a_ledger_that_may_not_be_read_is_named(logged: Harbour, bare: Harbour) -> None:
    logged.run(
        "CREATE ROLE guest LOGIN; CREATE SCHEMA supabase_migrations; "
        "CREATE TABLE supabase_migrations.schema_migrations (version text PRIMARY KEY)"
    )
    with connect(logged.dsn("guest"), read_only=True) as connection:
        picture = read_target(connection)

    assert [one.what for one in picture.left] == ["ledger supabase_migrations.schema_migrations"]
    assert [one.what for one in lay(picture, bare.server, bare.database)][:1] == [picture.left[0].what]


def _statements(target: Harbour) -> list[str]:
    folder = re.search(r"host=(\S+)", target.dsn())
    assert folder
    log = (Path(folder[1]) / "server.log").read_text(encoding="utf-8")
    return re.findall(r"LOG:  (?:statement|execute [^:]+): (?:\s*--[^\n]*\n)*\s*([^\n]+(?:\n\t[^\n]*)*)", log)


def _kill_when_waiting(target: Harbour, pid: int) -> None:
    with connect(target.dsn("supabase_admin")) as connection:
        waiting = f"SELECT wait_event_type = 'Lock' FROM pg_stat_activity WHERE pid = {pid}"
        # By one connection: to open another for each look may take longer than a lock is waited for.
        while not connection.execute(waiting.encode()).fetchall()[0][0]:
            pass
        connection.execute(f"SELECT pg_terminate_backend({pid})".encode())
