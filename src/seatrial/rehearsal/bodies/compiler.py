"""Turns one piece of SQL of a body into what the server is asked to compile."""

from __future__ import annotations

from collections import defaultdict
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from seatrial.rehearsal.bodies.probe import Probe, Role, as_function, as_view, view_name
from seatrial.rehearsal.bodies.scope import Variable, quoted
from seatrial.sql.reading import as_query
from seatrial.sql.references import references, replaced
from seatrial.sql.words import CannotRead

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from seatrial.rehearsal.bodies.probe import Unit
    from seatrial.rehearsal.bodies.scope import Scope
    from seatrial.sql.plpgsql_tree import Text
    from seatrial.sql.references import References

#: Other statements are compiled only when they run, and then without variables.
_ANALYZED = frozenset({"select_stmt", "insert_stmt", "update_stmt", "delete_stmt", "merge_stmt"})

__all__ = ["Compiler", "Row", "Source", "Undecided", "literal"]


def literal(text: str) -> str:
    """A string constant; backslashes are plain, as the session is set."""
    return "'" + text.replace("'", "''") + "'"


class Undecided(Exception):
    """The type of a variable is not known at this place."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """The type that a RECORD has at one place, and the probes that make it; or why it is not known."""

    type: str = ""
    needs: tuple[int, ...] = ()
    why: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A text whose names were looked up."""

    text: Text
    is_expression: bool
    found: References
    #: Names as they are passed, with their variables.
    variables: Mapping[str, Variable]
    #: Names that are passed as the body has them, with their places.
    bare: Mapping[str, tuple[int, ...]]
    #: Names that must be written differently, by byte offset.
    changes: Mapping[int, tuple[int, str]]

    @property
    def alone(self) -> Variable | None:
        """The variable that is the whole text, if it is one."""
        names = [mention.fields for mention in self.found.mentions]
        is_name = len(names) == 1 and self.text.text.strip().strip('"').lower() == names[0][0].lower()
        return self.variables.get(names[0][0]) if is_name else None


@dataclass(slots=True, kw_only=True)
class Compiler:
    """Collects the probes of one body, in the order of its statements."""

    unit: Unit
    path: str
    #: What a name means that is a variable and a column: error, use_column, use_variable.
    conflict: str
    #: Shared with the bodies before and after, so that places are unique.
    probes: list[Probe]
    base: tuple[int, ...] = ()
    notes: list[str] = field(default_factory=list)
    rows: dict[int, Row] = field(default_factory=dict)
    caught: frozenset[str] = frozenset()
    #: Types of `$1`, `$2` … where they are not the function's own.
    numbered: tuple[Variable, ...] | None = None

    def note(self, line: int, why: str) -> None:
        """Remember what could not be decided."""
        self.notes.append(f"line {line}: {why}")

    def row_of(self, variable: Variable) -> Row:
        """The type of a variable at this place."""
        if variable.is_record:
            return self.rows.get(variable.number, Row(why="a record that no query has filled before"))
        return Row(type=variable.type, why=variable.why)

    @contextmanager
    def inside(self, conditions: frozenset[str]) -> Iterator[None]:
        """Around statements whose failure is caught."""
        outer = self.caught
        self.caught = outer | conditions
        yield
        self.caught = outer

    @contextmanager
    def numbering(self, parameters: tuple[Variable, ...]) -> Iterator[None]:
        """While a text is read whose `$1` is not the function's."""
        outer, self.numbered = self.numbered, parameters
        yield
        self.numbered = outer

    def read(self, text: Text, scope: Scope, *, expression: bool = False) -> Source | None:
        """Look up the names of a text; None, and a note, where that cannot be done."""
        try:
            found = references(text.text, expression=expression)
        except CannotRead as error:
            self.note(text.line, str(error))
            return None
        variables: dict[str, Variable] = {}
        bare: dict[str, list[int]] = defaultdict(list)
        changes: dict[int, tuple[int, str]] = {}
        for mention in found.mentions:
            known = scope.find(mention.fields)
            if known is None:
                continue
            variable, parts = known
            if mention.start < 0 or (parts == 1 and self.conflict != "use_variable"):
                variables[mention.fields[0]] = variable
                bare[mention.fields[0]].append(mention.start if len(mention.fields) > 1 else -1)
            else:
                changes[mention.start] = parts, self._renamed(variables, variable)
        for number, start in found.numbers:
            known_number = self._numbered(number, scope)
            if known_number is not None:
                changes[start] = 1, self._renamed(variables, known_number)
        return Source(
            text=text,
            is_expression=expression,
            found=found,
            variables=variables,
            bare={name: tuple(places) for name, places in bare.items()},
            changes=changes,
        )

    def check(self, source: Source | None) -> int | None:
        """Ask for a text to be compiled.

        Returns:
            the place of the probe, or None where it could not be asked.
        """
        if source is None:
            return None
        try:
            parameters, needs = self._parameters(source.variables)
            text = replaced(source.text.text, source.changes)
        except (Undecided, CannotRead) as undecided:
            self.note(source.text.line, str(undecided))
            return None
        place = self._add(Role.COMPILE, source, parameters, text, needs)
        if self.conflict == "error" and source.found.relations and set(source.found.kinds) <= _ANALYZED:
            for name in source.bare:
                self._doubt(source, name, parameters, text, needs)
        return place

    def columns_of(
        self,
        source: Source,
        needs: tuple[int, ...],
        *,
        template: str = "{}",
        count: int = 0,
        meaning: Mapping[str, tuple[str, str]] | None = None,
    ) -> Row:
        """The columns of a query that was compiled, as a row type.

        Args:
            source: a query, or an expression with a template that makes a query of it.
            needs: the probe that compiled it.
            template: holds `{}` where the text belongs.
            count: the least number of columns.
            meaning: what a refusal means; without it, it means nothing.
        """
        try:
            parameters, more = self._parameters(source.variables)
            text = replaced(source.text.text, {**source.changes, **self._fields(source)})
            text = text if source.is_expression else as_query(text)
        except (Undecided, CannotRead) as undecided:
            return Row(why=str(undecided))
        place = len(self.probes)
        self.probes.append(
            replace(
                self._probe(Role.COMPILE if meaning else Role.AID, source, (*needs, *more)),
                sql=as_view(place, parameters, template.format(text), count),
                meaning=meaning or {},
            )
        )
        return Row(type=view_name(place), needs=(place,))

    def fault(self, source: Source, message: str) -> None:
        """What the grammar allows in SQL and PL/pgSQL does not in this place."""
        sql = f"SELECT pg_temp.seatrial_fault('42601', {literal(message)})"
        self.probes.append(replace(self._probe(Role.COMPILE, source, ()), sql=sql))

    def refuse(self, source: Source, row: Row, sql: str) -> None:
        """Ask a question about a row type, whose refusal is a fault."""
        if row.type:
            self.probes.append(replace(self._probe(Role.COMPILE, source, row.needs), sql=sql))

    def _renamed(self, variables: dict[str, Variable], variable: Variable) -> str:
        name = f"seatrial_{variable.number}"
        variables[name] = variable
        return f"({quoted(name)})"

    def _numbered(self, number: int, scope: Scope) -> Variable | None:
        if self.numbered is not None:
            return self.numbered[number - 1] if 0 < number <= len(self.numbered) else None
        known = scope.find((f"${number}",))
        return known[0] if known else None

    def _parameters(self, variables: Mapping[str, Variable]) -> tuple[dict[str, str], tuple[int, ...]]:
        parameters: dict[str, str] = {}
        needs: list[int] = []
        for name, variable in variables.items():
            row = self.row_of(variable)
            if not row.type:
                shown = "a variable" if name.startswith("seatrial_") else name
                raise Undecided(f"{shown}: {row.why}")
            parameters[name] = row.type
            needs.extend(row.needs)
        return parameters, tuple(needs)

    def _probe(self, role: Role, source: Source, needs: tuple[int, ...]) -> Probe:
        return Probe(
            unit=self.unit,
            role=role,
            sql="",
            path=self.path,
            line=source.text.line,
            query=source.text.text,
            needs=(*self.base, *needs),
            names=frozenset(source.bare),
            relations=source.found.relations,
            caught=self.caught,
        )

    def _add(self, role: Role, source: Source, parameters: Mapping[str, str], text: str, needs: tuple[int, ...]) -> int:
        place = len(self.probes)
        is_expression = source.is_expression or role is Role.AID
        sql, offset = as_function(place, parameters, text, "SELECT " if is_expression else "")
        self.probes.append(replace(self._probe(role, source, needs), sql=sql, offset=offset))
        return place

    def _doubt(
        self, source: Source, name: str, parameters: Mapping[str, str], text: str, needs: tuple[int, ...]
    ) -> None:
        """Without the variable the text must not compile, or the name means a column as well."""
        shown = name
        if -1 not in source.bare[name]:
            # Only fields of it are spoken of: that is a doubt where the query has something of the variable's name,
            # and the variable is a row that has them.
            if name not in source.found.relations:
                return
            fields = {m.fields[1] for m in source.found.mentions if m.fields[0] == name and len(m.fields) > 1}
            inner = ", ".join(f"({quoted(name)}).{part if part == '*' else quoted(part)}" for part in sorted(fields))
            shown = f"{name}.{min(fields)}"
            is_row = self._add(Role.AID, source, {name: parameters[name]}, inner, needs)
            self.probes[is_row] = replace(self.probes[is_row], query="")
            needs = (*needs, is_row)
        others = {other: kind for other, kind in parameters.items() if other != name}
        place = self._add(Role.AMBIGUOUS, source, others, text, needs)
        self.probes[place] = replace(self.probes[place], names=frozenset({shown}))

    def _fields(self, source: Source) -> dict[int, tuple[int, str]]:
        """Fields of a row that is a column of the view's variables have to be written `(row).field`."""
        return {
            start: (1, f"({quoted(name)})")
            for name, places in source.bare.items()
            if name not in source.found.relations
            for start in places
            if start >= 0
        }
