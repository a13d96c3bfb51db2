"""What is done to tables and indexes for real, and what a look makes of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import psycopg
import pytest
from tests.postgres.monitoring.looks import CONTACTS, contacts, counted, look

from seatrial.model.sample import WHOLE
from seatrial.monitoring.probe import Scope
from seatrial.monitoring.probes import tables

if TYPE_CHECKING:
    from seatrial.pg.connection import Connection
    from seatrial.scratch.server import Server

TABLE = "public.contacts"


@pytest.fixture(autouse=True)
def _contacts(application: Connection) -> None:
    application.execute(CONTACTS)
    application.execute("ANALYZE public.contacts")


def test_dead_rows_are_measured_by_what_autovacuum_waits_for(application: Connection, watcher: Connection) -> None:
    counted(application)
    assert look(watcher, "tables").levels["tables.dead", TABLE] == 0
    application.execute("UPDATE public.contacts SET email = ''")
    counted(application)
    # 1,000 dead rows; autovacuum waits for 50 + 0.2 of 1,000.
    assert look(watcher, "tables").levels["tables.dead", TABLE] == pytest.approx(4)
    application.execute("ALTER TABLE public.contacts SET (autovacuum_vacuum_threshold = 400)")
    application.execute("ALTER TABLE public.contacts SET (autovacuum_vacuum_scale_factor = 0.1)")
    assert look(watcher, "tables").levels["tables.dead", TABLE] == pytest.approx(2)
    application.execute("VACUUM public.contacts")
    counted(application)
    assert look(watcher, "tables").levels["tables.dead", TABLE] == 0


def test_rows_that_are_read_from_end_to_end_are_counted(application: Connection, watcher: Connection) -> None:
    counted(application)
    before = look(watcher, "tables").counters["tables.scanned", TABLE]
    application.execute("SELECT * FROM public.contacts WHERE email = ''")
    application.execute("SELECT * FROM public.contacts WHERE id = 7")
    counted(application)
    assert look(watcher, "tables").counters["tables.scanned", TABLE] == before + 1000


def test_a_table_that_grows_is_seen(application: Connection, watcher: Connection) -> None:
    before = look(watcher, "tables").levels["tables.size", TABLE]
    application.execute("INSERT INTO public.contacts SELECT n, repeat('x', 100) FROM generate_series(2000, 9000) AS n")
    assert look(watcher, "tables").levels["tables.size", TABLE] > before + 700_000


def test_a_table_that_is_locked_has_no_size_and_keeps_nobody_waiting(
    application: Connection, watcher: Connection
) -> None:
    application.execute("BEGIN; LOCK TABLE public.contacts")
    levels = look(watcher, "tables").levels
    assert ("tables.size", TABLE) not in levels
    assert levels["tables.dead", TABLE] == 0
    assert not look(watcher, "indexes").unread
    application.execute("ROLLBACK")


def test_the_releases_tables_come_first(
    application: Connection, watcher: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    application.execute("CREATE TABLE public.large AS SELECT n FROM generate_series(1, 50000) AS n")
    application.execute("CREATE TABLE public.empty (id int)")
    application.execute("ANALYZE public.large")
    monkeypatch.setattr(tables, "_MOST", 2)
    seen = {table for quantity, table in look(watcher, "tables").levels if quantity == "tables.dead"}
    assert TABLE in seen
    assert "public.empty" not in seen
    assert len(seen) == 2


def test_a_reset_of_the_statistics_begins_anew(host: Server, watcher: Connection) -> None:
    before = [look(watcher, source).epochs[source] for source in ("database", "tables", "indexes")]
    assert before == [look(watcher, source).epochs[source] for source in ("database", "tables", "indexes")]
    with host.superuser(watcher.info.dbname) as superuser:
        superuser.execute("SELECT pg_stat_reset()")
    after = [look(watcher, source).epochs[source] for source in ("database", "tables", "indexes")]
    assert not set(before) & set(after)


def test_an_index_that_was_not_finished_is_invalid(application: Connection, watcher: Connection) -> None:
    scope = Scope(changes=contacts("contacts_email", kind="index"))
    application.execute("UPDATE public.contacts SET email = 'twice' WHERE id < 3")
    with pytest.raises(psycopg.errors.UniqueViolation):
        application.execute("CREATE UNIQUE INDEX CONCURRENTLY contacts_email ON public.contacts (email)")
    assert look(watcher, "indexes", scope).levels["indexes.invalid", "public.contacts_email"] == 1
    application.execute("UPDATE public.contacts SET email = id")
    application.execute("REINDEX INDEX CONCURRENTLY contacts_email")
    levels = look(watcher, "indexes", scope).levels
    assert levels["indexes.invalid", "public.contacts_email"] == 0
    assert levels["indexes.invalid", WHOLE] == 0


def test_an_index_of_the_release_is_unused_until_it_is_used(application: Connection, watcher: Connection) -> None:
    scope = Scope(changes=contacts("contacts_email", kind="index"))
    application.execute(
        "CREATE INDEX contacts_email ON public.contacts (email); CREATE INDEX other ON contacts (email, id)"
    )
    sample = look(watcher, "indexes", scope)
    assert sample.levels["indexes.unused", "public.contacts_email"] == 1
    assert ("indexes.unused", "public.other") not in sample.levels
    assert sample.counters["indexes.scans", "public.contacts_email"] == 0
    application.execute("DROP INDEX other")
    application.execute("SELECT * FROM public.contacts WHERE email = 'someone-7@example.org'")
    counted(application)
    sample = look(watcher, "indexes", scope)
    assert sample.levels["indexes.unused", "public.contacts_email"] == 0
    assert sample.counters["indexes.scans", "public.contacts_email"] == 1


@pytest.mark.parametrize(
    ("first", "second", "covered"),
    [
        ("(email)", "(email)", {"b"}),
        ("(email)", "(email, id)", {"a"}),
        ("(email, id)", "(email)", {"b"}),
        ("(lower(email))", "(lower(email))", {"b"}),
        ("(email) WHERE id > 5", "(email) WHERE id > 5", {"b"}),
        ("(email)", "(email DESC)", set()),
        ("(email)", "(id, email)", set()),
        ("(email)", "(email) WHERE id > 5", set()),
        ("(email)", "(lower(email))", set()),
        ("(email)", "(email text_pattern_ops)", set()),
        ("(email) INCLUDE (id)", "(email)", {"b"}),
        ("(email)", "USING hash (email)", set()),
    ],
)
def test_an_index_that_another_one_covers(
    application: Connection, watcher: Connection, first: str, second: str, covered: set[str]
) -> None:
    names = {"a": "public.a", "b": "public.b_that_is_longer"}
    application.execute(f"CREATE INDEX a ON public.contacts {first}".encode())
    application.execute(f"CREATE INDEX b_that_is_longer ON public.contacts {second}".encode())
    levels = look(watcher, "indexes").levels
    assert {index for (what, index), value in levels.items() if what == "indexes.duplicate" and value} == {
        names[name] for name in covered
    }


def test_an_index_that_keeps_a_rule_is_not_the_one_too_many(application: Connection, watcher: Connection) -> None:
    application.execute("CREATE INDEX a ON public.contacts (id); CREATE UNIQUE INDEX b ON public.contacts (id, email)")
    levels = look(watcher, "indexes").levels
    assert {index for (what, index), value in levels.items() if what == "indexes.duplicate" and value} == {"public.a"}


def test_a_foreign_key_without_an_index(application: Connection, watcher: Connection) -> None:
    application.execute("CREATE TABLE public.notes (id int, contact_id int REFERENCES public.contacts)")
    key = ("indexes.bare_key", "notes_contact_id_fkey on public.notes")
    assert look(watcher, "indexes").levels[key] == 1
    application.execute("CREATE INDEX ON public.notes (contact_id)")
    assert key not in look(watcher, "indexes").levels


def test_an_index_that_was_emptied_is_bloated(application: Connection, watcher: Connection) -> None:
    application.execute("DROP TABLE public.contacts")
    application.execute("CREATE TABLE public.contacts (id int PRIMARY KEY, email text) WITH (autovacuum_enabled = off)")
    words = "SELECT string_agg(md5(n::text || p::text), '') FROM generate_series(1, 14) AS p"
    application.execute(f"INSERT INTO public.contacts SELECT n, ({words}) FROM generate_series(1, 25000) AS n".encode())
    application.execute("CREATE INDEX contacts_email ON public.contacts (email)")
    application.execute("VACUUM ANALYZE public.contacts")
    key = ("indexes.bloat", "public.contacts_email")
    assert look(watcher, "indexes").levels[key] < 0.1
    application.execute("DELETE FROM public.contacts WHERE id % 5 <> 0")
    application.execute("VACUUM ANALYZE public.contacts")
    assert look(watcher, "indexes").levels[key] == pytest.approx(0.8, abs=0.1)
    application.execute("REINDEX INDEX contacts_email; ANALYZE public.contacts")
    assert look(watcher, "indexes").levels.get(key, 0) < 0.1
