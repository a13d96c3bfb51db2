"""The shipped release with its sample tenants, on a server that is kept: what the service is tried out on."""

from __future__ import annotations

import shutil
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from seatrial.errors import CannotRun
from seatrial.flows.folder import read_folder
from seatrial.flows.shipped import alone, shipped_release
from seatrial.ledger import write
from seatrial.ledger.apply import apply_all
from seatrial.ledger.read import read_history
from seatrial.model.execution import Ending
from seatrial.pg.connection import connect
from seatrial.pg.statement import execute_script
from seatrial.scratch.places import hub_folder

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from seatrial.model.narrator import Narrator

__all__ = ["SampleTenants", "reset_sample_tenants", "sample_folder", "sample_tenants"]

WHAT = "the hub's database"


@dataclass(frozen=True, slots=True, kw_only=True)
class SampleTenants:
    """A running database with them."""

    #: Where it lives; whoever uses it may keep files of their own here.
    folder: Path
    #: As the role that the REST layer logs in as.
    dsn: str
    #: As the role that deploys.
    deployer_dsn: str
    #: The release that is on it.
    release: Path


@contextmanager
def sample_tenants(narrator: Narrator) -> Iterator[SampleTenants]:
    """The database, running until the block ends; deployed and seeded where it is not yet.

    Raises:
        CannotRun: another command is using it, or it has an earlier form of the release.
    """
    from seatrial.scratch.server import LOGIN, durable

    with alone(hub_folder(), WHAT) as folder, durable(folder / "data") as server:
        _deploy(server.own_dsn(), narrator)
        yield SampleTenants(
            folder=folder, dsn=server.own_dsn(user=LOGIN), deployer_dsn=server.own_dsn(), release=shipped_release()
        )


def sample_folder() -> Path:
    """Where it all lives, whether it is there yet or not."""
    return hub_folder()


def reset_sample_tenants() -> None:
    """Remove the database and what was kept beside it."""
    with alone(hub_folder(), WHAT) as folder:
        for each in folder.iterdir():
            if each.name == "lock":
                continue
            if each.is_dir():
                shutil.rmtree(each, ignore_errors=True)
            else:
                each.unlink()


def _deploy(dsn: str, narrator: Narrator) -> None:
    root = shipped_release()
    migrations = read_folder(root).migrations
    with connect(dsn) as connection:
        write.create(connection)
        applied = {each.version: each.digest for each in read_history(connection).applied}
        if applied and applied != {each.version: each.script.digest for each in migrations}:
            raise CannotRun(
                "hub.other-release", "the hub's database has another state of the release than this Seatrial brings",
                fix="seatrial hub --reset",
            )  # fmt: skip
        if applied:
            return
        if apply_all(connection, migrations, {}, narrator).ending is not Ending.COMPLETE:
            raise CannotRun("hub.not-deployed", "the release could not be deployed", fix="seatrial hub --reset")
        execute_script(connection, (root / "supabase" / "seed.sql").read_text(encoding="utf-8"))
