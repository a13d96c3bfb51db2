"""What a person is told before a rollback: what is undone, what is archived, who feels it, and what stays as it is."""

from __future__ import annotations

from shlex import join
from typing import TYPE_CHECKING

from seatrial.flows.folder import typed_name
from seatrial.flows.question import DIGEST, Question, consequences, facts, indented, wrapped
from seatrial.model.archive import PREFIX
from seatrial.model.reversal import Reversibility
from seatrial.model.words import count
from seatrial.pg.connection import display

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from seatrial.flows.undo.rehearsed import Retreating
    from seatrial.flows.undo.ways import Way
    from seatrial.model.release import Target
    from seatrial.model.terms import Terms
    from seatrial.model.undertaking import Retreat

__all__ = ["question_back"]

#: What an application names in its queries.
NAMED_BY_QUERIES = ("table ", "column ", "view ", "materialized view ", "function ", "procedure ")
NAMED = 6


def question_back(
    target: Target, how: Retreat, terms: Terms, what: Retreating, found: Sequence[str]
) -> Question:  # fmt: skip
    """All of it.

    Args:
        target: where.
        how: as it was asked for.
        terms: how long others may be kept waiting.
        what: was rehearsed.
        found: what an earlier run has left.
    """
    name = typed_name(target)
    lines = [f"Roll back {name} ({display(target.dsn)}) to {how.to}, plan {what.plan.digest[:DIGEST]}:"]
    for way, migration in zip(what.ways, what.migrations, strict=True):
        steps = [step for step in what.plan.steps if step.version == migration.version]
        said = ", ".join([_verdict(way), *facts(migration, steps)])
        lines += wrapped(f"  - {way.reversal.label}: {said}")
        lines += indented(_done(way))
        # Nobody works on what is in the archive.
        lines += indented(line for line in consequences(steps, terms) if not line.startswith(f"locks {PREFIX}"))
    lines += wrapped(*(f"  {line}" for line in _felt(what)))
    lines += wrapped(*(f"  found {line}" for line in found))
    if how.backup:
        lines += wrapped(f"  a backup is made first, by {join(target.backup_command)}")
    return Question(name=name, lines=tuple(lines))


def _verdict(way: Way) -> str:
    proved = (
        "its way back was proved" if way.reversal.verdict is not Reversibility.NOT else "it leaves something behind"
    )
    by = ", written by its author" if way.reversal.by_author else ""
    return f"{proved} ({way.reversal.verdict}{by})"


def _done(way: Way) -> Iterator[str]:
    yield from (f"puts {what} into the archive, where it stays until it is purged" for what in way.reversal.archived)
    # What its author wrote does not look into the archive.
    yield from (f"brings back {what}" for what in way.reversal.kept if not way.reversal.by_author)
    yield from (f"cannot be undone: {reason}" for reason in way.reversal.reasons)


def _felt(what: Retreating) -> Iterator[str]:
    gone = [
        name for way in what.ways for name, digest in way.reversal.before.items()
        if not digest and name.startswith(NAMED_BY_QUERIES)
    ]  # fmt: skip
    tables = tuple(name.partition(" ")[2] + "." for name in gone if name.startswith(("table ", "view ")))
    gone = [name for name in dict.fromkeys(gone) if not (name.startswith("column ") and name[7:].startswith(tables))]
    if gone:
        more = f" and {count(len(gone) - NAMED, 'other')}" if len(gone) > NAMED else ""
        yield f"queries fail from then on that name {', '.join(gone[:NAMED])}{more}"
    for doubt in what.doubts:
        yield f"{doubt}: unless the way back changes them it stops there, until they are put right"
    if what.others:
        more = f" and {count(len(what.others) - NAMED, 'other')}" if len(what.others) > NAMED else ""
        yield f"somebody has changed since, so that it will not be as it was: {', '.join(what.others[:NAMED])}{more}"
