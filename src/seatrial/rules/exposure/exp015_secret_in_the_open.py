"""A column that holds a secret and that clients may read."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from seatrial.model.finding import Level
from seatrial.model.tenancy import NOBODY, SELF
from seatrial.rules.exposure.reach import column_readers, is_reached, who
from seatrial.rules.hit import Hit
from seatrial.rules.isolation.owners import owned
from seatrial.rules.naming import quoted
from seatrial.rules.spelling import names, relation

if TYPE_CHECKING:
    from collections.abc import Iterator

    from seatrial.model.schema import Policy, Schema, Table, TableColumn

LEVEL = Level.WARNS

_SECRET = re.compile(
    r"(?:.*_)?(?:(?:access|refresh|auth|bearer|bot|oauth|session|api|id)_?token|token|tokens|secret|secrets"
    r"|password|passwd|passphrase|(?:api|private|secret|signing|encryption|service(?:_role)?)_?key|credentials?)"
    r"|password_(?:hash|digest)|(?:encrypted|hashed)_password",
    re.IGNORECASE,
)
#: Tokens that are there to be shown, or that only mark a place.
_SHOWN = re.compile(r"(?:share|shared|public|page|next|cursor|sync|continuation|unsubscribe|max|csrf)_", re.IGNORECASE)
_TYPES = re.compile(r"(?:text|varchar|bpchar|citext|\w+\.citext|json|jsonb|bytea)\b")
_CALLER = re.compile(r"auth\.uid\(\)")


def read(schema: Schema) -> Iterator[Hit]:
    """One hit for each column, at the place where it is written."""
    for table in schema.tables:
        if not is_reached(schema, table.name) or table.foreign:
            continue
        for column in table.columns:
            readers = column_readers(schema, table, column.name) if _is_secret(column) else ()
            seen = tuple(role for role in readers if _sees_others(schema, table, role))
            if seen:
                yield _hit(schema, table, column, seen)


def _hit(schema: Schema, table: Table, column: TableColumn, roles: tuple[str, ...]) -> Hit:
    found = owned(schema, table)
    who_reads = f"every member of an {found.owner}" if found and found.tenant and table.row_security else who(roles)
    whose = "its" if who_reads.startswith("every member") else "the"
    others = [one.name for one in table.columns if one.name != column.name and not _is_secret(one)]
    here, right, seen = relation(table.name), "select", names(others)

    return Hit(
        script=column.life.made.script,
        offset=column.column.offset if column.column.offset >= 0 else column.life.made.offset,
        what=f'clients may read "{column.name}" of {quoted(table.name)}',
        effect=f"{who_reads} can read {whose} {column.name.replace('_', ' ')}: a policy hides rows, not columns",
        fix=f"revoke {right} on {here} from {', '.join(roles)};\ngrant {right} ({seen}) on {here} to authenticated;\n"
        "-- or keep it in a table of its own that only the service reads",
        subject=f"{table.name}.{column.name}",
    )


def _is_secret(column: TableColumn) -> bool:
    named = _SECRET.fullmatch(column.name) and not _SHOWN.match(column.name)
    return bool(named and _TYPES.match(column.column.type) and column.column.generated is None)


def _sees_others(schema: Schema, table: Table, role: str) -> bool:
    """Whether some policy shows a role more than the user's own rows."""
    rule = schema.tenancy.tables.get(table.name) if schema.tenancy else None
    if rule is not None and rule.select in {SELF, NOBODY}:
        return False
    if not table.row_security:
        return True
    policies = [one for one in table.policies if one.permissive and one.applies_to("select")]
    return any({role, "public"} & set(one.roles) and not _is_own(schema, table, one) for one in policies)


def _is_own(schema: Schema, table: Table, policy: Policy) -> bool:
    """Whether it shows a user what belongs to nobody else."""
    using = policy.using
    if using is None or using.constant is False:
        return True
    found = owned(schema, table)
    users = {"id", *(found.user if found else ())}
    sides = [(one.left_column, one.right) for one in using.comparisons if one.operator == "=" and not one.nested]
    sides += [(one.right_column, one.left) for one in using.comparisons if one.operator == "=" and not one.nested]
    by_user = any(column.rpartition(".")[2] in users and _CALLER.search(other) for column, other in sides)
    return by_user and len(using.alternatives) <= 1
