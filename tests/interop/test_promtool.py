"""Metrics and alert rules before Prometheus' own checker."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest
from tests.unit.report.watched import EVERYTHING

from seatrial.report.prometheus import FIXED

ROOT = Path(__file__).parents[2]
RULES = ROOT / "docs" / "examples" / "prometheus"
INSTALLED = ROOT / ".venv" / "promtool" / "promtool"


@pytest.fixture(scope="session")
def promtool() -> Path:
    """The program, where install-promtool.sh puts it."""
    if not INSTALLED.is_file():
        pytest.skip("promtool is not installed: tests/interop/install-promtool.sh .venv/promtool")
    return INSTALLED


def run(promtool: Path, *words: str | Path, text: bytes = b"") -> tuple[int, str]:
    done = subprocess.run([promtool, *words], input=text, capture_output=True, check=False)
    return done.returncode, (done.stdout + done.stderr).decode()


def test_it_finds_no_fault_in_the_metrics(promtool: Path) -> None:
    assert run(promtool, "check", "metrics", text=EVERYTHING) == (0, "")


def test_it_would_find_one(promtool: Path) -> None:
    worse = EVERYTHING.replace(b"seatrial_statement_seconds_per_call", b"seatrial_statement_milliseconds_per_call")
    code, said = run(promtool, "check", "metrics", text=worse)
    assert code != 0
    assert "base unit" in said


def test_it_takes_the_rules(promtool: Path) -> None:
    code, said = run(promtool, "check", "rules", "--lint-fatal", RULES / "seatrial.rules.yml")
    assert (code, "SUCCESS" in said) == (0, True), said


def test_the_rules_say_what_their_tests_expect(promtool: Path) -> None:
    code, said = run(promtool, "test", "rules", RULES / "seatrial.rules.test.yml")
    assert code == 0, said


def test_the_rules_ask_for_what_there_is() -> None:
    asked = set(re.findall(r"seatrial_\w+", (RULES / "seatrial.rules.yml").read_text(encoding="utf-8")))
    assert asked
    assert asked <= {one.name for one in FIXED.values()}


def test_a_rule_that_says_something_else_is_noticed(promtool: Path, tmp_path: Path) -> None:
    for name in ("seatrial.rules.yml", "seatrial.rules.test.yml"):
        text = (RULES / name).read_text(encoding="utf-8")
        changed = text.replace("for: 5m", "for: 7m") if name == "seatrial.rules.yml" else text
        (tmp_path / name).write_text(changed, encoding="utf-8")
    code, said = run(promtool, "test", "rules", tmp_path / "seatrial.rules.test.yml")
    assert code != 0
    assert "SeatrialPersonNeeded" in said
