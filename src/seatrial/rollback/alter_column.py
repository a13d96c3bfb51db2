"""A column as it was: default, NOT NULL, identity, how it is stored; its type is `alter_column_type`'s. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from seatrial.rollback.alter_column_type import STORED_BY_TYPE, retyped
from seatrial.rollback.alter_said import comment
from seatrial.rollback.alter_sequence import sequence_options
from seatrial.rollback.alteration import Alteration
from seatrial.rollback.guard import filled
from seatrial.rollback.not_null import nullability
from seatrial.rollback.options import foreign_options, parsed, set_and_reset
from seatrial.sql.text import literal

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from seatrial.model.catalog import CatalogObject
    from seatrial.rollback.alteration import Pair

__all__ = ["altered_column"]

VIEWS = frozenset({"view", "materialized view"})
#: What a column of a view has of its own; the rest follows from what the view selects.
OF_A_VIEW = frozenset({"default", "comment", "statistics target", "storage", "compression", "options"})
#: What is altered for a table and all that inherit from it at once.
RECURSIVE = frozenset({"type", "collation", "not null", "generated", "expression", "identity"})
#: From here on the expression of a stored column can be set; virtual ones are as old as the server that has them.
SETS_EXPRESSIONS = 170000


def altered_column(
    pair: Pair, *, above: Pair | None, of_type: bool, sequence: CatalogObject | None, server_version: int
) -> Alteration | None:
    """None where it has to be dropped and added again: nothing makes a generated column of one that is not."""
    changed = pair.changed & OF_A_VIEW if _is_of_view(pair) else pair.changed
    if of_type:
        # The type alters it.
        changed -= {"type", "collation"}
    if above:
        same = {fact for fact in RECURSIVE & changed if _moves_alike(fact, pair, above)}
        changed -= same
    if not _can_generate(pair, changed, server_version):
        return None
    command = f"ALTER {_relation(pair).upper()} {pair.on}"
    only = f"{command.replace(' TABLE ', ' TABLE ONLY ', 1)} ALTER COLUMN {pair.own}"
    column = f"{command} ALTER COLUMN {pair.own}"
    is_retyped = bool(pair.changed & {"type", "collation"}) and not _is_of_view(pair)
    return (
        Alteration(statements=tuple(_first(pair, changed, column)))
        + (retyped(pair, column) if changed & {"type", "collation"} else Alteration())
        + Alteration(statements=tuple(_default(pair, changed, only, is_retyped=is_retyped)))
        + (nullability(pair, command) if "not null" in changed else Alteration())
        + (_identity(pair, column, sequence) if "identity" in changed else Alteration())
        + Alteration(statements=tuple(_storage(pair, changed, only, is_retyped=is_retyped)))
        + comment(pair)
    )


def _relation(pair: Pair) -> str:
    return pair.after.parent[0] if pair.after.parent else "table"


def _is_of_view(pair: Pair) -> bool:
    return _relation(pair) in VIEWS


def _moves_alike(fact: str, pair: Pair, above: Pair) -> bool:
    return pair.was(fact) == above.was(fact) and pair.now(fact) == above.now(fact)


def _can_generate(pair: Pair, changed: frozenset[str], server_version: int) -> bool:
    """Whether what generates it can be altered, or goes."""
    if "generated" in changed:
        return not pair.was("generated") and pair.now("generated") == "stored"
    if "expression" in changed:
        return pair.was("generated") == "virtual" or server_version >= SETS_EXPRESSIONS
    return True


def _first(pair: Pair, changed: frozenset[str], column: str) -> Iterator[str]:
    """What would be in the way of the rest."""
    if "generated" in changed:
        yield f"{column} DROP EXPRESSION"
    if "identity" in changed and not pair.was("identity"):
        yield f"{column} DROP IDENTITY"
    if "type" in changed and pair.now("default"):
        yield f"{column} DROP DEFAULT"


def _default(pair: Pair, changed: frozenset[str], column: str, *, is_retyped: bool) -> Iterator[str]:
    """A change of the type took the default away; the expression of a generated column is set behind its type."""
    if "expression" in changed and pair.was("generated"):
        yield f"{column.replace(' ONLY ', ' ', 1)} SET EXPRESSION AS ({pair.was('expression')})"
    if pair.was("default") and ("default" in changed or is_retyped):
        yield f"{column} SET DEFAULT {pair.was('default')}"
    elif "default" in changed and not (is_retyped and "type" in changed):
        yield f"{column} DROP DEFAULT"


def _identity(pair: Pair, column: str, sequence: CatalogObject | None) -> Alteration:
    was = pair.was("identity").upper()
    if not was:
        return Alteration()
    if pair.now("identity"):
        return Alteration(statements=(f"{column} SET GENERATED {was}",))
    facts = dict(sequence.facts) if sequence else {}
    # Its type is the column's.
    facts.pop("type", None)
    options = f" (SEQUENCE NAME {sequence.name} {sequence_options(facts)})" if sequence else ""
    made = (f"{column} ADD GENERATED {was} AS IDENTITY{options}", _behind_the_last(pair, facts))
    # An identity has to be NOT NULL before it is one.
    waits = "not null" in pair.changed
    return Alteration(later=(";\n".join(made),)) if waits else Alteration(statements=made)


def _behind_the_last(pair: Pair, facts: Mapping[str, str]) -> str:
    """Has the sequence go on where the numbers of the rows end."""
    down = facts.get("increment", "").startswith("-")
    last, within = ("min", f"<= {facts['maximum']}") if down else ("max", f">= {facts.get('minimum', '1')}")
    bare = pair.own[1:-1].replace('""', '"') if pair.own.startswith('"') else pair.own
    parts = {"table": pair.on, "name": literal(pair.on), "column": pair.own, "bare": literal(bare)}
    return filled("go_on", {**parts, "last": last, "within": within})


def _storage(pair: Pair, changed: frozenset[str], column: str, *, is_retyped: bool) -> Iterator[str]:
    """A change of the type gave it what its type has."""
    if pair.was("storage") and (is_retyped or "storage" in changed):
        yield f"{column} SET STORAGE {pair.was('storage').upper()}"
    elif "storage" in changed and not is_retyped:
        yield f"{column} SET STORAGE {STORED_BY_TYPE.get(pair.was('type').partition('(')[0], 'EXTENDED')}"
    if "compression" in changed or (is_retyped and pair.was("compression")):
        yield f"{column} SET COMPRESSION {pair.was('compression') or 'default'}"
    if "statistics target" in changed:
        yield f"{column} SET STATISTICS {pair.was('statistics target') or '-1'}"
    if "options" in changed:
        yield from set_and_reset(column, parsed(pair.was("options")), parsed(pair.now("options")))
    if "foreign options" in changed:
        yield from foreign_options(column, parsed(pair.was("foreign options")), parsed(pair.now("foreign options")))
