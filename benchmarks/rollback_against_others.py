"""What is left of a company's data when a release is rolled back, and when it is deployed again: Seatrial and others.

The release adds a table and a column, drops a column, narrows a type and changes values; applications have written to
all of it by the time somebody wants it undone. Each tool deploys the same SQL and rolls it back as its manual advises,
with the way back that the manual has people write. Then every value is looked for: where it belongs, and in every other
table of the database. What a table holds can be told from the key, so nothing has to be remembered meanwhile.

A value that the release itself takes away, as that of a dropped column, belongs nowhere while the release is deployed,
but is there to be given back. Ends with 1 where Seatrial has lost a value, or has not given back what belongs there.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.measured import Comparison, publish
from benchmarks.others.release import File
from benchmarks.others.tools import Missing, Tool
from benchmarks.others.ways_back import WAYS, Way

from seatrial.pg.connection import Connection, connect
from seatrial.scratch.server import Server, scratch

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

#: A waiver ends some day.
UNTIL = datetime.now(tz=UTC).date() + timedelta(days=30)
SQL = Path(__file__).with_suffix(".sql").read_text(encoding="utf-8").replace("{until}", f"{UNTIL}")
PAST, DATA, RELEASE, USE, REVERT = SQL.split("-- next part\n")
OURS = "seatrial rollback"


@dataclass(frozen=True, slots=True, kw_only=True)
class Values:
    """Values of one column that can be told from the key."""

    table: str
    column: str
    #: SQL, from `id`.
    value: str
    first: int
    last: int
    #: SQL; of the numbers between the first and the last, those that are meant.
    only: str = "true"
    schema: str = "public"
    #: Of the column `id`.
    type: str = "bigint"
    #: SQL, the number that a row goes by.
    key: str = "id"


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """What somebody would miss."""

    what: str
    values: tuple[Values, ...]
    #: Whether it belongs there with the release rolled back, and with it deployed.
    rolled_back: bool = True
    deployed: bool = True


CUSTOMER = "case when id between 401 and 600 then 'renamed ' else 'customer ' end || id"
KINDS = (
    Kind(what="rows of old tables, from before", values=(
        Values(table="customers", column="name", value=CUSTOMER, first=1, last=1000),
        Values(table="orders", column="customer_id", value="1 + id % 1000", first=1, last=2000),
    )),
    Kind(what="rows of old tables, written since", values=(
        Values(table="customers", column="name", value=CUSTOMER, first=1001, last=1100),
        Values(table="orders", column="customer_id", value="1001 + id % 100", first=2001, last=2200),
    )),
    Kind(what="values of old columns, written since", values=(
        Values(table="customers", column="name", value="'renamed ' || id", first=401, last=600),
        Values(table="customers", column="plan", value="'gold'", first=801, last=1000, only="id % 2 = 0"),
    )),
    Kind(what="values of the dropped column", deployed=False, values=(
        Values(table="customers", column="fax", value="'+49 30 ' || id", first=1, last=1000),
    )),
    Kind(what="values that the type made shorter", deployed=False, values=(
        Values(table="orders", column="amount", value="(id + 0.37)::numeric(12, 2)", first=1, last=2000),
    )),
    Kind(what="values that UPDATE replaced", deployed=False, values=(
        Values(table="customers", column="plan", value="'trial'", first=1, last=800, only="id % 2 = 0"),
    )),
    Kind(what="values of the new column", rolled_back=False, values=(
        Values(table="customers", column="phone", value="'+49 151 ' || id", first=1, last=400),
        Values(table="customers", column="phone", value="'+49 151 ' || id", first=1001, last=1100),
    )),
    Kind(what="rows of the new table", rolled_back=False, values=(
        Values(table="notes", column="body", value="'note ' || id", first=1, last=500),
    )),
    Kind(what="accounts of the platform", values=(
        Values(
            schema="auth", table="users", column="email", type="uuid", key="right(id::text, 12)::bigint",
            value="'user' || id || '@example.com'", first=1, last=100,
        ),
    )),
)  # fmt: skip
#: Those that could hold such a value, and whether it belongs there.
TABLES = """\
select format('%%I.%%I', nspname, relname), nspname = %s and relname = %s
from pg_catalog.pg_class join pg_catalog.pg_namespace on pg_namespace.oid = relnamespace
where relkind in ('r', 'p') and nspname !~ '^pg_'
  and 2 = (select count(*) from pg_catalog.pg_attribute
           where attrelid = pg_class.oid and (attname = %s or (attname = 'id' and atttypid = %s::regtype)))"""


@dataclass(frozen=True, slots=True)
class Found:
    """How many values of a kind are where they belong, and how many in the whole database."""

    here: int
    anywhere: int

    def __str__(self) -> str:
        """Those that are elsewhere behind a plus."""
        return f"{self.here}" + (f" +{self.anywhere - self.here}" if self.anywhere > self.here else "")


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What came of one tool, by kind."""

    before: list[Found]
    rolled_back: list[Found]
    deployed: list[Found]


def look(connection: Connection) -> list[Found]:
    """Look for all values of each kind."""
    return [
        Found(
            sum(counted(connection, values, here=True) for values in kind.values),
            sum(counted(connection, values, here=False) for values in kind.values),
        )
        for kind in KINDS
    ]


def counted(connection: Connection, values: Values, *, here: bool) -> int:
    """How many of the values are in at least one table."""
    parameters = values.schema, values.table, values.column, values.type
    tables = connection.execute(TABLES.encode(), parameters).fetchall()
    each = [
        f"select {values.key} as id, {values.column}::text as v from {name}"
        for name, belongs in tables
        if belongs or not here
    ]
    right = f"id between {values.first} and {values.last} and {values.only} and v = ({values.value})::text"
    if not each:
        return 0
    query = f"select count(distinct id) from ({' union all '.join(each)}) as one where {right}"
    [number] = connection.execute(query.encode()).fetchone() or (0,)
    return int(number)


def run(tool: Tool, folder: Path, dsn: str) -> None:
    """A command that must succeed."""
    process = tool.deploy(folder, dsn)
    said = process.communicate()[0]
    if process.returncode:
        raise Failed(said[-2000:])


class Failed(Exception):
    """A tool did not do what it was to do; says what it said."""


def exercise(way: Way, server: Server, folder: Path) -> Seen:
    """Deploy twice, use, roll back, deploy again, and look each time."""
    database = way.up.name
    server.clone(database)
    dsn = f"{server.dsn(database)}?sslmode=disable"
    files = [File.numbered(0, "company", PAST), File.numbered(1, "notes", RELEASE)]
    way.up.write(folder, files[:1], dsn)
    run(way.up, folder, dsn)
    with connect(server.own_dsn(database)) as connection, server.superuser(database) as everywhere:
        connection.execute(DATA.encode())
        way.up.write(folder, files, dsn)
        way.revert(folder, files[1], REVERT)
        run(way.up, folder, dsn)
        connection.execute(USE.encode())
        before = look(everywhere)
        run(way.down, folder, dsn)
        rolled_back = look(everywhere)
        run(way.up, folder, dsn)
        return Seen(before=before, rolled_back=rolled_back, deployed=look(everywhere))


def present(only: Sequence[str]) -> list[Way]:
    """Ours, and the tools that are here; each other one is named."""
    ways = []
    for way in WAYS:
        if only and way.name != OURS and way.up.name not in only:
            continue
        try:
            way.up.program()
        except Missing as missing:
            print(f"missing, not compared: {missing}")
        else:
            ways.append(way)
    return ways


def table(title: str, seen: Mapping[str, list[Found]]) -> None:
    """Print what is left of each kind."""
    print(f"{title:40} {'there were':>10}  " + "  ".join(f"{name:>23}" for name in seen))
    for number, kind in enumerate(KINDS):
        cells = "  ".join(f"{found[number]!s:>23}" for found in seen.values())
        print(f"{kind.what:40} {total(kind):10}  {cells}")
    sums = "  ".join(f"{sum(one.anywhere for one in found):23}" for found in seen.values())
    print(f"{'in all':40} {sum(map(total, KINDS)):10}  {sums}")


def total(kind: Kind) -> int:
    """How many values of a kind there were."""
    return sum(
        sum(1 for n in range(values.first, values.last + 1) if values.only == "true" or n % 2 == 0)
        for values in kind.values
    )


def shortfalls(seen: Seen) -> list[str]:
    """What of Seatrial's own is lost, or not where it belongs."""
    short = []
    for kind, rolled_back, deployed in zip(KINDS, seen.rolled_back, seen.deployed, strict=True):
        for state, found, belongs in (
            ("rolled back", rolled_back, kind.rolled_back),
            ("deployed again", deployed, kind.deployed),
        ):
            if found.anywhere < total(kind):
                short.append(f"{state}: {total(kind) - found.anywhere} {kind.what} are lost")
            elif belongs and found.here < total(kind):
                short.append(f"{state}: {total(kind) - found.here} {kind.what} are not where they belong")
    return short


def comparisons(seen: Mapping[str, Seen]) -> list[Comparison]:
    """Values that are left after the rollback: ours against all that there were, and against each other tool."""
    left = {name: float(sum(found.anywhere for found in one.rolled_back)) for name, one in seen.items()}
    mine, there_were = left.pop(OURS, 0.0), {"all that there were": float(sum(map(total, KINDS)))}
    return [
        Comparison(
            name=f"values left after a rollback, against {name}", ours=OURS, other=name, unit="values",
            rounds=((mine, theirs),), limit=1.0, aim="none is lost", more_is_better=True,
        )
        for name, theirs in (there_were | left).items()
    ]  # fmt: skip


def main() -> int:
    """Print both tables; 1 where Seatrial falls short."""
    names = [way.up.name for way in WAYS if way.name != OURS]
    options = argparse.ArgumentParser(description="What is left after a rollback, by Seatrial and by other tools.")
    options.add_argument("--only", nargs="*", default=(), choices=names, help="beside ours")
    seen: dict[str, Seen] = {}
    with scratch(tcp=True) as server, tempfile.TemporaryDirectory() as place:
        for way in present(options.parse_args().only):
            try:
                seen[way.name] = exercise(way, server, Path(place) / way.up.name)
            except Failed as failed:
                print(f"{way.name} did not go through: {failed}")
    table("rolled back", {name: one.rolled_back for name, one in seen.items()})
    print("(behind a plus: elsewhere in the database)\n")
    table("deployed again", {name: one.deployed for name, one in seen.items()})
    short = shortfalls(seen[OURS]) if OURS in seen else ["it did not go through"]
    print("\n".join(f"falls short: {one}" for one in short) or "seatrial: nothing is lost")
    return publish(Path(__file__).stem, comparisons(seen)) or int(bool(short))


if __name__ == "__main__":
    sys.exit(main())
