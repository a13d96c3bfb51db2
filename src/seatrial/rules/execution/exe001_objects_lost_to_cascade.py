"""Objects that nobody named and that CASCADE took."""

from __future__ import annotations

from typing import TYPE_CHECKING

from seatrial.model.finding import Level
from seatrial.rules.execution.made import Made
from seatrial.rules.hit import Hit
from seatrial.rules.naming import joined, quoted

if TYPE_CHECKING:
    from collections.abc import Iterator

    from seatrial.model.evidence import ObjectChange
    from seatrial.model.trial import Trial

LEVEL = Level.WARNS

#: What their loss means, the worst first.
_MEANS = {
    "restrictive policy": "rows are seen that the policy kept apart",
    "policy": "rows are no longer seen, or written, that the policy let through",
    "table": "the rows of the table are gone",
    "table column": "what the column held is gone",
    "table constraint": "nothing checks any more what the constraint checked",
    "trigger": "what the trigger did is no longer done",
    "materialized view": "whoever reads the view fails with 42P01",
    "view": "whoever reads the view fails with 42P01",
    "function": "whoever calls the function fails with 42883",
}
_KINDS = tuple(_MEANS)


def judge(trial: Trial) -> Iterator[Hit]:
    """One hit for each statement that loses objects of before."""
    made = Made()
    for one in trial.statements:
        lost = [change for change in one.evidence.objects if change.cascaded and not made.has(change)]
        lost.sort(key=lambda change: (_rank(_kind(change)), change.name))
        if lost:
            means = dict.fromkeys(_MEANS.get(_kind(change), f"the {change.kind} is gone") for change in lost)
            yield Hit(
                script=one.script,
                offset=one.statement.start,
                what=f"CASCADE takes {joined(map(_named, lost))}",
                effect="; ".join(means),
                fix="Drop by name what is to go, make anew what is to stay, and drop without CASCADE: it stops at what "
                "was forgotten",
            )
        made.add(one)


def _named(change: ObjectChange) -> str:
    """`the policy "members only" of public.notes`."""
    name, _, table = change.name.partition(" on ")
    return f"the {_kind(change)} {quoted(name)}" + (f" of {table}" if table else "")


def _kind(change: ObjectChange) -> str:
    return f"restrictive {change.kind}" if change.restrictive else change.kind


def _rank(kind: str) -> int:
    return _KINDS.index(kind) if kind in _MEANS else len(_KINDS)
