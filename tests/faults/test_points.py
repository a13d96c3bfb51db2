"""Broken at a message, in every way: what is said is true, and the next run ends where an undisturbed one does.

A sample by a seed; `make faults` tries every point, and its table is in docs/reference/faults.md.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest
from tests.faults.breaking import Fault
from tests.faults.points import Drawn, drawn, every_point
from tests.faults.release import SECTIONS
from tests.faults.trial import try_point

if TYPE_CHECKING:
    from tests.faults.ground import Ground

#: Another one draws other points.
SEED = int(os.environ.get("SEATRIAL_FAULTS", "1"))
SIZE = 40
SAMPLE = drawn(SEED, SIZE)


@pytest.mark.parametrize("one", SAMPLE, ids=str)
def test_a_run_that_was_broken_is_told_truly_and_completed_by_the_next(one: Drawn, ground: Ground) -> None:
    tried = try_point(ground, one.within(ground.undisturbed))

    assert tried.wrong == (), tried.report


def test_the_sample_leaves_out_no_fault_and_no_part_of_a_deployment() -> None:
    assert {one.fault for one in SAMPLE} == set(Fault)
    assert {one.section for one in SAMPLE} == set(SECTIONS)
    assert drawn(SEED, SIZE) == SAMPLE
    assert drawn(SEED + 1, SIZE) != SAMPLE


def test_every_point_is_each_fault_at_each_moment_of_each_message(ground: Ground) -> None:
    run = ground.undisturbed
    points = list(every_point(run))

    assert len(set(points)) == len(points)
    assert set(run.sections.values()) == set(SECTIONS)
    messages = {(one.connection, one.number) for one in points}
    assert {place for place, section in run.sections.items() if section != "watch"} <= messages
