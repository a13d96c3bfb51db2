"""The page of a rule that judges a rehearsal is its test: the last file is rehearsed where the others are already."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.postgres.rules.rehearsed import migrations_of, rehearsed

from seatrial.rules.registry import rule, rules
from seatrial.rules.run import judge

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from seatrial.model.finding import Finding
    from seatrial.rules.page import Example, Folder
    from seatrial.rules.registry import Rule
    from seatrial.scratch.server import Server


def _folders(kind: str, *, judged: bool) -> Iterator[object]:
    for each in rules():
        for number, folder in enumerate(getattr(each.page(), kind), start=1):
            if bool(each.judge) is judged:
                yield pytest.param(each, folder, id=f"{each.code}-{folder.heading or number}")


def _expected(files: Sequence[Example]) -> list[tuple[str, str, int]]:
    return sorted(
        (file.name, each.code, each.line)
        for file in files for each in file.expects if each.by != "read" and rule(each.code).judge
    )  # fmt: skip


def _found(findings: Sequence[Finding]) -> list[tuple[str, str, int]]:
    return sorted((each.place.path.rpartition("/")[2], each.code, each.place.line) for each in findings)


@pytest.mark.parametrize(("of", "folder"), list(_folders("bad", judged=True)))
def test_a_bad_release_has_exactly_the_findings_that_the_page_says(
    server: Server, supabase_db: str, of: Rule, folder: Folder
) -> None:
    *past, last = migrations_of(folder.files)

    findings = judge(rehearsed(server, supabase_db, past, [last]))

    assert _found(findings) == _expected(folder.files), findings
    assert of.code in {each.code for each in last.expects}
    for finding in findings:
        assert finding.what.isprintable()
        assert finding.effect.isprintable()
        assert finding.fix.strip() == finding.fix != ""
        assert not finding.what.endswith("."), "a message is a clause; the renderer ends it"


@pytest.mark.parametrize(("of", "folder"), list(_folders("good", judged=True)))
def test_a_good_release_has_none(server: Server, supabase_db: str, of: Rule, folder: Folder) -> None:
    *past, last = migrations_of(folder.files)

    assert judge(rehearsed(server, supabase_db, past, [last])) == (), of.code


def _first_of_each() -> Iterator[object]:
    """Of the rules that read alone: that all of their good SQL runs is tested elsewhere."""
    for each in rules():
        if not each.judge:
            yield pytest.param(each, each.page().good[0], id=each.code)


@pytest.mark.parametrize(("of", "folder"), list(_first_of_each()))
def test_good_sql_of_a_rule_that_reads_is_good_from_nothing_too(
    server: Server, supabase_db: str, of: Rule, folder: Folder
) -> None:
    assert judge(rehearsed(server, supabase_db, [], migrations_of(folder.files))) == (), of.code
