"""The SQL inside DO blocks and function bodies, as far as it can be read without running it."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import postgast
from google.protobuf.message import DecodeError  # type: ignore[import-untyped]

from seatrial.sql.existence import implies_existence, looks_up
from seatrial.sql.text import literal, statement, tree

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from postgast.pg_query_pb2 import Node

__all__ = ["Inner", "inner_statements"]

#: The parser forgets to close what stands for the hidden variables of a trigger function.
_UNCLOSED = re.compile(r"(?<=[\[,])\{\}\}")
_TARGET = re.compile(r"^[^=]*?:?=")
#: How the parser was told to read an expression; what is above is an assignment.
_STATEMENT, _EXPRESSION = 0, 2
_GUARDING_CONDITIONS = {"undefined_table", "others"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Inner:
    """A statement or expression of a body."""

    node: Node
    #: Whether it is reached only where a look-up in the catalog has found something, or its failure is caught.
    guarded: bool = False


def inner_statements(node: Node) -> tuple[Inner, ...]:
    """What the body of a CREATE FUNCTION, CREATE PROCEDURE or DO holds; empty where it cannot be read.

    SQL that a body builds while it runs is not seen, except EXECUTE of a plain constant.
    """
    kind = node.WhichOneof("node")
    if kind not in {"create_function_stmt", "do_stmt"}:
        return ()
    options = _options(node.do_stmt.args if kind == "do_stmt" else node.create_function_stmt.options)
    body = options.get("as", "")
    if options.get("language", "plpgsql").lower() == "sql":
        return tuple(Inner(node=raw.stmt) for raw in _trees(body))
    if options.get("language", "plpgsql").lower() != "plpgsql" or not body:
        return ()
    return tuple(_of_plpgsql(_function(node, kind, body)))


def _options(elements: Any) -> dict[str, str]:  # noqa: ANN401 - the parser's lists have no type
    found = {}
    for element in elements:
        value = element.def_elem.arg
        found[element.def_elem.defname] = value.string.sval or "".join(i.string.sval for i in value.list.items[:1])
    return found


def _trees(text: str) -> tuple[Any, ...]:
    try:
        return tuple(tree(text).stmts)
    except (postgast.PgQueryError, DecodeError):
        return ()


def _function(node: Node, kind: str, body: str) -> list[Any]:
    """The parser's tree of a PL/pgSQL body; empty where it does not know a variable's type, say."""
    text = f"DO {literal(body)}" if kind == "do_stmt" else statement(node)
    try:
        return list(postgast.parse_plpgsql(text))
    except postgast.PgQueryError:
        return []
    except json.JSONDecodeError as error:
        try:
            return list(json.loads(_UNCLOSED.sub("{}", error.doc)))
        except json.JSONDecodeError:
            return []


def _of_plpgsql(functions: list[Any]) -> Iterator[Inner]:
    for function in functions:
        action = function.get("PLpgSQL_function", {}).get("action", {})
        looked_up = any(looks_up(inner.node) for inner in _within(action, guarded=False, looked_up=False))
        yield from _within(action, guarded=False, looked_up=looked_up)


def _within(node: Any, *, guarded: bool, looked_up: bool) -> Iterator[Inner]:  # noqa: ANN401 - JSON
    if isinstance(node, list):
        yield from _sequence(node, guarded=guarded, looked_up=looked_up)
    if not isinstance(node, dict):
        return
    for kind, value in node.items():
        match kind:
            case "PLpgSQL_expr":
                yield from (Inner(node=found, guarded=guarded) for found in _parsed(value))
            case "PLpgSQL_stmt_dynexecute":
                yield from (Inner(node=found, guarded=guarded) for found in _constant(value))
                yield from _within(value, guarded=guarded, looked_up=looked_up)
            case "PLpgSQL_stmt_if":
                yield from _branches(value, guarded=guarded, looked_up=looked_up)
            case "PLpgSQL_stmt_block":
                caught = guarded or _catches(value)
                yield from _within(value.get("body", []), guarded=caught, looked_up=looked_up)
                yield from _within(value.get("exceptions", {}), guarded=guarded, looked_up=looked_up)
            case _:
                yield from _within(value, guarded=guarded, looked_up=looked_up)


def _sequence(items: list[Any], *, guarded: bool, looked_up: bool) -> Iterator[Inner]:
    """`IF to_regclass('a') IS NULL THEN RETURN; END IF;` guards what comes after it."""
    for item in items:
        yield from _within(item, guarded=guarded, looked_up=looked_up)
        leaves = isinstance(item, dict) and _leaves(item.get("PLpgSQL_stmt_if", {}))
        if leaves and _holds(item["PLpgSQL_stmt_if"], False, looked_up):
            guarded = True


def _branches(found: Mapping[str, Any], *, guarded: bool, looked_up: bool) -> Iterator[Inner]:
    yield from _within(found["cond"], guarded=guarded, looked_up=looked_up)
    inside = guarded or _holds(found, True, looked_up)
    yield from _within(found.get("then_body", []), guarded=inside, looked_up=looked_up)
    for branch in found.get("elsif_list", []):
        yield from _branches(branch["PLpgSQL_if_elsif"] | {"then_body": branch["PLpgSQL_if_elsif"].get("stmts", [])},
                             guarded=guarded, looked_up=looked_up)  # fmt: skip
    otherwise = guarded or _holds(found, False, looked_up)
    yield from _within(found.get("else_body", []), guarded=otherwise, looked_up=looked_up)


def _holds(found: Mapping[str, Any], outcome: bool, looked_up: bool) -> bool:  # noqa: FBT001 - the branch asked about
    conditions = _parsed(found["cond"]["PLpgSQL_expr"])
    return any(implies_existence(c.select_stmt.target_list[0].res_target.val, outcome, looked_up) for c in conditions)


def _leaves(found: Mapping[str, Any]) -> bool:
    last = (found.get("then_body") or [{}])[-1]
    # Level 21 is EXCEPTION.
    return "PLpgSQL_stmt_return" in last or last.get("PLpgSQL_stmt_raise", {}).get("elog_level") == 21  # noqa: PLR2004


def _catches(block: Mapping[str, Any]) -> bool:
    handlers = block.get("exceptions", {}).get("PLpgSQL_exception_block", {}).get("exc_list", [])
    return any(
        condition["PLpgSQL_condition"]["condname"] in _GUARDING_CONDITIONS
        for handler in handlers
        for condition in handler["PLpgSQL_exception"]["conditions"]
    )


def _parsed(found: Mapping[str, Any]) -> list[Node]:
    mode, text = found.get("parseMode", _STATEMENT), found["query"]
    if mode != _STATEMENT:
        text = "SELECT " + (text if mode == _EXPRESSION else _TARGET.sub("", text, count=1))
    return [raw.stmt for raw in _trees(text)]


def _constant(found: Mapping[str, Any]) -> list[Node]:
    targets = [n.select_stmt.target_list[0].res_target.val for n in _parsed(found["query"]["PLpgSQL_expr"])]
    return [raw.stmt for value in targets for raw in _trees(value.a_const.sval.sval)]
