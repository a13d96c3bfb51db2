"""`seatrial deploy --as-script FILE`: a deployment as one text for a SQL editor."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from seatrial import __version__
from seatrial.deployment.lock import DEPLOYER, WORKER
from seatrial.errors import Refused
from seatrial.flows.folder import again
from seatrial.flows.site import system_of
from seatrial.ledger.read import present
from seatrial.ledger.write import COLUMNS, stored
from seatrial.model.attempt import release_digest
from seatrial.model.deploy_script import DeployScript, LedgerQueries, Look, Site
from seatrial.model.migration import StepKind
from seatrial.model.place import place_at
from seatrial.model.source import Transaction
from seatrial.pg.connection import rows
from seatrial.pg.queries import load
from seatrial.pg.statement import ask
from seatrial.project.document import Kind, refuse_unwritable, write_documents
from seatrial.report.deploy_script.existence import look_after, look_for_leftover, looks_before
from seatrial.report.deploy_script.script import FIRST, deploy_script
from seatrial.sql.parse import is_one_query

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from seatrial.flows.folder import Folder
    from seatrial.model.history import History
    from seatrial.model.migration import Migration
    from seatrial.model.plan import Plan
    from seatrial.model.release import Expectation, Target
    from seatrial.model.source import Statement
    from seatrial.pg.connection import Connection

__all__ = ["as_script", "refuse_unwritable_script", "write_script"]

SCRIPT = Kind(what="deployment script", begins=f"-- {FIRST}", elsewhere="give another --as-script FILE")
#: An editor sends all of it at once: these come too late for what stands behind them, or before them.
_TOO_LATE = re.compile(
    r"SET\s+(?:SESSION\s+|LOCAL\s+)?(?:CHARACTERISTICS\s+AS\s+)?"
    r"(?P<what>standard_conforming_strings|backslash_quote|client_encoding|NAMES|TRANSACTION)\b\s*(?:=|TO\b)?(?P<to>.*)",
    re.IGNORECASE | re.DOTALL,
)
_USUAL = {"standard_conforming_strings": {"on", "true"}, "client_encoding": {"utf8", "utf-8"}, "names": {"utf8"}}


def refuse_unwritable_script(path: Path, root: Path) -> None:
    """Before a rehearsal goes by for nothing.

    Raises:
        CannotRun: the file cannot be written, is one of the release, or holds what Seatrial has not written.
    """
    refuse_unwritable(SCRIPT, path, root=root)


def write_script(path: Path, text: str) -> None:
    """Save it, all or nothing.

    Raises:
        CannotRun: it cannot be written, or what is there is not ours.
    """
    write_documents(SCRIPT, {path: text})


def as_script(
    connection: Connection,
    folder: Folder,
    target: Target,
    plan: Plan | None,
    history: History,
    migrations: Sequence[Migration],
) -> str:
    """The deployment as one text; the target is only read.

    Args:
        connection: to the target, as whoever deploys, in autocommit mode.
        folder: the release.
        target: where it goes.
        plan: what was rehearsed; None for an unrehearsed deployment.
        history: of the target, on which `migrations` rests.
        migrations: what is pending, with (`flows.plan.planned`) or without the steps that the plan puts in front.

    Raises:
        Refused: something of it cannot be in one transaction, or a migration is half-way.
    """
    for migration in migrations:
        _refuse_unfit(migration, history, folder, target)
    steps = plan.steps if plan else ()
    # A forecast of some is none of all.
    known = [step.forecast for step in steps if step.forecast]
    complete = known and all(step.forecast for step in steps if step.kind != StepKind.AHEAD)
    return deploy_script(
        DeployScript(
            release=folder.release.name, target=target.name, made_at=datetime.now(UTC).isoformat(timespec="seconds"),
            tool=f"seatrial {__version__}", plan=plan.digest if plan else "",
            content=release_digest(migrations),
            forecast=(sum(low for low, _ in known), sum(high for _, high in known)) if complete else None,
            site=_site(connection, history), migrations=tuple(migrations),
            stored={one.version: tuple(stored(one)) for one in migrations},
            limits={(step.version, step.number): step.statement_timeout_ms for step in steps},
            before=tuple(_before(plan, migrations)), after=tuple(_after(plan, folder.release.expectations)),
            locks=(DEPLOYER, WORKER), standard_strings=any(map(_wants_standard_strings, migrations)),
            ledger=LedgerQueries(
                create=load("seatrial.ledger", "create"), record=load("seatrial.ledger", "record_applied"),
                digest=load("seatrial.flows", "script_ledger"),
            ),
        )
    )  # fmt: skip


def _site(connection: Connection, history: History) -> Site:
    [here] = rows(connection, load("seatrial.flows", "script_site"))
    there = present(connection)
    readable = there["supabase"] and set(there["columns"]) >= COLUMNS
    system = system_of(connection, here)
    del here["knows_system"]
    return Site(
        **here,
        system=system,
        applied=tuple(one.version for one in history.applied),
        ledger=ask(connection, load("seatrial.flows", "script_ledger")).value if readable else "",
        makes_ledger=not (readable and there["migrations"] and there["steps"]),
    )


def _before(plan: Plan | None, migrations: Sequence[Migration]) -> Iterator[Look]:
    if plan:
        yield from looks_before(plan.after, plan.basis.schema)
    for step in (step for migration in migrations for step in migration.steps if step.kind is StepKind.AHEAD):
        yield look_for_leftover(step.statements[0].index)


def _after(plan: Plan | None, expectations: Sequence[Expectation]) -> Iterator[Look]:
    for identity, digest in plan.after.items() if plan else ():
        if look := look_after(identity, digest):
            yield look
    for one in expectations:
        # Several statements in one would be executed, and the last one's answer taken.
        query = one.sql if is_one_query(one.sql) else "SELECT 'error: not one SELECT'"
        yield Look(what=f"expect {one.name}", expected=one.equals, query=query)


def _refuse_unfit(migration: Migration, history: History, folder: Folder, target: Target) -> None:
    if migration.version in history.progress:
        raise Refused(
            "script.half-way", f"{migration.label} has begun on {target.name}, and a script cannot continue it",
            where=migration.script.source.path, fix=again("deploy", folder.release.root, target.argument),
        )  # fmt: skip
    for statement, why in _unfit(migration):
        source = migration.script.source
        raise Refused(
            "script.not-one-transaction", "a statement of this release cannot be in a script of one transaction",
            where=str(place_at(source.path, source.text, statement.start)),
            why=f"{' '.join(statement.text.split())[:80]}: {why}",
            fix=f"deploy without a script: {again('deploy', folder.release.root, target.argument)}",
        )  # fmt: skip


def _unfit(migration: Migration) -> Iterator[tuple[Statement, str]]:
    """Statements that cannot be in the script, each with the reason."""
    for step in migration.steps:
        for statement in step.statements:
            if step.kind is StepKind.ALONE:
                yield statement, "PostgreSQL refuses it in a transaction"
            if (found := _TOO_LATE.match(statement.text)) and not _is_usual(found):
                yield statement, "an editor sends all of the script at once, so this comes too late"
    last = max((statement.start for step in migration.steps for statement in step.statements), default=0)
    for statement in migration.script.statements:
        if statement.transaction is Transaction.COMMIT and statement.start < last:
            yield statement, "what stands behind it is a transaction of its own"


def _is_usual(found: re.Match[str]) -> bool:
    return found["to"].strip().strip("'\"").lower() in _USUAL.get(found["what"].lower(), set())


def _wants_standard_strings(migration: Migration) -> bool:
    found = (_TOO_LATE.match(statement.text) for step in migration.steps for statement in step.statements)
    return any(one and one["what"].lower() == "standard_conforming_strings" for one in found)
