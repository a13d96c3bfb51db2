"""Guesses a tenancy from the catalogs of a database, each part with its reason, for a person to read and correct."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from seatrial.errors import CannotRun
from seatrial.model.tenancy import ANYONE, SIGNED_IN, Shared, TableRule, Tenancy, Unreadable
from seatrial.tenants.inference import words
from seatrial.tenants.inference.actions import Circumstances, rule_of
from seatrial.tenants.inference.claims import find_claims
from seatrial.tenants.inference.members import find_members, find_tenants, user_of
from seatrial.tenants.inference.owners import find_owners
from seatrial.tenants.inference.schema import read_roles, read_schema
from seatrial.tenants.inference.text import me

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from seatrial.pg.connection import Connection
    from seatrial.tenants.inference.claims import Asked
    from seatrial.tenants.inference.members import Members, Tenants
    from seatrial.tenants.inference.schema import Schema

__all__ = ["MINIMAL", "Inferred", "infer"]

#: The shortest section that says something.
MINIMAL = """
[tenancy]
tenant_table = "public.organizations"
tenant_key = "id"

[tenancy.membership]
table = "public.members"
tenant = "organization_id"
user = "user_id"

[tenancy.tables."public.contacts"]
tenant = "organization_id"
select = "member"
"""
#: Types in which a secret can be written.
_WRITTEN = re.compile(r"text|char|bytea|json|uuid|citext")


@dataclass(frozen=True, slots=True, kw_only=True)
class Inferred:
    """A tenancy that nobody has read yet."""

    tenancy: Tenancy
    #: Why, by place in `seatrial.toml` below `tenancy`: `tables."public.contacts".tenant`.
    reasons: Mapping[str, str]
    #: What a person should look at first, a sentence each.
    unsure: tuple[str, ...]


@dataclass(slots=True, kw_only=True)
class _Guess:
    """Everything that is found on the way."""

    reasons: dict[str, str] = field(default_factory=dict)
    unsure: list[str] = field(default_factory=list)


def infer(connection: Connection, *, platform: str) -> Inferred:
    """Guess to whom rows belong and who may do what with them; the database is only read.

    Args:
        connection: to a database that has the schema, in autocommit mode.
        platform: `supabase` or `postgres`; it knows the usual roles of the database.

    Raises:
        CannotRun: nothing in the schema looks like tenants with members.
    """
    guess = _Guess()
    roles = _database_roles(connection, platform, guess)
    clients = tuple(filter(None, (roles["signed_in_role"], roles["anonymous_role"])))
    schema = read_schema(connection, clients, platform=platform)
    tenants, asked = find_tenants(schema), find_claims(schema)
    members = find_members(schema, tenants) if tenants else None
    if members and asked.claim and not members.asked:
        # Policies that look at the request and never at the members have the last word.
        members = None
    if tenants is None or not (members or asked.claim):
        raise _none(schema, tenants, asked)
    _tell(guess, tenants, members, asked)
    known = Tenancy(
        tenant_table=tenants.table, tenant_key=tenants.key,
        membership=members.membership if members else None, claim=None if members else asked.claim,
        user_claim=asked.user_claim, user_setting=asked.user_setting,
        super_administrator=asked.super_administrator, inferred=True, **roles,
    )  # fmt: skip
    rules, shared = _rules(schema, tenants, asked, known, guess)
    return Inferred(
        tenancy=replace(known, tables=rules, shared=shared, unreadable=tuple(_unreadable(schema, guess))),
        reasons=guess.reasons,
        unsure=tuple(dict.fromkeys(guess.unsure)),
    )


def _database_roles(connection: Connection, platform: str, guess: _Guess) -> dict[str, Any]:
    if platform == "supabase":
        return {"anonymous_role": "anon", "signed_in_role": "authenticated", "service_role": "service_role"}
    found = read_roles(connection)
    clients = [role for role in found if role.reads and not role.owns and not role.bypasses]
    client = max(clients, key=lambda role: (role.named, role.reads), default=None)
    owner = max(found, key=lambda role: role.owns, default=None)
    service = next((role.name for role in found if role.bypasses and role.reads), "")
    signed_in = client.name if client else owner.name if owner else "app_user"
    guess.reasons["signed_in_role"] = "it may read tables that it does not own" if client else "the owner of the tables"
    if not client:
        guess.unsure.append(f"no role but owners may read a table, so {signed_in} is only a guess for signed_in_role")
    return {"anonymous_role": "", "signed_in_role": signed_in, "service_role": service}


def _none(schema: Schema, tenants: Tenants | None, asked: Asked) -> CannotRun:
    if tenants:
        found = f"{tenants.table} looks like the tenants, but nothing says who belongs to one"
    elif asked.claim:
        found = f"policies read {asked.claim.path or asked.claim.setting}, but no table has a row for each tenant"
    elif any(user_of(table) for table in schema.tables.values()):
        found = "rows belong to users, and no table with tenants and members ties users together"
    else:
        found = "no table that others refer to has members or is called like tenants"
    return CannotRun(
        "tenancy.none",
        "no tenancy can be inferred from this schema",
        where=f"{len(schema.tables)} tables",
        why=f"{found}\nlooked for: a table that others refer to (organizations, tenants, workspaces, teams …); "
        "one with its key and a user; a claim or setting in policies, such as app_metadata.org_id or app.tenant_id",
        fix=f"write it into seatrial.toml yourself; the least is this:{MINIMAL}",
    )


def _tell(guess: _Guess, tenants: Tenants, members: Members | None, asked: Asked) -> None:
    guess.reasons["tenant_table"] = tenants.why
    if tenants.rival:
        guess.unsure.append(f"{tenants.rival} could be the tenants as well as {tenants.table}")
    told = {key: why for key, why in asked.reasons.items() if not (members and key.startswith("claim"))}
    guess.reasons.update(told)
    guess.unsure += asked.unsure
    if members:
        guess.reasons.update(members.reasons)
        guess.unsure += members.unsure
        if asked.claim:
            name = asked.claim.path or asked.claim.setting
            guess.unsure.append(f"policies look at members and at {name}; only the members are written")
    elif asked.claim and asked.claim.roles:
        guess.unsure.append(f"nothing but policies tells the values of {asked.claim.role}, and there may be lower ones")


def _rules(
    schema: Schema, tenants: Tenants, asked: Asked, known: Tenancy, guess: _Guess
) -> tuple[dict[str, TableRule], tuple[Shared, ...]]:
    boss = known.super_administrator
    around = Circumstances(
        schema=schema, roles=known.roles, me=me(known.user_setting), boss=boss.claim if boss else "",
        signed_in=known.signed_in_role, anonymous=known.anonymous_role,
    )  # fmt: skip
    owners = find_owners(schema, tenants, claimed=_pattern(asked), me=around.me)
    rules, shared = dict[str, TableRule](), list[Shared]()
    for name, table in schema.tables.items():
        found = rule_of(table, owners[name], around)
        guess.unsure += found.unsure
        if found.rule.select in {SIGNED_IN, ANYONE} and not (owners[name].has_tenant or owners[name].user):
            shared.append(Shared(name=name, select=found.rule.select, why=f"Inferred: {found.reasons['select']}."))
            if found.rule.insert or found.rule.update or found.rule.delete:
                guess.unsure.append(f"{name} is the same for everybody, and clients may change it")
        else:
            rules[name] = found.rule
            guess.reasons.update({f'tables."{name}".{key}': why for key, why in found.reasons.items()})
    return rules, tuple(shared)


def _pattern(asked: Asked) -> str:
    """Of what says the tenant, in a flat text; a function may stand between."""
    if asked.claim is None:
        return ""
    if asked.claim.setting:
        return rf"(?:NULLIF )?current_setting '{re.escape(asked.claim.setting)}'"
    last = re.escape(asked.claim.path.rpartition(".")[2])
    return rf"(?:auth\.jwt|current_setting 'request\.jwt\.claims')[^=]*?'{last}'"


def _unreadable(schema: Schema, guess: _Guess) -> Iterator[Unreadable]:
    for name, table in schema.tables.items():
        columns = [one for one in table.columns if words.is_secret(one.bare) and _WRITTEN.search(one.type)]
        if columns and not table.platform:
            names = tuple(one.name for one in columns)
            guess.unsure.append(f"{name}: whether nobody may read {', '.join(names)} is guessed from the names")
            yield Unreadable(table=name, columns=names, why="Inferred: their names say that they are secrets.")
