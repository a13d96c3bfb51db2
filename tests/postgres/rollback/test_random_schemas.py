"""Random changes of random schemas are taken back and made again, and nothing is lost."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hypothesis import HealthCheck, given, reject, settings
from hypothesis import strategies as st
from tests.postgres.rollback.random_changes import random_kind
from tests.postgres.rollback.trip import Ground, NoMigration, round_trip

if TYPE_CHECKING:
    from random import Random


@settings(
    max_examples=40, deadline=None, derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.filter_too_much],
)  # fmt: skip
@given(chance=st.randoms(use_true_random=False))
def test_a_random_change_is_taken_back_and_made_again(ground: Ground, chance: Random) -> None:
    kind = random_kind(chance)
    try:
        with ground.target(kind) as target:
            assert target.rehearsal.reasons or round_trip(kind, target) == []
    except NoMigration:
        reject()
