"""Who may do what: what the platform gives, and what GRANT and REVOKE change."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from seatrial.model.commands import Grant
from seatrial.model.schema import Privilege

if TYPE_CHECKING:
    from collections.abc import Iterable

    from seatrial.model.commands import AlterDefaultPrivileges
    from seatrial.model.schema import Occasion
    from seatrial.schema.draft import Draft

__all__ = ["CLIENTS", "default_privileges", "grant", "initial", "platform_defaults"]

#: The roles of the platform's API.
CLIENTS = ("anon", "authenticated", "service_role")
_ALL = {
    "table": ("select", "insert", "update", "delete", "truncate", "references", "trigger", "maintain"),
    "function": ("execute",),
}
_KINDS = {"procedure": "function", "routine": "function", "view": "table"}


def platform_defaults(platform: str) -> list[tuple[Occasion | None, str, Grant]]:
    """What is in force before the first file: Supabase gives everything in `public` to the roles of its API."""
    if platform != "supabase":
        return []
    grants = (Grant(privileges=("all",), kind=kind, names=(), roles=CLIENTS) for kind in _ALL)
    return [(None, "public", given) for given in grants]


def initial(draft: Draft, name: str, kind: str) -> list[Privilege]:
    """What a new table or function has by default privileges, and by PostgreSQL's own."""
    schema = name.partition(".")[0]
    found = [Privilege(role="public", name="execute", by=None)] if kind == "function" else []
    for by, where, given in draft.defaults:
        if where in {"", schema} and _KINDS.get(given.kind, given.kind) == kind:
            found = _changed(found, given, kind, by)
    return found


def default_privileges(draft: Draft, occasion: Occasion, command: AlterDefaultPrivileges) -> None:
    """For what is made later; for one role's objects as for everybody's."""
    for schema in command.schemas or ("",):
        draft.defaults.append((occasion, schema, command.grant))


def grant(draft: Draft, occasion: Occasion, command: Grant) -> None:
    """GRANT and REVOKE on tables, views and functions."""
    kind = _KINDS.get(command.kind, command.kind)
    if kind == "table":
        for table in draft.tables:
            if table.life.gone is None and _is_meant(table.name, command):
                table.privileges = _changed(table.privileges, command, kind, occasion)
        for number, view in enumerate(draft.views):
            if view.life.gone is None and _is_meant(view.name, command):
                changed = _changed(view.privileges, command, kind, occasion)
                draft.views[number] = replace(view, privileges=tuple(changed))
    elif kind == "function":
        for number in _functions(draft, command):
            changed = _changed(draft.functions[number].privileges, command, kind, occasion)
            draft.functions[number] = replace(draft.functions[number], privileges=tuple(changed))


def _functions(draft: Draft, command: Grant) -> list[int]:
    if command.all_in_schema:
        return [
            number for number, one in enumerate(draft.functions)
            if one.life.gone is None and _is_meant(one.name, command)
        ]  # fmt: skip
    signatures = command.signatures or (None,) * len(command.names)
    pairs = zip(command.names, signatures, strict=True)
    return [number for name, types in pairs for number in draft.functions_named(name, types)]


def _is_meant(name: str, command: Grant) -> bool:
    return name.partition(".")[0] in command.names if command.all_in_schema else name in command.names


def _changed(held: Iterable[Privilege], given: Grant, kind: str, by: Occasion | None) -> list[Privilege]:
    names = _ALL.get(kind, ()) if "all" in given.privileges else given.privileges
    if given.revoke:
        # Revoking of the whole table takes the privileges on columns away as well.
        return [
            one for one in held
            if not (one.role in given.roles and one.name in names and given.columns in ((), one.columns))
        ]  # fmt: skip
    found = list(held)
    for role in given.roles:
        for name in names:
            new = Privilege(role=role, name=name, by=by, columns=given.columns, grant_option=given.grant_option)
            found = [one for one in found if (one.role, one.name, one.columns) != (role, name, given.columns)]
            found.append(new)
    return found
