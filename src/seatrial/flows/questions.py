"""What can only be known of the target: rows that the release would trip over, and another server version."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from typing import TYPE_CHECKING

from seatrial.model.outcome import PlacedGap
from seatrial.model.place import place_at
from seatrial.pg.connection import rows
from seatrial.pg.queries import load
from seatrial.sql.preflight import questions
from seatrial.sql.relations import relations
from seatrial.sql.versions import gaps

if TYPE_CHECKING:
    from collections.abc import Iterable

    from seatrial.model.migration import Migration
    from seatrial.model.preflight import Question
    from seatrial.pg.connection import Connection
    from seatrial.sql.preflight import Column

__all__ = ["placed_gaps", "questions_of"]

PACKAGE = "seatrial.flows"
#: Change rows, or run what does.
WRITING = frozenset(
    {"insert_stmt", "update_stmt", "delete_stmt", "merge_stmt", "truncate_stmt", "do_stmt", "call_stmt"}
)


def questions_of(pending: Iterable[Migration], observer: Connection, since: int) -> tuple[Question, ...]:
    """The questions of a release to the rows that are there before it.

    Args:
        pending: the migrations.
        observer: of a superuser, where they are applied.
        since: what is numbered above this was made by them, and has no rows.
    """
    definitions = {row["name"]: row["definition"] for row in rows(observer, load(PACKAGE, "definitions"))}
    columns: dict[str, list[Column]] = defaultdict(list)
    for row in rows(observer, load(PACKAGE, "domain_columns")):
        columns[row["domain"]].append((row["schema"], row["table"], row["column"]))
    found = []
    written: set[str] = set()
    for statement in (one for migration in pending for one in migration.script.statements):
        found += [
            replace(question, written_before=_last(question.table) in written)
            for question in questions(statement.text, definitions, columns)
        ]
        if statement.node in WRITING:
            written |= {_last(name) for name in relations(statement.text).names}
    parameters = {"names": sorted({question.table for question in found}), "since": since}
    newer = {row["name"] for row in rows(observer, load(PACKAGE, "newer_relations"), parameters)}
    return tuple(question for question in dict.fromkeys(found) if question.table not in newer)


def _last(name: str) -> str:
    return name.rpartition(".")[2]


def placed_gaps(pending: Iterable[Migration], *, scratch: int, target: int) -> tuple[PlacedGap, ...]:
    """Statements that mean another thing on the target's major version than on the scratch's, each with its place."""
    if scratch == target:
        return ()
    return tuple(
        PlacedGap(place=place_at(source.path, source.text, statement.start), gap=gap)
        for migration in pending
        for source in (migration.script.source,)
        for statement in migration.script.statements
        for gap in gaps(statement.text, scratch=scratch, target=target)
    )
