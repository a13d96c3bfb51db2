"""How far a statement in batches has come, as the ledger has it: written with each batch, and locked while one runs."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from seatrial.errors import StatementFailed
from seatrial.model.history import reached
from seatrial.pg.connection import execute, rows
from seatrial.pg.queries import load

if TYPE_CHECKING:
    from seatrial.model.migration import Migration, Step
    from seatrial.pg.connection import Connection

__all__ = ["Reached", "claim", "kept", "record_batch"]

PACKAGE = "seatrial.ledger"
#: SQLSTATE, of ours, for batches that must not go on.
NOT_THESE = "ST006"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reached:
    """Everything up to a key is done."""

    #: Text of the key in the last row that is done; None before the first.
    above: str | None = None
    #: That were changed, in all runs together.
    rows: int = 0


def claim(connection: Connection, migration: Migration, step: Step, key: str) -> Reached:
    """In the transaction of a batch, before it: from where it goes on; nobody else can begin one until its end.

    Raises:
        StatementFailed: it was begun as something else, or another deployer has completed it.
    """
    values = {"version": migration.version, "step": step.number}
    [found] = rows(connection, load(PACKAGE, "claim_batch"), values | {"content_digest": step.digest})
    # Asked afterwards, as whoever held the row may have completed the migration, and taken the row away with it.
    [state] = rows(connection, load(PACKAGE, "is_applied"), {"version": migration.version})
    if found["done"] or state["applied"]:
        raise StatementFailed("another deployment has completed these batches", sqlstate=NOT_THESE)
    position = json.loads(found["position"]) if found["position"] else {"key": key, "above": None}
    if found["content_digest"] != step.digest or position["key"] != key:
        raise StatementFailed(
            f'this step was begun in another form, by the key "{position["key"]}"', sqlstate=NOT_THESE,
            detail=f"{found['rows']:,} rows are done", hint="Put it back as it was until it is through",
        )  # fmt: skip
    return Reached(above=position["above"], rows=found["rows"])


def record_batch(connection: Connection, migration: Migration, step: Step, key: str, reached: Reached) -> None:
    """In the transaction of a batch, after it: how far it has come."""
    execute(
        connection, load(PACKAGE, "record_batch"),
        {
            "version": migration.version, "step": step.number, "rows": reached.rows,
            "position": json.dumps({"key": key, "above": reached.above}, ensure_ascii=False),
        },
    )  # fmt: skip


def kept(connection: Connection, migration: Migration, step: Step) -> tuple[str, ...]:
    """What batches that did not get to their end have left, in words."""
    found = rows(connection, load(PACKAGE, "batch_rows"), {"version": migration.version, "step": step.number})
    return tuple(reached(step.number, row["rows"], row["position"]) for row in found)
