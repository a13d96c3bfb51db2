"""The rows of one table of the archive go back to the table that is there again. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from seatrial.archive.columns import settled
from seatrial.archive.script import filled
from seatrial.sql.constraint_text import key_of
from seatrial.sql.text import literal

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from seatrial.model.archive import Archived
    from seatrial.model.catalog import CatalogObject
    from seatrial.sql.constraint_text import Key
    from seatrial.standin.state import State

__all__ = ["Returning", "ended", "moved", "own_since", "sequences_beyond"]

#: In which of these a value of one before it fits.
WHOLE = ("smallint", "integer", "bigint", "numeric")
TEXT = frozenset({"text", "character varying"})


class Returning:
    """A table of the archive, and the one of the schema that it goes back to."""

    def __init__(self, archived: Archived, after: State) -> None:
        """`after` has a table of that name."""
        self.table = archived.object
        self.place = archived.place
        self.own = own_since(archived.version)
        self.after = after
        self._was: dict[str, str] = dict(archived.details.get("columns") or ())
        of_table = [one for one in after.catalog.objects.values() if one.parent == ("table", self.table)]
        self._columns = {one.name.removeprefix(f"{self.table}."): one for one in of_table if one.kind == "column"}
        known = [
            (key, one.facts.get("deferrable") == "yes" and key.kind != "foreign") for one in of_table
            if one.kind == "constraint" and one.facts.get("definition", "").startswith(("PRIMARY", "UNIQUE", "FOREIGN"))
            and (key := key_of(one.facts["definition"]))
        ]  # fmt: skip
        self._keys: list[Key] = [key for key, is_late in known if not is_late]
        #: ON CONFLICT cannot look at them.
        self._late = [key.columns for key, is_late in known if is_late]
        #: Column → what it is given, over the row `a` of the archive.
        self.values = {name: value for name in self._columns if (value := self._value(name))}

    @property
    def parents(self) -> set[str]:
        """Other tables that it refers to."""
        return {one.table for one in self._keys if one.kind == "foreign"} - {self.table}

    @property
    def is_recursive(self) -> bool:
        """Whether rows of it refer to others of it."""
        return any(one.kind == "foreign" and one.table == self.table for one in self._keys)

    @property
    def can_return(self) -> bool:
        """Whether every column that must have a value gets one."""
        return bool(self.values) and all(
            name in self.values or "default" in one.facts or "identity" in one.facts or "generated" in one.facts
            for name, one in self._columns.items() if one.facts.get("not null") == "yes"
        )  # fmt: skip

    @property
    def unique(self) -> list[tuple[str, ...]]:
        """Keys that the archive has all columns of, the one that rows are told apart by first."""
        found = [one for one in self._keys if one.kind != "foreign" and {*one.columns} <= {*self.values}]
        found = [one for one in found if all(self._columns[c].facts.get("not null") == "yes" for c in one.columns)]
        return [one.columns for one in sorted(found, key=lambda one: one.kind != "primary")]

    @property
    def wanted(self) -> str:
        """For which rows `a` everything is there that they refer to."""
        return " AND ".join([*self._parents_there(own=True), *self._labels_there()]) or "true"

    @property
    def wanted_at_once(self) -> str:
        """The same, where rows that refer to each other come together."""
        return " AND ".join([*self._parents_there(own=False), *self._labels_there()]) or "true"

    @property
    def unless(self) -> str:
        """What keeps a row out whose place is taken."""
        if not self._late:
            return "ON CONFLICT DO NOTHING"
        taken = [*self.unique, *self._late]
        return "AND " + " AND ".join(
            f"NOT EXISTS (SELECT FROM {self.table} AS t WHERE {self.same(key)})"
            for key in taken
            if {*key} <= {*self.values}
        )

    @property
    def in_batches(self) -> bool:
        """Whether ranges of its key can go one after the other, without a look at what is there."""
        return bool(self.unique) and not self.is_recursive and not self._late

    def same(self, key: tuple[str, ...]) -> str:
        """When the rows `t` and `a` have the same key."""
        return " AND ".join(f"t.{name} = {self.values[name]}" for name in key)

    @property
    def differs(self) -> str:
        """When the rows `t` and `a` are not alike."""
        ours, theirs = ", ".join(f"t.{name}" for name in self.values), ", ".join(self.values.values())
        return f"ROW({ours})::record OPERATOR(pg_catalog.*<>) ROW({theirs})::record"

    @property
    def restored(self) -> str:
        """When a row `a` is in the table, with all of its values."""
        if not self.can_return:
            return "false"
        left = "".join(
            f" AND a.{name} IS NULL" for name in self._was if name not in self._columns or self._is_left(name)
        )
        if not self.unique:
            return self.wanted + left
        return f"EXISTS (SELECT FROM {self.table} AS t WHERE {self.same(self.unique[0])} AND NOT {self.differs}){left}"

    def changes(self, key: tuple[str, ...]) -> str:
        """What an UPDATE of a row `t` with this key sets."""
        return ", ".join(
            f"{name} = {value}" for name, value in self.values.items()
            if name not in key and self._columns[name].facts.get("identity") != "always"
        )  # fmt: skip

    def _value(self, name: str) -> str:
        """Empty where the column has its own value, or where a cast might fail."""
        column = self._columns[name]
        if name not in self._was or "generated" in column.facts:
            return ""
        was, now = self._was[name], self._type(column)
        if "." in now:
            # A type that has moved to the archive with the table is another one of the same name.
            return f"a.{name}::text::{now}" if _bare(was) == _bare(now) else ""
        if was == now:
            return f"a.{name}"
        is_wider = was in WHOLE and now in WHOLE and WHOLE.index(was) <= WHOLE.index(now)
        return f"a.{name}::{now}" if now in TEXT or is_wider else ""

    def _is_left(self, name: str) -> bool:
        return name not in self.values and "generated" not in self._columns[name].facts

    @staticmethod
    def _type(column: CatalogObject) -> str:
        return column.facts.get("type", "")

    def _parents_there(self, *, own: bool) -> Iterator[str]:
        for key in self._keys:
            if key.kind != "foreign" or not {*key.columns} <= {*self.values} or (key.table == self.table and not own):
                continue
            pairs = zip(key.others, key.columns, strict=True)
            match = " AND ".join(f"p.{other} = {self.values[name]}" for other, name in pairs)
            empty = "".join(f"a.{name} IS NULL OR " for name in key.columns)
            yield f"({empty}EXISTS (SELECT FROM {key.table} AS p WHERE {match}))"

    def _labels_there(self) -> Iterator[str]:
        for name in self.values:
            of_type = self.after.catalog.objects.get(("type", self._type(self._columns[name])))
            if of_type and of_type.facts.get("form") == "enum":
                yield f"(a.{name} IS NULL OR a.{name}::text IN ({of_type.facts.get('labels') or 'NULL'}))"


def moved(one: Returning, *, own: bool) -> tuple[str, ...]:
    """Statements that move rows; again, they move those that had to wait for rows of others.

    Args:
        one: the table.
        own: whether this is the end of the transaction of the file, whose own rows then give way to those of the
            archive; else it is a step of its own, in batches where that can be.
    """
    if not one.can_return:
        return ()
    parts = {
        "table": one.table, "place": one.place, "columns": ", ".join(one.values), "wanted": one.wanted,
        "values": ", ".join(one.values.values()), "unless": one.unless,
    }  # fmt: skip
    if not own and one.in_batches:
        return filled("insert_batch", first=one.unique[0][0], **parts)
    again = one.is_recursive and bool(one.unique)
    work = filled("insert_rows", once=str(not again).lower(), **parts)
    if again:
        work += filled("insert_circles", **{**parts, "wanted": one.wanted_at_once})
    if own:
        work = (*(() if one.unique else filled("delete_own", table=one.table, own=one.own)), *work, *_over_own(one))
    return filled("at_rest", table=one.table, place=one.place, work=";\n  ".join(work) + ";")


def ended(one: Returning) -> tuple[str, ...]:
    """Statements behind the last move: what did not go back stays, and is counted."""
    return (*sequences_beyond(one.table, one.values, one.after), *settled(one.table, one.place, one.restored))


def _over_own(one: Returning) -> tuple[str, ...]:
    return tuple(
        statement for key in one.unique if one.changes(key)
        for statement in filled(
            "over_own", table=one.table, place=one.place, changes=one.changes(key), same=one.same(key),
            differs=one.differs, own=one.own, wanted=one.wanted,
        )
    )  # fmt: skip


def own_since(version: str) -> str:
    """When a row `t` was written by the transaction at hand, and by nobody since the version has begun.

    What an earlier step of the file has committed, others may have changed before the file wrote to it again.
    """
    begun = f"SELECT FROM seatrial.steps AS s WHERE s.version = {literal(version)} AND s.step > 0 AND s.done"
    return f"t.xmin = pg_current_xact_id()::xid AND NOT EXISTS ({begun})"


def sequences_beyond(table: str, columns: Iterable[str], after: State) -> Iterator[str]:
    """Statements by which the sequences of these columns go on behind the values that are there."""
    names = {f"{table}.{name}": name for name in columns}
    for one in after.catalog.objects.values():
        column = one.facts.get("owned by", "")
        if one.kind != "sequence" or column not in names:
            continue
        if after.catalog.objects["column", column].facts.get("type") in WHOLE:
            down = one.facts.get("increment", "").startswith("-")
            yield from filled(
                "set_sequence", sequence=one.name, column=names[column], table=table,
                most="min" if down else "max", beyond="<=" if down else ">=",
            )  # fmt: skip


def _bare(of_type: str) -> str:
    """Without the schema."""
    return of_type.rpartition(".")[2]
