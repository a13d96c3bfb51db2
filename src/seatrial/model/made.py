"""What a release makes or changes, each with its comment and the statement that did it."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping
from typing import TYPE_CHECKING

from seatrial.model.documentation import Made
from seatrial.model.place import place_at

if TYPE_CHECKING:
    from collections.abc import Sequence

    from seatrial.model.catalog import Catalog, CatalogObject, Identity
    from seatrial.model.place import Place
    from seatrial.model.trial import StatementTrial

__all__ = ["made_of"]

#: What a person would miss in a list of what a release makes.
KINDS = frozenset({
    "table", "foreign table", "view", "materialized view", "column", "policy", "function", "procedure", "aggregate",
    "index", "trigger", "type", "sequence", "cron job",
})  # fmt: skip
#: Where the server's events name a part after its table: `contacts_select on public.contacts`.
ON_A_TABLE = frozenset({"policy", "trigger"})


def made_of(
    changed: Catalog, comments: Mapping[Identity, str], statements: Sequence[StatementTrial]
) -> tuple[Made, ...]:
    """Everything, by kind and name.

    Args:
        changed: what the release made, and what it changed of other objects.
        comments: of each of them, afterwards.
        statements: in the order in which they ran.
    """
    touched = _touched(statements)
    return tuple(
        Made(
            kind=one.kind, name=one.name, parent=_parent(one), comment=comments.get(identity, ""),
            changed=not one.whole, of_partition=_of_partition(one, changed), place=_place(one, touched),
        )
        for identity, one in sorted(changed.objects.items())
        if one.kind in KINDS
    )  # fmt: skip


def _parent(one: CatalogObject) -> str:
    return one.parent[1] if one.parent and one.parent[0] != "schema" else ""


def _of_partition(one: CatalogObject, changed: Catalog) -> bool:
    table = changed.objects.get(one.parent) if one.kind == "column" and one.parent else one
    return table is not None and table.kind in {"table", "foreign table"} and _parent(table) != ""


#: Name of an object → statements that created or altered it, in order.
_Touched = Mapping[str, list[tuple[str, "StatementTrial"]]]


def _touched(statements: Sequence[StatementTrial]) -> _Touched:
    touched: defaultdict[str, list[tuple[str, StatementTrial]]] = defaultdict(list)
    for trial in statements:
        for change in trial.evidence.objects:
            if change.action != "dropped":
                touched[_plain(change.name)].append((change.action, trial))
    return touched


def _place(one: CatalogObject, touched: _Touched) -> Place | None:
    """Of the statement that made it as it is now; of what was there before, the last one that changed it."""
    found = _of_column(one, touched) if one.kind == "column" else _of_object(one, touched)
    if found is None:
        return None
    trial, offset = found
    source = trial.script.source
    return place_at(source.path, source.text, trial.statement.start + offset)


def _of_object(one: CatalogObject, touched: _Touched) -> tuple[StatementTrial, int] | None:
    own = one.name.removeprefix(f"{_parent(one)}.")
    found = touched.get(_plain(f"{own} on {_parent(one)}" if one.kind in ON_A_TABLE else one.name), [])
    trials = [trial for action, trial in found if action == "created" or not one.whole]
    if not trials:
        return None
    inside = _named(own.partition("(")[0].rpartition(".")[2], trials[-1].statement.text)
    # A block makes many objects: its beginning is nobody's place.
    return trials[-1], max(0, inside) if trials[-1].statement.node == "do_stmt" else 0


def _of_column(one: CatalogObject, touched: _Touched) -> tuple[StatementTrial, int] | None:
    found = touched.get(_plain(_parent(one)), [])
    own = one.name.removeprefix(f"{_parent(one)}.")
    trials = [trial for _, trial in found if trial.statement.node != "comment_stmt"]
    named = ((trial, _named(own, trial.statement.text)) for trial in (trials if one.whole else trials[::-1]))
    # LIKE, AS, PARTITION OF: the statement that makes the table names no column.
    whole = [(trial, 0) for action, trial in found if action == "created"]
    return next((each for each in named if each[1] >= 0), whole[0] if whole else None)


def _named(name: str, text: str) -> int:
    found = re.search(rf'(?<![\w."]){re.escape(name)}(?![\w"])', text, re.IGNORECASE)
    found = found or re.search(rf"(?<!\w){re.escape(name)}(?!\w)", text, re.IGNORECASE)
    return found.start() if found else -1


def _plain(name: str) -> str:
    """The server's events spell types with their schema."""
    return name.replace("pg_catalog.", "").replace(" ", "")
