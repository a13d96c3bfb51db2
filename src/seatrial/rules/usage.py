"""What of a schema people are using when a statement comes to it: on what a file makes itself, nobody waits."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from seatrial.model.commands import AlterTable
from seatrial.model.lexis import blanked

if TYPE_CHECKING:
    from collections.abc import Iterator

    from seatrial.model.commands import Action
    from seatrial.model.schema import Life, Occasion, Schema, Table

__all__ = [
    "Alteration",
    "alterations",
    "is_fresh",
    "is_fresh_column",
    "is_in_use",
    "later_in_file",
    "made_again",
    "place",
    "whole",
    "written",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Alteration:
    """One action of ALTER TABLE on a table that is in use."""

    occasion: Occasion
    table: str
    action: Action
    #: As it is right before; None where no file makes it.
    known: Table | None

    @property
    def offset(self) -> int:
        """Of the action."""
        return place(self.occasion, self.action.offset)

    def is_fresh(self, schema: Schema, column: str) -> bool:
        """Whether the same file has made that column."""
        return bool(self.known and is_fresh_column(schema, self.known, column, self.occasion))


def alterations(schema: Schema, *kinds: str) -> Iterator[Alteration]:
    """Every action of these kinds, in order."""
    for occasion in schema.occasions:
        altered = occasion.command
        if not isinstance(altered, AlterTable) or altered.kind not in {"table", "foreign table"}:
            continue
        actions = [action for action in altered.actions if action.kind in kinds]
        if actions and is_in_use(schema, altered.table, occasion):
            known = schema.table(altered.table, before=occasion)
            for action in actions:
                yield Alteration(occasion=occasion, table=altered.table, action=action, known=known)


def is_in_use(schema: Schema, name: str, occasion: Occasion) -> bool:
    """Whether a table or view was there before the file, as far as the files tell."""
    table = schema.table(name, before=occasion)
    if table is not None:
        return not (table.temporary or is_fresh(schema, table.life, occasion))
    if any(one.name == name for one in schema.all_tables):
        # Made only later, or dropped already: nobody has it open.
        return False
    views = [one for one in schema.all_views if one.name == name and one.life.lasts(occasion)]
    return not any(is_fresh(schema, one.life, occasion) for one in views)


def is_fresh(schema: Schema, life: Life, occasion: Occasion) -> bool:
    """Whether something is made by the same file, or by one that is not deployed yet."""
    source = life.made.script.source
    return source.path == occasion.script.source.path or bool(schema.after and source.version > schema.after)


def is_fresh_column(schema: Schema, table: Table, column: str, occasion: Occasion) -> bool:
    """Whether a column is made by the same file; one that only changes has been there before."""
    lives = [
        one.life
        for every in schema.all_tables
        if every.name == table.name and every.life == table.life
        for one in every.columns
        if one.name == column and one.life.made.number < occasion.number
    ]
    return bool(lives) and is_fresh(schema, min(lives, key=lambda life: life.made.number), occasion)


def later_in_file(schema: Schema, occasion: Occasion) -> Iterator[Occasion]:
    """The statements of the same file behind one."""
    path = occasion.script.source.path
    for number in range(occasion.number, len(schema.occasions)):
        one = schema.occasions[number]
        if one.script.source.path != path:
            return
        yield one


def made_again(schema: Schema, name: str, occasion: Occasion) -> bool:
    """Whether the same file makes a table, view or function of that name later on."""
    path = occasion.script.source.path
    lives = [
        *(one.life for one in schema.all_tables if one.name == name),
        *(one.life for one in schema.all_views if one.name == name),
        *(one.life for one in schema.all_functions if one.name == name),
    ]
    return any(life.made.number > occasion.number and life.made.script.source.path == path for life in lives)


def whole(occasion: Occasion) -> tuple[str, int]:
    """The same for all that stands in one DO block."""
    return occasion.script.source.path, occasion.statement.start


def written(occasion: Occasion) -> str:
    """The statement as its author wrote it, without the semicolon; of one in a DO block empty where not sure."""
    if not occasion.in_do:
        return occasion.statement.text.strip()
    rest = occasion.script.source.text[occasion.offset :]
    end = blanked(rest).find(";")
    return rest[:end].strip() if end > 0 else ""


def place(occasion: Occasion, offset: int) -> int:
    """An offset inside of a statement, where it is known; else that of the statement."""
    return max(offset, occasion.offset)
