"""The story of a watch: worst first, gaps as gaps, nothing claimed that was not seen."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.unit.monitoring.story.sample import BEGAN, HARBOUR, SLOW, STATEMENT, Scene, trouble

from seatrial.model.sample import StatementText, StatementUse
from seatrial.model.watch import Coverage, Declared, Silence, Standing, Track, WatchVerdict
from seatrial.monitoring.signals import SIGNALS
from seatrial.monitoring.story.history import History, Limits
from seatrial.monitoring.story.page import page_of

if TYPE_CHECKING:
    from seatrial.model.watch_page import WatchChart, WatchPage

UNREAD = {"log": Coverage(missed=240, gap_since=BEGAN, why="no log can be read")}


def _chart(page: WatchPage, name: str) -> WatchChart:
    return next(one for one in page.charts if one.name == name)


def test_the_charts_that_are_always_there_share_the_order() -> None:
    names = [one.name for one in Scene().page().charts]

    assert names == ["errors", "latency", "waiting", "declared-1", "declared-2", "deadlocks", "rollbacks"]


def test_what_is_in_trouble_is_drawn_first_with_its_own_limit() -> None:
    slow = trouble(failed=BEGAN + 180, breaches=3)
    page = Scene(troubles=(slow,), values={3: {SLOW: 212.4}}).page()
    first = page.charts[0]

    assert (first.title, first.of, first.limit) == ("milliseconds a call", "SELECT on public.contacts", 8.2)
    assert (first.standing, first.breaches) == (Standing.FAILED, "3 of 3")
    assert first.points[2] == (BEGAN + 180, 212.4)


def test_there_are_never_more_than_eight_charts() -> None:
    many = tuple(trouble(("denials", f"public.t{number}"), value=20) for number in range(9))

    assert len(Scene(troubles=many).page().charts) == 8


def test_errors_are_counted_together() -> None:
    values = {2: {("denials", "public.contacts"): 4.0, ("timeouts", "57014"): 3.0, ("rollbacks", ""): 50.0}}

    assert _chart(Scene(values=values).page(), "errors").points[1] == (BEGAN + 120, 7.0)


def test_a_log_that_is_not_read_is_no_line_at_zero() -> None:
    gaps = {number: {"log": "no log can be read"} for number in range(1, 5)}
    chart = _chart(Scene(gaps=gaps, coverage=UNREAD).page(), "errors")

    assert [value for _, value in chart.points] == [None] * 4
    assert chart.standing is Standing.NOT_RUN


def test_latency_is_told_in_limits_of_the_statement_that_is_nearest_to_its_own() -> None:
    chart = _chart(Scene(values={4: {SLOW: 82.0, ("slow", "app 1"): 9.0}}).page(), "latency")
    latest = chart.points[-1][1]

    assert chart.limit == 1.0
    assert chart.of == "SELECT on public.contacts"
    assert latest is not None
    assert latest > 5


def test_a_declared_query_is_drawn_as_its_worst_organization() -> None:
    scene = Scene(values={4: {("failing", "send failures: Quay Ltd"): 0.9}})
    chart = _chart(scene.page(), "declared-1")

    assert chart.title == "send failures, worst organization"
    assert (chart.of, chart.points[-1][1]) == ("Quay Ltd", 0.9)


def test_one_broken_organization_is_first_of_two_thousand() -> None:
    crowd = {("failing", f"send failures: Organization {number}"): 0.0 for number in range(2_000)}
    broken = trouble(HARBOUR, value=0.7, limit=0.2, failed=BEGAN + 200, breaches=3, ties=())
    scene = Scene(
        values={4: crowd}, troubles=(broken,), tracks={HARBOUR: Track(recent=(True,) * 3, value=0.7, limit=0.2)}
    )
    tenants = scene.page().tenants

    assert len(tenants) == 2_002
    assert (tenants[0].who, tenants[0].standing, tenants[0].breaches) == ("Harbour & Sons", Standing.FAILED, "3 of 3")
    assert tenants[0].figures == "70 % (limit 20 %, usually 2 %)"
    assert tenants[0].badness > tenants[1].badness


def test_troubles_that_last_come_before_those_that_are_over_and_failures_before_breaches() -> None:
    over = trouble(("denials", "public.a"), failed=BEGAN + 10, over=BEGAN + 90)
    breached = trouble(("denials", "public.b"))
    failed = trouble(("denials", "public.c"), failed=BEGAN + 200)
    noted = trouble(("unused", "public.idx"), failed=BEGAN + 5)
    found = Scene(troubles=(noted, over, breached, failed)).page().troubles

    assert [one.subject for one in found] == ["public.c", "public.b", "public.idx", "public.a"]
    assert [one.is_noted for one in found] == [False, False, True, False]
    assert found[0].detected == 220


def test_a_trouble_has_its_statement_its_figures_and_what_it_is_tied_to() -> None:
    [found] = Scene(troubles=(trouble(),)).page().troubles

    assert found.subject == "SELECT on public.contacts, as authenticated"
    assert found.statement.startswith("SELECT id, name, email FROM contacts")
    assert found.figures == "212 ms (limit 8.2 ms, usually 4.1 ms)"
    assert found.ties[0].startswith("index public.idx_contacts_organization, removed by 2025")


def test_a_silence_is_seen_on_the_page_until_it_ends() -> None:
    quiet = Silence(signal="slow", until=BEGAN + 600, because="known", who="ana")
    ended = Silence(signal="slow", until=BEGAN + 10, because="known", who="ana")

    assert Scene(troubles=(trouble(),), silences=(quiet,)).page().troubles[0].silenced == "known (ana, for 6 min more)"
    assert Scene(troubles=(trouble(),), silences=(ended,)).page().troubles[0].silenced == ""


def test_every_signal_has_a_row_with_its_worst_subject() -> None:
    breached = Track(recent=(False, True), value=14, limit=9)
    page = Scene(tracks={("denials", "public.deals"): breached}).page()
    row = next(one for one in page.signals if one.name == "denials")

    assert [one.name for one in page.signals] == [one.name for one in SIGNALS]
    assert (row.standing, row.worst, row.subjects, row.breaches) == (Standing.BREACHED, "public.deals", 2, "1 of 3")
    assert row.figures == "14 in the interval (limit 9)"


def test_signals_of_a_source_that_cannot_be_read_are_not_run_and_why_is_said_once() -> None:
    page = Scene(coverage=UNREAD).page()
    rows = {one.name: one for one in page.signals}

    assert (rows["violations"].standing, rows["violations"].why) == (Standing.NOT_RUN, "no log can be read")
    assert [line.startswith("log: no log can be read; so nobody watches: ") for line in page.not_run] == [True]


def test_no_call_is_quiet_and_no_error_is_within() -> None:
    rows = {one.name: one.standing for one in Scene().page().signals}

    assert rows["recursion"] is Standing.WITHIN
    assert rows["silent"] is Standing.QUIET


def test_gaps_that_are_over_are_told_with_their_length() -> None:
    coverage = {"statements": Coverage(seen=180, missed=60, longest=60, why="restarting"),
                "tenants.queue": Coverage(missed=240, why="relation queue does not exist")}  # fmt: skip
    page = Scene(coverage=coverage).page()

    assert page.not_run == (
        "statements: not seen for 1 min: restarting", "tenants.queue: relation queue does not exist",
    )  # fmt: skip


def test_without_declared_queries_organizations_are_not_watched_and_it_is_said() -> None:
    scene = Scene(declared=())
    judged = scene.judged()
    coverage = {name: one for name, one in judged.coverage.items() if name != "tenants"}
    page = page_of(
        scene.watch(), None, type(judged)(at=judged.at, coverage=coverage), (), stages=(), marks=(), said=(),
        way_out=None, now=scene.now,
    )  # fmt: skip

    assert any(line.startswith("tenants: the release declares no query") for line in page.not_run)


def test_statements_have_their_errors_their_usual_time_and_say_when_they_are_new() -> None:
    other = StatementText(shape="UPDATE deals SET stage = $1", role="app", relations=("public.deals",), writes=True)
    scene = Scene(
        statements={"app 5": StatementUse(calls=10, milliseconds=50, rows=20, errors={"42501": 3})},
        troubles=(trouble(failed=BEGAN + 200),), tracks={SLOW: Track(recent=(True,) * 3, value=212.4, limit=8.2)},
    )  # fmt: skip
    scene.texts = {**scene.texts, "app 5": other}
    first, second = scene.page().statements

    assert (first.standing, first.usual_milliseconds, first.is_new) == (Standing.FAILED, 4.1, False)
    assert (second.shape, second.milliseconds, second.rows, second.is_new) == (other.shape, 5.0, 2.0, True)
    assert second.errors == {"42501": 3}


def test_a_statement_that_only_the_log_knows_has_no_time() -> None:
    scene = Scene(statements={"app 5": StatementUse(errors={"42P01": 1})})
    row = next(one for one in scene.page().statements if one.errors)

    assert (row.milliseconds, row.rows) == (None, None)


def test_a_kept_history_tells_the_same_as_all_intervals_at_once() -> None:
    scene = Scene(passed=900, values={7: {("slow", f"app {number}"): float(number) for number in range(400)}})
    history = History(Limits(scene.baseline(), scene.declared))
    for one in scene.measured():
        history.add(one, scene.judged().tracks)
    page = page_of(
        scene.watch(), scene.baseline(), scene.judged(), history, stages=scene.spine(), marks=scene.marks(), said=(),
        way_out=None, now=scene.now, declared=scene.declared,
    )  # fmt: skip

    assert page == scene.page()
    assert max(len(one.values) for one in history.intervals) < 60


def test_a_page_of_nothing_claims_nothing() -> None:
    scene = Scene(passed=0, declared=(Declared(name="q", sql="select 1", per="organization"),))
    judged = type(scene.judged())(at=BEGAN, verdict=WatchVerdict.WATCHING)
    page = page_of(scene.watch(), None, judged, (), stages=(), marks=(), said=(), way_out=None, now=BEGAN)

    assert page.sentence == "0 of 15 minutes, nothing seen yet"
    assert {one.standing for one in page.signals} == {Standing.GAP}
    assert {one.points for one in page.charts} == {()}
    assert STATEMENT not in repr(page)
