"""Reads views, materialized views and foreign tables, and counts: what shows rows without saying whose they are.

Nothing that a user sees may depend on rows of others: the same request is made in the world as it was seeded and in the
same world without those rows, and where the answers differ, they leaked. Where a person has declared a view, those who
must be able to read it are tried as well. What a function that a view calls reads from a materialized view is as old
as that one was when it was seeded.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from seatrial.attack.expected import expected, may
from seatrial.attack.hidden import hidden, remembered, without_hidden
from seatrial.attack.tried import Tried, as_superuser, observed, owner_of_another, rest, worst
from seatrial.attack.views import conditions, embedding, through
from seatrial.attack.views.shapes import shape_of
from seatrial.attack.words import refusal
from seatrial.errors import StatementFailed
from seatrial.model.isolation import Cell, Observed, Request
from seatrial.model.words import count

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from seatrial.attack.scene import Scene
    from seatrial.attack.surface import Relation
    from seatrial.model.isolation import Kind
    from seatrial.pg.attempt import Attempt

__all__ = ["cells"]

Rows = tuple[tuple[str | None, ...], ...]

TIMED_OUT = "57014"
COUNT = "count rows of others"
READ = "read rows of others"


def cells(scene: Scene, kind: Kind, relation: Relation) -> Iterator[Cell]:
    """Whatever cannot be told by whose a row is: counts, views, embedded rows, and what is written through a view."""
    if relation.is_table:
        yield from _counted(scene, kind, relation)
        yield from embedding.cells(scene, kind, relation)
    elif relation.kind == "f":
        yield from _far(scene, kind, relation)
    else:
        yield from _view(scene, kind, relation)
    yield from through.cells(scene, kind, relation)


def _counted(scene: Scene, kind: Kind, relation: Relation) -> Iterator[Cell]:
    """How many rows a table has; that there are rows of others in it is known."""
    root = scene.root(relation)
    gone = hidden(scene, kind, root)
    if not gone:
        return
    statement = f"SELECT count(*) FROM {relation.name}"
    first = scene.session.attempt(kind, statement)
    way = _compared(scene, kind, statement, first, rest("HEAD", relation), tuple(scene.without(root, gone)))
    yield from worst(kind, relation, COUNT, [way])


def _far(scene: Scene, kind: Kind, relation: Relation) -> Iterator[Cell]:
    """A foreign table has no row security: who may read it reads all of it. Nobody is called for that: EXPLAIN asks."""
    if _declared(scene, relation) and _is_reader(scene, kind, relation):
        return
    statement = f"SELECT * FROM {relation.name}"
    answer = scene.session.attempt(kind, f"EXPLAIN {statement}")
    state = Observed.ALLOWED if answer.worked else observed(answer)
    detail = (
        "a foreign table has no row security: who may read it reads every row" if answer.worked else refusal(answer)
    )
    request = Request(sql=statement, rest=rest("GET", relation, "?select=*"))
    yield from worst(kind, relation, READ, [Tried(observed=state, detail=detail, request=request)])


def _view(scene: Scene, kind: Kind, relation: Relation) -> Iterator[Cell]:
    """A view that cannot be refreshed shows what nobody seeded."""
    try:
        yield from _shown(scene, kind, relation)
    except StatementFailed as error:
        request = Request(sql=f"SELECT * FROM {relation.name}", rest=rest("GET", relation, "?select=*"))
        detail = f"it cannot be refreshed: {error.sqlstate} {error.what}"
        way = Tried(observed=Observed.UNDECIDED, detail=detail, request=request)
        yield from worst(kind, relation, READ, [way])


def _shown(scene: Scene, kind: Kind, relation: Relation) -> Iterator[Cell]:
    """What a view shows, and how many rows."""
    readable = relation.rights[kind.role].columns["SELECT"]
    names = readable or tuple(column.name for column in relation.columns)
    picked = "*" if len(names) == len(relation.columns) else ", ".join(names)
    statement = f"SELECT {picked} FROM {relation.name}"
    fresh = shape_of(scene, relation).fresh
    answer = scene.session.attempt(kind, statement, before=fresh)
    declared = _declared(scene, relation)
    if declared and _is_reader(scene, kind, relation):
        yield _must_be_seen(scene, kind, relation, answer, statement)
        if not scene.rule(relation).tenant or kind.super_administrator:
            return
    elif declared and answer.rows:
        request = Request(sql=statement, rest=rest("GET", relation, "?select=*"))
        way = Tried(observed=Observed.ALLOWED, detail=count(len(answer.rows), "row"), request=request)
        yield from worst(kind, relation, READ, [way])
        return
    gone = without_hidden(scene, kind, with_colleagues=declared)
    read = rest("GET", relation, f"?select={picked.replace(', ', ',')}")
    way = _compared(scene, kind, statement, answer, read, (*gone, *fresh), fresh)
    if not answer.rows:
        way = _controlled(scene, kind, relation, way, answer)
    yield from worst(kind, relation, READ, [way])
    if readable:
        yield from _number(scene, kind, relation, way, answer, (*gone, *fresh))
    if readable and relation.kind == "v" and way.observed is not Observed.ALLOWED:
        yield from conditions.cells(scene, kind, relation)


def _number(
    scene: Scene, kind: Kind, relation: Relation, read: Tried, answer: Attempt, gone: Sequence[str]
) -> Iterator[Cell]:
    """Counting leaves out what a column would compute or refuse, so it can tell more than reading."""
    fresh = shape_of(scene, relation).fresh
    statement = f"SELECT count(*) FROM {relation.name}"
    first = scene.session.attempt(kind, statement, before=fresh)
    call = rest("HEAD", relation)
    if answer.worked and first.worked and first.rows[0][0] == str(len(answer.rows)):
        request = Request(sql=statement, rest=call)
        way = Tried(observed=read.observed, detail=read.detail, request=request)
    else:
        way = _compared(scene, kind, statement, first, call, gone, fresh)
    yield from worst(kind, relation, COUNT, [way])


def _compared(
    scene: Scene, kind: Kind, statement: str, first: Attempt, call: str, gone: Sequence[str], fresh: Sequence[str] = ()
) -> Tried:
    """The answer in the world as it was seeded, against that in the world without the rows of others."""
    request = Request(sql=statement, rest=call)
    if not first.worked or not first.rows or first.rows == (("0",),):
        detail = refusal(first) if not first.worked else "0 rows"
        return Tried(observed=observed(first), detail=detail, request=request)
    second = scene.session.attempt(kind, statement, before=gone)
    if not second.worked:
        state = Observed.UNDECIDED if second.sqlstate == TIMED_OUT else Observed.ALLOWED
        return Tried(observed=state, detail=f"without rows of others: {refusal(second)}", request=request)
    if Counter(first.rows) == Counter(second.rows):
        return Tried(observed=Observed.BLOCKED, detail="the same without rows of others", request=request)
    again = scene.session.attempt(kind, statement, before=fresh)
    stable = _stable(first.rows, again.rows)
    left = Counter(_only(first.rows, stable)) - Counter(_only(second.rows, stable))
    more = Counter(_only(second.rows, stable)) - Counter(_only(first.rows, stable))
    if left or more:
        return Tried(observed=Observed.ALLOWED, detail=_told(left, more, len(first.rows)), request=request)
    if stable:
        detail = "the same without rows of others, but for columns that are never the same"
        return Tried(observed=Observed.BLOCKED, detail=detail, request=request)
    return Tried(observed=Observed.UNDECIDED, detail="no column is the same twice", request=request)


def _told(left: Counter[tuple[str | None, ...]], more: Counter[tuple[str | None, ...]], whole: int) -> str:
    if more or whole == 1:
        return f"{count(max(left.total(), more.total()), 'row')} told of rows of others"
    return f"{count(left.total(), 'row')} of others"


def _stable(first: Rows, again: Rows) -> list[int]:
    """Columns that hold the same both times."""
    if len(first) != len(again):
        return []
    columns = range(len(first[0]))
    return [at for at in columns if Counter(row[at] for row in first) == Counter(row[at] for row in again)]


def _only(rows: Rows, columns: Sequence[int]) -> Rows:
    return tuple(tuple(row[at] for at in columns) for row in rows)


def _controlled(scene: Scene, kind: Kind, relation: Relation, way: Tried, answer: Attempt) -> Tried:
    """A refusal counts if a superuser gets through with the same request; no rows count if somebody gets some."""
    statement, fresh = way.request.sql, shape_of(scene, relation).fresh
    if way.observed is not Observed.BLOCKED:
        return way
    above = as_superuser(scene, kind, statement, fresh)
    if above.rows or (above.worked and not answer.worked):
        return way
    if answer.worked and remembered(scene, ("seen", statement), lambda: _is_seen(scene, statement, fresh)):
        return way
    detail = "no seeded row shows in it, whoever looks" if above.worked else f"a superuser gets {refusal(above)}"
    return Tried(observed=Observed.UNDECIDED, detail=detail, request=way.request)


def _is_seen(scene: Scene, statement: str, fresh: Sequence[str]) -> bool:
    """Whether there is anybody who sees a row: a view may ask who looks."""
    others = [*scene.world.kinds, owner_of_another(scene)]
    return any(one and scene.session.attempt(one, statement, before=fresh).rows for one in others)


def _declared(scene: Scene, relation: Relation) -> bool:
    """Whether a person has said who may read it."""
    return relation.name in scene.tenancy.tables or any(one.name == relation.name for one in scene.tenancy.shared)


def _is_reader(scene: Scene, kind: Kind, relation: Relation) -> bool:
    """Whether some row of it is for the user, as declared."""
    labels, rule = (*kind.roles, ""), scene.rule(relation)
    return any(may(scene.tenancy, kind, rule, "select", tenant=label, owner=kind.user) for label in labels)


def _must_be_seen(scene: Scene, kind: Kind, relation: Relation, answer: Attempt, statement: str) -> Cell:
    state = Observed.ALLOWED if answer.rows else observed(answer)
    detail = count(len(answer.rows), "row") if answer.worked else refusal(answer)
    if answer.worked and not answer.rows and not as_superuser(scene, kind, statement).rows:
        state, detail = Observed.UNDECIDED, "no seeded row shows in it, whoever looks"
    return Cell(
        kind=kind.name, subject=relation.name, action="read", expected=expected(allowed=True), observed=state,
        detail=detail, request=Request(sql=statement, rest=rest("GET", relation, "?select=*")),
    )  # fmt: skip
