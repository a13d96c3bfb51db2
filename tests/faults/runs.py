"""The runs that are broken: a deployment and a rollback, each with its ground, its parts, and words for the page."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tests.faults.ground import Ground
from tests.faults.ground_back import GroundBack
from tests.faults.release import FILES
from tests.faults.release_back import FILES_BACK

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["RUNS", "Run"]

#: What is under way in parts that every run has.
EVERY = {
    "lock": "the connection that holds the deployment lock",
    "watch": "the connection that watches, its first messages",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """One of them."""

    title: str
    #: The release, and how it is gone on with.
    what: str
    ground: type[Ground]
    #: Part → what is under way.
    parts: Mapping[str, str]


DEPLOYMENT = Run(
    title="Deployment",
    what=f"{len(FILES)} files are deployed. It is gone on with by the same command.",
    ground=Ground,
    parts=EVERY
    | {
        "before": "reading the target, holding it against the plan",
        "transaction": "DDL and rows in a transaction, and a second one behind an inner COMMIT",
        "concurrently": "`CREATE INDEX CONCURRENTLY` between two transactions",
        "ahead": "an index built before its file, and the file",
        "batch": "an `UPDATE` in batches that must not be done twice",
        "alone": "`VACUUM` and `REINDEX CONCURRENTLY`",
        "assertion": "DDL behind an assertion, to the end",
    },
)
ROLLBACK = Run(
    title="Rollback",
    what=f"{len(FILES_BACK)} files that were deployed, and used since, are taken back. It is gone on with by the "
    "command that it names. At every moment each row that was written since, and each that the deployment has dropped "
    "or changed, is in its table or in the archive, counted; afterwards a deployment brings everything back.",
    ground=GroundBack,
    parts=EVERY
    | {
        "before": "reading the target, the rehearsal of the way back, holding the target against it",
        "rows": "an index that goes, and rows that return where nobody has changed them",
        "index": "`CREATE INDEX CONCURRENTLY` of an index that was dropped",
        "mirror": "a trigger that mirrors a column which goes",
        "copy": "the column, copied to the archive in batches",
        "away": "a table and the column that go, a table and a column that come back",
        "return": "values that return to the column in batches, and leave the archive",
        "last": "a foreign key that is validated, to the end",
    },
)
RUNS = (DEPLOYMENT, ROLLBACK)
