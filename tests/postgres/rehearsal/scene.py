"""Statements on a stage, and what was seen of them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tests.postgres.ledger.folder import migration

from seatrial.model.narrator import Silent
from seatrial.rehearsal.replay import Manner, replay
from seatrial.rehearsal.trial import statement_trials

if TYPE_CHECKING:
    from seatrial.model.evidence import Evidence
    from seatrial.model.execution import Execution
    from seatrial.model.trial import StatementTrial
    from seatrial.pg.connection import Connection

__all__ = ["Scene"]


@dataclass(slots=True, kw_only=True)
class Scene:
    """A database; each text that is rehearsed is a migration of its own."""

    connection: Connection
    observer: Connection
    _versions: list[str] = field(default_factory=list)

    def given(self, text: str) -> None:
        """What is there before."""
        self.connection.execute(text.encode())

    def rehearse(self, *texts: str, manner: Manner | None = None) -> Execution:
        """Apply migrations, with everything recorded."""
        waiting = [self._migration(text) for text in texts]
        return replay(self.connection, self.observer, waiting, manner=manner, narrator=Silent())

    def trials(self, text: str) -> tuple[StatementTrial, ...]:
        """One migration that goes through, statement by statement."""
        waiting = self._migration(text)
        execution = replay(self.connection, self.observer, [waiting], narrator=Silent())
        assert execution.failure is None, execution.failure
        return statement_trials(execution, [waiting])

    def seen(self, text: str) -> Evidence:
        """What the last statement of a migration did."""
        return self.trials(text)[-1].evidence

    def _migration(self, text: str):  # type: ignore[no-untyped-def]  # noqa: ANN202 - of the ledger's tests
        self._versions.append(str(len(self._versions) + 1))
        return migration(self._versions[-1], text)
