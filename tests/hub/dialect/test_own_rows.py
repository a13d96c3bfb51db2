"""Whatever the way in, somebody sees and changes the rows of their own organization and no other."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from tests.hub.dialect.asking import service, somebody, visitor
from tests.hub.ground import ADA, HARBOUR, LIGHTHOUSE, MAX, NOBODY, OTTO, TIDEWATER, TOM, VERA

if TYPE_CHECKING:
    from tests.hub.ground import Ground

FOREIGN = "30000000-0000-4000-8000-0000000000b1"
OWN = "30000000-0000-4000-8000-0000000000a1"


def _kept(ground: Ground, organization: str) -> list[Any]:
    """All contacts of an organization, as they are."""
    with ground.superuser() as connection:
        found = connection.execute(
            "select to_jsonb(c) from public.contacts c where organization_id = %s order by id", [organization]
        )
        return [row[0] for row in found]


@pytest.mark.parametrize(
    ("user", "organizations"),
    [(ADA, {HARBOUR}), (MAX, {HARBOUR}), (VERA, {HARBOUR}), (NOBODY, set()),
     (TOM, {HARBOUR, LIGHTHOUSE}), (OTTO, {LIGHTHOUSE})],
)  # fmt: skip
def test_who_reads_sees_their_organizations(hub: str, user: str, organizations: set[str]) -> None:
    rows = somebody(hub, user).get("/contacts?select=organization_id")

    assert {row["organization_id"] for row in rows} == organizations


@pytest.mark.parametrize(
    "asked",
    [
        f"organization_id=eq.{LIGHTHOUSE}", f"id=eq.{FOREIGN}", f"id=in.({FOREIGN})", "full_name=like.Dora*",
        f"or=(id.eq.{FOREIGN},organization_id.eq.{LIGHTHOUSE})", f"organization_id=not.eq.{HARBOUR}",
        f"and=(not.and(organization_id.eq.{HARBOUR}))",
    ],
)  # fmt: skip
def test_no_filter_reaches_further(hub: str, asked: str) -> None:
    ada = somebody(hub, ADA)

    assert ada.get(f"/contacts?{asked}") == []
    for count in ("exact", "estimated"):
        assert ada.ask("HEAD", f"/contacts?{asked}", prefer=f"count={count}").headers["content-range"] == "*/0"


def test_who_counts_counts_their_own(hub: str) -> None:
    for count in ("exact", "estimated"):
        answer = somebody(hub, ADA).ask("HEAD", "/contacts", prefer=f"count={count}")

        assert answer.headers["content-range"] == "0-2/3"


def test_a_row_is_not_put_into_another_organization(hub: str, ground: Ground) -> None:
    before, row = _kept(ground, LIGHTHOUSE), {"organization_id": LIGHTHOUSE, "full_name": "Intruder"}

    for wish in ("return=minimal", "return=representation", "resolution=merge-duplicates"):
        assert somebody(hub, ADA).refused("POST", "/contacts", row, prefer=wish) == (403, "42501")
    mixed = [{**row, "organization_id": HARBOUR}, row]
    assert somebody(hub, ADA).refused("POST", "/contacts", mixed) == (403, "42501")

    assert _kept(ground, LIGHTHOUSE) == before
    assert len(_kept(ground, HARBOUR)) == 3


def test_a_foreign_row_is_not_merged_with(hub: str, ground: Ground) -> None:
    before = _kept(ground, LIGHTHOUSE)
    row = {"id": FOREIGN, "organization_id": HARBOUR, "full_name": "Mine now"}

    answer = somebody(hub, ADA).ask(
        "POST", "/contacts", row, prefer="resolution=merge-duplicates,return=representation"
    )

    assert (answer.status_code, answer.json()["code"]) == (403, "42501")
    assert _kept(ground, LIGHTHOUSE) == before


def test_foreign_rows_are_neither_changed_nor_removed(hub: str, ground: Ground) -> None:
    before, ada = _kept(ground, LIGHTHOUSE), somebody(hub, ADA)

    for method, body in (("PATCH", {"notes": "seen"}), ("DELETE", None)):
        for asked in (f"?id=eq.{FOREIGN}", f"?organization_id=eq.{LIGHTHOUSE}", f"?or=(id.eq.{FOREIGN})"):
            answer = ada.ask(method, f"/contacts{asked}", body, prefer="return=representation,count=exact")
            assert (answer.status_code, answer.json(), answer.headers["content-range"]) == (200, [], "*/0")
    assert len(ada.ask("PATCH", "/contacts", {"notes": "all"}, prefer="return=representation").json()) == 3

    assert _kept(ground, LIGHTHOUSE) == before


def test_a_row_is_not_moved_into_another_organization(hub: str, ground: Ground) -> None:
    before = _kept(ground, HARBOUR)

    found = somebody(hub, TOM).refused("PATCH", f"/contacts?id=eq.{OWN}", {"organization_id": TIDEWATER})

    assert found == (403, "42501")
    assert _kept(ground, HARBOUR) == before


def test_a_function_answers_of_their_organization(hub: str) -> None:
    ada, path = somebody(hub, ADA), "/rpc/integration_health"

    assert len(ada.get(f"{path}?p_organization_id={HARBOUR}")) == 3
    foreign = ada.ask("POST", path, {"p_organization_id": LIGHTHOUSE})
    assert foreign.json() == [] or foreign.json()["code"] == "42501"


def test_what_a_role_may_do_decides(hub: str, ground: Ground) -> None:
    before = _kept(ground, HARBOUR)

    viewer = somebody(hub, VERA).ask("DELETE", f"/contacts?id=eq.{OWN}", prefer="return=representation")
    assert viewer.json() == []
    assert somebody(hub, MAX).refused("POST", "/integrations", _integration()) == (403, "42501")
    assert somebody(hub, ADA).ask("POST", "/integrations", _integration()).status_code == 201

    assert _kept(ground, HARBOUR) == before


def test_a_visitor_reads_nothing_and_is_told_to_sign_in(hub: str) -> None:
    answer = visitor(hub).ask("GET", "/contacts")

    assert answer.json() == [] or (answer.status_code, answer.headers["www-authenticate"]) == (401, "Bearer")
    assert visitor(hub).refused("POST", "/contacts", {"organization_id": HARBOUR, "full_name": "x"})[0] == 401


def test_the_service_reads_all(hub: str) -> None:
    rows = service(hub).get("/contacts?select=organization_id")

    assert {row["organization_id"] for row in rows} >= {HARBOUR, LIGHTHOUSE}


def test_no_schema_but_the_exposed_is_reached(hub: str) -> None:
    for path in ("/integration_credentials", "/private.integration_credentials", "/auth.users", "/users", "/pg_class"):
        assert service(hub).refused("GET", path) == (404, "PGRST205")
    assert service(hub).refused("GET", "/integration_credentials", accept_profile="private") == (406, "PGRST106")


def _integration() -> dict[str, object]:
    return {"organization_id": HARBOUR, "integration_type": "calendar", "configuration": {}}
