"""What policies, functions and views look at: columns with the values they are compared with, and other constants."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from seatrial.pg.connection import rows
from seatrial.pg.queries import load
from seatrial.sql.compared import compared, compared_in_body
from seatrial.tenants.seeding.claimed import claimed

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

    from seatrial.pg.connection import Connection
    from seatrial.rows.facts import Table
    from seatrial.sql.compared import Compared

__all__ = ["SENT", "LookedAt", "read_looked_at"]

#: Settings in which the gateway hands on what was sent along with a request, as JSON.
SENT = ("request.headers", "request.cookies")
#: The same one by one, as older gateways do.
_SENT_ALONE = re.compile(r"request\.(header|cookie)\..+")
_METADATA = re.compile(r"\b(user_metadata|raw_user_meta_data)\b")
_COMMENT = re.compile(r"--[^\n]*|/\*.*?\*/", re.DOTALL)
_KEY = re.compile(r"(?:->>?|#>>?|\?)\s*'([^']+)'")
_WORD = re.compile(r"\w+")
#: A table that is read, and not only written.
_READ = re.compile(r"(?<!delete )(?:\bfrom|\bjoin|,)[\s(]+(?:only\s+)?(?:\w+\.)?\"?(\w+)", re.IGNORECASE)
#: Functions that no policy asks, and that are read all the same; more of them would take long.
MOST_OTHERS = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class LookedAt:
    """By them all."""

    #: Table → column, by its bare name → constants.
    columns: Mapping[str, Mapping[str, tuple[str, ...]]]
    constants: tuple[str, ...]
    #: Constants that are keys of JSON.
    keys: tuple[str, ...]
    #: Whether anything looks at the metadata that users write themselves.
    metadata: bool
    #: Settings with what users send along with a request.
    sent: tuple[str, ...]
    #: Keys of the verified token, those aside that users write themselves, with the values that count.
    claims: Mapping[str, tuple[object, ...]]
    #: Tables that something else than their own policies looks at.
    asked: frozenset[str]

    def of(self, table: str) -> Mapping[str, tuple[str, ...]]:
        """Columns of one table."""
        return self.columns.get(table, {})


def read_looked_at(connection: Connection, tables: Collection[Table]) -> LookedAt:
    """Read them from the catalogs.

    Args:
        connection: to the database with the release.
        tables: whose columns are asked for; a column counts where its table is in the same text.
    """
    texts = [
        {**row, "text": _COMMENT.sub(" ", row["text"])}
        for row in rows(connection, load("seatrial.tenants", "conditions"))
    ]
    read = [(row, _read(row)) for row in _worth_reading(texts)]
    constants = dict.fromkeys(value for _, one in read for value in one.constants)
    keys = [part for row in texts for key in _KEY.findall(row["text"]) for part in key.strip("{}").split(",")]
    return LookedAt(
        columns=_columns(read, tables),
        constants=tuple(constants),
        keys=tuple(dict.fromkeys(keys)),
        metadata=any(_METADATA.search(row["text"]) for row in texts),
        sent=tuple(value for value in constants if value in SENT or _SENT_ALONE.fullmatch(value)),
        claims=claimed(texts),
        asked=_asked(texts, tables),
    )


def _read(row: Mapping[str, Any]) -> Compared:
    return compared_in_body(row["language"], row["text"]) if row["language"] else compared(row["text"])


def _worth_reading(texts: Sequence[Mapping[str, Any]]) -> Iterator[Mapping[str, Any]]:
    """Policies and views, the functions that they ask, those that these ask, and some of the others."""
    functions: dict[str, list[Mapping[str, Any]]] = defaultdict(list)
    for row in texts:
        if row["function"]:
            functions[row["function"]].append(row)
    waiting = [row for row in texts if not row["function"]]
    while waiting:
        row = waiting.pop()
        yield row
        asked = [name for name in _WORD.findall(row["text"]) if name in functions]
        waiting += [one for name in dict.fromkeys(asked) for one in functions.pop(name)]
    yield from [one for overloads in functions.values() for one in overloads][:MOST_OTHERS]


def _asked(texts: Iterable[Mapping[str, Any]], tables: Collection[Table]) -> frozenset[str]:
    words = [(row["table"], set(_READ.findall(row["text"]))) for row in texts]
    return frozenset(one.name for one in tables for table, said in words if one.bare in said and one.name != table)


def _columns(
    read: Iterable[tuple[Mapping[str, Any], Compared]], tables: Collection[Table]
) -> dict[str, dict[str, tuple[str, ...]]]:
    by_name = defaultdict(list)
    for table in tables:
        by_name[table.bare].append(table)
    found: dict[str, dict[str, dict[str, None]]] = defaultdict(lambda: defaultdict(dict))
    for row, one in read:
        words = set(_WORD.findall(row["text"])).intersection(by_name)
        named = [table for name in sorted(words) for table in by_name[name]]
        for table in [*named, *(table for table in tables if table.name == row["table"])]:
            for name in table.columns.keys() & one.columns.keys():
                found[table.name][name].update(dict.fromkeys(one.columns[name]))
    return {table: {name: tuple(values) for name, values in sorted(of.items())} for table, of in found.items()}
