"""Results as SARIF 2.1.0, for code scanning and for editors.

Source: "Static Analysis Results Interchange Format (SARIF) Version 2.1.0", OASIS, with Errata 01.
"""

from __future__ import annotations

import json
import os
import re
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from seatrial import __version__
from seatrial.model.finding import Level
from seatrial.report.results import of_proof

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from seatrial.model.described import RuleText
    from seatrial.model.finding import Finding, Waiver
    from seatrial.model.place import Place
    from seatrial.report.results import Fault, Results

__all__ = ["render"]

Json = dict[str, Any]

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
LEVELS = {Level.BLOCKS: "error", Level.WARNS: "warning", Level.INFORMS: "note"}
ROOT = "%SRCROOT%"
#: Code scanning refuses a result without a location; what is about the release as a whole is shown at its settings.
SETTINGS = "seatrial.toml"
#: Characters of a line that are shown: data in one line may be megabytes.
SNIPPET = 400
#: What would be read as a link in a message.
_LINK = re.compile(r"\[(?=[^\[\]]*\]\()")


def render(results: Results, rules: Sequence[RuleText]) -> str:
    """One run; every rule is in it, so that its page is at hand where the finding is read."""
    found = (*map(of_proof, (proof for proof in results.proofs if not proof.verdict.lets_through)), *results.findings)
    waived = [one.finding for one in results.waived]
    descriptors = [_descriptor(rule) for rule in rules]
    index = {rule["id"]: number for number, rule in enumerate(descriptors)}
    for one in (*found, *waived):
        if one.code not in index:
            index[one.code] = len(descriptors)
            descriptors.append(_undescribed(one))
    run = {
        "tool": {"driver": {
            "name": "Seatrial", "version": __version__, "semanticVersion": __version__, "rules": descriptors,
        }},
        "invocations": [_invocation(results.fault)],
        "automationDetails": {"id": f"seatrial/{results.command}/"},
        "originalUriBaseIds": {ROOT: {"description": {"text": "The folder that the command was given."}}},
        "columnKind": "utf16CodeUnits",
        "results": [
            *(_result(one, index) for one in found),
            *(_result(one.finding, index, one.waiver) for one in results.waived),
        ],
        "properties": {
            "summary": results.summary,
            "withdrawn": len(results.withdrawn),
            "proofs": {proof.name: proof.verdict.value for proof in results.proofs},
        },
    }  # fmt: skip
    return json.dumps({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}, indent=2)


def _descriptor(rule: RuleText) -> Json:
    said = {
        "id": rule.code,
        "name": _pascal(rule.name),
        "shortDescription": {"text": rule.name},
        "fullDescription": {"text": rule.title},
        "defaultConfiguration": {"level": LEVELS[rule.level]},
    }
    return said | ({"help": {"text": rule.page, "markdown": rule.page}} if rule.page else {})


def _undescribed(finding: Finding) -> Json:
    """Of what has no page: a refusal of the server's, which every SQLSTATE is."""
    return {
        "id": finding.code,
        "name": _pascal(finding.name),
        "shortDescription": {"text": finding.name or finding.code},
        "defaultConfiguration": {"level": LEVELS[finding.level]},
    }


def _pascal(name: str) -> str:
    return "".join(word[:1].upper() + word[1:] for word in re.findall(r"\w+", name)) or "Unnamed"


def _result(finding: Finding, index: Mapping[str, int], waiver: Waiver | None = None) -> Json:
    result: Json = {
        "ruleId": finding.code,
        "ruleIndex": index[finding.code],
        "level": LEVELS[finding.level],
        "message": {"text": _message(finding)},
        "locations": [{"physicalLocation": _location(finding.place)}],
        "properties": {
            "decided": finding.decided.value, "figures": finding.figures, "effect": finding.effect, "fix": finding.fix,
        },
    }  # fmt: skip
    if finding.key:
        result["partialFingerprints"] = {"seatrial/v1": finding.key}
    if waiver:
        result["suppressions"] = [{
            "kind": "inSource" if waiver.place.path.endswith(".sql") else "external",
            "status": "accepted",
            "justification": waiver.because,
            "location": {"physicalLocation": _location(waiver.place)},
            "properties": {"until": waiver.until},
        }]  # fmt: skip
    return result


def _message(finding: Finding) -> str:
    """As plain text, in which braces hold arguments and brackets in front of parentheses are links."""
    fix = f"Fix:\n{finding.fix}" if finding.fix else ""
    said = "\n\n".join(filter(None, (finding.what, finding.effect, fix))) or finding.name or finding.code
    return _LINK.sub(r"\\[", said).replace("{", "{{").replace("}", "}}")


def _location(place: Place) -> Json:
    """A file as a whole is shown at its first line."""
    uri = quote(os.fsencode(place.path)) or SETTINGS
    region: Json = {"startLine": max(place.line, 1)}
    if place.line and place.source_line:
        before = place.source_line[: place.column - 1]
        shown = place.source_line[place.column - 1 :][:SNIPPET]
        region["startColumn"] = _units(before) + 1
        if shown:
            region |= {"endColumn": _units(before) + 1 + _units(shown), "snippet": {"text": shown}}
    return {"artifactLocation": {"uri": uri, "uriBaseId": ROOT}, "region": region}


def _units(text: str) -> int:
    """Code units of UTF-16, which columns count."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def _invocation(fault: Fault | None) -> Json:
    if fault is None:
        return {"executionSuccessful": True}
    said = "\n".join(filter(None, (f"{fault.what}.", fault.where, fault.why, fault.fix)))
    return {
        "executionSuccessful": False,
        "toolExecutionNotifications": [{
            "level": "error",
            "message": {"text": said.replace("{", "{{").replace("}", "}}")},
            "descriptor": {"id": fault.code},
            "properties": {"where": fault.where, "why": fault.why, "fix": fault.fix},
        }],
    }  # fmt: skip
