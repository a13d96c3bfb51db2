"""A try of `deploy` as the target's ledger remembers it: who, from where, with what, and how it ended."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING

from seatrial.model.execution import Ending
from seatrial.model.masking import redacted

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from seatrial.model.execution import Execution
    from seatrial.model.migration import Migration

__all__ = [
    "Attempt",
    "AttemptEnd",
    "Origin",
    "PastAttempt",
    "Result",
    "end_of",
    "error_of",
    "release_digest",
    "told",
]


class Result(StrEnum):
    """How a try ended; the last two are never written, only told."""

    RUNNING = "running"
    COMPLETE = "complete"
    FAILED = "failed"
    INTERRUPTED = "interrupted"
    LOST = "connection lost"
    REFUSED = "refused"
    #: Between two steps, as its window had closed.
    STOPPED = "stopped"
    #: It has no end yet, and no later one began; whoever looks at the deployer's locks knows which.
    OPEN = "running or killed"
    #: It has no end, and its session is gone: a later one began, or nobody holds its locks.
    KILLED = "killed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """Where Seatrial runs."""

    #: Of the operating system.
    user: str
    host: str
    #: Of the deployer.
    process: int
    #: Address of the CI job; empty where there is none.
    run: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """A try as it begins."""

    origin: Origin
    tool: str
    #: `deploy`, `rollback`.
    command: str
    #: Of the plan that is deployed; empty where there was no rehearsal.
    plan: str
    #: Of the content of the pending files.
    release: str
    #: The pending versions.
    planned: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class AttemptEnd:
    """How it ended."""

    result: Result
    seconds: float
    #: Versions that are complete.
    applied: tuple[str, ...] = ()
    #: Seconds for which somebody else had to wait for it; None where nobody looked.
    longest_wait: float | None = None
    #: How many tries its steps took, at most, because of locks.
    tries: int = 1
    #: Code and message, without any value of a row.
    error: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PastAttempt:
    """A try as the ledger has it."""

    id: int
    #: ISO 8601.
    started_at: str
    deployed_by: str
    #: As the server sees it; empty for a socket of its own machine.
    client: str
    attempt: Attempt
    #: Empty and None as long as it has not ended.
    ended_at: str = ""
    end: AttemptEnd | None = None
    result: Result = Result.RUNNING


#: SQLSTATE classes of which messages quote values, or are somebody's own words (of a function, of another server);
#: 42601 quotes a piece of the text.
_QUOTING = ("22", "P0", "38", "39", "HV", "42601")
_LIMIT = 500
_RESULTS = {
    Ending.COMPLETE: Result.COMPLETE,
    Ending.FAILED: Result.FAILED,
    Ending.INTERRUPTED: Result.INTERRUPTED,
    Ending.LOST: Result.LOST,
    Ending.STOPPED: Result.STOPPED,
}


def error_of(code: str, message: str, context: str = "") -> str:
    """An error as it may be kept: its code, and its message where that cannot quote a value of a row.

    Args:
        code: SQLSTATE, or one of ours.
        message: in one sentence; never the DETAIL.
        context: of a server's error; it tells whether somebody's function chose the words.
    """
    if code.removeprefix("sql.").startswith(_QUOTING) or " at RAISE" in context:
        return f"{code} (its message may quote a value and is not kept)"
    return f"{code} {' '.join(redacted(message).split())}"[:_LIMIT].strip()


def end_of(execution: Execution, seconds: float, *, longest_wait: float | None = None, tries: int = 1) -> AttemptEnd:
    """How a try ended that executed something."""
    failure = execution.failure
    return AttemptEnd(
        result=_RESULTS[execution.ending], seconds=seconds, longest_wait=longest_wait, tries=tries,
        applied=tuple(run.version for run in execution.runs),
        error=error_of(failure.sqlstate, failure.message, failure.context)
        if failure
        else error_of("", execution.reason),
    )  # fmt: skip


def release_digest(migrations: Iterable[Migration]) -> str:
    """SHA-256 over the versions and the content of files, in their order."""
    text = "".join(f"{one.version} {one.script.digest}\n" for one in migrations)
    return hashlib.sha256(text.encode()).hexdigest()


def told(attempts: Sequence[PastAttempt]) -> tuple[PastAttempt, ...]:
    """Newest first, as they come; what has no end is told as what it can be.

    There is one deployer at a time, so a later one that got to work means that this one is gone.
    """
    found, later = [], False
    for one in attempts:
        if one.result is Result.RUNNING:
            found.append(replace(one, result=Result.KILLED if later else Result.OPEN))
        else:
            found.append(one)
        later = later or one.result is not Result.REFUSED
    return tuple(found)
