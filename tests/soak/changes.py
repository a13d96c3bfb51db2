"""Random migrations, one upon the other: what they change is known, so that the next one fits."""

from __future__ import annotations

import re
from copy import deepcopy
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tests.soak.tokens import literal

if TYPE_CHECKING:
    from collections.abc import Callable
    from random import Random

    from tests.soak.tokens import Numbers

__all__ = ["Column", "Shape", "Table", "first_shape", "written"]

TYPES = ("bigint", "integer", "text", "numeric(12,2)", "timestamp with time zone", "jsonb", "text[]")
#: Type → what a column of it can become; some of them lose something.
BECOMES = {
    "integer": ("bigint", "numeric(12,2)", "text"),
    "bigint": ("text", "numeric(12,2)"),
    "numeric(12,2)": ("integer USING trunc({0})",),
    "text": (
        "character varying(200)",
        "character varying(3) USING left({0}, 3)",
        "bigint USING substring({0} FROM '[0-9]{{8}}')::bigint",
    ),
    "timestamp with time zone": ("date",),
    "jsonb": ("character varying(200)",),
}
#: Tables there are at least, and at most.
FEWEST, MOST = 2, 6
ROWS = 8


@dataclass(slots=True)
class Column:
    """Of a table."""

    name: str
    type: str
    not_null: bool = False
    default: str = ""
    refers_to: str = ""

    @property
    def sql(self) -> str:
        """As CREATE TABLE and ADD COLUMN have it."""
        default = f" DEFAULT {self.default}" if self.default else ""
        refers = f" REFERENCES public.{self.refers_to} (id)" if self.refers_to else ""
        return f"{self.name} {self.type}{default}{' NOT NULL' if self.not_null else ''}{refers}"


@dataclass(slots=True)
class Table:
    """As it is by then."""

    name: str
    columns: list[Column]
    #: What takes away what stands around it.
    around: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Shape:
    """The tables of the application."""

    tables: list[Table]


def first_shape(chance: Random, numbers: Numbers) -> tuple[Shape, str]:
    """Three tables with rows, and the SQL that makes them."""
    author = _Author(chance, Shape([]), numbers)
    lines = [line for _ in range(3) for line in author.a_table()]
    lines += [line for table in author.shape.tables for line in author.rows(table, ROWS)]
    return author.shape, "\n".join(lines)


def written(chance: Random, shape: Shape, numbers: Numbers) -> tuple[Shape, str]:
    """One to four changes in one file, and what the tables are then."""
    author = _Author(chance, deepcopy(shape), numbers)
    ways = [getattr(author, name) for name in dir(_Author) if name.startswith("a_")]
    for _ in range(chance.randint(1, 4)):
        author.lines += chance.choice(ways)()
    return author.shape, "\n".join(author.lines or author.a_table())


class _Author:
    def __init__(self, chance: Random, shape: Shape, numbers: Numbers) -> None:
        self.shape = shape
        self.lines: list[str] = []
        self._chance = chance
        self._numbers = numbers

    def rows(self, table: Table, number: int) -> list[str]:
        """Rows that a file itself writes."""
        columns = [one for one in table.columns if not one.refers_to]
        names = ", ".join(["id", *(one.name for one in columns)])
        values = []
        for _ in range(number):
            found = [literal(one.type, self._numbers.next()) or "DEFAULT" for one in columns]
            values.append(f"({', '.join([str(self._numbers.next()), *found])})")
        return [f"INSERT INTO public.{table.name} ({names}) VALUES {', '.join(values)} ON CONFLICT DO NOTHING;"]

    def a_table(self) -> list[str]:
        if len(self.shape.tables) >= MOST:
            return []
        columns = [self._new_column() for _ in range(self._chance.randint(2, 3))]
        if self.shape.tables and self._chance.random() < 0.4:
            parent = self._chance.choice(self.shape.tables).name
            columns.append(Column(name=self._name("up"), type="bigint", refers_to=parent))
        table = Table(name=self._name("t"), columns=columns)
        self.shape.tables.append(table)
        inside = ", ".join(one.sql for one in columns)
        return [f"CREATE TABLE public.{table.name} (id bigint PRIMARY KEY, {inside});"]

    def a_dropped_table(self) -> list[str]:
        if len(self.shape.tables) <= FEWEST:
            return []
        table = self._chance.choice(self.shape.tables)
        if any(re.search(rf"\b{table.name}\b", line) for line in self.lines):
            # What one file alters and then drops is kept as it is by then, which a rehearsal sees.
            return []
        self.shape.tables.remove(table)
        for column in self._pointing_at(table):
            column.refers_to = ""
            column.type = "nothing is written to it"
        return [f"DROP TABLE public.{table.name} CASCADE;"]

    def a_renamed_table(self) -> list[str]:
        table = self._chance.choice(self.shape.tables)
        old, pointing = table.name, self._pointing_at(table)
        table.name = self._name("renamed")
        for column in pointing:
            column.refers_to = table.name
        return [f"ALTER TABLE public.{old} RENAME TO {table.name};"]

    def a_column(self) -> list[str]:
        table, new = self._chance.choice(self.shape.tables), self._new_column()
        table.columns.append(new)
        return [f"ALTER TABLE public.{table.name} ADD COLUMN {new.sql};"]

    def a_column_that_is_filled(self) -> list[str]:
        table = self._chance.choice(self.shape.tables)
        new = Column(name=self._name("c"), type="bigint")
        table.columns.append(new)
        return [
            f"ALTER TABLE public.{table.name} ADD COLUMN {new.sql};",
            *self._batch(),
            f"UPDATE public.{table.name} SET {new.name} = {self._numbers.next()} WHERE {new.name} IS NULL;",
        ]

    def a_referring_column(self) -> list[str]:
        table, parent = self._chance.choice(self.shape.tables), self._chance.choice(self.shape.tables)
        new = Column(name=self._name("up"), type="bigint", refers_to=parent.name)
        table.columns.append(new)
        return [f"ALTER TABLE public.{table.name} ADD COLUMN {new.sql};"]

    def a_dropped_column(self) -> list[str]:
        return self._with_column(self._drop_column)

    def _drop_column(self, table: Table, one: Column) -> list[str]:
        if self._is_new(one):
            return []
        table.columns.remove(one)
        return [f"ALTER TABLE public.{table.name} DROP COLUMN {one.name} CASCADE;"]

    def a_renamed_column(self) -> list[str]:
        return self._with_column(self._rename_column)

    def _rename_column(self, table: Table, one: Column) -> list[str]:
        old, one.name = one.name, self._name("up" if one.name.startswith("up") else "c")
        return [f"ALTER TABLE public.{table.name} RENAME COLUMN {old} TO {one.name};"]

    def a_type(self) -> list[str]:
        return self._with_column(self._retype)

    def _retype(self, table: Table, one: Column) -> list[str]:
        if one.type not in BECOMES or one.refers_to or one.default or self._is_new(one):
            return []
        kind = self._chance.choice(BECOMES[one.type]).format(one.name)
        one.type = kind.partition(" USING")[0]
        return [f"ALTER TABLE public.{table.name} ALTER COLUMN {one.name} TYPE {kind};"]

    def a_default(self) -> list[str]:
        return self._with_column(self._default)

    def _default(self, table: Table, one: Column) -> list[str]:
        if one.refers_to or one.not_null:
            return []
        one.default = "" if one.default else literal(one.type, self._numbers.next())
        what = f"SET DEFAULT {one.default}" if one.default else "DROP DEFAULT"
        return [f"ALTER TABLE public.{table.name} ALTER COLUMN {one.name} {what};"]

    def an_update(self) -> list[str]:
        return self._with_column(self._update)

    a_second_update = an_update

    def _update(self, table: Table, one: Column) -> list[str]:
        value = literal(one.type, self._numbers.next())
        if one.refers_to or not value or self._is_new(one):
            return []
        is_again = any(f" SET {one.name} = " in line for line in self.lines)
        if is_again and any("batch" in line or "CONCURRENTLY" in line for line in self.lines):
            # What others write between two steps takes the place of the value from before, as it would without them.
            return []
        where = f" WHERE id % 5 <> {self._chance.randint(0, 4)}"
        return [*([] if is_again else self._batch()), f"UPDATE public.{table.name} SET {one.name} = {value}{where};"]

    def a_delete(self) -> list[str]:
        table = self._chance.choice(self.shape.tables)
        if self._pointing_at(table):
            return []
        return [f"DELETE FROM public.{table.name} WHERE id % 6 = {self._chance.randint(0, 5)};"]

    def an_insert(self) -> list[str]:
        return self.rows(self._chance.choice(self.shape.tables), 3)

    a_row = an_insert

    def a_thing_around(self) -> list[str]:
        return self._with_column(self._around)

    def _around(self, table: Table, one: Column) -> list[str]:
        name, new = table.name, self._name("thing")
        things = {
            f"CREATE VIEW public.{new} AS SELECT id, {one.name} FROM public.{name};":
                f"DROP VIEW IF EXISTS public.{new};",
            f"CREATE POLICY {new} ON public.{name} USING ({one.name} IS NOT NULL);": "",
            f"ALTER TABLE public.{name} ENABLE ROW LEVEL SECURITY;": "",
            f"ALTER TABLE public.{name} ADD CONSTRAINT {new} CHECK ({one.name} IS NOT NULL OR id > 0);": "",
            f"COMMENT ON COLUMN public.{name}.{one.name} IS '{new}';": "",
            f"GRANT SELECT ({one.name}) ON public.{name} TO anon;": "",
            f"CREATE FUNCTION public.{new}(public.{name}) RETURNS bigint LANGUAGE sql AS 'SELECT $1.id';":
                f"DROP FUNCTION IF EXISTS public.{new};",
        }  # fmt: skip
        if one.type != "jsonb":
            index = f"CREATE INDEX {self._chance.choice(['', 'CONCURRENTLY '])}{new} ON public.{name} ({one.name});"
            things[index] = f"DROP INDEX IF EXISTS public.{new};"
        made = self._chance.choice(list(things))
        table.around += [things[made]] * bool(things[made])
        return [made]

    def a_lost_thing_around(self) -> list[str]:
        table = self._chance.choice(self.shape.tables)
        return [table.around.pop(self._chance.randrange(len(table.around)))] if table.around else []

    def _is_new(self, column: Column) -> bool:
        """What others write to a new column while the file goes on is the file's own to take."""
        made = re.compile(rf"(CREATE TABLE|ADD COLUMN|RENAME COLUMN).*\b{column.name}\b")
        return any(map(made.search, self.lines))

    def _batch(self) -> list[str]:
        return [f"-- seatrial: batch key=id size={self._chance.randint(3, 40)}"] * (self._chance.random() < 0.5)

    def _new_column(self) -> Column:
        kind = self._chance.choice(TYPES)
        default = literal(kind, self._numbers.next()) if self._chance.random() < 0.4 else ""
        not_null = bool(default) and self._chance.random() < 0.5
        return Column(name=self._name("c"), type=kind, default=default, not_null=not_null)

    def _name(self, stem: str) -> str:
        return f"{stem}_{self._numbers.name()}"

    def _pointing_at(self, table: Table) -> list[Column]:
        return [one for other in self.shape.tables for one in other.columns if one.refers_to == table.name]

    def _with_column(self, write: Callable[[Table, Column], list[str]]) -> list[str]:
        pairs = [(table, one) for table in self.shape.tables for one in table.columns]
        return write(*self._chance.choice(pairs)) if pairs else []
