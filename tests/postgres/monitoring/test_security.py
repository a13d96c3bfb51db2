"""Whether security is as it was proved."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.postgres.monitoring.watched import NOTES, baseline, look

from seatrial.catalog.security import security_mark, security_of
from seatrial.ledger import write
from seatrial.monitoring.probe import Scope, Unreadable
from seatrial.monitoring.probes.security import PROBE
from seatrial.pg.connection import connect

if TYPE_CHECKING:
    from collections.abc import Iterator

    from seatrial.pg.connection import Connection

#: What is done, and which object is another one then.
CHANGES = [
    ("ALTER POLICY notes_select ON public.notes USING (body <> '')", "policy notes_select ON"),
    ("DROP POLICY notes_select ON public.notes", "policy notes_select ON"),
    ("CREATE POLICY everyone ON public.notes FOR ALL TO authenticated USING (true)", "policy everyone ON"),
    ("GRANT DELETE ON public.notes TO PUBLIC", "table public.notes"),
    ("GRANT UPDATE (body) ON public.notes TO anon", "table public.notes"),
    ("ALTER TABLE public.notes DISABLE ROW LEVEL SECURITY", "table public.notes"),
    ("ALTER TABLE public.notes OWNER TO authenticated", "table public.notes"),
    ("CREATE OR REPLACE FUNCTION public.mine() RETURNS int LANGUAGE sql AS 'SELECT 2'", "function public.mine()"),
    ("ALTER FUNCTION public.mine() SECURITY DEFINER", "function public.mine()"),
    ("GRANT CREATE ON SCHEMA public TO anon", "schema public"),
    ("CREATE OR REPLACE VIEW public.all_notes AS SELECT id FROM public.notes WHERE id > 0", "view public.all_notes"),
    ("CREATE POLICY files ON storage.objects FOR SELECT TO anon USING (true)", "policy files on storage.objects"),
]


@pytest.fixture(params=["supabase_db", pytest.param("second_db", marks=pytest.mark.second_server)])
def notes(request: pytest.FixtureRequest) -> Iterator[Connection]:
    with connect(request.getfixturevalue(request.param)) as connection:
        write.create(connection)
        connection.execute(NOTES.encode())
        connection.execute("CREATE FUNCTION public.mine() RETURNS int LANGUAGE sql AS 'SELECT 1'")
        connection.execute("GRANT CREATE ON SCHEMA public TO authenticated")
        connection.execute("CREATE VIEW public.all_notes AS SELECT id FROM public.notes")
        yield connection


@pytest.mark.parametrize(("change", "named"), CHANGES, ids=[change for change, _ in CHANGES])
def test_every_change_of_security_is_seen_at_the_next_look(notes: Connection, change: str, named: str) -> None:
    scope = Scope(baseline=baseline(security=security_of(notes)))
    assert look(notes, PROBE, scope).levels == {}
    notes.execute(change.encode())
    wanted = named.replace(" ON", " on public.notes")
    assert look(notes, PROBE, scope).levels == {("security.drift", wanted): 1.0}


def test_what_is_put_right_is_no_drift_any_more(notes: Connection) -> None:
    scope = Scope(baseline=baseline(security=security_of(notes)))
    notes.execute(b"ALTER TABLE public.notes DISABLE ROW LEVEL SECURITY")
    assert look(notes, PROBE, scope).levels
    notes.execute(b"ALTER TABLE public.notes ENABLE ROW LEVEL SECURITY")
    assert look(notes, PROBE, scope).levels == {}


def test_who_may_act_as_whom_and_whom_no_policy_holds(notes: Connection, request: pytest.FixtureRequest) -> None:
    running = request.getfixturevalue("second_server" if notes.info.server_version < 180000 else "server")
    scope = Scope(baseline=baseline(security=security_of(notes)))
    with running.superuser(notes.info.dbname) as superuser:
        superuser.execute("BEGIN; CREATE ROLE colleague_of_the_test LOGIN")
        assert look_inside(superuser, scope) == set()
        superuser.execute("GRANT service_role TO authenticated; ALTER ROLE anon BYPASSRLS")
        found = look_inside(superuser, scope)
        superuser.execute("ROLLBACK")
    assert found == {"membership of authenticated in service_role", "role anon"}


def look_inside(connection: Connection, scope: Scope) -> set[str]:
    """In the transaction that is open, as roles are of all databases of the server."""
    return {subject for _, subject in PROBE.look(connection, scope).levels}


def test_rows_statistics_temporary_tables_and_our_own_are_no_drift(notes: Connection) -> None:
    scope = Scope(baseline=baseline(security=security_of(notes)))
    before = security_mark(notes)
    notes.execute("CREATE TEMPORARY TABLE mine (a int)")
    notes.execute("DELETE FROM public.notes WHERE id < 100")
    notes.execute("VACUUM (FREEZE, ANALYZE) public.notes")
    assert security_mark(notes) == before
    notes.execute("CREATE TABLE seatrial.something (a int); CREATE INDEX ON public.notes (body)")
    assert look(notes, PROBE, scope).levels == {}


def test_the_platform_may_change_what_is_its_own(notes: Connection, request: pytest.FixtureRequest) -> None:
    running = request.getfixturevalue("second_server" if notes.info.server_version < 180000 else "server")
    scope = Scope(baseline=baseline(security=security_of(notes)))
    with running.superuser(notes.info.dbname) as superuser:
        superuser.execute("GRANT SELECT ON auth.users TO service_role; CREATE TABLE auth.newer (a int)")
        superuser.execute("CREATE FUNCTION storage.newer() RETURNS int LANGUAGE sql AS 'SELECT 1'")
    assert look(notes, PROBE, scope).levels == {}


def test_as_long_as_nothing_changes_not_all_of_it_is_looked_at_again(
    notes: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    scope = Scope(baseline=baseline(security=security_of(notes)))
    notes.execute(b"ALTER TABLE public.notes DISABLE ROW LEVEL SECURITY")
    first = look(notes, PROBE, scope)
    monkeypatch.setattr("seatrial.monitoring.probes.security.security_of", lambda _: {})
    assert look(notes, PROBE, scope) == first
    notes.execute(b"ALTER TABLE public.notes ENABLE ROW LEVEL SECURITY")
    assert look(notes, PROBE, scope) != first


def test_the_path_on_which_names_are_looked_for_changes_nothing(notes: Connection) -> None:
    proved = security_of(notes)
    notes.execute("SET search_path = storage")
    assert security_of(notes) == proved
    assert notes.execute("SHOW search_path").fetchall() == [("storage",)]


def test_without_what_was_proved_nobody_can_say(notes: Connection) -> None:
    with pytest.raises(Unreadable, match="nobody has noted what was proved"):
        look(notes, PROBE, Scope(baseline=baseline()))
