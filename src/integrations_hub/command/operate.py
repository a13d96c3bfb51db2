"""The hub on a database of one's own: prepared, serving, working, its credentials put under another key."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from integrations_hub.app import work_alone
from integrations_hub.command.serve import serve
from integrations_hub.edge.logs import Log, hear_libraries
from integrations_hub.services.rotation import Rotation
from integrations_hub.settings import read_settings
from integrations_hub.store.database import Database, role_of
from integrations_hub.store.prepare import Scheduler, prepare
from integrations_hub.vault.vault import Vault
from seatrial.errors import CannotRun, Exit
from seatrial.model.outcome import Done, Outcome
from seatrial.model.words import count

if TYPE_CHECKING:
    from pathlib import Path

    from integrations_hub.store.prepare import Prepared

__all__ = ["prepared", "rewrapped", "served", "worked"]


def prepared(settings: Path, deployer: str | None, scheduler: Scheduler | None) -> Outcome:
    """Make the database ready for jobs.

    Args:
        settings: the file; only the role of its DSN is looked at.
        deployer: DSN of the role that deploys.
        scheduler: who runs the release's own jobs; as it is where None.

    Raises:
        CannotRun: no DSN, or a database that cannot be prepared.
    """
    if deployer is None:
        raise CannotRun(
            "hub.no-deployer", "the role that deploys is not given",
            fix="export DATABASE_URL=… or add --deployer DSN",
        )  # fmt: skip
    found = prepare(deployer, role_of(read_settings(settings).database.dsn.get_secret_value()), scheduler=scheduler)
    return Outcome(
        command="hub prepare", body=Done(notes=tuple(_notes(found))), summary="The database is prepared for the hub.",
        next=(f"seatrial hub serve --settings {settings}",),
    )  # fmt: skip


def _notes(found: Prepared) -> list[str]:
    lines = ["the queue was made" if found.queue_is_new else f"the queue: {count(len(found.migrations), 'migration')}"]
    if found.needs_password:
        lines.append(f"! {found.role} cannot log in yet: alter role {found.role} login password '…'")
    if found.unscheduled:
        lines.append(f"taken from pg_cron: {', '.join(found.unscheduled)}")
    if found.left_to_pg_cron:
        lines.append(f"pg_cron runs, and the service does not: {', '.join(found.left_to_pg_cron)}")
    return lines


def served(settings: Path, *, host: str, port: int, processes: int, with_jobs: bool) -> Outcome:
    """Take requests until the process is asked to end."""
    with suppress(KeyboardInterrupt):
        serve(settings, host=host, port=port, processes=processes, with_jobs=with_jobs)
    return Outcome(command="hub serve", summary="The hub has stopped.")


def worked(settings: Path) -> Outcome:
    """Do jobs until the process is asked to end."""
    hear_libraries(Log())
    # Asked to end before it heard of it by itself, it has begun nothing.
    with suppress(KeyboardInterrupt):
        work_alone(read_settings(settings))
    return Outcome(command="hub worker", summary="The worker has stopped.")


def rewrapped(settings: Path) -> Outcome:
    """Put every credential under the primary key."""
    read = read_settings(settings)
    database = Database(read.database.dsn.get_secret_value(), connections=2)
    database.open()
    try:
        done = Rotation(database=database, vault=Vault(read.keys)).run()
    finally:
        database.close()
    notes = [f"{count(done.rewrapped, 'credential')} put under {read.keys.primary}"]
    notes += [f"{number:,} still under {key}" for key, number in done.left.items()]
    notes += [f"does not open, and stays as it is: integration {each[1]}" for each in done.unreadable]
    how_many, code = ("Not all", Exit.NO) if done.left or done.unreadable else ("All", Exit.YES)
    return Outcome(
        command="hub rewrap", exit_code=code, body=Done(notes=tuple(notes)),
        summary=f"{how_many} credentials are under the primary key.",
    )  # fmt: skip
