"""A plan as a file."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from seatrial.errors import CannotRun
from seatrial.model.archive import Keeping, KeptColumns, KeptRows, KeptTable
from seatrial.model.plan import Basis, Plan, PlannedLock, PlanStep
from seatrial.model.reversal import Reversal, Reversibility
from seatrial.project.sealed import Seal, read_sealed, write_sealed

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["PLAN", "read_plan", "write_plan"]

#: The digest is the plan's own, which leaves out the time.
PLAN = Seal(what="plan", key="plan", format=4, besides=("made_at",), elsewhere="give --plan FILE")


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


def _plan(
    *,
    steps: list[dict[str, Any]],
    basis: dict[str, Any],
    keepings: dict[str, dict[str, Any]],
    reversals: list[dict[str, Any]],
    **facts: Any,  # noqa: ANN401 - JSON
) -> Plan:
    return Plan(
        steps=tuple(_step(**step) for step in steps), basis=Basis(**basis),
        keepings={version: _keeping(**one) for version, one in keepings.items()},
        reversals=tuple(_reversal(**one) for one in reversals), **facts,
    )  # fmt: skip


def _keeping(  # noqa: PLR0913 - as many as the record has
    *,
    before: dict[str, list[str]],
    instead: dict[str, list[str]],
    ending: list[str],
    tables: list[dict[str, str]],
    columns: list[dict[str, Any]],
    rows: list[dict[str, Any]],
    batches: dict[str, dict[str, Any]],
    unkept: list[str],
    returns: list[str],
    **facts: Any,  # noqa: ANN401 - JSON
) -> Keeping:
    """JSON knows lists where the record has tuples, and texts where it has offsets."""
    return Keeping(
        before=_by_offset(before), instead=_by_offset(instead), ending=tuple(ending), unkept=tuple(unkept),
        returns=tuple(returns), tables=tuple(KeptTable(**one) for one in tables),
        columns=tuple(KeptColumns(**_tuples(one)) for one in columns),
        rows=tuple(KeptRows(**_tuples(one)) for one in rows),
        batches={int(offset): KeptRows(**_tuples(one)) for offset, one in batches.items()}, **facts,
    )  # fmt: skip


def _reversal(*, verdict: str, **facts: Any) -> Reversal:  # noqa: ANN401 - JSON
    return Reversal(verdict=Reversibility(verdict), **_tuples(facts))


def _by_offset(found: dict[str, list[str]]) -> dict[int, tuple[str, ...]]:
    return {int(offset): tuple(statements) for offset, statements in found.items()}


def _tuples(facts: dict[str, Any]) -> dict[str, Any]:
    return {name: tuple(value) if isinstance(value, list) else value for name, value in facts.items()}


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
