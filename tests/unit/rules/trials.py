"""Trials as a rehearsal would bring them, made by hand: what a server does not show at will."""

from __future__ import annotations

from typing import TYPE_CHECKING

from seatrial.model.evidence import Evidence, Lock, LockMode, Notice, Rewrite, Scan, Written
from seatrial.model.forecast import Forecast
from seatrial.model.source import Transaction
from seatrial.model.trial import StatementTrial, Trial

if TYPE_CHECKING:
    from seatrial.model.source import Script

__all__ = ["FORECAST", "lock", "notice", "rewrite", "scan", "trial_of", "wrote"]

FORECAST = Forecast(low=38, high=55, rows=12_400_000, tables=("public.contacts",), measured=())


def lock(relation: str, mode: LockMode = LockMode.ACCESS_EXCLUSIVE, *, kind: str = "table") -> Lock:
    """On a relation that was there before."""
    return Lock(relation=relation, kind=kind, mode=mode, blocks=mode.blocks, held_seconds=0, existed=True)


def scan(relation: str, rows: int = 0) -> Scan:
    """Once from end to end."""
    return Scan(relation=relation, scans=1, rows=rows, existed=True)


def rewrite(relation: str, kind: str = "table") -> Rewrite:
    """Of one that was there before."""
    return Rewrite(relation=relation, kind=kind, existed=True)


def wrote(relation: str, rows: int) -> Written:
    """So many rows changed."""
    return Written(relation=relation, inserted=0, updated=rows, deleted=0)


def notice(sqlstate: str, message: str) -> Notice:
    """As the server says it."""
    return Notice(severity="NOTICE", sqlstate=sqlstate, message=message)


def trial_of(script: Script, *seen: Evidence, half_made: tuple[str, ...] = (), **facts: object) -> Trial:
    """The statements of a script and what each of them did; of the last ones nothing where less is given.

    Args:
        script: one file; stand-alone statements are a step each.
        seen: in the order of the statements.
        half_made: as in the trial.
        facts: of the last statement.
    """
    steps = [statement.transaction is Transaction.STANDALONE for statement in script.statements]
    padded = [*seen, *[Evidence()] * (len(steps) - len(seen))]
    found = [
        StatementTrial(
            script=script,
            statement=statement,
            step=sum(steps[:at]) + 1,
            evidence=evidence,
            **(facts if at == len(steps) - 1 else {}),  # type: ignore[arg-type]
        )
        for at, (statement, evidence) in enumerate(zip(script.statements, padded, strict=True))
    ]
    return Trial(statements=tuple(found), half_made=half_made)
