"""Definer functions that take a temporary type of the caller for one of the server's, and those that do not."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.postgres.attack.calling import functions_of

from seatrial.attack.functions.type_shadowing import SHADOW, cells
from seatrial.model.isolation import Observed

if TYPE_CHECKING:
    from seatrial.scratch.server import Server

FUNCTION = (
    "create function public.{name}(p text) returns text language {language} security definer {path} as $$ {body} $$;"
)
CAST = {"sql": "select p::{of}text", "plpgsql": "begin return p::{of}text; end"}


@pytest.mark.parametrize("language", CAST)
@pytest.mark.parametrize("good", ["set search_path = pg_catalog, pg_temp", "set search_path = ''"])
def test_a_temporary_type_is_used_by_the_bad_one_alone(server: Server, language: str, good: str) -> None:
    path = "set search_path = ''"
    # Either the path puts pg_temp last, or the type is named with its schema.
    of = "pg_catalog." if good == path else ""
    bad_body, good_body = CAST[language].format(of=""), CAST[language].format(of=of)
    schema = FUNCTION.format(name="bad", language=language, path=path, body=bad_body)
    schema += FUNCTION.format(name="good", language=language, path=good, body=good_body)
    name = f"types_{language}_{len(good)}"
    with functions_of(server, name, schema) as (scene, functions):
        found = [cell for kind in scene.world.kinds for cell in cells(scene, kind, functions["public.bad(text)"])]
        assert {cell.kind for cell in found if cell.is_leak} == {kind.name for kind in scene.world.kinds}
        assert all(cell.action == SHADOW and cell.request for cell in found)
        harmless = [cell for kind in scene.world.kinds for cell in cells(scene, kind, functions["public.good(text)"])]
        assert all(cell.observed is Observed.BLOCKED for cell in harmless)
        assert bool(harmless) is (of == "")


def test_who_may_make_nothing_temporary_is_kept_out(server: Server) -> None:
    schema = FUNCTION.format(name="bad", language="sql", path="set search_path = ''", body="select p::text")
    schema += "revoke temporary on database types_kept_out from public, anon, authenticated;"
    with functions_of(server, "types_kept_out", schema) as (scene, functions):
        found = [cell for kind in scene.world.kinds for cell in cells(scene, kind, functions["public.bad(text)"])]
        assert {cell.observed for cell in found} == {Observed.BLOCKED}
