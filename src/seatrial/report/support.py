"""What of an answer goes into a support bundle: what happened and where, and no value of a row."""

from __future__ import annotations

import re
import traceback
from dataclasses import asdict, replace
from pathlib import PurePath
from typing import TYPE_CHECKING, Any

from seatrial.errors import SeatrialError, StatementFailed
from seatrial.model.attempt import error_of
from seatrial.model.masking import redacted
from seatrial.model.outcome import Checked, Recounted, Statused, Verified

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from seatrial.model.finding import Finding
    from seatrial.model.outcome import Outcome
    from seatrial.model.plan import Plan

__all__ = ["cleaned", "of_outcome", "of_plan", "why"]

MASK = "********"
#: Calls that are named, the innermost last.
FRAMES = 4
#: Shorter ones are found in words that have nothing to do with them.
SHORTEST = 4
#: A finding that stands in the way; its words may quote the file.
_RULE = re.compile(r"[A-Z]{3}\d{3}")
#: Codes of errors whose reasons are ours, or those of a network.
KEPT = ("target.", "ledger.", "settings.", "plan.", "release.", "scratch.", "ask.")


def of_outcome(found: Outcome) -> dict[str, Any]:
    """An answer as a record; of what it shows a person, only names, places and counts."""
    return {"summary": found.summary, "exit code": int(found.exit_code), "result": _body(found.body)}


def of_plan(plan: Plan) -> dict[str, Any]:
    """A plan without its statements and assertions, which may hold what somebody wrote into them."""
    steps = (asdict(replace(step, sql="", assertions=())) | {"assertions": len(step.assertions)} for step in plan.steps)
    return asdict(replace(plan, steps=())) | {"digest": plan.digest, "steps": list(steps)}


def why(problem: Exception) -> str:
    """An error without anything that a server may have quoted."""
    if isinstance(problem, StatementFailed):
        return error_of(problem.sqlstate, problem.what, problem.context)
    if not isinstance(problem, SeatrialError):
        # Its words may hold anything; where it happened does not.
        frames = traceback.extract_tb(problem.__traceback__)[-FRAMES:]
        places = ", ".join(f"{PurePath(frame.filename).name}:{frame.lineno}" for frame in frames)
        return f"a fault in Seatrial: {type(problem).__name__} at {places}"
    if _RULE.fullmatch(problem.code):
        return f"{problem.code} at {problem.where}"
    reason = f" ({problem.why})" if problem.why and problem.code.startswith(KEPT) else ""
    return f"{problem.code}: {problem.what}{reason}"


def cleaned(value: Any, secrets: Iterable[str]) -> Any:  # noqa: ANN401 - JSON
    """The same with every secret masked, those that are known and whatever looks like one.

    Args:
        value: lists, tables, texts, numbers.
        secrets: to look for; longest first, so that no rest of one is left.
    """
    if isinstance(value, dict):
        return {cleaned(key, secrets): cleaned(each, secrets) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [cleaned(each, secrets) for each in value]
    if not isinstance(value, str):
        return value
    for secret in sorted(secrets, key=len, reverse=True):
        if len(secret) >= SHORTEST:
            value = value.replace(secret, MASK)
    return redacted(value)


def _body(body: object) -> Mapping[str, Any] | list[Any]:
    if isinstance(body, Statused):
        return [asdict(row) for row in body.status.rows]
    if isinstance(body, Recounted):
        return [_attempt(asdict(one)) for one in body.attempts]
    if isinstance(body, Checked):
        return _checked(body)
    if isinstance(body, Verified):
        return _verified(body)
    return {}


def _attempt(one: dict[str, Any]) -> dict[str, Any]:
    """Whoever wrote the error may have kept more than we would."""
    if one["end"]:
        code, _, message = one["end"]["error"].partition(" ")
        one["end"]["error"] = error_of(code, message) if message else code
    return one


def _checked(body: Checked) -> dict[str, Any]:
    return {
        "folder": body.folder, "files": body.files, "statements": body.statements, "rules": body.rules,
        "findings": [_finding(one) for one in body.findings],
        "waived": [_finding(one.finding) for one in body.waived],
    }  # fmt: skip


def _finding(one: Finding) -> dict[str, Any]:
    return {"code": one.code, "level": one.level, "file": one.place.path, "line": one.place.line}


def _verified(body: Verified) -> dict[str, Any]:
    return {
        "server": body.server, "objects": body.objects, "seconds": body.seconds,
        "differences": [
            {"change": one.change, "kind": one.kind, "name": one.name, "fact": one.fact} for one in body.differences
        ],
        "answers": [{"kind": one.kind, "name": one.name, "as expected": one.as_expected} for one in body.answers],
    }  # fmt: skip
