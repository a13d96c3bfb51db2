"""Functions, triggers, views, policies and DO blocks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from postgast import pg_query_pb2 as pb

from seatrial.model.commands import (
    AlterFunction,
    AlterPolicy,
    CreateFunction,
    CreatePolicy,
    CreateTrigger,
    CreateView,
    Do,
    Parameter,
)
from seatrial.sql.commands.expressions import read_expression, read_query
from seatrial.sql.commands.naming import full, full_of, options, part_names, roles, type_name, value

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from postgast.pg_query_pb2 import Node

    from seatrial.sql.commands.bodies import InBody
    from seatrial.sql.commands.places import Places

__all__ = [
    "alter_function", "alter_policy", "create_function", "create_policy", "create_view", "do", "event_trigger",
    "materialized_view", "rule", "trigger",
]  # fmt: skip

_MODES = {
    pb.FUNC_PARAM_OUT: "out", pb.FUNC_PARAM_INOUT: "inout", pb.FUNC_PARAM_VARIADIC: "variadic",
    pb.FUNC_PARAM_TABLE: "table",
}  # fmt: skip
#: Bits of pg_trigger.tgtype.
_TIMINGS = {2: "before", 64: "instead of"}
_EVENTS = {4: "insert", 8: "delete", 16: "update", 32: "truncate"}
_TEMPORARY = "t"


def _flag(given: Mapping[str, str], name: str) -> bool | None:
    return given[name] == "true" if name in given else None


def _settings(elements: Iterable[Node]) -> tuple[dict[str, str], list[str]]:
    """What SET and RESET of a function say."""
    found: dict[str, str] = {}
    reset: list[str] = []
    for element in elements:
        setting = element.def_elem.arg.variable_set_stmt
        if element.def_elem.defname != "set":
            continue
        if setting.kind in {pb.VAR_RESET, pb.VAR_RESET_ALL}:
            reset.append(setting.name.lower() or "all")
        else:
            found[setting.name.lower()] = ", ".join(value(argument) or '""' for argument in setting.args)
    return found, reset


def create_function(found: pb.CreateFunctionStmt, held: InBody, body_offset: int) -> CreateFunction:
    """CREATE FUNCTION and CREATE PROCEDURE, with what of the body could be read."""
    given = options(element for element in found.options if element.def_elem.defname not in {"set", "as"})
    sources = [element.def_elem.arg for element in found.options if element.def_elem.defname == "as"]
    return CreateFunction(
        function=full_of(found.funcname, new=True),
        parameters=tuple(_parameter(node.function_parameter) for node in found.parameters),
        returns=type_name(found.return_type)[0] if found.HasField("return_type") else "",
        returns_set=found.return_type.setof or any(_is_column(node) for node in found.parameters),
        language=given.get("language", "sql").lower(),
        replace=found.replace,
        procedure=found.is_procedure,
        definer=given.get("security") == "true",
        volatility=given.get("volatility", "volatile").lower(),
        parallel=given.get("parallel", "unsafe").lower(),
        leakproof=given.get("leakproof") == "true",
        strict=given.get("strict") == "true",
        settings=_settings(found.options)[0],
        body=part_names(sources[0].list.items)[0] if sources and len(sources[0].list.items) == 1 else "",
        body_offset=body_offset,
        inner=held.inner,
        dynamic=held.dynamic,
        fault=held.fault,
    )


def _is_column(node: Node) -> bool:
    return bool(node.function_parameter.mode == pb.FUNC_PARAM_TABLE)


def _parameter(found: pb.FunctionParameter) -> Parameter:
    return Parameter(
        name=found.name,
        type=type_name(found.arg_type)[0],
        mode=_MODES.get(found.mode, "in"),
        has_default=found.HasField("defexpr"),
    )


def alter_function(found: pb.AlterFunctionStmt) -> AlterFunction:
    """ALTER FUNCTION and ALTER PROCEDURE."""
    given = options(element for element in found.actions if element.def_elem.defname != "set")
    settings, reset = _settings(found.actions)
    types = tuple(type_name(node.type_name)[0] for node in found.func.objargs)
    return AlterFunction(
        function=full_of(found.func.objname),
        types=None if found.func.args_unspecified else types,
        definer=_flag(given, "security"),
        volatility=given.get("volatility"),
        parallel=given.get("parallel"),
        leakproof=_flag(given, "leakproof"),
        settings=settings,
        reset=tuple(reset),
    )


def create_policy(found: pb.CreatePolicyStmt, places: Places) -> CreatePolicy:
    """CREATE POLICY."""
    own = found.table.relname
    return CreatePolicy(
        policy=found.policy_name,
        table=full(found.table),
        command=found.cmd_name or "all",
        permissive=found.permissive,
        roles=roles(found.roles),
        using=read_expression(found.qual, places, own) if found.HasField("qual") else None,
        check=read_expression(found.with_check, places, own) if found.HasField("with_check") else None,
    )


def alter_policy(found: pb.AlterPolicyStmt, places: Places) -> AlterPolicy:
    """ALTER POLICY."""
    own = found.table.relname
    return AlterPolicy(
        policy=found.policy_name,
        table=full(found.table),
        roles=roles(found.roles) or None,
        using=read_expression(found.qual, places, own) if found.HasField("qual") else None,
        check=read_expression(found.with_check, places, own) if found.HasField("with_check") else None,
    )


def create_view(found: pb.ViewStmt, places: Places) -> CreateView:
    """CREATE VIEW."""
    return CreateView(
        view=full(found.view, new=True),
        query=read_query(found.query, places),
        replace=found.replace,
        temporary=found.view.relpersistence == _TEMPORARY,
        options=options(found.options),
        columns=tuple(part_names(found.aliases)) or _columns(found.query),
    )


def materialized_view(found: pb.CreateTableAsStmt, places: Places) -> CreateView:
    """CREATE MATERIALIZED VIEW."""
    return CreateView(
        view=full(found.into.rel, new=True),
        query=read_query(found.query, places),
        materialized=True,
        if_not_exists=found.if_not_exists,
        columns=tuple(part_names(found.into.col_names)) or _columns(found.query),
    )


def _columns(query: Node) -> tuple[str, ...]:
    """Names of what a SELECT gives; of a set operation, of its first part."""
    select = query.select_stmt
    while select.HasField("larg"):  # codespell:ignore larg
        select = select.larg  # codespell:ignore larg
    return tuple(target.res_target.name or _name_of(target.res_target.val) for target in select.target_list)


def _name_of(node: Node) -> str:
    kind = node.WhichOneof("node")
    match kind:
        case "column_ref":
            last = node.column_ref.fields[-1]
            return last.string.sval if last.HasField("string") else "*"
        case "func_call":
            return part_names(node.func_call.funcname)[-1]
        case "type_cast":
            return _name_of(node.type_cast.arg) or part_names(node.type_cast.type_name.names)[-1]
        case "coalesce_expr":
            return "coalesce"
        case _:
            return ""


def trigger(found: pb.CreateTrigStmt) -> CreateTrigger:
    """CREATE TRIGGER."""
    return CreateTrigger(
        trigger=found.trigname,
        table=full(found.relation),
        function=full_of(found.funcname),
        timing=_TIMINGS.get(found.timing, "after"),
        events=tuple(name for bit, name in _EVENTS.items() if found.events & bit),
        replace=found.replace,
        for_each_row=found.row,
    )


def rule(found: pb.RuleStmt) -> CreateTrigger:
    """CREATE RULE."""
    event = pb.CmdType.Name(found.event).removeprefix("CMD_").lower()
    return CreateTrigger(
        trigger=found.rulename, table=full(found.relation), timing="rule", events=(event,), replace=found.replace
    )


def event_trigger(found: pb.CreateEventTrigStmt) -> CreateTrigger:
    """CREATE EVENT TRIGGER."""
    return CreateTrigger(
        trigger=found.trigname, table="", function=full_of(found.funcname), timing="event trigger",
        events=(found.eventname,),
    )  # fmt: skip


def do(found: pb.DoStmt, held: InBody) -> Do:
    """DO."""
    language = options(found.args).get("language", "plpgsql").lower()
    return Do(language=language, dynamic=held.dynamic, fault=held.fault)
