"""A picture of a target as a file: what it takes to lay the stand-in where nobody can reach the target."""

from __future__ import annotations

import re
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from seatrial.catalog.record import from_record, to_record
from seatrial.errors import CannotRun
from seatrial.model.standin import ColumnStatistics, Definition, NotCarried, Picture, RelationStatistics, TableSize
from seatrial.project.sealed import Seal, read_sealed, write_sealed
from seatrial.standin.read import LEDGER

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

__all__ = ["STANDIN", "Saved", "read_saved", "write_saved"]

STANDIN = Seal(what="stand-in", key="standin", format=1)
#: Of a name: PostgreSQL's have up to 63 bytes, those in settings are a person's.
LONGEST_LINE = 200
#: As `server_version_num`.
OLDEST_SERVER, UNLIKELY_SERVER = 150000, 1_000_000
MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,6})?(?:Z|[+-]\d\d:\d\d)?", re.ASCII)
#: Fields of records that are not text.
NUMBERS = frozenset({"rows", "bytes", "pages", "all_visible"})


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
        CannotRun: the file cannot be written, or what is there is no stand-in.
    """
    write_sealed(path, STANDIN, _record(saved))


def read_saved(path: Path) -> Saved:
    """A stand-in that was saved.

    Raises:
        CannotRun: there is none, it was edited, or another version of Seatrial wrote it.
    """
    try:
        saved = read_sealed(path, STANDIN, _saved)
    except CannotRun as error:
        raise _unusable(path, error.what) from None
    except ValueError as error:
        raise _unusable(path, str(error)) from None
    wrong = _wrong(saved)
    if wrong:
        raise _unusable(path, wrong)
    return saved


def _wrong(saved: Saved) -> str:
    """What is unlikely in a file that we wrote, as a clause; whoever made it also made its digest."""
    picture = saved.picture
    lines: dict[str, object] = {
        "target": saved.target, "taken_at": saved.taken_at, "tool": saved.tool, "role": picture.role,
        "database": picture.database,
    }  # fmt: skip
    for name, line in lines.items():
        # They are printed; a line break would let them pass for something else.
        if not isinstance(line, str) or not line.isprintable() or not 0 < len(line) <= LONGEST_LINE:
            return f"its {name} is not a line of at most {LONGEST_LINE} characters"
    if not MOMENT.fullmatch(saved.taken_at):
        return "its taken_at is no moment"
    version = picture.server_version
    if type(version) is not int or not OLDEST_SERVER <= version < UNLIKELY_SERVER:
        return f"its server_version is not that of PostgreSQL {OLDEST_SERVER // 10_000} or newer"
    return ""


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
        "planner_settings": dict(picture.planner_settings),
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
    planner_settings: dict[str, str] | None = None,
    **facts: Any,  # noqa: ANN401 - JSON
) -> Saved:
    picture = Picture(
        catalog=from_record(catalog),
        definitions=tuple(map(_definition, definitions)),
        ledger={_known(name): _texts(rows) for name, rows in ledger.items()},
        relation_statistics=tuple(RelationStatistics(**_typed(one)) for one in relation_statistics),
        column_statistics=tuple(ColumnStatistics(**_typed(one)) for one in column_statistics),
        sizes={name: TableSize(**_typed(size)) for name, size in sizes.items()},
        left=tuple(NotCarried(**_typed(one)) for one in left),
        planner_settings=_typed(planner_settings or {}),
        **facts,
    )
    return Saved(target=target, taken_at=taken_at, tool=tool, picture=picture)


def _definition(record: dict[str, Any]) -> Definition:
    parent = record.pop("parent", None)
    return Definition(**{"sql": "", **_typed(record)}, parent=(parent[0], parent[1]) if parent else None)


def _known(table: str) -> str:
    if table not in LEDGER:
        raise KeyError(table)
    return table


def _texts(found: list[str]) -> tuple[str, ...]:
    if not all(isinstance(one, str) for one in found):
        raise TypeError
    return tuple(found)


def _typed(record: dict[str, Any]) -> dict[str, Any]:
    """The same, when each of its fields can be what it is called."""
    for name, value in record.items():
        wanted = int | float | None if name in NUMBERS else bool if name == "inherited" else str
        # Statistics by their names.
        if not all(isinstance(one, wanted) for one in (value.values() if name == "facts" else [value])):
            raise TypeError(name)
    return record


def _unusable(path: Path, why: str) -> CannotRun:
    return CannotRun(
        "standin.unusable", "the saved stand-in cannot be used", where=str(path), why=why,
        fix="take it again: seatrial standin --target <name> --out <file>",
    )  # fmt: skip
