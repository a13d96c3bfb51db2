"""Whether an UPDATE reads the table that it changes, as the target would execute it: through a view or a policy."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from seatrial.deployment.batch_key import NO_KEY
from seatrial.errors import StatementFailed
from seatrial.pg.explain import explained

if TYPE_CHECKING:
    from collections.abc import Iterator

    from seatrial.pg.connection import Connection
    from seatrial.sql.batch import Cut

__all__ = ["refuse_reading_itself"]


def refuse_reading_itself(connection: Connection, cut: Cut) -> None:
    """In the transaction of a batch, before it.

    Raises:
        StatementFailed: a batch would see what those before it have changed; or the UPDATE is refused as it is.
    """
    nodes = list(_nodes(explained(connection, cut.statement(None, None), run=False).get("Plan", {})))
    for changing in (node for node in nodes if node.get("Node Type") == "ModifyTable"):
        # Of a table with partitions, those that are changed.
        targets = changing.get("Target Tables", [changing])
        changed = {_table(one) for one in targets}
        own = {one["Alias"] for one in targets if "Alias" in one}
        if any(
            node is not changing and _table(node) in changed and node["Alias"] not in own
            for node in nodes if "Relation Name" in node
        ):  # fmt: skip
            raise StatementFailed(
                "the UPDATE cannot be cut into batches: it reads the table that it changes, through a view or a policy",
                sqlstate=NO_KEY, detail="A batch would see what those before it have changed.",
                hint="Write what it reads into a table of its own first, and update from there",
            )  # fmt: skip


def _nodes(node: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield node
    for inner in node.get("Plans", ()):
        yield from _nodes(inner)


def _table(node: dict[str, Any]) -> tuple[str | None, str | None]:
    return node.get("Schema"), node.get("Relation Name")
