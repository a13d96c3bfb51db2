"""Who may do what, as declared."""

from __future__ import annotations

import pytest

from seatrial.attack.expected import may, rule_for
from seatrial.model.isolation import Kind
from seatrial.model.tenancy import Membership, Shared, TableRule, Tenancy

MEMBERS = Membership(table="public.m", tenant="t", user="u", role="role", roles=("viewer", "member", "admin"))
TENANCY = Tenancy(
    tenant_table="public.t", tenant_key="id", membership=MEMBERS,
    tables={"public.notes": TableRule(table="public.notes", tenant="t", select="viewer")},
    shared=(Shared(name="public.types", select="signed_in", why="the same for all"),),
)  # fmt: skip
MEMBER = Kind(name="member", role="authenticated", user="u1", roles={"A": "member"})
OUTSIDER = Kind(name="outsider", role="authenticated", user="u2")
NOBODY = Kind(name="anonymous", role="anon")
STRANGE = Kind(name="member with another role", role="authenticated", user="u3", roles={"A": "guest"})
SUPER = Kind(name="super administrator", role="authenticated", user="u4", super_administrator=True)
RULE = TableRule(
    table="public.notes", tenant="t", select="viewer", update="admin", super_administrator=("select",)
)  # fmt: skip
OWN = TableRule(table="public.letters", tenant="t", user="u", select="self")


@pytest.mark.parametrize(
    ("kind", "action", "tenant", "allowed"),
    [
        (MEMBER, "select", "A", True),
        (MEMBER, "select", "B", False),
        (MEMBER, "select", "", False),
        (MEMBER, "update", "A", False),
        (MEMBER, "delete", "A", False),
        (OUTSIDER, "select", "A", False),
        (NOBODY, "select", "A", False),
        (STRANGE, "select", "A", False),
        (SUPER, "select", "B", True),
        (SUPER, "select", "", True),
        (SUPER, "update", "A", False),
    ],
)
def test_a_role_reaches_the_rows_of_its_own_tenant_up_to_its_rank(
    kind: Kind, action: str, tenant: str, *, allowed: bool
) -> None:
    assert may(TENANCY, kind, RULE, action, tenant=tenant, owner="") is allowed  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("kind", "tenant", "owner", "allowed"),
    [
        (MEMBER, "A", "u1", True),
        (MEMBER, "A", "u9", False),
        (MEMBER, "B", "u1", False),
        (OUTSIDER, "A", "u2", False),
        (NOBODY, "A", "", False),
    ],
)
def test_own_rows_are_the_users_within_the_tenant(kind: Kind, tenant: str, owner: str, *, allowed: bool) -> None:
    assert may(TENANCY, kind, OWN, "select", tenant=tenant, owner=owner) is allowed


def test_what_is_shared_is_for_all_who_signed_in() -> None:
    rule = rule_for(TENANCY, "public.types")
    assert may(TENANCY, OUTSIDER, rule, "select", tenant="", owner="")
    assert not may(TENANCY, NOBODY, rule, "select", tenant="", owner="")
    assert not may(TENANCY, OUTSIDER, rule, "update", tenant="", owner="")


def test_a_partition_is_ruled_as_its_table_and_what_nobody_declared_is_closed() -> None:
    assert rule_for(TENANCY, "public.notes_2025", "public.notes").select == "viewer"
    assert not may(TENANCY, MEMBER, rule_for(TENANCY, "public.other"), "select", tenant="A", owner="u1")
