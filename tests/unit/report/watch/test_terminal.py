"""A watch in a terminal."""

from __future__ import annotations

import io
from dataclasses import replace

import pytest
from rich.console import Console
from tests.unit.report.watch.sample import SAMPLES, asking, breached, failed, gaps, large, quiet

from seatrial.report.watch.terminal import line, live


def _seen(sample: str) -> str:
    out = io.StringIO()
    Console(file=out, width=120, no_color=True).print(live(SAMPLES[sample]()))
    return out.getvalue()


def test_a_minute_is_a_line() -> None:
    assert line(quiet()).plain == (
        "~ watching .... 4 of 15 min  errors 1 · slowest 0.65× its limit · waiting locks 1 · organizations ok"  # noqa: RUF001
    )


def test_a_breach_is_said_at_the_end_of_the_line() -> None:
    assert line(breached()).plain.endswith(
        "! breached SELECT on public.contacts, as authenticated: 212 ms (limit 8.2 ms, usually 4.1 ms)"
    )


def test_what_is_not_seen_is_not_a_zero() -> None:
    assert "errors not seen · " in line(gaps()).plain


def test_an_end_is_its_sentence() -> None:
    assert line(failed()).plain.startswith("✗ failed .... Failed after 3 min: SELECT on public.contacts")
    assert line(asking()).plain.startswith("? a person is asked .... Paused after 4 min")


@pytest.mark.parametrize("sample", SAMPLES)
def test_a_line_is_one_line(sample: str) -> None:
    assert "\n" not in line(SAMPLES[sample]()).plain


def test_signs_that_a_terminal_obeys_are_not_printed() -> None:
    found = replace(failed(), sentence="Failed: \x1b[2J\x07 gone")

    assert "\x1b" not in line(found).plain


def test_the_live_view_has_the_answer_the_curves_the_troubles_and_the_way_back() -> None:
    said = _seen("failed")

    assert "✗ failed  Failed after 3 min" in said
    assert "errors" in said
    assert "▁" in said
    assert "tied to index public.idx_contacts_organization" in said
    assert "Harbour & Sons" in said
    assert "Roll back: seatrial rollback --last 2 --target production --incomplete" in said


def test_the_live_view_draws_a_gap_as_dots() -> None:
    assert "···" in _seen("gaps")


def test_the_live_view_of_thousands_is_a_screen() -> None:
    assert len(_seen("large").splitlines()) < 60
    assert "of 2,002" in _seen("large")
    assert large().tenants[0].who in _seen("large")
