"""Outcomes and errors as JSON: one shape, plain ASCII, nothing secret."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from seatrial.errors import (
    CannotConnect,
    CannotRun,
    Exit,
    Interrupted,
    Refused,
    Remains,
    SeatrialError,
    StatementFailed,
)
from seatrial.model.outcome import Checked, Done, Outcome
from seatrial.report import json as report

KEYS = ["ok", "exit_code", "command", "summary", "next", "result", "error"]


def read(text: str) -> dict[str, Any]:
    document: dict[str, Any] = json.loads(text)
    return document


@pytest.mark.parametrize("code", Exit)
def test_an_outcome(code: Exit) -> None:
    found = read(report.outcome(Outcome(command="x", exit_code=code, summary="s", next=("a", "b"), body=Done())))
    assert list(found) == KEYS
    assert found == {
        "ok": code == 0, "exit_code": int(code), "command": "x", "summary": "s", "next": ["a", "b"],
        "result": {"notes": []}, "error": None,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (SeatrialError("a.b", "what"), 2),
        (CannotRun("a.b", "what"), 2),
        (CannotConnect("a.b", "what"), 2),
        (Refused("a.b", "what", where="w", why="y", fix="f"), 1),
        (StatementFailed("what", sqlstate="42501", detail="d", hint="h"), 1),
        (Remains("a.b", "what"), 3),
        (Interrupted("a.b", "what"), 130),
    ],
)
def test_an_error_has_the_same_keys(error: SeatrialError, code: int) -> None:
    found = read(report.error(error, "x"))
    assert list(found) == KEYS
    assert (found["ok"], found["exit_code"], found["result"], found["next"]) == (False, code, None, [])
    assert found["error"] == {
        "code": error.code, "what": "what", "where": error.where, "why": error.why, "fix": error.fix
    }  # fmt: skip


def test_what_is_no_ascii_is_escaped_and_comes_back() -> None:
    said = "⛵ café \udce9"
    text = report.outcome(Outcome(command="x", summary=said))
    assert text.isascii()
    assert read(text)["summary"] == said


def test_what_json_does_not_know_is_text() -> None:
    body = Checked(folder=Path("a"), files=1, statements=1, rules=1, findings=())  # type: ignore[arg-type]
    assert read(report.outcome(Outcome(command="x", summary="s", body=body)))["result"]["folder"] == "a"
