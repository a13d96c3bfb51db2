"""A request as a whole: method, query string and headers in, one record out."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING
from urllib.parse import unquote_to_bytes

from integrations_hub.dialect.columns import read_names, read_order, read_select
from integrations_hub.dialect.filters import read_filter, read_logic
from integrations_hub.dialect.media import read_accept
from integrations_hub.dialect.preferences import read_preferences
from integrations_hub.dialect.records import EVERYTHING, Query, Request
from integrations_hub.dialect.refusals import malformed, missing
from integrations_hub.dialect.scanner import Scanner
from integrations_hub.dialect.window import read_window
from integrations_hub.domain.refusal import Refusal

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from integrations_hub.dialect.records import Term

__all__ = ["LENGTH", "read_request", "read_schema"]

#: Of a query string, in bytes.
LENGTH = 32_768
RESERVED = ("select", "order", "limit", "offset", "columns", "on_conflict")
LOGIC = ("and", "or", "not.and", "not.or")
#: Where PostgREST lets them follow the name of an embedded resource.
EMBEDDED = ("order", "limit", "offset", "and", "or")


def read_request(
    method: str, query_string: bytes, headers: Mapping[str, str], *,
    schemas: Sequence[str], is_call: bool = False, prefer: tuple[str, ...] = (),
) -> Request:  # fmt: skip
    """Read everything but the body.

    Args:
        method: GET, HEAD, POST, PATCH or DELETE.
        query_string: as it came.
        headers: with names in small letters.
        schemas: that are exposed, the first being the default.
        is_call: of a function; then what is no filter is an argument, if the function is called by GET.
        prefer: every header Prefer.

    Raises:
        Refusal: what is wrong, or not implemented.
    """
    reads = method in {"GET", "HEAD"}
    schema, schema_named = read_schema(method, headers, schemas)
    single, strip_nulls = read_accept(headers.get("accept"))
    parameters, pairs = _parted(query_string)
    where, values, arguments = _conditions(pairs, keep_arguments=is_call and reads)
    return Request(
        method=method, schema=schema, schema_named=schema_named,
        query=Query(
            select=read_select(parameters["select"]) if "select" in parameters else EVERYTHING, where=where,
            order=read_order(parameters["order"]) if "order" in parameters else (),
        ),
        values=values, arguments=arguments,
        window=read_window(parameters, headers.get("range") if method == "GET" else None),
        columns=read_names(parameters["columns"], "columns") if "columns" in parameters else None,
        on_conflict=read_names(parameters["on_conflict"], "on_conflict") if "on_conflict" in parameters else None,
        preferences=read_preferences(prefer), single=single, strip_nulls=strip_nulls,
    )  # fmt: skip


def read_schema(method: str, headers: Mapping[str, str], schemas: Sequence[str]) -> tuple[str, bool]:
    """Which schema is meant, and whether the answer has to name it.

    Raises:
        Refusal: one that is not exposed.
    """
    named = headers.get("accept-profile" if method in {"GET", "HEAD"} else "content-profile")
    if named is not None and named not in schemas:
        hint = f"Only the following schemas are exposed: {', '.join(schemas)}"
        raise Refusal(406, "PGRST106", f"Invalid schema: {named}", hint=hint)
    return named or schemas[0], named is not None or len(schemas) > 1


def _parted(query_string: bytes) -> tuple[dict[str, str], list[tuple[str, str]]]:
    """The reserved parameters, of which the first of a name counts, and the others."""
    if len(query_string) > LENGTH:
        raise Refusal(414, "PGRST100", f"The query string is longer than {LENGTH} bytes")
    reserved: dict[str, str] = {}
    others = []
    for part in query_string.split(b"&"):
        name, is_given, value = part.partition(b"=")
        key = _decoded(name)
        if key in RESERVED:
            reserved.setdefault(key, _decoded(value))
        elif is_given:
            others.append((key, _decoded(value)))
    return reserved, others


def _decoded(raw: bytes) -> str:
    try:
        text = unquote_to_bytes(raw.replace(b"+", b" ")).decode()
    except UnicodeDecodeError:
        raise malformed("The query string is not UTF-8", "an escape such as %FF is no character") from None
    if "\0" in text:
        raise malformed("The query string has a NUL character", "PostgreSQL has no such character in a text")
    return text


def _conditions(
    pairs: list[tuple[str, str]], *, keep_arguments: bool
) -> tuple[tuple[Term, ...], tuple[str, ...], dict[str, str]]:
    terms: list[Term] = []
    values: list[str] = []
    arguments: dict[str, str] = {}
    for name, text in pairs:
        try:
            term, its_values = read_logic(name, text) if name in LOGIC else read_filter(_filtered(name), text)
        except Refusal as refusal:
            if not keep_arguments or refusal.code != "PGRST100" or name in LOGIC:
                raise
            arguments[name] = text
            continue
        terms.append(term)
        values += its_values
    return tuple(terms), tuple(values), arguments


@lru_cache(maxsize=512)
def _filtered(name: str) -> str:
    """The column of a filter."""
    scanner = Scanner(name, "tree path")
    column = scanner.column()
    if scanner.takes("."):
        last = name.rpartition(".")[2]
        raise missing(f"{last if last in EMBEDDED else 'filters'} on an embedded resource", f"in the parameter {name}")
    scanner.end('delimiter (.), "->" or end of input')
    return column
