"""What lies in a release folder: files as they were read, and the statements in them."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

__all__ = ["Encoding", "Script", "Source", "Statement", "SyntaxFault", "Transaction"]


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


class Transaction(StrEnum):
    """What a statement does to the transaction around it."""

    NONE = "none"
    BEGIN = "begin"
    COMMIT = "commit"
    ROLLBACK = "rollback"
    #: PostgreSQL refuses to run it inside a transaction block.
    STANDALONE = "stand-alone"


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
    #: For CREATE/DROP INDEX CONCURRENTLY: the index by name, schema-qualified when the statement says so.
    index: str = ""
    #: Names of what it creates, without the schema: `contacts`, `contacts.email`, `current_org`.
    creates: tuple[str, ...] = ()


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
