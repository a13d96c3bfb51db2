"""Everything that can go wrong, as one tree.

SeatrialError                  what, where, why, fix; a code and an exit code
├── CannotRun            (2)   usage, settings, files: nothing was tried
│   └── CannotConnect    (2)   the target does not answer, or may not be used as it is
├── Interrupted          (130) somebody pressed Ctrl-C before anything could remain
├── Refused              (1)   asked and answered no; the database is as it was
├── StatementFailed      (1)   a statement failed and its transaction was rolled back
└── Remains              (3)   something of this run stays in the database, and the message says what
"""

from __future__ import annotations

from enum import IntEnum

__all__ = [
    "CannotConnect",
    "CannotRun",
    "Exit",
    "Interrupted",
    "Refused",
    "Remains",
    "SeatrialError",
    "StatementFailed",
]


class Exit(IntEnum):
    """The exit codes of every command."""

    YES = 0
    NO = 1
    COULD_NOT_RUN = 2
    REMAINS = 3
    INTERRUPTED = 130


class SeatrialError(Exception):
    """Something a person must know about: what happened, where, why, and what to type next.

    The code is stable and greppable (`scratch.no-server`); the other fields are sentences without a full stop.
    """

    exit_code = Exit.COULD_NOT_RUN

    def __init__(self, code: str, what: str, *, where: str = "", why: str = "", fix: str = "") -> None:
        super().__init__(what)
        self.code = code
        self.what = what
        self.where = where
        self.why = why
        self.fix = fix

    def as_record(self) -> dict[str, str]:
        """The error in the one JSON shape that all errors have."""
        return {"code": self.code, "what": self.what, "where": self.where, "why": self.why, "fix": self.fix}


class CannotRun(SeatrialError):
    """Usage, settings or files keep the command from starting."""


class CannotConnect(CannotRun):
    """The target does not answer, or is one that may not be used."""


class Interrupted(SeatrialError):
    """Somebody pressed Ctrl-C; where something could remain, an outcome says so instead."""

    exit_code = Exit.INTERRUPTED


class Refused(SeatrialError):
    """The question was understood and the answer is no; nothing of this run is in the database."""

    exit_code = Exit.NO


class StatementFailed(SeatrialError):
    """The server refused a statement; its transaction was rolled back."""

    exit_code = Exit.NO

    def __init__(
        self, what: str, *, sqlstate: str, detail: str = "", hint: str = "", context: str = "", position: int = -1
    ) -> None:
        """Position is the character offset inside the statement that the server points at, or negative."""
        super().__init__(f"sql.{sqlstate}", what, why=detail, fix=hint)
        self.sqlstate = sqlstate
        self.detail = detail
        self.hint = hint
        self.context = context
        self.position = position


class Remains(SeatrialError):
    """Something of this run is in the database; the message says whether it is consistent."""

    exit_code = Exit.REMAINS
