"""What of an error may be kept, and where a try came from."""

from __future__ import annotations

import pytest

from seatrial.model.attempt import error_of
from seatrial.project.origin import ci_run

HIDDEN = "(its message may quote a value and is not kept)"


@pytest.mark.parametrize(
    ("code", "message", "context", "kept"),
    [
        pytest.param("42P01", 'relation "a" does not exist', "", '42P01 relation "a" does not exist', id="a name"),
        pytest.param("22P02", 'invalid input syntax for type integer: "eve"', "", f"22P02 {HIDDEN}", id="a value"),
        pytest.param("sql.22P02", "for integer: eve", "", f"sql.22P02 {HIDDEN}", id="as a code of ours"),
        pytest.param("P0001", "no eve", "", f"P0001 {HIDDEN}", id="somebody's words"),
        pytest.param(
            "42501",
            "no eve",
            "PL/pgSQL function f() line 1 at RAISE",
            f"42501 {HIDDEN}",
            id="somebody's words and code",
        ),
        pytest.param("42601", 'syntax error at or near "eve"', "", f"42601 {HIDDEN}", id="a piece of the text"),
        pytest.param(
            "deploy.locked", "another one\n is at work", "", "deploy.locked another one is at work", id="ours"
        ),
        pytest.param("", "could not reach ://a:pw@h/x", "", "could not reach ://a:********@h/x", id="a password"),
        pytest.param("57014", "x" * 900, "", "57014 " + "x" * 494, id="a long one"),
    ],
)
def test_an_error_is_kept_without_values(code: str, message: str, context: str, kept: str) -> None:
    assert error_of(code, message, context) == kept


@pytest.mark.parametrize(
    ("environment", "address"),
    [
        ({}, ""),
        ({"CI": "true"}, ""),
        (
            {"GITHUB_RUN_ID": "7", "GITHUB_REPOSITORY": "club/boats"},
            "https://github.com/club/boats/actions/runs/7",
        ),
        (
            {"CI_JOB_URL": "https://git.example/j/1", "CI_PIPELINE_URL": "https://git.example/p/1"},
            "https://git.example/j/1",
        ),
        ({"CI_PIPELINE_URL": "https://git.example/p/1"}, "https://git.example/p/1"),
    ],
)
def test_a_job_has_an_address(environment: dict[str, str], address: str) -> None:
    assert ci_run(environment) == address
