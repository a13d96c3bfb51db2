"""Random changes of a random schema, and what applications write once they are deployed."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tests.postgres.rollback.cases import Kind
from tests.postgres.rollback.grammar import ROWS, VALUES, Column, Table, column, schema

from seatrial.model.reversal import Reversibility

if TYPE_CHECKING:
    from collections.abc import Callable
    from random import Random

__all__ = ["random_kind"]

#: Type → one that it can become: some of them lose something.
BECOMES = {
    "integer": ("bigint", "numeric", "text"),
    "text": ("varchar(200)", "varchar(3) USING left({0}, 3)"),
    "date": ("timestamp",),
    "numeric(8,2)": ("numeric(12,4)", "integer"),
    "timestamptz": ("date",),
    "jsonb": ("text",),
    "boolean": ("text",),
}
#: What stood around a table, and how it goes; a column may have taken it away already.
LOST = {
    "index": "DROP INDEX IF EXISTS public.{then}_index;",
    "policy": "DROP POLICY IF EXISTS {then}_policy ON public.{now};",
    "secured": "ALTER TABLE public.{now} DISABLE ROW LEVEL SECURITY;",
    "view": "DROP VIEW IF EXISTS public.{then}_view;",
    "check": "ALTER TABLE public.{now} DROP CONSTRAINT IF EXISTS {then}_check;",
    "grant": "GRANT SELECT ON public.{now} TO anon;",
    "trigger": "DROP TRIGGER {then}_trigger ON public.{now};",
    "function": "DROP FUNCTION public.{then}_count();",
}


def random_kind(chance: Random) -> Kind:
    """One to four changes in one file."""
    tables, given = schema(chance)
    author = _Author(chance=chance, tables=tables)
    ways = [getattr(author, name) for name in dir(_Author) if name.startswith("a_")]
    lines = [line for _ in range(chance.randint(1, 4)) for line in _one(chance, ways)]
    return Kind(
        family="random", name="a random change", verdict=Reversibility.WITH_ARCHIVE, given=given,
        change="\n".join(lines), meanwhile="\n".join(author.writes()),
    )  # fmt: skip


def _one(chance: Random, ways: list[Callable[[], list[str]]]) -> list[str]:
    return chance.choice(ways)()


@dataclass(slots=True)
class _Author:
    """Writes a migration, and knows what the schema has become."""

    chance: Random
    tables: list[Table]
    made: int = 0
    #: Columns that the change adds.
    added: list[tuple[Table, Column]] = field(default_factory=list)
    touched: list[Table] = field(default_factory=list)

    def a_table(self) -> list[str]:
        columns = [column(self.chance, f"c{place}") for place in range(2)]
        if self.tables and self.chance.random() < 0.5:
            parent = self.chance.choice(self.tables)
            columns.append(column(self.chance, "up", parent.name))
            # Rows that stay there, or that applications write before.
            columns[-1].points = "100" if parent.fresh else "1"
        table = Table(name=self._name("t"), columns=columns, fresh=True)
        self.tables.append(table)
        return [table.create]

    def a_dropped_table(self) -> list[str]:
        return self._with_table(self._drop)

    def _drop(self, table: Table) -> list[str]:
        """What is altered and then dropped in one file is kept as it is by then, which the rehearsal sees."""
        if table in self.touched:
            return []
        self.tables.remove(table)
        return [f"DROP TABLE public.{table.name} CASCADE;"]

    def a_renamed_table(self) -> list[str]:
        return self._with_table(self._rename)

    def _rename(self, table: Table) -> list[str]:
        old, table.name = table.name, self._name("renamed")
        for one in (one for other in self.tables for one in other.columns if one.refers_to == old):
            one.refers_to = table.name
        return [f"ALTER TABLE public.{old} RENAME TO {table.name};"]

    def a_column(self) -> list[str]:
        return self._with_table(self._add)

    def _add(self, table: Table) -> list[str]:
        new = column(self.chance, self._name("new"))
        table.columns.append(new)
        self.added.append((table, new))
        return [f"ALTER TABLE public.{table.name} ADD COLUMN {new.sql};"]

    def a_dropped_column(self) -> list[str]:
        return self._with_column(self._drop_column)

    def _drop_column(self, table: Table, one: Column) -> list[str]:
        table.columns.remove(one)
        return [f"ALTER TABLE public.{table.name} DROP COLUMN {one.name} CASCADE;"]

    def a_renamed_column(self) -> list[str]:
        return self._with_column(self._rename_column)

    def _rename_column(self, table: Table, one: Column) -> list[str]:
        old, one.name = one.name, self._name("other")
        return [f"ALTER TABLE public.{table.name} RENAME COLUMN {old} TO {one.name};"]

    def a_type(self) -> list[str]:
        return self._with_column(self._retype)

    def _retype(self, table: Table, one: Column) -> list[str]:
        if one.type not in BECOMES or one.refers_to or {"view"} & set(table.around):
            return []
        kind = self.chance.choice(BECOMES[one.type]).format(one.name)
        had, one.default = one.default, ""
        one.type = {"bigint": "bigint", "integer": "integer", "text": "text", "date": "date"}.get(kind, "")
        if not one.type:
            # Nothing is written to it any more.
            table.columns.remove(one)
            dropped = [f"ALTER TABLE public.{table.name} ALTER COLUMN {one.name} DROP NOT NULL;"]
        else:
            dropped = []
        if had:
            dropped.append(f"ALTER TABLE public.{table.name} ALTER COLUMN {one.name} DROP DEFAULT;")
        return [*dropped, f"ALTER TABLE public.{table.name} ALTER COLUMN {one.name} TYPE {kind};"]

    def a_default(self) -> list[str]:
        return self._with_column(self._default)

    def _default(self, table: Table, one: Column) -> list[str]:
        if one.refers_to:
            return []
        one.default = self.chance.choice(["", VALUES[one.type][1]])
        what = f"SET DEFAULT {one.default}" if one.default else "DROP DEFAULT"
        return [f"ALTER TABLE public.{table.name} ALTER COLUMN {one.name} {what};"]

    def a_nullability(self) -> list[str]:
        return self._with_column(self._nullability)

    def _nullability(self, table: Table, one: Column) -> list[str]:
        if (table, one) in self.added:
            return []
        one.not_null = not one.not_null
        what = "SET" if one.not_null else "DROP"
        return [f"ALTER TABLE public.{table.name} ALTER COLUMN {one.name} {what} NOT NULL;"]

    def an_update(self) -> list[str]:
        return self._with_column(self._update)

    def _update(self, table: Table, one: Column) -> list[str]:
        if one.refers_to:
            return [f"UPDATE public.{table.name} SET {one.name} = 1 WHERE id > 1;"]
        return [f"UPDATE public.{table.name} SET {one.name} = {VALUES[one.type][2]} WHERE id <> 3;"]

    def a_delete(self) -> list[str]:
        pointed_at = {one.refers_to for table in self.tables for one in table.columns}
        return self._with_table(
            lambda table: [] if table.name in pointed_at else [f"DELETE FROM public.{table.name} WHERE id = 2;"]
        )

    def an_insert(self) -> list[str]:
        self.made += 1
        return self._with_table(lambda table: [table.insert(0, 50 + self.made)] if not table.fresh else [])

    def a_thing_around(self) -> list[str]:
        return self._with_column(self._around)

    def _around(self, table: Table, one: Column) -> list[str]:
        name, new = table.name, self._name("thing")
        if one.type == "jsonb":
            return []
        return [
            self.chance.choice(
                [
                    f"CREATE INDEX {new} ON public.{name} ({one.name});",
                    f"CREATE VIEW public.{new} AS SELECT id, {one.name} FROM public.{name};",
                    f"CREATE POLICY {new} ON public.{name} USING ({one.name} IS NOT NULL);",
                    f"ALTER TABLE public.{name} ENABLE ROW LEVEL SECURITY;",
                    f"ALTER TABLE public.{name} ADD CONSTRAINT {new} CHECK ({one.name} IS NOT NULL OR id > 0);",
                    f"COMMENT ON COLUMN public.{name}.{one.name} IS '{new}';",
                    f"GRANT SELECT ({one.name}) ON public.{name} TO anon;",
                    f"REVOKE ALL ON public.{name} FROM authenticated;",
                    f"ALTER TABLE public.{name} SET (fillfactor = 70);",
                    f"CREATE FUNCTION public.{new}(public.{name}) RETURNS bigint LANGUAGE sql AS 'SELECT $1.id';",
                ]
            )
        ]

    def a_lost_thing_around(self) -> list[str]:
        return self._with_table(self._lose)

    def _lose(self, table: Table) -> list[str]:
        there = [part for part in table.around if part in LOST]
        if not there:
            return []
        part = self.chance.choice(there)
        table.around.remove(part)
        return [LOST[part].format(now=table.name, then=table.then)]

    def writes(self) -> list[str]:
        """Rows of new tables, and values of new columns."""
        lines = [
            table.insert(row, 100 + row)
            for table in self.tables if table.fresh and all(one.type in VALUES for one in table.columns)
            for row in range(ROWS)
        ]  # fmt: skip
        lines += [
            f"UPDATE public.{table.name} SET {one.name} = {VALUES[one.type][3]} WHERE id = 2;"
            for table, one in self.added
            if table in self.tables and one in table.columns and one.type in VALUES
        ]
        return lines

    def _name(self, stem: str) -> str:
        self.made += 1
        return f"{stem}_{self.made}"

    def _with_table(self, write: Callable[[Table], list[str]]) -> list[str]:
        return self._touching(self.chance.choice(self.tables), write) if self.tables else []

    def _touching(self, table: Table, write: Callable[[Table], list[str]]) -> list[str]:
        lines = write(table)
        self.touched.append(table)
        return lines

    def _with_column(self, write: Callable[[Table, Column], list[str]]) -> list[str]:
        pairs = [(table, one) for table in self.tables for one in table.columns]
        if not pairs:
            return []
        table, one = self.chance.choice(pairs)
        return self._touching(table, lambda table: write(table, one))
