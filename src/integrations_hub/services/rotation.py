"""Rotation of the key-encryption key: every data key put under the primary key, while everybody works."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from integrations_hub.domain.caller import SERVICE
from integrations_hub.domain.refusal import Refusal
from integrations_hub.store import credentials
from integrations_hub.store.transaction import transaction

if TYPE_CHECKING:
    from integrations_hub.store.credentials import Place
    from integrations_hub.store.database import Database
    from integrations_hub.vault.vault import Vault

__all__ = ["Rotated", "Rotation"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rotated:
    """How a rotation went."""

    rewrapped: int
    #: (organization, integration) of rows that do not open and stay as they are.
    unreadable: tuple[tuple[str, str], ...] = ()
    #: Credentials that are under each other key than the primary one; that key may be removed when it is not here.
    left: dict[str, int] = field(default_factory=dict)


class Rotation:
    """May be killed and run again, and run in many processes at once: what is done is done, row by row."""

    def __init__(self, *, database: Database, vault: Vault) -> None:
        self._database = database
        self._vault = vault

    def run(self, batch: int = 100) -> Rotated:
        """Rewrap what is under an old key that is known; what others hold at the moment is left for the next run.

        Args:
            batch: rows of one transaction.

        Raises:
            Refusal: 503, the database is not there; what was done until then stays.
            CannotRun: a key cannot be read.
        """
        # A key that cannot be read is known before a row is locked.
        self._vault.prepare()
        rewrapped, unreadable, after = 0, [], credentials.BEGINNING
        while True:
            rows, bad = self._batch(after, batch)
            if not rows:
                break
            after = (rows[-1].organization_id, rows[-1].integration_id)
            unreadable += bad
            rewrapped += len(rows) - len(bad)
        return Rotated(rewrapped=rewrapped, unreadable=tuple(unreadable), left=self.left())

    def left(self) -> dict[str, int]:
        """How many credentials are under each other key than the primary one."""
        with transaction(self._database, SERVICE) as connection:
            counted = credentials.by_key(connection)
        return {key_id: count for key_id, count in counted.items() if key_id != self._vault.primary}

    def _batch(self, after: tuple[str, str], limit: int) -> tuple[list[Place], list[tuple[str, str]]]:
        bad = []
        with transaction(self._database, SERVICE) as connection:
            rows = credentials.to_rewrap(
                connection, primary=self._vault.primary, known=self._vault.known, after=after, limit=limit
            )
            for row in rows:
                try:
                    sealed = self._vault.rewrap(row.organization_id, row.integration_id, row.sealed)
                except Refusal:
                    bad.append((row.organization_id, row.integration_id))
                else:
                    credentials.rewrap(connection, row, sealed)
        return rows, bad
