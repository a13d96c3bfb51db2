"""`[[workload]]`: what is read of it, and what is said of what cannot be used."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from seatrial.errors import CannotRun
from seatrial.model.tenancy import Membership, SuperAdministrator, Tenancy
from seatrial.project.settings import Settings, settings_of
from seatrial.project.workload import workload_of

GOOD = {"name": '"latest"', "sql": '"select 1"'}
TENANCY = Tenancy(
    tenant_table="public.tenants", tenant_key="id", membership=Membership(table="public.members", tenant="t", user="u")
)


def read(*entries: dict[str, str]) -> Settings:
    lines = [line for one in entries for line in ("[[workload]]", *(f"{key} = {value}" for key, value in one.items()))]
    return settings_of("\n".join(lines), Path("seatrial.toml"))


def test_a_query_has_a_name_and_sql_and_defaults_for_the_rest() -> None:
    [found] = read(GOOD).workload

    assert (found.name, found.sql, found.role, found.params, found.limit_ms) == (
        "latest", "select 1", "authenticated", (), None,
    )  # fmt: skip


def test_parameters_keep_their_types() -> None:
    [found] = read(GOOD | {"params": '["a", 1, 2.5, true]'}).workload

    assert found.params == ("a", 1, 2.5, True)
    assert [type(one) for one in found.params] == [str, int, float, bool]


@pytest.mark.parametrize(
    ("change", "where", "why"),
    [
        ({"limt_ms": "5"}, "workload.0.limt_ms", "there is no such setting"),
        ({"limit_ms": "0"}, "workload.0.limit_ms", "greater than 0"),
        ({"limit_ms": "inf"}, "workload.0.limit_ms", "finite"),
        ({"sql": '""'}, "workload.0.sql", "at least 1 character"),
        ({"params": "[[1]]"}, "workload.0.params.0", "valid"),
        ({"claims": "{ at = 2025-01-01 }"}, "workload.0.claims", "claims are texts"),
    ],
)
def test_what_cannot_be_used_is_named(change: dict[str, str], where: str, why: str) -> None:
    with pytest.raises(CannotRun) as caught:
        read(GOOD | change)

    assert where in caught.value.where
    assert why in caught.value.why


def test_two_queries_with_one_name_cannot_be_told_apart() -> None:
    with pytest.raises(CannotRun) as caught:
        read(GOOD, GOOD)

    assert "two queries are called latest" in caught.value.why


@pytest.mark.parametrize(
    "draw", ['["tenant", "user", ""]', '["public.notes.body", "public.\\"Notes\\".\\"the body\\"", "tenant"]']
)
def test_where_values_are_drawn_from_is_said_for_each_parameter(draw: str) -> None:
    [found] = read(GOOD | {"params": '["a", "b", 3]', "as": '["member"]', "draw": draw}).workload

    assert found.callers == ("member",)
    assert len(found.draw) == len(found.params)


@pytest.mark.parametrize(
    ("change", "where", "why"),
    [
        ({"as": '["member", "member"]'}, "workload.0.as", "member stands twice"),
        ({"as": '[""]'}, "workload.0.as.0", "at least 1 character"),
        ({"as": '["member"]', "params": '["a"]', "draw": '["notes.body"]'}, "workload.0.draw", "public.contacts.stage"),
        ({"as": '["member"]', "params": '["a"]', "draw": '["Public.notes.body"]'}, "workload.0.draw", "is neither"),
        ({"as": '["member"]', "params": '["a"]', "draw": '["tenant", ""]'}, "workload.0.draw", "each of the 1 values"),
        ({"params": '["a"]', "draw": '["tenant"]'}, "workload.0.draw", "say for whom"),
    ],
)
def test_what_cannot_be_drawn_is_named(change: dict[str, str], where: str, why: str) -> None:
    with pytest.raises(CannotRun) as caught:
        read(GOOD | change)

    assert where in caught.value.where
    assert why in caught.value.why


def test_kinds_of_user_need_a_tenancy() -> None:
    with pytest.raises(CannotRun) as caught:
        workload_of(read(GOOD | {"as": '["member"]'}).workload, None, Path("seatrial.toml"))

    assert caught.value.code == "settings.workload-no-tenancy"
    assert "workload.0.as" in caught.value.where


@pytest.mark.parametrize(
    ("kind", "known"),
    [("owner", "member, signed_in, anonymous, service"), ("super_administrator", "member, signed_in")],
)
def test_a_kind_that_the_tenancy_does_not_know_is_refused(kind: str, known: str) -> None:
    settings = read(GOOD, GOOD | {"name": '"other"', "as": f'["member", "{kind}"]'}).workload

    with pytest.raises(CannotRun) as caught:
        workload_of(settings, TENANCY, Path("seatrial.toml"))

    assert caught.value.code == "settings.workload-kind"
    assert "workload.1.as" in caught.value.where
    assert repr(kind) in caught.value.what
    assert known in caught.value.why


def test_each_kind_that_the_tenancy_knows_may_be_named() -> None:
    operator = SuperAdministrator(claim="app_metadata.operator", equals=True)
    members = Membership(table="public.members", tenant="t", user="u", role="r", roles=("viewer", "owner"))
    tenancy = replace(TENANCY, membership=members, super_administrator=operator)
    kinds = ("viewer", "owner", "super_administrator", "signed_in", "anonymous", "service")
    settings = read(GOOD | {"as": str(list(kinds))}).workload

    [query] = workload_of(settings, tenancy, Path("seatrial.toml"))

    assert query.callers == kinds
    with pytest.raises(CannotRun):
        workload_of(settings, replace(tenancy, anonymous_role=""), Path("seatrial.toml"))


def test_a_query_without_them_leaves_the_digest_of_the_settings_as_it_was() -> None:
    written = read(GOOD).model_dump_json(exclude_unset=True)

    assert written == '{"workload":[{"name":"latest","sql":"select 1"}]}'
