"""Walks through a PL/pgSQL body and asks for each piece of SQL in it to be compiled."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from seatrial.rehearsal.bodies.compiler import Compiler, Row, literal
from seatrial.rehearsal.bodies.flow import assigned, joined, leaves
from seatrial.rehearsal.bodies.returned import check_returned_query, check_returned_value
from seatrial.rehearsal.bodies.scope import Scope, Variable, declared, quoted
from seatrial.sql.plpgsql_tree import (
    Assign,
    Block,
    Branch,
    Cursor,
    CursorUse,
    Dynamic,
    Evaluate,
    Fetch,
    Loop,
    Query,
    Return,
    Text,
)
from seatrial.sql.reading import stored_query

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from seatrial.rehearsal.bodies.routine import Routine
    from seatrial.sql.plpgsql_tree import Declaration, Name, Statement

__all__ = ["BodyWalk"]

_OF_HANDLERS = {"sqlstate": "text", "sqlerrm": "text"}
_UNREAD = Row(why="a record of something that could not be compiled")
_BUILT = Row(why="a record of a query that is built at run time")
_NO_CURSOR = Row(why="a record of a cursor whose query is not known here")


@dataclass(slots=True, kw_only=True)
class BodyWalk:
    """One walk through one body."""

    compiler: Compiler
    routine: Routine
    #: The query of each cursor; None where it is opened for more than one.
    cursors: dict[int, tuple[Cursor, Scope] | None] = field(default_factory=dict)

    def walk(self, statements: Iterable[Statement], scope: Scope) -> None:
        """Compile statements in their order."""
        for statement in statements:
            self._statement(statement, scope)

    def _statement(self, statement: Statement, scope: Scope) -> None:  # noqa: C901 - one case for each kind
        match statement:
            case Block():
                self._block(statement, scope)
            case Assign():
                self._assign(statement, scope)
            case Evaluate():
                self._values(statement.values, scope, is_perform=statement.is_perform)
                self._targets(statement.targets, statement.line, scope, lambda: _UNREAD)
            case Query():
                self._query(statement, scope)
            case Dynamic():
                row = self._dynamic(statement, scope)
                self._targets(statement.into, statement.line, scope, row)
            case CursorUse():
                self._use(statement, scope)
            case Fetch():
                self._targets(statement.into, statement.line, scope, lambda: self._fetched(statement, scope))
            case Return():
                self._return(statement, scope)
            case Branch():
                self._branch(statement, scope)
            case Loop():
                self._loop(statement, scope)

    def _block(self, block: Block, outer: Scope) -> None:
        names: dict[str, Variable] = {}
        scope = outer.within(block.label, names)
        for one in block.declarations:
            # Its default may still speak of an outer variable of the same name.
            names[one.name] = self._declare(one, scope)
        before = dict(self.compiler.rows)
        with self.compiler.inside(frozenset(name for handler in block.handlers for name in handler.conditions)):
            self.walk(block.body, scope)
        after = dict(self.compiler.rows)
        ends = [after]
        handled = scope.within("", {name: Variable(type=kind) for name, kind in _OF_HANDLERS.items()})
        for handler in block.handlers:
            self.compiler.rows = joined([before, after])
            # It begins after any statement of the block.
            self._forget(assigned(block.body), scope)
            self.walk(handler.body, handled)
            if not leaves(handler.body):
                ends.append(dict(self.compiler.rows))
        self.compiler.rows = joined(ends or [before])

    def _declare(self, one: Declaration, scope: Scope) -> Variable:
        if one.alias_of:
            known = scope.find(one.alias_of)
            return known[0] if known else Variable(type="", why="an alias of something that is not known here")
        if one.cursor is not None:
            variable = Variable(type="refcursor")
            self.cursors[variable.number] = one.cursor, scope
            return variable
        variable = declared(one.type, scope)
        if one.default is not None:
            self._set(variable, one.default, scope)
        return variable

    def _forget(self, names: Iterable[Name], scope: Scope) -> None:
        for name in names:
            known = scope.find(name)
            if known is not None and known[0].is_record and known[1] == len(name):
                self.compiler.rows[known[0].number] = Row(why="a record that may be filled in another way by then")

    def _assign(self, assign: Assign, scope: Scope) -> None:
        known = scope.find(assign.target)
        if known is None or len(assign.target) > known[1] or assign.subscripted:
            self._value(assign.value, scope)
            self._value(assign.place, scope)
        else:
            self._set(known[0], assign.value, scope)

    def _set(self, variable: Variable, value: Text, scope: Scope) -> None:
        compiler = self.compiler
        place = self._value(value, scope)
        if not variable.is_record:
            return
        source = compiler.read(value, scope, expression=True)
        if source is None or place is None:
            compiler.rows[variable.number] = _UNREAD
        elif (other := source.alone) is not None:
            compiler.rows[variable.number] = compiler.row_of(other)
        else:
            compiler.rows[variable.number] = compiler.columns_of(source, (place,), template="SELECT ({}\n).*")

    def _targets(self, targets: Iterable[Name], line: int, scope: Scope, row: Callable[[], Row]) -> None:
        for target in targets:
            known = scope.find(target)
            if known is None:
                continue
            variable, parts = known
            if len(target) > parts:
                self._value(Text(text=".".join(map(quoted, target)), line=line), scope)
            elif variable.is_record:
                self.compiler.rows[variable.number] = row()

    def _values(self, values: Iterable[Text], scope: Scope, *, is_perform: bool = False) -> None:
        for value in values:
            self._value(value, scope, is_perform=is_perform)

    def _value(self, value: Text, scope: Scope, *, is_perform: bool = False) -> int | None:
        source = self.compiler.read(value, scope, expression=True)
        place = self.compiler.check(source)
        if source is not None and source.found.width > 1 and not is_perform:
            message = f'query "{value.text}" returned {source.found.width} columns'
            self.compiler.fault(source, message)
        return place

    def _query(self, query: Query, scope: Scope) -> None:
        source = self.compiler.read(query.sql, scope)
        if source is not None and source.found.kinds == ("create_table_as_stmt",):
            # The server compiles only what is stored, and only when it runs.
            stored = Text(text=stored_query(query.sql.text), line=query.sql.line)
            self.compiler.check(self.compiler.read(stored, scope))
            return
        place = self.compiler.check(source)
        if query.opens:
            self._opened(query, scope)
        elif source is not None and not query.into and source.found.kinds == ("select_stmt",):
            self.compiler.fault(source, "query has no destination for result data")
        self._targets(
            query.into,
            query.line,
            scope,
            lambda: _UNREAD if source is None or place is None else self.compiler.columns_of(source, (place,)),
        )

    def _opened(self, query: Query, scope: Scope) -> None:
        known = scope.find((query.opens,))
        if known is not None:
            one = Cursor(parameters=(), query=query.sql), scope
            number = known[0].number
            self.cursors[number] = one if self.cursors.get(number, one) == one else None

    def _dynamic(self, dynamic: Dynamic, scope: Scope) -> Callable[[], Row]:
        compiler = self.compiler
        self._value(dynamic.command, scope)
        parameters = tuple(self._passed(value, scope) for value in dynamic.using)
        command = compiler.read(dynamic.command, scope, expression=True)
        if command is None or command.found.constant is None:
            compiler.note(dynamic.line, "EXECUTE runs text that is built at run time")
            return lambda: _BUILT
        with compiler.numbering(parameters):
            text = Text(text=command.found.constant, line=dynamic.command.line)
            source = compiler.read(text, Scope())
            place = compiler.check(source)
        return lambda: _UNREAD if source is None or place is None else compiler.columns_of(source, (place,))

    def _passed(self, value: Text, scope: Scope) -> Variable:
        """A parameter of EXECUTE: of the type that the expression has."""
        variable = Variable(type="", is_record=True)
        source = self.compiler.read(value, scope, expression=True)
        place = self._value(value, scope)
        row = _UNREAD
        if source is not None and place is not None:
            row = self.compiler.columns_of(source, (place,), template="SELECT {}", count=1)
        kind = f'{row.type}."1"%TYPE' if row.type else ""
        self.compiler.rows[variable.number] = Row(type=kind, needs=row.needs, why=row.why)
        return variable

    def _use(self, use: CursorUse, scope: Scope) -> Callable[[], Row]:
        self._values(use.arguments, scope)
        known = scope.find((use.cursor,))
        query = self.cursors.get(known[0].number) if known else None
        if query is None:
            return lambda: _NO_CURSOR
        cursor, declaring = query
        inner = declaring.within(use.cursor, {name: declared(kind, declaring) for name, kind in cursor.parameters})
        source = self.compiler.read(cursor.query, inner)
        place = self.compiler.check(source)
        return lambda: _UNREAD if source is None or place is None else self.compiler.columns_of(source, (place,))

    def _fetched(self, fetch: Fetch, scope: Scope) -> Row:
        return self._use(CursorUse(line=fetch.line, cursor=fetch.cursor), scope)()

    def _return(self, statement: Return, scope: Scope) -> None:
        match statement.source:
            case Query() as query:
                source = self.compiler.read(query.sql, scope)
                place = self.compiler.check(source)
                if source is not None and place is not None:
                    check_returned_query(self.compiler, self.routine, source, place)
            case Dynamic() as dynamic:
                self._dynamic(dynamic, scope)
            case None if statement.value is not None:
                place = self._value(statement.value, scope)
                source = self.compiler.read(statement.value, scope, expression=True)
                if source is not None and place is not None:
                    check_returned_value(self.compiler, self.routine, source, place, is_next=statement.is_next)
            case None:
                pass

    def _branch(self, branch: Branch, scope: Scope) -> None:
        ends = []
        for conditions, _ in branch.arms:
            self._values(conditions, scope)
        before = dict(self.compiler.rows)
        for _, body in branch.arms:
            self.compiler.rows = dict(before)
            self.walk(body, scope)
            if not leaves(body):
                ends.append(self.compiler.rows)
        has_else = any(not conditions for conditions, _ in branch.arms)
        self.compiler.rows = joined((ends or [before]) if has_else else [before, *ends])

    def _loop(self, loop: Loop, outer: Scope) -> None:
        row: Callable[[], Row] = lambda: _UNREAD  # noqa: E731 - replaced below
        match loop.source:
            case Query() as query:
                source = self.compiler.read(query.sql, outer)
                place = self.compiler.check(source)
                if source is not None and place is not None:
                    found, at = source, place
                    row = lambda: self.compiler.columns_of(found, (at,))  # noqa: E731
            case Dynamic() as dynamic:
                row = self._dynamic(dynamic, outer)
            case CursorUse() as use:
                row = self._use(use, outer)
            case None:
                pass
        scope = outer.within(loop.label, _of_loop(loop))
        before = dict(self.compiler.rows)
        self._forget(assigned(loop.body), outer)
        self._values(loop.values, outer)
        if loop.array is not None:
            row = self._walked(loop.array, outer)
        self._targets(loop.targets, loop.line, scope, row)
        self.walk(loop.body, scope)
        self.compiler.rows = joined([before, self.compiler.rows])

    def _walked(self, array: Text, scope: Scope) -> Callable[[], Row]:
        """What FOREACH walks through must be an array."""
        source = self.compiler.read(array, scope, expression=True)
        place = self._value(array, scope)
        if source is None or place is None:
            return lambda: _UNREAD
        row = self.compiler.columns_of(source, (place,), template="SELECT {}", count=1)
        self.compiler.refuse(source, row, f"SELECT pg_temp.seatrial_array({literal(row.type)})")
        return lambda: self.compiler.columns_of(source, (place,), template="SELECT (unnest({})).*")


def _of_loop(loop: Loop) -> dict[str, Variable]:
    """What a loop declares for itself: its counter, or the record of a loop over a declared cursor."""
    if loop.counter:
        return {loop.counter: Variable(type="integer")}
    if isinstance(loop.source, CursorUse):
        return {loop.targets[0][-1]: Variable(type="", is_record=True)}
    return {}
