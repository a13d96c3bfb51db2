"""A waiver as somebody wrote it, before anybody asks what it is good for."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from seatrial.model.source import Script

__all__ = ["Claim", "Written"]


class Written(StrEnum):
    """Where a waiver is written."""

    COMMENT = "comment"
    SETTINGS = "settings"
    BASELINE = "baseline"


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """One code or key that is to be waived."""

    written: Written
    #: The file that it is written in: a migration, the settings, the baseline.
    script: Script
    #: Character offset in that file.
    offset: int
    #: `LCK001`, or the key of one finding; empty where it cannot be read.
    code: str = ""
    #: The last day, `2027-03-01`; empty in a baseline.
    until: str = ""
    because: str = ""
    #: Of the settings: a name or a glob of files; empty for all of them.
    files: str = ""
    #: Of a comment: offsets of the statement that it stands beside; None where there is none.
    statement: tuple[int, int] | None = None
    #: Of a comment: whether it stands before the first statement, where it speaks of the file as a whole too.
    leads: bool = False
    #: Why it cannot be taken as it is written, as a clause; empty where it can.
    fault: str = ""
