"""Applies the folder to a fresh scratch, as the deploying role, and says why where it fails."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from seatrial.ledger.apply import apply_all
from seatrial.rehearsal.cause import with_cause

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from seatrial.model.execution import Execution
    from seatrial.model.migration import Migration
    from seatrial.model.narrator import Narrator
    from seatrial.pg.connection import Connection

__all__ = ["replay"]


def replay(
    connection: Connection,
    migrations: Sequence[Migration],
    *,
    edited: Collection[str] = (),
    narrator: Narrator,
) -> Execution:
    """Apply migrations exactly as a deployment does, ledger and all; the first failure carries its cause.

    Args:
        connection: to a scratch whose ledger tables exist.
        migrations: all of the folder, in order.
        edited: versions that a target has with other content.
        narrator: told of each migration as it begins and ends.
    """
    execution = apply_all(connection, migrations, {}, narrator)
    if execution.failure is None:
        return execution
    return replace(execution, failure=with_cause(execution.failure, migrations, edited))
