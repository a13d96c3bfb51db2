"""A setting that a function makes: whether the next user of a pooled connection inherits it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.postgres.attack.calling import RULES, TABLES
from tests.postgres.attack.stage import scene_of, tenancy_of

from seatrial.attack.functions.leftovers import LEFTOVER, leftovers
from seatrial.attack.functions.read import read_functions
from seatrial.model.isolation import Observed

if TYPE_CHECKING:
    from seatrial.model.isolation import Cell
    from seatrial.scratch.server import Server

POLICY = """create policy by_setting on public.plans for select to authenticated
  using (name = current_setting('app.plan', true)); grant select on public.plans to authenticated;"""
CHOOSE = """create function public.choose(plan text) returns void language plpgsql set search_path = '' as
  $$ begin perform set_config('app.plan', plan, {local}); end $$;"""


def _cells(server: Server, name: str, schema: str) -> list[Cell]:
    with scene_of(server, name, TABLES + schema, tenancy_of(*RULES)) as scene:
        functions = read_functions(scene.session.connection, scene.tenancy)
        with server.superuser(name) as connection:
            return [cell for one in functions.values() for cell in leftovers(connection, scene, one)]


def test_a_setting_of_the_session_is_found(server: Server) -> None:
    [cell] = _cells(server, "leftovers_bad", POLICY + CHOOSE.format(local="false"))
    assert cell.is_leak
    assert cell.action == LEFTOVER
    assert cell.subject == "public.choose(text)"
    assert "app.plan" in cell.detail
    assert cell.request
    assert "public.choose(" in cell.request.sql


def test_a_setting_of_the_transaction_is_not(server: Server) -> None:
    [cell] = _cells(server, "leftovers_good", POLICY + CHOOSE.format(local="true"))
    assert cell.observed is Observed.BLOCKED


def test_a_setting_that_nothing_looks_at_is_not(server: Server) -> None:
    [cell] = _cells(server, "leftovers_unused", CHOOSE.format(local="false"))
    assert cell.observed is Observed.BLOCKED


def test_set_in_a_function_is_as_bad(server: Server) -> None:
    schema = """create function public.choose() returns void language plpgsql as
      $$ begin set app.plan = 'paid'; end $$;"""
    [cell] = _cells(server, "leftovers_set", POLICY + schema)
    assert cell.is_leak


def test_a_function_that_makes_no_setting_is_not_called(server: Server) -> None:
    schema = "create function public.f() returns int language sql as 'select 1';"
    assert _cells(server, "leftovers_none", POLICY + schema) == []
