"""What drops, renames, moves and comments things of any kind, and what makes the small ones."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from postgast import pg_query_pb2 as pb

from seatrial.model.commands import (
    AlterEnum,
    AlterPublication,
    ChangeOwner,
    Comment,
    CreateDomain,
    CreateExtension,
    CreateSchema,
    CreateType,
    Drop,
    Rename,
    SetSchema,
)
from seatrial.sql.commands.naming import (
    full,
    full_of,
    kind_of,
    options,
    part_names,
    role,
    roles,
    signature_of,
    type_name,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from postgast.pg_query_pb2 import Node

    from seatrial.model.commands import Command

__all__ = ["READERS"]

#: Objects that stand for themselves: their names have no schema.
_WITHOUT_SCHEMA = frozenset({
    "schema", "extension", "role", "database", "tablespace", "publication", "subscription", "foreign server",
    "event trigger", "language", "access method", "fdw", "cast",
})  # fmt: skip
#: Objects whose name ends a list that begins with their table's.
_PARTS = frozenset({"policy", "trigger", "rule", "constraint", "column"})
_DOMAIN_CHANGES = {
    "C": "add constraint", "X": "drop constraint", "V": "validate constraint", "O": "set not null",
    "N": "drop not null", "T": "set default",
}  # fmt: skip


def _names(kind: str, node: Node) -> str:
    """One object of DROP or COMMENT."""
    which = node.WhichOneof("node")
    match which:
        case "list":
            parts = part_names(node.list.items)
            return parts[-1] if kind in _WITHOUT_SCHEMA else full_of(node.list.items)
        case "string":
            return str(node.string.sval)
        case "type_name":
            return full_of(node.type_name.names)
        case "object_with_args":
            return full_of(node.object_with_args.objname)
        case _:
            return ""


def _table_and_part(node: Node) -> tuple[str, str]:
    parts = part_names(node.list.items)
    return full_of(node.list.items[: len(parts) - 1]), parts[-1] if parts else ""


def _drop(found: pb.DropStmt) -> Drop:
    kind = kind_of(found.remove_type)
    table, names = "", tuple(_names(kind, node) for node in found.objects)
    if kind in _PARTS:
        pairs = [_table_and_part(node) for node in found.objects]
        table, names = pairs[0][0], tuple(part for _, part in pairs)
    return Drop(
        kind=kind, names=names, table=table, signatures=tuple(map(signature_of, found.objects)),
        cascade=found.behavior == pb.DROP_CASCADE, if_exists=found.missing_ok, concurrently=found.concurrent,
    )  # fmt: skip


def _rename(found: pb.RenameStmt) -> Rename:
    kind = kind_of(found.rename_type)
    is_relation = found.HasField("relation") and bool(found.relation.relname)
    name = full(found.relation) if is_relation else _names(kind, found.object) or found.subname
    part = found.subname if is_relation or kind in _PARTS | {"attribute"} else ""
    return Rename(kind=kind, name=name, part=part, new=found.newname)


def _set_schema(found: pb.AlterObjectSchemaStmt) -> SetSchema:
    kind = kind_of(found.object_type)
    name = full(found.relation) if found.HasField("relation") else _names(kind, found.object)
    return SetSchema(kind=kind, name=name, schema=found.newschema)


def _owner(found: pb.AlterOwnerStmt) -> ChangeOwner:
    kind = kind_of(found.object_type)
    return ChangeOwner(kind=kind, name=_names(kind, found.object), role=role(found.newowner))


def _comment(found: pb.CommentStmt) -> Comment:
    kind = kind_of(found.objtype)
    if kind in _PARTS and found.object.HasField("list"):
        table, part = _table_and_part(found.object)
        return Comment(kind=kind, name=table, part=part, text=found.comment)
    return Comment(kind=kind, name=_names(kind, found.object), signature=signature_of(found.object), text=found.comment)


def _alter_domain(found: pb.AlterDomainStmt) -> CreateDomain:
    definition = getattr(found, "def")
    return CreateDomain(
        domain=full_of(found.type_name),
        alters=_DOMAIN_CHANGES.get(found.subtype, "other"),
        not_valid=definition.constraint.skip_validation,
    )


def _domain(found: pb.CreateDomainStmt) -> CreateDomain:
    kinds = {node.constraint.contype for node in found.constraints}
    constrained = bool(kinds & {pb.CONSTR_CHECK, pb.CONSTR_NOTNULL})
    return CreateDomain(
        domain=full_of(found.domainname), type=type_name(found.type_name)[0], constrained=constrained
    )  # fmt: skip


def _enum_value(found: pb.AlterEnumStmt) -> AlterEnum:
    return AlterEnum(
        type=full_of(found.type_name), value=found.new_val, placed=bool(found.new_val_neighbor),
        if_not_exists=found.skip_if_new_val_exists, renamed=found.old_val,
    )  # fmt: skip


def _publication(found: pb.CreatePublicationStmt | pb.AlterPublicationStmt) -> AlterPublication:
    is_new = isinstance(found, pb.CreatePublicationStmt)
    change = (
        "set" if is_new else pb.AlterPublicationAction.Name(found.action).removeprefix("AP_").removesuffix("Objects")
    )
    listed = [node.publication_obj_spec for node in found.pubobjects]
    return AlterPublication(
        publication=found.pubname,
        create=is_new,
        change=change.lower(),
        tables=tuple(full(one.pubtable.relation) for one in listed if one.HasField("pubtable")),
        all_tables=found.for_all_tables,
        schemas=tuple(one.name for one in listed if one.name and not one.HasField("pubtable")),
    )


def _extension(found: pb.CreateExtensionStmt) -> CreateExtension:
    return CreateExtension(
        extension=found.extname, schema=options(found.options).get("schema", ""), if_not_exists=found.if_not_exists
    )


def _schema(found: pb.CreateSchemaStmt) -> CreateSchema:
    owner = role(found.authrole) if found.HasField("authrole") else ""
    return CreateSchema(schema=found.schemaname or owner, if_not_exists=found.if_not_exists, owner=owner)


def _enum(found: pb.CreateEnumStmt) -> CreateType:
    return CreateType(type=full_of(found.type_name), kind="enum", values=tuple(part_names(found.vals)))


def _dropped_roles(found: Iterable[Node], *, owned: bool, cascade: bool = False) -> Drop:
    return Drop(kind="owned" if owned else "role", names=roles(found), cascade=cascade)


READERS: dict[str, Callable[[Any], Command]] = {
    "drop_stmt": _drop,
    "rename_stmt": _rename,
    "alter_object_schema_stmt": _set_schema,
    "alter_owner_stmt": _owner,
    "comment_stmt": _comment,
    "alter_domain_stmt": _alter_domain,
    "create_domain_stmt": _domain,
    "alter_enum_stmt": _enum_value,
    "create_publication_stmt": _publication,
    "alter_publication_stmt": _publication,
    "create_extension_stmt": _extension,
    "create_schema_stmt": _schema,
    "create_enum_stmt": _enum,
    "composite_type_stmt": lambda found: CreateType(type=full(found.typevar), kind="composite"),
    "create_range_stmt": lambda found: CreateType(type=full_of(found.type_name), kind="range"),
    "drop_role_stmt": lambda found: _dropped_roles(found.roles, owned=False),
    "drop_owned_stmt": lambda found: _dropped_roles(found.roles, owned=True, cascade=found.behavior == pb.DROP_CASCADE),
    "dropdb_stmt": lambda found: Drop(kind="database", names=(found.dbname,), if_exists=found.missing_ok),
    "drop_table_space_stmt": lambda found: Drop(kind="tablespace", names=(found.tablespacename,)),
}
