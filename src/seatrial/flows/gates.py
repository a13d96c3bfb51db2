"""What is looked at before a COMMIT: what the file asserts, and whether the transaction did what was rehearsed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from seatrial.catalog.security import SecurityDiary
from seatrial.catalog.touched import touched
from seatrial.deployment.assertions import check_assertions
from seatrial.errors import StatementFailed
from seatrial.ledger.assertions import asked
from seatrial.model.words import count

if TYPE_CHECKING:
    from collections.abc import Mapping

    from seatrial.ledger.apply import Gate
    from seatrial.model.migration import Migration, Step
    from seatrial.model.plan import Plan
    from seatrial.pg.connection import Connection

__all__ = ["asked_only", "gate_of", "noted", "noted_by", "step_key"]

#: The code of a refusal of ours among those of the server, whose classes begin with a digit or one of F, H, P and X.
NOT_AS_PROVED = "ST001"
#: Statements that change a schema and call nothing of anybody's that could.
GRANTS_NOTHING = frozenset({
    "create_stmt", "alter_table_stmt", "index_stmt", "create_policy_stmt", "alter_policy_stmt", "comment_stmt",
    "create_function_stmt", "create_trig_stmt", "view_stmt", "drop_stmt", "rename_stmt", "create_enum_stmt",
    "alter_enum_stmt", "create_domain_stmt", "create_schema_stmt", "create_seq_stmt", "variable_set_stmt",
})  # fmt: skip
#: How many objects are named.
NAMED = 5
Note = dict[str, "Mapping[str, str]"]


def step_key(migration: Migration, step: Step) -> str:
    """A step in a plan: `20250122000000.1`."""
    return f"{migration.version}.{step.number}"


def gate_of(connection: Connection, plan: Plan | None) -> Gate:
    """For a deployment; without a plan there are the assertions alone."""
    diary = SecurityDiary(connection) if plan else None
    ahead = {f"index {step.index}" for step in plan.steps if step.index} if plan else set()

    def look(connection: Connection, migration: Migration, step: Step) -> None:
        check_assertions(connection, migration, step)
        key = step_key(migration, step)
        # What is built ahead is no part of what was noted; what is kept in front of a file is.
        if plan and diary and (step.number > 0 or key in plan.expected):
            # An index that is there before its file is none of what the file is expected to make; yet it may be
            # rewritten with its table, or dropped again.
            expected, seen = (
                {name: digest for name, digest in found.items() if name not in ahead}
                for found in (plan.expected.get(key, {}), touched(connection))
            )
            _compare(expected, seen)
            _compare(plan.security.get(key, {}), diary.changes(connection, columns=_may_grant(step)))

    return look


def asked_only(connection: Connection, migration: Migration, step: Step) -> None:
    """For a rehearsal: an assertion must be one; whether it is true is not known where the rows are not there."""
    for _ in asked(connection, migration, step):
        pass


def noted(connection: Connection, security: Note, expected: Note) -> Gate:
    """For a rehearsal: what its deployment will be compared with."""
    return noted_by(SecurityDiary(connection), security, expected)


def noted_by(diary: SecurityDiary, security: Note, expected: Note) -> Gate:
    """The same, with a diary that knows what came before."""

    def note(connection: Connection, migration: Migration, step: Step) -> None:
        asked_only(connection, migration, step)
        key = step_key(migration, step)
        expected[key], security[key] = touched(connection), diary.changes(connection, columns=_may_grant(step))

    return note


def _may_grant(step: Step) -> bool:
    """Whether it may give somebody a privilege on a column, by itself or by what it calls."""
    return any(statement.node not in GRANTS_NOTHING for statement in step.statements)


def _compare(expected: Mapping[str, str], observed: Mapping[str, str]) -> None:
    differing = sorted(name for name in {**expected, **observed} if expected.get(name) != observed.get(name))
    if differing:
        more = f" and {count(len(differing) - NAMED, 'other')}" if len(differing) > NAMED else ""
        raise StatementFailed(
            f"not what was rehearsed and proved: {', '.join(differing[:NAMED])}{more}", sqlstate=NOT_AS_PROVED,
            hint="Nothing of this step was committed. Where somebody changes the target, rehearse again; where the "
            "file does something else on other rows, no rehearsal sees it, and only --unrehearsed deploys it.",
        )  # fmt: skip
