"""Rows of tables as counts and digests, to tell whether all of them are still what they were."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from seatrial.pg.connection import rows
from seatrial.pg.queries import load
from seatrial.pg.statement import ask

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from seatrial.pg.connection import Connection

__all__ = ["digests", "number"]


def digests(
    connection: Connection,
    tables: Collection[str],
    without: Mapping[str, Collection[str]] | None = None,
    *,
    whole: bool = False,
) -> dict[str, str]:
    """Table → `1204 9e107d9d…`, whatever the order of rows and columns.

    Args:
        connection: of one who sees every row.
        tables: qualified, quoted where they have to be; those that are not there are left out.
        without: table → columns, without quotes, that are not looked at.
        whole: a partitioned table answers for all of its partitions, and these are left out.
    """
    left_out = json.dumps({name: sorted(columns) for name, columns in (without or {}).items()})
    asking = {"tables": list(tables), "without": left_out, "whole": whole}
    asked = rows(connection, load("seatrial.flows", "row_digests"), asking)
    return {row["name"]: ask(connection, row["question"]).value for row in asked}


def number(digest: str) -> int:
    """Of rows."""
    return int(digest.partition(" ")[0])
