"""What reading says about what is open, beyond what the pages show."""

from __future__ import annotations

import base64
import json
from dataclasses import asdict

import pytest
from tests.unit.rules.reading import script

from seatrial.model.tenancy import TableRule, Tenancy
from seatrial.rules.exposure.sql_text import raw_names
from seatrial.rules.run import read
from seatrial.schema.build import build

NOTES = (
    "create table public.notes (id uuid primary key default gen_random_uuid(), organization_id uuid not null{more}); "
    "alter table public.notes enable row level security; create policy own on public.notes for all to authenticated "
    "using (organization_id = (select auth.uid())) with check (organization_id = (select auth.uid())); "
)
CHILDREN = (
    "create table public.pages (id uuid primary key default gen_random_uuid(), organization_id uuid not null, "
    "note_id uuid references public.notes (id){more}); alter table public.pages enable row level security; "
    "create policy own on public.pages for all to authenticated using (organization_id = (select auth.uid())) "
    "with check (organization_id = (select auth.uid())); "
)
PLAIN = NOTES.format(more="")


def _codes(*texts: str, tenancy: Tenancy | None = None) -> list[str]:
    scripts = [script(text, number) for number, text in enumerate(texts, start=1)]
    found = read(build(scripts, platform="supabase", tenancy=tenancy))
    return [one.code for one in found if one.code.startswith(("EXP", "PRV"))]


@pytest.mark.parametrize(
    ("sql", "raw"),
    [
        ("'a' || t", ["t"]),
        ("'a' || f.t", ["t"]),
        ("'a' || s.t(1)", []),
        ("'t'", []),
        ("quote_ident(t) || c", ["c"]),
        ("pg_catalog.quote_literal(t)", []),
        ("format('select %s from %I where a = %L and %1$s', t, c, $2)", ["t"]),
        ("format('%%s %I', t)", []),
        ("format('%s', format('%I', t))", []),
        ("format('%s', format('%s', t))", ["t"]),
        ("format(c, t)", ["t", "c"]),
        ("format('a' || t || '%I', c)", ["t", "c"]),
        ("'a' || $2", ["$2"]),
        ("'a' || t::regclass", []),
        ("'a' || case when t = 'x' then 'y' else 'z' end", []),
        ("concat('a', " * 300 + "t" + ")" * 300, ["t"]),
        ("quote_literal(t) || " * 3000 + "c", ["c"]),
    ],
)
def test_a_parameter_is_raw_where_nothing_quotes_it(sql: str, raw: list[str]) -> None:
    assert list(raw_names(sql, ["t", "c", "$2"])) == raw


@pytest.mark.parametrize(
    "sql",
    [
        "create role r login password 'Tr0ub4dor';",
        "alter role r with encrypted password e'Tr0ub4dor' valid until 'infinity';",
        "do $$ begin create role r password 'Tr0ub4dor'; end $$;",
        "create user mapping for r server s options (user 'r', password 'Tr0ub4dor');",
        "create subscription s connection 'host=h password=Tr0ub4dor' publication p;",
        "select vault.create_secret('Tr0ub4dor', 'n');",
    ],
)
def test_a_password_is_found_and_nowhere_shown(sql: str) -> None:
    [finding] = [one for one in read(build([script(sql, 1)])) if one.code == "PRV007"]

    assert finding.place.line == 1
    assert "Tr0ub4dor" not in json.dumps(asdict(finding), default=str)


def test_what_a_dump_grants_on_every_table_is_one_finding() -> None:
    tables = "".join(f"create table app.t{each} (id int); grant all on app.t{each} to anon; " for each in range(9))

    [finding] = [one for one in read(build([script(tables, 1)])) if one.code == "PRV002"]

    assert '"app.t0" and 8 other tables' in finding.what


def test_what_is_granted_on_a_table_that_is_gone_is_not_spoken_of() -> None:
    assert _codes("create table app.t (id int); grant truncate on app.t to anon;", "drop table app.t;") == []


def test_a_second_key_with_the_tenant_binds_the_first() -> None:
    parent = NOTES.format(more=", unique (organization_id, id)")
    both = ", foreign key (organization_id, note_id) references public.notes (organization_id, id)"

    assert _codes(parent + CHILDREN.format(more="")) == ["EXP011"]
    assert _codes(parent + CHILDREN.format(more=both)) == []


def test_a_parent_with_rows_for_all_tenants_may_be_linked_to() -> None:
    shared = PLAIN.replace("organization_id uuid not null", "organization_id uuid")

    assert _codes(shared + CHILDREN.format(more="")) == []


def test_a_trigger_that_looks_the_parent_up_keeps_the_link_right() -> None:
    check = (
        "create function public.same_tenant() returns trigger language plpgsql set search_path = '' as $$ begin "
        "if not exists (select from public.notes n where n.id = new.note_id and n.organization_id = "
        "new.organization_id) then raise exception 'no such note'; end if; return new; end $$; "
        "create trigger same_tenant before insert or update on public.pages "
        "for each row execute function public.same_tenant();"
    )

    assert _codes(PLAIN + CHILDREN.format(more="") + check) == []


def test_a_secret_that_only_its_user_reads_as_declared_is_none() -> None:
    text = (
        "create table public.devices (id uuid primary key, user_id uuid not null, access_token text); "
        "alter table public.devices enable row level security; create policy own on public.devices for select "
        "to authenticated using (public.is_mine(user_id));"
    )
    rule = TableRule(table="public.devices", user="user_id", select="self")
    tenancy = Tenancy(tenant_table="public.clubs", tenant_key="id", tables={"public.devices": rule})

    assert _codes(text) == ["EXP015"]
    assert _codes(text, tenancy=tenancy) == []


@pytest.mark.parametrize(
    ("name", "kind", "found"),
    [
        ("refresh_token", "text", True), ("stripe_secret_key", "varchar(80)", True), ("credentials", "jsonb", True),
        ("password_hash", "text", True), ("private_key", "bytea", True), ("webhook_secret", "text", True),
        ("token_count", "int", False), ("public_token", "text", False), ("token_expires_at", "text", False),
        ("secret", "boolean", False), ("public_key", "text", False), ("key", "text", False),
        ("password_reset_at", "timestamptz", False), ("secretary", "text", False), ("tokenized", "text", False),
    ],
)  # fmt: skip
def test_a_secret_is_known_by_its_name_and_type(name: str, kind: str, found: bool) -> None:  # noqa: FBT001
    assert _codes(NOTES.format(more=f", {name} {kind}")) == (["EXP015"] if found else [])


@pytest.mark.parametrize(
    ("more", "found"),
    [
        (", email text unique", True), (", email text, unique (organization_id, email)", False),
        (", email text, unique (email) include (organization_id)", True), (", number bigserial unique", False),
        (", number int generated always as identity unique", False), (", code uuid unique", False),
        (", user_id uuid unique", False),
    ],
)  # fmt: skip
def test_a_key_over_all_tenants_is_one_of_values_that_people_know(more: str, found: bool) -> None:  # noqa: FBT001
    assert _codes(NOTES.format(more=more)) == (["EXP010"] if found else [])


def _token(**claims: str) -> str:
    head, body = (base64.urlsafe_b64encode(json.dumps(each).encode()).decode().rstrip("=") for each in ({}, claims))
    return f"eyJ{head}aaaaaaaa.{body}.not-a-signature"


@pytest.mark.parametrize(
    ("secret", "expected"),
    [
        (_token(role="service_role"), ["PRV007"]),
        (_token(role="anon"), []),
        (_token(role="service_role", iss="supabase-demo"), []),
        ("sk_" + "live_" + "x" * 24, ["PRV007"]),
        ("sb_" + "secret_" + "x" * 24, ["PRV007"]),
        ("Bearer ", []),
    ],
)
def test_a_key_in_any_statement_is_found_and_not_shown(secret: str, expected: list[str]) -> None:
    # Keys are put together here, so that no scanner takes them for real ones.
    for sql in (
        f"select net.http_post('https://example.com', headers => '{{\"Authorization\": \"Bearer {secret}\"}}'::jsonb);",
        f"create function public.f() returns text language sql as $$ select '{secret}' $$;",
        f"do $$ begin perform net.http_post('https://example.com', body => '{secret}'); end $$;",
    ):
        found = [one for one in read(build([script(sql, 1)])) if one.code == "PRV007"]
        assert [one.code for one in found] == expected
        assert not any(secret in json.dumps(asdict(one), default=str) for one in found)


def test_what_is_revoked_is_all_that_was_given() -> None:
    sql = (
        "create table public.a (id int primary key); create table public.b (id int primary key);"
        "create sequence public.s; create sequence public.t;"
        "grant truncate on public.a to authenticated; grant trigger on public.b to anon;"
        "grant all on sequence public.s to anon; grant update on sequence public.t to authenticated;"
    )
    fixes = {one.code: one.fix for one in read(build([script(sql, 1)]))}

    assert fixes["PRV002"] == "revoke truncate, trigger on public.a, public.b from authenticated, anon;"
    assert fixes["PRV003"].startswith("revoke update on sequence public.s, public.t from anon, authenticated;")


@pytest.mark.parametrize(
    ("command", "effect"),
    [
        ("for all to authenticated using (bucket_id = 'x')", "overwrite and delete all files"),
        ("for update to authenticated using (bucket_id = 'x')", "every signed-in user can overwrite every file"),
        ("for delete using (bucket_id = 'x')", "everybody, signed in or not, can delete every file"),
        ("for insert to anon with check (bucket_id = 'x')", "add files to"),
    ],
)
def test_what_a_policy_that_asks_only_for_the_bucket_lets_people_do(command: str, effect: str) -> None:
    sql = f"create policy p on storage.objects {command};"
    [found] = [one for one in read(build([script(sql, 1)])) if one.code == "EXP016"]

    assert effect in found.effect
