"""The SQL of a fix is SQL: it runs on a real server, in the place of the statement that was found."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.postgres.rules.rehearsed import migrations_of, script_of

from seatrial.pg.statement import execute_statement
from seatrial.rules.registry import rule, rules
from seatrial.schema.build import build
from seatrial.sql.parse import parse

if TYPE_CHECKING:
    from collections.abc import Iterator

    from seatrial.model.source import Script, Source
    from seatrial.pg.connection import Connection
    from seatrial.rules.page import Folder

#: Their fixes are the same statement in a way that hurts less.
CODES = ("LCK001", "LCK002", "LCK003", "LCK008", "LCK010", "LCK011", "LCK012", "DST008", "CMP004", "CMP005")
#: What a person has to put there.
GAP = "…"


def _fixes() -> Iterator[object]:
    for code in CODES:
        for number, folder in enumerate(rule(code).page().bad, start=1):
            if any(each.code == code and each.by != "rehearsed" for file in folder.files for each in file.expects):
                yield pytest.param(code, folder, id=f"{code}-{folder.heading or number}")


@pytest.mark.parametrize(("code", "folder"), list(_fixes()))
def test_a_fix_runs(database: Connection, code: str, folder: Folder) -> None:
    scripts = [script_of(file) for file in migrations_of(folder.files)]
    *past, _ = scripts
    [read] = [each.read for each in rules() if each.code == code]
    assert read
    fixes = [hit.fix for hit in read(build(scripts, platform="postgres")) if hit.script is scripts[-1]]

    for statement in (statement for each in past for statement in each.statements):
        execute_statement(database, statement.text)
    for fix in fixes:
        parsed = _parsed(fix, scripts[-1].source)
        if GAP not in fix and not parsed.fault:
            for statement in parsed.statements:
                execute_statement(database, statement.text)
        else:
            assert GAP in fix or fix[0].isupper(), f"neither SQL nor a sentence: {fix}"
    assert fixes


def _parsed(fix: str, source: Source) -> Script:
    from dataclasses import replace

    return parse(replace(source, text=fix))
