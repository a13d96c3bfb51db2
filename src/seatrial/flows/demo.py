"""`seatrial demo`: the shipped release, on an embedded "production" with customers in it."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import TYPE_CHECKING

from seatrial.errors import Exit
from seatrial.flows.check import check
from seatrial.flows.deploy import deploy
from seatrial.flows.folder import read_folder
from seatrial.flows.rehearse import rehearse
from seatrial.flows.scratch import psql_on
from seatrial.flows.shipped import DEMO, demo_production, reset_demo, shipped_release
from seatrial.flows.verify import verify
from seatrial.ledger import write
from seatrial.ledger.apply import apply_all
from seatrial.ledger.read import read_history
from seatrial.model.outcome import Outcome
from seatrial.model.undertaking import Undertaking
from seatrial.model.wishes import Wishes
from seatrial.model.words import duration
from seatrial.pg.connection import Connection, connect, rows
from seatrial.pg.queries import load
from seatrial.pg.statement import execute_script
from seatrial.report.markdown import document
from seatrial.scratch.places import demo_folder

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from seatrial.model.narrator import Narrator

__all__ = ["FIRST_OF_RELEASE", "demo", "demo_psql", "prepare"]

#: The first version of Phase 3; production stands just before it.
FIRST_OF_RELEASE = "20250122000000"
LOOK_FURTHER = ("seatrial status --target demo", "seatrial demo psql")


def demo(*, reset: bool, narrator: Narrator, show: Callable[[Outcome], None]) -> Outcome:
    """Bring production to the state before Phase 3, then check, rehearse, deploy and verify the release.

    Args:
        reset: begin with a new production.
        narrator: told how it comes along.
        show: takes the outcome of each stage as it ends.
    """
    begun = time.perf_counter()
    if reset:
        reset_demo()
    narrator.say("production")
    before = prepare(narrator)
    if before == "deployed":
        return Outcome(
            command="demo",
            summary="The demo's production is up to date; seatrial demo --reset begins again.",
            next=_further(),
        )
    root, plan = shipped_release(), demo_folder() / "release.plan"
    stages: list[tuple[str, Callable[[], Outcome]]] = [
        ("check", lambda: check(root)),
        ("rehearse", lambda: rehearse(root, Wishes(start=DEMO, preflight=True), plan=plan, narrator=narrator)),
        ("deploy", lambda: deploy(root, DEMO, Undertaking(plan=plan), confirm=lambda _: None, narrator=narrator)),
        ("verify", lambda: verify(root, DEMO, narrator=narrator)),
    ]
    done: list[Outcome] = []
    for name, stage in stages:
        narrator.say(name)
        done.append(replace(stage(), next=()))
        show(done[-1])
        _report().write_text(document("Phase 3 on the demo's production", done), encoding="utf-8")
        if done[-1].exit_code is not Exit.YES:
            return Outcome(command="demo", exit_code=done[-1].exit_code, summary=f"The demo stopped at {name}.")
    return Outcome(
        command="demo",
        summary=f"Phase 3 is checked, rehearsed, deployed and verified on {before}, in "
        f"{duration(time.perf_counter() - begun)}.",
        next=_further(),
    )


def demo_psql(arguments: Sequence[str]) -> Outcome:
    """Open psql on the demo's production."""
    with demo_production() as server:
        status = psql_on(server, arguments)
    return Outcome(
        command="demo psql", exit_code=Exit.YES if status == 0 else Exit.NO, summary=f"psql ended with {status}."
    )


def _report() -> Path:
    return demo_folder() / "report.md"


def _further() -> tuple[str, ...]:
    return (*LOOK_FURTHER, f"less {_report()}")


def prepare(narrator: Narrator) -> str:
    """Bring production to where Phase 3 finds it; says what it holds, or `deployed` when Phase 3 is there."""
    folder = read_folder(shipped_release())
    core = [migration for migration in folder.migrations if migration.version < FIRST_OF_RELEASE]
    with demo_production() as server, connect(server.own_dsn()) as connection:
        write.create(connection)
        applied = {each.version for each in read_history(connection).applied}
        if applied >= {migration.version for migration in folder.migrations}:
            return "deployed"
        apply_all(connection, [each for each in core if each.version not in applied], {}, narrator)
        if not _customers(connection):
            narrator.begin("customers")
            started = time.perf_counter()
            execute_script(connection, load("seatrial.flows", "demo_production"))
            connection.execute("ANALYZE")
            narrator.end(f"ok {duration(time.perf_counter() - started)}")
        counted = rows(connection, load("seatrial.flows", "demo_rows"))[0]
        return f"{server.installation} with {counted['organizations']:,} organizations and {counted['rows']:,} rows"


def _customers(connection: Connection) -> int:
    return int(rows(connection, "SELECT count(*) AS number FROM public.organizations")[0]["number"])
