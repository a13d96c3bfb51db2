"""What the real supabase-py writes, who may, and the errors that it tells."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import httpx
import pytest
from postgrest import CountMethod
from tests.hub.clients.python_clients import client_of, new_organization, refused
from tests.hub.ground import HARBOUR, LIGHTHOUSE, TIDEWATER

if TYPE_CHECKING:
    from supabase import Client
    from tests.hub.ground import Ground

#: Of another organization than Ada's.
FOREIGN = "60000000-0000-4000-8000-0000000000b1"


@pytest.fixture
def ada(own_hub: str) -> Client:
    """Her client."""
    return client_of(own_hub, "ada")


@pytest.fixture
def organization(own_hub: str) -> str:
    """One without rows, whose admin is Ada."""
    return new_organization(own_hub)


def _types(client: Client) -> list[str]:
    rows: Any = client.table("integrations").select("integration_type").order("integration_type").execute().data
    return [row["integration_type"] for row in rows]


def test_create_update_delete(ada: Client, organization: str) -> None:
    integrations = ada.table("integrations")
    made: Any = integrations.insert({"organization_id": organization, "integration_type": "sms"}).execute().data[0]
    assert (made["status"], made["is_active"], made["configuration"]) == ("inactive", False, {})

    changed: Any = integrations.update({"configuration": {"from": "+49"}}).eq("id", made["id"]).execute().data
    assert [row["configuration"] for row in changed] == [{"from": "+49"}]

    gone: Any = integrations.delete().eq("id", made["id"]).execute().data
    assert [row["id"] for row in gone] == [made["id"]]
    assert integrations.select("id").eq("id", made["id"]).execute().data == []


def test_many_rows(ada: Client, organization: str) -> None:
    people = [{"organization_id": organization, "full_name": name, "tags": [name, 'a,"b']} for name in ("Ute", "Vito")]

    made: Any = ada.table("contacts").insert(people, count=CountMethod.exact).execute()

    assert made.count == 2
    assert [row["tags"] for row in made.data] == [["Ute", 'a,"b'], ["Vito", 'a,"b']]


def test_missing_columns_of_some_rows(ada: Client, organization: str) -> None:
    rows = [
        {"organization_id": organization, "integration_type": "sms", "status": "error"},
        {"organization_id": organization, "integration_type": "email"},
    ]

    made: Any = ada.table("integrations").insert(rows, default_to_null=False).execute().data

    assert [row["status"] for row in made] == ["error", "inactive"]


def test_upsert(ada: Client, organization: str) -> None:
    row = {"organization_id": organization, "integration_type": "sms"}
    key = "organization_id,integration_type"
    integrations = ada.table("integrations")
    first: Any = integrations.upsert(row, on_conflict=key).execute().data[0]

    second: Any = integrations.upsert({**row, "is_active": True}, on_conflict=key).execute().data[0]
    ignored = integrations.upsert({**row, "is_active": False}, on_conflict=key, ignore_duplicates=True).execute().data
    third: Any = integrations.upsert({**row, "id": first["id"], "status": "error"}).execute().data[0]

    assert (second["id"], second["is_active"]) == (first["id"], True)
    assert ignored == []
    assert (third["id"], third["is_active"], third["status"]) == (first["id"], True, "error")


def test_at_most_so_many_rows(ada: Client) -> None:
    told = refused(
        ada.table("contacts").update({"company": "U"}).eq("organization_id", HARBOUR).max_affected(1).execute
    )

    assert told.code == "PGRST124"
    assert ada.table("contacts").select("id").eq("company", "U").execute().data == []


def test_organizations_are_apart(own_hub: str) -> None:
    assert _types(client_of(own_hub, "max")) == ["email", "telegram", "whatsapp"]
    assert _types(client_of(own_hub, "mia")) == ["webhook", "whatsapp"]
    assert _types(client_of(own_hub, "tom")) == ["email", "telegram", "webhook", "whatsapp", "whatsapp"]
    assert _types(client_of(own_hub, "tilda")) == []


def test_rows_of_another_organization_are_out_of_reach(ada: Client, own_hub: str) -> None:
    integrations = ada.table("integrations")
    assert integrations.update({"is_active": False}).eq("id", FOREIGN).execute().data == []
    assert integrations.delete().eq("organization_id", LIGHTHOUSE).execute().data == []
    assert (
        refused(integrations.insert({"organization_id": TIDEWATER, "integration_type": "sms"}).execute).code == "42501"
    )
    taken = {"id": FOREIGN, "organization_id": HARBOUR, "integration_type": "calendar"}
    assert refused(integrations.upsert(taken).execute).code == "42501"

    assert _types(client_of(own_hub, "mia")) == ["webhook", "whatsapp"]


@pytest.mark.parametrize("name", ["max", "vera", "sam", "nobody", "anon"])
def test_only_administrators_write_integrations(name: str, own_hub: str) -> None:
    integrations = client_of(own_hub, name).table("integrations")

    told = refused(integrations.insert({"organization_id": HARBOUR, "integration_type": "calendar"}).execute)

    assert told.code == "42501"
    if name != "anon":
        assert integrations.update({"is_active": False}).eq("organization_id", HARBOUR).execute().data == []
        assert integrations.delete().eq("organization_id", HARBOUR).execute().data == []
    assert len(_types(client_of(own_hub, "olga"))) == 3


def test_unique(ada: Client) -> None:
    told = refused(ada.table("integrations").insert({"organization_id": HARBOUR, "integration_type": "email"}).execute)

    # Where row security is on, the database itself shows no values.
    assert (told.code, told.details, told.hint) == ("23505", None, None)


def test_foreign_key(ada: Client) -> None:
    told = refused(ada.table("integrations").insert({"organization_id": HARBOUR, "integration_type": "pigeon"}).execute)

    assert told.code == "23503"
    assert told.details == 'Key is not present in table "integration_types".'


def test_check(ada: Client) -> None:
    told = refused(ada.table("integrations").update({"status": "splendid"}).eq("organization_id", HARBOUR).execute)

    assert told.code == "23514"
    assert "integrations_status_check" in str(told.message)


def test_row_security(own_hub: str) -> None:
    row = {"organization_id": HARBOUR, "integration_type": "sms"}

    told = refused(client_of(own_hub, "max").table("integrations").insert(row).execute)

    assert (told.code, told.message) == ("42501", 'new row violates row-level security policy for table "integrations"')


@pytest.mark.parametrize(("name", "code"), [("nonsense", "PGRST301"), ("stranger", "PGRST301"), ("late", "PGRST303")])
def test_tokens_that_are_refused(name: str, code: str, own_hub: str) -> None:
    assert refused(client_of(own_hub, name).table("integrations").select("id").execute).code == code


def test_the_services_key_sees_every_row(own_hub: str) -> None:
    rows: Any = client_of(own_hub, "service").table("integrations").select("organization_id").execute().data

    assert {row["organization_id"] for row in rows} == {HARBOUR, LIGHTHOUSE}


def test_a_client_that_does_not_wait(own_hub: str, own_ground: Ground) -> None:
    hasty = client_of(own_hub, "ada", httpx.Client(timeout=httpx.Timeout(30, read=0.2)))

    # While somebody holds the table, the hub cannot answer however fast it is.
    with own_ground.superuser() as holder, holder.transaction():
        holder.execute(b"lock table public.boats in access exclusive mode")
        with pytest.raises(httpx.ReadTimeout):
            hasty.table("boats").select("id").retry(enabled=False).execute()

    assert len(_types(client_of(own_hub, "ada"))) == 3
