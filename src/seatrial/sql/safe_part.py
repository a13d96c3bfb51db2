"""The parts of a safe way: what belongs into one file, with what a person has to know about it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from postgast import pg_query_pb2 as pb

from seatrial.sql.text import is_only, qualified, relation, statement

if TYPE_CHECKING:
    from collections.abc import Iterable

    from postgast.pg_query_pb2 import AlterTableCmd, AlterTableStmt

__all__ = ["BATCH", "Altered", "Part", "batched", "rendered"]

#: Rows of a batch: some 100 ms of work, so that nobody waits long for one of its rows.
BATCH = 5000
LOCK_TIMEOUT = "SET lock_timeout = '500ms';"
RETRY = "When it fails with 55P03 the lock was not free: wait a little and run the file again."


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One file of the safe way, which is one transaction."""

    #: Lines for a person.
    says: tuple[str, ...] = ()
    #: Without their semicolons.
    statements: tuple[str, ...]
    #: Whether it needs a strong lock for a moment; then it must not queue for it.
    brief: bool = False
    #: Whether it is for a release of its own, not to be put together with another part.
    later: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Altered:
    """The table of an ALTER TABLE, to be altered in more and smaller ways."""

    statement: AlterTableStmt

    @property
    def table(self) -> str:
        """As SQL."""
        return relation(self.statement.relation)

    @property
    def name(self) -> str:
        """Without schema and quotes."""
        return str(self.statement.relation.relname)

    def beside(self, name: str) -> str:
        """A name in the table's schema, as SQL."""
        return qualified(self.statement.relation.schemaname, name)

    def alter(self, action: str) -> str:
        """ALTER TABLE with an action given as text."""
        found = self.statement
        if_exists, only = "IF EXISTS " if found.missing_ok else "", "ONLY " if is_only(found.relation) else ""
        return f"ALTER TABLE {if_exists}{only}{self.table} {action}"

    def command(self, command: AlterTableCmd) -> str:
        """ALTER TABLE with this one command."""
        alone = pb.AlterTableStmt()
        alone.CopyFrom(self.statement)
        del alone.cmds[:]
        alone.cmds.append(pb.Node(alter_table_cmd=command))
        return statement(pb.Node(alter_table_stmt=alone))


def batched(table: str, change: str, condition: str) -> Part:
    """Change a few rows at a time, each batch a transaction of its own.

    Args:
        table: as SQL.
        change: `UPDATE t SET a = 1` or `DELETE FROM t`.
        condition: of rows that are still to be done; empty for all.
    """
    where = f" WHERE {condition}" if condition else ""
    some = f"SELECT ctid FROM {table}{where} LIMIT {BATCH}"  # noqa: S608 - quoted names
    says = "Again and again, each time in a transaction of its own, until it changes no row (\\watch 1 in psql):"
    return Part(says=(says,), statements=(f"{change} WHERE ctid = ANY (ARRAY({some}))",))


def rendered(parts: Iterable[Part]) -> str:
    """The safe way as SQL."""
    files = _joined(parts)
    return "\n\n".join(_file(part, f"File {n}. " if len(files) > 1 else "") for n, part in enumerate(files, start=1))


def _joined(parts: Iterable[Part]) -> list[Part]:
    """Brief parts that follow one another share a file."""
    files: list[Part] = []
    for part in parts:
        if part.brief and not part.later and files and files[-1].brief:
            last = files.pop()
            says = tuple(dict.fromkeys((*last.says, *part.says)))
            files.append(Part(says=says, statements=(*last.statements, *part.statements), brief=True))
        else:
            files.append(part)
    return files


def _file(part: Part, label: str) -> str:
    says = [*part.says, *([RETRY] if part.brief else [])]
    lines = [f"-- {label if not number else ''}{line}" for number, line in enumerate(says)]
    lines += [LOCK_TIMEOUT] if part.brief else []
    return "\n".join([*lines, *(f"{text};" for text in part.statements)])
