"""Functions that build SQL of what they are given, each beside one that keeps texts apart from SQL."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.postgres.attack.calling import functions_of, twins

from seatrial.attack.functions.injection import INJECTION, cells
from seatrial.model.isolation import Observed

if TYPE_CHECKING:
    from seatrial.attack.functions.read import Function
    from seatrial.attack.scene import Scene
    from seatrial.model.isolation import Cell
    from seatrial.scratch.server import Server

DEFINER = "language plpgsql security definer set search_path = ''"
COUNT = "declare n bigint; begin execute {sql} into n; return n; end"

PAIRS = {
    "within quotes": (
        "(query text) returns bigint",
        COUNT.format(sql="'select count(*) from public.notes where title = ''' || query || ''''"),
        COUNT.format(sql="'select count(*) from public.notes where title = ' || quote_literal(query)"),
    ),
    "within quotes, with a wild card": (
        "(query text) returns bigint",
        COUNT.format(sql="format('select count(*) from public.notes where (title like ''%%%s%%'')', query)"),
        COUNT.format(sql="format('select count(*) from public.notes where (title like %L)', '%' || query || '%')"),
    ),
    "in the place of a condition": (
        "(query text default 'true') returns bigint",
        COUNT.format(sql="'select count(*) from public.notes where ' || query"),
        COUNT.format(sql="'select count(*) from public.notes where $1'").replace(
            "into n;", "into n using query = 'true';"
        ),
    ),
    "in the place of a number": (
        "(most text) returns setof text",
        "begin return query execute 'select title from public.notes limit ' || most; end",
        """begin return query execute 'select title from public.notes limit $1'
        using nullif(regexp_replace(most, '\\D', '', 'g'), '')::int; end""",
    ),
    "behind the column to sort by": (
        "(direction text) returns setof text",
        "begin return query execute 'select title from public.notes order by title ' || direction; end",
        """begin return query execute 'select title from public.notes order by title ' ||
        case when lower(direction) = 'desc' then 'desc' else 'asc' end; end""",
    ),
    "as the column to sort by": (
        "(sort text) returns setof text",
        "begin return query execute 'select title from public.notes order by ' || sort; end",
        "begin return query execute format('select title from public.notes n order by to_jsonb(n) ->> %L', sort); end",
    ),
    "as a table": (
        "(relation text) returns bigint",
        COUNT.format(sql="'select count(*) from public.' || relation"),
        COUNT.format(sql="format('select count(*) from public.%I', relation)"),
    ),
    "within the quotes of a name": (
        "(field text) returns bigint",
        COUNT.format(sql="""'select count(*) from public.notes where "' || field || '" is not null'"""),
        COUNT.format(sql="""'select count(*) from public.notes where ' || quote_ident(field) || ' is not null'"""),
    ),
    "where errors are swallowed": (
        "(query text) returns bigint",
        """declare n bigint; begin execute 'select count(*) from public.notes where title = ''' || query || '''' into n;
        return n; exception when others then return 0; end""",
        """declare n bigint; begin execute 'select count(*) from public.notes where title = $1' into n using query;
        return n; exception when others then return 0; end""",
    ),
    "in a document": (
        "(filter jsonb) returns bigint",
        COUNT.format(sql="'select count(*) from public.notes where title = ''' || (filter ->> 'title') || ''''"),
        COUNT.format(sql="'select count(*) from public.notes where title = $1'").replace(
            "into n;", "into n using filter ->> 'title';"
        ),
    ),
    "in a list": (
        "(words text[]) returns bigint",
        COUNT.format(
            sql="'select count(*) from public.notes where title in (''' || array_to_string(words, ''',''') || ''')'"
        ),
        COUNT.format(sql="'select count(*) from public.notes where title = any ($1)'").replace(
            "into n;", "into n using words;"
        ),
    ),
    "in a function that it calls": (
        "(query text) returns bigint",
        "begin return private.counted(query); end",
        "begin return private.counted(quote_literal(query)); end",
    ),
}  # fmt: skip
CALLED = """create function private.counted(text) returns bigint language plpgsql set search_path = '' as
  $$ declare n bigint; begin execute 'select count(*) from public.notes where title = ' || $1 into n; return n; end $$;
  revoke all on function private.counted(text) from public;"""


def _cells(scene: Scene, functions: dict[str, Function], called: str) -> list[Cell]:
    [function] = [one for one in functions.values() if one.called == called]
    return [cell for kind in scene.world.kinds for cell in cells(scene, kind, function)]


@pytest.mark.parametrize("about", PAIRS)
def test_sql_in_an_argument_is_executed_by_the_bad_one_alone(server: Server, about: str) -> None:
    head, bad, good = PAIRS[about]
    with functions_of(server, f"injection_{[*PAIRS].index(about)}", CALLED + twins(head, bad, good)) as (
        scene,
        functions,
    ):
        found = _cells(scene, functions, "public.bad")
        assert {cell.kind for cell in found if cell.is_leak} == {kind.name for kind in scene.world.kinds}
        assert {cell.action for cell in found} == {INJECTION}
        assert all(cell.request and "public.bad(" in cell.request.sql and cell.request.rest for cell in found)
        harmless = _cells(scene, functions, "public.good")
        assert len(harmless) == len(scene.world.kinds)
        assert [cell for cell in harmless if cell.observed is not Observed.BLOCKED] == []


def test_a_function_that_builds_sql_with_the_rights_of_its_caller_is_not_asked(server: Server) -> None:
    schema = (
        f"create function public.f(query text) returns bigint language plpgsql as $$ {PAIRS['within quotes'][1]} $$;"
    )
    with functions_of(server, "injection_invoker", schema) as (scene, functions):
        assert _cells(scene, functions, "public.f") == []


def test_a_cast_of_the_argument_itself_is_not_taken_for_execution(server: Server) -> None:
    schema = f"""create function public.f(number text) returns int {DEFINER} as
      $$ begin execute 'select 1'; return number::int; end $$;"""
    with functions_of(server, "injection_cast", schema) as (scene, functions):
        assert not any(cell.is_leak for cell in _cells(scene, functions, "public.f"))
