"""Objects that nobody named and that CASCADE took."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from seatrial.model.commands import AlterTable, Drop
from seatrial.model.finding import Level
from seatrial.rules.dependents import of_column, of_function, of_relation, of_type
from seatrial.rules.execution.made import Made
from seatrial.rules.hit import Hit
from seatrial.rules.naming import joined, quoted
from seatrial.rules.usage import whole

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from seatrial.model.evidence import ObjectChange
    from seatrial.model.schema import Occasion, Schema
    from seatrial.model.trial import Trial
    from seatrial.rules.dependents import Dependent

LEVEL = Level.WARNS

#: What the server calls what a file calls otherwise.
_CATALOG = {"foreign key": "table constraint", "column": "table column", "generated column": "table column"}
#: What their loss means, the worst first.
_MEANS = {
    "restrictive policy": "rows are seen that the policy kept apart",
    "policy": "rows are no longer seen, or written, that the policy let through",
    "table": "the rows of the table are gone",
    "table column": "what the column held is gone",
    "table constraint": "nothing checks any more what the constraint checked",
    "trigger": "what the trigger did is no longer done",
    "materialized view": "whoever reads the view fails with 42P01",
    "view": "whoever reads the view fails with 42P01",
    "function": "whoever calls the function fails with 42883",
}
_KINDS = tuple(_MEANS)
_FIX = "Drop by name what is to go, make anew what is to stay, and drop without CASCADE: it stops at what was forgotten"
_RELATIONS = frozenset({"table", "view", "materialized view"})


def read(schema: Schema) -> Iterator[Hit]:
    """One hit for each CASCADE that takes what earlier files have made."""
    for _, group in groupby(schema.occasions, key=whole):
        found = [(occasion, one) for occasion in group for one in _taken(schema, occasion)]
        lost = [(occasion, one) for occasion, one in found if one.tracked and not one.fresh]
        if lost:
            occasion, users = lost[0][0], [one for _, one in lost]
            kinds = [one.said.removeprefix("the ").partition(' "')[0] for one in users]
            yield Hit(
                script=occasion.script,
                offset=occasion.offset,
                what=_what(one.said for one in users),
                effect="; ".join(dict.fromkeys(_meaning(_CATALOG.get(kind, kind)) for kind in kinds)),
                fix=_FIX,
            )


def judge(trial: Trial) -> Iterator[Hit]:
    """One hit for each statement that loses objects of before."""
    made = Made()
    for one in trial.statements:
        lost = [change for change in one.evidence.objects if change.cascaded and not made.has(change)]
        lost.sort(key=lambda change: (_rank(_kind(change)), change.name))
        if lost:
            means = dict.fromkeys(_meaning(_kind(change)) for change in lost)
            yield Hit(
                script=one.script,
                offset=one.statement.start,
                what=_what(map(_named, lost)),
                effect="; ".join(means),
                fix=_FIX,
            )
        made.add(one)


def _taken(schema: Schema, occasion: Occasion) -> Iterator[Dependent]:
    """What PostgreSQL knows to hang on what is dropped; without what the same file has made."""
    match occasion.command:
        case Drop(cascade=True) as drop:
            for named in drop.names:
                if drop.kind in _RELATIONS:
                    yield from of_relation(schema, named, occasion)
                elif drop.kind in {"function", "procedure"}:
                    yield from of_function(schema, named, occasion)
                elif drop.kind in {"type", "domain"}:
                    yield from of_type(schema, named, occasion)
        case AlterTable(table=table) as altered:
            for action in altered.actions:
                if action.kind == "drop column" and action.cascade:
                    yield from of_column(schema, table, action.name, occasion)
        case _:
            pass


def _what(said: Iterable[str]) -> str:
    return f"CASCADE takes {joined(said)}"


def _meaning(kind: str) -> str:
    return _MEANS.get(kind, f"the {kind} is gone")


def _named(change: ObjectChange) -> str:
    """`the policy "members only" of public.notes`."""
    name, _, table = change.name.partition(" on ")
    return f"the {_kind(change)} {quoted(name)}" + (f" of {table}" if table else "")


def _kind(change: ObjectChange) -> str:
    return f"restrictive {change.kind}" if change.restrictive else change.kind


def _rank(kind: str) -> int:
    return _KINDS.index(kind) if kind in _MEANS else len(_KINDS)
