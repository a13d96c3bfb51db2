"""One index that a plan may build before its file: what it is, asked of a copy as the file finds it."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from seatrial.errors import StatementFailed
from seatrial.model.ahead import Taken
from seatrial.model.migration import Step, StepKind
from seatrial.model.place import place_at
from seatrial.model.source import Statement, Transaction
from seatrial.pg.connection import execute, rows
from seatrial.pg.queries import load
from seatrial.pg.statement import RESET, execute_statement
from seatrial.sql.ahead import changes_rows, concurrently, plain_indexes

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from seatrial.model.migration import Migration
    from seatrial.model.trial import StatementTrial, Trial
    from seatrial.pg.connection import Connection
    from seatrial.sql.ahead import PlainIndex

__all__ = ["Candidate", "candidates", "indexes_made", "resolved"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A statement that builds an index, at its place in a migration."""

    migration: Migration
    index: PlainIndex
    #: What of the file holds it: the statement itself, or a DO block.
    trial: StatementTrial
    #: What sets something in front of it, for the session or for the transaction.
    settings: tuple[Statement, ...]
    #: Those of before that its transaction keeps locked against writers by then.
    tables: frozenset[str]

    @property
    def made(self) -> frozenset[str]:
        """The indexes that the statement made when it was rehearsed."""
        return indexes_made(self.trial)


def indexes_made(trial: StatementTrial) -> frozenset[str]:
    """The indexes that a statement made, as SQL has them."""
    changes = trial.evidence.objects
    return frozenset(one.name for one in changes if (one.action, one.kind) == ("created", "index"))


def candidates(migration: Migration, trial: Trial) -> Iterator[Candidate]:
    """Each index of a file that is built plainly on a table of before, in the order of the file."""
    seen = {one.statement.start: one for one in trial.statements if one.script is migration.script}
    changed = False
    for step in migration.steps:
        tables: frozenset[str] = frozenset()
        for at, statement in enumerate(step.statements):
            one = seen.get(statement.start)
            tables |= {lock.relation for lock in one.strong_locks} if one else set()
            # What is unique only when the file has thrown out the doubles is not unique before.
            found = plain_indexes(statement.text) if one and tables and not step.standalone else ()
            if one:
                settings = (*step.settings, *filter(_sets, step.statements[:at]))
                yield from (
                    Candidate(migration=migration, index=index, trial=one, settings=settings, tables=tables)
                    for index in found if not (index.rests_on_rows and changed)
                )  # fmt: skip
            changed = changed or changes_rows(statement.text)


def resolved(connection: Connection, candidate: Candidate) -> Step | Taken | None:
    """The step that builds it, with every name as the file means it.

    None where it cannot be built before the file, or is there already. The plain statement is run with the file's
    settings, its definition is read from the catalog, and all of it is rolled back.

    Args:
        connection: of the deploying role, outside a transaction.
        candidate: of the file that comes next.
    """
    with suppress(StatementFailed):
        try:
            execute_statement(connection, "BEGIN")
            return _resolved(connection, candidate)
        finally:
            execute_statement(connection, "ROLLBACK")
            execute_statement(connection, RESET)
    return None


def _resolved(connection: Connection, candidate: Candidate) -> Step | Taken | None:
    for setting in candidate.settings:
        execute_statement(connection, setting.text)
    there = _named(connection, candidate)
    if there and not there["on_mine"]:
        # A file that has made the index all the same has made room for it first.
        by = f"an index of {there['of']}" if there["is_index"] else "something that is no index"
        return None if _is_made(candidate) else _taken(candidate, by)
    if there:
        execute_statement(connection, there["move"])
    execute_statement(connection, candidate.index.text)
    mine = _named(connection, candidate)
    # Names of other schemas are spelled out where no schema is searched.
    execute(connection, "SET LOCAL search_path = ''")
    found = _definition(connection, mine)
    if found["partitioned"] or found["on_table"] not in candidate.tables:
        return None
    old = _definition(connection, there) if there else None
    makes = found["name"] in candidate.made
    if old and old["valid"] and old["nameless"] != found["nameless"] and not makes:
        return _taken(candidate, old["definition"].replace("seatrial_taken", candidate.index.name, 1))
    # IF NOT EXISTS is content with an INVALID one, which a deployment drops first.
    is_wanted = makes if old is None else not (makes or old["valid"])
    return _step(candidate, found) if is_wanted else None


def _is_made(candidate: Candidate) -> bool:
    return any(name.rpartition(".")[2].strip('"') == candidate.index.name for name in candidate.made)


def _step(candidate: Candidate, found: Mapping[str, Any]) -> Step:
    statement = Statement(
        text=concurrently(found["definition"]), start=candidate.trial.statement.start, node="index_stmt",
        transaction=Transaction.STANDALONE, index=found["name"],
    )  # fmt: skip
    return Step(number=0, statements=(statement,), kind=StepKind.AHEAD)


def _taken(candidate: Candidate, by: str) -> Taken:
    source = candidate.migration.script.source
    place = place_at(source.path, source.text, candidate.trial.statement.start)
    return Taken(place=place, index=candidate.index.name, by=by)


def _sets(statement: Statement) -> bool:
    return statement.sets or statement.node == "variable_set_stmt"


def _named(connection: Connection, candidate: Candidate) -> Mapping[str, Any] | None:
    named = {"table": candidate.index.table, "name": candidate.index.name}
    found = rows(connection, load("seatrial.flows", "index_named"), named)
    return found[0] if found else None


def _definition(connection: Connection, of: Mapping[str, Any] | None) -> Mapping[str, Any]:
    [found] = rows(connection, load("seatrial.flows", "index_definition"), {"oid": of["oid"] if of else None})
    return found
