"""A stand-in has everything that its target has, and says what it has not."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.postgres.standin.harbour import Harbour

from seatrial.catalog.compare import compare
from seatrial.errors import StatementFailed
from seatrial.ledger import write
from seatrial.ledger.read import read_history
from seatrial.pg.connection import connect
from seatrial.pg.statement import execute_statement
from seatrial.scratch.server import scratch
from seatrial.standin.lay import lay
from seatrial.standin.read import read_target

if TYPE_CHECKING:
    from seatrial.model.standin import Picture

#: What of the target with everything may not be carried over, for whatever server it is on.
SECRETS = {
    "setting app.api_secret of role reporter",
    "setting session_preload_libraries of role reporter",
}
#: Facts that the catalog does not read, each with how it is asked for.
FACTS = {
    "attributes of roles": (
        "SELECT rolname, rolsuper, rolinherit, rolcreaterole, rolcreatedb, rolcanlogin, rolreplication, rolbypassrls "
        "FROM pg_roles WHERE rolname IN ('anon', 'deployer', 'postgres', 'reporter', 'service_role', 'team') ORDER BY 1"
    ),
    "memberships": (
        "SELECT roleid::regrole::text, member::regrole::text, admin_option FROM pg_auth_members "
        "WHERE member::regrole::text IN ('deployer', 'reporter', 'team', 'postgres') "
        "AND roleid::regrole::text NOT LIKE 'pg_create_sub%' ORDER BY 1, 2"
    ),
    "settings": (
        "SELECT setrole::regrole::text, s FROM pg_db_role_setting, unnest(setconfig) s "
        "WHERE setdatabase IN (0, (SELECT oid FROM pg_database WHERE datname = current_database())) "
        "AND s !~ 'api_secret|preload' ORDER BY 1, 2"
    ),
    "privileges on the database": (
        "SELECT grantee::regrole::text, privilege_type FROM pg_database, aclexplode(datacl) "
        "WHERE datname = current_database() AND grantee = 'team'::regrole"
    ),
    "who granted what": (
        "SELECT grantor::regrole::text, grantee::regrole::text, privilege_type, is_grantable "
        "FROM pg_class, aclexplode(relacl) "
        "WHERE oid = 'app.older'::regclass AND privilege_type <> 'MAINTAIN' ORDER BY 1, 2, 3"
    ),
    "indexes of partitions": (
        "SELECT i.inhparent::regclass::text, i.inhrelid::regclass::text FROM pg_inherits i "
        "WHERE i.inhparent::regclass::text ~ '^app' ORDER BY 1, 2"
    ),
    "order of columns": (
        "SELECT a.attrelid::regclass::text, array_agg(a.attname ORDER BY a.attnum) FROM pg_attribute a "
        "JOIN pg_class c ON c.oid = a.attrelid WHERE c.relkind IN ('r', 'p') AND c.relnamespace = 'app'::regnamespace "
        "AND a.attnum > 0 AND NOT a.attisdropped GROUP BY 1 ORDER BY 1"
    ),
    "names of constraints": (
        "SELECT conrelid::regclass::text, conname FROM pg_constraint WHERE connamespace = 'app'::regnamespace "
        "AND contype <> 'n' AND (contype <> 'f' OR conparentid = 0) ORDER BY 1, 2"
    ),
    "filled views": "SELECT relname, relispopulated FROM pg_class WHERE relkind = 'm' ORDER BY 1",
    "clustered": "SELECT indexrelid::regclass::text FROM pg_index WHERE indisclustered ORDER BY 1",
    "collations": (
        "SELECT collname, collcollate, collowner::regrole::text FROM pg_collation "
        "WHERE collnamespace = 'app'::regnamespace"
    ),
    "mappings": "SELECT srvname, usename FROM pg_user_mappings ORDER BY 1, 2",
}  # fmt: skip


def test_a_target_with_one_of_everything(target: Harbour, picture: Picture, bare: Harbour) -> None:
    named = {one.what for one in lay(picture, bare.server, bare.database)}

    assert {what for what in named if not what.startswith("default collation")} == SECRETS
    assert compare(target.catalog(), bare.catalog()) == ()
    for fact, query in FACTS.items():
        assert bare.ask(query) == target.ask(query), fact


def test_the_shipped_release_is_carried_over_whole(shipped: Harbour, bare: Harbour) -> None:
    with connect(shipped.dsn(), read_only=True) as connection:
        picture = read_target(connection)

    assert lay(picture, bare.server, bare.database) == ()
    assert compare(shipped.catalog(), bare.catalog()) == ()
    assert bare.ask("SELECT jobid, schedule, command FROM cron.job") == shipped.ask(
        "SELECT jobid, schedule, command FROM cron.job"
    )


def test_what_follows_goes_as_it_would_on_the_target(shipped: Harbour, bare: Harbour) -> None:
    """A number of a job, and a right that was there by default."""
    with connect(shipped.dsn(), read_only=True) as connection:
        lay(read_target(connection), bare.server, bare.database)

    bare.run("SELECT cron.schedule('one more', '0 0 * * *', 'SELECT 1')", role="postgres")
    bare.run("CREATE TABLE public.fresh (id integer)", role="postgres")
    granted = "SELECT relacl::text FROM pg_class WHERE oid = 'public.fresh'::regclass"
    shipped.run("CREATE TABLE public.fresh (id integer)", role="postgres")
    try:
        assert bare.ask(granted) == shipped.ask(granted)
    finally:
        shipped.run("DROP TABLE public.fresh", role="postgres")


@pytest.mark.parametrize(
    ("role", "statement", "sqlstate"),
    [
        ("deployer", "ALTER TABLE app.contacts ADD COLUMN more text", "42501"),
        ("deployer", "CREATE TABLE public.mine (id integer)", "42501"),
        ("deployer", "SET ROLE team; COMMENT ON TABLE app.older IS 'ours'; CREATE TABLE app.mine ()", ""),
        ("deployer", "CREATE ROLE helper; DROP ROLE helper", ""),
        ("deployer", "ALTER ROLE team SUPERUSER", "42501"),
        ("reporter", "SELECT FROM app.older", ""),
        ("reporter", "SELECT FROM app.organizations", "42501"),
        ("postgres", "SET ROLE anon; SELECT FROM storage.objects LIMIT 1", ""),
        ("postgres", "CREATE TABLE auth.mine ()", "42501"),
        ("postgres", "ALTER TABLE auth.users ADD COLUMN more text", "42501"),
        ("postgres", "CREATE POLICY more ON storage.objects USING (true)", ""),
    ],
)  # fmt: skip
def test_the_same_is_refused_on_both(newer: Harbour, bare: Harbour, role: str, statement: str, sqlstate: str) -> None:
    with connect(newer.dsn(), read_only=True) as connection:
        lay(read_target(connection), bare.server, bare.database)

    for place in (newer, bare):
        assert _refusal(place, role, statement) == sqlstate, place.database


def test_a_login_of_another_name_takes_the_same_picture(newer: Harbour, bare: Harbour) -> None:
    with connect(newer.dsn("deployer"), read_only=True) as connection:
        picture = read_target(connection)
    named = {one.what for one in lay(picture, bare.server, bare.database)}

    assert picture.role == "deployer"
    assert named >= {"statistics of app.organizations", "statistics of app.logs"}, "it may not read these"
    assert {what for what in named if not what.startswith("statistics of")} == SECRETS
    assert compare(newer.catalog(), bare.catalog()) == ()


def test_a_plain_server_as_the_target(bare: Harbour, newer: Harbour) -> None:
    """Without a platform: nothing of the scratch's own is expected of it."""
    newer.server.clone("plain", "template0")
    plain = type(newer)(server=newer.server, database="plain")
    plain.run(
        "CREATE ROLE owner_of_plain LOGIN; ALTER SCHEMA public OWNER TO owner_of_plain; SET ROLE owner_of_plain; "
        "CREATE TABLE public.t (id integer PRIMARY KEY); CREATE VIEW public.v AS SELECT id FROM public.t"
    )
    with connect(plain.dsn("owner_of_plain"), read_only=True) as connection:
        picture = read_target(connection)

    assert {one.what for one in lay(picture, bare.server, bare.database)} <= SECRETS
    assert compare(plain.catalog(), bare.catalog()) == ()
    newer.server.drop("plain")


def test_a_target_and_a_scratch_of_the_plain_platform() -> None:
    with scratch("postgres") as server, scratch("postgres") as stage:
        server.clone("plain")
        plain, bare = Harbour(server=server, database="plain"), Harbour(server=stage, database="standin")
        plain.run("CREATE ROLE app LOGIN; ALTER DEFAULT PRIVILEGES FOR ROLE postgres GRANT SELECT ON TABLES TO app")
        plain.run(
            "CREATE SCHEMA sales CREATE TABLE t (id integer PRIMARY KEY); REVOKE ALL ON SCHEMA public FROM PUBLIC",
            "postgres",
        )
        with connect(plain.dsn("app"), read_only=True) as connection:
            picture = read_target(connection)
        stage.clone("standin")

        assert lay(picture, stage, "standin") == ()
        assert compare(plain.catalog(), bare.catalog()) == ()
        assert _refusal(bare, "app", "SELECT FROM sales.t") == _refusal(plain, "app", "SELECT FROM sales.t") == "42501"
        assert _refusal(bare, "app", "CREATE TABLE public.t ()") == "42501"


def test_the_ledger_is_read_the_same_on_both(newer: Harbour, bare: Harbour) -> None:
    newer.server.clone("with_ledger")
    target = type(newer)(server=newer.server, database="with_ledger")
    with connect(target.dsn()) as connection:
        write.create(connection)
        connection.execute("ALTER TABLE supabase_migrations.schema_migrations ADD COLUMN created_by text")
        connection.execute(
            "INSERT INTO supabase_migrations.schema_migrations (version, statements, name) VALUES "
            "('1', ARRAY['SELECT ''a, \"b\"''', NULL], 'odd'), ('2', NULL, NULL), ('3', '{}', 'empty')"
        )
        connection.execute(
            "INSERT INTO seatrial.migrations (version, name, content_digest, duration, tool) VALUES "
            "('3', 'empty', 'x', '1.5 seconds', 'seatrial'); "
            "INSERT INTO seatrial.steps (version, step, content_digest, done) VALUES ('4', 1, 'y', true)"
        )
        expected = read_history(connection)
        picture = read_target(connection)

    assert {one.what for one in lay(picture, bare.server, bare.database)} <= SECRETS
    with connect(bare.dsn()) as connection:
        assert read_history(connection) == expected
    newer.server.drop("with_ledger")


def _refusal(place: Harbour, role: str, statement: str) -> str:
    with connect(place.dsn(role)) as connection:
        execute_statement(connection, "BEGIN")
        try:
            execute_statement(connection, statement)
        except StatementFailed as error:
            return error.sqlstate
        finally:
            execute_statement(connection, "ROLLBACK")
    return ""
