"""The page of benchmarks is what the committed results give, and every script says what it is."""

from __future__ import annotations

import pytest
from benchmarks.shown.page import PICTURES, REFERENCE, files
from benchmarks.shown.results import about, here, scripts


def test_the_page_and_its_pictures_are_what_the_results_give() -> None:
    given = files(here())
    there = {REFERENCE / "benchmarks.md", *(REFERENCE / PICTURES).glob("*.svg")}

    assert there == set(given)
    stale = [path.name for path, text in given.items() if path.read_text(encoding="utf-8") != text]
    assert stale == [], "run `PYTHONPATH=. .venv/bin/python -m benchmarks.shown.page`"


def test_every_result_is_of_a_script_that_is_there() -> None:
    assert {one.script for one in here()} <= set(scripts())


@pytest.mark.parametrize("script", scripts())
def test_a_script_says_what_it_compares(script: str) -> None:
    title, _ = about(script)

    assert title.endswith((".", "?"))
    assert title != script
