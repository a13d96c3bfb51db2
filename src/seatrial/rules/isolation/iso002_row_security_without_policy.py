"""Row security that no policy opens, where clients have privileges."""

from __future__ import annotations

from typing import TYPE_CHECKING

from seatrial.model.commands import Do
from seatrial.model.dynamic import CHANGES_POLICIES, may_run
from seatrial.model.finding import Level
from seatrial.rules.hit import Hit
from seatrial.rules.isolation.findings import belonging
from seatrial.rules.isolation.owners import things
from seatrial.rules.isolation.reach import policy_clients, reaching
from seatrial.rules.naming import joined, quoted
from seatrial.rules.spelling import names, relation

if TYPE_CHECKING:
    from collections.abc import Iterator

    from seatrial.model.commands import Grant
    from seatrial.model.schema import Occasion, Schema, Table

LEVEL = Level.INFORMS

_ACTIONS = ("select", "insert", "update", "delete")


def read(schema: Schema) -> Iterator[Hit]:
    """One hit for each such table, or for each action that a GRANT names and no policy lets through."""
    for table in schema.tables:
        roles = reaching(schema, table)
        if not (table.row_security and roles) or table.partition_of:
            continue
        if any(policy.permissive for policy in table.policies):
            yield from _granted_only(schema, table)
        elif not _may_have_others(schema, table):
            yield _closed(schema, table, roles)


def _may_have_others(schema: Schema, table: Table) -> bool:
    """Whether a block puts statements about policies together when the table is there."""
    return any(
        may_run(one.command.dynamic, one.statement.text, CHANGES_POLICIES)
        for one in schema.occasions[table.life.made.number :]
        if isinstance(one.command, Do)
    )


def _closed(schema: Schema, table: Table, roles: tuple[str, ...]) -> Hit:
    only = "only restrictive policies" if table.policies else "no policy"
    condition = belonging(schema, table)
    opened = f"create policy own on {relation(table.name)} for select to {names(roles[-1:])} using ({condition});"
    closed = f"revoke all on {relation(table.name)} from {names(roles)};"
    return Hit(
        script=table.life.made.script,
        offset=table.life.made.offset,
        what=f"row security of {quoted(table.name)} is on, and it has {only}",
        effect=f"users find no {things(table.name)}, without an error, and cannot add any",
        fix=f"{closed} -- if only the server uses it" if condition == "false" else
        f"{closed} -- if only the server uses it; else:\n{opened}",
        subject=table.name,
    )  # fmt: skip


def _granted_only(schema: Schema, table: Table) -> Iterator[Hit]:
    lost: dict[int, tuple[Occasion, list[str], list[str]]] = {}
    for one in table.privileges:
        if one.by is None or one.name not in _ACTIONS or one.role not in reaching(schema, table, one.name):
            continue
        if _names_it(one.by.command, one.name) and not _is_open(schema, table, one.name, one.role):
            _, actions, roles = lost.setdefault(one.by.number, (one.by, [], []))
            actions.append(one.name)
            roles.append(one.role)
    for by, actions, roles in lost.values():
        said = joined(action.upper() for action in actions)
        yield Hit(
            script=by.script,
            offset=by.offset,
            what=f"{said} on {quoted(table.name)} is granted to {joined(roles)}, and no policy lets it through",
            effect=f"the application is told that it succeeded, or is refused, and no {things(table.name)} change",
            fix=f"revoke {', '.join(dict.fromkeys(actions))} on {relation(table.name)} from "
            f"{names(dict.fromkeys(roles))}; -- or write the policy",
        )


def _names_it(grant: object, action: str) -> bool:
    given: Grant = grant  # type: ignore[assignment]
    return action in getattr(given, "privileges", ()) and not getattr(given, "all_in_schema", True)


def _is_open(schema: Schema, table: Table, action: str, role: str) -> bool:
    return any(
        one.permissive and one.applies_to(action) and role in policy_clients(schema, table, one, action)
        for one in table.policies
    )
