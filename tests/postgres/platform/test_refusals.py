"""What the platform refuses to `postgres`, and what it allows on tables that `postgres` does not own."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from psycopg.errors import InsufficientPrivilege

if TYPE_CHECKING:
    from psycopg.errors import Diagnostic

    from seatrial.pg.connection import Connection

REFUSED = [
    "CREATE TABLE auth.mine (id int)",
    "CREATE TABLE IF NOT EXISTS storage.objects (id int)",
    "CREATE TABLE realtime.mine (id int)",
    "CREATE TABLE vault.mine (id int)",
    "CREATE VIEW auth.mine AS SELECT 1",
    "CREATE TYPE storage.mine AS ENUM ('a')",
    "CREATE FUNCTION auth.mine() RETURNS int LANGUAGE sql RETURN 1",
    "CREATE OR REPLACE FUNCTION auth.uid() RETURNS uuid LANGUAGE sql STABLE RETURN null::uuid",
    "CREATE OR REPLACE FUNCTION storage.foldername(name text) RETURNS text[] LANGUAGE sql RETURN null::text[]",
    "ALTER FUNCTION auth.uid() VOLATILE",
    "DROP FUNCTION auth.uid() CASCADE",
    "DROP FUNCTION storage.foldername(text) CASCADE",
    "ALTER TABLE auth.users ADD COLUMN mine int",
    "ALTER TABLE auth.users ALTER COLUMN email SET NOT NULL",
    "ALTER TABLE auth.users ADD CONSTRAINT mine CHECK (true)",
    "ALTER TABLE auth.users DROP COLUMN phone",
    "ALTER TABLE auth.users DROP CONSTRAINT users_phone_key",
    "ALTER TABLE auth.users RENAME TO mine",
    "ALTER TABLE auth.users OWNER TO postgres",
    "ALTER TABLE auth.users SET SCHEMA public",
    "ALTER TABLE auth.mfa_factors ADD COLUMN mine int",
    "ALTER TABLE storage.objects ENABLE ROW LEVEL SECURITY",
    "ALTER TABLE storage.objects FORCE ROW LEVEL SECURITY",
    "ALTER TABLE storage.objects DISABLE TRIGGER protect_objects_delete",
    "ALTER TABLE realtime.messages DISABLE ROW LEVEL SECURITY",
    "CREATE INDEX mine ON auth.users (created_at)",
    "CREATE INDEX mine ON storage.objects (owner)",
    "CREATE STATISTICS public.mine ON aud, role FROM auth.users",
    "CREATE RULE mine AS ON DELETE TO storage.objects DO INSTEAD NOTHING",
    "CREATE TABLE public.mine () INHERITS (auth.users)",
    "CREATE TABLE public.mine PARTITION OF realtime.messages FOR VALUES FROM ('2001-01-01') TO ('2001-01-02')",
    "COMMENT ON TABLE auth.users IS 'mine'",
    "COMMENT ON COLUMN storage.objects.owner IS 'mine'",
    "DROP TABLE auth.users CASCADE",
    "DROP TABLE storage.objects CASCADE",
    "DROP INDEX storage.bname",
    "DROP SCHEMA auth CASCADE",
    "DROP SCHEMA storage CASCADE",
    "ALTER SCHEMA realtime RENAME TO mine",
    "ALTER TRIGGER protect_objects_delete ON storage.objects RENAME TO mine",
    "DELETE FROM auth.schema_migrations",
    "DELETE FROM realtime.schema_migrations",
    "INSERT INTO vault.secrets (secret) VALUES ('mine')",
    "DELETE FROM storage.objects",
    "DELETE FROM storage.buckets",
    "ALTER DEFAULT PRIVILEGES FOR ROLE supabase_admin IN SCHEMA public GRANT SELECT ON TABLES TO anon",
    "ALTER ROLE supabase_admin NOSUPERUSER",
    "ALTER ROLE postgres SUPERUSER",
    "ALTER EVENT TRIGGER seatrial_guard_ddl DISABLE",
    "DROP EVENT TRIGGER pgrst_ddl_watch",
    "DELETE FROM seatrial_platform.shared_tables",
    "SET ROLE supabase_admin",
    "SET ROLE supabase_storage_admin",
    "SET ROLE supabase_auth_admin",
    "SET log_statement = 'none'",
]
#: CREATEROLE may do this to every role that is no superuser below PostgreSQL 16.
REFUSED_SINCE_16 = [
    "ALTER ROLE supabase_auth_admin LOGIN",
    "ALTER ROLE supabase_storage_admin SET search_path = public",
    "DROP ROLE dashboard_user",
    "GRANT supabase_auth_admin TO postgres",
    "SET ROLE seatrial_platform_tables",
]
ALLOWED = [
    "CREATE POLICY mine ON storage.objects FOR SELECT TO authenticated USING (bucket_id = 'mine')",
    "CREATE POLICY mine ON storage.buckets USING (true)",
    "CREATE POLICY mine ON realtime.messages FOR SELECT TO authenticated USING (realtime.topic() = topic)",
    "CREATE POLICY mine ON auth.users USING (true)",
    "CREATE TRIGGER mine AFTER INSERT ON auth.users FOR EACH ROW EXECUTE FUNCTION public.on_change()",
    "CREATE TRIGGER mine BEFORE UPDATE ON storage.objects FOR EACH ROW EXECUTE FUNCTION public.on_change()",
    "CREATE TABLE public.mine (id uuid PRIMARY KEY REFERENCES auth.users ON DELETE CASCADE)",
    "CREATE TABLE public.mine (object uuid REFERENCES storage.objects)",
    "CREATE VIEW public.mine AS SELECT id, email FROM auth.users",
    "INSERT INTO auth.users (id, email) VALUES (gen_random_uuid(), 'someone@example.org')",
    "INSERT INTO storage.buckets (id, name, public, allowed_mime_types) VALUES ('mine', 'mine', true, '{image/png}')",
    "UPDATE storage.buckets SET public = false",
    "GRANT SELECT ON auth.users TO authenticated",
    "GRANT ALL ON storage.objects TO authenticated",
    "CREATE SCHEMA mine",
    "CREATE ROLE mine_role NOLOGIN",
    "GRANT anon TO authenticator",
    "ALTER PUBLICATION supabase_realtime ADD TABLE public.own",
    "ALTER PUBLICATION supabase_realtime ADD TABLE auth.users",
    "ALTER PUBLICATION supabase_realtime ADD TABLES IN SCHEMA public",
    "CREATE PUBLICATION mine FOR ALL TABLES",
    "CREATE PUBLICATION mine FOR TABLE public.own",
    "CREATE FOREIGN DATA WRAPPER mine",
    "ALTER ROLE authenticator SET pgrst.db_schemas = 'public, mine'",
    "ALTER ROLE anon SET statement_timeout = '5s'",
    "SET session_replication_role = 'replica'",
    "SET ROLE authenticated",
    "COMMENT ON EXTENSION \"uuid-ossp\" IS 'mine'",
    "NOTIFY pgrst, 'reload schema'",
    "SELECT pg_reload_conf()",
]


@pytest.fixture
def team(either_project: Connection) -> Connection:
    """`postgres`, with a table and a trigger function of its own."""
    either_project.execute("""
        CREATE TABLE public.own (id int);
        CREATE FUNCTION public.on_change() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN new; END'
    """)
    return either_project


@pytest.mark.parametrize("statement", REFUSED)
def test_the_platform_refuses(statement: str, team: Connection) -> None:
    must_refuse(team, statement)


@pytest.mark.parametrize("statement", REFUSED_SINCE_16)
def test_the_platform_refuses_it_to_a_role_that_makes_roles(statement: str, project: Connection) -> None:
    must_refuse(project, statement)


@pytest.mark.parametrize("statement", ALLOWED)
def test_the_platform_allows(statement: str, team: Connection) -> None:
    team.execute(statement.encode())


@pytest.mark.parametrize("table", ["auth.users", "storage.objects", "storage.buckets", "realtime.messages"])
def test_a_policy_can_be_made_altered_explained_and_dropped(table: str, team: Connection) -> None:
    for statement in (
        "CREATE POLICY mine ON {} FOR SELECT TO authenticated USING (false)",
        "ALTER POLICY mine ON {} TO anon",
        "COMMENT ON POLICY mine ON {} IS 'what it is for'",
        "ALTER POLICY mine ON {} RENAME TO ours",
        "DROP POLICY ours ON {}",
        "DROP POLICY IF EXISTS ours ON {}",
    ):
        team.execute(statement.format(table).encode())


def test_a_trigger_on_a_platform_table_goes_by_itself_and_with_its_function(team: Connection) -> None:
    create = b"CREATE TRIGGER mine AFTER INSERT ON auth.users FOR EACH ROW EXECUTE FUNCTION public.on_change()"
    team.execute(create)
    team.execute("DROP TRIGGER mine ON auth.users")
    team.execute(create)
    team.execute("DROP FUNCTION public.on_change() CASCADE")
    assert not team.execute("SELECT FROM pg_trigger WHERE tgname = 'mine'").fetchall()


def test_a_table_that_points_to_a_platform_table_can_be_dropped(team: Connection) -> None:
    team.execute("CREATE TABLE public.profile (id uuid PRIMARY KEY REFERENCES auth.users)")
    team.execute("DROP TABLE public.profile")


def test_a_definer_function_of_the_team_is_refused_too(team: Connection) -> None:
    team.execute("""
        CREATE FUNCTION public.sneak() RETURNS void LANGUAGE plpgsql SECURITY DEFINER
        AS 'BEGIN ALTER TABLE auth.users ADD COLUMN mine int; END'
    """)
    must_refuse(team, "SELECT public.sneak()")


def test_only_what_may_be_passed_on_is_granted(team: Connection) -> None:
    warnings = heard(team, "GRANT ALL ON auth.users TO anon")
    assert rights(team, "auth.users", "anon") == {"SELECT"}
    assert warnings == ['not all privileges were granted for "users"']


def test_what_the_platform_gave_cannot_be_revoked(team: Connection) -> None:
    before = rights(team, "auth.users", "postgres")
    warnings = heard(team, "REVOKE ALL ON auth.users FROM postgres, dashboard_user")
    assert rights(team, "auth.users", "postgres") == before
    assert "DELETE" in before
    assert warnings == ['not all privileges could be revoked for "users"']


def test_what_the_team_gave_can_be_revoked(team: Connection) -> None:
    team.execute("GRANT SELECT ON auth.users TO anon")
    team.execute("REVOKE SELECT ON auth.users FROM anon")
    assert rights(team, "auth.users", "anon") == set()


def must_refuse(connection: Connection, statement: str) -> None:
    with pytest.raises(InsufficientPrivilege):
        connection.execute(statement.encode())


def rights(connection: Connection, table: str, role: str) -> set[str]:
    query = """
        SELECT privilege_type FROM pg_class, aclexplode(relacl)
        WHERE pg_class.oid = %s::regclass AND grantee = %s::regrole AND privilege_type <> 'MAINTAIN'
    """
    return {name for (name,) in connection.execute(query, [table, role])}


def heard(connection: Connection, statement: str) -> list[str]:
    messages: list[str] = []

    def note(diagnostic: Diagnostic) -> None:
        messages.append(diagnostic.message_primary or "")

    connection.add_notice_handler(note)
    connection.execute(statement.encode())
    return messages


def test_a_statement_that_was_lifted_leaves_nobody_a_superuser(team: Connection) -> None:
    team.execute("CREATE PUBLICATION mine FOR ALL TABLES")
    query = (
        "SELECT pubowner::regrole::text, rolsuper FROM pg_publication, pg_roles WHERE pubname = 'mine' AND rolname = %s"
    )
    assert team.execute(query, ["postgres"]).fetchone() == ("postgres", False)
    must_refuse(team, "SET log_statement = 'none'")
