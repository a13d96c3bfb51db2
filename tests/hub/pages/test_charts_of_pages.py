"""Figures of the drawings: true to scale, honest about what is not known."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

from hypothesis import given
from hypothesis import strategies as st
from tests.hub.ground import ADA, HARBOUR
from tests.hub.pages.house import WHATSAPP

from integrations_hub.domain.caller import Caller
from integrations_hub.domain.dashboard import Day, Span
from integrations_hub.pages.chart import HIGH, LEAST, STANDS, WIDE, bars, lanes
from integrations_hub.pages.words import ago, utc

if TYPE_CHECKING:
    from tests.hub.pages.house import House

NOW = datetime(2026, 3, 1, 12, 30, tzinfo=UTC)
numbers = st.tuples(st.integers(0, 10**9), st.integers(0, 10**9))


def _day(worked: int, failed: int) -> Day:
    return Day(day=date(2026, 3, 1), calls=worked + failed, failures=failed, average_ms=None)


@given(st.lists(numbers, min_size=1, max_size=40))
def test_bars_stay_in_the_room_and_what_is_there_is_seen(days: list[tuple[int, int]]) -> None:
    drawn = bars([_day(*one) for one in days])
    for bar, (worked, failed) in zip(drawn.bars, days, strict=True):
        assert (bar.worked > 0, bar.failed > 0) == (worked > 0, failed > 0)
        assert bar.worked <= max(drawn.line, LEAST) + 1e-6
        assert drawn.line + bar.failed <= HIGH + 2 * LEAST
        assert 0 <= bar.x <= bar.x + bar.width <= WIDE + 1e-6


def test_what_worked_and_what_failed_have_one_scale() -> None:
    drawn = bars([_day(60, 0), _day(0, 40), _day(30, 20)])

    assert [(one.worked, one.failed) for one in drawn.bars] == [(60, 0), (0, 40), (30, 20)]
    assert (drawn.line, drawn.calls, drawn.failures, drawn.share) == (60, 150, 60, 40)


def _span(status: str, hours_ago: float, hours: float) -> Span:
    since = NOW - timedelta(hours=hours_ago)
    return Span(component="database", status=status, since=since, until=since + timedelta(hours=hours), reasons=())


def test_a_state_is_told_by_its_height_and_a_gap_by_nothing() -> None:
    [lane] = lanes([_span("healthy", 168, 84), _span("unhealthy", 42, 42)], NOW, 7)

    assert [(one.x, one.width) for one in lane.pieces] == [(0, 500), (750, 250)]
    assert [(one.y, one.height) for one in lane.pieces] == [STANDS["healthy"], STANDS["unhealthy"]]
    assert len({height for _, height in STANDS.values()}) == len(STANDS)
    assert lane.healthy is not None
    assert round(lane.healthy, 1) == 66.7
    assert lane.status == "unhealthy"


def test_a_short_trouble_is_seen_and_a_time_without_answer_is_no_time_that_worked() -> None:
    [lane] = lanes([_span("unknown", 5, 5)], NOW, 7)
    [short] = lanes([_span("unhealthy", 0.001, 0.001)], NOW, 7)

    assert lane.healthy is None
    assert short.pieces[0].width > 0
    assert short.pieces[0].x + short.pieces[0].width <= WIDE


def test_checks_become_spans_and_silence_becomes_a_gap(house: House) -> None:
    rows = [(9, "healthy"), (8.5, "healthy"), (8, "unhealthy"), (7, "healthy"), (2, "healthy"), (1, "healthy")]
    house.done("delete from public.system_health_checks")
    for hours, status in rows:
        house.done(
            "insert into public.system_health_checks (organization_id, component, status, checked_at) values"
            f" ('{HARBOUR}', 'integration.whatsapp', '{status}', now() - interval '{hours} hours')"
        )
    ada = Caller(role="authenticated", claims={"sub": ADA})
    found = house.site.dashboard.integration(ada, HARBOUR, WHATSAPP).health

    assert [one.status for one in found] == ["healthy", "unhealthy", "healthy", "healthy"]
    assert [round((one.until - one.since) / timedelta(hours=1), 1) for one in found] == [1, 1, 2, 2]


def test_times_are_said_in_words_and_in_utc() -> None:
    said = [ago(NOW - timedelta(seconds=seconds), NOW) for seconds in (3, 60, 7200, 86400 * 2, -3600)]

    assert said == ["just now", "1 minute ago", "2 hours ago", "2 days ago", "in 1 hour"]
    assert utc(NOW, NOW) == "Sun 1 Mar 12:30 UTC"
    assert utc(NOW.replace(year=2025), NOW) == "Sat 1 Mar 2025 12:30 UTC"
