"""A declared tenancy, as far as a database has it: before a release, some of it is not there yet."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from seatrial.model.tenancy import TableRule, Tenancy, Unreadable

__all__ = ["as_far_as_there"]


def as_far_as_there(tenancy: Tenancy, columns: Mapping[str, Collection[str]]) -> Tenancy | None:
    """What of it can be asked for; None where there are no tenants or nobody can be a member.

    Args:
        tenancy: of the release.
        columns: of every table that is there, by name, as SQL writes them.
    """
    members = tenancy.membership
    if tenancy.tenant_key not in columns.get(tenancy.tenant_table, ()):
        return None
    if members:
        there = columns.get(members.table, ())
        if not {members.tenant, members.user} <= set(there):
            return None
        if members.role not in there:
            members = replace(members, role="", roles=())
        if members.state not in there:
            members = replace(members, state="", active=(), inactive=())
    known = {name: rule for name, rule in tenancy.tables.items() if _says_whose(rule, columns.get(name, ()))}
    return replace(
        tenancy,
        earlier=True,
        membership=members,
        tables={name: _known(rule, columns[name]) for name, rule in known.items()},
        unreadable=tuple(one for one in tenancy.unreadable if _is_there(one, columns)),
    )


def _says_whose(rule: TableRule, columns: Collection[str]) -> bool:
    return bool(columns) and {rule.tenant, rule.through, rule.user} - {""} <= set(columns)


def _known(rule: TableRule, columns: Collection[str]) -> TableRule:
    return replace(
        rule,
        insert_columns=tuple(name for name in rule.insert_columns if name in columns),
        update_columns=tuple(name for name in rule.update_columns if name in columns),
        insert_only={name: value for name, value in rule.insert_only.items() if name in columns},
    )


def _is_there(one: Unreadable, columns: Mapping[str, Collection[str]]) -> bool:
    return set(one.columns) <= set(columns.get(one.table, ()))
