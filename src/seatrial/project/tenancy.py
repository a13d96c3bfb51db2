"""`[tenancy]` of `seatrial.toml`: to whom rows belong and who may do what with them, as a person writes it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints, model_validator

from seatrial.model.tenancy import (
    Action,
    Claim,
    Membership,
    Shared,
    SuperAdministrator,
    TableRule,
    Tenancy,
    Unreadable,
)
from seatrial.project.tenancy_check import refuse_unusable

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["ROLES", "TenancySettings", "tenancy_of"]

#: Roles of the database that a platform has, where the settings name no others.
ROLES = {
    "supabase": {"anonymous_role": "anon", "signed_in_role": "authenticated", "service_role": "service_role"},
    "postgres": {"anonymous_role": "", "signed_in_role": "", "service_role": ""},
}

_Words = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]


def _for_reading(only: object) -> object:
    """A text says which rows are to be seen."""
    return {"select": only} if isinstance(only, str) else only


class _Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class MembershipSettings(_Section):
    """`[tenancy.membership]`."""

    table: _Words
    tenant: _Words
    user: _Words
    role: str = ""
    roles: tuple[_Words, ...] = ()
    state: str = ""
    active: tuple[_Words, ...] = ()
    inactive: tuple[_Words, ...] = ()


class ClaimSettings(_Section):
    """`[tenancy.claim]`: a claim of the token or a setting of the session."""

    path: str = ""
    setting: str = ""
    role: str = ""
    roles: tuple[_Words, ...] = ()
    many: bool = False

    @model_validator(mode="after")
    def _one_place(self) -> ClaimSettings:
        if bool(self.path) == bool(self.setting):
            raise ValueError("give either path or setting")
        return self


class SuperAdministratorSettings(_Section):
    """`[tenancy.super_administrator]`."""

    claim: _Words
    equals: str | bool | int


class TableSettings(_Section):
    """`[tenancy.tables."public.contacts"]`."""

    tenant: str = ""
    through: str = ""
    user: str = ""
    select: str = ""
    insert: str = ""
    update: str = ""
    delete: str = ""
    insert_columns: tuple[_Words, ...] = ()
    update_columns: tuple[_Words, ...] = ()
    insert_only: dict[str, str | bool | int] = {}
    only: Annotated[dict[Action, _Words], BeforeValidator(_for_reading)] = {}
    super_administrator: tuple[Action, ...] = ()
    system_rows: bool = False
    optional: bool = False


class SharedSettings(_Section):
    """`[[tenancy.shared]]`."""

    table: str = ""
    function: str = ""
    select: Literal["signed_in", "anyone"] = "signed_in"
    why: _Words

    @model_validator(mode="after")
    def _one_thing(self) -> SharedSettings:
        if bool(self.table) == bool(self.function):
            raise ValueError("give either table or function")
        if self.function and "(" not in self.function:
            raise ValueError("a function has the types of its arguments behind its name: public.plans()")
        return self


class UnreadableSettings(_Section):
    """`[[tenancy.unreadable]]`."""

    table: _Words
    columns: tuple[_Words, ...] = Field(min_length=1)
    why: _Words


class FunctionSettings(_Section):
    """`[tenancy.functions."public.search(uuid, text)"]`."""

    arguments: dict[str, _Words]


class TenancySettings(_Section):
    """`[tenancy]`."""

    tenant_table: _Words
    tenant_key: _Words = "id"
    anonymous_role: str | None = None
    signed_in_role: str | None = None
    service_role: str | None = None
    user_claim: str = "sub"
    user_setting: str = ""
    inferred: bool = False
    membership: MembershipSettings | None = None
    claim: ClaimSettings | None = None
    super_administrator: SuperAdministratorSettings | None = None
    tables: dict[str, TableSettings] = {}
    shared: tuple[SharedSettings, ...] = ()
    unreadable: tuple[UnreadableSettings, ...] = ()
    functions: dict[str, FunctionSettings] = {}


def tenancy_of(settings: TenancySettings, platform: str, path: Path) -> Tenancy:
    """What a person declared, checked as far as that needs no database.

    Args:
        settings: the section.
        platform: `supabase` or `postgres`; it knows the database roles that are not named.
        path: of the file, for errors.

    Raises:
        CannotRun: something of it contradicts something else of it, or cannot be meant.
    """
    found = Tenancy(
        tenant_table=settings.tenant_table,
        tenant_key=settings.tenant_key,
        membership=Membership(**dict(settings.membership)) if settings.membership else None,
        claim=Claim(**dict(settings.claim)) if settings.claim else None,
        super_administrator=SuperAdministrator(**dict(settings.super_administrator))
        if settings.super_administrator
        else None,
        user_claim=settings.user_claim,
        user_setting=settings.user_setting,
        tables={name: _rule(name, rule) for name, rule in settings.tables.items()},
        shared=tuple(Shared(name=one.table or one.function, select=one.select, why=one.why) for one in settings.shared),
        unreadable=tuple(Unreadable(**dict(one)) for one in settings.unreadable),
        arguments={name: one.arguments for name, one in settings.functions.items()},
        inferred=settings.inferred,
        **_roles(settings, platform),
    )
    refuse_unusable(found, path)
    return found


def _roles(settings: TenancySettings, platform: str) -> dict[str, Any]:
    """Empty where there is none; what is not said is as on the platform."""
    named = {name: getattr(settings, name) for name in ROLES[platform]}
    return {name: usual if named[name] is None else named[name] for name, usual in ROLES[platform].items()}


def _rule(name: str, rule: TableSettings) -> TableRule:
    fixed = {
        column: str(value).lower() if isinstance(value, bool) else str(value)
        for column, value in rule.insert_only.items()
    }
    return TableRule(table=name, **{**dict(rule), "insert_only": fixed})
