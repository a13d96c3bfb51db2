"""The watch page in a real browser: anybody can read it, it renews itself, and it never pretends to be current."""

from __future__ import annotations

import re
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, Literal

import pytest
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]
from playwright.sync_api import expect
from tests.browser.listening import listen
from tests.browser.watch_server import TOKEN, serving
from tests.unit.report.watch.sample import SAMPLES, breached, failed, gaps, large, quiet, successful

from seatrial.report.watch.page import page

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Browser, Page

    from seatrial.model.watch_page import WatchPage

PHONE = {"width": 390, "height": 844}
DESK = {"width": 1280, "height": 900}
Scheme = Literal["light", "dark"]
FRONT = ("quiet", "failed", "gaps", "large")


def _crowded() -> WatchPage:
    """One of everything that is in the large one: axe looks at each element for long."""
    found = large()
    return replace(
        found,
        troubles=found.troubles[:7],
        statements=found.statements[:17],
        tenants=found.tenants[:4],
        said=found.said[:17],
    )


AXED = {"failed": failed, "gaps": gaps, "crowded": _crowded, "successful": successful}


@contextmanager
def _tab(
    browser: Browser, *, size: dict[str, int] = DESK, scheme: Scheme = "light", tools: bool = False
) -> Iterator[Page]:
    # Axe brings a script of its own, which the page's policy would rightly refuse.
    context = browser.new_context(
        viewport={"width": size["width"], "height": size["height"]}, color_scheme=scheme, bypass_csp=tools
    )
    try:
        yield context.new_page()
    finally:
        context.close()


def _write(at: Path, sample: str) -> str:
    at.write_text(page(SAMPLES[sample](), live=False), encoding="utf-8")
    return at.as_uri()


@pytest.mark.parametrize("sample", SAMPLES)
def test_a_record_asks_for_nothing_and_says_nothing(chromium: Browser, shown: Path, sample: str) -> None:
    with _tab(chromium) as tab:
        asked, said = listen(tab)
        address = _write(shown, sample)
        tab.goto(address, wait_until="networkidle")

        assert ([one for one in asked if not one.startswith("data:")], said) == ([address], [])
        assert tab.locator("script").count() == 0


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("sample", AXED)
def test_axe_finds_nothing(chromium: Browser, sample: str, scheme: Scheme) -> None:
    with serving(AXED[sample]()) as shore, _tab(chromium, scheme=scheme, tools=True) as tab:
        tab.goto(shore.address)
        expect(tab.locator("#link")).to_have_text(re.compile("Live|The watch is over"))
        tab.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
        found = Axe().run(tab).response

        assert [(one["id"], one["nodes"][0]["html"]) for one in found["violations"]] == []
        assert {"color-contrast", "region", "heading-order", "html-has-lang"} <= {one["id"] for one in found["passes"]}


@pytest.mark.parametrize("sample", FRONT)
def test_on_a_phone_the_page_is_as_wide_as_the_phone(chromium: Browser, shown: Path, sample: str) -> None:
    with _tab(chromium, size=PHONE) as tab:
        tab.goto(_write(shown, sample))

        assert tab.evaluate("document.documentElement.scrollWidth") == PHONE["width"]


@pytest.mark.parametrize("size", [DESK, PHONE])
def test_the_answer_and_the_button_are_seen_without_scrolling(chromium: Browser, size: dict[str, int]) -> None:
    with serving(failed()) as shore, _tab(chromium, size=size) as tab:
        tab.goto(shore.address)
        button = tab.get_by_role("button", name="Roll back").bounding_box()
        answer = tab.get_by_role("heading", level=1).bounding_box()

        assert answer is not None
        assert button is not None
        assert answer["y"] < button["y"]
        assert button["y"] + button["height"] / 2 < size["height"]


def test_the_way_back_is_reached_and_taken_with_the_keyboard(chromium: Browser) -> None:
    with serving(failed()) as shore, _tab(chromium) as tab:
        tab.goto(shore.address)
        tab.keyboard.press("Tab")
        first = tab.evaluate("document.activeElement.textContent")
        for _ in range(30):
            tab.keyboard.press("Tab")
            if tab.evaluate("document.activeElement.id") == "target":
                break
        outline = tab.evaluate("getComputedStyle(document.activeElement).outlineStyle")
        tab.keyboard.type("staging")
        tab.keyboard.press("Enter")
        refused = list(shore.posted)
        tab.locator("#target").fill("")
        tab.keyboard.type("production")
        with tab.expect_navigation():
            tab.keyboard.press("Enter")

        assert (first, outline, refused) == ("Skip to the watch", "solid", [])
        assert shore.posted == [f"token={TOKEN}&target=production"]


def test_what_changes_is_shown_without_a_reload(chromium: Browser) -> None:
    with serving(quiet()) as shore, _tab(chromium) as tab:
        asked, said = listen(tab)
        tab.goto(shore.address)
        expect(tab.locator("#link")).to_have_text("Live")
        tab.evaluate("window.stayed = true")
        shore.found = failed()

        expect(tab.get_by_role("heading", level=1)).to_contain_text("Failed after 3 min", timeout=10_000)
        expect(tab).to_have_title(re.compile("^✗ Failed after 3 min"))
        expect(tab.locator("#troubles article")).to_have_count(3)
        assert tab.evaluate("window.stayed") is True
        assert {one for one in asked if not one.startswith(("data:", shore.address))} == set()
        assert said == []


def test_what_does_not_change_is_left_alone(chromium: Browser) -> None:
    with serving(quiet()) as shore, _tab(chromium) as tab:
        tab.goto(shore.address)
        expect(tab.locator("#link")).to_have_text("Live")
        tab.evaluate(
            "window.seen = 0; new MutationObserver(all => window.seen += all.length)"
            ".observe(document, {subtree: true, childList: true, attributes: true, characterData: true})"
        )
        with tab.expect_response("**/part") as answered:
            pass

        assert answered.value.status == 304
        assert tab.evaluate("window.seen") == 0


def test_what_was_typed_the_focus_and_what_was_unfolded_stay(chromium: Browser) -> None:
    with serving(large()) as shore, _tab(chromium) as tab:
        tab.goto(shore.address)
        tab.locator("#more-statements summary").click()
        tab.locator("#target").fill("produc")
        tab.evaluate("document.getElementById('target').setSelectionRange(2, 4)")
        tab.evaluate("document.querySelector('[aria-label^=\"More statements\"]').scrollTop = 3")
        shore.found = replace(large(), sentence="Failed: something else", troubles=large().troubles[3:], tenants=())

        expect(tab.get_by_role("heading", level=1)).to_contain_text("something else", timeout=10_000)
        typed = tab.evaluate(
            "(one => [one.id, one.value, one.selectionStart, one.selectionEnd])(document.activeElement)"
        )
        assert typed == ["target", "produc", 2, 4]
        assert tab.locator("#more-statements").get_attribute("open") is not None


def test_a_server_that_has_gone_is_said_and_said_to_be_back_when_it_is(chromium: Browser) -> None:
    with serving(quiet()) as shore, _tab(chromium) as tab:
        tab.goto(shore.address)
        expect(tab.locator("#link")).to_have_text("Live")
        tab.route("**/part", lambda route: route.abort())

        expect(tab.locator("#link")).to_have_text(
            re.compile(r"^No answer since \d\d:\d\d:\d\d UTC: what you see is as it was then\.$"), timeout=10_000
        )
        tab.unroute("**/part")
        expect(tab.locator("#link")).to_have_text("Live", timeout=10_000)


def test_a_server_that_answers_with_something_else_is_not_believed(chromium: Browser) -> None:
    with serving(quiet()) as shore, _tab(chromium) as tab:
        tab.route("**/part", lambda route: route.fulfill(status=200, body="<h1>Sign in</h1>", content_type="text/html"))
        tab.goto(shore.address)

        expect(tab.locator("#link")).to_contain_text("No answer since", timeout=10_000)
        expect(tab.get_by_role("heading", level=1)).to_have_text(quiet().sentence)


def test_when_the_watch_is_over_nobody_is_asked_any_more_and_the_button_is_gone(chromium: Browser) -> None:
    with serving(breached()) as shore, _tab(chromium) as tab:
        tab.goto(shore.address)
        expect(tab.get_by_role("button", name="Roll back")).to_be_visible()
        shore.found = successful()

        expect(tab.locator("#link")).to_have_text("The watch is over: this is its record.", timeout=10_000)
        expect(tab.get_by_role("button", name="Roll back")).to_be_hidden()
        asked = len(shore.answers)
        tab.wait_for_timeout(2_500)
        assert len(shore.answers) == asked


def test_a_way_back_that_is_taken_away_switches_the_button_off(chromium: Browser) -> None:
    with serving(failed()) as shore, _tab(chromium) as tab:
        tab.goto(shore.address)
        expect(tab.get_by_role("button", name="Roll back")).to_be_enabled()
        shore.found = gaps()

        expect(tab.get_by_role("button", name="Roll back")).to_be_disabled(timeout=10_000)
        expect(tab.locator("#way-out")).to_contain_text("Another deployment holds the lock")


def test_on_paper_nothing_is_folded_away_or_cut_off(chromium: Browser, shown: Path) -> None:
    with _tab(chromium, size={"width": 700, "height": 1000}) as tab:
        tab.goto(_write(shown, "record"))
        paper = tab.pdf(format="A4")
        tab.emulate_media(media="print")

        assert paper.startswith(b"%PDF-")
        assert tab.locator("#more-statements tbody tr").first.is_visible()
        assert tab.evaluate("document.documentElement.scrollWidth") <= 700


def test_without_a_script_the_page_is_whole(chromium: Browser) -> None:
    with serving(failed()) as shore:
        context = chromium.new_context(java_script_enabled=False)
        tab = context.new_page()
        tab.goto(shore.address)

        expect(tab.get_by_role("heading", level=1)).to_contain_text("Failed after 3 min")
        expect(tab.locator("#link")).to_have_text("As it was loaded: reload to renew")
        expect(tab.get_by_role("button", name="Roll back")).to_be_visible()
        context.close()
