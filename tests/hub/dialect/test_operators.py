"""Every operator finds what the same condition in SQL finds."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.hub.dialect.asking import Asker
    from tests.hub.ground import Ground

CASES = (
    ("name=eq.Anchor", "name = 'Anchor'"),
    ("name=eq.null", "name = 'null'"),
    ("name=neq.Anchor", "name <> 'Anchor'"),
    ('name=eq.Chain, "old"', "name = 'Chain, \"old\"'"),
    ("name=eq.back\\slash", "name = 'back\\slash'"),
    ("amount=gt.0", "amount > 0"),
    ("amount=gte.0", "amount >= 0"),
    ("amount=lt.1.5", "amount < 1.5"),
    ("amount=lte.1.5", "amount <= 1.5"),
    ("amount=eq.1e10", "amount = 1e10"),
    ("seen_at=gte.2026-01-01T11:00:00%2B01:00", "seen_at >= '2026-01-01 10:00+00'"),
    ("name=like.*cho*", "name like '%cho%'"),
    ("name=like.buoy__", "name like 'buoy__'"),
    ("name=ilike.*CH*", "name ilike '%CH%'"),
    ("name=match.^[A-C]", "name ~ '^[A-C]'"),
    ("name=imatch.^[a-c]", "name ~* '^[a-c]'"),
    ("name=is.null", "name is null"),
    ("name=is.NULL", "name is null"),
    ("name=is.not_null", "name is not null"),
    ("is_open=is.true", "is_open is true"),
    ("is_open=is.false", "is_open is false"),
    ("is_open=is.unknown", "is_open is unknown"),
    ("is_open=isdistinct.true", "is_open is distinct from true"),
    ("id=in.(1,3,99)", "id in (1, 3, 99)"),
    ("id=in.()", "false"),
    ('name=in.("Chain, \\"old\\"",Anchor)', "name in ('Chain, \"old\"', 'Anchor')"),
    ('name=in.("back\\\\slash")', "name = 'back\\slash'"),
    ("tags=cs.{a}", "tags @> '{a}'"),
    ('tags=cs.{"a,b"}', "tags @> array['a,b']"),
    ("tags=cd.{a,b,c}", "tags <@ '{a,b,c}'"),
    ("tags=ov.{c}", "tags && '{c}'"),
    ('extra=cs.{"k":1}', "extra @> '{\"k\":1}'"),
    ("days=sl.[10,11)", "days << '[10,11)'"),
    ("days=sr.[4,5)", "days >> '[4,5)'"),
    ("days=nxr.[4,9)", "days &< '[4,9)'"),
    ("days=nxl.[4,9)", "days &> '[4,9)'"),
    ("days=adj.[9,20)", "days -|- '[9,20)'"),
    ("words=fts.sail", "words @@ to_tsquery('sail')"),
    ("words=fts(english).sailing", "words @@ to_tsquery('english', 'sailing')"),
    ("words=plfts(english).red buoys", "words @@ plainto_tsquery('english', 'red buoys')"),
    ("words=phfts(english).red buoys", "words @@ phraseto_tsquery('english', 'red buoys')"),
    ("words=wfts(english).sail or buoy", "words @@ websearch_to_tsquery('english', 'sail or buoy')"),
    ("name=fts(english).anchors", "to_tsvector('english', name) @@ to_tsquery('english', 'anchors')"),
    ("mood=eq.wild", "mood = 'wild'"),
    ("mood=gt.calm", "mood > 'calm'"),
    ("id=eq(any).{1,2}", "id = any ('{1,2}')"),
    ("id=gt(all).{1,2}", "id > all ('{1,2}')"),
    ("name=like(any).{A*,b*}", "name like any ('{A%,b%}')"),
    ("name=ilike(all).{*a*,*n*}", "name ilike all ('{%a%,%n%}')"),
    ("name=not.like.*a*", "not (name like '%a%')"),
    ("id=not.in.(1,2)", "not (id in (1, 2))"),
    ("name=not.is.null", "name is not null"),
    ("amount=gt.0&amount=lt.100", "amount > 0 and amount < 100"),
    ("or=(id.eq.1,name.is.null)", "id = 1 or name is null"),
    ("and=(id.gt.1,id.lt.4)", "id > 1 and id < 4"),
    ("not.or=(id.eq.1,id.eq.2)", "not (id = 1 or id = 2)"),
    ("not.and=(id.gt.1,id.lt.4)", "not (id > 1 and id < 4)"),
    ("or=(id.eq.1,and(id.gt.2,not.or(id.eq.3,id.gt.5)))", "id = 1 or (id > 2 and not (id = 3 or id > 5))"),
    ("or=(id.not.in.(1,2,3),name.eq.Anchor)", "id not in (1, 2, 3) or name = 'Anchor'"),
    ('or=(name.eq."Chain, \\"old\\"",id.eq.2)', "name = 'Chain, \"old\"' or id = 2"),
    ("or=( id.eq.1 , id.eq.2 )", "id = 1 or id = 2"),
    ("or=(tags.cs.{a,b},id.eq.6)", "tags @> '{a,b}' or id = 6"),
    ("or=(id.eq.1,id.eq.2)&or=(id.eq.2,id.eq.3)", "(id = 1 or id = 2) and (id = 2 or id = 3)"),
    ('"strange, (name).here"=eq.a,b', "\"strange, (name).here\" = 'a,b'"),
    ('or=("strange, (name).here".eq."(z)",id.eq.1)', "\"strange, (name).here\" = '(z)' or id = 1"),
)


@pytest.mark.parametrize(("asked", "sql"), CASES)
def test_a_filter_finds_what_sql_finds(asked: str, sql: str, reader: Asker, shelf: Ground) -> None:
    with shelf.superuser() as connection:
        expected = [row[0] for row in connection.execute(f"select id from things where {sql} order by id".encode())]

    assert [row["id"] for row in reader.get(f"/things?select=id&order=id&{asked}")] == expected


@pytest.mark.parametrize(("asked", "sql"), [each for each in CASES if "&" not in each[0] and "not." not in each[0]])
def test_its_negation_finds_what_sql_finds(asked: str, sql: str, reader: Asker, shelf: Ground) -> None:
    """Three-valued: a row of which it is not known is found by neither."""
    name, _, rest = asked.partition("=")
    negated = f"not.{name}={rest}" if name in {"or", "and"} else f"{name}=not.{rest}"
    with shelf.superuser() as connection:
        found = connection.execute(f"select id from things where not ({sql}) order by id".encode())
        expected = [row[0] for row in found]

    assert [row["id"] for row in reader.get(f"/things?select=id&order=id&{negated}")] == expected


@pytest.mark.parametrize(
    ("asked", "sql"),
    [
        ("id", "id"), ("id.desc", "id desc"), ("name", "name, id"), ("name.desc,id", "name desc, id"),
        ("amount.asc.nullsfirst,id.desc", "amount asc nulls first, id desc"),
        ("amount.desc.nullslast,id", "amount desc nulls last, id"), ("name.nullsfirst", "name nulls first"),
        ('"strange, (name).here".desc', '"strange, (name).here" desc'),
    ],
)  # fmt: skip
def test_rows_are_ordered_as_sql_orders_them(asked: str, sql: str, reader: Asker, shelf: Ground) -> None:
    with shelf.superuser() as connection:
        expected = [row[0] for row in connection.execute(f"select id from things order by {sql}".encode())]

    assert [row["id"] for row in reader.get(f"/things?select=id&order={asked}")] == expected


def test_values_are_the_databases_json(reader: Asker, shelf: Ground) -> None:
    with shelf.superuser() as connection:
        expected = connection.execute("select json_agg(things order by id) from things").fetchone()

    assert expected is not None
    assert reader.get("/things?order=id") == expected[0]
