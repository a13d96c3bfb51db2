"""For each hazard a bad and a good schema that differ in one thing: the bad one is caught, the good one is not."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from seatrial.flows.isolation import isolate
from seatrial.model.isolation import Observed
from seatrial.model.narrator import Silent
from seatrial.pg.statement import execute_script
from seatrial.project.tenancy import TenancySettings, tenancy_of

if TYPE_CHECKING:
    from seatrial.model.isolation import Matrix
    from seatrial.scratch.server import Server

HERE = Path(__file__).parent
PAIRS = {path.stem: tomllib.loads(path.read_text(encoding="utf-8")) for path in sorted((HERE / "pairs").glob("*.toml"))}


@pytest.mark.parametrize("name", PAIRS)
def test_the_bad_one_is_caught_with_its_request(server: Server, name: str) -> None:
    pair = PAIRS[name]
    matrix = _attacked(server, name, pair, "bad")
    wrong = [cell for cell in matrix.cells if not cell.agrees]
    for action, subject in pair["caught"]:
        found = [cell for cell in wrong if cell.subject == subject and action in {cell.action, "*"}]
        assert found, [(cell.kind, cell.action, cell.subject, cell.observed, cell.detail) for cell in wrong]
        assert all(cell.request and cell.request.sql for cell in found)
    subjects = {subject for _, subject in pair["caught"]} | set(pair.get("also", ()))
    assert {cell.subject for cell in wrong} <= subjects, "what is not bad is not blamed"


@pytest.mark.parametrize("name", PAIRS)
def test_the_good_one_gives_no_finding(server: Server, name: str) -> None:
    matrix = _attacked(server, name, PAIRS[name], "good")
    wrong = [cell for cell in matrix.cells if not cell.agrees or cell.observed is Observed.UNDECIDED]
    assert not wrong, [(cell.kind, cell.action, cell.subject, cell.observed, cell.detail) for cell in wrong]
    assert not matrix.world.unfilled
    assert not matrix.undeclared


def _attacked(server: Server, name: str, pair: dict[str, Any], variant: str) -> Matrix:
    database, before = f"{name[:50]}_{variant}", f"{name[:50]}_before"
    base = (HERE / "base.sql").read_text(encoding="utf-8") if pair.get("base", True) else ""
    declared = tomllib.loads((HERE / "base.toml").read_text(encoding="utf-8"))
    more = pair.get("tenancy", {})
    # A pair that is about another tenancy brings all of it.
    settings = (
        more if "tenant_table" in more else {**declared, **more, "tables": declared["tables"] | more.get("tables", {})}
    )
    tenancy = tenancy_of(TenancySettings.model_validate(settings), pair.get("platform", "supabase"), HERE)
    schema = pair.get("schema", "")
    # Some hazards are a difference to what was there: both are then the release, and the schema is not.
    earlier = before if pair.get("before", False) else ""
    try:
        for made, script in ((earlier, f"{base}; {schema}"), (database, f"{base}; {schema}; {pair[variant]}")):
            if made:
                server.clone(made)
                with server.superuser(made) as connection:
                    execute_script(connection, f"SET ROLE postgres; {script}; RESET ROLE;")
        return isolate(server, database, tenancy, before=earlier, mutate=False, narrator=Silent())[0]
    finally:
        for made in filter(None, (earlier, database)):
            server.drop(made)
