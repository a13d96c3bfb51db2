"""The page of a watch as text: escaped, self-contained, the same for the same record, and small."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from tests.unit.monitoring.story.sample import NASTY, Scene, trouble
from tests.unit.report.watch.sample import SAMPLES, WAY_OUT, failed, gaps, large, quiet, record, successful

from seatrial.report.watch.page import fragment, page

FORM = '<form method="post" action="/rollback"'


@pytest.mark.parametrize("sample", SAMPLES)
def test_names_that_try_to_be_more_than_text_are_text(sample: str) -> None:
    shown = page(SAMPLES[sample](), live=False)

    assert "<script" not in shown
    assert not re.search(r"<[a-z]+[^>]*\son\w+=", shown)


def test_a_nasty_name_is_seen_as_it_is() -> None:
    assert NASTY.replace("<", "&lt;").replace(">", "&gt;").replace('"', "&#34;") in page(large(), live=False)


@pytest.mark.parametrize("sample", SAMPLES)
def test_nothing_is_asked_of_elsewhere(sample: str) -> None:
    shown = page(SAMPLES[sample](), live=True, token="t")
    addresses = re.findall(r'(?:src|href|action)="([^"]*)"', shown)

    assert {one for one in addresses if not one.startswith(("#", "data:"))} <= {"/rollback"}
    assert "@import" not in shown
    assert not re.search(r"url\((?!#)", shown)


def test_the_same_record_gives_the_same_bytes() -> None:
    assert page(failed(), live=True, token="t") == page(failed(), live=True, token="t")


def test_the_record_of_48_hours_is_small() -> None:
    assert len(page(record(), live=False).encode()) < 500_000
    assert len(page(large(), live=False).encode()) < 500_000


def test_only_who_has_the_token_gets_the_form_and_the_part_has_none() -> None:
    assert FORM in page(failed(), live=True, token="t-1")
    assert 'value="t-1"' in page(failed(), live=True, token="t-1")
    assert FORM not in page(failed(), live=True)
    assert FORM not in page(failed(), live=False, token="t-1")
    assert FORM not in fragment(failed())


def test_who_may_only_read_is_told_why() -> None:
    shown = page(failed(), live=True, said="Opened without the key, so there is no button.")

    assert "Opened without the key, so there is no button." in shown


def test_a_frozen_page_has_the_command_and_neither_form_nor_script() -> None:
    shown = page(failed(is_frozen=True), live=False)

    assert FORM not in shown
    assert "<script" not in shown
    assert "seatrial rollback --last 2 --target production --incomplete" in shown


def test_the_button_is_off_where_the_way_back_cannot_be_taken() -> None:
    off = '<button type="submit" disabled>Roll back</button>'

    assert off in page(gaps(), live=True, token="t")
    assert "Another deployment holds the lock: pid 4711." in page(gaps(), live=True, token="t")
    assert off in page(replace(failed(), way_out=None), live=True, token="t")
    assert off not in page(failed(), live=True, token="t")


def test_the_name_to_be_typed_is_taken_literally() -> None:
    shown = page(replace(failed(), target="prod.eu (1)"), live=True, token="t")

    assert r'pattern="prod\.eu \(1\)"' in shown


def test_the_policy_lets_only_the_script_of_the_page_run() -> None:
    assert re.search(r"script-src &#39;sha256-|script-src 'sha256-[\w+/=]+'", page(quiet(), live=True))
    with_nonce = page(quiet(), live=True, nonce="abc123")

    assert "script-src 'nonce-abc123'" in with_nonce
    assert '<script nonce="abc123">' in with_nonce
    assert "script-src" not in page(quiet(), live=False)


def test_every_trouble_has_an_anchor_of_its_own_that_stays() -> None:
    anchors = re.findall(r'id="(trouble-[0-9a-f]{8})"', page(large(), live=False))
    shown = page(failed(), live=False)
    before = re.findall(r'<article [^>]*id="([^"]+)"', shown)
    later = Scene(troubles=(trouble(since=failed().troubles[0].since, value=500.0),)).page()

    assert len(anchors) == len(set(anchors)) == 30
    assert before[0] in page(later, live=False)


def test_no_id_is_there_twice() -> None:
    for sample in SAMPLES.values():
        ids = re.findall(r'\sid="([^"]+)"', page(sample(), live=True, token="t"))

        assert len(ids) == len(set(ids))


def test_organizations_beyond_the_first_fifty_are_counted() -> None:
    shown = page(large(), live=False)

    assert shown.count('<small class="quiet">organization</small>') == 50
    assert re.search(r"1,952 more: [\d,]+ within", shown)


def test_a_gap_is_drawn_as_a_gap_and_the_line_is_broken() -> None:
    shown = page(gaps(), live=False)
    waiting = shown[shown.index('id="chart-waiting"') :]
    curve = re.search(r'class="curve"[^>]* d="([^"]+)"', waiting)

    assert waiting.index('class="gap"') < waiting.index('class="curve"')
    assert curve is not None
    assert curve[1].count("M") == 2


def test_a_chart_without_a_value_says_so_and_shows_no_zero() -> None:
    shown = page(gaps(), live=False)
    errors = shown[shown.index('id="chart-errors"') : shown.index('id="chart-latency"')]

    assert "nothing was seen of it" in errors
    assert "<b>not seen</b>" in errors
    assert "curve" not in errors


def test_the_answer_is_in_the_title_and_in_the_part() -> None:
    title = f"✓ {successful().sentence} – {successful().release}"

    assert f"<title>{title}</title>" in page(successful(), live=False)
    assert f'data-title="{title}"' in fragment(successful())


def test_no_password_is_on_the_page() -> None:
    found = replace(failed(), way_out=replace(WAY_OUT, refused="cannot reach postgres://ana:hunter2@host/db"))

    assert "hunter2" not in page(found, live=True, token="t")


def test_a_limit_is_written_at_its_line_and_one_far_above_beside_the_highest_value() -> None:
    found = quiet()
    far = replace(found.charts[0], limit=400.0, points=((found.began, 2.0), (found.now, 3.0)))
    near = replace(far, limit=5.0)

    assert ">most 3, limit 400<" in page(replace(found, charts=(far,)), live=False)
    assert ">limit 5<" in page(replace(found, charts=(near,)), live=False)
