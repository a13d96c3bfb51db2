"""Random small schemas with rows, as SQL that the server takes."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from random import Random

__all__ = ["ROWS", "Column", "Table", "column", "schema"]

#: Type → a value of each of three rows, and one that applications write later.
VALUES = {
    "integer": ("1", "-20", "300", "4000"),
    "bigint": ("11", "12", "5000000000", "14"),
    "text": ("'one'", "''", "'three ''3'''", "'later'"),
    "boolean": ("true", "false", "true", "false"),
    "numeric(8,2)": ("1.50", "-2.25", "0", "99.99"),
    "date": ("'2026-01-01'", "'1999-12-31'", "'2030-06-15'", "'2027-07-07'"),
    "timestamptz": ("'2026-01-01 00:00+00'", "'2026-02-01 12:30+00'", "'2026-03-01 00:00+00'", "'2027-01-01 00:00+00'"),
    "jsonb": ("""'{"a": 1}'""", "'[]'", "'null'", """'{"b": [2]}'"""),
    "text[]": ("'{a,b}'", "'{}'", "'{c}'", "'{d}'"),
    "public.mood": ("'calm'", "'busy'", "'calm'", "'busy'"),
}
ROWS = 3


@dataclass(slots=True)
class Column:
    """Of a table."""

    name: str
    type: str
    not_null: bool = False
    default: str = ""
    refers_to: str = ""
    #: The row that it refers to, where that is always the same.
    points: str = ""

    @property
    def sql(self) -> str:
        """As CREATE TABLE and ADD COLUMN have it."""
        default = f" DEFAULT {self.default}" if self.default else ""
        refers = f" REFERENCES public.{self.refers_to} (id)" if self.refers_to else ""
        return f"{self.name} {self.type}{default}{' NOT NULL' if self.not_null else ''}{refers}"

    def value(self, row: int) -> str:
        """Of a row, counted from nought; another table has the same rows."""
        return (self.points or str(row + 1)) if self.refers_to else VALUES[self.type][row]


@dataclass(slots=True)
class Table:
    """As it is now."""

    name: str
    columns: list[Column]
    #: What was made beside it: `index`, `policy` …
    around: list[str] = field(default_factory=list)
    #: Its name when that was made.
    then: str = ""
    #: It was made by the change.
    fresh: bool = False

    @property
    def create(self) -> str:
        """The table."""
        columns = ", ".join(column.sql for column in self.columns)
        return f"CREATE TABLE public.{self.name} (id bigint PRIMARY KEY, {columns});"

    def insert(self, row: int, key: int) -> str:
        """One row."""
        names = ", ".join(["id", *(column.name for column in self.columns)])
        values = ", ".join([str(key), *(column.value(row) for column in self.columns)])
        return f"INSERT INTO public.{self.name} ({names}) VALUES ({values});"


def column(chance: Random, name: str, refers_to: str = "") -> Column:
    """Any."""
    kind = "bigint" if refers_to else chance.choice(sorted(VALUES))
    default = chance.choice(["", VALUES[kind][0]]) if not refers_to else ""
    return Column(name=name, type=kind, default=default, not_null=bool(default), refers_to=refers_to)


def schema(chance: Random) -> tuple[list[Table], str]:
    """Two or three tables with rows, and the SQL that makes them."""
    tables: list[Table] = []
    lines: list[str] = []
    for number in range(chance.randint(2, 3)):
        refers = chance.choice(tables).name if tables and chance.random() < 0.6 else ""
        columns = [column(chance, f"c{place}") for place in range(chance.randint(2, 4))]
        columns += [column(chance, "up", refers)] if refers else []
        table = Table(name=f"t{number}", then=f"t{number}", columns=columns)
        lines += [table.create, *(table.insert(row, row + 1) for row in range(ROWS)), *_around(chance, table)]
        tables.append(table)
    return tables, "\n".join(lines)


def _around(chance: Random, table: Table) -> list[str]:
    """What stands around a table."""
    name, first, some = table.name, table.columns[0].name, chance.choice(table.columns).name
    parts = {
        "index": f"CREATE INDEX {name}_index ON public.{name} ({first});",
        "policy": f"CREATE POLICY {name}_policy ON public.{name} FOR SELECT TO authenticated USING (id > 0);",
        "secured": f"ALTER TABLE public.{name} ENABLE ROW LEVEL SECURITY;",
        "view": f"CREATE VIEW public.{name}_view AS SELECT id, {some} FROM public.{name};",
        "check": f"ALTER TABLE public.{name} ADD CONSTRAINT {name}_check CHECK ({first} IS NOT NULL);",
        "comment": f"COMMENT ON COLUMN public.{name}.{some} IS 'Of {name}.';",
        "grant": f"REVOKE ALL ON public.{name} FROM anon;",
        "trigger": f"CREATE FUNCTION public.{name}_touch() RETURNS trigger LANGUAGE plpgsql"
        " AS $$ BEGIN RETURN NEW; END $$;"
        f"\nCREATE TRIGGER {name}_trigger BEFORE UPDATE ON public.{name} FOR EACH ROW"
        f" EXECUTE FUNCTION public.{name}_touch();",
        "function": f"CREATE FUNCTION public.{name}_count() RETURNS bigint LANGUAGE sql STABLE"
        f" AS $$ SELECT count(*) FROM public.{name} $$;",
    }
    table.around = [part for part in parts if chance.random() < 0.4]
    return [parts[part] for part in table.around]
