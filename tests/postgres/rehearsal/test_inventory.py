"""Every hazard of the sections EXE and LCK has a case that runs: here, or where it says.

The inventory numbers EXE-01 to EXE-31 and LCK-01 to LCK-38. EXE-28, a statement that cannot be taken back, needs a
rollback to be run and comes with that. What the grammar or the history decides, and the bodies of functions, have tests
of their own. A case names its hazard in its table, or in the docstring of its test.
"""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest
from tests.postgres.rehearsal import failure_cases, lock_cases

ROOT = Path(__file__).parents[3]
HAZARDS = [*(f"EXE-{n:02}" for n in range(1, 32)), *(f"LCK-{n:02}" for n in range(1, 39))]
WITH_ROLLBACK = {"EXE-28"}
ELSEWHERE = {
    # A version twice, out of order, edited or renamed after it was applied.
    "EXE-12": ("tests/unit/ledger/test_compare.py", "tests/acceptance/test_ledger_edited.py"),
    # Bodies that miss something from the beginning, or because it was dropped.
    "EXE-21": ("tests/postgres/bodies/test_check.py", "tests/postgres/bodies/test_triggers.py"),
    "EXE-31": ("tests/postgres/bodies/test_check.py",),
    # How long a statement queues for a lock, with everybody behind it.
    "LCK-30": ("tests/postgres/ledger/test_apply.py",),
    # A foreign key that no index supports: LCK008 and its page.
    "LCK-38": (
        "tests/postgres/rules/test_judged_pages.py", "src/seatrial/rules/locks/lck008_foreign_key_without_index.md",
    ),
}  # fmt: skip
NAMED = re.compile(r"\b(?:EXE|LCK)-\d\d\b")


def in_tables() -> set[str]:
    tables = (
        *(case.hazards for case in (*lock_cases.INDEX_LOCKS, *lock_cases.SCHEMA_LOCKS, *lock_cases.ROW_LOCKS)),
        *(case.hazards for case in failure_cases.ALL),
    )
    return {name for hazards in tables for name in NAMED.findall(hazards)}


def in_docstrings() -> set[str]:
    functions = (
        node
        for path in Path(__file__).parent.glob("test_*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")
    )
    return {name for function in functions for name in NAMED.findall(ast.get_docstring(function) or "")}


@pytest.mark.parametrize("hazard", HAZARDS)
def test_each_hazard_has_a_case_or_says_where_it_is(hazard: str) -> None:
    places = [hazard in in_tables() | in_docstrings(), hazard in ELSEWHERE, hazard in WITH_ROLLBACK]
    assert places.count(True) == 1


def test_no_case_names_a_hazard_that_is_none() -> None:
    assert (in_tables() | in_docstrings() | set(ELSEWHERE)) <= set(HAZARDS)


@pytest.mark.parametrize("path", sorted({path for paths in ELSEWHERE.values() for path in paths}))
def test_what_is_elsewhere_is_there(path: str) -> None:
    assert (ROOT / path).is_file()
