"""Whether the rows that could be added can be added indeed."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

from seatrial.pg.queries import load
from seatrial.pg.statement import ask
from seatrial.rows.text import literal
from seatrial.rows.values import kind
from seatrial.tenants.seeding.edit import changed, could_put, made
from seatrial.tenants.seeding.found import words
from seatrial.tenants.seeding.varied import TEXTS

if TYPE_CHECKING:
    from seatrial.errors import StatementFailed
    from seatrial.pg.connection import Connection
    from seatrial.rows.facts import Table
    from seatrial.tenants.seeding.found import Found
    from seatrial.tenants.seeding.ground import Ground

__all__ = ["check_spares"]

_LETTERS = re.compile("[A-Za-z]+")
_OF_DIGITS = str.maketrans("0123456789", "ghijklmnop")

#: No row is there to point to.
FOREIGN_KEY = "23503"


def check_spares(connection: Connection, ground: Ground, found: Found) -> None:
    """Drop those that a constraint refuses, now that all rows are there; where a trigger does, try plainer ones."""
    for name, spares in found.spares.items():
        for label in list(spares):
            table = ground.schema.tables[name]
            failure = _settled(connection, table, spares, label)
            if failure and not _is_of_row(failure):
                _plainly(connection, ground, table, found, label, failure)
            elif failure:
                del spares[label]
                whose = f"of tenant {label}" if label else "of nobody"
                found.refused[f"{name}: no further row {whose} ({words(failure)})"] = None


def _settled(connection: Connection, table: Table, spares: dict[str, str], label: str) -> StatementFailed | None:
    """Let it point where the tenant's other rows point, if where it points there is nothing: of a circle of tables."""
    failure = None
    for _ in range(1 + len(table.foreign_keys)):
        failure = could_put(connection, table, spares[label])
        if failure is None or not _is_of_row(failure):
            return failure
        keys = [key for key in table.foreign_keys if f'"{key.name}"' in failure.what]
        others = made(connection, table, f"s.tenant = {literal(label)}")
        if failure.sqlstate != FOREIGN_KEY or not keys or not others:
            break
        values = {name: others[0].content[name] for name in keys[0].columns}
        spares[label] = changed(connection, spares[label], values)
    return failure


def _is_of_row(failure: StatementFailed) -> bool:
    """Whether a constraint refused it; else a trigger did."""
    return failure.sqlstate.startswith("23") and not failure.context


def _plainly(
    connection: Connection, ground: Ground, table: Table, found: Found, label: str, failure: StatementFailed
) -> None:
    """Letters alone in all texts, or in one of them, may pass a trigger that nothing else passes."""
    spares = found.spares[table.name]
    content = json.loads(spares[label])
    taken = {ground.tenant_column(table.name), ground.user_column(table.name)}
    taken |= {name for key in table.foreign_keys for name in key.columns}
    letters = {
        name: _letters(content[name])
        for name, column in table.columns.items()
        if name not in taken and kind(column.type) in TEXTS and isinstance(content.get(name), str)
    }
    for values in (letters, *({name: value} for name, value in letters.items())):
        text = changed(connection, spares[label], values)
        if values and could_put(connection, table, text) is None:
            spares[label] = text
            return
    leads = map(ground.in_the_name_of, found.users.values())
    if any(could_put(connection, table, spares[label], lead=lead) is None for lead in leads):
        return
    query = load("seatrial.tenants", "trigger_of").format(table=literal(table.name), context=literal(failure.context))
    if trigger := ask(connection, query).value:
        found.refused[f"{table.name}: no generated row passes its trigger {trigger}: {words(failure)}"] = None


def _letters(text: str) -> str:
    """As many as before or fewer, and different ones for different texts as far as can be."""
    return "".join(_LETTERS.findall(text.translate(_OF_DIGITS))) or "a"
