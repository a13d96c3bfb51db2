"""What RETURN gives back, against what the function is declared to return."""

from __future__ import annotations

from typing import TYPE_CHECKING

from seatrial.rehearsal.bodies.compiler import literal

if TYPE_CHECKING:
    from seatrial.rehearsal.bodies.compiler import Compiler, Row, Source
    from seatrial.rehearsal.bodies.routine import Routine

__all__ = ["check_returned_query", "check_returned_value"]

_MISMATCH = "42804"
_QUERY = "structure of query does not match function result type"
_NEXT = "wrong record type supplied in RETURN NEXT"
_RETURN = "returned record type does not match expected record type"
_NOT_A_ROW = "cannot return non-composite value from function returning composite type"


def check_returned_query(compiler: Compiler, routine: Routine, source: Source, place: int) -> None:
    """RETURN QUERY: the columns must be of just the declared types, as nothing is converted.

    Args:
        compiler: of the body.
        routine: whose result it is.
        source: the query.
        place: the probe that compiles it.
    """
    if not routine.result:
        return
    # Too few columns for the names that they are given.
    meaning = {"42P10": (_MISMATCH, _QUERY)}
    row = compiler.columns_of(source, (place,), count=len(routine.result), meaning=meaning)
    _same(compiler, routine, source, row, _QUERY)


def check_returned_value(compiler: Compiler, routine: Routine, source: Source, place: int, *, is_next: bool) -> None:
    """RETURN and RETURN NEXT of a row; what is no row is converted as an assignment would, and hardly ever refused.

    Args:
        compiler: of the body.
        routine: whose result it is.
        source: the expression.
        place: the probe that compiles it.
        is_next: whether it is RETURN NEXT.
    """
    if not routine.returns_row or not routine.result or source.text.text.strip().lower() == "null":
        return
    # The server's word for `.*` on what is no row.
    meaning = {"42809": (_MISMATCH, _NOT_A_ROW)}
    row = compiler.columns_of(source, (place,), template="SELECT ({}\n).*", meaning=meaning)
    _same(compiler, routine, source, row, _NEXT if is_next else _RETURN)


def _same(compiler: Compiler, routine: Routine, source: Source, row: Row, problem: str) -> None:
    types = ", ".join(str(kind) for kind, _ in routine.result)
    modifiers = ", ".join(str(modifier) for _, modifier in routine.result)
    compiler.refuse(
        source,
        row,
        f"SELECT pg_temp.seatrial_same_row({literal(row.type)}, ARRAY[{types}]::pg_catalog.oid[],"
        f" ARRAY[{modifiers}], {literal(problem)})",
    )
