"""SQL that takes an object away, or one fact of it. Pure."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from seatrial.model.standin import Definition
    from seatrial.rollback.side import Thing

__all__ = ["dropped", "own_name", "undone"]

_SIMPLE = {
    "aggregate": "AGGREGATE",
    "collation": "COLLATION",
    "event trigger": "EVENT TRIGGER",
    "extension": "EXTENSION",
    "foreign data wrapper": "FOREIGN DATA WRAPPER",
    "foreign server": "SERVER",
    "foreign table": "FOREIGN TABLE",
    "function": "FUNCTION",
    "index": "INDEX",
    "materialized view": "MATERIALIZED VIEW",
    "procedure": "PROCEDURE",
    "publication": "PUBLICATION",
    "schema": "SCHEMA",
    "sequence": "SEQUENCE",
    "statistics": "STATISTICS",
    "table": "TABLE",
    "type": "TYPE",
    "view": "VIEW",
}
_COMMENT = re.compile(r"(COMMENT ON .*?) IS E?'.*", re.DOTALL)


def own_name(thing: Thing) -> str:
    """Without that of what it is a part of: `email` of `public.contacts.email`."""
    return thing.name.removeprefix(f"{thing.parent[1]}.") if thing.parent else thing.name


def dropped(thing: Thing, name: str = "") -> str:  # noqa: PLR0911 - one for each way of saying it
    """The statement that drops it; empty where there is none.

    Args:
        thing: what to drop.
        name: what it is called by then, if not as it was read.
    """
    name, on, own = name or thing.name, thing.parent[1] if thing.parent else "", own_name(thing)
    match thing.kind:
        case "constraint":
            return f"ALTER TABLE {on} DROP CONSTRAINT {own}"
        case "column":
            return f"ALTER TABLE {on} DROP COLUMN {own}"
        case "policy" | "rule" | "trigger":
            return f"DROP {thing.kind.upper()} {own} ON {on}"
        case "published table":
            return f"ALTER PUBLICATION {name.removeprefix(f'{on} in ')} DROP TABLE {on}"
        case "user mapping":
            return f"DROP USER MAPPING FOR {name.removesuffix(f' on {on}')} SERVER {on}"
        case "comment":
            return _without_comment(thing.made) if thing.made else ""
        case "cron job":
            return f"SELECT cron.unschedule(jobid) FROM cron.job WHERE {_job(thing)}"  # noqa: S608 - a literal
        case _:
            word = _SIMPLE.get(thing.kind)
            # An aggregate over any row has no types of arguments, and a star in their place.
            star = thing.kind == "aggregate" and name.endswith("()")
            return f"DROP {word} {name.removesuffix('()') + '(*)' if star else name}" if word else ""


def undone(thing: Thing, fact: Definition) -> str | None:
    """The statement that takes a fact away; empty where nothing has to, None where nobody knows how."""
    if fact.undo:
        return fact.undo
    if fact.fact == "comment":
        return _without_comment(fact)
    if fact.fact in {"owner", "filled", "valid"} or fact.fact.startswith("part of "):
        return ""
    if fact.fact == "settings" and thing.kind == "index":
        return f"ALTER TABLE {thing.parent[1]} SET WITHOUT CLUSTER" if thing.parent and "CLUSTER ON" in fact.sql else ""
    return None


def _without_comment(comment: Definition) -> str:
    found = _COMMENT.fullmatch(comment.sql)
    return f"{found[1]} IS NULL" if found else ""


def _job(thing: Thing) -> str:
    literal = "'" + thing.name.replace("'", "''") + "'"
    return f"coalesce(jobname, command) = {literal} AND database = current_database()"
