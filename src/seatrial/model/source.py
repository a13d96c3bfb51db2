"""What lies in a release folder: files as they were read, and the statements in them."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from seatrial.model.archive import KeptRows

__all__ = [
    "Assertion",
    "Batch",
    "Encoding",
    "Misdirected",
    "Revert",
    "Script",
    "Source",
    "Statement",
    "SyntaxFault",
    "Transaction",
]


class Encoding(StrEnum):
    """How the bytes of a file turned out."""

    UTF8 = "utf-8"
    UTF8_BOM = "utf-8 with byte-order mark"
    UTF16 = "utf-16"
    BINARY = "binary"
    UNREADABLE = "unreadable"


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """One file of the migrations folder, whether or not it is a migration."""

    #: Relative to the release folder, with forward slashes.
    path: str
    #: The digits in front of the first underscore; empty when the name has none.
    version: str
    #: The rest of the file name, without `.sql`.
    name: str
    encoding: Encoding
    #: Without the byte-order mark, line ends as they are; empty when it could not be read as text.
    text: str
    #: The operating system's words when the file is UNREADABLE.
    reason: str = ""
    #: The file `NAME.down.sql` beside it, which takes it back.
    down: Source | None = None


class Transaction(StrEnum):
    """What a statement does to the transaction around it."""

    NONE = "none"
    BEGIN = "begin"
    COMMIT = "commit"
    ROLLBACK = "rollback"
    #: PostgreSQL refuses to run it inside a transaction block.
    STANDALONE = "stand-alone"


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """How a statement is cut into transactions of its own: `-- seatrial: batch key=id size=5000 triggers=off`."""

    #: A column of the table of an UPDATE, or of the first one in FROM of an INSERT … SELECT, that orders its rows.
    key: str
    #: Rows that are looked at in one transaction.
    size: int
    #: Why the statement is not the same when it is cut, as a clause; empty where it is.
    fault: str = ""
    #: Whether the user triggers of the changed table rest meanwhile, and a FORCEd row security spares its owner.
    triggers_off: bool = False
    #: Where the rows that it changes are kept, once a deployment knows the target.
    kept: KeptRows | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Assertion:
    """What must be true before the COMMIT: `-- seatrial: assert not exists (select from …)`."""

    #: A boolean expression, or a query that gives one.
    text: str
    #: Character offset of the comment in the script.
    start: int
    #: Why it cannot be asked, as a clause; empty where it can.
    fault: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Misdirected:
    """A comment about how the file is executed that nobody can follow."""

    #: Character offset of the comment in the script.
    start: int
    #: `batch`, `assert` or `revert`.
    word: str
    #: Why, as a clause.
    fault: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """One SQL statement of a script, without its semicolon."""

    text: str
    #: Character offset of the statement in the script.
    start: int
    #: The grammar's node name, such as `create_stmt`.
    node: str
    transaction: Transaction = Transaction.NONE
    #: A SET or RESET that outlives its transaction: of a setting, the role, the session's user.
    sets: bool = False
    #: For CREATE/DROP INDEX CONCURRENTLY: the index as SQL names it, schema-qualified when the statement says so.
    index: str = ""
    #: Names of what it creates, without the schema: `contacts`, `contacts.email`, `current_org`.
    creates: tuple[str, ...] = ()
    #: For an UPDATE or an INSERT … SELECT with such a comment in front of it.
    batch: Batch | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SyntaxFault:
    """Where the grammar gave up."""

    message: str
    #: Character offset in the script.
    start: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Script:
    """A source and what the grammar makes of it."""

    source: Source
    statements: tuple[Statement, ...]
    fault: SyntaxFault | None = None
    #: The same for two scripts that differ in white space and comments only.
    digest: str
    assertions: tuple[Assertion, ...] = ()
    misdirected: tuple[Misdirected, ...] = ()
    revert: Revert | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Revert:
    """What takes a file back, as its author wrote it: `-- seatrial: revert` in it, or `NAME.down.sql` beside it."""

    #: Of the file that it stands in.
    path: str
    #: Character offset of the comment in that file; 0 in one of its own.
    start: int
    #: The SQL, without the marks of the comment.
    text: str
    #: The same, parsed; in a text as long as the file, at its place.
    script: Script
