"""A foreign key by which a row of one tenant points to a row of another."""

from __future__ import annotations

from typing import TYPE_CHECKING

from seatrial.model.commands import Data
from seatrial.model.finding import Level
from seatrial.rules.exposure.reach import who
from seatrial.rules.exposure.writing import is_of_tenant, of_tenant, written
from seatrial.rules.hit import Hit
from seatrial.rules.isolation.owners import things
from seatrial.rules.naming import along, quoted
from seatrial.rules.spelling import default_name, name, names, relation

if TYPE_CHECKING:
    from collections.abc import Iterator

    from seatrial.model.schema import Schema, Table, TableConstraint
    from seatrial.rules.exposure.writing import Written

LEVEL = Level.WARNS
TRIED = True


def read(schema: Schema) -> Iterator[Hit]:
    """One hit for each key between two tables with a tenant's column that leaves the tenant out."""
    for one in written(schema):
        own = of_tenant(schema, one.table)
        for key in one.table.foreign_keys if own else ():
            parent = schema.table(key.constraint.parent)
            if parent is None or len(key.constraint.columns) > 1 or not is_of_tenant(schema, parent):
                continue
            if not (_is_bound(one.table, key, own) or _is_looked_up(schema, one.table, key)):
                yield _hit(schema, one, key, parent)


def _hit(schema: Schema, one: Written, key: TableConstraint, parent: Table) -> Hit:
    return Hit(
        script=key.life.made.script,
        offset=key.constraint.offset if key.constraint.offset >= 0 else key.life.made.offset,
        what=f"{along(key.constraint.columns)} of {quoted(one.table.name)} may point to a row of "
        f"{quoted(parent.name)} that belongs to another tenant",
        effect=f"{who(one.roles)} can hang a row on {things(parent.name)} of another {one.owned.owner}, learns in "
        f"this way which of them exist{_deletes(key)}",
        fix=_fix(schema, one.table, key, parent),
        subject=f"{one.table.name}.{','.join(key.constraint.columns)}",
    )


def _deletes(key: TableConstraint) -> str:
    """What deleting the parent does to a row of somebody else."""
    what = {"cascade": "takes it away", "set null": "changes it", "set default": "changes it"}
    done = what.get(key.constraint.on_delete)
    return f", and who deletes theirs {done}" if done else ", and keeps the other from deleting theirs"


def _fix(schema: Schema, table: Table, key: TableConstraint, parent: Table) -> str:
    pair = (of_tenant(schema, table), *key.constraint.columns)
    to = (of_tenant(schema, parent), *(key.constraint.parent_columns or parent.primary_key))
    new = name(default_name(table.name, pair, "foreign key"))
    unique = f"alter table {relation(parent.name)} add unique ({names(to)});\n"
    has_it = any(set(columns) == set(to) for columns, _ in parent.unique_keys)
    return (
        f"{'' if has_it else unique}"
        f"alter table {relation(table.name)} add constraint {new} foreign key ({names(pair)})\n"
        f"  references {relation(parent.name)} ({names(to)}){_on_delete(key)} not valid;\n"
        f"alter table {relation(table.name)} validate constraint {new};\n"
        f"alter table {relation(table.name)} drop constraint {name(key.name)};"
    )


def _on_delete(key: TableConstraint) -> str:
    done = key.constraint.on_delete
    # The tenant's column has to stay as it is.
    columns = f" ({names(key.constraint.columns)})" if done.startswith("set") else ""
    return f" on delete {done}{columns}" if done else ""


def _is_bound(table: Table, key: TableConstraint, tenant: str) -> bool:
    """Whether another key to the same table carries the tenant as well."""
    wanted = {tenant, *key.constraint.columns}
    return any(
        one.constraint.parent == key.constraint.parent and wanted <= set(one.constraint.columns)
        for one in table.foreign_keys
    )


def _is_looked_up(schema: Schema, table: Table, key: TableConstraint) -> bool:
    """Whether a policy for new rows, or a trigger, asks the parent, or is given the key to ask with."""
    checks = [policy.checked for policy in table.policies if policy.applies_to("insert") and policy.checked]
    calls = [call for check in checks for call in check.calls]
    if any(key.constraint.parent in check.tables for check in checks):
        return True
    if any(column in call.columns for call in calls for column in key.constraint.columns):
        return True
    functions = [found for trigger in table.triggers for found in schema.called(trigger.function)]
    queries = [one.command.query for found in functions for one in found.made.inner if isinstance(one.command, Data)]
    return any(key.constraint.parent in query.tables for query in queries)
