"""What a page shows of a terminal is what comes back when it is typed.

After a message was changed: `SEATRIAL_REWRITE_PAGES=1 pytest tests/docs` puts what came back into the pages.
"""

from __future__ import annotations

import os
import re
import shutil
from typing import TYPE_CHECKING

import pytest
from tests.docs.pages import PAGES, ROOT, blocks, shown
from tests.docs.terminal import Terminal

from seatrial.flows.demo import FIRST_OF_RELEASE

if TYPE_CHECKING:
    from pathlib import Path

#: Too long for here, and proven elsewhere: the demo by the acceptance tests, the tests by their running.
NOT_TYPED = re.compile(r"^```console\n\$ make (?:demo|test)\n.*?^```$", re.MULTILINE | re.DOTALL)
TYPED = [page for page in PAGES if "```console" in NOT_TYPED.sub("", page.read_text(encoding="utf-8"))]


@pytest.mark.parametrize("page", TYPED, ids=shown)
def test_what_a_page_shows_comes_back(page: Path, tmp_path: Path) -> None:
    text = page.read_text(encoding="utf-8")
    shutil.copytree(ROOT / "docs" / "examples", tmp_path / "docs" / "examples")
    kept = iter(NOT_TYPED.findall(text))

    with Terminal(tmp_path) as terminal:
        came = terminal.follow(NOT_TYPED.sub("```not-typed\n```", text))

    came = re.sub(r"^```not-typed\n```", lambda _: next(kept), came, flags=re.MULTILINE)
    if os.environ.get("SEATRIAL_REWRITE_PAGES"):
        page.write_text(came, encoding="utf-8")
    assert text == came


def test_there_are_pages_to_type() -> None:
    assert {"README.md", "docs/tutorial/first-release.md"} <= {shown(page) for page in TYPED}


def test_the_demo_in_the_readme_shows_the_shipped_release() -> None:
    """Its migrations, so that a page from an older release is noticed."""
    demo = next(
        block
        for block in blocks((ROOT / "README.md").read_text(encoding="utf-8"))
        if block.body.startswith("$ make demo")
    )
    shipped = sorted(path.stem for path in (ROOT / "supabase" / "migrations").glob("*.sql"))
    _, deployment = demo.body.split("\ndeploy\n")
    deployed = re.findall(r"^  (\d{14}_\w+) \.\.\. ok", deployment, re.MULTILINE)

    assert deployed == [name for name in shipped if name >= FIRST_OF_RELEASE]
    assert f"{len(deployed)} migrations applied to demo" in demo.body
    assert f"{len(deployed)} migrations applied to a stand-in for demo" in demo.body


@pytest.mark.parametrize(
    ("page", "comes"),
    [
        pytest.param("$ echo a\nb\n", "$ echo a\na\n", id="another answer"),
        pytest.param("$ echo a\n", "$ echo a\na\n", id="an answer that is not shown"),
        pytest.param("$ true\na\n", "$ true\n", id="an answer that does not come"),
        pytest.param("$ (exit 3)\n$ echo $?\n1\n", "$ (exit 3)\n$ echo $?\n3\n", id="another exit code"),
        pytest.param("$ echo 20260301090000 20260301090001\n20260301090001 20260301090001\n", None, id="mixed up"),
    ],
)
def test_a_page_that_shows_something_else_is_noticed(page: str, comes: str | None, tmp_path: Path) -> None:
    with Terminal(tmp_path) as terminal:
        came = terminal.follow(f"```console\n{page}```\n")

    assert came != f"```console\n{page}```\n"
    assert comes is None or came == f"```console\n{comes}```\n"


def test_what_differs_in_every_run_is_no_difference(tmp_path: Path) -> None:
    page = "```console\n$ echo it took 3.1 s, 412 ms; echo 1; echo 2\nit took 1 min 2 s, 1 ms\n…\n2\n```\n"
    forecast = "```console\n$ echo for 38–55 s, measured on 2 cores\nfor 0.9 s–1 min 2 s, measured on 64 cores\n```\n"
    rows = "```console\n$ echo for 38–55 s at 10 rows\nfor 38–55 s at 11 rows\n```\n"

    with Terminal(tmp_path) as terminal:
        assert terminal.follow(page) == page
        assert terminal.follow(forecast) == forecast
        assert terminal.follow(rows) != rows
