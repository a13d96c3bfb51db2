"""A clock that jumps: what waits, waits as long as it should, and no deadline is over too early or never."""

from __future__ import annotations

import ast
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from tests.faults.asking import must_be, somebody
from tests.faults.forking import JUMPS
from tests.faults.ground import DEPLOY
from tests.faults.states import State

if TYPE_CHECKING:
    from tests.faults.ground import Ground

SOURCE = Path(__file__).parents[2] / "src" / "seatrial"
#: Whatever waits for somebody on a target.
WAITING = sorted(
    [*(SOURCE / "deployment").glob("*.py"), *(SOURCE / "ledger").glob("*.py"), SOURCE / "flows" / "ending.py"]
)


@pytest.mark.parametrize("path", WAITING, ids=lambda path: path.stem)
def test_nothing_that_waits_looks_at_the_wall_clock(path: Path) -> None:
    calls = [node.func for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))) if isinstance(node, ast.Call)]

    assert [ast.unparse(one) for one in calls if ast.unparse(one) in {"time.time", "time.time_ns"}] == []


@pytest.mark.parametrize("jump", ["3600", "-3600"])
def test_a_clock_that_jumps_at_every_look_changes_nothing(jump: str, ground: Ground, target: str) -> None:
    with somebody(ground, target) as holder:
        holder.execute("BEGIN; LOCK TABLE public.boats IN ACCESS EXCLUSIVE MODE")
        deployer = ground.begin(*DEPLOY, dsn=ground.address(target), **{JUMPS: jump})
        deployer.ends_within(3)
        holder.execute("COMMIT")

    must_be(ground, target, deployer.end(), State.NEW)
