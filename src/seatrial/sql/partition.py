"""The bounds of a partition as a condition on its rows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from seatrial.sql.text import expression, literal

if TYPE_CHECKING:
    from collections.abc import Sequence

    from postgast.pg_query_pb2 import Node, PartitionBoundSpec

__all__ = ["bound_condition"]

_LIST, _RANGE = "l", "r"
_INFINITE = {"minvalue", "maxvalue"}


def bound_condition(bound: PartitionBoundSpec, parent: str, keys: Sequence[str]) -> str:
    """The rows that a partition holds, as SQL; empty for DEFAULT, which holds what no other does.

    Args:
        bound: FOR VALUES of the statement.
        parent: the partitioned table as SQL, for a hash.
        keys: the columns or expressions of the partition key, as SQL.
    """
    if bound.is_default:
        return ""
    if bound.strategy == _LIST:
        return _in_list(keys[0], bound.listdatums)
    if bound.strategy == _RANGE:
        present = [f"{key} IS NOT NULL" for key in keys]
        limits = [_limit(keys, bound.lowerdatums, lower=True), _limit(keys, bound.upperdatums, lower=False)]
        return " AND ".join([*present, *filter(None, limits)])
    arguments = f"{literal(parent)}::regclass, {bound.modulus}, {bound.remainder}, {', '.join(keys)}"
    return f"satisfies_hash_partition({arguments})"


def _in_list(key: str, values: Sequence[Node]) -> str:
    present = [expression(value) for value in values if not value.a_const.isnull]
    null = f"{key} IS NULL" if len(present) < len(values) else ""
    some = f"{key} IN ({', '.join(present)})" if present else ""
    return f"({some} OR {null})" if some and null else f"{key} IS NOT NULL AND {some}" if some else null


def _limit(keys: Sequence[str], values: Sequence[Node], *, lower: bool) -> str:
    """Compares rows; what stands behind MINVALUE or MAXVALUE does not matter.

    (5, MAXVALUE) as lower limit is "more than 5", (5, MINVALUE) is "5 or more"; as upper limit, "5 or less", "less".
    """
    infinite = next((_infinity(value) for value in values if _infinity(value)), "")
    fixed = [expression(value) for value in values]
    if infinite:
        fixed = fixed[: next(at for at, value in enumerate(values) if _infinity(value))]
    if not fixed:
        return ""
    left, right = ", ".join(keys[: len(fixed)]), ", ".join(fixed)
    if len(fixed) > 1:
        left, right = f"({left})", f"({right})"
    if lower:
        return f"{left} {'>' if infinite == 'maxvalue' else '>='} {right}"
    return f"{left} {'<=' if infinite == 'maxvalue' else '<'} {right}"


def _infinity(value: Node) -> str:
    fields = value.column_ref.fields
    name = fields[0].string.sval if len(fields) == 1 else ""
    return str(name) if name in _INFINITE else ""
