"""GRANT, REVOKE, default privileges and roles."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from postgast import pg_query_pb2 as pb

from seatrial.model.commands import AlterDefaultPrivileges, AlterRole, Grant, GrantRole
from seatrial.sql.commands.naming import full, full_of, kind_of, part_names, role, roles, signature_of, value

if TYPE_CHECKING:
    from collections.abc import Callable

    from postgast.pg_query_pb2 import Node

    from seatrial.model.commands import Command

__all__ = ["READERS"]

#: What the parser calls the options of CREATE ROLE, as people write them.
_ROLE_OPTIONS = {
    "superuser": "superuser", "bypassrls": "bypassrls", "canlogin": "login", "createrole": "createrole",
    "createdb": "createdb", "isreplication": "replication", "inherit": "inherit", "password": "password",
}  # fmt: skip


def grant(found: pb.GrantStmt) -> Grant:
    """GRANT and REVOKE."""
    privileges = [node.access_priv for node in found.privileges]
    return Grant(
        privileges=tuple(one.priv_name.lower() for one in privileges if one.priv_name) or ("all",),
        kind=kind_of(found.objtype),
        names=tuple(_name(node) for node in found.objects),
        roles=roles(found.grantees),
        signatures=tuple(map(signature_of, found.objects)),
        revoke=not found.is_grant,
        all_in_schema=found.targtype == pb.ACL_TARGET_ALL_IN_SCHEMA,
        columns=tuple(dict.fromkeys(column for one in privileges for column in part_names(one.cols))),
        grant_option=found.grant_option,
    )


def _name(node: Node) -> str:
    which = node.WhichOneof("node")
    match which:
        case "range_var":
            return full(node.range_var)
        case "object_with_args":
            return full_of(node.object_with_args.objname)
        case "string":
            return str(node.string.sval)
        case "list":
            return full_of(node.list.items)
        case _:
            return ""


def _grant_role(found: pb.GrantRoleStmt) -> GrantRole:
    granted = tuple(node.access_priv.priv_name for node in found.granted_roles)
    admin = any(
        node.def_elem.defname == "admin" and value(node.def_elem.arg) == "true" for node in found.opt
    )  # fmt: skip
    return GrantRole(granted=granted, roles=roles(found.grantee_roles), revoke=not found.is_grant, admin=admin)


def _default_privileges(found: pb.AlterDefaultPrivilegesStmt) -> AlterDefaultPrivileges:
    given = {node.def_elem.defname: node.def_elem.arg.list.items for node in found.options}
    return AlterDefaultPrivileges(
        grant=grant(found.action),
        schemas=tuple(part_names(given.get("schemas", ()))),
        for_roles=roles(given.get("roles", ())),
    )


def _role(found: Any) -> AlterRole:  # noqa: ANN401 - CREATE ROLE or ALTER ROLE
    is_new = isinstance(found, pb.CreateRoleStmt)
    given = {
        _ROLE_OPTIONS[node.def_elem.defname]: "***" if node.def_elem.defname == "password" else value(node.def_elem.arg)
        for node in found.options
        if node.def_elem.defname in _ROLE_OPTIONS
    }
    return AlterRole(role=found.role if is_new else role(found.role), create=is_new, options=given)


def _role_setting(found: pb.AlterRoleSetStmt) -> AlterRole:
    setting = found.setstmt
    text = ",".join(value(argument) for argument in setting.args)
    return AlterRole(role=role(found.role), create=False, options={f"set {setting.name.lower()}": text})


READERS: dict[str, Callable[[Any], Command]] = {
    "grant_stmt": grant,
    "grant_role_stmt": _grant_role,
    "alter_default_privileges_stmt": _default_privileges,
    "create_role_stmt": _role,
    "alter_role_stmt": _role,
    "alter_role_set_stmt": _role_setting,
}
