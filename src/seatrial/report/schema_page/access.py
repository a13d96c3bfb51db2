"""Policies and privileges in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from seatrial.report.schema_page.cells import code, listed
from seatrial.report.schema_page.condition import in_words

if TYPE_CHECKING:
    from collections.abc import Iterable

    from seatrial.model.reference import ReferenceFunction, ReferencePolicy, ReferenceTable

__all__ = ["callers", "grants", "policy"]

ROLES = {
    "PUBLIC": "anybody",
    "anon": "somebody who is not signed in (`anon`)",
    "authenticated": "a signed-in user (`authenticated`)",
    "service_role": "the service (`service_role`)",
}
ACTIONS = {
    "SELECT": "read", "INSERT": "add", "UPDATE": "change", "DELETE": "delete", "TRUNCATE": "empty the table",
    "REFERENCES": "make foreign keys to it", "TRIGGER": "make triggers on it",
}  # fmt: skip
#: On rows, and on the table as a whole.
ON_ROWS = ("SELECT", "INSERT", "UPDATE", "DELETE")


def policy(found: ReferencePolicy) -> str:
    """A sentence: A signed-in user may read rows whose organization_id is among my_organizations()."""
    subject = listed(map(_role, found.roles), "or")
    verb = "read, add, change or delete" if found.command == "ALL" else ACTIONS[found.command]
    may = "may" if found.permissive else "may, of what other policies allow, only"
    return f"{subject[0].upper()}{subject[1:]} {may} {verb} rows {_which(found)}."


def grants(table: ReferenceTable) -> list[str]:
    """A line for each role that may do anything: what, and on which columns where not on all."""
    whole = dict(table.privileges)
    roles = [*whole, *(one.role for one in table.column_privileges if one.role not in whole)]
    return [f"{_role_first(role)} may {_deeds(table, role, whole.get(role, ()))}." for role in dict.fromkeys(roles)]


def callers(function: ReferenceFunction) -> str:
    """Who may call it, its owner aside."""
    if function.is_trigger:
        return "triggers only"
    return listed(map(_role, function.callers)) if function.callers else "nobody but its owner"


def _which(found: ReferencePolicy) -> str:
    using, check = found.using, found.check
    if found.command in {"SELECT", "DELETE", "INSERT"} or using == check:
        moment = ", before and after the change" if found.command == "UPDATE" and using != "true" else ""
        return _said(using or check) + moment
    if not check:
        moment = " before and after the change" if found.command == "UPDATE" else ", old and new"
        return f"{_said(using)},{moment}".replace(",,", ",")
    return f"{_said(using)}; a new or changed row is one {_said(check)}"


def _said(condition: str) -> str:
    return in_words(condition) if condition else "without a condition"


def _deeds(table: ReferenceTable, role: str, privileges: Iterable[str]) -> str:
    """Reading first, as a person asks for it."""
    order = list(ACTIONS)
    held = sorted(privileges, key=lambda one: order.index(one) if one in order else len(order))
    rows = [ACTIONS[one] for one in held if one in ON_ROWS]
    deeds = [f"{listed(rows)} rows"] if rows else []
    deeds += [ACTIONS.get(one, one) for one in held if one not in ON_ROWS]
    for one in table.column_privileges:
        if one.role == role and one.privilege not in held:
            deeds.append(f"{ACTIONS[one.privilege]} {listed(map(code, one.columns))}")
    return "; ".join(deeds)


def _role(name: str) -> str:
    return ROLES.get(name, f"the role {code(name)}")


def _role_first(name: str) -> str:
    said = _role(name)
    return said[0].upper() + said[1:]
