"""A column of one of PostgreSQL's own views that goes by another name there."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from seatrial.model import commands as c
from seatrial.model.finding import Level
from seatrial.rules.hit import Hit
from seatrial.rules.naming import quoted

if TYPE_CHECKING:
    from collections.abc import Iterator

    from seatrial.model.expression import Expression
    from seatrial.model.schema import Occasion, Schema

LEVEL = Level.BLOCKS

_INDEXES = {"tablename": "relname", "indexname": "indexrelname"}
#: View → a name that people take for one of its columns → what it is called there.
_OTHER = {
    "pg_stat_user_indexes": _INDEXES,
    "pg_stat_all_indexes": _INDEXES,
    "pg_statio_user_indexes": _INDEXES,
    "pg_stat_user_tables": {"tablename": "relname"},
    "pg_stat_all_tables": {"tablename": "relname"},
    "pg_indexes": {"relname": "tablename", "indexrelname": "indexname"},
    "pg_tables": {"relname": "tablename"},
    "pg_policies": {"relname": "tablename", "polname": "policyname"},
}


def read(schema: Schema) -> Iterator[Hit]:
    """One hit for each name in a query that reads one of those views and nothing else."""
    for occasion in schema.occasions:
        for query, start, end in _queries(occasion):
            views = {table.rpartition(".")[2] for table in query.tables}
            if len(query.tables) != 1 or not views & _OTHER.keys():
                continue
            [view] = views
            text = occasion.script.source.text[start:end]
            for wrong, right in _OTHER[view].items():
                match = re.search(rf"(?<![\w$'\"]){wrong}(?![\w$'\"(])(?!\s+as\b)", _without_names(text), re.IGNORECASE)
                if match:
                    yield _hit(occasion, start + match.start(), view, (wrong, right))


def _hit(occasion: Occasion, offset: int, view: str, names: tuple[str, str]) -> Hit:
    wrong, right = names
    return Hit(
        script=occasion.script,
        offset=offset,
        what=f"{quoted(view)} has no column {quoted(wrong)}: it is called {quoted(right)} there",
        effect="the query fails (42703)",
        fix=f"{right} as {wrong}",
    )


def _queries(occasion: Occasion) -> Iterator[tuple[Expression, int, int]]:
    """What is asked, and where its text begins and ends."""
    command, text = occasion.command, occasion.script.source.text
    match command:
        case c.Data():
            yield command.query, occasion.offset, _end(text, occasion.offset)
        case c.CreateView():
            yield command.query, occasion.offset, _end(text, occasion.offset)
        case c.CreateFunction():
            for one in command.inner:
                if isinstance(one.command, c.Data):
                    yield one.command.query, one.offset, _end(text, one.offset)
        case _:
            return


def _end(text: str, start: int) -> int:
    end = text.find(";", start)
    return len(text) if end < 0 else end


def _without_names(text: str) -> str:
    """Blank where a column gets a name: `relname AS tablename`."""
    return re.sub(r"\bas\s+\w+", lambda found: " " * len(found[0]), text, flags=re.IGNORECASE)
