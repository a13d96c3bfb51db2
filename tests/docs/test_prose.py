"""Every page: links lead somewhere, one sentence is one line, and nothing is from somebody's machine."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from tests.docs.pages import PAGES, ROOT, WRITTEN, anchors, links, prose, shown

if TYPE_CHECKING:
    from pathlib import Path

EXTERNAL = ("https://", "http://", "mailto:")
#: A folder of one machine; `/tmp` itself and the usual places of PostgreSQL are everybody's.
MACHINE = re.compile(r"(?<![\w.])/(?:root|work|home/\w+|Users/\w+|tmp/\w+)\b|/dev/shm/\w")
#: A row of a table, a point of a list.
MAY_HOLD_TWO = re.compile(r"\||- |\d\. ")
#: A full stop, then another sentence on the same line.
SECOND_SENTENCE = re.compile(r"[a-z`)\"]\. [A-Z`]")


def broken(page: Path, text: str) -> list[str]:
    """The links that lead nowhere."""
    return [link for link in links(text) if not link.startswith(EXTERNAL) and not _leads(page, text, link)]


def _leads(page: Path, text: str, link: str) -> bool:
    path, _, anchor = link.partition("#")
    target = (page.parent / path).resolve() if path else page
    if not target.exists() or not target.is_relative_to(ROOT):
        return False
    return not anchor or anchor in anchors(text if target == page else target.read_text(encoding="utf-8"))


@pytest.mark.parametrize("page", PAGES, ids=shown)
def test_every_link_leads_somewhere(page: Path) -> None:
    assert broken(page, page.read_text(encoding="utf-8")) == []


def test_a_link_that_leads_nowhere_is_noticed() -> None:
    page = ROOT / "docs" / "index.md"
    text = "# Here\n[a](nowhere.md) [b](#here) [c](#there) [d](../README.md) [e](../README.md#nothing) `[f](no.md)`\n"

    assert broken(page, text) == ["nowhere.md", "#there", "../README.md#nothing"]


def test_every_page_is_reached_from_the_index() -> None:
    index = ROOT / "docs" / "index.md"
    reached = {(index.parent / link.partition("#")[0]).resolve() for link in links(index.read_text(encoding="utf-8"))}

    assert [shown(page) for page in PAGES if page.is_relative_to(ROOT / "docs") and page not in reached | {index}] == []


@pytest.mark.parametrize("page", PAGES, ids=shown)
def test_nothing_is_from_somebodys_machine(page: Path) -> None:
    assert MACHINE.findall(page.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize("path", ["/root", "/home/me/x", "see /tmp/a", "/Users/you"])
def test_a_path_of_a_machine_is_noticed(path: str) -> None:
    assert MACHINE.search(path)


@pytest.mark.parametrize("page", WRITTEN, ids=shown)
def test_one_sentence_is_one_line(page: Path) -> None:
    lines = prose(page.read_text(encoding="utf-8")).splitlines()

    assert [line for line in lines if not MAY_HOLD_TWO.match(line) and SECOND_SENTENCE.search(line)] == []
