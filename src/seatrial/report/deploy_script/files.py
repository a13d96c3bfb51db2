"""A migration inside a deployment script: what it does, and its row of the ledger."""

from __future__ import annotations

from typing import TYPE_CHECKING

from seatrial.model.migration import StepKind
from seatrial.model.place import place_at
from seatrial.report.deploy_script.quoting import array, comment, dollars, filled, literal, template
from seatrial.sql.assertion import assertion_question

if TYPE_CHECKING:
    from collections.abc import Iterator

    from seatrial.model.deploy_script import DeployScript
    from seatrial.model.migration import Migration, Step
    from seatrial.model.source import Assertion, Statement

__all__ = ["CLEAN", "RESET", "migration_text"]

#: What ends a file; RESET ALL alone would keep a SET ROLE.
RESET = "RESET SESSION AUTHORIZATION; RESET ROLE; RESET ALL;\n"
#: What a file leaves in its session must not help, or mislead, the next one.
CLEAN = "CLOSE ALL; DEALLOCATE ALL; UNLISTEN *; DISCARD SEQUENCES; DISCARD TEMP;\n"
#: Milliseconds in which a statement may queue for a lock, with everybody else queueing behind it.
LOCK_MS = 5_000
#: Since the row before, or since the script began.
_SECONDS = (
    "extract(epoch FROM clock_timestamp() - greatest(now(), (SELECT max(m.applied_at) FROM seatrial.migrations AS m)))"
)


def migration_text(script: DeployScript, migration: Migration) -> str:
    """All of a file, between two of them."""
    return f"\n{comment(migration.script.source.path)}" + "".join(_parts(script, migration))


def _parts(script: DeployScript, migration: Migration) -> Iterator[str]:
    source = migration.script.source
    ahead = {step.statements[0].start: step for step in migration.steps if step.kind is StepKind.AHEAD}
    for step in (step for step in migration.steps if step.kind is not StepKind.AHEAD):
        yield _begin(script, migration, step)
        for statement in (*step.settings, *step.statements):
            yield comment(f"line {place_at(source.path, source.text, statement.start).line}")
            yield _notes(ahead.get(statement.start), step)
            yield _ended(statement.text)
        yield template("settle") + RESET
        yield template("as_role", role=literal(script.site.role))
        for assertion in step.assertions:
            yield _assertion(step, assertion)
    yield _ledger(script, migration)
    yield CLEAN


def _ended(statement: str) -> str:
    """A comment at its end must not swallow the semicolon."""
    return statement + ("\n;\n" if "--" in statement.rpartition("\n")[2] else ";\n")


def _assertion(step: Step, assertion: Assertion) -> str:
    settings = [
        f"    EXECUTE {literal(one.text)};" for one in (*step.settings, *step.statements)
        if one.start < assertion.start and _sets(one)
    ]  # fmt: skip
    return template(
        "assertion", settings="\n".join(settings), question=literal(assertion_question(assertion.text)),
        assertion=literal(" ".join(assertion.text.split())),
    )  # fmt: skip


def _sets(statement: Statement) -> bool:
    """For the session, or for the transaction that a deployment would be in."""
    is_local = statement.text.lower().split(maxsplit=2)[:2] == ["set", "local"]
    return statement.sets or (statement.node == "variable_set_stmt" and is_local)


def _begin(script: DeployScript, migration: Migration, step: Step) -> str:
    limit = script.limits.get((migration.version, step.number), 0)
    return f"SET LOCAL lock_timeout = {LOCK_MS};\n" + (f"SET LOCAL statement_timeout = {limit};\n" if limit else "")


def _notes(ahead: Step | None, step: Step) -> str:
    if ahead:
        return comment(
            "Whoever writes to the table waits for as long as this takes. To spare them that, run this by itself\n"
            f"before the script, which then finds it done:\n{ahead.statements[0].text};"
        )
    if step.kind is not StepKind.BATCH:
        return ""
    batch = step.statements[0].batch
    fire = "\nIts triggers fire here; there they rest." if batch and batch.triggers_off else ""
    return comment(f"In one piece here; seatrial deploy does it in batches.{fire}")


def _ledger(script: DeployScript, migration: Migration) -> str:
    stored = ",\n".join(map(dollars, script.stored[migration.version]))
    return filled(
        script.ledger.record.rstrip() + "\n",
        version=literal(migration.version), name=literal(migration.name),
        statements=f"ARRAY[\n{stored}\n]::text[]" if stored else array(()),
        content_digest=literal(migration.script.digest), seconds=_SECONDS, tool=literal(f"{script.tool} (script)"),
    )  # fmt: skip
