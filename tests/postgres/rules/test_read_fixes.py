"""The SQL of a fix is SQL: it runs on a real server, in the place of the statement that was found."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from tests.postgres.rules.rehearsed import migrations_of, script_of

from seatrial.pg.statement import execute_statement
from seatrial.rules.registry import rule, rules
from seatrial.schema.build import build
from seatrial.sql.parse import parse

if TYPE_CHECKING:
    from collections.abc import Iterator

    from seatrial.pg.connection import Connection
    from seatrial.rules.page import Folder

#: Their fixes are the same statement in a way that hurts less.
CODES = ("LCK001", "LCK002", "LCK003", "LCK008", "LCK010", "LCK011", "LCK012", "CMP004", "CMP005")
#: Their fixes change what is there at the end.
ENDS = (
    "PRF001", "PRF002", "PRF003", "PRF004", "PRF005", "PRF006", "PRF008", "PRF010", "PRF012", "PRF013", "PRF015",
    "PRF016", "HYG001", "HYG002", "HYG003", "HYG004",
)  # fmt: skip
#: What a person has to put there.
GAP = "…"


def _fixes() -> Iterator[object]:
    for code in (*CODES, *ENDS):
        for number, folder in enumerate(rule(code).page().bad, start=1):
            if any(each.code == code and each.by != "rehearsed" for file in folder.files for each in file.expects):
                yield pytest.param(code, folder, id=f"{code}-{folder.heading or number}")


@pytest.mark.parametrize(("code", "folder"), list(_fixes()))
def test_a_fix_runs(database: Connection, code: str, folder: Folder) -> None:
    scripts = [script_of(file) for file in migrations_of(folder.files)]
    *past, last = scripts
    [read] = [each.read for each in rules() if each.code == code]
    assert read
    hit = next(hit for hit in read(build(scripts, platform=folder.platform)) if hit.script is last)
    # What speaks of the end comes after the whole file, and one pass in the place of all of it.
    ends = len(last.source.text) if code in (*ENDS, "LCK008") else {"LCK012": 0}.get(code, hit.offset or 0)
    before = [one for one in last.statements if one.start + len(one.text) <= ends]

    for statement in (*(statement for each in past for statement in each.statements), *before):
        execute_statement(database, statement.text)
    parsed = parse(replace(last.source, text=hit.fix))
    if parsed.fault or GAP in hit.fix:
        assert GAP in hit.fix or hit.fix[0].isupper(), "neither SQL, nor SQL with a gap, nor a sentence"
    else:
        for statement in parsed.statements:
            execute_statement(database, statement.text)
