"""Where the archive keeps something: one schema for each migration, cause and schema of the original.

A table that is moved there keeps its own name, and so do its indexes, constraints and sequences.
"""

from __future__ import annotations

import hashlib
import re

from seatrial.model.archive import PREFIX, Cause

__all__ = ["became_place", "columns_place", "left_place", "schema_of", "table_place", "was_place"]

#: Bytes of a name, as PostgreSQL cuts it.
LONGEST = 63
_WORDS = {Cause.DEPLOY: "kept", Cause.ROLLBACK: "back"}
_PART = re.compile(r'"(?:[^"]|"")*"|[^."]+')
_PLAIN = re.compile(r"[a-z_][a-z0-9_$]*")


def schema_of(version: str, cause: Cause, schema: str) -> str:
    """`seatrial_archive_kept_20250122000000_public`, quoted where it has to be."""
    return _quoted(f"{PREFIX}{_WORDS[cause]}_{version}_{_bare(schema)}")


def table_place(version: str, cause: Cause, table: str) -> str:
    """Where a table goes: `seatrial_archive_back_20250122000000_public.integrations`."""
    schema, name = _parts(table)
    return f"{schema_of(version, cause, schema)}.{name}"


def columns_place(version: str, cause: Cause, table: str, part: int = 1) -> str:
    """Where values of its columns are: `….contacts columns`, in quotes, and of those that go later `… columns 2`."""
    return _beside(version, cause, table, "columns" if part == 1 else f"columns {part}")


def was_place(version: str, table: str) -> str:
    """Where its rows are as they were before a migration: `….contacts was`, in quotes."""
    return _beside(version, Cause.DEPLOY, table, "was")


def became_place(version: str, table: str) -> str:
    """Where they are as a migration left them: `….contacts became`, in quotes."""
    return _beside(version, Cause.DEPLOY, table, "became")


def left_place(version: str, table: str) -> str:
    """Where those of its rows stay that cannot come back with it: `….contacts left`, in quotes."""
    return _beside(version, Cause.DEPLOY, table, "left")


def _beside(version: str, cause: Cause, table: str, word: str) -> str:
    schema, name = _parts(table)
    return f"{schema_of(version, cause, schema)}.{_quoted(f'{_bare(name)} {word}', keep=len(word) + 1)}"


def _parts(table: str) -> tuple[str, str]:
    """Schema and name, quoted as they are."""
    schema, name = _PART.findall(table)
    return schema, name


def _bare(name: str) -> str:
    return name[1:-1].replace('""', '"') if name.startswith('"') else name


def _quoted(name: str, *, keep: int = 0) -> str:
    """With quotes where SQL wants them; one that is too long is cut, and told from others by a digest.

    Args:
        name: without quotes.
        keep: characters at its end that stay.
    """
    if len(name.encode()) > LONGEST:
        digest = hashlib.sha256(name.encode()).hexdigest()[:8]
        end = name[len(name) - keep :] if keep else ""
        room = LONGEST - len(digest) - len(end.encode()) - 1
        name = f"{name.encode()[:room].decode(errors='ignore')}_{digest}{end}"
    if _PLAIN.fullmatch(name):
        return name
    doubled = name.replace('"', '""')
    return f'"{doubled}"'
