"""Names as records have them: qualified, not quoted."""

from __future__ import annotations

from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING

from postgast import pg_query_pb2 as pb

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from postgast.pg_query_pb2 import Node, RangeVar, RoleSpec, TypeName

__all__ = [
    "DEFAULT_PATH", "full", "full_of", "kind_of", "options", "part_names", "path_of", "role", "roles", "searching",
    "signature_of", "type_name", "value",
]  # fmt: skip

#: Where a name without a schema is looked for.
DEFAULT_PATH = ("public",)
#: The schemas in force, and what tells whether something has a qualified name.
_PATH: ContextVar[tuple[tuple[str, ...], Callable[[str], bool]]] = ContextVar(
    "_PATH", default=(DEFAULT_PATH, lambda _: False)
)
#: What a path may name without anything of the files lying there.
_NOT_OF_FILES = frozenset({"", "$user", "pg_catalog", "pg_temp"})

#: The parser's object types, as people say them.
_KINDS = {
    "TABCONSTRAINT": "constraint", "MATVIEW": "materialized view", "FOREIGN_TABLE": "foreign table",
    "FOREIGN_SERVER": "foreign server", "EVENT_TRIGGER": "event trigger", "DOMCONSTRAINT": "domain constraint",
    "ACCESS_METHOD": "access method", "ROUTINE": "function", "STATISTIC_EXT": "statistics",
}  # fmt: skip
_SPECIAL_ROLES = {
    pb.ROLESPEC_PUBLIC: "public",
    pb.ROLESPEC_CURRENT_USER: "current_user",
    pb.ROLESPEC_SESSION_USER: "session_user",
    pb.ROLESPEC_CURRENT_ROLE: "current_role",
}
_SERIAL = {"serial": "int4", "serial4": "int4", "bigserial": "int8", "serial8": "int8",
           "smallserial": "int2", "serial2": "int2"}  # fmt: skip


@contextmanager
def searching(path: tuple[str, ...], knows: Callable[[str], bool]) -> Iterator[None]:
    """Names without a schema are those of a search path, as long as this lasts."""
    token = _PATH.set((path, knows))
    try:
        yield
    finally:
        _PATH.reset(token)


def path_of(text: str | None) -> tuple[str, ...]:
    """The schemas that a value of `search_path` names; None for the default."""
    names = [name.strip().strip('"') for name in (text or "").split(",")]
    return tuple(name for name in names if name not in _NOT_OF_FILES) or DEFAULT_PATH


def _qualified(name: str, *, new: bool) -> str:
    path, knows = _PATH.get()
    schemas = () if new or len(path) == 1 else path
    return f"{next((one for one in schemas if knows(f'{one}.{name}')), path[0])}.{name}"


def full(named: RangeVar, *, new: bool = False) -> str:
    """`public.contacts`; what is `new` lies in the first schema of the path."""
    return f"{named.schemaname}.{named.relname}" if named.schemaname else _qualified(named.relname, new=new)


def full_of(parts: Iterable[Node], *, new: bool = False) -> str:
    """The same of a list of name parts; a database in front of the schema is dropped."""
    names = part_names(parts)
    return ".".join(names[-2:]) if len(names) > 1 else _qualified(names[0], new=new) if names else ""


def part_names(parts: Iterable[Node]) -> list[str]:
    """The strings of a list of name parts."""
    return [part.string.sval for part in parts if part.HasField("string")]


def kind_of(object_type: int) -> str:
    """`materialized view`."""
    name = str(pb.ObjectType.Name(object_type)).removeprefix("OBJECT_")
    return _KINDS.get(name, name.lower().replace("_", " "))


def role(spec: RoleSpec) -> str:
    """A role's name; `public` for everybody."""
    return str(_SPECIAL_ROLES.get(spec.roletype) or spec.rolename)


def roles(nodes: Iterable[Node]) -> tuple[str, ...]:
    """Of a list of roles."""
    return tuple(role(node.role_spec) for node in nodes)


def type_name(found: TypeName) -> tuple[str, bool]:
    """A type as the grammar spells it, with modifiers and brackets, and whether it is serial."""
    names = [name for name in part_names(found.names) if name != "pg_catalog"]
    name = ".".join(names)
    if name in _SERIAL:
        return _SERIAL[name], True
    modifiers = [str(node.a_const.ival.ival) for node in found.typmods if node.HasField("a_const")]
    # An interval's fields are a bit mask there, which nobody would read.
    shown = f"({','.join(modifiers)})" if modifiers and name != "interval" else ""
    return f"{name}{shown}{'[]' * len(found.array_bounds)}", False


def signature_of(node: Node) -> tuple[str, ...] | None:
    """Types of the arguments of a function that is named with them; else None."""
    if not node.HasField("object_with_args") or node.object_with_args.args_unspecified:
        return None
    return tuple(type_name(argument.type_name)[0] for argument in node.object_with_args.objargs)


def options(elements: Iterable[Node]) -> dict[str, str]:
    """A list of NAME = VALUE, names in lower case; an option without a value is `true`."""
    return {element.def_elem.defname.lower(): value(element.def_elem.arg) for element in elements}


def value(node: Node) -> str:
    """A plain value as text; of anything else, nothing."""
    kind = node.WhichOneof("node")
    if kind is None:
        return "true"
    reader = _VALUES.get(kind)
    return str(reader(node)) if reader else ""


def _constant(found: pb.A_Const) -> str:
    kind = found.WhichOneof("val")
    match kind:
        case "sval":
            return str(found.sval.sval)
        case "ival":
            return str(found.ival.ival)
        case "fval":
            return str(found.fval.fval)
        case "boolval":
            return "true" if found.boolval.boolval else "false"
        case _:
            return ""


_VALUES: dict[str, Callable[[Node], object]] = {
    "string": lambda node: node.string.sval,
    "integer": lambda node: node.integer.ival,
    "float": lambda node: node.float.fval,
    "boolean": lambda node: str(node.boolean.boolval).lower(),
    "a_const": lambda node: _constant(node.a_const),
    "type_name": lambda node: type_name(node.type_name)[0],
    "type_cast": lambda node: value(node.type_cast.arg),
    "list": lambda node: ",".join(map(value, node.list.items)),
}
