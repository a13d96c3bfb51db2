"""A plan as a file."""

from __future__ import annotations

import json
import os
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from seatrial.errors import CannotRun
from seatrial.model.plan import Basis, Plan, PlanStep

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["read_plan", "write_plan"]

#: Raised when an older plan can no longer be used.
FORMAT = 2


def write_plan(path: Path, plan: Plan) -> None:
    """Save it; what was there before is replaced only when all of it is written.

    Raises:
        CannotRun: the file cannot be written.
    """
    content = {"format": FORMAT, "digest": plan.digest, "plan": asdict(plan)}
    unfinished = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        unfinished.write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")
        unfinished.replace(path)
    except OSError as error:
        unfinished.unlink(missing_ok=True)
        raise CannotRun(
            "plan.unwritable", "the plan cannot be saved", where=str(path), why=error.strerror or str(error),
            fix="give a file in a folder that can be written",
        ) from None  # fmt: skip


def read_plan(path: Path) -> Plan:
    """A plan that was saved.

    Raises:
        CannotRun: there is none, it was edited, or another version of Seatrial wrote it.
    """
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        if content["format"] != FORMAT:
            raise _unusable(path, f"it is of format {content['format']}, and this Seatrial reads format {FORMAT}")
        plan = _plan(**content["plan"])
    except OSError as error:
        raise _unusable(path, error.strerror or str(error)) from None
    except (ValueError, KeyError, TypeError, RecursionError):
        raise _unusable(path, "it is no plan, or only a part of one") from None
    if plan.digest != content["digest"]:
        raise _unusable(path, "it was edited: its content is not what its digest says")
    return plan


def _plan(*, steps: list[dict[str, Any]], basis: dict[str, Any], **facts: Any) -> Plan:  # noqa: ANN401 - JSON
    return Plan(steps=tuple(_step(**step) for step in steps), basis=Basis(**basis), **facts)


def _step(*, forecast: list[float] | None, locks: list[str], **facts: Any) -> PlanStep:  # noqa: ANN401 - JSON
    ends = (forecast[0], forecast[1]) if forecast else None
    return PlanStep(forecast=ends, locks=tuple(locks), **facts)


def _unusable(path: Path, why: str) -> CannotRun:
    return CannotRun(
        "plan.unusable", "the plan cannot be used", where=str(path), why=why,
        fix="rehearse again: seatrial rehearse --from <target> --plan <file>",
    )  # fmt: skip
