"""Privileges of what is made again: default privileges must not give it more than it had. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from seatrial.sql.text import quoted

if TYPE_CHECKING:
    from collections.abc import Iterator

    from seatrial.rollback.side import Side, Thing

__all__ = ["reset"]

#: Kind → how GRANT calls it, what default privileges call it, and what everybody may do with it from the start.
_KINDS = {
    "table": ("", "tables", ""),
    "foreign table": ("", "tables", ""),
    "view": ("", "tables", ""),
    "materialized view": ("", "tables", ""),
    "sequence": ("SEQUENCE ", "sequences", ""),
    "function": ("ROUTINE ", "functions", "EXECUTE"),
    "procedure": ("ROUTINE ", "functions", "EXECUTE"),
    "aggregate": ("ROUTINE ", "functions", "EXECUTE"),
    "type": ("TYPE ", "types", "USAGE"),
    "schema": ("SCHEMA ", "schemas", ""),
}
GRANTS = "grants to "


def reset(side: Side, thing: Thing) -> Iterator[str]:
    """Takes from a new object what default privileges have given it, where it had something else.

    What was granted on it is granted behind it, as what it had beyond the built-in privileges.
    """
    if thing.kind not in _KINDS:
        return
    word, objects, everybody = _KINDS[thing.kind]
    entries = [
        {fact.removeprefix(GRANTS): text for fact, text in one.shown.facts.items() if fact.startswith(GRANTS)}
        for one in side.things.values()
        if one.kind == "default privileges" and one.shown and _is_about(one, thing, objects)
    ]
    owner = thing.fact("owner")
    given = [(grantee, text) for entry in entries for grantee, text in entry.items() if grantee != owner]
    if all(thing.fact(GRANTS + grantee) == text for grantee, text in given):
        return
    had = {grantee for grantee, _ in given}
    roles = ", ".join("PUBLIC" if one == "PUBLIC" else quoted(one) for one in sorted(had))
    yield f"REVOKE ALL ON {word}{thing.name} FROM {roles}"
    if everybody:
        yield f"GRANT {everybody} ON {word}{thing.name} TO PUBLIC"


def _is_about(entry: Thing, thing: Thing, objects: str) -> bool:
    if not entry.name.endswith(f" on {objects}"):
        return False
    return entry.parent is None or entry.parent[0] != "schema" or entry.parent == thing.parent
