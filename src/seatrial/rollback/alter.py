"""What gives one object the facts back that it had before a migration. Pure.

Everything that is a fact of the catalog's object is handled here, owner and comment too. Privileges (facts that begin
with `grants`) and default privileges are not: they are made of the definitions.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from seatrial.rollback.alter_attached import (
    altered_constraint,
    altered_index,
    altered_policy,
    altered_statistics,
    altered_switch,
)
from seatrial.rollback.alter_column import altered_column
from seatrial.rollback.alter_other import (
    altered_event_trigger,
    altered_extension,
    altered_publication,
    altered_published_table,
    altered_schema,
    altered_server,
    altered_view,
)
from seatrial.rollback.alter_routine import altered_routine
from seatrial.rollback.alter_sequence import altered_sequence
from seatrial.rollback.alter_table import altered_table
from seatrial.rollback.alter_type import altered_type
from seatrial.rollback.alteration import Alteration, Pair

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from seatrial.model.catalog import CatalogObject
    from seatrial.rollback.alteration import ColumnUse

__all__ = ["altered"]

_BY_KIND: Mapping[str, Callable[[Pair], Alteration | None]] = {
    "aggregate": altered_routine,
    "constraint": altered_constraint,
    "event trigger": altered_event_trigger,
    "extension": altered_extension,
    "foreign server": altered_server,
    "foreign table": altered_table,
    "function": altered_routine,
    "index": altered_index,
    "materialized view": altered_view,
    "policy": altered_policy,
    "procedure": altered_routine,
    "publication": altered_publication,
    "published table": altered_published_table,
    "rule": altered_switch,
    "schema": altered_schema,
    "sequence": altered_sequence,
    "statistics": altered_statistics,
    "table": altered_table,
    "trigger": altered_switch,
    "view": altered_view,
}


def altered(
    before: CatalogObject,
    after: CatalogObject,
    *,
    users: Sequence[ColumnUse] = (),
    above: tuple[CatalogObject, CatalogObject] | None = None,
    of_type: bool = False,
    sequence: CatalogObject | None = None,
    server_version: int = 150000,
) -> Alteration | None:
    """The SQL that makes `before` of `after`; None where it has to be dropped and made again.

    Args:
        before: the object, of the same kind and name, and of the same key.
        after: as the migration left it.
        users: of a type, the columns that have it now.
        above: of a column that a table or a partition inherits, the column of the parent before and after; what is
            altered there reaches down by itself, and must be altered first.
        of_type: of a column, whether its table is `OF` a type, which alters the column's type with its own.
        sequence: of a column that was an identity, its sequence as it was.
        server_version: of the server that the SQL is for.
    """
    pair = Pair(before=before, after=after)
    if not pair.changed:
        return Alteration()
    if after.kind == "column":
        parent = Pair(before=above[0], after=above[1]) if above else None
        return altered_column(pair, above=parent, of_type=of_type, sequence=sequence, server_version=server_version)
    if after.kind == "type":
        return altered_type(pair, users)
    known = _BY_KIND.get(after.kind)
    return known(pair) if known else None
