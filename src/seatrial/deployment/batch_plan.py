"""Whether batches would see each other, as the target would execute the statement: through a view or a policy."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from seatrial.deployment.batch_key import NO_KEY
from seatrial.errors import StatementFailed
from seatrial.pg.connection import rows
from seatrial.pg.explain import explained
from seatrial.pg.queries import load
from seatrial.sql.batch_insert import AGGREGATE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from seatrial.pg.connection import Connection
    from seatrial.sql.batch import Cut

__all__ = ["refuse_seeing_others"]


def refuse_seeing_others(connection: Connection, cut: Cut) -> None:
    """In the transaction of a batch, before it.

    Raises:
        StatementFailed: a batch would see what those before it have changed, or would count its own rows only; or the
            statement is refused as it is.
    """
    parts = _parts(connection, cut) if cut.verb == "INSERT" else set()
    nodes = list(_nodes(explained(connection, cut.statement(None, None), run=False).get("Plan", {})))
    for changing in (node for node in nodes if node.get("Node Type") == "ModifyTable"):
        # Of a table with partitions, those that are changed.
        targets = changing.get("Target Tables", [changing])
        changed = {_table(one) for one in targets} | parts
        own = {one["Alias"] for one in targets if "Alias" in one}
        if any(
            node is not changing and _table(node) in changed and node["Alias"] not in own
            for node in nodes if "Relation Name" in node
        ):  # fmt: skip
            raise StatementFailed(
                f"the {cut.verb} cannot be cut into batches:"
                " it reads the table that it changes, through a view or a policy",
                sqlstate=NO_KEY, detail="A batch would see what those before it have changed.",
                hint="Write what it reads into a table of its own first, and begin from there",
            )  # fmt: skip


def _parts(connection: Connection, cut: Cut) -> set[tuple[str | None, str | None]]:
    """Partitions of the table that an INSERT fills, and of those that it is one of."""
    [found] = rows(
        connection, load("seatrial.deployment", "batch_counted"), {"changed": cut.changed, "calls": list(cut.calls)}
    )  # fmt: skip
    if found["aggregate"]:
        raise StatementFailed(
            f"the INSERT cannot be cut into batches: of {found['aggregate']}(), {AGGREGATE}", sqlstate=NO_KEY,
            hint="Leave out the comment, or count into a table of its own first",
        )  # fmt: skip
    return {(schema, name) for schema, name in found["parts"]}


def _nodes(node: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield node
    for inner in node.get("Plans", ()):
        yield from _nodes(inner)


def _table(node: dict[str, Any]) -> tuple[str | None, str | None]:
    return node.get("Schema"), node.get("Relation Name")
