"""Compiles every body of a database, and says what is wrong in it."""

from __future__ import annotations

import json
import re
from collections import defaultdict
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING

from seatrial.errors import StatementFailed
from seatrial.model.bodies import BodyFault, BodyUnread
from seatrial.pg.connection import execute, rows
from seatrial.pg.queries import load
from seatrial.pg.statement import execute_script, execute_statement
from seatrial.rehearsal.bodies.judge import Reading, findings, told_for_every_table
from seatrial.rehearsal.bodies.plan import plan
from seatrial.rehearsal.bodies.probe import Outcome, Probe
from seatrial.rehearsal.bodies.routine import made_by, read_routines

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from seatrial.pg.connection import Connection
    from seatrial.rehearsal.bodies.routine import Routine

__all__ = ["check_bodies"]

_CONFLICT = "SELECT coalesce(nullif(current_setting('plpgsql.variable_conflict', true), ''), 'error') AS conflict"
_RUN = "SELECT place - 1 AS place, code, message, hint, context FROM pg_temp.seatrial_run(%(probes)s::jsonb)"
_NO_FIELD = re.compile(r'record "(.+)" has no such field')


def check_bodies(connection: Connection) -> tuple[tuple[BodyFault, ...], tuple[BodyUnread, ...]]:
    """Compile all SQL and PL/pgSQL functions and procedures outside the server's own schemas and extensions.

    Nothing of a body is executed, and what is made for compiling is rolled back.

    Args:
        connection: a superuser on a scratch, in autocommit mode and outside a transaction.

    Returns:
        what is wrong, and the functions of which a part could not be decided; each in the order of their names.
    """
    with _rolled_back(connection):
        execute_script(connection, load(__package__, "prepare"))
        routines = read_routines(connection)
        [setting] = rows(connection, _CONFLICT)
        probes: list[Probe] = []
        notes = {routine.label: [*plan(routine, setting["conflict"], probes)] for routine in routines}
        execute_script(connection, load(__package__, "runner"))
        outcomes = _run(connection, probes)
        made = frozenset(name for routine in routines for name in made_by(routine.body))
        readings = {routine.label: Reading.of(routine, made) for routine in routines}
        by_label = {routine.label: routine for routine in routines}
        faults: dict[str, list[BodyFault]] = defaultdict(list)
        for finding in findings(probes, outcomes, readings):
            label = probes[finding.place].unit.function
            if finding.fault is None:
                notes[label].append(finding.why)
            else:
                faults[label].append(_placed(connection, finding.fault, probes[finding.place], by_label[label]))
    certain: list[BodyFault] = []
    for routine in routines:
        told = tuple(dict.fromkeys(faults[routine.label]))
        kept = told_for_every_table(told, routine)
        certain.extend(kept)
        notes[routine.label].extend(
            f"line {fault.line}: {fault.message} for {fault.table}, but the body asks for which table it runs"
            for fault in told
            if fault not in kept
        )
    unread = (BodyUnread(function=label, why="; ".join(dict.fromkeys(why))) for label, why in notes.items() if why)
    return tuple(certain), tuple(unread)


@contextmanager
def _rolled_back(connection: Connection) -> Iterator[None]:
    execute(connection, "BEGIN")
    try:
        yield
    finally:
        if not connection.closed:
            execute(connection, "ROLLBACK")


def _run(connection: Connection, probes: Sequence[Probe]) -> Mapping[int, Outcome]:
    asked = json.dumps([{"sql": probe.sql, "path": probe.path, "needs": probe.needs} for probe in probes])
    return {
        row["place"]: Outcome(
            sqlstate=row["code"],
            message=row["message"] or "",
            hint=row["hint"] or "",
            context=row["context"] or "",
        )
        for row in rows(connection, _RUN, {"probes": asked})
    }


def _placed(connection: Connection, fault: BodyFault, probe: Probe, routine: Routine) -> BodyFault:
    """The fault on its very line: only a statement that is sent alone is refused with a place."""
    sql, offset, line = probe.sql, probe.offset, probe.line
    if not line:
        # The whole body was refused; made anew, with the body in its text, the function is refused with a place.
        sql, offset, line = routine.definition, routine.definition.rfind(routine.body), 1
    if offset <= 0:
        return fault
    position = _position(connection, sql, probe.path) - offset
    text = sql[offset:]
    if position < 0:
        return fault
    line += text.count("\n", 0, position)
    message = fault.message
    if match := _NO_FIELD.fullmatch(message):
        named = re.match(r'"?[\w$]+"?\s*\.\s*"?([\w$]+)', text[position:])
        message = f'record "{match[1]}" has no field "{named[1]}"' if named else message
    return replace(fault, line=line, message=message)


def _position(connection: Connection, sql: str, path: str) -> int:
    execute(connection, "SAVEPOINT seatrial_place")
    try:
        rows(connection, "SELECT set_config('search_path', %(path)s, true)", {"path": path})
        execute_statement(connection, sql)
    except StatementFailed as failure:
        return failure.position
    finally:
        execute(connection, "ROLLBACK TO SAVEPOINT seatrial_place")
    return -1
