"""Query strings and headers become records, or are refused with the place at which they are wrong."""

from __future__ import annotations

import string
from functools import partial
from typing import TYPE_CHECKING
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as some

from integrations_hub.dialect.columns import read_order, read_select
from integrations_hub.dialect.filters import DEPTH, OPERATORS, QUANTIFIED, SEARCHES, read_filter, read_logic
from integrations_hub.dialect.records import Column, Filter, Logic, Order, Request, Term, Window
from integrations_hub.dialect.request import LENGTH, read_request
from integrations_hub.domain.refusal import Refusal

if TYPE_CHECKING:
    from collections.abc import Callable

NAMES = some.text(string.ascii_letters + string.digits + "_$é", min_size=1) | some.text(
    some.characters(exclude_categories=["Cs"], exclude_characters="\0"), min_size=1
)
VALUES = some.text(some.characters(exclude_categories=["Cs"], exclude_characters="\0"))


def _read(query: str = "", method: str = "GET", **headers: str) -> Request:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return read_request(method, query.encode(), named, schemas=("public", "api"))


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


FILTERS = some.builds(
    Filter, column=NAMES, negated=some.booleans(),
    operator=some.sampled_from([each for each in OPERATORS if each not in {"is", "in", "like", "ilike", *SEARCHES}]),
)  # fmt: skip
TERMS: some.SearchStrategy[Term] = some.recursive(
    FILTERS,
    lambda inner: some.builds(
        Logic, connective=some.sampled_from(["and", "or"]), negated=some.booleans(),
        terms=some.lists(inner, min_size=1, max_size=3).map(tuple),
    ),
    max_leaves=8,
)  # fmt: skip


def _written(term: Term, values: list[str]) -> str:
    """As a client writes it, with the next values."""
    negation = "not." if term.negated else ""
    if isinstance(term, Filter):
        return f"{_quoted(term.column)}.{negation}{term.operator}.{_quoted(values.pop(0))}"
    return f"{negation}{term.connective}({','.join(_written(each, values) for each in term.terms)})"


def _leaves(term: Term) -> int:
    return 1 if isinstance(term, Filter) else sum(map(_leaves, term.terms))


@given(some.data())
def test_conditions_come_back_as_they_were_written(data: some.DataObject) -> None:
    terms = data.draw(some.lists(TERMS, min_size=1, max_size=3).map(tuple))
    logic = Logic(connective="or", terms=terms)
    values = data.draw(some.lists(VALUES, min_size=_leaves(logic), max_size=_leaves(logic)))
    written = _written(logic, list(values))

    assert read_logic("or", written.removeprefix("or")) == (logic, values)


@given(FILTERS, VALUES)
def test_a_filter_comes_back_as_it_was_written(term: Filter, value: str) -> None:
    query = f"{quote(_quoted(term.column))}={'not.' * term.negated}{term.operator}.{quote(value)}"

    request = _read(query)

    assert (request.query.where, request.values) == ((term,), (value,))


@given(some.lists(some.builds(Column, name=NAMES, alias=some.just("") | NAMES), min_size=1).map(tuple))
def test_columns_come_back_as_they_were_written(columns: tuple[Column, ...]) -> None:
    written = ",".join(f"{_quoted(each.alias)}:" * bool(each.alias) + _quoted(each.name) for each in columns)

    assert read_select(written) == columns


@given(some.text() | some.text('abnotrdi.(),"\\{}:*-> '))
def test_any_text_is_read_or_refused(text: str) -> None:
    for read in (partial(read_filter, "a"), partial(read_logic, "or"), read_select, read_order, _read):
        assert _status(read, quote(text, safe="=&") if read is _read else text) in {200, 400, 416, 501}


def _status(read: Callable[[str], object], text: str) -> int:
    try:
        read(text)
    except Refusal as refusal:
        return refusal.status
    return 200


@pytest.mark.parametrize(
    ("query", "details"),
    [
        ("id=5", 'unexpected "5" expecting "not" or operator (eq, gt, ...)'),
        ("id=not.not.eq.5", 'unexpected "n" expecting operator (eq, gt, ...)'),
        ("id=eq", "unexpected end of input expecting delimiter (.)"),
        ("id=equals.5", 'unexpected "e" expecting "not" or operator (eq, gt, ...)'),
        ("id=is.nil", 'unexpected "n" expecting isVal: (null, not_null, true, false, unknown)'),
        ("id=is.null5", 'unexpected "n" expecting isVal: (null, not_null, true, false, unknown)'),
        ("id=in.1,2", 'unexpected "1" expecting "("'),
        ("id=in.(1,2", 'unexpected end of input expecting "," or ")"'),
        ("id=in.(1,2)3", 'unexpected "3" expecting end of input'),
        ("or=(id.eq.1", 'unexpected end of input expecting "," or ")"'),
        ("or=()", 'unexpected ")" expecting field name (* or [a..z0..9_$])'),
        ("or=id.eq.1", 'unexpected "i" expecting "("'),
        ("select=id,", "unexpected end of input expecting field name (* or [a..z0..9_$])"),
        ("select=id name;drop", 'unexpected ";" expecting "," or end of input'),
        ('select=""', 'unexpected """ expecting field name (* or [a..z0..9_$])'),
        ("order=id.down", 'unexpected "." expecting delimiter (.), "," or end of input'),
        ("order=id.nullsfirst.desc", 'unexpected "." expecting delimiter (.), "," or end of input'),
        ("columns=a,,b", 'unexpected "," expecting field name (* or [a..z0..9_$])'),
        ("limit=many", "expecting a number of rows"),
        ("%FF=eq.1", "an escape such as %FF is no character"),
        ("a%00=eq.1", "PostgreSQL has no such character in a text"),
    ],
)  # fmt: skip
def test_what_cannot_be_read_says_where(query: str, details: str) -> None:
    with pytest.raises(Refusal) as refused:
        _read(query)

    assert (refused.value.status, refused.value.code, refused.value.details) == (400, "PGRST100", details)


@pytest.mark.parametrize(
    ("query", "what"),
    [
        ("select=id,organizations(name)", "embedding"), ("select=owner:organizations!fk(name)", "embedding"),
        ("select=...organizations(name)", "spread"), ("select=id::text", "casts"), ("select=a->b", "JSON paths"),
        ("select=a->>b", "JSON paths"), ("a->>b=eq.1", "JSON paths"), ("order=a->b", "JSON paths"),
        ("select=amount.sum()", "aggregate"), ("select=count()", "aggregate"), ("order=other(id)", "order by columns"),
        ("other.id=eq.1", "filters on an embedded"), ("other.order=id", "order on an embedded"),
        ("other.or=(a.eq.1)", "or on an embedded"),
    ],
)  # fmt: skip
def test_what_the_hub_does_not_have_is_named(query: str, what: str) -> None:
    with pytest.raises(Refusal) as refused:
        _read(query)

    assert (refused.value.status, refused.value.code) == (501, "PGRST127")
    assert what in refused.value.message


def test_conditions_are_not_read_to_any_depth() -> None:
    with pytest.raises(Refusal) as refused:
        _read("or=" + "(and" * 5000 + "(a.eq.1)" + ")" * 5000)

    assert (refused.value.status, refused.value.details) == (400, f"nested more than {DEPTH} deep")
    _read("or=" + "(and" * (DEPTH - 1) + "(a.eq.1)" + ")" * (DEPTH - 1))


def test_a_query_string_is_not_read_to_any_length() -> None:
    with pytest.raises(Refusal) as refused:
        _read("a=eq." + "x" * LENGTH)

    assert refused.value.status == 414


def test_every_quantifier_and_language_is_read() -> None:
    for operator in QUANTIFIED:
        assert read_filter("a", f"{operator}(any).{{1}}")[0].quantifier == "any"
        assert read_filter("a", f"not.{operator}(all).{{1}}")[0].quantifier == "all"
    for operator in SEARCHES:
        assert read_filter("a", f"{operator}(english).x") == (
            Filter(column="a", operator=operator, has_language=True), ["english", "x"],
        )  # fmt: skip


def test_renames_order_and_window_are_read() -> None:
    request = _read("select=*,kind:type, name &order=a.desc.nullslast,b&limit=5&offset=2", range="0-3")

    assert request.query.select == (Column(name="*"), Column(name="type", alias="kind"), Column(name="name"))
    assert request.query.order == (Order(column="a", descending=True, nulls="last"), Order(column="b"))
    assert request.window == Window(offset=2, limit=2)


@pytest.mark.parametrize(
    ("query", "header", "window"),
    [
        ("", "0-24", Window(limit=25)), ("", "10-", Window(offset=10)), ("", "items=0-1", Window()),
        ("limit=0", "5-9", Window(offset=5, limit=0)), ("limit=3", "", Window(limit=3)),
        ("offset=4", "2-5", Window(offset=4, limit=2)),
    ],
)  # fmt: skip
def test_a_window_is_what_header_and_query_string_share(query: str, header: str, window: Window) -> None:
    assert _read(query, range=header).window == window


@pytest.mark.parametrize("query", ["limit=-1", "offset=-1"])
def test_no_row_is_in_a_negative_window(query: str) -> None:
    with pytest.raises(Refusal) as refused:
        _read(query)

    assert (refused.value.status, refused.value.code) == (416, "PGRST103")


def test_the_header_range_is_for_get_alone() -> None:
    assert _read(method="DELETE", range="0-1").window == Window()


def test_a_schema_that_is_not_exposed_is_not_asked_for() -> None:
    with pytest.raises(Refusal) as refused:
        _read(accept_profile="private")

    assert (refused.value.status, refused.value.code) == (406, "PGRST106")
    assert _read(accept_profile="api").schema == "api"
    assert _read(method="POST", content_profile="api", accept_profile="public").schema == "api"
