"""What the runner makes of what the rules yield."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from seatrial.errors import CannotRun
from seatrial.model.finding import Level
from seatrial.project.files import read_folder
from seatrial.rules.registry import rule, rules
from seatrial.rules.run import run
from seatrial.sql.parse import parse

if TYPE_CHECKING:
    from pathlib import Path

    from tests.unit.rules.conftest import ScriptOf


def test_no_file_no_finding() -> None:
    assert run([]) == ()


def test_findings_are_in_the_order_of_files_and_lines(script_of: ScriptOf) -> None:
    late = script_of("begin;\ncreate table t ();\nrollback;\nbegin;\n", name="20250123000000_b.sql")
    early = script_of("selec 1;", name="20250122000000_a.sql")

    findings = run([late, early])

    assert [(each.place.path[-5:], each.place.line, each.code) for each in findings] == [
        ("a.sql", 1, "SYN001"),
        ("b.sql", 3, "TXN002"),
        ("b.sql", 4, "TXN004"),
    ]


def test_the_order_in_which_files_are_given_does_not_matter(script_of: ScriptOf) -> None:
    names = [
        "1_a.sql",
        "10_b.sql",
        "2_c.sql",
        "20250931_d.sql",
        "20250931_e.sql",
        "20250930_f.sql",
        "20250930120000_g.sql",
    ]
    scripts = [script_of("selec 1", name=name) for name in names]
    expected = run(scripts)

    assert run(scripts[::-1]) == expected
    assert run(scripts[3:] + scripts[:3]) == expected
    assert {finding.code for finding in expected} == {"FIL002", "FIL003", "FIL004", "ORD001", "SYN001"}


def test_lines_and_columns_are_those_of_an_editor_whatever_the_line_ends(script_of: ScriptOf) -> None:
    unix = run([script_of("select 'é';\n\n  rollback;\n")])
    windows = run([script_of("select 'é';\r\n\r\n  rollback;\r\n")])

    assert unix == windows
    assert (unix[0].place.line, unix[0].place.column, unix[0].place.source_line) == (3, 3, "  rollback;")


def test_a_file_that_the_tools_skip_is_not_read(script_of: ScriptOf) -> None:
    script = script_of("selec 1; rollback;", name="20250122120000_notes.sql")
    skipped = replace(script, source=replace(script.source, path="supabase/migrations/notes.sql", version=""))

    assert [finding.code for finding in run([skipped])] == ["FIL001"]


def test_a_name_with_spaces_is_quoted_in_the_command(script_of: ScriptOf) -> None:
    [finding] = run([script_of("", name="20250122120000_it's mine.sql")])

    assert finding.fix == """git rm 'supabase/migrations/20250122120000_it'"'"'s mine.sql'"""


def test_the_shipped_release_has_no_finding(repository: Path) -> None:
    sources = read_folder(repository, repository / "supabase" / "migrations")

    assert len(sources) > 5
    assert run([parse(source) for source in sources]) == ()


def test_a_rule_is_found_by_its_code_in_any_case() -> None:
    assert (rule("fil003").code, rule("fil003").name) == ("FIL003", "duplicate version")
    assert rule("TXN002").level is Level.BLOCKS


@pytest.mark.parametrize(("code", "hint"), [("FIL999", "FIL001"), ("nonsense", "FIL…")])
def test_a_code_that_does_not_exist_names_those_that_do(code: str, hint: str) -> None:
    with pytest.raises(CannotRun) as caught:
        rule(code)

    assert code in caught.value.what
    assert hint in caught.value.fix


def test_every_rule_explains_itself() -> None:
    for each in rules():
        assert each.page_text().startswith(f"# {each.page().title}\n")
