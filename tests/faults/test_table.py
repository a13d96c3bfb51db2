"""The page of the faults: figures of what was tried, in which nothing is mixed."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from tests.faults.breaking import Fault
from tests.faults.points import Point
from tests.faults.release import SECTIONS
from tests.faults.release_back import SECTIONS_BACK
from tests.faults.runs import RUNS, Run
from tests.faults.states import State
from tests.faults.table import HEADS, page, part, parts_of
from tests.faults.trial import Tried
from tests.faults.wire import Moment

PAGE = Path(__file__).parents[2] / "docs" / "reference" / "faults.md"
#: A name, and a figure for each head.
ROW = re.compile(r"^\| (?P<name>[^|]+) \|(?: (?P<what>[^|]*[a-z][^|]*) \|)?(?P<figures>(?: [\d,]+ \|)+)$", re.MULTILINE)


def figures(text: str) -> dict[str, list[int]]:
    """Name of each row → its figures."""
    return {
        row["name"].strip("*"): [int(one.replace(",", "")) for one in re.findall(r"[\d,]+", row["figures"])]
        for row in ROW.finditer(text)
    }


@pytest.mark.parametrize("run", RUNS, ids=lambda run: run.title)
def test_the_published_page_has_figures_for_every_fault_and_part_and_nothing_is_mixed(run: Run) -> None:
    found = figures(parts_of(PAGE.read_text(encoding="utf-8"))[run.title])

    assert set(found) == {*(str(fault) for fault in Fault), *run.parts, "all"}
    assert {len(row) for row in found.values()} == {len(HEADS)}
    for points, *states in found.values():
        assert points > 0
        assert sum(states) == points
        assert states[HEADS.index("mixed") - 1] == 0
    assert sum(found[fault][0] for fault in Fault) == found["all"][0] == sum(found[part][0] for part in run.parts)


def test_the_page_speaks_of_the_parts_that_runs_have() -> None:
    assert [tuple(run.parts) for run in RUNS] == [SECTIONS, SECTIONS_BACK]
    text = PAGE.read_text(encoding="utf-8")
    assert page(parts_of(text)) == text


def test_each_point_is_counted_once_under_its_fault_its_part_and_its_state() -> None:
    tried = [
        Tried(
            point=Point(fault=fault, connection="seatrial", number=1, moment=Moment.AFTER, section="batch"),
            state=state, wrong=(), code=3, said="", reached=True, seconds=0.0,
        )
        for fault, state in ((Fault.KILL, State.OLD), (Fault.KILL, State.MIXED), (Fault.CUT, State.RESUMED))
    ]  # fmt: skip
    found = figures(part(RUNS[0], tried, is_complete=False, messages=7, server="PostgreSQL"))

    assert found[Fault.KILL] == [2, 1, 0, 0, 1]
    assert found[Fault.CUT] == [1, 0, 0, 1, 0]
    assert found["batch"] == found["all"] == [3, 1, 0, 1, 1]
    assert found["lock"] == [0, 0, 0, 0, 0]
