"""A request as the API makes it, and what a project's tables, buckets and messages do with it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING
from uuid import UUID, uuid4

import pytest
from psycopg.errors import CheckViolation, InsufficientPrivilege, UniqueViolation

from seatrial.pg.connection import connect

if TYPE_CHECKING:
    from seatrial.pg.connection import Connection

USER = uuid4()
CLAIMS = {"sub": str(USER), "role": "authenticated", "email": "someone@example.org"}


@pytest.fixture
def caller(either_project: Connection) -> Connection:
    """A signed-in user, as the API impersonates one."""
    impersonate(either_project, CLAIMS)
    return either_project


def test_the_claims_say_who_is_calling(caller: Connection) -> None:
    seen = caller.execute("SELECT auth.uid(), auth.role(), auth.email(), auth.jwt(), current_user").fetchone()
    assert seen == (USER, "authenticated", "someone@example.org", CLAIMS, "authenticated")


def test_a_setting_for_one_claim_comes_first(caller: Connection) -> None:
    other = uuid4()
    caller.execute("SELECT set_config('request.jwt.claim.sub', %s, true)", [str(other)])
    caller.execute("SELECT set_config('request.jwt.claim', '{\"sub\": \"other\"}', true)")
    assert caller.execute("SELECT auth.uid(), auth.jwt()").fetchone() == (other, {"sub": "other"})


@pytest.mark.parametrize("absent", [None, ""])
def test_without_claims_nobody_is_calling(absent: str | None, either_project: Connection) -> None:
    if absent is not None:
        either_project.execute("SELECT set_config('request.jwt.claims', %s, true)", [absent])
    seen = either_project.execute("SELECT auth.uid(), auth.role(), auth.email(), auth.jwt()").fetchone()
    assert seen == (None, None, None, None)


def test_a_policy_on_objects_keeps_users_apart(either_project: Connection) -> None:
    either_project.execute("INSERT INTO storage.buckets (id, name) VALUES ('files', 'files')")
    either_project.execute(
        "INSERT INTO storage.objects (bucket_id, name) VALUES ('files', %s), ('files', 'somebody/b.txt')",
        [f"{USER}/a.txt"],
    )
    either_project.execute("""
        CREATE POLICY own_folder ON storage.objects FOR SELECT TO authenticated
        USING (bucket_id = 'files' AND (storage.foldername(name))[1] = auth.uid()::text)
    """)
    impersonate(either_project, CLAIMS)
    assert either_project.execute("SELECT name FROM storage.objects").fetchall() == [(f"{USER}/a.txt",)]


def test_objects_are_closed_without_a_policy(caller: Connection) -> None:
    with pytest.raises(InsufficientPrivilege):
        caller.execute("INSERT INTO storage.objects (bucket_id, name) VALUES ('files', 'a')")


def test_a_new_table_is_open_to_the_api_until_row_security_closes_it(either_project: Connection) -> None:
    either_project.execute("CREATE TABLE public.notes (id int); INSERT INTO public.notes VALUES (1)")
    assert seen_by("anon", "public.notes", either_project) == 1
    either_project.execute("ALTER TABLE public.notes ENABLE ROW LEVEL SECURITY")
    assert seen_by("anon", "public.notes", either_project) == 0
    assert seen_by("service_role", "public.notes", either_project) == 1


def test_a_new_schema_is_closed_to_the_api(either_project: Connection) -> None:
    either_project.execute("CREATE SCHEMA inner_room; CREATE TABLE inner_room.notes (id int)")
    with pytest.raises(InsufficientPrivilege):
        seen_by("authenticated", "inner_room.notes", either_project)


def test_a_sign_up_reaches_the_teams_trigger(either_project: Connection) -> None:
    either_project.execute("""
        CREATE TABLE public.profiles (id uuid PRIMARY KEY REFERENCES auth.users ON DELETE CASCADE, name text);
        CREATE FUNCTION public.welcome() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
        BEGIN
            INSERT INTO public.profiles VALUES (new.id, new.raw_user_meta_data ->> 'name');
            RETURN new;
        END $$;
        CREATE TRIGGER welcome AFTER INSERT ON auth.users FOR EACH ROW EXECUTE FUNCTION public.welcome()
    """)
    sign_up(either_project, "someone@example.org")
    assert either_project.execute("SELECT id, name FROM public.profiles").fetchall() == [(USER, "Some One")]
    either_project.execute("DELETE FROM auth.users")
    assert not either_project.execute("SELECT FROM public.profiles").fetchall()


def test_an_address_signs_up_once(either_project: Connection) -> None:
    sign_up(either_project, "someone@example.org")
    with pytest.raises(UniqueViolation):
        either_project.execute("INSERT INTO auth.users (id, email) VALUES (%s, 'someone@example.org')", [uuid4()])


def test_an_address_may_belong_to_two_single_sign_on_users(either_project: Connection) -> None:
    insert = "INSERT INTO auth.users (id, email, is_sso_user) VALUES (%s, 'someone@example.org', true)"
    either_project.execute(insert.encode(), [uuid4()])
    either_project.execute(insert.encode(), [uuid4()])
    assert either_project.execute("SELECT count(*) FROM auth.users").fetchone() == (2,)


def test_a_confirmed_address_confirms_the_user(either_project: Connection) -> None:
    sign_up(either_project, "someone@example.org")
    either_project.execute("UPDATE auth.users SET email_confirmed_at = '2025-01-23 12:00+00'")
    assert either_project.execute("SELECT confirmed_at = email_confirmed_at FROM auth.users").fetchone() == (True,)


def test_deleting_a_bucket_by_sql_is_refused_unless_asked_for(either_project: Connection) -> None:
    either_project.execute("INSERT INTO storage.buckets (id, name) VALUES ('files', 'files')")
    either_project.execute("SET LOCAL storage.allow_delete_query = 'true'")
    assert either_project.execute("DELETE FROM storage.buckets").rowcount == 1
    either_project.execute("SET LOCAL storage.allow_delete_query = 'false'")
    with pytest.raises(InsufficientPrivilege, match="cannot be deleted by SQL"):
        either_project.execute("DELETE FROM storage.buckets")


@pytest.mark.parametrize(
    ("path", "folder", "file", "extension"),
    [
        ("a/b/c.tar.gz", ["a", "b"], "c.tar.gz", "gz"),
        ("c.txt", [], "c.txt", "txt"),
        ("plain", [], "plain", "plain"),
        ("a/", ["a"], "", ""),
    ],
)
def test_a_path_has_folders_a_name_and_an_extension(
    path: str, folder: list[str], file: str, extension: str, either_project: Connection
) -> None:
    query = "SELECT storage.foldername(%(path)s), storage.filename(%(path)s), storage.extension(%(path)s)"
    assert either_project.execute(query, {"path": path}).fetchone() == (folder, file, extension)


def test_a_bucket_is_listed_level_by_level(either_project: Connection) -> None:
    either_project.execute("INSERT INTO storage.buckets (id, name) VALUES ('files', 'files')")
    names = ["a.txt", "f/x.txt", "f/y.txt", "f/g/z.txt", "c.txt"]
    for name in names:
        either_project.execute("INSERT INTO storage.objects (bucket_id, name) VALUES ('files', %s)", [name])
    assert listed(either_project, "") == [("a.txt", False), ("c.txt", False), ("f", True)]
    assert listed(either_project, "f/") == [("g", True), ("x.txt", False), ("y.txt", False)]
    query = "SELECT name FROM storage.list_objects_with_delimiter('files', 'f/', '/')"
    assert either_project.execute(query).fetchall() == [("f/g",), ("f/x.txt",), ("f/y.txt",)]


@pytest.mark.parametrize(
    ("doing", "asked"),
    [
        ("storage.object.list", ["object.list"]),
        ("storage.object.list", ["storage.object.list"]),
        ("object.list", ["object.upload", "storage.object.list"]),
    ],
)
def test_a_policy_can_ask_for_the_operation(doing: str, asked: list[str], either_project: Connection) -> None:
    assert operation_allowed(either_project, doing, asked) == (True, True)


@pytest.mark.parametrize(
    ("doing", "asked"), [("object.list", ["object.upload"]), ("object.list", [""]), ("", ["object.list"])]
)
def test_another_operation_is_not_the_one_asked_for(doing: str, asked: list[str], either_project: Connection) -> None:
    assert operation_allowed(either_project, doing, asked) == (False, False)


def test_a_message_is_kept_with_its_topic(either_project: Connection) -> None:
    either_project.execute("SELECT realtime.send('{\"text\": \"hello\"}', 'said', 'room:1', true)")
    query = """
        SELECT topic, event, extension, private, payload ->> 'text', payload ->> 'id' = id::text
        FROM realtime.messages
    """
    assert either_project.execute(query).fetchall() == [("room:1", "said", "broadcast", True, "hello", True)]
    assert either_project.execute("SELECT realtime.topic()").fetchone() == ("room:1",)


def test_a_change_is_broadcast_from_a_trigger(either_project: Connection) -> None:
    either_project.execute("""
        CREATE TABLE public.notes (id int);
        CREATE FUNCTION public.tell() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            PERFORM realtime.broadcast_changes(
                'notes', tg_op, tg_op, tg_table_name, tg_table_schema, new, old);
            RETURN new;
        END $$;
        CREATE TRIGGER tell AFTER INSERT ON public.notes FOR EACH ROW EXECUTE FUNCTION public.tell();
        INSERT INTO public.notes VALUES (7)
    """)
    query = "SELECT payload #>> '{record,id}', payload ->> 'operation' FROM realtime.messages"
    assert either_project.execute(query).fetchall() == [("7", "INSERT")]


def test_a_message_is_text_or_bytes(either_project: Connection) -> None:
    with pytest.raises(CheckViolation):
        either_project.execute(
            "INSERT INTO realtime.messages (topic, extension, payload, binary_payload) VALUES ('a', 'b', '{}', 'c')"
        )


def test_a_webhook_is_recorded(either_project: Connection) -> None:
    either_project.execute("""
        CREATE TABLE public.notes (id int);
        CREATE TRIGGER hook AFTER INSERT ON public.notes FOR EACH ROW EXECUTE FUNCTION
            supabase_functions.http_request('https://example.org', 'POST', '{}', '{}', '1000');
        INSERT INTO public.notes VALUES (1)
    """)
    query = "SELECT hook_name FROM supabase_functions.hooks WHERE hook_table_id = 'public.notes'::regclass::oid::int"
    assert either_project.execute(query).fetchall() == [("hook",)]


def test_ddl_tells_the_api_to_read_the_schema_again(supabase_db: str) -> None:
    with connect(supabase_db) as listener, connect(supabase_db) as team:
        listener.execute("LISTEN pgrst")
        team.execute("CREATE TABLE public.notes (id int)")
        team.execute("CREATE TEMPORARY TABLE passing (id int)")
        team.execute("DROP TABLE public.notes")
        told = [note.payload for note in listener.notifies(timeout=60, stop_after=2)]
        assert told == ["reload schema", "reload schema"]
        assert list(listener.notifies(timeout=1)) == []


def impersonate(connection: Connection, claims: dict[str, str]) -> None:
    connection.execute("SELECT set_config('request.jwt.claims', %s, true)", [json.dumps(claims)])
    connection.execute("SET LOCAL ROLE authenticated")


def sign_up(connection: Connection, address: str, user: UUID = USER) -> None:
    connection.execute(
        'INSERT INTO auth.users (id, email, raw_user_meta_data) VALUES (%s, %s, \'{"name": "Some One"}\')',
        [user, address],
    )


def seen_by(role: str, table: str, connection: Connection) -> int:
    connection.execute(f"SET LOCAL ROLE {role}".encode())
    rows = connection.execute(f"SELECT * FROM {table}".encode()).fetchall()
    connection.execute("RESET ROLE")
    return len(rows)


def operation_allowed(connection: Connection, doing: str, asked: list[str]) -> tuple[bool, bool]:
    connection.execute("SELECT set_config('storage.operation', %s, true)", [doing])
    query = "SELECT storage.allow_any_operation(%s), storage.allow_only_operation(%s)"
    [answer] = connection.execute(query, [asked, asked[-1]]).fetchall()
    return answer[0], answer[1]


def listed(connection: Connection, prefix: str) -> list[tuple[str, bool]]:
    return connection.execute("SELECT name, id IS NULL FROM storage.search(%s, 'files')", [prefix]).fetchall()
