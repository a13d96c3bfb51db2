"""JUnit XML: one case for each finding, rule and proof, well formed whatever the text is."""

from __future__ import annotations

from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from tests.unit.report.samples import FUZZ, RULES, anything, checked, failed, finding, proved, waiver

from seatrial.errors import CannotRun, Exit
from seatrial.model.finding import Level, Waived
from seatrial.model.proof import Verdict
from seatrial.report import junit
from seatrial.report.results import Results, of_error

#: What may stand below what, and the attributes, as the plug-ins of Jenkins and the parser of GitLab read them.
BELOW = {
    "testsuites": {"testsuite"}, "testsuite": {"testcase"}, "testcase": {"failure", "error", "skipped", "system-out"},
    "failure": set(), "error": set(), "skipped": set(), "system-out": set(),
}  # fmt: skip
COUNTS = {"name", "tests", "failures", "errors"}
ATTRIBUTES = {
    "testsuites": COUNTS, "testsuite": COUNTS | {"skipped"}, "testcase": {"name", "classname", "file"},
    "failure": {"message", "type"}, "error": {"message", "type"}, "skipped": {"message"}, "system-out": set(),
}  # fmt: skip


def read(results: Results) -> ET.Element:
    """The document, which has the structure that readers know and counts that are right."""
    text = junit.render(results, RULES)
    assert text == junit.render(results, RULES)
    root = ET.fromstring(text)  # noqa: S314 - we wrote it
    for element in root.iter():
        assert {child.tag for child in element} <= BELOW[element.tag]
        assert set(element.keys()) <= ATTRIBUTES[element.tag]
    for element in (root, *root.findall("testsuite")):
        for attribute, tag in (("tests", "testcase"), ("failures", "failure"), ("errors", "error")):
            assert element.get(attribute) == str(sum(1 for _ in element.iter(tag)))
    cases = [(case.get("classname"), case.get("name")) for case in root.iter("testcase")]
    assert cases
    assert len(cases) == len(set(cases)), "of two cases of one name only one is shown"
    return root


def outcomes(root: ET.Element) -> dict[str, str]:
    """Class of a case → what became of it."""
    found = {}
    for case in root.iter("testcase"):
        name = (case.get("classname") or "").removeprefix("seatrial.")
        found[f"{name} {case.get('name')}"] = case[0].tag if len(case) else "passed"
    return found


def test_what_blocks_or_warns_fails_and_what_is_waived_is_skipped() -> None:
    waived = Waived(finding=finding("ABC002", Level.WARNS, "odd"), waiver=waiver())
    informs = finding("ABC004", Level.INFORMS, "by the way")
    root = read(checked(finding(), finding("ABC005", Level.WARNS), informs, waived=(waived,)))
    assert outcomes(root) == {
        "check.ABC001 what (supabase/migrations/1_a.sql)": "failure",
        "check.ABC005 what (supabase/migrations/1_a.sql)": "failure",
        "check.ABC004 by the way (supabase/migrations/1_a.sql)": "system-out",
        "check.ABC002 odd (supabase/migrations/1_a.sql)": "skipped",
    }
    failure = root.find(".//failure")
    assert failure is not None
    assert (failure.get("message"), failure.get("type")) == ("what", "blocks")
    assert "supabase/migrations/1_a.sql:3:5" in (failure.text or "")
    assert "fix:\nselect 1;" in (failure.text or "")
    skipped = root.find(".//skipped")
    assert skipped is not None
    assert skipped.get("message") == "waived until 2027-03-01: it was agreed"


def test_rules_that_held_are_there_and_only_those_that_were_asked() -> None:
    """One that judges a rehearsal has nothing to say where there was none, or none that got to its end."""
    assert outcomes(read(checked(code=Exit.YES))) == {
        "check.ABC001 A table is lost": "passed", "check.ABC002 A name is odd": "passed"
    }  # fmt: skip
    assert "rehearse.ABC003 A scan is slow" not in outcomes(read(failed()))


def test_findings_that_are_alike_are_told_apart() -> None:
    root = read(checked(finding(), finding()))
    names = [case.get("name") or "" for case in root.iter("testcase")][:2]
    assert names == ["what (supabase/migrations/1_a.sql)", "what (supabase/migrations/1_a.sql) #2"]


@pytest.mark.parametrize(
    ("verdict", "tag"),
    [
        (Verdict.PASSED, "system-out"),
        (Verdict.NOT_APPLICABLE, "skipped"),
        (Verdict.FAILED, "failure"),
        (Verdict.INCONCLUSIVE, "failure"),
        (Verdict.BROKEN, "error"),
    ],
)
def test_a_proof_is_a_case(verdict: Verdict, tag: str) -> None:
    assert outcomes(read(proved(verdict)))["prove.proofs order"] == tag


def test_an_error_is_an_error() -> None:
    root = read(of_error(CannotRun("target.unknown", "no target", where="w", fix="f"), "rehearse"))
    assert outcomes(root) == {"rehearse target.unknown": "error"}
    error = root.find(".//error")
    assert error is not None
    assert (error.get("message"), error.text) == ("no target", "w\nf")


@FUZZ
@given(anything())
def test_any_text_makes_a_well_formed_document(results: Results) -> None:
    text = junit.render(results, RULES)
    assert text.isascii(), "a stream that takes no other letters must not change it"
    root = read(results)
    failing = sum(one.level is not Level.INFORMS for one in results.findings)
    failing += sum(not proof.verdict.lets_through for proof in results.proofs)
    found = [element for tag in ("failure", "error") for element in root.iter(tag)]
    assert len(found) == failing + bool(results.fault)
