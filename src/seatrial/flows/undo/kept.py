"""A migration as it is deployed: with everything beside its file that keeps what it would lose."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from seatrial.errors import Refused
from seatrial.model.migration import BEHIND, Migration, Step, StepKind, migration_of
from seatrial.model.source import Encoding, Source, Statement
from seatrial.sql.parse import parse

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from seatrial.model.archive import Keeping

__all__ = ["kept", "steps_of", "way_back_of"]


def kept(migration: Migration, keeping: Keeping) -> Migration:
    """The migration with the steps in front of its file and behind it, and with the statements that run in it.

    What its own steps are told by in the ledger stays what it is, so that a run that was cut off goes on.
    """
    if keeping.is_empty:
        return migration
    own = [_beside(step, keeping) if step.number > 0 else step for step in migration.steps]
    *first, last = own
    if keeping.ending and last.kind is StepKind.TRANSACTION:
        end = last.statements[-1].start if last.statements else 0
        last = replace(last, content=last.digest, statements=(*last.statements, *_statements(keeping.ending, end)))
        own = [*first, last]
    front, behind = steps_of(keeping.front, migration), steps_of(keeping.behind, migration)
    if keeping.ending and last.kind is not StepKind.TRANSACTION:
        behind = (*steps_of(";\n".join(keeping.ending), migration), *behind)
    lowest = own[0].number
    return replace(
        migration,
        steps=(
            *(replace(step, number=lowest - len(front) + place) for place, step in enumerate(front)),
            *own,
            *(replace(step, number=BEHIND + place) for place, step in enumerate(behind, start=1)),
        ),
    )


def steps_of(script: str, migration: Migration) -> tuple[Step, ...]:
    """The steps of a text that runs beside a file.

    Raises:
        Refused: it is not SQL that can run.
    """
    if not script.strip():
        return ()
    return _migration(script, version=migration.version, name=migration.name, path=migration.script.source.path).steps


def way_back_of(version: str, name: str, script: str, undoes: str) -> Migration:
    """A way back as a migration.

    Args:
        version: its own.
        name: of the migration that it takes back.
        script: SQL with comments to Seatrial.
        undoes: the version that the ledger forgets with it.

    Raises:
        Refused: it is not SQL that can run.
    """
    made = _migration(script, version=version, name=name, path=f"way back of {undoes}")
    return replace(made, undoes=undoes)


def _migration(script: str, *, version: str, name: str, path: str) -> Migration:
    parsed = parse(Source(path=path, version=version, name=name, encoding=Encoding.UTF8, text=script))
    wrong = parsed.fault.message if parsed.fault else next((one.fault for one in parsed.misdirected), "")
    wrong = wrong or next((one.batch.fault for one in parsed.statements if one.batch and one.batch.fault), "")
    if wrong:
        raise Refused(
            "undo.unreadable", "SQL beside a migration cannot be read", where=path, why=wrong,
            fix="please report this, with the migration",
        )  # fmt: skip
    return migration_of(parsed)


def _beside(step: Step, keeping: Keeping) -> Step:
    statements = tuple(_replaced(step.statements, keeping))
    return step if statements == step.statements else replace(step, statements=statements, content=step.digest)


def _replaced(statements: Iterable[Statement], keeping: Keeping) -> Iterator[Statement]:
    for one in statements:
        yield from _statements(keeping.before.get(one.start, ()), one.start)
        if one.start in keeping.instead:
            yield from _statements(keeping.instead[one.start], one.start)
        elif one.start in keeping.batches and one.batch:
            yield replace(one, batch=replace(one.batch, kept=keeping.batches[one.start]))
        else:
            yield one


def _statements(texts: Iterable[str], start: int) -> Iterator[Statement]:
    """Where one fails, the statement of the file is named that it belongs to."""
    for text in texts:
        source = Source(path="", version="", name="", encoding=Encoding.UTF8, text=text)
        yield from (replace(one, start=start) for one in parse(source).statements)
