"""Calls of functions, as SQL."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from psycopg import sql

from integrations_hub.dialect.refusals import bad_body, missing
from integrations_hub.store.rest.query import ROWS, answer, columns, condition, counted, ordered, window
from integrations_hub.store.rest.reading import SHAPES, window_values
from integrations_hub.store.rest.statement import Form, Places, Statement, Wanted, comma, name, trusted

if TYPE_CHECKING:
    from integrations_hub.dialect.payload import Payload
    from integrations_hub.dialect.records import Query, Request
    from integrations_hub.dialect.schema import Function, Schema
    from integrations_hub.store.rest.statement import Fragment

__all__ = ["call"]

FORMS: dict[str, Form] = {
    "void": "", "value": "value", "row": "row", "values": "values", "rows": "rows",
}  # fmt: skip
#: What is left of many when one is wanted.
ONE: dict[Form, Form] = {"rows": "row", "values": "value"}


def call(
    schema: Schema, request: Request, target: str, payload: Payload | None, max_rows: int
) -> tuple[Function, Statement]:
    """The function that is meant, and the statement that calls it.

    Args:
        schema: what is exposed.
        request: whose query string has the arguments, if there is no payload.
        target: name of the function.
        payload: one object with the arguments.
        max_rows: at most so many come back.

    Raises:
        Refusal: no such function, more than one, or what is not implemented.
    """
    if payload and (payload.objects != 1 or payload.is_array):
        raise bad_body("A function takes one object with its arguments")
    given = (request.columns or payload.keys) if payload else tuple(request.arguments)
    function = schema.function(request.schema, target, given)
    if function.variadic:
        raise missing("variadic functions", f"{request.schema}.{target}")
    if function.returns == "record":
        raise missing("functions that return a record without a type", f"{request.schema}.{target}")
    if request.preferences.count in {"planned", "estimated"}:
        raise missing("planned and estimated counts of what a function returns")
    text = _text(function, given, request.query, _wanted(function, request), by_json=payload is not None)
    arguments = ((payload.text,) if given else ()) if payload else tuple(request.arguments.values())
    values = (*arguments, *request.values, *window_values(request.window, max_rows))
    return function, Statement(text=text, values=values, writes=function.changes and not request.reads)


def _wanted(function: Function, request: Request) -> Wanted:
    form = "" if request.method == "HEAD" else FORMS[function.returns]
    if request.single:
        form = ONE.get(form, form)
    return Wanted(form=form, strip_nulls=request.strip_nulls, count=request.preferences.count)


@lru_cache(maxsize=SHAPES)
def _text(function: Function, given: tuple[str, ...], query: Query, wanted: Wanted, *, by_json: bool) -> bytes:
    places = Places()
    source = name(function.name)
    called = _called(function, given, places, by_json=by_json)
    done = sql.SQL("with {} as (select {}.* from {}) ").format(source, source, called)
    where = condition(query, function.name, places, {})
    clauses = where + ordered(query.order, function.name) + window(places)
    is_value = function.returns in {"value", "values", "void"}
    shown = sql.SQL("*") if is_value else columns(query.select, function.name)
    return answer(
        wanted, ROWS.format(shown, source, clauses), before=done, total=counted(wanted, source, where, places),
        value=function.name if is_value else "",
    )  # fmt: skip


def _called(function: Function, given: tuple[str, ...], places: Places, *, by_json: bool) -> Fragment:
    """The function with its arguments by name, as a source of rows."""
    taken = [each for each in function.arguments if each.name in given]
    callee = name(function.schema, function.name)
    alias = name(function.name)
    if by_json and taken:
        body = name("_" if function.name != "_" else "__")
        typed = comma(sql.SQL("{} {}").format(name(each.name), trusted(each.type)) for each in taken)
        arguments = comma(sql.SQL("{} => {}.{}").format(name(each.name), body, name(each.name)) for each in taken)
        return sql.SQL("pg_catalog.json_to_record({}) as {} ({}), lateral {}({}) as {}").format(
            places.next(), body, typed, callee, arguments, alias
        )
    by_name = {each: places.next() for each in given}
    arguments = comma(
        sql.SQL("{} => {}::{}").format(name(each.name), by_name[each.name], trusted(each.type)) for each in taken
    )
    return sql.SQL("{}({}) as {}").format(callee, arguments, alias)
