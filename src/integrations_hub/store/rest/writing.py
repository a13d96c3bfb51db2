"""POST, PATCH and DELETE on a relation, as SQL."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from psycopg import sql

from integrations_hub.dialect.records import Column
from integrations_hub.dialect.refusals import bad_body, missing
from integrations_hub.store.rest.query import NO_COUNT, ROWS, answer, columns, condition, ordered
from integrations_hub.store.rest.reading import SHAPES
from integrations_hub.store.rest.statement import NOTHING, Places, Statement, Wanted, comma, name, trusted

if TYPE_CHECKING:
    from integrations_hub.dialect.payload import Payload
    from integrations_hub.dialect.records import Query, Request
    from integrations_hub.dialect.schema import Relation
    from integrations_hub.store.rest.statement import Fragment

__all__ = ["delete", "insert", "update"]

#: Counts rows that are put in, and takes off those that were there: what is left was added.
ADDED = "coalesce(nullif(pg_catalog.current_setting('hub.added', true), '')::int, 0)"
PUT_IN = sql.SQL(" where pg_catalog.set_config('hub.added', (" + ADDED + " + 1)::text, true) is not null")
HAS_ADDED = sql.SQL("pg_catalog.current_setting('hub.added', true)")
OBJECTS_WITH_DEFAULTS = sql.SQL("""pg_catalog.jsonb_to_recordset((
  select pg_catalog.jsonb_agg(pg_catalog.jsonb_build_object({presets}) || "_"."value")
    from pg_catalog.jsonb_array_elements({body}) as "_" ("value"))) as "_" ({typed})""")
WAS_THERE = sql.SQL(" where pg_catalog.set_config('hub.added', (" + ADDED + " - 1)::text, true) is not null")


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What of a change decides the text of its SQL, beside the shape of its request."""

    columns: tuple[str, ...] = ()
    defaults: bool = False
    resolution: str = ""
    conflict: tuple[str, ...] = ()
    #: The primary key is wanted in place of rows.
    located: bool = False


def insert(relation: Relation, request: Request, payload: Payload) -> Statement:
    """Put rows in, or change those that are there already.

    Raises:
        Refusal: a column that does not exist; what is not implemented.
    """
    if request.query.where:
        raise missing("filters on an insert")
    prefers = request.preferences
    names = _known(relation, request.columns or payload.keys)
    change = Change(
        columns=names, defaults=prefers.missing == "default", resolution=prefers.resolution,
        conflict=_known(relation, request.on_conflict or ()) or relation.primary_key,
        located=prefers.returns == "headers-only" and bool(relation.primary_key),
    )  # fmt: skip
    return _statement(_insert(relation, request.query, _wanted(request), change), request, payload.array)


def update(relation: Relation, request: Request, payload: Payload) -> Statement:
    """Change the rows that the filters find.

    Raises:
        Refusal: as of insert; or more than one object.
    """
    if payload.objects > 1:
        raise bad_body("Only one object can be the change of rows")
    names = _known(relation, request.columns or payload.keys) if payload.objects else ()
    change = Change(columns=names, defaults=request.preferences.missing == "default")
    text = _update(relation, request.query, _wanted(request), change)
    return _statement(text, request, *([payload.array] if names else []))


def delete(relation: Relation, request: Request) -> Statement:
    """Remove the rows that the filters find.

    Raises:
        Refusal: what is not implemented.
    """
    return _statement(_delete(relation, request.query, _wanted(request)), request)


def _statement(text: bytes, request: Request, *body: str) -> Statement:
    if request.window.limit is not None or request.window.offset:
        raise missing("limit and offset of a change")
    return Statement(text=text, values=(*body, *request.values), writes=True)


def _wanted(request: Request) -> Wanted:
    if request.preferences.returns != "representation":
        return Wanted(form="")
    return Wanted(form="row" if request.single else "rows", strip_nulls=request.strip_nulls)


def _known(relation: Relation, names: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(relation.column(each).name for each in names)


@lru_cache(maxsize=SHAPES)
def _insert(relation: Relation, query: Query, wanted: Wanted, change: Change) -> bytes:
    places = Places()
    targets = comma(map(name, change.columns))
    merges = change.resolution == "merge-duplicates" and bool(change.conflict)
    done = sql.SQL("insert into {} {}select {} from {}{}{} returning {}").format(
        name(relation.schema, relation.name), sql.SQL("({}) ").format(targets) if change.columns else NOTHING,
        targets, _objects(relation, change, places), PUT_IN if merges else NOTHING, _on_conflict(change),
        _returned(relation, query, wanted, change),
    )  # fmt: skip
    return _answer(relation, query, wanted, change, done, HAS_ADDED if merges else NO_COUNT)


@lru_cache(maxsize=SHAPES)
def _update(relation: Relation, query: Query, wanted: Wanted, change: Change) -> bytes:
    places = Places()
    target, returned = name(relation.schema, relation.name), _returned(relation, query, wanted, change)
    if change.columns:
        targets = comma(map(name, change.columns))
        values = sql.SQL("select {} from {}").format(targets, _objects(relation, change, places))
        where = condition(query, relation.name, places, relation.types)
        done = sql.SQL("update {} set ({}) = ({}){} returning {}").format(target, targets, values, where, returned)
    else:
        where = condition(query, relation.name, places, relation.types)
        none = sql.SQL(" and false") if query.where else sql.SQL(" where false")
        done = sql.SQL("select {} from {}{}{}").format(returned, target, where, none)
    return _answer(relation, query, wanted, change, done)


@lru_cache(maxsize=SHAPES)
def _delete(relation: Relation, query: Query, wanted: Wanted) -> bytes:
    done = sql.SQL("delete from {}{} returning {}").format(
        name(relation.schema, relation.name), condition(query, relation.name, Places(), relation.types),
        _returned(relation, query, wanted, Change()),
    )  # fmt: skip
    return _answer(relation, query, wanted, Change(), done)


def _answer(
    relation: Relation, query: Query, wanted: Wanted, change: Change, done: Fragment, added: Fragment = NO_COUNT
) -> bytes:
    """What was done, under the name of the relation, and the answer made of it."""
    source = name(relation.name)
    if change.located:
        wanted, rows = Wanted(form="row"), ROWS.format(sql.SQL("*"), source, NOTHING)
    elif wanted.form:
        rows = ROWS.format(columns(query.select, relation.name), source, ordered(query.order, relation.name))
    else:
        rows = ROWS.format(NOTHING, source, NOTHING)
    return answer(wanted, rows, before=sql.SQL("with {} as ({}) ").format(source, done), added=added)


def _returned(relation: Relation, query: Query, wanted: Wanted, change: Change) -> Fragment:
    """What a change returns: every column that the answer needs, once, under its own name."""
    if change.located:
        return comma(name(relation.name, each) for each in relation.primary_key)
    if not wanted.form:
        return sql.SQL("1")
    names = dict.fromkeys([each.name for each in query.select] + [each.column for each in query.order])
    if "*" in names:
        names = dict.fromkeys(["*", *(each for each in names if each not in relation.columns and each != "*")])
    return columns((Column(name=each) for each in names), relation.name) if names else sql.SQL("1")


def _objects(relation: Relation, change: Change, places: Places) -> Fragment:
    """The body as rows, each column of its own type."""
    body = places.next()
    if not change.columns:
        return sql.SQL("pg_catalog.json_array_elements({})").format(body)
    kept = [relation.column(each) for each in change.columns]
    typed = comma(sql.SQL("{} {}").format(name(each.name), trusted(each.type)) for each in kept)
    if not change.defaults:
        return sql.SQL('pg_catalog.json_to_recordset({}) as "_" ({})').format(body, typed)
    presets = comma(
        sql.SQL("{}, {}").format(sql.Literal(each.name), trusted(each.default)) for each in kept if each.default
    )
    return OBJECTS_WITH_DEFAULTS.format(presets=presets, body=body, typed=typed)


def _on_conflict(change: Change) -> Fragment:
    if not change.resolution or not change.conflict:
        return NOTHING
    target = sql.SQL(" on conflict ({}) do ").format(comma(map(name, change.conflict)))
    if change.resolution == "ignore-duplicates" or not change.columns:
        return target + sql.SQL("nothing")
    settings = comma(sql.SQL("{} = excluded.{}").format(name(each), name(each)) for each in change.columns)
    return target + sql.SQL("update set ") + settings + WAS_THERE
