"""A role without any right that is special, and a server without what others have: it is said, and the rest goes on."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.postgres.monitoring.looks import CONTACTS, sampler

from seatrial.model.sample import WHOLE
from seatrial.pg.connection import connect, execute

if TYPE_CHECKING:
    from collections.abc import Iterator

    from seatrial.pg.connection import Connection
    from seatrial.scratch.server import Server

ALL = ("locks", "activity", "database", "replication", "statements", "tables", "indexes")


@pytest.fixture
def nobody(host: Server, application: Connection) -> Iterator[Connection]:
    """A role that may only connect."""
    database = application.info.dbname
    application.execute(CONTACTS)
    with host.superuser(database) as superuser:
        execute(superuser, "CREATE ROLE somebody_plain LOGIN")
    try:
        with connect(host.own_dsn(database, "somebody_plain")) as connection:
            yield connection
    finally:
        # A role is the whole server's, and other tests look at all that there are.
        with host.superuser(database) as superuser:
            execute(superuser, "DROP OWNED BY somebody_plain; DROP ROLE somebody_plain")


def test_a_plain_role_sees_what_it_may(application: Connection, nobody: Connection) -> None:
    application.execute("BEGIN; LOCK TABLE public.contacts IN EXCLUSIVE MODE")
    sample = sampler(*ALL).sample(nobody)
    application.execute("ROLLBACK")
    assert sample.looked == {"locks", "database", "replication", "tables", "indexes"}
    assert sample.unread.keys() == {"activity", "statements"}
    assert "pg_read_all_stats" in sample.unread["activity"]
    assert "may not use the schema extensions" in sample.unread["statements"]
    assert sample.levels["tables.size", "public.contacts"] > 0
    assert sample.counters["database.transactions", WHOLE] > 0


def test_statements_of_others_that_are_hidden_are_no_statements(
    host: Server, application: Connection, nobody: Connection
) -> None:
    with host.superuser(application.info.dbname) as superuser:
        superuser.execute("GRANT USAGE ON SCHEMA extensions TO somebody_plain")
    application.execute("SELECT * FROM public.contacts")
    why = sampler("statements").sample(nobody).unread["statements"]
    assert why == "statements of other roles are hidden: GRANT pg_read_all_stats to whoever watches"
    with host.superuser(application.info.dbname) as superuser:
        superuser.execute("GRANT pg_read_all_stats TO somebody_plain")
    sample = sampler(*ALL).sample(nobody)
    assert not sample.unread
    assert [text for text in sample.texts.values() if text.relations == ("public.contacts",)]


def test_without_pg_stat_statements_the_rest_goes_on(application: Connection, watcher: Connection) -> None:
    application.execute("DROP EXTENSION pg_stat_statements")
    sample = sampler(*ALL).sample(watcher)
    assert sample.unread == {"statements": "pg_stat_statements is not installed in this database"}
    assert sample.looked == set(ALL) - {"statements"}


def test_pg_stat_statements_is_found_wherever_it_is(application: Connection, watcher: Connection) -> None:
    application.execute('DROP EXTENSION pg_stat_statements; CREATE SCHEMA "My stats"')
    application.execute('CREATE EXTENSION pg_stat_statements SCHEMA "My stats"')
    assert sampler("statements").sample(watcher).counters["statements.calls", WHOLE] > 0


def test_an_old_pg_stat_statements_says_what_to_do(host: Server, application: Connection, watcher: Connection) -> None:
    application.execute("DROP EXTENSION pg_stat_statements")
    with host.superuser(application.info.dbname) as superuser:
        superuser.execute("CREATE EXTENSION pg_stat_statements SCHEMA extensions VERSION '1.8'")
    why = sampler("statements").sample(watcher).unread["statements"]
    assert why == "pg_stat_statements is of version 1.8: ALTER EXTENSION pg_stat_statements UPDATE"
