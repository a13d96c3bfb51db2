"""`[[workload]]` of `seatrial.toml` as the queries of a release, checked against its tenancy."""

from __future__ import annotations

from typing import TYPE_CHECKING

from seatrial.errors import CannotRun
from seatrial.model.callers import kinds_of
from seatrial.model.workload import WorkloadQuery

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from seatrial.model.tenancy import Tenancy
    from seatrial.project.settings import WorkloadSettings

__all__ = ["workload_of"]


def workload_of(settings: Sequence[WorkloadSettings], tenancy: Tenancy | None, path: Path) -> tuple[WorkloadQuery, ...]:
    """The queries that the application asks often.

    Args:
        settings: the sections.
        tenancy: as declared; None where nothing is.
        path: of the file, for errors.

    Raises:
        CannotRun: one is to be proved for a kind of user that the tenancy does not know.
    """
    for number, one in enumerate(settings):
        where = f"{path}: workload.{number}.as"
        if one.callers and tenancy is None:
            raise CannotRun(
                "settings.workload-no-tenancy",
                f"{one.name} is for {one.callers[0]!r}, and nothing says who that is",
                where=where,
                why="kinds of user are those of [tenancy], and there is none",
                fix="write it with `seatrial tenancy --write`, or leave out `as` and `draw`",
            )
        known = kinds_of(tenancy) if tenancy else ()
        if unknown := next((kind for kind in one.callers if kind not in known), ""):
            raise CannotRun(
                "settings.workload-kind",
                f"{one.name} is for {unknown!r}, which is no kind of user",
                where=where,
                why=f"known are {', '.join(known)}",
                fix="name one of these, or declare it in [tenancy]",
            )
    return tuple(WorkloadQuery(**dict(one)) for one in settings)
