"""A word behind `seatrial:` that Seatrial does not know is not lost: nothing is deployed until it is mended."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from seatrial.errors import Refused
from seatrial.flows.folder import read_folder
from seatrial.rules.run import run

if TYPE_CHECKING:
    from pathlib import Path

    from tests.unit.rules.conftest import ScriptOf

    from seatrial.model.finding import Finding

MEANT = '; did you mean "{}"?'


def found(script_of: ScriptOf, text: str) -> list[Finding]:
    """What TXN011 says of a file."""
    return [one for one in run([script_of(text)]) if one.code == "TXN011"]


@pytest.mark.parametrize(
    ("comment", "why"),
    [
        ("-- seatrial: asserts true", '"asserts" is no word that Seatrial knows here' + MEANT.format("assert")),
        ("-- Seatrial: Batchs key=id", '"Batchs" is no word that Seatrial knows here' + MEANT.format("batch")),
        ("-- seatrial:allows TXN001", '"allows" is no word that Seatrial knows here' + MEANT.format("allow")),
        ("/* SEATRIAL : Assert true */", '"Assert" is no word that Seatrial knows here' + MEANT.format("assert")),
        ("-- seatrial: ignore everything", '"ignore" is no word that Seatrial knows here'),
        ("-- seatrial: … ", '"…" is no word that Seatrial knows here'),
        ("-- seatrial:", "it says nothing"),
    ],
)
def test_it_is_found_wherever_it_stands(comment: str, why: str, script_of: ScriptOf) -> None:
    body = f"do $$\nbegin\n  {comment}\n  perform 1;\nend\n$$;\n"
    for text in (f"select 1;\n{comment}\n", f"select 1;\n-- seatrial: assert true\n{comment}\nselect 2;\n", body):
        [one] = found(script_of, text)
        assert one.what == f"this comment cannot be followed: {why}"
        assert one.fix.startswith("The words there are: allow, assert, batch, revert.")


@pytest.mark.parametrize(
    "comment",
    [
        "-- Seatrial: Allow TXN001",
        "-- seatrial: assert true",
        "-- Seatrial: assert true",
        "-- seatrial asserts",
        "-- seatrial-batches",
    ],
)
def test_what_is_known_or_not_for_seatrial_is_left_alone(comment: str, script_of: ScriptOf) -> None:
    assert found(script_of, f"select 1;\n{comment}\n") == []


def test_nothing_is_rehearsed_or_deployed_with_it(tmp_path: Path) -> None:
    migrations = tmp_path / "supabase" / "migrations"
    migrations.mkdir(parents=True)
    (migrations / "20250101000000_a.sql").write_text("select 1;\n-- seatrial: asserts false\n", encoding="utf-8")

    with pytest.raises(Refused) as refused:
        read_folder(tmp_path, files_only=True).refuse_if_unrunnable()

    assert refused.value.code == "TXN011"
