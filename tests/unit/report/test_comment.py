"""The comment on a pull request, read back with a Markdown parser."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from markdown_it import MarkdownIt
from tests.unit.report.samples import FUZZ, anything, checked, failed, finding, proved

from seatrial.errors import CannotRun, Exit
from seatrial.model.finding import Level
from seatrial.model.proof import Verdict
from seatrial.report import comment
from seatrial.report.results import Results, of_error

if TYPE_CHECKING:
    from collections.abc import Iterator

    from markdown_it.token import Token

PARSER = MarkdownIt("commonmark").enable(["table", "strikethrough"])
#: The only HTML that we write ourselves.
OURS = re.compile(r"<!-- seatrial: \w+ -->|</?details>|<details><summary>(Details|Why [^<>]* did not pass)</summary>")


def tokens(text: str) -> Iterator[Token]:
    for token in PARSER.parse(text):
        yield token
        yield from token.children or ()


def check_harmless(text: str) -> None:
    """No markup but ours, nobody mentioned, nothing linked; code is left alone by every forge."""
    text_tokens = list(tokens(text))
    assert {token.type for token in text_tokens} & {"link_open", "image", "html_inline"} == set()
    for token in text_tokens:
        if token.type == "html_block":
            assert all(OURS.fullmatch(line) for line in token.content.splitlines() if line), token.content
        if token.type == "text":
            assert not re.search(r"[@#]\w", token.content), token.content


def test_words_stay_words() -> None:
    """What a forge would link is taken apart."""
    text = comment.render(checked(finding(what="@crew fixes #12 at https://example.org, www.example.org | *now*")))
    assert "\\@\u200bcrew fixes \\#\u200b12" in text
    assert ("https://" in text, "www." in text) == (False, False)
    assert r"\| \*now\*" in text
    check_harmless(text)


def test_the_first_line_is_the_marker_and_the_sentence_follows() -> None:
    lines = comment.render(checked(code=Exit.YES)).splitlines()
    assert lines[:2] == ["<!-- seatrial: check -->", "**✅ seatrial check: The answer\\.**"]


def test_a_finding_has_place_effect_and_fix() -> None:
    text = comment.render(checked(finding()))
    lines = text.splitlines()
    assert "### ❌ 1 finding blocks" in lines
    assert "**ABC001** what at `supabase/migrations/1_a.sql:3:5`" in lines
    assert "every boat is lost" in lines
    assert "```sql\nselect 1;\n```" in text
    folded = text.partition("<details>")[2]
    assert "A rehearsal showed it. 4 rows" in folded
    assert "To waive it: `ABC001-1f2e3d4c`" in folded
    check_harmless(text)


def test_levels_are_headings_and_what_blocks_comes_first() -> None:
    levels = (Level.INFORMS, Level.BLOCKS, Level.WARNS, Level.BLOCKS)
    text = comment.render(checked(*(finding(level=level) for level in levels)))
    headings = [line.removeprefix("### ")[2:].lstrip() for line in text.splitlines() if line.startswith("### ")]
    assert [heading.lstrip("\ufe0f ") for heading in headings] == [
        "2 findings block", "1 finding warns", "1 finding informs"
    ]  # fmt: skip


def test_proofs_are_a_table_and_what_did_not_pass_says_why() -> None:
    text = comment.render(proved(Verdict.PASSED, Verdict.FAILED))
    assert "| order | ✅ PASSED | order holds |" in text
    assert "| syntax | ❌ FAILED | syntax holds |" in text
    assert "<summary>Why syntax did not pass</summary>\n\n- seen\n- and seen" in text
    assert sum(token.type == "table_open" for token in tokens(text)) == 1


def test_refusals_and_what_was_withdrawn_are_said() -> None:
    text = comment.render(failed())
    assert '**sql\\.42P01** no table "boats" at `supabase/migrations/1_a.sql:3:5`' in text
    assert "1 withdrawn by the rehearsal." in text


def test_an_error_is_a_paragraph() -> None:
    text = comment.render(of_error(CannotRun("a.b", "no <b>", where="w", why="y", fix="f"), "prove"))
    assert text.splitlines()[:2] == ["<!-- seatrial: prove -->", r"**❌ seatrial prove: a\.b: no \<b\>.**"]
    assert ("Where: w" in text, "Why: y" in text, "Fix: f" in text) == (True, True, True)
    check_harmless(text)


@pytest.mark.parametrize("letter", ["x", "🚢", "`", "*"])
def test_it_is_never_longer_than_a_comment_may_be(letter: str) -> None:
    long = replace(finding(what=letter * 5000), effect=letter * 5000, fix=letter * 5000)
    text = comment.render(checked(*(replace(long, code=f"ABC{number:03}") for number in range(200))))
    assert len(text.encode()) < 65_536
    shown = text.count("<summary>Details")
    assert shown > 0
    assert f"{200 - shown} findings are left out, because a comment has its limit" in text
    check_harmless(text)


def test_everything_is_there_where_there_is_room() -> None:
    text = comment.render(checked(*(finding() for _ in range(300))), comment.SUMMARY_BYTES)
    assert text.count("<summary>Details") == 300
    assert "left out" not in text


@FUZZ
@given(anything())
def test_any_text_stays_text(results: Results) -> None:
    text = comment.render(results)
    assert text == comment.render(results)
    assert text.startswith("<!-- seatrial: prove -->\n")
    assert len(text.encode()) < 65_536
    check_harmless(text)
    fences = [token for token in tokens(text) if token.type == "fence"]
    known = sum(bool(one.fix) for one in results.findings) + sum(
        bool(one.place.source_line) for one in results.findings
    )
    assert len(fences) == known + bool(results.next and not results.fault)
