"""A picture of a target as a file: what it takes to lay the stand-in where nobody can reach the target."""

from __future__ import annotations

import hashlib
import json
import os
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from seatrial.catalog.record import from_record, to_record
from seatrial.errors import CannotRun
from seatrial.model.standin import ColumnStatistics, Definition, NotCarried, Picture, RelationStatistics, TableSize

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

__all__ = ["Saved", "read_saved", "write_saved"]

#: Raised when an older file can no longer be used.
FORMAT = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Saved:
    """A picture, and of what."""

    #: Name of the target; never its address.
    target: str
    #: ISO 8601.
    taken_at: str
    tool: str
    picture: Picture


def write_saved(path: Path, saved: Saved) -> None:
    """Save it; what was there before is replaced only when all of it is written.

    Raises:
        CannotRun: the file cannot be written.
    """
    content = _record(saved)
    text = json.dumps({"format": FORMAT, "digest": _digest(content), "standin": content}, indent=1)
    unfinished = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        unfinished.write_text(f"{text}\n", encoding="utf-8")
        unfinished.replace(path)
    except OSError as error:
        unfinished.unlink(missing_ok=True)
        raise CannotRun(
            "standin.unwritable", "the stand-in cannot be saved", where=str(path), why=error.strerror or str(error),
            fix="give a file in a folder that can be written",
        ) from None  # fmt: skip


def read_saved(path: Path) -> Saved:
    """A stand-in that was saved.

    Raises:
        CannotRun: there is none, it was edited, or another version of Seatrial wrote it.
    """
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        if content["format"] != FORMAT:
            raise _unusable(path, f"it is of format {content['format']}, and this Seatrial reads format {FORMAT}")
        if _digest(content["standin"]) != content["digest"]:
            raise _unusable(path, "it was edited: its content is not what its digest says")
        return _saved(**content["standin"])
    except OSError as error:
        raise _unusable(path, error.strerror or str(error)) from None
    except (ValueError, KeyError, TypeError, RecursionError, AttributeError):
        raise _unusable(path, "it is no stand-in, or only a part of one") from None


def _record(saved: Saved) -> dict[str, Any]:
    picture = saved.picture
    return {
        "target": saved.target,
        "taken_at": saved.taken_at,
        "tool": saved.tool,
        "server_version": picture.server_version,
        "role": picture.role,
        "database": picture.database,
        "catalog": to_record(picture.catalog),
        "definitions": [_without_empty(asdict(one)) for one in picture.definitions],
        "ledger": {name: list(rows) for name, rows in picture.ledger.items()},
        "relation_statistics": [asdict(one) for one in picture.relation_statistics],
        "column_statistics": [{**asdict(one), "facts": dict(one.facts)} for one in picture.column_statistics],
        "sizes": {name: asdict(size) for name, size in picture.sizes.items()},
        "left": [asdict(one) for one in picture.left],
    }


def _without_empty(fields: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in fields.items() if value not in ("", None)}


def _saved(  # noqa: PLR0913 - one parameter for each part of the file, so that a part too many is an error
    *,
    target: str,
    taken_at: str,
    tool: str,
    catalog: Mapping[str, Any],
    definitions: list[dict[str, Any]],
    ledger: dict[str, list[str]],
    relation_statistics: list[dict[str, Any]],
    column_statistics: list[dict[str, Any]],
    sizes: dict[str, dict[str, Any]],
    left: list[dict[str, Any]],
    **facts: Any,  # noqa: ANN401 - JSON
) -> Saved:
    picture = Picture(
        catalog=from_record(catalog),
        definitions=tuple(map(_definition, definitions)),
        ledger={name: tuple(rows) for name, rows in ledger.items()},
        relation_statistics=tuple(RelationStatistics(**one) for one in relation_statistics),
        column_statistics=tuple(ColumnStatistics(**one) for one in column_statistics),
        sizes={name: TableSize(**size) for name, size in sizes.items()},
        left=tuple(NotCarried(**one) for one in left),
        **facts,
    )
    return Saved(target=target, taken_at=taken_at, tool=tool, picture=picture)


def _definition(record: dict[str, Any]) -> Definition:
    parent = record.pop("parent", None)
    return Definition(**{"sql": "", **record}, parent=(parent[0], parent[1]) if parent else None)


def _digest(content: object) -> str:
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()


def _unusable(path: Path, why: str) -> CannotRun:
    return CannotRun(
        "standin.unusable", "the saved stand-in cannot be used", where=str(path), why=why,
        fix="take it again: seatrial standin --target <name> --out <file>",
    )  # fmt: skip
