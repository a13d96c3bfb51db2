"""Definer functions that take a temporary table of the caller for a table of the schema, and those that do not."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.postgres.attack.calling import functions_of

from seatrial.attack.functions.shadowing import SHADOW, cells
from seatrial.model.isolation import Observed

if TYPE_CHECKING:
    from seatrial.attack.functions.read import Function
    from seatrial.attack.scene import Scene
    from seatrial.model.isolation import Cell
    from seatrial.scratch.server import Server

CHECKED = """(p_organization_id uuid) returns setof public.notes language plpgsql security definer {path} as $$
begin
  if not exists (select from {members} where user_id = auth.uid() and organization_id = p_organization_id) then
    raise exception 'not a member';
  end if;
  return query select * from public.notes where organization_id = p_organization_id;
end $$"""
WRITTEN = """() returns void language plpgsql security definer {path} as $$
begin insert into {plans} (name, price) values ('x', 1); end $$"""

PAIRS = {
    "no path at all": (
        CHECKED.format(path="", members="members"),
        CHECKED.format(path="", members="public.members"),
    ),
    "a path in which pg_temp comes first, unsaid": (
        CHECKED.format(path="set search_path = public", members="members"),
        CHECKED.format(path="set search_path = public, pg_temp", members="members"),
    ),
    "a table that is written": (
        WRITTEN.format(path="set search_path = public", plans="plans"),
        WRITTEN.format(path="set search_path = public, pg_temp", plans="plans"),
    ),
}


def _cells(scene: Scene, functions: dict[str, Function], called: str) -> list[Cell]:
    [function] = [one for one in functions.values() if one.called == called]
    return [cell for kind in scene.world.kinds for cell in cells(scene, kind, function)]


@pytest.mark.parametrize("about", PAIRS)
def test_a_temporary_table_is_used_by_the_bad_one_alone(server: Server, about: str) -> None:
    schema = "".join(
        f"create function public.{name}{text};" for name, text in zip(("bad", "good"), PAIRS[about], strict=True)
    )
    with functions_of(server, f"shadowing_{[*PAIRS].index(about)}", schema) as (scene, functions):
        found = _cells(scene, functions, "public.bad")
        assert {"admin", "viewer"} <= {cell.kind for cell in found if cell.is_leak}
        assert {cell.action for cell in found} == {SHADOW}
        request = next(cell.request for cell in found if cell.is_leak)
        assert request
        assert request.sql.startswith("CREATE TEMPORARY TABLE ")
        assert "public.bad(" in request.sql
        assert [cell for cell in _cells(scene, functions, "public.good") if not cell.agrees] == []


def test_a_stranger_lets_themselves_in(server: Server) -> None:
    schema = f"create function public.bad{PAIRS['no path at all'][0]};"
    with functions_of(server, "shadowing_stranger", schema) as (scene, functions):
        found = {cell.kind: cell for cell in _cells(scene, functions, "public.bad")}
        assert found["user of no organization"].is_leak


def test_who_may_make_no_temporary_tables_is_kept_out(server: Server) -> None:
    schema = f"""create function public.bad{PAIRS["no path at all"][0]};
      revoke temporary on database shadowing_kept_out from public, anon, authenticated;"""
    with functions_of(server, "shadowing_kept_out", schema) as (scene, functions):
        found = _cells(scene, functions, "public.bad")
        assert {cell.observed for cell in found} == {Observed.BLOCKED}
        assert all(cell.detail.startswith("42501") for cell in found)
