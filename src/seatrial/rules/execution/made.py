"""What the release itself has made, so that it may lose or skip it without harm."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from seatrial.rules.naming import last_name

if TYPE_CHECKING:
    from seatrial.model.evidence import ObjectChange
    from seatrial.model.trial import StatementTrial

__all__ = ["Made", "kept"]

#: The server says that it created what it replaced.
_REPLACING = re.compile(r"\bor\s+replace\b", re.IGNORECASE)
#: Relation, column, object; schemas and extensions have no definition in the file.
_KEPT_STATES = frozenset({"42P07", "42701", "42710"})
_KEPT = re.compile(r'(?P<kind>[a-z ]+) "(?P<name>.+?)"(?: of relation "(?P<table>.+)")? already exists, skipping')
#: Of these the server tells no word when they come, only when they go.
_PARTS = frozenset({"table constraint", "table column"})
_ALTERING = frozenset({"alter_table_stmt", "do_stmt"})


def kept(one: StatementTrial) -> dict[str, str]:
    """What a statement found there under its name and left as it is: `notes.body` → `column "body" of "notes"`."""
    found: dict[str, str] = {}
    for notice in one.evidence.notices:
        match = _KEPT.fullmatch(notice.message) if notice.sqlstate in _KEPT_STATES else None
        if match and match["kind"] != "extension":
            name, table = match["name"], match["table"]
            full = f"{table}.{name}" if table else name
            found[full] = f'{match["kind"]} "{name}"' + (f' of "{table}"' if table else "")
    return found


class Made:
    """Grows with each statement that is through."""

    def __init__(self) -> None:
        self._objects: set[str] = set()
        self._names: set[str] = set()
        self._altering: list[str] = []

    def add(self, one: StatementTrial) -> None:
        """Remember what a statement has made."""
        if one.statement.node in _ALTERING:
            self._altering.append(one.statement.text)
        created = {change.name for change in one.evidence.objects if change.action == "created"}
        if (created or one.statement.creates) and not _REPLACING.search(one.statement.text):
            self._objects |= created
            self._names |= set(map(last_name, created)) | (set(one.statement.creates) - kept(one).keys())

    def has(self, change: ObjectChange) -> bool:
        """Whether the release made an object, or the table that it is of."""
        name, _, table = change.name.partition(" on ")
        if {change.name, table or change.name.rpartition(".")[0]} & self._objects:
            return True
        words = r"\s+(?:constraint\s+|column\s+)?(?:if\s+not\s+exists\s+)?"
        adding = re.compile(rf'\badd{words}"?{re.escape(last_name(name))}(?!\w)', re.IGNORECASE)
        return change.kind in _PARTS and any(map(adding.search, self._altering))

    def knows(self, name: str) -> bool:
        """Whether a name without its schema, `notes` or `notes.body`, is of the release's own making."""
        return name in self._names or name.rpartition(".")[0] in self._names
