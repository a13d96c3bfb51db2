"""The readiness page in a real browser: it asks for nothing, says nothing on the console, and everybody can read it."""

from __future__ import annotations

import time
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, Literal

import pytest
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]
from playwright.sync_api import expect
from tests.unit.report.readiness.sample import large, sound, wrong

from seatrial.model.workload import Observed
from seatrial.report.readiness.page import page

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Browser, Locator, Page

    from seatrial.model.readiness import Readiness

PHONE = {"width": 390, "height": 844}
DESK = {"width": 1280, "height": 900}
SAMPLES = {"sound": sound, "wrong": wrong, "large": large}
Scheme = Literal["light", "dark"]


@contextmanager
def _open(
    browser: Browser, found: Readiness, at: Path, *, size: dict[str, int] = DESK, scheme: Scheme = "light",
    tools: bool = False,
) -> Iterator[Page]:  # fmt: skip
    at.write_text(page(found), encoding="utf-8")
    # Axe brings a script of its own, which the page's policy would rightly refuse.
    context = browser.new_context(
        viewport={"width": size["width"], "height": size["height"]}, color_scheme=scheme, bypass_csp=tools
    )
    try:
        yield context.new_page()
    finally:
        context.close()


@pytest.mark.parametrize("sample", SAMPLES)
def test_no_request_leaves_the_page_and_the_console_is_silent(chromium: Browser, shown: Path, sample: str) -> None:
    with _open(chromium, SAMPLES[sample](), shown) as tab:
        asked: list[str] = []
        said: list[str] = []
        tab.on("request", lambda request: asked.append(request.url))
        tab.on("console", lambda message: said.append(message.text))
        tab.on("pageerror", lambda error: said.append(str(error)))
        tab.on("dialog", lambda dialog: said.append(dialog.message))
        tab.goto(shown.as_uri(), wait_until="networkidle")

        assert (asked, said) == ([shown.as_uri()], [])
        assert tab.locator("script").count() == 0


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("sample", SAMPLES)
def test_axe_finds_nothing(chromium: Browser, shown: Path, sample: str, scheme: Scheme) -> None:
    with _open(chromium, SAMPLES[sample](), shown, scheme=scheme, tools=True) as tab:
        tab.goto(shown.as_uri())
        # What is folded away has to be read as well.
        tab.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
        found = Axe().run(tab).response

        assert [(one["id"], one["nodes"][0]["html"]) for one in found["violations"]] == []
        assert {"color-contrast", "region", "heading-order", "html-has-lang"} <= {one["id"] for one in found["passes"]}


def test_every_place_that_matters_is_reached_with_the_keyboard(chromium: Browser, shown: Path) -> None:
    with _open(chromium, large(), shown) as tab:
        tab.goto(shown.as_uri())
        tab.keyboard.press("Tab")
        first = tab.evaluate("document.activeElement.textContent")
        reached, outlines = set(), set()
        for _ in range(400):
            tab.keyboard.press("Tab")
            where = tab.evaluate(
                "(() => { const a = document.activeElement; return [a.getAttribute('href') || a.getAttribute"
                "('aria-label') || a.tagName, getComputedStyle(a).outlineStyle] })()"
            )
            if where[0] == "BODY":
                break
            reached.add(where[0])
            outlines.add(where[1])

        assert first == "Skip to the report"
        assert {"#failed", "#claim-security", "The matrix, which scrolls", "SUMMARY"} <= reached
        assert outlines == {"solid"}


def _until_scrolled(region: Locator) -> None:
    """Scrolling is smooth. The page forbids scripts, those of a waiting test among them."""
    for _ in range(100):
        if region.evaluate("found => found.scrollLeft") > 0:
            return
        time.sleep(0.05)
    pytest.fail("nothing was scrolled")


def test_the_matrix_is_scrolled_with_the_keyboard_while_its_heads_stay(chromium: Browser, shown: Path) -> None:
    with _open(chromium, large(), shown) as tab:
        tab.goto(shown.as_uri())
        region = tab.get_by_role("region", name="The matrix, which scrolls")
        region.focus()
        kind = tab.locator("th.who").nth(1)
        before = kind.bounding_box()
        tab.keyboard.press("ArrowRight")
        tab.keyboard.press("ArrowRight")
        _until_scrolled(region)
        after = kind.bounding_box()

        assert before is not None
        assert after is not None
        assert before["x"] == after["x"]


def test_a_link_to_what_is_folded_away_opens_it(chromium: Browser, shown: Path) -> None:
    with _open(chromium, sound(), shown) as tab:
        tab.goto(shown.as_uri())
        claim = tab.locator("#claim-safety")
        hidden = not claim.is_visible()
        tab.get_by_role("link", name="safe to deploy").click()

        assert hidden
        expect(claim).to_be_visible()


@pytest.mark.parametrize("sample", SAMPLES)
def test_on_a_phone_the_page_is_as_wide_as_the_phone(chromium: Browser, shown: Path, sample: str) -> None:
    with _open(chromium, SAMPLES[sample](), shown, size=PHONE) as tab:
        tab.goto(shown.as_uri())

        assert tab.evaluate("document.documentElement.scrollWidth") == PHONE["width"]


def test_on_a_desk_the_figures_of_every_query_are_seen_without_scrolling(chromium: Browser, shown: Path) -> None:
    measured = wrong().performance
    assert measured
    known = measured.timings[0]
    assert isinstance(known.after, Observed)
    indexes = ("idx_workflow_execution_logs_failed_of_an_organization", "integrations_organization_id_type_key")
    plan = replace(known.after, indexes=indexes, scanned=("public.organization_members", "public.organizations"))
    query = replace(known.query, name="pending_automation_requests_of_an_organization", role="authenticated")
    timing = replace(known, query=query, caller="super_administrator", before=plan, after=plan)
    found = replace(wrong(), performance=replace(measured, timings=(timing,)))
    with _open(chromium, found, shown) as tab:
        tab.goto(shown.as_uri())
        region = tab.get_by_role("region", name="Queries, which scroll")

        assert region.evaluate("one => one.scrollWidth <= one.clientWidth")


def test_on_paper_everything_is_open_and_nothing_is_cut_off(chromium: Browser, shown: Path) -> None:
    with _open(chromium, large(), shown, size={"width": 700, "height": 1000}) as tab:
        tab.goto(shown.as_uri())
        paper = tab.pdf(format="A4")
        tab.emulate_media(media="print")
        text = tab.inner_text("body")

        assert paper.startswith(b"%PDF-")
        assert paper.count(b"/Type /Page\n") >= 2
        for words in (
            "Not ready for production",
            "What this report cannot tell",
            "2027-03-01",
            "cannot show everything",
        ):
            assert words in text
        assert tab.locator("table.compact").is_visible()
        assert not tab.locator("table.matrix").is_visible()
        assert tab.locator("#claim-syntax").is_visible()
        assert tab.evaluate("document.documentElement.scrollWidth") <= 700
