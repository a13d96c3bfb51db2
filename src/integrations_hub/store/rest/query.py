"""The parts that statements have in common: columns, conditions, order, and the answer around them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from psycopg import sql

from integrations_hub.dialect.filters import SEARCHES
from integrations_hub.dialect.records import Filter
from integrations_hub.store.rest.statement import NOTHING, comma, name

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from integrations_hub.dialect.records import Column, Order, Query, Term
    from integrations_hub.store.rest.statement import Fragment, Places, Wanted

__all__ = ["NO_COUNT", "ROWS", "answer", "columns", "condition", "counted", "ordered", "window"]

#: What each operator of the dialect is in SQL.
OPERATORS = {
    "eq": sql.SQL("="), "neq": sql.SQL("<>"), "gt": sql.SQL(">"), "gte": sql.SQL(">="), "lt": sql.SQL("<"),
    "lte": sql.SQL("<="), "like": sql.SQL("like"), "ilike": sql.SQL("ilike"), "match": sql.SQL("~"),
    "imatch": sql.SQL("~*"), "isdistinct": sql.SQL("is distinct from"), "cs": sql.SQL("@>"), "cd": sql.SQL("<@"),
    "ov": sql.SQL("&&"), "sl": sql.SQL("<<"), "sr": sql.SQL(">>"), "nxr": sql.SQL("&<"), "nxl": sql.SQL("&>"),
    "adj": sql.SQL("-|-"),
}  # fmt: skip
IS = {
    "is null": sql.SQL("{} is null"), "is not null": sql.SQL("{} is not null"), "is true": sql.SQL("{} is true"),
    "is false": sql.SQL("{} is false"), "is unknown": sql.SQL("{} is unknown"),
}  # fmt: skip
SEARCH = dict(zip(SEARCHES, (
    sql.SQL("to_tsquery"), sql.SQL("plainto_tsquery"), sql.SQL("phraseto_tsquery"), sql.SQL("websearch_to_tsquery"),
), strict=True))  # fmt: skip
QUANTIFIERS = {"": sql.SQL("{}"), "any": sql.SQL("any ({})"), "all": sql.SQL("all ({})")}
CONNECTIVES = {"and": sql.SQL(" and "), "or": sql.SQL(" or ")}
DIRECTIONS = {False: sql.SQL("{}"), True: sql.SQL("{} desc")}
NULLS = {"": NOTHING, "first": sql.SQL(" nulls first"), "last": sql.SQL(" nulls last")}

#: The only alias of ours; no name that a request gives is ever looked up beside it.
ANSWER = sql.SQL("""{before}select pg_catalog.count(*), {total}, {body}, {added},
       nullif(pg_catalog.current_setting('response.status', true), ''),
       nullif(pg_catalog.current_setting('response.headers', true), '')
  from ({rows}) as "answer\"""")
FORMS = {
    "": sql.SQL("null{}"),
    "rows": sql.SQL("coalesce({}, '[]')"),
    "row": sql.SQL("{}->0"),
    "values": sql.SQL("coalesce({}, '[]')"),
    "value": sql.SQL("coalesce({}->0, 'null')"),
}
ROWS = sql.SQL("select {} from {}{}")
NO_COUNT = sql.SQL("null")


def answer(
    wanted: Wanted, rows: Fragment, *, total: Fragment = NO_COUNT, before: Fragment = NOTHING,
    added: Fragment = NO_COUNT, value: str = "",
) -> bytes:  # fmt: skip
    """A statement that brings one row: how many rows, of how many, the body, and how many were added.

    Args:
        wanted: the form of the body.
        rows: a query.
        total: counts the rows without the window.
        before: what is done before, as WITH.
        added: tells how many rows an upsert added.
        value: the column whose values are the body, where rows are not.
    """
    body = sql.SQL("pg_catalog.json_agg({})").format(name("answer", value) if value else sql.SQL('"answer".*'))
    if wanted.strip_nulls:
        body = sql.SQL("pg_catalog.json_strip_nulls({})").format(body)
    body = FORMS[wanted.form].format(body if wanted.form else NOTHING)
    return ANSWER.format(before=before, total=total, added=added, body=body, rows=rows).as_bytes(None)


def columns(select: Iterable[Column], source: str) -> Fragment:
    """The columns of the answer, of a relation or function that goes by the name of `source`."""
    return comma(
        sql.SQL("{}.*").format(name(source)) if each.name == "*"
        else sql.SQL("{} as {}").format(name(source, each.name), name(each.alias or each.name))
        for each in select
    )  # fmt: skip


def ordered(order: tuple[Order, ...], source: str) -> Fragment:
    """The clause ORDER BY, if there is one."""
    if not order:
        return NOTHING
    terms = (DIRECTIONS[each.descending].format(name(source, each.column)) + NULLS[each.nulls] for each in order)
    return sql.SQL(" order by ") + comma(terms)


def window(places: Places) -> Fragment:
    """The clauses LIMIT and OFFSET."""
    return sql.SQL(" limit {} offset {}").format(places.next(), places.next())


def counted(wanted: Wanted, source: Fragment, where: Fragment, places: Places) -> Fragment:
    """How many rows there are without a window; an estimate counts up to a limit."""
    if wanted.count == "exact":
        return sql.SQL("(select pg_catalog.count(*) from {}{})").format(source, where)
    if wanted.count == "estimated":
        some = sql.SQL('(select pg_catalog.count(*) from (select from {}{} limit {}) as "answer")')
        return some.format(source, where, places.next())
    return NO_COUNT


def condition(query: Query, source: str, places: Places, types: Mapping[str, str]) -> Fragment:
    """The clause WHERE, if there is one.

    Args:
        query: whose conditions.
        source: as of columns.
        places: takes one for each value.
        types: of the columns, as far as they are known.
    """
    if not query.where:
        return NOTHING
    return sql.SQL(" where ") + sql.SQL(" and ").join(_term(each, source, places, types) for each in query.where)


def _term(term: Term, source: str, places: Places, types: Mapping[str, str]) -> Fragment:
    if isinstance(term, Filter):
        found = _filter(term, source, places, types)
    else:
        found = CONNECTIVES[term.connective].join(_term(each, source, places, types) for each in term.terms)
    return (sql.SQL("not ({})") if term.negated else sql.SQL("({})")).format(found)


def _filter(term: Filter, source: str, places: Places, types: Mapping[str, str]) -> Fragment:
    column = name(source, term.column)
    if term.operator in IS:
        return IS[term.operator].format(column)
    if term.operator == "in":
        return sql.SQL("{} = any ({})").format(column, places.next())
    if term.operator in SEARCH:
        return _search(term, column, places, types)
    value = QUANTIFIERS[term.quantifier].format(places.next())
    return sql.SQL("{} {} {}").format(column, OPERATORS[term.operator], value)


def _search(term: Filter, column: Fragment, places: Places, types: Mapping[str, str]) -> Fragment:
    """In a text vector as it is, in anything else by making one of it."""
    language = sql.SQL("{}::regconfig, ").format(places.next()) if term.has_language else NOTHING
    if types.get(term.column) != "tsvector":
        column = sql.SQL("to_tsvector({}{})").format(language, column)
    return sql.SQL("{} @@ {}({}{})").format(column, SEARCH[term.operator], language, places.next())
