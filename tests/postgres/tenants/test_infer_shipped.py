"""The shipped release: what is inferred from its schema, against what a person has declared of it."""

from __future__ import annotations

from dataclasses import fields, replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from seatrial.flows.folder import read_folder
from seatrial.flows.rehearsal import rehearsal
from seatrial.model.narrator import Silent
from seatrial.tenants.compare import compare
from seatrial.tenants.infer import infer
from seatrial.tenants.inference.schema import read_schema

if TYPE_CHECKING:
    from seatrial.model.tenancy import Tenancy
    from seatrial.tenants.compare import Comparison

#: What no catalog tells, and a person therefore had to write.
DIFFERENCES = {
    ("shared", "public.integration_types", "why"),
    # An identifier by its name; that it helps nobody but the service is not to be seen.
    ("unreadable", "private.integration_credentials", "columns"),
    ("unreadable", "private.integration_credentials", "why"),
}


@pytest.fixture(scope="module")
def shipped() -> tuple[Tenancy, Tenancy, Comparison]:
    """Inferred, declared, and how the declared one fits the schema."""
    folder = read_folder(Path(__file__).parents[3])
    declared = folder.release.tenancy
    assert declared
    with rehearsal(folder, narrator=Silent()) as rehearsed, rehearsed.stage.observe() as connection:
        found = infer(connection, platform="supabase").tenancy
        fits = compare(declared, read_schema(connection, (), platform="supabase"))
    # The release does not make what need not be there.
    there = {name: rule for name, rule in declared.tables.items() if not rule.optional}
    return found, replace(declared, tables=there), fits


def _differences(one: object, other: object) -> set[str]:
    return {each.name for each in fields(one) if getattr(one, each.name) != getattr(other, each.name)}  # type: ignore[arg-type]


def test_tenants_and_members_are_found(shipped: tuple[Tenancy, Tenancy, Comparison]) -> None:
    found, declared, _ = shipped

    assert (found.tenant_table, found.tenant_key) == (declared.tenant_table, declared.tenant_key)
    assert found.membership == declared.membership
    assert found.super_administrator == declared.super_administrator


def test_the_owner_of_every_table_is_found(shipped: tuple[Tenancy, Tenancy, Comparison]) -> None:
    found, declared, _ = shipped

    assert {name: (rule.tenant, rule.through, rule.user) for name, rule in found.tables.items()} == {
        name: (rule.tenant, rule.through, rule.user) for name, rule in declared.tables.items()
    }


def test_every_difference_is_known(shipped: tuple[Tenancy, Tenancy, Comparison]) -> None:
    found, declared, _ = shipped
    differ = {
        ("tables", name, field) for name in declared.tables
        for field in _differences(found.tables[name], declared.tables[name])
    }  # fmt: skip
    for mine, theirs in zip(found.shared, declared.shared, strict=True):
        differ |= {("shared", theirs.name, field) for field in _differences(mine, theirs)}
    for secret, declared_secret in zip(found.unreadable, declared.unreadable, strict=True):
        differ |= {("unreadable", secret.table, field) for field in _differences(secret, declared_secret)}

    assert differ == DIFFERENCES
    assert _differences(found, declared) == {"shared", "unreadable", "inferred"}


def test_the_declared_one_fits_the_schema(shipped: tuple[Tenancy, Tenancy, Comparison]) -> None:
    assert _differences(shipped[2], type(shipped[2])(undeclared=(), missing=(), no_columns=(), no_ways=())) == set()
