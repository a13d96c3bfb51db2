"""A function that exists and cannot run."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from seatrial.model.finding import Level
from seatrial.model.lexis import SpanKind, spans
from seatrial.rules.execution.inside import lost
from seatrial.rules.hit import Hit
from seatrial.rules.naming import along, quoted

if TYPE_CHECKING:
    from collections.abc import Iterator

    from seatrial.model.bodies import BodyFault
    from seatrial.model.schema import Schema
    from seatrial.model.source import Statement
    from seatrial.model.trial import StatementTrial, Trial

LEVEL = Level.BLOCKS

_ROUTINES = frozenset({"function", "procedure"})
_QUOTED = re.compile(r'"([^"]+)"')
_BODIES = frozenset({SpanKind.DOLLAR, SpanKind.STRING})


def read(schema: Schema) -> Iterator[Hit]:
    """One hit for each column that a body needs and its table does not have, where it is dropped, else in the body."""
    for one in lost(schema):
        function, column = quoted(one.function.signature), quoted(f"{one.table.name}.{one.column}")
        dropped = f"drops the column {column}, which the body of {function} still uses"
        yield Hit(
            script=(one.dropped or one.function.life.made).script,
            offset=one.dropped.offset if one.dropped else one.offset,
            what=dropped if one.dropped else f"the body of {function} needs the column {column}, which is not there",
            effect="the server takes it, and the first call that gets there fails (42703)",
            fix=f"Replace {function} in the same file, in front of it"
            if one.dropped
            else f"Name another column; the table has {along(each.name for each in one.table.columns)}",
        )


def judge(trial: Trial) -> Iterator[Hit]:
    """One hit for each error of a body, where the release makes the function, else where it breaks it."""
    faults: dict[tuple[str, int, str, str], list[BodyFault]] = {}
    for fault in trial.bodies if trial.statements else ():
        faults.setdefault((fault.function, fault.line, fault.sqlstate, fault.message), []).append(fault)
    for (function, line, sqlstate, message), same in faults.items():
        making = _making(trial, function)
        found = making or _breaking(trial, message)
        where = f"line {line} of its body" if line else "its body"
        tables = along(fault.table for fault in same if fault.table)
        yield Hit(
            script=(found or trial.statements[-1]).script,
            offset=_line_of_body(making.statement, line) if making else found.statement.start if found else None,
            what=f"{quoted(function)} does not compile{tables and f' for {tables}'}: {message} ({sqlstate})",
            effect=f"the server takes the function and refuses {where} when it is first reached",
            fix=same[0].hint or f"Correct {where}, or make what it speaks of: {_shown(same[0])}",
        )


def _shown(fault: BodyFault) -> str:
    return " ".join(fault.query.split()) or "a declaration"


def _making(trial: Trial, function: str) -> StatementTrial | None:
    """The last statement that created or replaced it."""
    for one in reversed(trial.statements):
        for change in one.evidence.objects:
            if change.kind in _ROUTINES and change.action == "created" and _plain(change.name) == _plain(function):
                return one
    return None


def _breaking(trial: Trial, message: str) -> StatementTrial | None:
    """The last statement that dropped or altered something and speaks of what the message misses."""
    words = {part for name in _QUOTED.findall(message) for part in name.split(".")}
    for one in reversed(trial.statements):
        said = set(re.findall(r"\w+", one.statement.text))
        if words & said and any(change.action != "created" for change in one.evidence.objects):
            return one
    return None


def _plain(name: str) -> str:
    """The server writes some types with their schema and some without."""
    return name.replace("pg_catalog.", "").replace(", ", ",")


def _line_of_body(statement: Statement, line: int) -> int:
    """The offset in the file of a line of the body; the statement where the body is not quoted text of its own."""
    bodies = [span for span in spans(statement.text) if span.kind in _BODIES]
    if statement.node != "create_function_stmt" or not bodies:
        return statement.start
    body = max(bodies, key=lambda span: span.end - span.start)
    at = body.start
    for _ in range(line - 1):
        at = statement.text.find("\n", at, body.end) + 1 or at
    return statement.start + at + len(re.match(r"\s*", statement.text[at : body.end])[0])  # type: ignore[index]
