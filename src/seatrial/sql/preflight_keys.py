"""Questions about keys: rows that are there twice, exclude each other, or point to nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from postgast import pg_query_pb2 as pb

from seatrial.sql.text import expression, literal, quoted, relation, spelled, tree

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from postgast.pg_query_pb2 import Constraint, IndexElem, IndexStmt, RangeVar

    from seatrial.model.preflight import Question
    from seatrial.sql.preflight_rows import Rows

__all__ = ["exclusion", "orphans", "unique_constraint", "unique_index"]

#: The columns of a table's primary key, in order, when only the target knows them.
_PRIMARY_KEY = (
    "(SELECT array_agg(a.attname::text ORDER BY k.n)"
    " FROM pg_index AS i, unnest(i.indkey) WITH ORDINALITY AS k(attnum, n), pg_attribute AS a"
    " WHERE i.indisprimary AND i.indrelid = {}::regclass AND a.attrelid = i.indrelid AND a.attnum = k.attnum)"
)


def unique_constraint(rows: Rows, one: Constraint) -> Iterator[Question]:
    """PRIMARY KEY and UNIQUE over columns; nothing for one that takes over an index."""
    keys = [quoted(key.string.sval) for key in one.keys]
    if one.indexname or {key.string.sval for key in one.keys} & rows.unknown:
        return
    if one.contype == pb.CONSTR_PRIMARY:
        missing = " OR ".join(f"{key} IS NULL" for key in keys)
        yield rows.question("primary key", rows.counted(f"({missing})"), f"rows whose {_or(keys)} is NULL", "23502")
    if one.without_overlaps:
        operators = ["="] * (len(keys) - 1) + ["&&"]
        yield _excluded(rows, list(zip(keys, operators, strict=True)), "")
        return
    kind = "primary key" if one.contype == pb.CONSTR_PRIMARY else "unique"
    yield _twice(rows, kind, keys, keys, "", nulls_are_equal=one.nulls_not_distinct)


def unique_index(rows: Rows, index: IndexStmt) -> Question:
    """CREATE UNIQUE INDEX, over expressions and on a part of the rows too."""
    elements = [one.index_elem for one in index.index_params]
    condition = f"({expression(index.where_clause)})" if index.HasField("where_clause") else ""
    keys, compared = [_element(one) for one in elements], [_element(one, collated=True) for one in elements]
    return _twice(rows, "unique", keys, compared, condition, nulls_are_equal=index.nulls_not_distinct)


def _element(one: IndexElem, *, collated: bool = False) -> str:
    text = quoted(one.name) if one.name else f"({expression(one.expr)})"
    if collated and one.collation:
        return text + " COLLATE " + expression(pb.Node(column_ref=pb.ColumnRef(fields=one.collation)))
    return text


def _twice(
    rows: Rows, kind: str, keys: Sequence[str], compared: Sequence[str], condition: str, *, nulls_are_equal: bool
) -> Question:
    present = [] if nulls_are_equal else [f"{key} IS NOT NULL" for key in keys]
    where = " AND ".join(filter(None, [*present, condition]))
    groups = f"(SELECT FROM {rows.source}{' WHERE ' + where if where else ''}"
    groups += f" GROUP BY {', '.join(compared)} HAVING count(*) > 1) AS found_twice"
    return rows.question(kind, rows.count_from(groups), f"groups of rows with the same {', '.join(keys)}", "23505")


def exclusion(rows: Rows, one: Constraint) -> Question:
    """EXCLUDE: pairs of rows for which all operators hold."""
    pairs = [(_element(e.list.items[0].index_elem), _operator(e.list.items[1].list.items)) for e in one.exclusions]
    condition = expression(one.where_clause) if one.HasField("where_clause") else ""
    return _excluded(rows, pairs, condition)


def _operator(names: Sequence[pb.Node]) -> str:
    return f"OPERATOR({spelled(names)})" if len(names) > 1 else spelled(names)


def _excluded(rows: Rows, pairs: Sequence[tuple[str, str]], condition: str) -> Question:
    # ctid alone is not unique over partitions.
    columns = ", ".join(f"{key} AS e{number}" for number, (key, _) in enumerate(pairs))
    inner = f"SELECT tableoid AS part, ctid AS place, {columns} FROM {rows.table}"  # noqa: S608 - quoted names
    inner += f" WHERE {condition}" if condition else ""
    holds = " AND ".join(f"one.e{n} {operator} other.e{n}" for n, (_, operator) in enumerate(pairs))
    source = f"({inner}) AS one JOIN ({inner}) AS other"
    source += f" ON (one.part, one.place) < (other.part, other.place) AND {holds}"
    keys = ", ".join(key for key, _ in pairs)
    return rows.question("exclude", rows.count_from(source), f"pairs of rows whose {keys} exclude each other", "23P01")


def orphans(rows: Rows, one: Constraint, definitions: Mapping[str, str]) -> Question | None:
    """FOREIGN KEY: rows that point to nothing; with MATCH FULL also those that are NULL in part."""
    child = [key.string.sval for key in one.fk_attrs]
    if set(child) & rows.unknown:
        return None
    ours = [f"child.{quoted(column)}" for column in child]
    parent = [key.string.sval for key in one.pk_attrs] or _primary_key(one.pktable, definitions)
    if one.fk_matchtype == "f":
        complete = f"NOT ({' AND '.join(f'{column} IS NULL' for column in ours)})"
    else:
        complete = " AND ".join(f"{column} IS NOT NULL" for column in ours)
    source = f"{rows.table} AS child" if not rows.added else rows.source.removesuffix(rows.alias) + "child"
    sql = rows.count_from(source, complete, f"NOT {_matched(one, ours, parent)}")
    what = ", ".join(quoted(column) for column in child)
    return rows.question("foreign key", sql, f"rows whose {what} is not in {relation(one.pktable)}", "23503")


def _matched(one: Constraint, ours: Sequence[str], parent: Sequence[str]) -> str:
    table = relation(one.pktable)
    if one.fk_with_period:
        # All of the child's time must be covered by rows of the parent together.
        pairs = zip(ours[:-1], parent[:-1], strict=True)
        same = " AND ".join(f"parent.{quoted(column)} = {key}" for key, column in pairs)
        covered = f"range_agg(parent.{quoted(parent[-1])}) @> {ours[-1]}"
        return f"coalesce((SELECT {covered} FROM {table} AS parent WHERE {same}), false)"  # noqa: S608 - quoted names
    if parent:
        theirs = [f"parent.{quoted(column)}" for column in parent]
        same = " AND ".join(f"{left} = {right}" for left, right in zip(theirs, ours, strict=True))
    else:
        key = _PRIMARY_KEY.format(literal(table))
        same = " AND ".join(
            f"to_jsonb(parent) -> {key}[{number}] = to_jsonb({column})" for number, column in enumerate(ours, start=1)
        )
    return f"EXISTS (SELECT FROM {table} AS parent WHERE {same})"


def _primary_key(table: RangeVar, definitions: Mapping[str, str]) -> list[str]:
    prefix = f"{table.schemaname or 'public'}.{table.relname}."
    found = [d for name, d in definitions.items() if name.startswith(prefix) and d.startswith("PRIMARY KEY")]
    if not found:
        return []
    [command] = tree(f"ALTER TABLE t ADD {found[0]}").stmts[0].stmt.alter_table_stmt.cmds
    return [key.string.sval for key in getattr(command.alter_table_cmd, "def").constraint.keys]


def _or(keys: Sequence[str]) -> str:
    return " or ".join(keys)
