"""The site that `make docs` builds: every page is in it, and a link that leads nowhere stops it."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from tests.docs.pages import PAGES, ROOT

from seatrial.rules.registry import rules

if TYPE_CHECKING:
    from pathlib import Path


def build(root: Path, to: Path, builder: str = "html") -> subprocess.CompletedProcess[str]:
    """As the Makefile does it."""
    recipe = re.search(r"sphinx-build (?P<options>.*) -b html", _recipe("html"))
    assert recipe, "make docs runs sphinx-build"
    options = [*recipe["options"].split(), "-b", builder, "-c", str(root / "docs"), "-d", str(to / "doctrees")]
    return subprocess.run(
        [sys.executable, "-m", "sphinx", *options, str(root), str(to / builder)],
        capture_output=True, text=True, check=False,
    )  # fmt: skip


def _recipe(word: str) -> str:
    lines = (ROOT / "Makefile").read_text(encoding="utf-8").splitlines()
    return next(line for line in lines if "sphinx-build" in line and word in line)


def test_every_page_is_in_the_site_and_every_link_leads_somewhere(tmp_path: Path) -> None:
    built = build(ROOT, tmp_path)

    assert (built.returncode, built.stderr) == (0, "")
    site = tmp_path / "html"
    assert [page for page in PAGES if not (site / page.relative_to(ROOT)).with_suffix(".html").is_file()] == []
    for rule in rules():
        page = (site / "src" / rule.module.replace(".", "/")).with_suffix(".html").read_text(encoding="utf-8")
        assert f"<h1>{rule.code} " in page
    assert "docs/index.html" in (site / "index.html").read_text(encoding="utf-8")
    # Every sentence about an option stays what can be typed.
    typed = '<span class="pre">--yes</span> <span class="pre">production</span>'
    assert typed in (site / "docs/how-to/deploy-from-ci.html").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("link", "said"),
    [
        pytest.param("", "", id="nothing is broken"),
        pytest.param("[a](nowhere.md)", "nowhere.md", id="a page that is not there"),
        pytest.param("[a](there.md#nothing)", "nothing", id="a heading that is not on the page"),
        pytest.param("[a](#nothing)", "nothing", id="a heading that is not on this page"),
        pytest.param("[a](../src/seatrial/rules/no/rule.md)", "rule.md", id="a rule that is not there"),
    ],
)
def test_a_link_that_leads_nowhere_stops_it(link: str, said: str, tmp_path: Path) -> None:
    pages = {
        "docs/there.md": "# There\n\n## Something\n",
        "docs/index.md": f"# Pages\n\n## All\n\n- [There](there.md)\n- [This](there.md#something)\n- {link}\n",
    }
    write(tmp_path, pages)

    built = build(tmp_path, tmp_path / "built", "dummy")

    assert (built.returncode != 0) is bool(link)
    assert said in built.stderr


def test_a_page_that_nobody_lists_stops_it(tmp_path: Path) -> None:
    write(tmp_path, {"docs/index.md": "# Pages\n", "docs/alone.md": "# Alone\n"})

    built = build(tmp_path, tmp_path / "built", "dummy")

    assert built.returncode != 0
    assert "alone.md: WARNING: document isn't included" in built.stderr


def write(root: Path, pages: dict[str, str]) -> None:
    """A checkout with few pages."""
    (root / "docs" / "_static").mkdir(parents=True)
    shutil.copyfile(ROOT / "docs" / "conf.py", root / "docs" / "conf.py")
    for page, text in {"README.md": "# A", "CONTRIBUTING.md": "# B", "CHANGELOG.md": "# C", **pages}.items():
        (root / page).write_text(text, encoding="utf-8")
