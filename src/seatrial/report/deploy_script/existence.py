"""Whether an object is there, as a query."""

from __future__ import annotations

from typing import TYPE_CHECKING

from seatrial.model.deploy_script import Look

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

__all__ = ["MISSING", "THERE", "look_after", "look_for_leftover", "looks_before"]

THERE, MISSING = "there", "missing"
_INDEX = "EXISTS (SELECT FROM pg_catalog.pg_index WHERE indexrelid = pg_catalog.to_regclass($1)"
_FOUND = "pg_catalog.%s($1) IS NOT NULL"


def _part(catalog: str, relation: str, name: str, besides: str = "") -> str:
    """Of a relation: the name has three parts."""
    return (
        f"EXISTS (SELECT FROM (SELECT pg_catalog.parse_ident($1) AS p) AS n JOIN pg_catalog.{catalog} AS o"
        f" ON o.{relation} = pg_catalog.to_regclass(pg_catalog.format('%I.%I', n.p[1], n.p[2])) AND o.{name} = n.p[3]"
        f"{besides})"
    )


#: Kind → condition over the name, $1, as the catalog is read: qualified, and quoted where it has to be.
_CONDITIONS = {
    **dict.fromkeys(("table", "view", "materialized view", "sequence", "foreign table"), _FOUND % "to_regclass"),
    **dict.fromkeys(("function", "procedure", "aggregate"), _FOUND % "to_regprocedure"),
    "type": _FOUND % "to_regtype",
    "schema": _FOUND % "to_regnamespace",
    "extension": "EXISTS (SELECT FROM pg_catalog.pg_extension WHERE extname = (pg_catalog.parse_ident($1))[1])",
    # A build that was cut off leaves one that nobody uses.
    "index": _INDEX + " AND indisvalid)",
    "column": _part("pg_attribute", "attrelid", "attname", " AND NOT o.attisdropped"),
    "policy": _part("pg_policy", "polrelid", "polname"),
    "trigger": _part("pg_trigger", "tgrelid", "tgname"),
    "constraint": _part("pg_constraint", "conrelid", "conname"),
    "rule": _part("pg_rewrite", "ev_class", "rulename"),
}


def look_after(identity: str, digest: str) -> Look | None:
    """For one object of a plan's `after`; None for a kind of which this is not asked.

    Args:
        identity: `policy public.boats.mine`.
        digest: empty where it is to be gone.
    """
    return _look(identity, THERE if digest else MISSING)


def looks_before(after: Collection[str], schema: Mapping[str, str]) -> tuple[Look, ...]:
    """For what a release changes: it is there where the target had it, and nowhere else.

    An index may have been built by hand meanwhile, so that the release does not have to.
    """
    found = (_look(one, THERE if one in schema else MISSING) for one in after if not one.startswith("index "))
    return tuple(look for look in found if look)


def look_for_leftover(index: str) -> Look:
    """For an index that a file makes if it does not exist: one that was cut off would keep it from that.

    Args:
        index: as the statement names it.
    """
    return _asked(f"an INVALID index {index}", MISSING, index, _INDEX + " AND NOT indisvalid)")


def _look(identity: str, expected: str) -> Look | None:
    kind = next((kind for kind in _CONDITIONS if identity.startswith(f"{kind} ")), "")
    if not kind:
        return None
    return _asked(identity, expected, identity.removeprefix(f"{kind} "), _CONDITIONS[kind])


def _asked(what: str, expected: str, name: str, condition: str) -> Look:
    query = f"SELECT CASE WHEN {condition} THEN '{THERE}' ELSE '{MISSING}' END"
    return Look(what=what, expected=expected, query=query, argument=name)
