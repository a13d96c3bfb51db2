"""The HTML page of findings: one file, no script, every finding to be linked to."""

from __future__ import annotations

import re
from collections import Counter
from html.parser import HTMLParser

import pytest
from hypothesis import given
from tests.unit.report.samples import FUZZ, anything, checked, failed, finding, proved, waiver

from seatrial.errors import CannotRun, Exit
from seatrial.model.finding import Level, Waived
from seatrial.model.proof import Verdict
from seatrial.report import page
from seatrial.report.results import Results, of_error

EMPTY = {"meta"}
TAGS = {
    "html", "head", "meta", "title", "style", "body", "main", "h1", "h2", "h3", "p", "a", "code", "pre", "article",
    "table", "thead", "tbody", "tr", "th", "td", "span",
}  # fmt: skip


class Reader(HTMLParser):
    """What a page consists of; fails where a tag is not closed or not one of ours."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: Counter[str] = Counter()
        self.anchors: list[str] = []
        self.links: list[str] = []
        self.words: list[str] = []
        self.feed(text)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """A tag of ours."""
        assert tag in TAGS
        self.tags[tag] += 1
        said = dict(attrs)
        assert said.keys() <= {
            "lang", "charset", "name", "content", "http-equiv", "class", "id", "scope", "href", "aria-labelledby"
        }  # fmt: skip
        self.anchors += filter(None, [said.get("id")])
        self.links += filter(None, [said.get("href")])
        if tag not in EMPTY:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        """Of what was opened last."""
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        """What a person reads."""
        if self.open[-1:] != ["style"]:
            self.words += data.split()


def read(results: Results) -> Reader:
    """A page that stands alone."""
    text = page.render(results)
    assert text == page.render(results)
    assert text.isascii()
    assert not re.search(r"src=|url\(|@import", text.partition("</style>")[0])
    found = Reader(text)
    assert len(found.anchors) == len(set(found.anchors))
    assert {link.removeprefix("#") for link in found.links} <= set(found.anchors)
    assert (found.tags["h1"], found.tags["main"], found.tags["script"]) == (1, 1, 0)
    return found


def test_a_findings_anchor_is_its_key() -> None:
    found = read(checked(finding(), finding(), finding("ABC002", Level.WARNS)))
    assert found.anchors[1] == "ABC001-1f2e3d4c"
    assert {"ABC001-1f2e3d4c-2", "ABC002-1f2e3d4c", "blocks", "warns"} <= set(found.anchors)
    said = " ".join(found.words)
    assert "✗ no: The answer." in said
    for words in ("✗ blocks: 2", "! warns: 1", "every boat is lost", "select 1;", "4 rows", "drop table boats;"):
        assert words in said


def test_proofs_refusals_waivers_and_errors_are_on_it() -> None:
    proofs = " ".join(read(proved(Verdict.FAILED, Verdict.PASSED)).words)
    assert "order ✗ FAILED order holds seen and seen seatrial x" in proofs
    assert "syntax ✓ PASSED" in proofs
    assert "sql.42P01" in read(failed()).words
    waived = Waived(finding=finding(), waiver=waiver())
    assert "it was agreed (until 2027-03-01)" in " ".join(read(checked(waived=(waived,), code=Exit.YES)).words)
    error = " ".join(read(of_error(CannotRun("a.b", "what", where="here", fix="do"), "check")).words)
    assert "a.b: what. Where: here Fix: do" in error


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_its_colours_can_be_read(scheme: str) -> None:
    """Contrast of text on its ground as WCAG 2.2 defines it, 4.5 to 1 at least."""
    style = page.render(checked()).partition("<style>")[2].partition("</style>")[0]
    blocks = re.findall(r":root \{(.*?)\}", style, re.DOTALL)
    colours = dict(re.findall(r"--(\w+): (#\w+)", blocks[scheme == "dark"]))
    for ground in ("paper", "code"):
        for ink in ("ink", "soft", "bad", "warn", "good", "note"):
            light, dark = sorted((_luminance(colours[ground]), _luminance(colours[ink])), reverse=True)
            assert (light + 0.05) / (dark + 0.05) >= 4.5, (ground, ink)


def _luminance(colour: str) -> float:
    digits = colour.removeprefix("#")
    digits = "".join(digit * 2 for digit in digits) if len(digits) == 3 else digits
    parts = [int(digits[at : at + 2], 16) / 255 for at in (0, 2, 4)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@FUZZ
@given(anything())
def test_any_text_stays_text(results: Results) -> None:
    found = read(results)
    assert found.tags["article"] == len(results.findings)
