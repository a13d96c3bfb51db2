"""The watch page as its own server serves it, in a real browser: nothing is refused that it needs, and the rest is."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from playwright.sync_api import expect
from tests.unit.report.watch.sample import failed

from seatrial.flows.watch.serve import Pages, PageServer, Reader
from seatrial.report.watch.page import fragment, page

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Browser, Page


@contextmanager
def _served(pressed: list[tuple[str, str]], address: str = "127.0.0.1:0") -> Iterator[PageServer]:
    found = failed()

    def whole(reader: Reader) -> str:
        return page(found, live=True, token=reader.token, nonce=reader.nonce, said=reader.said)

    def roll_back(name: str, who: str) -> tuple[int, str]:
        pressed.append((name, who))
        return 202, "it is being taken back"

    pages = Pages(
        page=whole, part=lambda: fragment(found), metrics=lambda: b"", state=dict, roll_back=roll_back
    )  # fmt: skip
    with PageServer(address, pages) as server:
        yield server


@contextmanager
def _tab(browser: Browser, said: list[str]) -> Iterator[Page]:
    context = browser.new_context()
    try:
        tab = context.new_page()
        tab.on("console", lambda message: said.append(message.text))
        tab.on("pageerror", lambda error: said.append(str(error)))
        yield tab
    finally:
        context.close()


def test_whoever_opens_the_link_presses_the_button_and_is_on_the_page_again(chromium: Browser) -> None:
    pressed: list[tuple[str, str]] = []
    said: list[str] = []
    with _served(pressed) as server, _tab(chromium, said) as tab:
        tab.goto(server.url)
        expect(tab.locator("#link")).to_have_text("Live")
        with tab.expect_response("**/part*", timeout=30_000) as again:
            pass
        assert again.value.status == 304, "nothing has changed, and nothing is sent"
        tab.locator("input[name=target]").fill(failed().target)
        # "Live" is also on the page that is left.
        with tab.expect_navigation():
            tab.get_by_role("button", name="Roll back").click()
        expect(tab.locator("#link")).to_have_text("Live")
        assert tab.url == server.url
        assert pressed == [(failed().target, "page at 127.0.0.1")]
        assert said == []


def test_without_the_key_there_is_no_button_and_the_page_says_why(chromium: Browser) -> None:
    said: list[str] = []
    with _served([]) as server, _tab(chromium, said) as tab:
        tab.goto(server.url.partition("?")[0])
        expect(tab.locator("#link")).to_have_text("Live")
        expect(tab.get_by_text("it was not opened by the link")).to_be_visible()
        assert tab.get_by_role("button", name="Roll back").count() == 0
        assert said == []


def test_another_page_cannot_show_it_and_cannot_press_its_button(chromium: Browser, tmp_path: Path) -> None:
    pressed: list[tuple[str, str]] = []
    with _served(pressed) as server, _tab(chromium, []) as tab:
        root = server.url.partition("?")[0]
        other = tmp_path / "other.html"
        other.write_text(
            f'<iframe src="{server.url}"></iframe><form method="post" action="{root}rollback">'
            '<input name="token" value="x"><input name="target" value="production"><button>Win</button></form>',
            encoding="utf-8",
        )
        tab.goto(other.as_uri())
        assert tab.frames[1].locator("#link").count() == 0
        tab.get_by_role("button", name="Win").click()
        expect(tab.get_by_text("this comes from another page")).to_be_visible()
        assert pressed == []
