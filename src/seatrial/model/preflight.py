"""Questions about existing rows that a statement would trip over, and what a target answers."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["PreflightAnswer", "Question"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """One read-only count of what keeps a statement from being executed."""

    #: `not null`, `unique`, `primary key`, `check`, `foreign key`, `exclude`, `domain`, `partition`, `type`.
    kind: str
    #: Whose rows are counted, as the statement names it.
    table: str
    #: A single SELECT of one bigint named `violating`.
    sql: str
    #: What is counted: "rows whose email is NULL".
    violated: str
    #: What the statement fails with when there are any.
    sqlstate: str
    #: The release itself changes rows of the table first, so that what is there now decides nothing.
    written_before: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class PreflightAnswer:
    """What a target said to a question; never a value of a row."""

    question: Question
    #: None where there is no answer.
    violating: int | None = None
    #: Why there is no answer, as a sentence without a full stop.
    why: str = ""
    #: The SQLSTATE that the question itself met.
    sqlstate: str = ""

    @property
    def stands_in_the_way(self) -> bool:
        """Whether the release is sure to fail on what was counted."""
        return bool(self.violating) and not self.question.written_before
