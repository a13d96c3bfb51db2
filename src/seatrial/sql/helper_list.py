"""A function that says whether the caller may see a row, made into one that lists what the caller may see."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import postgast
from google.protobuf.message import DecodeError, Message  # type: ignore[import-untyped]
from postgast import pg_query_pb2 as pb

from seatrial.sql.body import inner_statements
from seatrial.sql.policy_condition import asked_once, condition, is_row_free
from seatrial.sql.subtree import parts
from seatrial.sql.text import expression, qualified, spelled, statement, tree, type_text
from seatrial.sql.turned_round import leaves, listed, look_up, one_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from postgast.pg_query_pb2 import CreateFunctionStmt, Node

__all__ = ["HelperList", "helper_list"]


@dataclass(frozen=True, slots=True, kw_only=True)
class HelperList:
    """What takes the place of a helper in a condition."""

    #: `private.can_see_of_caller()`
    function: str
    #: CREATE FUNCTION, without a semicolon.
    create: str
    #: The condition that uses it.
    condition: str


def helper_list(text: str, helper: str, definition: str, calls: Mapping[str, str], *, name: str) -> HelperList | None:
    """The list, and the condition with it; None where the helper is more than one look-up of one argument.

    Args:
        text: of the condition.
        helper: its name, as it stands there.
        definition: of the helper, as pg_get_functiondef writes it.
        calls: functions that say the same for all rows, and their types.
        name: of the list, without the schema, which is that of the helper.
    """
    found, made = condition(text), _definition(definition)
    if found is None or made is None:
        return None
    places = [leaf for leaf in leaves(found) if spelled(leaf.func_call.funcname) == helper]
    lists = [_listed(made, leaf.func_call) for leaf in places]
    if not lists or lists[0] is None or any(one is None or one[1:] != lists[0][1:] for one in lists):
        return None
    _, number, select = lists[0]
    schema = helper.rpartition(".")[0]
    new = qualified(schema, name)
    for leaf, one in zip(places, lists, strict=True):
        leaf.CopyFrom(one_of(one[0] if one else leaf, _selected(schema, name)))
    body = asked_once(f"ARRAY({statement(pb.Node(select_stmt=select))})", calls)
    return HelperList(
        function=f"{new}()", create=_created(made, new, number, body), condition=asked_once(expression(found), calls)
    )


def _definition(text: str) -> CreateFunctionStmt | None:
    try:
        [raw] = tree(text).stmts
    except (postgast.PgQueryError, DecodeError, ValueError):
        return None
    return raw.stmt.create_function_stmt if raw.stmt.HasField("create_function_stmt") else None


def _listed(made: CreateFunctionStmt, call: pb.FuncCall) -> tuple[Node, int, pb.SelectStmt] | None:
    """What the row gives to the helper, as the how manieth argument, and the look-up for all rows."""
    parameters = [one.function_parameter.name for one in made.parameters]
    row = [number for number, one in enumerate(call.args) if not is_row_free(one)]
    look_up = _look_up(made)
    if len(row) != 1 or len(call.args) != len(parameters) or look_up is None:
        return None
    name = spelled(made.funcname[-1:])
    for number, argument in enumerate(call.args):
        if number not in row:
            _put(look_up, _stands_for(parameters[number], number, name), argument)
    is_row = _stands_for(parameters[row[0]], row[0], name)
    found = listed(look_up, is_row)
    # Of more than the argument itself nobody can say what the list has to be compared with.
    return None if found is None or not _is_alone(found[0], is_row) else (call.args[row[0]], row[0], found[1])


def _look_up(made: CreateFunctionStmt) -> pb.SelectStmt | None:
    """`SELECT EXISTS (…)` or `SELECT … IN (…)`, where that is the whole body."""
    inner = inner_statements(pb.Node(create_function_stmt=made))
    if len(inner) != 1 or len(inner[0].node.select_stmt.target_list) != 1 or inner[0].node.select_stmt.from_clause:
        return None
    value = inner[0].node.select_stmt.target_list[0].res_target.val
    return look_up(value.sub_link) if value.HasField("sub_link") else None


def _stands_for(parameter: str, number: int, function: str) -> Callable[[Message], bool]:
    def is_parameter(message: Message) -> bool:
        if isinstance(message, pb.ParamRef):
            return bool(message.number == number + 1)
        named = isinstance(message, pb.ColumnRef) and spelled(message.fields)
        return bool(parameter) and named in {parameter, f"{function}.{parameter}"}

    return is_parameter


def _put(message: Message, is_parameter: Callable[[Message], bool], value: Node) -> None:
    for part in parts(message):
        if isinstance(part, pb.Node) and any(map(is_parameter, parts(part))):
            part.CopyFrom(value)
        else:
            _put(part, is_parameter, value)


def _is_alone(node: Node, is_row: Callable[[Message], bool]) -> bool:
    return any(map(is_row, parts(node)))


def _selected(schema: str, name: str) -> pb.SelectStmt:
    names = [pb.Node(string=pb.String(sval=part)) for part in (schema, name) if part]
    call = pb.Node(func_call=pb.FuncCall(funcname=names, funcformat=pb.COERCE_EXPLICIT_CALL))
    target = pb.Node(res_target=pb.ResTarget(val=call))
    return pb.SelectStmt(target_list=[target], limit_option=pb.LIMIT_OPTION_DEFAULT, op=pb.SETOP_NONE)


def _created(made: CreateFunctionStmt, new: str, number: int, body: str) -> str:
    options = {one.def_elem.defname: one.def_elem.arg for one in made.options}
    of = type_text(made.parameters[number].function_parameter.arg_type)
    rights = " SECURITY DEFINER" if options.get("security", pb.Node()).boolean.boolval else ""
    given = f" {statement(options['set'])}" if "set" in options else ""
    head = f"CREATE FUNCTION {new}() RETURNS SETOF {of} LANGUAGE sql STABLE PARALLEL SAFE{rights}{given}"
    return f"{head} AS $list$\n  {body.removeprefix('ARRAY(').removesuffix(')')};\n$list$"
