"""Weaker variants of conditions and functions, to see whether an attack notices that something is missing.

Whether a variant is weaker in effect only an attack can say: a condition may be redundant, or not be about the caller.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from postgast import pg_query_pb2 as pb

from seatrial.sql.array_text import array_text
from seatrial.sql.edit import applied, at, piece
from seatrial.sql.function_text import prefix_of
from seatrial.sql.plpgsql_spans import SpanReader
from seatrial.sql.shown import names, shown
from seatrial.sql.text import literal
from seatrial.sql.weak_checks import Step, checks, conditions, endless_conditions
from seatrial.sql.weak_points import Kind, Sense, weak_points
from seatrial.sql.weak_roles import role_points
from seatrial.sql.words import CannotRead

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from seatrial.sql.edit import Change, Piece
    from seatrial.sql.weak_points import WeakPoint
    from seatrial.sql.weak_roles import RolePoint

__all__ = ["Weaker", "weaker", "weaker_body"]

_EXPRESSION = "SELECT "


@dataclass(frozen=True, slots=True, kw_only=True)
class Weaker:
    """One variant."""

    #: What was done, in plain words.
    change: str
    #: The new expression or source.
    text: str
    #: Functions, columns, relations and variables that are named in what was weakened, each without its schema; of a
    #: role that was lowered those of the whole statement.
    names: frozenset[str] = frozenset()
    #: What was weakened, as it stood there.
    part: str = ""


def weaker(expression: str, roles: Sequence[str] = ()) -> tuple[Weaker, ...]:
    """Weaker variants of a condition, first of all `true`; each can be parsed.

    Args:
        expression: as pg_get_expr gives it.
        roles: of a membership, the lowest first; a higher one that is asked for becomes the lowest.
    """
    all_of_it = (0, len(expression.encode()), "true")
    whole = Step(words="the condition is replaced by true", changes=(all_of_it,), about=expression)
    read = piece(_EXPRESSION, expression)
    return _variants(expression, [whole, *(_of_piece(read, Sense.OPENS, roles, is_condition=True) if read else ())])


def weaker_body(language: str, source: str, roles: Sequence[str] = ()) -> tuple[Weaker, ...]:
    """Weaker variants of a function's source, in which all that is not weakened stays as it was written.

    None of a language other than SQL and PL/pgSQL, and of what cannot be read.

    Args:
        language: as `pg_language` names it.
        source: `pg_proc.prosrc`, or a SQL-standard body.
        roles: of a membership, the lowest first.
    """
    match language.lower():
        case "sql":
            read = piece(prefix_of(source), source)
            return _variants(source, _of_piece(read, Sense.OPENS, roles) if read else ())
        case "plpgsql":
            return _variants(source, _of_plpgsql(source, roles))
        case _:
            return ()


def _variants(text: str, steps: Iterable[Step]) -> tuple[Weaker, ...]:
    found: dict[str, Weaker] = {}
    for step in steps:
        changed = applied(text, step.changes)
        if changed != text:
            found.setdefault(changed, Weaker(change=step.words, text=changed, names=names(step.about), part=step.about))
    return tuple(found.values())


def _of_plpgsql(source: str, roles: Sequence[str]) -> Iterator[Step]:
    try:
        reader = SpanReader(source)
        reader.body()
    except CannotRead:
        return
    yield from checks(reader)
    refusing, endless = conditions(reader), endless_conditions(reader)
    for sql in reader.pieces:
        read = piece(_EXPRESSION, sql.text) or piece(" ", sql.text)
        if read is None or sql.place in endless:
            continue
        sense = Sense.CLOSES if refusing.get(sql.place) else Sense.OPENS
        steps = _of_piece(read, sense, roles, is_condition=sql.place in refusing)
        yield from (step.moved(sql.place.start) for step in steps)


def _of_piece(read: Piece, sense: Sense, roles: Sequence[str], *, is_condition: bool = False) -> Iterator[Step]:
    """Of a text that is a condition itself there are only the parts; what becomes of the whole is said elsewhere."""
    points = [point for point in weak_points(read.tree, sense) if point.is_part or not is_condition]
    is_only = read.prefix == _EXPRESSION and sum(point.kind is Kind.TURN for point in points) == 1
    for point in points:
        yield from _dropped(read, point) if point.kind is Kind.DROP else _turned(read, point, is_only=is_only)
    for role in role_points(read.tree, roles) if roles else ():
        yield from _lowered(read, role, roles[0])


def _dropped(read: Piece, point: WeakPoint) -> Iterator[Step]:
    becomes = pb.Node(a_const=pb.A_Const(boolval=pb.Boolean(boolval=point.becomes)))
    word = "true" if point.becomes else "false"
    change = read.replace(point.path, lambda tree: at(tree, point.path).CopyFrom(becomes), lambda _: word)
    if change is not None:
        text = _between(read, change)
        done = "is dropped" if point.is_part else "is replaced by true"
        yield Step(words=f"the condition {shown(text)} {done}", changes=(change,), about=text)


def _turned(read: Piece, point: WeakPoint, *, is_only: bool) -> Iterator[Step]:
    is_and = at(read.tree, point.path).bool_expr.boolop == pb.AND_EXPR
    operator = pb.OR_EXPR if is_and else pb.AND_EXPR

    def wanted(tree: pb.ParseResult) -> None:
        at(tree, point.path).bool_expr.boolop = operator

    old, new = ("and", "OR") if is_and else ("or", "AND")
    changes = read.reword(point.path, wanted, old, new)
    if changes:
        first = "" if is_only else f" after {shown(_first(read, point))}"
        yield Step(words=f"{old.upper()} becomes {new}{first}", changes=changes, about=read.roughly(point.path))


def _first(read: Piece, point: WeakPoint) -> str:
    path = (*point.path, ("bool_expr", -1), ("args", 0))
    true = pb.Node(a_const=pb.A_Const(boolval=pb.Boolean(boolval=True)))
    change = read.replace(path, lambda tree: at(tree, path).CopyFrom(true), lambda _: "true")
    return "" if change is None else _between(read, change)


def _between(read: Piece, change: Change) -> str:
    return read.text.encode()[change[0] : change[1]].decode()


def _lowered(read: Piece, point: RolePoint, lowest: str) -> Iterator[Step]:
    low, first, listed = literal(lowest), literal(point.named[0]), ", ".join(map(literal, point.named))
    words, change = f"{low} is added to {listed}", None
    match point.kind:
        case "constant":
            words = f"{listed} becomes {low}"
            change = read.replace(point.path, _constant(point, lowest), lambda _: low)
        case "array":
            text = array_text((lowest, *point.named))
            change = read.replace(point.path, _constant(point, text), lambda _: literal(text))
        case _:
            # The rest of the element, casts above all, is the same.
            change = read.replace(
                point.path, _one_more(point, lowest), lambda old: f"{old.replace(first, low, 1)}, {old}"
            )
    if change is not None:
        yield Step(words=words, changes=(change,), about=read.text)


def _constant(point: RolePoint, value: str) -> Callable[[pb.ParseResult], None]:
    def wanted(tree: pb.ParseResult) -> None:
        at(tree, point.path).a_const.sval.sval = value

    return wanted


def _one_more(point: RolePoint, lowest: str) -> Callable[[pb.ParseResult], None]:
    def wanted(tree: pb.ParseResult) -> None:
        *above, (field, place) = point.path
        element = pb.Node()
        element.CopyFrom(at(tree, point.path))
        inner = element
        while inner.HasField("type_cast"):
            inner = inner.type_cast.arg
        inner.a_const.sval.sval = lowest
        getattr(at(tree, tuple(above)), field).insert(place, element)

    return wanted
