"""Statements that one major version takes and another does not, or takes in another way."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import postgast
from google.protobuf.message import DecodeError  # type: ignore[import-untyped]
from postgast import pg_query_pb2 as pb

from seatrial.model.versions import Gap
from seatrial.sql.body import inner_statements
from seatrial.sql.text import spelled, tree
from seatrial.sql.version_features import FEATURES
from seatrial.sql.version_names import CATALOGS, DROPPED_SETTINGS, FUNCTIONS, OPTIONS, ROLES, SETTINGS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from google.protobuf.message import Message
    from postgast.pg_query_pb2 import Node

__all__ = ["gaps"]

_NUMBER = re.compile(rb"0[xXoObB][0-9a-fA-F_]+|\d[\d_]*_[\d_.eE+-]*|\d*\.\d+_\d[\d_]*")


def gaps(text: str, *, scratch: int, target: int) -> tuple[Gap, ...]:
    """What the statement means to one of two servers only, each feature once.

    Args:
        text: one statement; bodies of functions and DO blocks are read too, as far as they can be.
        scratch: the major version of the server that it was rehearsed on.
        target: the major version of the server that it goes to.
    """
    older, newer = sorted((scratch, target))
    try:
        found = [*_numbers(text), *(gap for raw in tree(text).stmts for gap in _of(raw.stmt))]
    except (postgast.PgQueryError, DecodeError):
        return ()
    return tuple(dict.fromkeys(gap for gap in found if older < gap.since <= newer))


def _of(node: Node) -> Iterator[Gap]:
    for _, message in postgast.walk(node):
        kind = type(message).__name__
        for feature in FEATURES.get(kind, ()):
            if feature.seen(message):
                yield _gap(feature.name, feature.since, feature.differs)
        for option in _options(kind, message):
            yield from _known(OPTIONS[kind], option, f"option {option.upper()}")
        yield from _names(message)
    for inner in inner_statements(node):
        yield from _of(inner.node)


def _gap(feature: str, since: int, differs: str = "") -> Gap:
    return Gap(feature=feature, since=since, differs=differs or f"refused before {since}")


def _known(names: Mapping[str, int], name: str, feature: str, differs: str = "") -> Iterator[Gap]:
    if name in names:
        yield _gap(feature, names[name], differs)


def _options(kind: str, message: Message) -> list[str]:
    if kind not in OPTIONS:
        return []
    lists = [getattr(message, field, ()) for field in ("options", "opt", "definition")]
    return [item.def_elem.defname for items in lists for item in items if item.HasField("def_elem")]


def _names(message: Message) -> Iterator[Gap]:
    """Functions, settings, roles and catalogs that not every version has."""
    if isinstance(message, pb.FuncCall):
        yield from _function(message)
    elif isinstance(message, pb.VariableSetStmt | pb.VariableShowStmt):
        yield from _setting(message.name)
    elif isinstance(message, pb.GrantRoleStmt):
        for role in message.granted_roles:
            yield from _known(ROLES, role.access_priv.priv_name, f"role {role.access_priv.priv_name}")
    elif isinstance(message, pb.RangeVar) and message.schemaname in {"", "pg_catalog"}:
        yield from _known(CATALOGS, message.relname, f"catalog {message.relname}")


def _function(call: pb.FuncCall) -> Iterator[Gap]:
    written = spelled(call.funcname)
    name = written.removeprefix("pg_catalog.")
    differs = "" if name != written else f"before {FUNCTIONS.get(name, 0)} there is none but one of the database's own"
    yield from _known(FUNCTIONS, name, f"function {name}()", differs)
    if name in {"set_config", "current_setting"} and call.args:
        yield from _setting(call.args[0].a_const.sval.sval)


def _setting(name: str) -> Iterator[Gap]:
    yield from _known(SETTINGS, name, f"setting {name}")
    since = DROPPED_SETTINGS.get(name, 0)
    yield from _known(DROPPED_SETTINGS, name, f"setting {name}", f"refused since {since}")


def _numbers(text: str) -> Iterator[Gap]:
    encoded = text.encode()
    for token in postgast.scan(text).tokens:
        if token.token in {pb.ICONST, pb.FCONST} and _NUMBER.fullmatch(encoded[token.start : token.end]):
            yield _gap("number written as 1_000 or 0x1F", 16)
