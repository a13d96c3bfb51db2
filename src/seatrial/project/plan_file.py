"""A plan as a file."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from seatrial.errors import CannotRun
from seatrial.model.plan import Basis, Plan, PlannedLock, PlanStep
from seatrial.project.sealed import Seal, read_sealed, write_sealed

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["PLAN", "read_plan", "write_plan"]

#: The digest is the plan's own, which leaves out the time.
PLAN = Seal(what="plan", key="plan", format=3, besides=("made_at",), elsewhere="give --plan FILE")


def write_plan(path: Path, plan: Plan) -> None:
    """Save it; what was there before is replaced only when all of it is written.

    Raises:
        CannotRun: the file cannot be written, or what is there is no plan.
    """
    write_sealed(path, PLAN, asdict(plan))


def read_plan(path: Path, again: str = "") -> Plan:
    """A plan that was saved.

    Args:
        path: the file.
        again: the command that makes it anew, where it is known for which target it is.

    Raises:
        CannotRun: there is none, it was edited, or another version of Seatrial wrote it.
    """
    try:
        return read_sealed(path, PLAN, _plan)
    except ValueError as error:
        raise CannotRun(
            "plan.unusable", "the plan cannot be used", where=str(path), why=str(error),
            fix=f"rehearse again: {again or 'seatrial rehearse --from <target> --plan <file>'}",
        ) from None  # fmt: skip


def _plan(*, steps: list[dict[str, Any]], basis: dict[str, Any], **facts: Any) -> Plan:  # noqa: ANN401 - JSON
    return Plan(steps=tuple(_step(**step) for step in steps), basis=Basis(**basis), **facts)


def _step(
    *,
    forecast: list[float] | None,
    held: list[float] | None,
    locks: list[dict[str, Any]],
    assertions: list[str],
    uncounted: list[str],
    **facts: Any,  # noqa: ANN401 - JSON
) -> PlanStep:
    taken = tuple(PlannedLock(relation=one["relation"], mode=one["mode"], blocks=tuple(one["blocks"])) for one in locks)
    return PlanStep(
        forecast=_ends(forecast), held=_ends(held), assertions=tuple(assertions), locks=taken,
        uncounted=tuple(uncounted), **facts,
    )  # fmt: skip


def _ends(seconds: list[float] | None) -> tuple[float, float] | None:
    return (seconds[0], seconds[1]) if seconds else None
