"""The page of benchmarks and its pictures."""

from __future__ import annotations

import xml.etree.ElementTree as ET

import pytest
from benchmarks.shown.chart import chart, number
from benchmarks.shown.page import page
from tests.unit.benchmarks.results import compared, result

TEXTS = {"start": ("A start. It is quick.", "More of\nit.")}


def shown(*comparisons: object) -> str:
    return page([result(*comparisons)], TEXTS)  # type: ignore[arg-type]


def test_a_ratio_that_falls_short_is_bold_and_no_other() -> None:
    text = shown(compared(3.0, limit=2.0), compared(1.0, name="a stop", limit=2.0), compared(7.0, name="a pause"))

    cells = [cell.strip() for line in text.splitlines() if line.startswith("|") for cell in line.split("|")]
    assert [cell for cell in cells if cell.startswith("**")] == ["**3.00**", "**3.00**"]
    assert cells.count("1.00") == cells.count("7.00") == 2
    assert "Of 3 comparisons 2 have a limit, and 1 of them fall short." in text


def test_a_section_has_the_scripts_words_its_machine_and_the_command() -> None:
    text = shown(compared(1.0, 3.0, aim="twice at most", limit=2.0))

    assert "## start\n\nA start.\nIt is quick.\n\nMore of it.\n" in text
    assert "| a start | ours: 5.5 s | initdb: 2.5 s | 2.00 | 1.00–3.00 | 2 | 2 | twice at most |" in text
    assert "PYTHONPATH=. .venv/bin/python benchmarks/start.py" in text
    assert "2026-11-01, revision `abc`: Abacus, 2 cores, 8.0 GB, Linux 6.1, Python 3.11.7" in text
    assert "![The ratios as a picture](benchmarks/start.svg)" in text


def test_a_script_that_was_never_run_is_named() -> None:
    assert "\nNo result yet of: stop.\n" in page([result(compared(1.0))], {**TEXTS, "stop": ("A stop.", "")})
    assert "No result yet" not in shown(compared(1.0))


def test_figures_that_are_no_texts_or_numbers_stay_off_the_page() -> None:
    text = shown(compared(1.0))

    assert "| tables | 5,000 |" in text
    assert "| on | disk |" in text
    assert "| each |" not in text


@pytest.mark.parametrize(
    ("ratio", "text"), [(0.0123, "0.012"), (0.5, "0.50"), (9.994, "9.99"), (1234.5, "1,234"), (float("inf"), "∞")]
)
def test_a_ratio_has_as_many_digits_as_it_is_worth(ratio: float, text: str) -> None:
    assert number(ratio) == text


def test_a_picture_is_xml_with_a_dot_a_band_and_a_limit_for_each_comparison() -> None:
    picture = chart([
        compared(0.5, 2.0, limit=1.5, name="a < b & c"), compared(40.0, limit=2.0, name="slow"), compared(0.0),
    ])  # fmt: skip

    root = ET.fromstring(picture)  # noqa: S314 - made a line above
    kinds = [each.get("class") for each in root.iter() if each.tag.endswith("circle")]
    assert kinds == ["good", "short", "good"]
    assert picture.count('class="limit"') == 2
    assert picture.count(' band"') == 3
    assert "a &lt; b &amp; c" in picture
    assert "prefers-color-scheme: dark" in picture


def test_bands_lie_between_their_rounds_on_one_scale() -> None:
    root = ET.fromstring(chart([compared(0.5, 1.0, 2.0), compared(1.0, 1.0, name="same")]))  # noqa: S314 - ours
    bands = [each for each in root.iter() if (each.get("class") or "").endswith("band")]
    ends = [(float(each.get("x1") or 0), float(each.get("x2") or 0)) for each in bands]
    [wide, none] = ends

    assert wide[0] < none[0] == none[1] < wide[1]
    assert none[0] - wide[0] == pytest.approx(wide[1] - none[0], abs=0.2)
