"""Definer functions that take a temporary type of the caller for one of the server's, and those that do not."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.postgres.attack.calling import functions_of

from seatrial.attack.functions.type_shadowing import SHADOW, cells
from seatrial.model.isolation import Observed

if TYPE_CHECKING:
    from seatrial.attack.functions.read import Function
    from seatrial.attack.scene import Scene
    from seatrial.model.isolation import Cell
    from seatrial.scratch.server import Server

FUNCTION = (
    "create function public.{name}(p text) returns text language {language} security definer {path} as $$ {body} $$;"
)
CAST = {"sql": "select p::{of}text", "plpgsql": "begin return p::{of}text; end"}


def _found(scene: Scene, function: Function) -> list[Cell]:
    return [cell for kind in scene.world.kinds for cell in cells(scene, kind, function)]


@pytest.mark.parametrize("language", CAST)
def test_a_temporary_type_is_used_by_the_bad_one_alone(server: Server, language: str) -> None:
    body = CAST[language].format(of="")
    schema = FUNCTION.format(name="bad", language=language, path="", body=body)
    schema += FUNCTION.format(name="good", language=language, path="set search_path = pg_catalog, pg_temp", body=body)
    with functions_of(server, f"types_{language}", schema) as (scene, functions):
        found = _found(scene, functions["public.bad(text)"])
        assert {cell.kind for cell in found if cell.is_leak} == {kind.name for kind in scene.world.kinds}
        assert all(cell.action == SHADOW and cell.request for cell in found)
        harmless = _found(scene, functions["public.good(text)"])
        assert harmless
        assert all(cell.observed is Observed.BLOCKED for cell in harmless)


@pytest.mark.parametrize(
    ("gateway", "of", "leaks"), [("", "", True), ("", "pg_catalog.", False), ("authenticator", "", False)]
)
def test_an_empty_path_is_enough_where_nobody_logs_in_without_the_gateway(
    server: Server, gateway: str, of: str, *, leaks: bool
) -> None:
    schema = FUNCTION.format(name="f", language="sql", path="set search_path = ''", body=CAST["sql"].format(of=of))
    with functions_of(server, f"types_{bool(gateway)}_{bool(of)}".lower(), schema) as (scene, functions):
        scene.session.gateway = gateway
        assert any(cell.is_leak for cell in _found(scene, functions["public.f(text)"])) is leaks


def test_who_may_make_nothing_temporary_is_kept_out(server: Server) -> None:
    schema = FUNCTION.format(name="bad", language="sql", path="", body="select p::text")
    schema += "revoke temporary on database types_kept_out from public, anon, authenticated;"
    with functions_of(server, "types_kept_out", schema) as (scene, functions):
        assert {cell.observed for cell in _found(scene, functions["public.bad(text)"])} == {Observed.BLOCKED}
