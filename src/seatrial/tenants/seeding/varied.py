"""Which values the rows of a table take on, so that whatever is looked at is there in every form."""

from __future__ import annotations

import json
from decimal import Decimal, InvalidOperation
from itertools import pairwise
from typing import TYPE_CHECKING

from seatrial.rows.text import literal
from seatrial.rows.values import NUMBERS, TIMES, kind
from seatrial.tenants.seeding.edit import Change
from seatrial.tenants.seeding.ground import pointer

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence

    from seatrial.rows.facts import Column, Table
    from seatrial.tenants.seeding.ground import Ground

__all__ = ["canaries", "forms", "is_document", "large", "number_of_rows", "plain", "varied"]

FEWEST = 3
NULL = "NULL"
#: The value that a row has anyway.
OWN = ""
#: After everything that is compared with the time of day.
LATE = "2100-01-01"
OTHER = "'other'"
#: Enough for a value to be stored apart from its row.
LARGE = "(SELECT string_agg(md5(i::text), '') FROM generate_series(1, 640) AS i)"
CANARY = "seatrial-canary-"
TEXTS = frozenset({"text", "varchar"})
DOCUMENTS = frozenset({"json", "jsonb"})
#: Constants of one column with whose neighbours rows are made, and texts that stand in objects.
MOST_NUMBERS, MOST_TEXTS = 12, 8


def number_of_rows(ground: Ground, table: Table, people: int) -> int:
    """So many rows of a tenant have every form.

    Args:
        ground: what is known.
        table: which.
        people: of the tenant.
    """
    found = max([FEWEST, *(len(values) for values in forms(ground, table).values())])
    return max(found, people) if ground.user_column(table.name) else found


def forms(ground: Ground, table: Table) -> dict[str, list[str]]:
    """Values, as SQL, that a column has to take on, by its bare name."""
    if ground.tells_users(table.name):
        return {}
    looked_at = ground.looked_at.of(table.name)
    return {
        name: list(dict.fromkeys([*_forms(table.columns[name], constants), *_beside(ground, table, name)]))
        for name, constants in looked_at.items()
        if _is_free(ground, table, name)
    }


def _is_free(ground: Ground, table: Table, name: str) -> bool:
    """Whether its values are anybody's choice."""
    column = table.columns[name]
    taken = {ground.tenant_column(table.name), ground.user_column(table.name)}
    in_key = any(name in key.columns and not _tells_apart(table, name, key.columns) for key in table.keys)
    points = any(name in key.columns for key in table.foreign_keys)
    return not (column.generated or column.numbered or in_key or points or name in taken)


def _tells_apart(table: Table, name: str, key: Collection[str]) -> bool:
    """Whether another column of a key is never the same, as where the key holds the moment for a partition's sake."""
    others = [table.columns[other] for other in key if other != name]
    return any(other.numbered or (other.default and kind(other.type) == "uuid") for other in others)


def _forms(column: Column, constants: Sequence[str]) -> Iterator[str]:
    name = kind(column.type)
    if name == "bool":
        yield from ("true", "false")
    elif constants:
        of_kind = [value for value in constants if name not in DOCUMENTS or _is_json(value)]
        yield from (literal(value) for value in of_kind)
        yield from _another(column, constants)
    else:
        yield OWN
        if name in TIMES:
            yield literal(LATE)
    if not column.not_null:
        yield NULL


def _beside(ground: Ground, table: Table, name: str) -> list[str]:
    """Forms that are worth a try: numbers next to constants, and objects with the keys that conditions ask for."""
    constants = ground.looked_at.of(table.name)[name]
    sort = kind(table.columns[name].type)
    if sort in NUMBERS:
        found = filter(None, map(_number, constants[:MOST_NUMBERS]))
        return [literal(f"{number + step:f}") for number in found for step in (-1, 1)]
    return [literal(text) for text in _objects(ground, constants)] if sort in DOCUMENTS else []


def _number(text: str) -> Decimal | None:
    try:
        number = Decimal(text)
    except InvalidOperation:
        return None
    return number if number.is_finite() and abs(number.adjusted()) < MOST_NUMBERS * 2 else None


def _objects(ground: Ground, constants: Sequence[str]) -> Iterator[str]:
    """All keys with the same text; first come those that follow a key in a condition."""
    keys = [key for key in ground.looked_at.keys if key in ground.looked_at.constants]
    everything = ground.looked_at.constants
    after = [value for key, value in pairwise(everything) if key in keys and value not in keys]
    texts = dict.fromkeys([*(value for value in constants if not _is_json(value)), *after, *everything])
    for text in [text for text in texts if text not in keys][:MOST_TEXTS] if keys else ():
        yield json.dumps(dict.fromkeys(keys, text))


def is_document(column: Column) -> bool:
    """Whether it holds JSON."""
    return kind(column.type) in DOCUMENTS


def _is_json(text: str) -> bool:
    try:
        json.loads(text)
    except ValueError:
        return False
    return True


def _another(column: Column, constants: Sequence[str]) -> Iterator[str]:
    """A value that it is not compared with."""
    name = kind(column.type)
    if name == "enum":
        yield from (literal(label) for label in column.type.labels if label not in constants)
    else:
        yield OTHER if name in TEXTS else OWN


def varied(ground: Ground, table: Table, contents: Sequence[Mapping[str, object]]) -> Iterator[Change]:
    """What has to change so that the rows of a tenant take on every form."""
    for name, values in forms(ground, table).items():
        constants = ground.looked_at.of(table.name)[name]
        beside = _beside(ground, table, name)
        for row, value in zip(range(len(contents)), values, strict=False):
            if value == OWN or (value == OTHER and contents[row][name] not in {None, *constants}):
                continue
            yield Change(row=row, column=name, value=value, shown=_shown(value), is_optional=value in beside)


def _shown(value: str) -> str:
    return "another value" if value == OTHER else value


def plain(ground: Ground, table: Table, rows: int) -> Iterator[Change]:
    """Rows that tell what users and tenants are: as if nobody had set anything in them."""
    for name, column in table.columns.items():
        if not _is_free(ground, table, name):
            continue
        looked_at = name in ground.looked_at.of(table.name)
        if column.default or (looked_at and not column.not_null):
            for row in range(rows):
                yield Change(row=row, column=name, value="DEFAULT", is_optional=True)


def canaries(ground: Ground, table: Table, label: str, rows: int) -> Iterator[Change]:
    """Recognisable values in what nobody may read."""
    hidden = {one for rule in ground.tenancy.unreadable if rule.table == table.name for one in rule.columns}
    for column in table.columns.values():
        if column.ident in hidden and _is_free(ground, table, column.name):
            for row in range(rows):
                if value := _canary(kind(column.type), f"{CANARY}{label.lower()}{row}"):
                    yield Change(row=row, column=column.name, value=value, is_optional=True)


def _canary(name: str, text: str) -> str:
    if name in TEXTS:
        return literal(text)
    if name == "bytea":
        return f"convert_to({literal(text)}, 'UTF8')"
    return f"jsonb_build_object('canary', {literal(text)})" if name in {"json", "jsonb"} else ""


def large(ground: Ground, table: Table) -> list[str]:
    """Columns, by their bare names, that may take a large value."""
    hidden = {one for rule in ground.tenancy.unreadable if rule.table == table.name for one in rule.columns}
    return [
        column.name
        for column in table.columns.values()
        if _is_free(ground, table, column.name)
        and not any(column.name in check.columns for check in table.checks)
        and column.name not in ground.looked_at.of(table.name)
        and column.ident not in hidden
        and pointer(table, column.name) is None
        and (kind(column.type) in {"jsonb", "bytea"} or (kind(column.type) in TEXTS and column.typmod < 0))
    ]


def large_value(column: Column) -> str:
    """Some 20 kB that do not compress."""
    name = kind(column.type)
    return {"jsonb": f"to_jsonb({LARGE})", "bytea": f"decode({LARGE}, 'hex')"}.get(name, LARGE)
