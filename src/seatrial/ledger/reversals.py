"""The ways back of migrations, stored on the target when their deployment begins."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from seatrial import __version__
from seatrial.errors import StatementFailed
from seatrial.ledger.read import PATIENCE, present, unreadable
from seatrial.model.reversal import Reversal, Reversibility
from seatrial.pg.connection import execute, rows
from seatrial.pg.failure import translated
from seatrial.pg.queries import load

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from seatrial.pg.connection import Connection

__all__ = ["read_reversals", "store"]

PACKAGE = "seatrial.ledger"


def read_reversals(connection: Connection) -> Mapping[str, Reversal]:
    """By version; none where there is no ledger, or an older one. Reads only.

    Raises:
        CannotRun: they are there, and cannot be read.
    """
    try:
        with translated(connection), connection.transaction():
            execute(connection, f"SET LOCAL lock_timeout = '{PATIENCE}'")
            if not present(connection)["archive"]:
                return {}
            found = rows(connection, load(PACKAGE, "reversals"))
    except StatementFailed as error:
        raise unreadable(connection, error) from None
    return {
        row["version"]: Reversal(
            version=row["version"], label=row["version"], digest=row["digest"], verdict=Reversibility(row["verdict"]),
            script=row["script"], reasons=tuple(row["reasons"]), archived=tuple(row["archived"]),
            kept=tuple(row["kept"]), by_author=row["by_author"], before=row["before"],
        )
        for row in found
    }  # fmt: skip


def store(connection: Connection, versions: Collection[str], reversals: Iterable[Reversal]) -> None:
    """Write the ways back of migrations that are about to begin; what an earlier try wrote for them is gone.

    Args:
        connection: of the deploying role, in autocommit mode, outside a transaction.
        versions: of those that no earlier run has begun.
        reversals: those that were proved; nothing is written of other versions.
    """
    if not present(connection)["archive"]:
        # An older ledger, made by somebody else, has no place for it.
        return
    with translated(connection), connection.transaction():
        for version in versions:
            execute(connection, load(PACKAGE, "delete_reversal"), {"version": version})
        for one in reversals:
            if one.version in versions:
                execute(connection, load(PACKAGE, "record_reversal"), _facts(one))


def _facts(one: Reversal) -> dict[str, object]:
    return {
        "version": one.version, "digest": one.digest, "verdict": str(one.verdict), "script": one.script,
        "reasons": list(one.reasons), "archived": list(one.archived), "kept": list(one.kept),
        "by_author": one.by_author, "before": json.dumps(one.before), "tool": f"seatrial {__version__}",
    }  # fmt: skip
