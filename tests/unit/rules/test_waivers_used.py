"""Whether a waiver is used, what those outside the files cover, and that any text is answered."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.unit.rules.claims import ALLOW, RAN, TODAY, codes, finding, settled

from seatrial.model.claim import Claim, Written
from seatrial.model.source import Encoding, Source
from seatrial.project.waivers import text_file
from seatrial.rules.heard import heard
from seatrial.rules.run import review
from seatrial.rules.waivers import settle
from seatrial.sql.parse import parse

if TYPE_CHECKING:
    from tests.unit.rules.conftest import ScriptOf


# Whether it is used ---------------------------------------------------------------------------------------


def test_a_waiver_of_what_was_not_looked_for_is_not_unused(script_of: ScriptOf) -> None:
    script = script_of("-- seatrial: allow EXE002 until 2027-03-01 because of it\nselect 1;\n")
    other = script_of("select 1;", "20250122120001_b.sql")

    assert codes(settled(script, ran=heard([script, other]))) == []
    assert codes(settled(script, ran=heard([script, other], [other.source.path]))) == []
    assert codes(settled(script, ran=heard([script, other], [script.source.path]))) == ["WVR002"]


def test_a_setting_is_unused_only_when_every_file_was_rehearsed(script_of: ScriptOf) -> None:
    scripts = [script_of("select 1;"), script_of("select 1;", "20250122120001_b.sql")]
    paths = [script.source.path for script in scripts]

    def unused(rehearsed: list[str]) -> list[str]:
        ran = heard(scripts, rehearsed)
        return codes(settle([], [_setting("EXE002", "*.sql")], today=TODAY, ran=ran))

    assert (unused([]), unused(paths[:1]), unused(paths)) == ([], [], ["WVR002"])


def test_beside_a_file_that_cannot_be_parsed_nothing_is_unused(script_of: ScriptOf) -> None:
    script, broken = script_of(f"{ALLOW}\nselect 1;\n"), script_of("selec", "20250122120001_b.sql")

    assert codes(settled(script, ran=heard([script]))) == ["WVR002"]
    assert codes(settled(script, ran=heard([script, broken]))) == []


def test_one_that_is_over_and_was_for_nothing_is_only_unused(script_of: ScriptOf) -> None:
    script = script_of("-- seatrial: allow TXN001 until 2026-03-01 because of it\nselect 1;\n")

    assert codes(settled(script)) == ["WVR002"]


def test_what_cannot_be_waived_stays(script_of: ScriptOf) -> None:
    script = script_of("select 1;")
    one = finding(script, 0, "SYN001")
    claim = Claim(written=Written.BASELINE, script=text_file("b.json", "{}"), offset=0, code=one.key)

    assert settle([one], [claim], today=TODAY, ran=RAN).findings == (one,)


# The settings and the baseline ----------------------------------------------------------------------------


def _setting(code: str, files: str = "", until: str = "2027-03-01") -> Claim:
    script = text_file("seatrial.toml", "[project]\n\n[[waive]]\n")
    return Claim(
        written=Written.SETTINGS, script=script, offset=11, code=code, until=until, because="it is small", files=files
    )


@pytest.mark.parametrize(
    ("claim", "holds"),
    [
        (_setting("TXN001", "20250122120000_notes.sql"), True),
        (_setting("TXN001", "supabase/migrations/20250122120000_notes.sql"), True),
        (_setting("txn001", "20250122*.sql"), True),
        (_setting("TXN001", "*_other.sql"), False),
        (_setting("TXN001-00000000"), True),
        (_setting("TXN001-00000001"), False),
        (_setting("TXN002", "*.sql"), False),
        (_setting("TXN001", "*.sql", until="2027-01-31"), False),
        (_setting("TXN001", "*.sql", until="2028-03-01"), False),
    ],
)
def test_a_waiver_of_the_settings_covers_files(claim: Claim, holds: bool, script_of: ScriptOf) -> None:  # noqa: FBT001
    script = script_of("select 1;")
    one = finding(script, 0)

    answer = settle([one], [claim], today=TODAY, ran=RAN)

    assert answer.findings == (() if holds else (one,))
    assert [each.place.path for each in review(answer.claimed)] == ([] if holds else ["seatrial.toml"])
    assert {each.place.line for each in review(answer.claimed)} <= {3}


def test_entries_of_the_baseline_that_are_gone_are_one_finding(script_of: ScriptOf) -> None:
    script = script_of("select 1;")
    file = text_file("seatrial-baseline.json", "{}")
    claims = [
        Claim(written=Written.BASELINE, script=file, offset=0, code=f"TXN001-0000000{number}", because="it was there")
        for number in range(3)
    ]

    answer = settle([finding(script, 0)], claims, today=TODAY, ran=RAN)

    assert answer.findings == ()
    [gone] = review(answer.claimed)
    assert gone.code == "WVR002"
    assert "2 old findings" in gone.what
    assert "TXN001-00000001, TXN001-00000002" in gone.what
    assert gone.fix == "seatrial check --write-baseline"


# Any text -------------------------------------------------------------------------------------------------

PIECES = st.sampled_from([
    ALLOW, "-- seatrial:", "-- seatrial: allow", "allow TXN001", " until ", "2027-03-01", " because ", "of it", "/*",
    "*/", "$$", "$body$", "'", '"', ";", "\n", "\r\n", " ", "create function f() returns int language sql as ", "do ",
    "select 1", "begin atomic ", "end", "begin ", "é🚢", "TXN001-0000abcd", "\\", "e'", "-", "seatrial allow ",
])  # fmt: skip


@given(st.lists(PIECES, max_size=25))
@settings(max_examples=300, deadline=None)
def test_whatever_lies_in_a_file_its_waivers_are_answered(pieces: list[str]) -> None:
    text = "".join(pieces)
    source = Source(
        path="m/20250122120000_a.sql", version="20250122120000", name="a", encoding=Encoding.UTF8, text=text
    )
    script = parse(source)
    found = [finding(script, at) for at in (None, *(statement.start for statement in script.statements))]

    answer = settled(script, *found)

    assert {*answer.findings, *(waived.finding for waived in answer.waived)} == set(found)
    for problem in review(answer.claimed):
        assert problem.what.isprintable()
        assert re.match(r"(--|/\*)\W*seatrial", problem.place.source_line[problem.place.column - 1 :], re.IGNORECASE)
