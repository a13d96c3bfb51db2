"""A function that asks a query past row security, with what the policies say in its own condition."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from seatrial.errors import StatementFailed
from seatrial.performance.policies.as_caller import as_caller
from seatrial.performance.policies.made import free, rights
from seatrial.performance.policies.rewrites import same_for_all
from seatrial.pg.answer import column_types, parameter_types
from seatrial.pg.connection import rows
from seatrial.pg.queries import load
from seatrial.pg.sending import sending
from seatrial.sql.past_policies import with_condition
from seatrial.sql.policy_condition import asked_once
from seatrial.sql.text import qualified, quoted

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from seatrial.model.performance import Call
    from seatrial.performance.policies.known import Function, Policy
    from seatrial.pg.connection import Connection

__all__ = ["definer"]

_HAS_TO = "ask this in a SECURITY DEFINER function that compares the tenant with the caller itself, and call that"

_AS_OWNER = "let the policy compare with the caller itself, or with a SECURITY DEFINER function that does"


def definer(
    connection: Connection, call: Call, policies: Sequence[Policy], functions: Mapping[str, tuple[Function, ...]]
) -> tuple[tuple[str, ...], str, str]:
    """Statements that make the function, the query that calls it, and a note where it cannot be made.

    Args:
        connection: of a superuser, in a transaction.
        call: what is asked, and by whom.
        policies: all of one table that apply.
        functions: that they call, by name.
    """
    first, sender = policies[0], call.senders[0]
    said = asked_once(_together(policies), same_for_all(functions))
    query = with_condition(call.query.sql, first.schema, first.table_name, said)
    if query is None or call.query.writes:
        return (), "", _HAS_TO
    try:
        with sending(connection, sender, time_limit=5):
            given = parameter_types(connection, call.query.sql)
            columns = column_types(connection, call.query.sql, sender.params)
            path = rows(connection, load("seatrial.performance.policies", "path"))[0]["path"]
    except StatementFailed:
        return (), "", _HAS_TO
    others = as_caller(connection, query, first.table)
    if others:
        named = ", ".join(dict.fromkeys(others))
        return (), "", f"{named} would be asked past row security: {_AS_OWNER}; then {_HAS_TO}"
    if len({name for name, _ in columns}) < len(columns):
        return (), "", f"give each column a name of its own, and {_HAS_TO}"
    begun = re.sub(r"[^a-z0-9]+", "_", call.query.name.lower()).strip("_")
    name = qualified(first.schema, free(first.schema, begun, "_of_caller", first.taken))
    signature = f"{name}({', '.join(given)})"
    returned = ", ".join(f"{quoted(column)} {kind}" for column, kind in columns)
    # PL/pgSQL plans with the values that it is given, as a pattern's beginning is needed to look into an index.
    create = (
        "-- Its owner has to be above row security on the table; the condition of the policies is in the query.\n"
        "-- It is in the schema of the table so that clients reach it: only the role that asks the query may call it.\n"
        f"CREATE FUNCTION {signature} RETURNS TABLE ({returned}) LANGUAGE plpgsql STABLE SECURITY DEFINER\n"
        f"SET search_path = {', '.join(filter(None, (path, 'pg_temp')))} AS $query$\n#variable_conflict use_column\n"
        f"BEGIN\n  RETURN QUERY\n  {query};\nEND\n$query$"
    )
    asked = ", ".join(f"${number}" for number in range(1, len(given) + 1))
    return (create, *rights(signature, (quoted(sender.role),), first.opened)), f"SELECT * FROM {name}({asked})", ""  # noqa: S608 - quoted


def _together(policies: Sequence[Policy]) -> str:
    """Permissive ones are joined by OR, and all restrictive ones have to hold."""
    opening = " OR ".join(f"({one.using})" for one in policies if one.permissive and one.using) or "false"
    narrowing = [f"({one.using})" for one in policies if not one.permissive and one.using]
    return " AND ".join([f"({opening})", *narrowing])
