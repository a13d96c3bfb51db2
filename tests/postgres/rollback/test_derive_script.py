"""What the script of a way back is like: readable, quick where others wait, and honest about what it cannot do."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.postgres.rollback.there_and_back import there_and_back

from seatrial.model.archive import Keeping
from seatrial.pg.connection import connect
from seatrial.pg.statement import execute_script
from seatrial.rollback.derive import way_back
from seatrial.standin.state import read_state

if TYPE_CHECKING:
    from seatrial.scratch.server import Server

BASE = """
CREATE TABLE public.teams (id bigint PRIMARY KEY, name text UNIQUE);
CREATE TABLE public.notes (
  id bigint PRIMARY KEY, team_id bigint REFERENCES public.teams (id), size int CHECK (size > 0)
);
CREATE INDEX notes_team ON public.notes (team_id);
CREATE TABLE public.loose (a integer);
"""


def test_what_takes_its_time_comes_behind_the_main_transaction(server: Server, supabase_db: str) -> None:
    """Indexes are built beside the writers, a key takes its index, and checks look at the rows later."""
    change = """
    ALTER TABLE public.notes DROP CONSTRAINT notes_team_id_fkey, DROP CONSTRAINT notes_size_check;
    ALTER TABLE public.teams DROP CONSTRAINT teams_name_key;
    DROP INDEX public.notes_team;
    """
    text = there_and_back(server, supabase_db, BASE, change).way_back.script
    main, _, behind = text.partition("COMMIT;")
    assert "CREATE INDEX CONCURRENTLY notes_team" in behind
    assert "CREATE UNIQUE INDEX CONCURRENTLY teams_name_key" in behind
    assert "ADD CONSTRAINT teams_name_key UNIQUE USING INDEX teams_name_key" in behind
    assert "REFERENCES public.teams(id) NOT VALID" in main
    assert behind.index("VALIDATE CONSTRAINT notes_size_check") != behind.index(
        "VALIDATE CONSTRAINT notes_team_id_fkey"
    )
    assert "VALIDATE CONSTRAINT" not in main


def test_it_says_where_it_comes_from_and_begins_each_part_with_words(server: Server, supabase_db: str) -> None:
    """A person reads it."""
    text = there_and_back(server, supabase_db, BASE, "CREATE VIEW public.v AS SELECT 1 AS one;").way_back.script
    head, _, rest = text.partition("\n\n")
    assert head.startswith("-- The way back of 20260101000000: written by Seatrial")
    assert rest == (
        "-- What it made without rows of its own, or what has to be made again, goes.\nDROP VIEW public.v;\n"
    )


def test_tables_and_columns_go_to_the_archive(server: Server, supabase_db: str) -> None:
    """It is said what is put away, and nothing is dropped."""
    change = "CREATE TABLE public.more (id bigint PRIMARY KEY); ALTER TABLE public.notes ADD tag text, ADD hue text;"
    found = there_and_back(server, supabase_db, BASE, change).way_back
    assert found.archived == ("table public.more", "columns tag, hue of public.notes")
    assert "DROP TABLE public.more" not in found.script


def test_values_without_a_key_are_said_to_be_lost(server: Server, supabase_db: str) -> None:
    """Nobody could find the row again."""
    found = there_and_back(server, supabase_db, BASE, "ALTER TABLE public.loose ADD b text;")
    assert found.back == []
    assert found.way_back.reasons == ("values of public.loose.b are lost: the table has no key",)


def test_rows_that_nobody_has_kept_are_said_to_be_lost(server: Server, supabase_db: str) -> None:
    """The table is there again, and empty; so is the column."""
    change = "DROP TABLE public.loose; ALTER TABLE public.notes DROP COLUMN size;"
    found = there_and_back(server, supabase_db, BASE, change)
    assert found.back == []
    assert set(found.way_back.reasons) == {
        "rows of public.loose are lost: the deployment has not kept them",
        "values of public.notes.size are lost: the deployment has not kept them",
    }


def test_what_no_definition_can_be_given_for_is_named(supabase_db: str) -> None:
    """An operator is of a kind that nobody takes back."""
    change = """
    CREATE FUNCTION public.near(a integer, b integer) RETURNS boolean LANGUAGE sql AS 'SELECT abs(a - b) < 2';
    CREATE OPERATOR public.=~= (LEFTARG = integer, RIGHTARG = integer, FUNCTION = public.near);
    """
    [reason] = _reasons(supabase_db, change)
    assert reason == "operator public.=~=(integer,integer) was made, and is of a kind that is not taken back"


def test_a_new_role_stays_and_is_named(server: Server, supabase_db: str) -> None:
    """Others of the server may have it by then; one that was there is not taken for new when it gets a right."""
    change = "CREATE ROLE rollback_reader; GRANT SELECT ON public.seen TO rollback_reader, rollback_writer;"
    with server.superuser() as office:
        office.execute("CREATE ROLE rollback_writer")
        try:
            given = "CREATE TABLE public.seen (id bigint PRIMARY KEY);"
            assert not _reasons(supabase_db, given)
            found = _reasons(supabase_db, change)
        finally:
            with server.superuser(supabase_db.partition("?")[0].rpartition("/")[2]) as here:
                here.execute("DROP OWNED BY rollback_writer, rollback_reader")
            office.execute("DROP ROLE rollback_writer, rollback_reader")
    assert found == ("role rollback_reader was made, and roles belong to the whole server",)


def _reasons(database: str, change: str) -> tuple[str, ...]:
    with connect(database) as connection:
        before = read_state(connection)
        execute_script(connection, change)
        after = read_state(connection)
    return way_back(before, after, Keeping(version="1"), version="1", also={}).reasons
