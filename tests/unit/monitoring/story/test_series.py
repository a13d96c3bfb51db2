"""A figure over time: what was not seen is a gap and never a zero, and the highest of many points stays."""

from __future__ import annotations

from seatrial.model.sample import Measured
from seatrial.monitoring.story.series import MOST_POINTS, series, thinned


def _interval(at: float, value: float | None = None, **changed: object) -> Measured:
    values = {} if value is None else {("rollbacks", ""): value}
    told: dict[str, object] = {"at": at, "seconds": 60, "values": values, "looked": frozenset({"database"})}
    return Measured(**{**told, **changed})  # type: ignore[arg-type]


def _of(*measured: Measured, now: float | None = None, part: str = "") -> list[tuple[float, float | None]]:
    found = series(
        measured, "database", lambda one: one.values.get(("rollbacks", "")), every=60, now=now or measured[-1].at,
        part=part,
    )  # fmt: skip
    return list(found)


def test_an_interval_that_was_not_seen_has_no_value() -> None:
    gone = _interval(120, 7, gaps={"database": "restarting"}, looked=frozenset())

    assert _of(_interval(60, 1), gone, _interval(180, 2)) == [(60, 1), (120, None), (180, 2)]


def test_a_source_that_was_not_due_has_no_point_and_no_gap() -> None:
    assert _of(_interval(60, 1), _interval(120, looked=frozenset({"locks"})), _interval(180, 2)) == [(60, 1), (180, 2)]


def test_a_source_that_is_looked_at_every_five_minutes_has_no_gaps_between() -> None:
    rare = [_interval(at, 1) for at in (300, 600, 900, 1_200)]

    assert None not in [value for _, value in _of(*rare)]


def test_where_nobody_looked_at_all_there_is_a_gap() -> None:
    assert _of(_interval(60, 1), _interval(120, 1), _interval(3_600, 2))[2:] == [(180, None), (3_600, 2)]


def test_a_source_that_has_fallen_silent_ends_in_a_gap() -> None:
    assert _of(_interval(60, 1), _interval(120, 1), now=600)[-1] == (600, None)


def test_an_interval_in_which_nobody_asked_is_no_gap() -> None:
    assert _of(_interval(60, 1), _interval(120), _interval(180, 2)) == [(60, 1), (180, 2)]


def test_a_part_that_cannot_be_looked_at_is_missing_alone() -> None:
    failing = _interval(120, 0, gaps={"database.queue": "relation does not exist"})

    assert _of(_interval(60, 1), failing, part="database.queue")[1] == (120, None)
    assert _of(_interval(60, 1), failing, part="database.other")[1] == (120, 0)


def test_thinned_points_keep_the_highest_and_the_gaps() -> None:
    points: list[tuple[float, float | None]] = [(float(at), 1.0) for at in range(2_880)]
    points[1_234] = (1_234.0, 99.0)
    points[2_000] = (2_000.0, None)
    found = thinned(points)

    assert len(found) <= MOST_POINTS
    assert (1_234.0, 99.0) in found
    assert (2_000.0, None) in found
    assert list(found) == sorted(found, key=lambda one: one[0])


def test_few_points_stay_as_they_are() -> None:
    points = [(1.0, 2.0), (2.0, None)]

    assert thinned(points) == tuple(points)
