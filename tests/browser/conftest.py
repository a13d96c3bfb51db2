"""A real browser, the system's: nothing is ever downloaded."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect, sync_playwright

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Browser

#: As distributions call it.
NAMES = ("chromium", "chromium-browser", "google-chrome")
# Patience only: the machine may be busy with other tests.
expect.set_options(timeout=30_000)


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """Chromium, for one file; a skip in CI is a failure.

    Not for longer: until Playwright ends, its event loop counts as running, and no test beside it can run its own.
    """
    program = next(filter(None, map(shutil.which, NAMES)), None)
    if program is None:
        pytest.skip("Chromium is not installed: apt install chromium")
    with sync_playwright() as playwright:
        # No namespace for its sandbox where the tests run as root; the pages are our own.
        browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture
def shown(tmp_path: Path) -> Path:
    """Where a page is put to be looked at."""
    return tmp_path / "readiness.html"
