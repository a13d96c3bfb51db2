"""What the rows of a check's query come to, as a sentence and what there is to do."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from seatrial.model.health import Ailment, Examined, HealthFigure, Soundness
from seatrial.model.words import count

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from seatrial.monitoring.health.check import Check

__all__ = ["judged", "not_run"]


def judged(check: Check, found: Sequence[Mapping[str, Any]]) -> Examined:
    """What a check says; where it finds nothing and could not see everything, nobody knows.

    Args:
        check: the check.
        found: rows of its query.
    """
    unseen = " ".join(row["note"] for row in found if row["object"] is None)
    ailments = tuple(_ailment(row) for row in found if row["object"] is not None)
    if unseen and not ailments:
        return not_run(check, unseen)
    several = f"{len(ailments):,} {check.plural}" if check.plural and len(ailments) > 1 else ""
    return Examined(
        check=check.name,
        soundness=Soundness.AILING if ailments else Soundness.SOUND,
        sentence=(several or count(len(ailments), check.noun)) if ailments else f"No {_plural(check)}",
        why=check.why,
        remark=" ".join(filter(None, (check.remark, unseen))),
        ailments=tuple(sorted(ailments, key=lambda one: not one.urgent)),
    )


def not_run(check: Check, why: str) -> Examined:
    """What is said where nobody could look."""
    plural = _plural(check)
    return Examined(
        check=check.name, soundness=Soundness.NOT_RUN, why=check.why, remark=why,
        sentence=f"{plural[0].upper()}{plural[1:]}: not known",
    )  # fmt: skip


def _plural(check: Check) -> str:
    return check.plural or count(2, check.noun).partition(" ")[2]


def _ailment(row: Mapping[str, Any]) -> Ailment:
    return Ailment(
        object=row["object"],
        figures=tuple(HealthFigure(name=name, value=str(value)) for name, value in row["figures"].items()),
        remedy=row["remedy"],
        note=row["note"],
        urgent=row["urgent"],
    )
