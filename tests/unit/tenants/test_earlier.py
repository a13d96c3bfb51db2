"""Of a tenancy, what the state before a release has."""

from __future__ import annotations

from dataclasses import replace

from seatrial.model.tenancy import Membership, TableRule, Tenancy, Unreadable
from seatrial.tenants.earlier import as_far_as_there

MEMBERS = Membership(
    table="public.m",
    tenant="t",
    user="u",
    role="r",
    roles=("low", "high"),
    state="s",
    active=("on",),
    inactive=("off",),
)
TENANCY = Tenancy(
    tenant_table="public.t", tenant_key="id", membership=MEMBERS,
    tables={
        "public.notes": TableRule(
            table="public.notes", tenant="t", select="low", insert_columns=("body", "state"),
            insert_only={"state": "new"},
        ),
        "public.logs": TableRule(table="public.logs", tenant="t", select="low"),
    },
    unreadable=(Unreadable(table="public.notes", columns=("secret",), why="for the service"),),
)  # fmt: skip
ALL = {
    "public.t": ["id"], "public.m": ["t", "u", "r", "s"], "public.notes": ["t", "body", "state", "secret"],
    "public.logs": ["id", "t"],
}  # fmt: skip


def test_where_everything_is_there_nothing_is_lost() -> None:
    assert as_far_as_there(TENANCY, ALL) == TENANCY


def test_without_tenants_or_members_there_is_no_tenancy() -> None:
    assert as_far_as_there(TENANCY, {name: columns for name, columns in ALL.items() if name != "public.t"}) is None
    assert as_far_as_there(TENANCY, ALL | {"public.m": ["t", "r"]}) is None


def test_a_table_that_does_not_say_yet_whose_its_rows_are_is_not_ruled() -> None:
    found = as_far_as_there(TENANCY, ALL | {"public.logs": ["id"]})
    assert found is not None
    assert set(found.tables) == {"public.notes"}


def test_columns_that_come_with_the_release_are_not_asked_for() -> None:
    found = as_far_as_there(TENANCY, ALL | {"public.notes": ["t", "body"], "public.m": ["t", "u"]})
    assert found is not None
    rule = found.tables["public.notes"]
    assert (rule.insert_columns, dict(rule.insert_only), found.unreadable) == (("body",), {}, ())
    assert found.membership == replace(MEMBERS, role="", roles=(), state="", active=(), inactive=())
