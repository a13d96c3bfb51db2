"""There and back: a change, what `altered` says of each object that it touched, and the catalog again."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from seatrial.catalog.read import read
from seatrial.model.migration import migration_of
from seatrial.model.source import Encoding, Source
from seatrial.pg.statement import execute_script, execute_statement
from seatrial.rollback.alter import altered
from seatrial.rollback.alteration import Alteration, ColumnUse, Pair
from seatrial.sql.parse import parse

if TYPE_CHECKING:
    from collections.abc import Iterator

    from seatrial.model.catalog import Catalog, CatalogObject
    from seatrial.pg.connection import Connection

__all__ = ["Trip", "back", "blocks", "go"]

HERE = Path(__file__).parent
#: What is altered before what; the rest behind it.
ORDER = ("schema", "extension", "type", "table", "column", "sequence")


@dataclass(frozen=True, slots=True, kw_only=True)
class Trip:
    """Both schemas and the way between them."""

    before: Catalog
    after: Catalog
    #: Of each object that both have and that differs.
    ways: tuple[Alteration | None, ...]

    @property
    def whole(self) -> Alteration:
        """All of it, where there is a way for everything."""
        assert all(way is not None for way in self.ways), "something is to be dropped and made again"
        return sum((way for way in self.ways if way), Alteration())


def blocks(name: str) -> dict[str, str]:
    """Title → SQL, of a file whose blocks begin with a comment and end with an empty line."""
    text = (HERE / name).read_text(encoding="utf-8")
    cut = [block.strip().split("\n", 1) for block in text.split("\n\n")[1:]]
    return {lines[0].removeprefix("-- "): lines[1] for lines in cut}


def go(connection: Connection, change: str, *, server_version: int = 0) -> Trip:
    """Make a change and say what undoes it; nothing is undone yet."""
    before = read(connection)
    for statement in change.split(";\n"):
        execute_script(connection, statement)
    after = read(connection)
    pairs = [Pair(before=before.objects[i], after=after.objects[i]) for i in before.objects if i in after.objects]
    differing = sorted((pair for pair in pairs if pair.changed), key=lambda pair: _rank(pair, before))
    return Trip(before=before, after=after, ways=tuple(_way(pair, before, after, server_version) for pair in differing))


def back(connection: Connection, way: Alteration) -> None:
    """As a script: the statements in one step, and each later one behind a COMMIT."""
    steps = (";\n".join(way.statements), *way.later)
    text = ";\nCOMMIT;\n".join(step for step in steps if step)
    script = parse(Source(path="back.sql", version="1", name="back", encoding=Encoding.UTF8, text=text))
    assert script.fault is None
    migration = migration_of(script)
    assert len(migration.steps) == text.count(";\nCOMMIT;\n") + 1
    for step in migration.steps:
        with connection.transaction():
            for statement in step.statements:
                execute_statement(connection, statement.text)


def _way(pair: Pair, before: Catalog, after: Catalog, server_version: int) -> Alteration | None:
    above = _above(pair, before)
    sequence = (one for one in before.objects.values() if one.kind == "sequence" and one.parent == pair.after.identity)
    return altered(
        pair.before,
        pair.after,
        users=tuple(_users(pair.name, before, after)) if pair.after.kind == "type" else (),
        above=(before.objects[above], after.objects[above]) if above else None,
        of_type=_is_typed(pair, before),
        sequence=next(sequence, None),
        server_version=server_version or after.server_version,
    )


def _users(name: str, before: Catalog, after: Catalog) -> Iterator[ColumnUse]:
    for one in after.objects.values():
        if one.kind == "column" and one.parent and one.facts["type"] in {name, f"{name}[]"}:
            was: CatalogObject = before.objects[one.identity]
            yield ColumnUse(
                table=one.parent[1],
                column=one.name.removeprefix(f"{one.parent[1]}."),
                type=was.facts["type"],
                default=one.facts.get("default", ""),
                default_before=was.facts.get("default", ""),
            )


def _above(pair: Pair, before: Catalog) -> tuple[str, str] | None:
    if pair.after.kind != "column" or not pair.after.parent:
        return None
    table = before.objects[pair.after.parent]
    parents = (table.facts.get("partition of") or table.facts.get("inherits", "")).split(", ")
    found = (("column", f"{parent}.{pair.own}") for parent in parents)
    return next((one for one in found if one in before.objects), None)


def _is_typed(pair: Pair, before: Catalog) -> bool:
    table = before.objects.get(pair.after.parent) if pair.after.parent else None
    return table is not None and "of type" in table.facts


def _rank(pair: Pair, before: Catalog) -> tuple[int, bool, str]:
    order = ORDER.index(pair.after.kind) if pair.after.kind in ORDER else len(ORDER)
    return order, _above(pair, before) is not None, pair.name
