"""What parts of a syntax tree mean to servers of different versions; every line has an example under test."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import postgast
from postgast import pg_query_pb2 as pb

from seatrial.sql.text import is_only, spelled
from seatrial.sql.version_names import BUILT_IN

if TYPE_CHECKING:
    from collections.abc import Callable

    from google.protobuf.message import Message  # type: ignore[import-untyped]

__all__ = ["FEATURES", "MAINTENANCE", "Feature"]

#: The search path of maintenance since 17.
MAINTENANCE = (
    "since 17 the functions in it run with search_path = pg_catalog, pg_temp:"
    " one that names anything else without its schema fails"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Feature:
    """One thing that a part of a statement can be."""

    name: str
    since: int
    seen: Callable[[Message], bool]
    differs: str = ""


def _command(kind: int) -> Callable[[Message], bool]:
    return lambda one: one.subtype == kind


def _contains(message: Message, kind: type[Message]) -> bool:
    return any(isinstance(found, kind) for _, found in postgast.walk(message))


def _always(_: Message) -> bool:
    return True


def _of_partitioned(kind: int) -> Callable[[Message], bool]:
    """Whether a partitioned table is created with a constraint of a kind."""
    return lambda one: (
        one.HasField("partspec")
        and any(isinstance(found, pb.Constraint) and found.contype == kind for _, found in postgast.walk(one))
    )


def _old_or_new(returning: Message) -> bool:
    refs = [found for _, found in postgast.walk(returning) if isinstance(found, pb.ColumnRef)]
    first = {ref.fields[0].string.sval for ref in refs if ref.fields}
    return bool(returning.options) or bool(first & {"old", "new"})


def _calls_others(message: Message) -> bool:
    calls = [spelled(found.funcname) for _, found in postgast.walk(message) if isinstance(found, pb.FuncCall)]
    return any(name.removeprefix("pg_catalog.") not in BUILT_IN for name in calls)


def _infinite_interval(cast: Message) -> bool:
    text = cast.arg.a_const.sval.sval.strip().lower().lstrip("+-")
    return text == "infinity" and spelled(cast.type_name.names).endswith("interval")


def _is_builtin_provider(define: Message) -> bool:
    return any(
        item.def_elem.defname == "provider" and spelled(item.def_elem.arg.type_name.names) == "builtin"
        for item in define.definition
    )


def _all_columns(copy: Message) -> bool:
    return any(
        item.def_elem.defname in {"force_null", "force_not_null"} and item.def_elem.arg.HasField("a_star")
        for item in copy.options
    )


def _without_validation(one: Message) -> bool:
    return one.contype in {pb.CONSTR_CHECK, pb.CONSTR_FOREIGN} and not one.is_enforced


_JSON_16 = "SQL/JSON constructors and IS JSON"
_JSON_17 = "SQL/JSON query functions, JSON(), JSON_SCALAR() and JSON_SERIALIZE()"
_CREATEROLE = (
    "since 16 a role with CREATEROLE changes and grants only roles that it has ADMIN OPTION on,"
    " and gets it on those that it creates; before, on all but superusers"
)

#: By the name of the part in the grammar.
FEATURES: dict[str, tuple[Feature, ...]] = {
    "Constraint": (
        Feature(
            name="virtual generated column", since=18,
            seen=lambda one: one.contype == pb.CONSTR_GENERATED and one.generated_kind != "s",
            differs="without STORED it is computed when it is read, since 18; before, it is refused",
        ),
        Feature(
            name="NOT NULL as a table constraint", since=18,
            seen=lambda one: one.contype == pb.CONSTR_NOTNULL and bool(one.keys),
        ),
        Feature(
            name="name of a NOT NULL constraint", since=18,
            seen=lambda one: one.contype == pb.CONSTR_NOTNULL and not one.keys and bool(one.conname),
            differs="before 18 the name is not kept, and nothing can refer to the constraint by it",
        ),
        Feature(name="NOT ENFORCED", since=18, seen=_without_validation),
        Feature(
            name="NOT ENFORCED", since=18,
            seen=lambda one: one.contype in {pb.CONSTR_ATTR_NOT_ENFORCED, pb.CONSTR_ATTR_ENFORCED},
        ),
        Feature(
            name="key over a period", since=18, seen=lambda one: one.without_overlaps or one.fk_with_period,
        ),
    ),
    "ATAlterConstraint": (
        Feature(name="ALTER CONSTRAINT … ENFORCED", since=18, seen=lambda one: one.alter_enforceability),
        Feature(name="ALTER CONSTRAINT … INHERIT", since=18, seen=lambda one: one.alter_inheritability),
    ),
    "ReturningClause": (Feature(name="RETURNING OLD and NEW", since=18, seen=_old_or_new),),
    "AlterDefaultPrivilegesStmt": (
        Feature(
            name="default privileges on large objects", since=18,
            seen=lambda one: one.action.objtype == pb.OBJECT_LARGEOBJECT,
        ),
    ),
    "VacuumRelation": (
        Feature(
            name="VACUUM or ANALYZE of ONLY a table", since=18,
            seen=lambda one: one.HasField("relation") and is_only(one.relation),
        ),
    ),
    "CreateForeignTableStmt": (
        Feature(name="foreign table LIKE another", since=18, seen=lambda one: _contains(one, pb.TableLikeClause)),
    ),
    "CreateStmt": (
        Feature(
            name="unlogged partitioned table", since=18,
            seen=lambda one: one.HasField("partspec") and one.relation.relpersistence == "u",
            differs="refused since 18; before, taken without an effect",
        ),
        Feature(
            name="identity column of a partitioned table", since=17, seen=_of_partitioned(pb.CONSTR_IDENTITY),
            differs="before 17 its partitions do not have it: a row put into one of them directly needs a value",
        ),
        Feature(name="EXCLUDE on a partitioned table", since=17, seen=_of_partitioned(pb.CONSTR_EXCLUSION)),
        Feature(
            name="access method of a partitioned table", since=17,
            seen=lambda one: one.HasField("partspec") and bool(one.access_method),
        ),
    ),
    "AccessPriv": (
        Feature(
            name="RULE privilege", since=18, seen=lambda one: one.priv_name == "rule",
            differs="refused since 18; before, taken without an effect",
        ),
        Feature(name="MAINTAIN privilege", since=17, seen=lambda one: one.priv_name == "maintain"),
    ),
    "MergeStmt": (
        Feature(name="MERGE … RETURNING", since=17, seen=lambda one: one.HasField("returning_clause")),
    ),
    "MergeWhenClause": (
        Feature(
            name="WHEN NOT MATCHED BY SOURCE", since=17,
            seen=lambda one: one.match_kind == pb.MERGE_WHEN_NOT_MATCHED_BY_SOURCE,
        ),
    ),
    "JsonTable": (Feature(name="JSON_TABLE", since=17, seen=_always),),
    "JsonFuncExpr": (Feature(name=_JSON_17, since=17, seen=_always),),
    "JsonParseExpr": (Feature(name=_JSON_17, since=17, seen=lambda one: one.unique_keys),),
    "JsonScalarExpr": (Feature(name=_JSON_17, since=17, seen=_always),),
    "JsonSerializeExpr": (Feature(name=_JSON_17, since=17, seen=_always),),
    "JsonIsPredicate": (Feature(name=_JSON_16, since=16, seen=_always),),
    "JsonObjectConstructor": (Feature(name=_JSON_16, since=16, seen=_always),),
    "JsonArrayConstructor": (Feature(name=_JSON_16, since=16, seen=_always),),
    "JsonArrayQueryConstructor": (Feature(name=_JSON_16, since=16, seen=_always),),
    "JsonObjectAgg": (Feature(name=_JSON_16, since=16, seen=_always),),
    "JsonArrayAgg": (Feature(name=_JSON_16, since=16, seen=_always),),
    "AlterTableCmd": (
        Feature(name="ALTER COLUMN … SET EXPRESSION", since=17, seen=_command(pb.AT_SetExpression)),
        Feature(
            name="SET ACCESS METHOD DEFAULT", since=17,
            seen=lambda one: one.subtype == pb.AT_SetAccessMethod and not one.name,
        ),
        Feature(
            name="SET STATISTICS DEFAULT", since=17,
            seen=lambda one: one.subtype == pb.AT_SetStatistics and not one.HasField("def"),
        ),
        Feature(
            name="SET STORAGE DEFAULT", since=16,
            seen=lambda one: one.subtype == pb.AT_SetStorage and getattr(one, "def").string.sval == "default",
        ),
    ),
    "CreateEventTrigStmt": (
        Feature(name="event trigger on login", since=17, seen=lambda one: one.eventname == "login"),
    ),
    "CopyStmt": (Feature(name="COPY with FORCE_NULL or FORCE_NOT_NULL *", since=17, seen=_all_columns),),
    "TypeCast": (Feature(name="infinite interval", since=17, seen=_infinite_interval),),
    "FuncCall": (
        Feature(
            name="AT LOCAL", since=17,
            seen=lambda one: spelled(one.funcname) == "pg_catalog.timezone"
            and one.funcformat == pb.COERCE_SQL_SYNTAX and len(one.args) == 1,
        ),
    ),
    "IndexStmt": (
        Feature(
            name="functions in an index", since=17, differs=MAINTENANCE,
            seen=lambda one: any(_calls_others(part) for part in (*one.index_params, one.where_clause)),
        ),
    ),
    "CreateTableAsStmt": (
        Feature(
            name="functions in a materialized view", since=17, differs=MAINTENANCE,
            seen=lambda one: one.objtype == pb.OBJECT_MATVIEW and _calls_others(one.query),
        ),
    ),
    "RefreshMatViewStmt": (
        Feature(name="functions in a materialized view", since=17, differs=MAINTENANCE, seen=_always),
    ),
    "DefineStmt": (
        Feature(name="collation of the provider builtin", since=17, seen=_is_builtin_provider),
    ),
    "CreateRoleStmt": (Feature(name="rights of CREATEROLE", since=16, seen=_always, differs=_CREATEROLE),),
    "AlterRoleStmt": (Feature(name="rights of CREATEROLE", since=16, seen=_always, differs=_CREATEROLE),),
    "GrantRoleStmt": (Feature(name="rights of CREATEROLE", since=16, seen=_always, differs=_CREATEROLE),),
    "ColumnDef": (
        Feature(name="STORAGE of a new column", since=16, seen=lambda one: bool(one.storage_name)),
    ),
    "CreateStatsStmt": (
        Feature(name="CREATE STATISTICS without a name", since=16, seen=lambda one: not one.defnames),
    ),
    "RangeSubselect": (
        Feature(name="subquery without an alias", since=16, seen=lambda one: not one.HasField("alias")),
    ),
    "ReindexStmt": (
        Feature(
            name="REINDEX of the current database", since=16,
            seen=lambda one: one.kind in {pb.REINDEX_OBJECT_DATABASE, pb.REINDEX_OBJECT_SYSTEM} and not one.name,
        ),
    ),
    "XmlSerialize": (Feature(name="XMLSERIALIZE … INDENT", since=16, seen=lambda one: one.indent),),
    "RuleStmt": (
        Feature(
            name="view made of a table by a rule", since=16, seen=lambda one: one.event == pb.CMD_SELECT,
            differs="refused since 16, which makes views by CREATE VIEW only",
        ),
    ),
}  # fmt: skip
