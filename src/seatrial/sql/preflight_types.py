"""Questions about a column's new type: rows whose value does not fit it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from seatrial.sql.text import expression, literal, quoted, type_text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from postgast.pg_query_pb2 import ColumnDef, Node, TypeName

    from seatrial.model.preflight import Question
    from seatrial.sql.preflight_rows import Rows

__all__ = ["misfits"]

_INTEGERS = {"int2": 15, "int4": 31, "int8": 63}
#: What a date or time that cannot be read fails with; everything else, with 22P02.
_TIMES = {"date", "time", "timetz", "timestamp", "timestamptz"}
_TEXTS = "'{text,varchar,bpchar}'::regtype[]"
_NUMBERS = "'{int2,int4,int8,numeric,float4,float8}'::regtype[]"
_INTEGER = r"'^\s*[-+]?\d+\s*$'"
_NUMBER = r"'^\s*([-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?|nan|[-+]?inf(inity)?)\s*$'"
#: The forms that every server since 15 takes; the others can be asked since 16 only, where there is a function for it.
_FORMS = {
    "uuid": r"'^\s*\{?([0-9a-f]{4}-?){8}\}?\s*$'",
    "bool": r"'^\s*(t(r(u(e)?)?)?|f(a(l(se?)?)?)?|y(es?)?|no?|on|off?|1|0)\s*$'",
}


def misfits(rows: Rows, name: str, column: ColumnDef) -> Iterator[Question]:
    """ALTER COLUMN … TYPE; the old type is not in the statement, so the server is asked for it row by row."""
    target = column.type_name
    if target.array_bounds or name in rows.unknown:
        return
    value, is_cast = _value(quoted(name), column.raw_default if column.HasField("raw_default") else None, target)
    kind = str(target.names[-1].string.sval)
    modifiers = [modifier.a_const.ival.ival for modifier in target.typmods]
    subject = f"rows whose {quoted(name)}"
    if kind in {"varchar", "bpchar"} and modifiers and not is_cast:
        long = rows.counted(f"length(rtrim(({value})::text, ' ')) > {modifiers[0]}")
        yield rows.question("type", long, f"{subject} is longer than {modifiers[0]} characters", "22001")
    elif kind in _INTEGERS:
        low, high = f"-{2 ** _INTEGERS[kind]}", f"{2 ** _INTEGERS[kind] - 1}"
        fits = f"round(({value})::text::numeric) BETWEEN {low} AND {high}"
        yield _unreadable(rows, value, f"({value})::text ~ {_INTEGER}", f"{subject} is not an integer", "22P02")
        yield _outside(rows, value, _INTEGER, fits, f"{subject} is out of range for {type_text(target)}")
    elif kind in {"numeric", "float4", "float8"}:
        yield _unreadable(rows, value, f"({value})::text ~* {_NUMBER}", f"{subject} is not a number", "22P02")
        if modifiers:
            precision, scale = modifiers[0], modifiers[1] if modifiers[1:] else 0
            number = f"({value})::text::numeric"
            fits = f"({number} = 'NaN' OR abs(round({number}, {scale})) < 1e{precision - scale})"
            yield _outside(rows, value, _NUMBER, fits, f"{subject} does not fit {type_text(target)}")
    elif is_cast and kind not in {"text", "varchar", "bpchar"}:
        sqlstate = "22007" if kind in _TIMES else "22P02"
        readable = (
            f"({value})::text ~* {_FORMS[kind]}"
            if kind in _FORMS
            else f"pg_input_is_valid(({value})::text, {literal(type_text(target))})"
        )
        yield _unreadable(rows, value, readable, f"{subject} is not a valid {type_text(target)}", sqlstate)


def _value(column: str, using: Node | None, target: TypeName) -> tuple[str, bool]:
    """What is converted, as SQL, and whether the statement itself says how: `USING a::integer`."""
    if using is None:
        return column, False
    if using.WhichOneof("node") == "type_cast" and type_text(using.type_cast.type_name) == type_text(target):
        return expression(using.type_cast.arg), True
    return expression(using), False


def _unreadable(rows: Rows, value: str, readable: str, violated: str, sqlstate: str) -> Question:
    """CASE, because the test must not be tried on what is no text."""
    case = f"CASE WHEN pg_typeof({value}) = ANY ({_TEXTS}) THEN NOT ({readable}) ELSE false END"
    return rows.question("type", rows.counted(case), violated, sqlstate)


def _outside(rows: Rows, value: str, form: str, fits: str, violated: str) -> Question:
    is_number = f"pg_typeof({value}) = ANY ({_NUMBERS})"
    reads_as_number = f"pg_typeof({value}) = ANY ({_TEXTS}) AND ({value})::text ~* {form}"
    case = f"CASE WHEN {is_number} OR {reads_as_number} THEN NOT ({fits}) ELSE false END"
    return rows.question("type", rows.counted(case), violated, "22003")
