"""Outcomes as a person reads them."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from rich.cells import cell_len

from seatrial.errors import Exit, Refused, StatementFailed
from seatrial.model.catalog import Change, Difference
from seatrial.model.execution import Ending, Execution
from seatrial.model.failure import Failure
from seatrial.model.finding import Decided, Finding, Level, Waived, Waiver, Withdrawn
from seatrial.model.history import State, Status, StatusRow
from seatrial.model.outcome import Checked, Deployed, Done, Outcome, Planned, Proved, Statused, Verified
from seatrial.model.place import Place, place_at
from seatrial.model.verification import Answer
from seatrial.report import text

if TYPE_CHECKING:
    from seatrial.model.outcome import Body


def lines(body: Body, *, code: Exit = Exit.YES, following: tuple[str, ...] = ()) -> list[str]:
    found = Outcome(command="x", exit_code=code, summary="The answer.", next=following, body=body)
    return [line.plain for line in text.outcome(found)]


def finding(level: Level, place: Place, code: str = "ABC001") -> Finding:
    return Finding(code=code, name="n", level=level, what="what", place=place, effect="effect", fix="fix\nmore")


def test_the_answer_is_the_last_line_with_a_symbol_and_the_next_command_before_it() -> None:
    assert lines(Done(notes=("note",)), following=("seatrial x",))[-2:] == ["next: seatrial x", "✓ The answer."]
    for code in (Exit.NO, Exit.COULD_NOT_RUN, Exit.REMAINS, Exit.INTERRUPTED):
        assert lines(Done(), code=code) == ["✗ The answer."]


def test_findings_that_block_come_first() -> None:
    place = Place(path="a.sql")
    levels = (Level.INFORMS, Level.WARNS, Level.BLOCKS, Level.WARNS)
    findings = tuple(finding(level, place, f"ABC00{number}") for number, level in enumerate(levels))
    shown = lines(Checked(folder="f", files=1, statements=1, rules=1, findings=findings))
    heads = [line for line in shown if "ABC00" in line]
    assert heads == [
        "✗ blocks ABC002 what",
        "! warns ABC001 what",
        "! warns ABC003 what",
        "· informs ABC000 what",
    ]
    plain = [line.strip() for line in shown]
    at = plain.index("effect: effect")
    assert plain[at + 1 : at + 3] == ["fix: fix", "more"]


def test_how_a_finding_is_known_what_was_measured_and_its_key_stand_below_it() -> None:
    read = finding(Level.WARNS, Place(path="a.sql"))
    assert not [line for line in lines(checked(read)) if re.search("figures|decided|key", line)]
    seen = replace(read, decided=Decided.RUN, figures="4 rows", key="ABC001-1f2e3d4c")
    shown = lines(checked(seen))
    at = shown.index("figures: 4 rows")
    assert shown[at + 1 : at + 3] == ["decided: run on a rehearsal", "    key: ABC001-1f2e3d4c"]
    tried = lines(checked(replace(read, decided=Decided.ATTACKED)))
    assert "decided: attacked on a rehearsal" in tried


def test_what_is_waived_or_withdrawn_is_a_line_each() -> None:
    """Only where there is something of it, and before the answer."""
    one = finding(Level.BLOCKS, Place(path="a.sql"))
    waived = Waived(
        finding=one, waiver=Waiver(code="ABC001", until="2027-03-01", because="x", place=Place(path="s.toml"))
    )
    withdrawn = Withdrawn(finding=one, because="no rows")
    proved = Proved(start="nothing", server="s", proofs=(), seconds=1.0, waived=(waived,) * 3, withdrawn=(withdrawn,))
    assert lines(proved)[-3:] == [
        "· 3 waived (seatrial x --format json lists them)",
        "· 1 withdrawn by the rehearsal",
        "✓ The answer.",
    ]
    assert lines(replace(proved, waived=(), withdrawn=())) == ["✓ The answer."]


def test_what_blocks_is_shown_in_full_beside_the_proofs() -> None:
    findings = (
        finding(Level.WARNS, Place(path="a.sql"), "ABC001"),
        finding(Level.BLOCKS, Place(path="a.sql"), "ABC002"),
    )
    shown = lines(Proved(start="nothing", server="s", proofs=(), seconds=1.0, findings=findings))
    assert [line for line in shown if "ABC" in line] == ["✗ blocks ABC002 what"]
    assert "    fix: fix" in shown


def checked(*findings: Finding) -> Checked:
    return Checked(folder="f", files=1, statements=1, rules=1, findings=findings)


@pytest.mark.parametrize(
    ("source", "offset", "place", "shown", "before"),
    [
        pytest.param("SELECT 1;", 0, "a.sql:1:1", "SELECT 1;", "", id="first"),
        pytest.param("a;\nbb cc;\n", 6, "a.sql:2:4", "bb cc;", "bb ", id="second line"),
        pytest.param("a;\r\nbb cc;\r\n", 7, "a.sql:2:4", "bb cc;", "bb ", id="windows line ends"),
        pytest.param("\tx y", 3, "a.sql:1:4", "\tx y", "\tx ", id="tab"),
        pytest.param("'⛵' x", 4, "a.sql:1:5", "'⛵' x", "'⛵' ", id="wide"),
        pytest.param("'日本' x", 5, "a.sql:1:6", "'日本' x", "'日本' ", id="wide letters"),
        pytest.param("a;\n\n", 4, "a.sql:3:1", "", "", id="end of the file"),
        pytest.param("a", 99, "a.sql:1:2", "a", "a", id="beyond the end"),
    ],
)
def test_the_place_has_its_line_and_a_caret(source: str, offset: int, place: str, shown: str, before: str) -> None:
    found = place_at("a.sql", source, offset)
    assert (str(found), found.source_line) == (place, shown)
    printed = lines(Checked(folder="f", files=1, statements=1, rules=1, findings=(finding(Level.WARNS, found),)))
    assert f"  --> {place}" in printed
    if shown:
        at = printed.index(f"{found.line} | {shown}")
        caret = printed[at + 1]
        lead = caret.removeprefix("  | ").removesuffix("^")
        assert lead.expandtabs(8) == " " * cell_len(before.expandtabs(8))


@pytest.mark.parametrize(
    ("before", "after", "shown"),
    [
        pytest.param(80, 79, "b" * 80 + "X" + "a" * 79, id="as long as the window"),
        pytest.param(80, 80, "b" * 80 + "X" + "a" * 79 + "…", id="one longer"),
        pytest.param(0, 6_000_000, "X" + "a" * 159 + "…", id="at the start"),
        pytest.param(6_000_000, 0, "…" + "b" * 159 + "X", id="at the end"),
        pytest.param(3_000_000, 3_000_000, "…" + "b" * 80 + "X" + "a" * 79 + "…", id="in the middle"),
    ],
)
def test_of_a_long_line_a_window_around_the_caret_is_shown(before: int, after: int, shown: str) -> None:
    found = place_at("a.sql", "b" * before + "X" + "a" * after, before)
    printed = lines(Checked(folder="f", files=1, statements=1, rules=1, findings=(finding(Level.WARNS, found),)))
    assert f"  --> a.sql:1:{before + 1}" in printed
    at = printed.index(f"1 | {shown}")
    assert printed[at + 1].index("^") == printed[at].index("X")


def test_a_file_as_a_whole_has_no_line() -> None:
    printed = lines(
        Checked(folder="f", files=1, statements=1, rules=1, findings=(finding(Level.WARNS, Place(path="a.sql")),))
    )
    assert "  --> a.sql" in printed
    assert not any("|" in line for line in printed)


def failed(**changes: str) -> Deployed:
    failure = Failure(
        version="1", place=place_at("a.sql", "x", 0), sqlstate="42P01", message="no", detail="", hint="", context="",
        statement="x",
    )  # fmt: skip
    failure = replace(failure, **changes)  # type: ignore[arg-type]
    return Deployed(target="t", execution=Execution(ending=Ending.FAILED, runs=(), failure=failure, stopped_in="1_x"))


def test_what_the_server_said_is_said_with_its_words() -> None:
    printed = lines(failed(detail="d1\nd2", hint="h", context="c", cause="because"), code=Exit.NO)
    assert "✗ 42P01 no" in printed
    at = printed.index(" DETAIL: d1")
    assert printed[at : at + 5] == [" DETAIL: d1", "         d2", "   HINT: h", "CONTEXT: c", "  cause: because"]
    assert not any(line.strip().startswith(("DETAIL", "HINT", "CONTEXT", "cause")) for line in lines(failed()))


def test_a_failure_of_commit_says_so() -> None:
    assert "✗ 42P01 no (after the last statement, before or at COMMIT)" in lines(failed(statement=""))


def test_a_lost_connection_has_its_reason() -> None:
    execution = Execution(ending=Ending.LOST, runs=(), stopped_in="1_x", reason="server closed the connection")
    assert "✗ 1_x: server closed the connection" in lines(Deployed(target="t", execution=execution))


def test_every_state_has_a_symbol_and_a_word() -> None:
    rows = tuple(
        StatusRow(version=str(number), local=f"{number}_x", remote=f"{number}_y", state=state)
        for number, state in enumerate(State)
    )
    printed = lines(Statused(target="t", status=Status(rows=rows)))
    for row, line in zip(rows, printed, strict=False):
        assert line[0] in "✓+!✗"
        assert line[2:].startswith(row.state)
        assert row.local in line
        assert (row.remote in line) == (row.state in {State.RENAMED, State.MISSING})


def test_a_plan_is_sql_that_can_be_read() -> None:
    body = Planned(target="t", migrations=(("1_x", (("SELECT 1", "SELECT 2"),)), ("2_y", (("a",), ("b",)))))
    assert [line for line in lines(body) if line] == [
        "-- 1_x",
        "SELECT 1;",
        "SELECT 2;",
        "-- 2_y (step 1 of 2)",
        "a;",
        "-- 2_y (step 2 of 2)",
        "b;",
        "✓ The answer.",
    ]


def test_differences_and_wrong_answers_are_named_and_right_ones_are_not() -> None:
    body = Verified(
        target="t",
        server="s",
        objects=3,
        differences=(
            Difference(change=Change.MISSING, kind="table", name="public.a"),
            Difference(
                change=Change.ALTERED, kind="column", name="public.b.c", parent=("table", "public.b"), fact="type",
                expected="uuid", observed="text",
            ),
        ),
        answers=(
            Answer(kind="expect", name="right", expected="1", observed="1"),
            Answer(kind="expect", name="wrong", expected="1", observed="2"),
        ),
        seconds=1,
    )  # fmt: skip
    printed = lines(body, code=Exit.NO)
    assert any("table public.a is missing" in line for line in printed)
    assert any("c of public.b" in line and "type" in line and "uuid" in line and "text" in line for line in printed)
    assert "✗ wrong: expected 1, observed 2" in printed
    assert not any("right" in line for line in printed)


def test_an_error_says_where_why_and_what_to_type_and_ends_with_its_code() -> None:
    error = Refused("deploy.locked", "somebody is at work", where="here", why="who\nsince when", fix="wait")
    assert [line.plain.rstrip() for line in text.error(error)] == [
        "  where: here",
        "    why: who",
        "         since when",
        "    fix: wait",
        "✗ deploy.locked: somebody is at work.",
    ]
    [line] = text.error(StatementFailed("no", sqlstate="42501"))
    assert line.plain == "✗ sql.42501: no."
