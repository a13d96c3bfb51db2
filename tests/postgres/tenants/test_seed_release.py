"""The shipped release, seeded: rows of both tenants everywhere, users of every kind, and a registry that is right."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from tests.postgres.tenants.ground import Seeded

from seatrial.flows.folder import read_folder
from seatrial.flows.rehearsal import rehearsal
from seatrial.model.narrator import Silent
from seatrial.pg.statement import execute_statement
from seatrial.tenants.seeding.seed import seed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from seatrial.model.tenancy import Tenancy

ROOT = Path(__file__).parents[3]
MEMBERS = "public.organization_members"


@pytest.fixture(scope="module")
def tenancy() -> Tenancy:
    found = read_folder(ROOT).release.tenancy
    assert found
    # The release does not make what need not be there.
    return replace(found, tables={name: rule for name, rule in found.tables.items() if not rule.optional})


@pytest.fixture(scope="module")
def release(tenancy: Tenancy) -> Iterator[Seeded]:
    with rehearsal(read_folder(ROOT), narrator=Silent()) as rehearsed:
        server = rehearsed.stage.server
        server.clone("seeded")
        with server.superuser("seeded") as connection:
            yield Seeded(connection=connection, world=seed(connection, tenancy))


def test_every_table_of_tenants_has_rows_of_both(release: Seeded, tenancy: Tenancy) -> None:
    owned = [rule.table for rule in tenancy.tables.values() if rule.tenant or rule.user]

    without = [table for table in owned if not {"A", "B"} <= release.labels(table).keys()]

    assert without == []
    assert release.world.unfilled == ()


def test_every_row_is_registered_once_and_where_it_is(release: Seeded, tenancy: Tenancy) -> None:
    for table in [*tenancy.tables, "auth.users"]:
        rows = release.registered(table, "ctid")
        assert len(rows) == release.value(f"select count(*) from {table}"), table
        assert all(row["label"] in {"A", "B", ""} for row in rows), table


def test_a_row_is_registered_for_the_tenant_in_its_column_and_the_user_in_its_column(
    release: Seeded, tenancy: Tenancy
) -> None:
    labels = {key: label for label, key in release.world.tenants.items()}
    for rule in tenancy.tables.values():
        for row in release.registered(rule.table, "ctid"):
            if rule.tenant:
                assert row["label"] == labels.get(str(row[rule.tenant]), ""), rule.table
            if rule.user:
                assert row["owner_of_row"] == str(row[rule.user]), rule.table


def test_where_the_tenant_may_be_missing_a_row_has_none(release: Seeded, tenancy: Tenancy) -> None:
    systems = [rule.table for rule in tenancy.tables.values() if rule.system_rows and rule.tenant]

    assert len(systems) > 3
    assert [table for table in systems if not release.labels(table).get("")] == []


def test_there_is_every_role_in_every_state(release: Seeded) -> None:
    kinds = {kind.name: kind for kind in release.world.kinds}

    for role in ("viewer", "member", "admin", "owner"):
        assert kinds[role].roles == {"A": role}
        for state in ("invited", "suspended"):
            assert kinds[f"{state} {role}"].roles == {}
    assert kinds["member of two tenants"].roles == {"A": "owner", "B": "owner"}
    assert kinds["user of no tenant"].roles == {}
    assert kinds["anonymous"].claims == {"role": "anon"}
    assert kinds["super administrator"].super_administrator
    assert kinds["owner of one tenant and viewer of another"].roles == {"A": "owner", "B": "viewer"}
    assert kinds["owner of one tenant and invited in another"].roles == {"A": "owner"}
    assert len(kinds) == len(release.world.kinds) == 20


def test_the_database_knows_each_kind_as_what_it_is(release: Seeded) -> None:
    keys = {key: label for label, key in release.world.tenants.items()}
    for kind in release.world.kinds:
        found = {
            keys[str(row["organization_id"])]: row["role"]
            for row in release.registered(MEMBERS, "ctid")
            if str(row["user_id"]) == kind.user and row["status"] == "active"
        }
        assert found == kind.roles, kind.name
        if kind.user:
            assert release.value(f"select email from auth.users where id = '{kind.user}'") == kind.claims["email"]


def test_claims_are_those_of_the_platform(release: Seeded) -> None:
    claims = release.kind("super administrator").claims

    assert claims["app_metadata"] == {"provider": "email", "providers": ["email"], "super_admin": True}
    assert claims["sub"] == release.kind("super administrator").user
    assert {"aud", "role", "email", "user_metadata", "session_id", "aal", "is_anonymous"} <= claims.keys()


def test_nobody_is_tried_with_forged_metadata_where_nothing_reads_any(release: Seeded) -> None:
    assert not any(kind.forged for kind in release.world.kinds)


def test_each_user_of_a_tenant_has_a_row_where_rows_belong_to_users(release: Seeded) -> None:
    users = {str(row["user_id"]) for row in release.registered(MEMBERS, "ctid")}

    notified = {str(row["user_id"]) for row in release.registered("public.notifications")}
    profiles = {str(row["id"]) for row in release.registered("public.profiles")}

    assert users <= notified
    assert users <= profiles
    assert release.kind("user of no tenant").user in profiles


def test_what_is_compared_is_there_in_every_form(release: Seeded) -> None:
    for label in ("A", "B"):
        key = release.world.tenants[label]
        found = release.values(f"select distinct status from public.integrations where organization_id = '{key}'")
        assert "error" in found
        flags = release.values(f"select distinct is_active from public.integrations where organization_id = '{key}'")
        assert set(flags) == {True, False}


def test_a_spare_can_be_added(release: Seeded, tenancy: Tenancy) -> None:
    connection = release.connection
    spares = release.world.spares
    assert set(spares) == {*tenancy.tables, "public.integration_types"}
    assert [rule.table for rule in tenancy.tables.values() if rule.tenant and len(spares[rule.table]) < len("AB")] == []
    for table, texts in spares.items():
        for text in texts.values():
            columns = ", ".join(json.loads(text))
            with connection.transaction(force_rollback=True):
                execute_statement(connection, "SET LOCAL session_replication_role = replica")
                execute_statement(
                    connection,
                    f"INSERT INTO {table} ({columns}) OVERRIDING SYSTEM VALUE "
                    f"SELECT {columns} FROM jsonb_populate_record(NULL::{table}, $text${text}$text$)",
                )


def test_secrets_are_recognisable_and_one_value_is_large(release: Seeded) -> None:
    secrets = "select key_id from private.integration_credentials union select encode(ciphertext, 'escape') {}"

    found = release.values(secrets.format("from private.integration_credentials"))
    sizes = release.values("select max(octet_length(c::text)) from public.contacts as c group by organization_id")

    assert all("seatrial-canary" in str(value) for value in found)
    assert all(int(str(size)) > 15_000 for size in sizes)


def test_what_the_migrations_made_is_nobodys_and_still_there(release: Seeded) -> None:
    assert release.labels("public.integration_types") == {"": 7}
    assert release.value("select count(*) from public.data_classifications") == release.labels(
        "public.data_classifications"
    ).get("")


def test_nobody_but_a_superuser_sees_the_registry(release: Seeded) -> None:
    clients = "('anon'), ('authenticated'), ('service_role'), ('authenticator')"
    may = f"select bool_or(has_schema_privilege(r, 'seatrial_attack', 'USAGE')) from (values {clients}) as v (r)"
    assert release.value(may) is False
