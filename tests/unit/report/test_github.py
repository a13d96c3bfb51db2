"""Workflow commands: read back as the runner reads them."""

from __future__ import annotations

import re

from hypothesis import given
from tests.unit.report.samples import FUZZ, anything, checked, failed, finding, proved

from seatrial.errors import CannotRun, Exit
from seatrial.model.finding import Level
from seatrial.model.place import Place
from seatrial.model.proof import Verdict
from seatrial.report import github
from seatrial.report.results import Results, of_error

COMMAND = re.compile(r"::(?P<name>\w+) (?P<properties>.*?)::(?P<data>.*)")


def unescaped(text: str) -> str:
    """What the runner makes of it."""
    for code, character in (("%3A", ":"), ("%2C", ","), ("%0D", "\r"), ("%0A", "\n"), ("%25", "%")):
        text = text.replace(code, character)
    return text


def commands(results: Results) -> list[tuple[str, dict[str, str], str]]:
    """Name, properties and message of each line that is a command."""
    found = []
    for line in re.split(r"[\r\n]+", github.render(results)):
        if line.lstrip().startswith("::"):
            command = COMMAND.fullmatch(line)
            assert command, line
            pairs = (pair.partition("=") for pair in command["properties"].split(","))
            said = {key: unescaped(value) for key, _, value in pairs}
            assert said.keys() <= {"file", "line", "col", "title"}
            found.append((command["name"], said, unescaped(command["data"])))
        else:
            assert "##[" not in line
    return found


def test_a_finding_is_an_annotation_at_its_place() -> None:
    assert commands(checked(finding(what="50%: a, b\nc"), base="db")) == [(
        "error",
        {"file": "db/supabase/migrations/1_a.sql", "line": "3", "col": "5", "title": "ABC001 table lost"},
        "50%: a, b\nc\nevery boat is lost\nfix: select 1;",
    )]  # fmt: skip


def test_the_escapes_are_those_that_are_documented() -> None:
    [line, _] = github.render(checked(finding(what="50%\r: a, b\nc", place=Place(path="a,b:c%.sql")))).splitlines()
    assert line.startswith("::error file=a%2Cb%3Ac%25.sql,title=ABC001 table lost::50%25")
    assert "%0A" in line


def test_levels_have_their_commands_and_what_blocks_comes_first() -> None:
    levels = (Level.INFORMS, Level.WARNS, Level.BLOCKS)
    found = commands(checked(*(finding(level=level) for level in levels)))
    assert [name for name, _, _ in found] == ["error", "warning", "notice"]


def test_no_more_are_written_than_are_shown_and_a_line_says_how_many_there_are() -> None:
    text = github.render(checked(*(finding() for _ in range(13)), *(finding(level=Level.WARNS) for _ in range(11))))
    lines = text.splitlines()
    assert sum(line.startswith("::error ") for line in lines) == 10
    assert sum(line.startswith("::warning ") for line in lines) == 10
    assert [line.split(",")[0] for line in lines if not line.startswith("::")] == [
        "3 more errors", "1 more warning", "✗ The answer."
    ]  # fmt: skip


def test_proofs_refusals_and_errors_are_annotations_too() -> None:
    assert [said["title"] for _, said, _ in commands(proved(Verdict.FAILED, Verdict.PASSED))] == ["proof/order order"]
    assert [said["title"] for _, said, _ in commands(failed())] == ["sql.42P01 refused by the server"]
    error = of_error(CannotRun("a.b", "what", where="w", why="y", fix="f"), "check")
    assert commands(error) == [("error", {"title": "a.b"}, "what.\nw\ny\nf")]
    assert github.render(checked(code=Exit.YES)) == "✓ The answer."


@FUZZ
@given(anything())
def test_any_text_stays_inside_its_command(results: Results) -> None:
    expected = bool(results.fault) + sum(
        min(10, sum(one.level is level for one in results.findings) + (
            sum(not proof.verdict.lets_through for proof in results.proofs) if level is Level.BLOCKS else 0
        ))
        for level in Level
    )  # fmt: skip
    assert len(commands(results)) == expected
    assert github.render(results) == github.render(results)
