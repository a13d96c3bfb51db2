"""A rollback broken at a message, in every way: nothing is lost, and the command that it names ends it.

A sample by a seed; `make faults` tries every point, and its table is in docs/reference/faults.md.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.faults.breaking import Fault
from tests.faults.points import Drawn, drawn, every_point
from tests.faults.release_back import SECTIONS_BACK, TREASURES
from tests.faults.states import leftovers
from tests.faults.test_points import SEED
from tests.faults.trial import try_point

if TYPE_CHECKING:
    from tests.faults.ground_back import GroundBack

SIZE = 16
SAMPLE = drawn(SEED, SIZE, SECTIONS_BACK)


@pytest.mark.parametrize("one", SAMPLE, ids=str)
def test_a_rollback_that_was_broken_loses_nothing_and_is_ended_by_the_command_it_names(
    one: Drawn, ground_back: GroundBack
) -> None:
    tried = try_point(ground_back, one.within(ground_back.undisturbed))

    assert tried.wrong == (), tried.report


def test_the_sample_leaves_out_no_fault_and_no_part_of_a_rollback() -> None:
    assert {one.fault for one in SAMPLE} == set(Fault)
    assert {one.section for one in SAMPLE} == set(SECTIONS_BACK)


def test_an_undisturbed_rollback_goes_through_every_part_and_loses_nothing(ground_back: GroundBack) -> None:
    run = ground_back.undisturbed

    assert set(run.sections.values()) == set(SECTIONS_BACK)
    assert len(set(every_point(run))) == len(list(every_point(run)))
    assert {name: len(found) for name, found in ground_back.written.items()} == {
        "berths": 200, "captains": 5500, "labels": 6000, "signals": 50, "numbers": 6005,
    }  # fmt: skip
    assert set(ground_back.written) == set(TREASURES)


def test_what_was_written_since_is_kept_and_what_nobody_touched_is_as_it_was(
    ground_back: GroundBack, target_back: str
) -> None:
    ground = ground_back
    assert ground.deploy(target_back).end().code == 0

    ground.settled(target_back)
    assert leftovers(ground.server.dsn(target_back)) == []
    assert ground.wrong_in(target_back) == []
    with ground.server.superuser(target_back) as connection:
        numbers = connection.execute("SELECT n, count(*) FROM public.boats GROUP BY n ORDER BY n").fetchall()
        labels = connection.execute("SELECT count(*) FROM public.boats WHERE label = 'label ' || id").fetchall()
        flags = connection.execute("SELECT count(*) FROM public.signals").fetchall()
        listed = connection.execute(
            "SELECT cause, contents, object, conflicts FROM seatrial.archive ORDER BY cause, contents"
        ).fetchall()
    assert (numbers, labels, flags) == ([(0, 5995), (100, 5)], [(6000,)], [(50,)])
    assert listed == [
        ("deploy", "rows", "public.boats", 5),
        ("rollback", "columns", "public.boats", 0),
        ("rollback", "table", "public.berths", 0),
    ]
