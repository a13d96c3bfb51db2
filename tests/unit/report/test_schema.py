"""The published schema of `--format json`."""

from __future__ import annotations

import json
from dataclasses import fields
from pathlib import Path
from typing import get_args

import pytest
from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError
from tests.unit.report.samples import PLACE, finding, waiver

from seatrial.errors import CannotRun, Exit
from seatrial.model.finding import Waived
from seatrial.model.isolation import Kind, Matrix, World
from seatrial.model.outcome import Body, Checked, Outcome, Proved
from seatrial.report import json as report
from seatrial.report.schema import schema

SCHEMA = schema()
VALIDATOR = Draft202012Validator(SCHEMA)
CHECKED = Checked(
    folder="f", files=1, statements=1, rules=1, findings=(finding(),),
    waived=(Waived(finding=finding(), waiver=waiver()),),
)  # fmt: skip


def test_it_is_a_schema_and_it_is_published() -> None:
    Draft202012Validator.check_schema(SCHEMA)
    published = Path(__file__).parents[3] / "docs" / "reference" / "outcome.schema.json"
    assert json.loads(published.read_text(encoding="utf-8")) == SCHEMA, "run docs/generate.py"


@pytest.mark.parametrize("body", get_args(Body), ids=lambda body: body.__name__)
def test_every_body_is_in_it_with_every_field_that_is_printed(body: type) -> None:
    assert {"$ref": f"#/$defs/{body.__name__}"} in SCHEMA["properties"]["result"]["anyOf"]
    record = SCHEMA["$defs"][body.__name__]
    names = {field.name for field in fields(body)}
    assert (set(record["properties"]), set(record["required"])) == (names, names)


def test_what_is_not_printed_is_not_in_it() -> None:
    world = World(tenants={}, kinds=(Kind(name="a", role="b"),), victims={}, spares={"t": {"x": "y"}})
    body = Proved(start="nothing", server="s", proofs=(), seconds=1.0, isolation=Matrix(world=world, cells=()))
    printed = json.loads(report.outcome(Outcome(command="prove", summary="s", body=body)))
    VALIDATOR.validate(printed)
    shown = printed["result"]["isolation"]["world"]
    assert set(shown) == set(SCHEMA["$defs"]["World"]["properties"])
    assert "spares" not in shown


@pytest.mark.parametrize("missing", ["ok", "exit_code", "command", "summary", "next", "result", "error"])
def test_a_document_without_a_key_is_refused(missing: str) -> None:
    document = json.loads(report.outcome(Outcome(command="check", exit_code=Exit.NO, summary="s", body=CHECKED)))
    VALIDATOR.validate(document)
    del document[missing]
    with pytest.raises(ValidationError):
        VALIDATOR.validate(document)


def test_a_finding_of_another_shape_is_refused() -> None:
    document = json.loads(report.outcome(Outcome(command="check", summary="s", body=CHECKED)))
    for key, value in (("level", "blocked"), ("what", None), ("place", str(PLACE))):
        broken = json.loads(json.dumps(document))
        broken["result"]["findings"][0][key] = value
        assert not VALIDATOR.is_valid(broken), key


def test_an_error_fits_and_a_password_in_it_does_not_break_it() -> None:
    """What is masked in a document that is written already may take a quotation mark with it."""
    error = CannotRun("a.b", 'cannot read "password=hunter2"', where='password=hunter2"', fix="password=hunter2\\")
    text = report.error(error, "check")
    assert "hunter2" not in text
    VALIDATOR.validate(json.loads(text))
