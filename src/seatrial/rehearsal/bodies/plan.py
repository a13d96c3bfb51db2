"""All that the server has to be asked about one function."""

from __future__ import annotations

from typing import TYPE_CHECKING

from seatrial.rehearsal.bodies.body import BodyWalk
from seatrial.rehearsal.bodies.compiler import Compiler, Row
from seatrial.rehearsal.bodies.probe import Probe, Role, Unit
from seatrial.rehearsal.bodies.scope import Scope, Variable, quoted
from seatrial.sql.plpgsql import read_body
from seatrial.sql.words import CannotRead

if TYPE_CHECKING:
    from collections.abc import Sequence

    from seatrial.rehearsal.bodies.routine import Attached, Routine

__all__ = ["plan"]

_TRIGGER = {
    "tg_name": "name", "tg_when": "text", "tg_level": "text", "tg_op": "text", "tg_relid": "oid",
    "tg_relname": "name", "tg_table_name": "name", "tg_table_schema": "name", "tg_nargs": "integer",
    "tg_argv": "text[]",
}  # fmt: skip
_EVENT_TRIGGER = {"tg_event": "text", "tg_tag": "text"}
_NO_TABLE = "no table has a trigger for each row with this function, which would give NEW and OLD a type"
_POLYMORPHIC = "its type is settled by each call"


def plan(routine: Routine, conflict: str, probes: list[Probe]) -> tuple[str, ...]:
    """Append the probes for one function.

    Args:
        routine: the function.
        conflict: what the server's setting plpgsql.variable_conflict says.
        probes: those of the functions before; a place in this list is a probe's name.

    Returns:
        why parts of it are not decided.
    """
    validator = "plpgsql_validator" if routine.language == "plpgsql" else "fmgr_sql_validator"
    base = len(probes)
    probes.append(
        Probe(
            unit=Unit(function=routine.label),
            role=Role.COMPILE,
            sql=f"SELECT pg_catalog.{validator}({routine.oid})",
            path=routine.path,
            query=routine.body if routine.language == "sql" else "",
        )
    )
    if routine.language == "sql":
        is_open = any(argument.pseudo for argument in routine.arguments) and not routine.is_parsed
        return (f"a parameter of it is polymorphic: {_POLYMORPHIC}",) if is_open else ()
    notes: list[str] = []
    for attached in routine.attached or (None,):
        notes.extend(_plan_body(routine, attached, conflict, probes, base))
    return tuple(dict.fromkeys(notes))


def _plan_body(
    routine: Routine, attached: Attached | None, conflict: str, probes: list[Probe], base: int
) -> Sequence[str]:
    try:
        body = read_body(routine.body)
    except CannotRead as error:
        return [f"its body cannot be read: {error}"]
    unit = Unit(function=routine.label, table=attached.table if attached else "")
    compiler = Compiler(
        unit=unit,
        path=routine.path,
        conflict=body.conflict or routine.settings.get("plpgsql.variable_conflict", conflict),
        probes=probes,
        base=(base,),
    )
    transitions = attached.transitions if attached else ()
    for name in transitions:
        _aid(compiler, f"CREATE TEMP VIEW {quoted(name)} AS TABLE {unit.table}")
    scope = Scope().within(routine.name, _names(routine, attached, compiler))
    BodyWalk(compiler=compiler, routine=routine).walk((body.block,), scope)
    for name in transitions:
        _aid(compiler, f"DROP VIEW pg_temp.{quoted(name)} CASCADE")
    return compiler.notes


def _aid(compiler: Compiler, sql: str) -> None:
    compiler.probes.append(Probe(unit=compiler.unit, role=Role.AID, sql=sql, path=compiler.path))


def _names(routine: Routine, attached: Attached | None, compiler: Compiler) -> dict[str, Variable]:
    """Parameters, and what PL/pgSQL itself brings in."""
    names: dict[str, Variable] = {}
    for place, argument in enumerate(routine.arguments, start=1):
        pseudo = argument.pseudo
        variable = Variable(type="" if pseudo else argument.type, why=_POLYMORPHIC if pseudo else "")
        if argument.name:
            names[argument.name] = variable
        names[f"${place}"] = variable
    known = {"found": "boolean"}
    if routine.returns == "trigger":
        known |= _TRIGGER
        names |= _rows(attached, compiler)
    elif routine.returns == "event_trigger":
        known |= _EVENT_TRIGGER
    return names | {name: Variable(type=kind) for name, kind in known.items()}


def _rows(attached: Attached | None, compiler: Compiler) -> dict[str, Variable]:
    names = {"new": Variable(type="", is_record=True), "old": Variable(type="", is_record=True)}
    row = Row(type=attached.table) if attached is not None and attached.by_row else Row(why=_NO_TABLE)
    compiler.rows |= {variable.number: row for variable in names.values()}
    return names
