"""What the commands about the archive have in common: the target, its entries, and which of them are meant."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from seatrial.archive.found import look
from seatrial.archive.holding import not_ours
from seatrial.archive.read import has_archive
from seatrial.deployment.lock import deployment_lock
from seatrial.errors import CannotRun
from seatrial.flows.folder import target_of
from seatrial.model.archiving import Standing
from seatrial.pg.connection import connect, display, refuse_read_only, stay

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from seatrial.model.archiving import Found
    from seatrial.model.release import Target
    from seatrial.pg.connection import Connection

__all__ = ["alone", "chosen", "opened", "refuse_foreign"]


@contextmanager
def opened(root: Path, wanted: str) -> Iterator[tuple[Target, Connection, tuple[Found, ...]]]:
    """The target, a connection that may write, and what its archive holds.

    Raises:
        CannotRun: no connection, a target that takes no writes, or one that has no archive.
    """
    with target_of(root, wanted) as target, connect(target.dsn) as connection:
        stay(connection)
        refuse_read_only(connection)
        if not has_archive(connection):
            raise CannotRun(
                "archive.none", f"{target.name} has no archive: Seatrial has not put anything away there",
                where=display(target.dsn), fix=f"seatrial status --target {target.argument}",
            )  # fmt: skip
        yield target, connection, look(connection)


@contextmanager
def alone(target: Target) -> Iterator[None]:
    """While neither a deployment nor a rollback is at work."""
    with connect(target.dsn, application_name="seatrial lock") as guard, deployment_lock(guard):
        yield


def chosen(found: Sequence[Found], numbers: Sequence[int], target: Target) -> tuple[Found, ...]:
    """The entries with these numbers.

    Raises:
        CannotRun: there is none with one of them.
        Refused: one is not what the list says.
    """
    known = {one.entry.id: one for one in found}
    unknown = [str(number) for number in numbers if number not in known]
    if unknown:
        raise CannotRun(
            "archive.unknown", f"the archive of {target.name} has no entry {', '.join(unknown)}",
            fix=f"seatrial archive list --target {target.argument}",
        )  # fmt: skip
    picked = tuple(known[number] for number in dict.fromkeys(numbers))
    refuse_foreign(picked)
    return picked


def refuse_foreign(found: Sequence[Found]) -> None:
    """Nothing is done with what is not what the list says.

    Raises:
        Refused: one of them is such.
    """
    for one in found:
        if one.standing is Standing.FOREIGN:
            raise not_ours(one.entry, one.why)
