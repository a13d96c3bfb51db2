"""A declared tenancy is held against the schema: every table, every column, every way to a tenant."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from seatrial.errors import CannotRun
from seatrial.model.tenancy import Membership, Shared, TableRule, Tenancy, Unreadable
from seatrial.pg.statement import execute_script
from seatrial.tenants.chain import chain
from seatrial.tenants.compare import Comparison, compare
from seatrial.tenants.inference.schema import read_schema

if TYPE_CHECKING:
    from seatrial.pg.connection import Connection

SCHEMA = """
create table public.orgs (id int primary key);
create table public.members (org int references public.orgs, who uuid, primary key (org, who));
create table public.boxes (id int primary key, org int references public.orgs);
create table public.things (id int primary key, box int references public.boxes);
create view public.shown as select 1 as a;
create function public.f(a uuid, b text default '') returns int language sql as 'select 1';
"""
FITS = Tenancy(
    tenant_table="public.orgs", tenant_key="id",
    membership=Membership(table="public.members", tenant="org", user="who"),
    tables={
        rule.table: rule
        for rule in (
            TableRule(table="public.orgs", tenant="id"), TableRule(table="public.members", tenant="org"),
            TableRule(table="public.boxes", tenant="org"), TableRule(table="public.things", through="box"),
        )
    },
    shared=(Shared(name="public.shown", select="signed_in", why="x"),),
    arguments={"public.f(uuid,text)": {"b": "''"}},
)  # fmt: skip
NOTHING = Comparison(undeclared=(), missing=(), no_columns=(), no_ways=())
THINGS = TableRule(table="public.things", through="box")
NO_WAY = "public.things belongs to the tenant of another row, and that leads nowhere: id has no foreign key of its own"


def compared(connection: Connection, tenancy: Tenancy) -> Comparison:
    execute_script(connection, SCHEMA)
    return compare(tenancy, read_schema(connection, (), platform="supabase"))


def ruled(*rules: TableRule) -> Tenancy:
    return replace(FITS, tables={**FITS.tables, **{rule.table: rule for rule in rules}})


def test_what_fits_is_nothing_to_speak_of(database: Connection) -> None:
    assert compared(database, FITS) == NOTHING


def test_an_optional_table_may_be_there_or_not(database: Connection) -> None:
    boats = ruled(TableRule(table="public.boats", system_rows=True, optional=True))
    assert compared(database, boats) == NOTHING
    execute_script(database, "create table public.boats (id int primary key)")

    assert compare(boats, read_schema(database, (), platform="supabase")) == NOTHING
    assert compare(FITS, read_schema(database, (), platform="supabase")).undeclared == ("public.boats",)


@pytest.mark.parametrize(
    ("tenancy", "field", "told"),
    [
        pytest.param(replace(FITS, tables={}, shared=()), "undeclared",
                     ("public.boxes", "public.members", "public.orgs", "public.things"), id="undeclared"),
        pytest.param(ruled(TableRule(table="public.gone", tenant="org")), "missing", ("public.gone",), id="table"),
        pytest.param(replace(FITS, arguments={"public.f(text)": {}}), "missing", ("public.f(text)",), id="function"),
        pytest.param(replace(FITS, shared=(Shared(name="public.none", select="anyone", why="x"),)), "missing",
                     ("public.none",), id="shared"),
        pytest.param(ruled(replace(THINGS, insert_columns=("id", "size"))), "no_columns", ("public.things.size",),
                     id="column"),
        pytest.param(replace(FITS, tenant_key="key"), "no_columns", ("public.orgs.key",), id="key"),
        pytest.param(replace(FITS, unreadable=(Unreadable(table="public.boxes", columns=("pin",), why="x"),)),
                     "no_columns", ("public.boxes.pin",), id="unreadable"),
        pytest.param(ruled(replace(THINGS, through="id")), "no_ways",
                     (NO_WAY,), id="no foreign key"),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_named(tenancy: Tenancy, field: str, told: tuple[str, ...], database: Connection) -> None:
    found = compared(database, tenancy)

    assert getattr(found, field) == told
    assert replace(found, **{field: ()}) == NOTHING


def test_the_way_to_a_tenant() -> None:
    parents = {("public.things", "box"): "public.boxes"}

    assert chain(FITS, "public.things", parents) == ("public.things", "public.boxes")
    assert chain(FITS, "public.boxes", parents) == ("public.boxes",)


def test_a_way_in_a_circle_is_an_error_that_shows_it() -> None:
    tenancy = ruled(TableRule(table="public.boxes", through="last"))
    parents = {("public.things", "box"): "public.boxes", ("public.boxes", "last"): "public.things"}

    with pytest.raises(CannotRun) as refused:
        chain(tenancy, "public.boxes", parents)
    assert refused.value.code == "tenancy.circle"
    assert refused.value.why == "public.boxes → public.things → public.boxes"
    with pytest.raises(CannotRun) as refused:
        chain(tenancy, "public.things", {("public.things", "box"): "public.elsewhere"})
    assert refused.value.code == "tenancy.no-way"
    assert refused.value.why == "public.elsewhere is not declared"
