"""Results as JUnit XML, as GitLab, Jenkins and others show test reports: a case for each finding, rule and proof."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from seatrial.model.finding import Level
from seatrial.model.proof import Verdict

if TYPE_CHECKING:
    from collections.abc import Sequence

    from seatrial.model.described import RuleText
    from seatrial.model.finding import Finding, Waived
    from seatrial.model.proof import Proof
    from seatrial.report.results import Fault, Results

__all__ = ["render"]

#: Verdicts that say that nothing was tried, and the release is let through all the same.
PASSED_OVER = frozenset({Verdict.NOT_APPLICABLE})


def render(results: Results, rules: Sequence[RuleText]) -> str:
    """What blocks or warns is a failure, what is waived is skipped, and what held is there, too.

    Names have no line numbers in them: whoever compares two reports sees the same case after lines have moved.
    """
    root = Element("testsuites", name=f"seatrial {results.command}")
    if results.fault:
        _error(_suite(root, results.command), results.fault)
    else:
        _proofs(root, results)
        _findings(_suite(root, results.command), results, rules)
    for element in (root, *root):
        _count(element)
    indent(root)
    text = tostring(root, encoding="unicode").encode("ascii", "xmlcharrefreplace").decode("ascii")
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{text}'


def _suite(root: Element, name: str) -> Element:
    return SubElement(root, "testsuite", name=f"seatrial.{name}")


def _count(element: Element) -> None:
    """How many cases there are below, and how many of each sort."""
    element.set("tests", str(len(list(element.iter("testcase")))))
    for attribute, tag in (("failures", "failure"), ("errors", "error")):
        element.set(attribute, str(len(list(element.iter(tag)))))
    # The schema that Jenkins's xUnit plug-in holds against a report knows no such number of the whole.
    if element.tag == "testsuite":
        element.set("skipped", str(len(list(element.iter("skipped")))))


def _error(suite: Element, fault: Fault) -> None:
    case = SubElement(suite, "testcase", classname=suite.get("name", ""), name=fault.code)
    said = "\n".join(filter(None, (fault.where, fault.why, fault.fix)))
    SubElement(case, "error", message=fault.what, type=fault.code).text = said


def _proofs(root: Element, results: Results) -> None:
    if not results.proofs:
        return
    suite = _suite(root, f"{results.command}.proofs")
    for proof in results.proofs:
        _proof(SubElement(suite, "testcase", classname=suite.get("name", ""), name=proof.name), proof)


def _proof(case: Element, proof: Proof) -> None:
    evidence = "\n".join(proof.evidence)
    if proof.verdict in PASSED_OVER:
        SubElement(case, "skipped", message=f"{proof.verdict}: {proof.claim}")
    elif proof.verdict.lets_through:
        SubElement(case, "system-out").text = f"{proof.claim}\n{evidence}"
    else:
        tag = "error" if proof.verdict is Verdict.BROKEN else "failure"
        said = "\n".join(filter(None, (evidence, proof.next and f"next: {proof.next}")))
        SubElement(case, tag, message=f"{proof.verdict}: {proof.claim}", type=proof.verdict.value).text = said


def _findings(suite: Element, results: Results, rules: Sequence[RuleText]) -> None:
    names: Counter[tuple[str, str]] = Counter()
    for finding in results.findings:
        case = _case(suite, finding, names)
        if finding.level is Level.INFORMS:
            SubElement(case, "system-out").text = _said(finding)
        else:
            SubElement(case, "failure", message=finding.what, type=finding.level.value).text = _said(finding)
    for waived in results.waived:
        _skipped(_case(suite, waived.finding, names), waived)
    _held(suite, results, rules)


def _case(suite: Element, finding: Finding, names: Counter[tuple[str, str]]) -> Element:
    """One case; two that are alike are told apart by a number, because only one of them would be shown."""
    classname, name = f"{suite.get('name')}.{finding.code}", f"{finding.what} ({finding.place.path or 'the release'})"
    names[classname, name] += 1
    if names[classname, name] > 1:
        name = f"{name} #{names[classname, name]}"
    case = SubElement(suite, "testcase", classname=classname, name=name)
    if finding.place.path:
        case.set("file", finding.place.path)
    return case


def _said(finding: Finding) -> str:
    place = finding.place
    fix = f"fix:\n{finding.fix}" if finding.fix else ""
    key = f"key: {finding.key}" if finding.key else ""
    lines = (str(place), place.source_line, finding.effect, finding.figures, f"decided: {finding.decided}", fix, key)
    return "\n".join(filter(None, lines))


def _skipped(case: Element, waived: Waived) -> None:
    until = f" until {waived.waiver.until}" if waived.waiver.until else ""
    SubElement(case, "skipped", message=f"waived{until}: {waived.waiver.because}")


def _held(suite: Element, results: Results, rules: Sequence[RuleText]) -> None:
    """Rules that have nothing to say; one that judges a rehearsal only where there was one, to its end.

    One that judges what was measured is not among them: nobody can tell here whether it had anything to judge.
    """
    hit = {one.code for one in (*results.findings, *(waived.finding for waived in results.waived))}
    for rule in rules:
        told = (not rule.rehearsed or results.rehearsed) and not rule.measured
        if rule.code not in hit and told and not rule.code.startswith("proof/"):
            SubElement(suite, "testcase", classname=f"{suite.get('name')}.{rule.code}", name=rule.title)
