"""How fast a release is, on the readiness page: each query as each kind of user, with its plan."""

from __future__ import annotations

import re
from dataclasses import replace
from html import unescape

import pytest
from tests.unit.report.performances import FAST, SECRET, performance, timing
from tests.unit.report.readiness.sample import NASTY, sound

from seatrial.model.performance import Performance
from seatrial.report.drawing.spans import WIDTH, axis, span
from seatrial.report.readiness.page import page


def section(found: Performance) -> str:
    text = page(replace(sound(), performance=found))
    return text[text.index('id="workload"') : text.index('id="rest"')]


def test_failures_come_first_and_every_query_has_a_row_for_each_kind_of_user() -> None:
    text = section(performance())
    rows = [tuple(map(unescape, row)) for row in re.findall(r'<tr><th scope="row">([^<]*)<.*?<td>([^<]*)</td>', text)]

    assert rows[:5] == [
        ("recent_events", "member"), ("odd_one", "authenticated"), ("active_integrations", "member"),
        ("active_integrations", "administrator"), ("recent_events", "anonymous"),
    ]  # fmt: skip


def test_every_query_that_ran_shows_its_plan_as_explain_prints_it() -> None:
    text = section(performance())
    plans = re.findall(r"<summary>Plan of (\w+) as (\w+): .*?<pre class=\"script\"><code>(.*?)</code>", text, re.DOTALL)

    assert [(query, who) for query, who, _ in plans] == [
        ("recent_events", "member"), ("active_integrations", "member"), ("active_integrations", "administrator"),
        ("recent_events", "anonymous"),
    ]  # fmt: skip
    assert plans[0][2] == "Seq Scan on integrations  (actual rows=3.00 loops=1)\n  Filter: (organization_id = $1)"
    assert plans[1][2].startswith("Index Scan using idx_active on integrations")
    assert "prepared, with one plan for all values: reads all of public.integrations; 12.4 ms" in text
    assert "1.20 ms in a new session with nothing in memory" in text


def test_what_was_measured_beside_the_queries_is_there() -> None:
    text = section(performance())

    for words in (
        "✗</span>per row</span>", "!</span>index lost</span>", "48.2 → 0.31 ms with the rewrite",
        "!</span>missing index</span>", "CREATE INDEX ON public.events (organization_id)", "What row security costs",
        "!</span>look</span> recent_events as member</th><td>48.2</td><td>0.30</td><td>161</td>", "12 of 3,000",
        "Rows written a second by one session", "Indexes that no query uses", "public.idx_lonely",
        "1 of 3 plans are the same at both sizes.", "not planned: its function cannot be planned",
        "public.events: 200,000 rows were generated, and the target has 10,000,000.",
    ):  # fmt: skip
        assert words in text
    assert SECRET not in text


def test_what_was_not_measured_has_no_heading() -> None:
    text = section(Performance(timings=(timing(),)))

    assert re.findall(r"<h[23][^>]*>([^<]*)", text) == ["Index use and timings, before and after"]


def test_a_plan_and_a_rewrite_are_nothing_but_text() -> None:
    after = replace(FAST, plan=(NASTY,))
    faults = (replace(performance().faults[0], what=NASTY, rewrite=NASTY),)
    text = section(Performance(timings=(timing(after=after, caller=NASTY),), faults=faults))

    assert "<script" not in text
    assert text.count("&lt;script&gt;") >= 4


def test_the_picture_has_before_after_and_limit_where_they_are() -> None:
    drawn = span(100.0, 0.1, 10.0, (0.1, 100.0))
    places = [float(place) for place in re.findall(r'cx="([\d.]+)"', drawn)]

    assert places == [WIDTH - 5, 5.0]
    assert f"M{5 + (WIDTH - 10) * 2 / 3:.1f} 0V" in drawn
    assert 'class="span"' in drawn
    assert 'class="span over"' in span(None, 11.0, 10.0, (11.0,))
    assert span(None, None, None, ()).count("circle") == 0


@pytest.mark.parametrize(
    ("values", "ends"),
    [((), (0.01, 0.1)), ((0.0, 3.0), (0.01, 10.0)), ((1.0,), (1.0, 10.0)), ((0.2, 45), (0.1, 100.0))],
)
def test_the_axis_ends_at_powers_of_ten(values: tuple[float, ...], ends: tuple[float, float]) -> None:
    assert axis(values) == pytest.approx(ends)
