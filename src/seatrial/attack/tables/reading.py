"""Reads every table as every kind of user, and tells whose rows came."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import TYPE_CHECKING

from seatrial.attack.expected import may
from seatrial.attack.words import observed_in, refusal, whose
from seatrial.model.isolation import Cell, Observed, Request
from seatrial.model.words import count

if TYPE_CHECKING:
    from collections.abc import Iterator

    from seatrial.attack.scene import Row, Scene
    from seatrial.attack.surface import Relation
    from seatrial.model.isolation import Kind
    from seatrial.pg.attempt import Attempt

__all__ = ["cells"]


def cells(scene: Scene, kind: Kind, relation: Relation) -> Iterator[Cell]:
    """One cell for each sort of rows: of the user's tenants, of other tenants, of nobody, of other users.

    That a superuser reads the rows of each sort by the same query is the positive control.
    """
    rights = relation.rights[kind.role]
    columns = rights.columns["SELECT"] or tuple(column.name for column in relation.columns)
    names = ", ".join(columns)
    statement = f"SELECT {names} FROM {relation.name}"
    left_out = scene.left_out(kind, relation, "select")
    answer = scene.session.attempt(kind, statement)
    by_text = scene.by_text(relation.name, names)
    # Rows that look alike are taken for those that may be seen, as long as there are any.
    left = Counter(answer.rows)
    rule = scene.rule(relation)
    sorts: dict[str, list[tuple[bool, bool]]] = defaultdict(list)
    found_rows = [
        (_may_read(scene, kind, relation, row) and (row.leaf, row.tid) not in left_out, text, row)
        for text, row in by_text
    ]
    for allowed, text, row in sorted(found_rows, key=lambda one: not one[0]):
        seen = left[text] > 0
        left[text] -= seen
        sorts[whose(kind, rule, row)].append((allowed, seen))
    for sort, found in sorted(sorts.items()):
        request = Request(sql=statement, rest=_rest(relation, columns, rights.columns["SELECT"]))
        yield _cell(kind, relation, sort, found, answer, request)


def _may_read(scene: Scene, kind: Kind, relation: Relation, row: Row) -> bool:
    return may(scene.tenancy, kind, scene.rule(relation), "select", tenant=row.tenant, owner=row.owner)


def _cell(
    kind: Kind, relation: Relation, sort: str, found: list[tuple[bool, bool]], answer: Attempt, request: Request
) -> Cell:
    """Where some rows of a sort may be seen and others not, what is wrong decides."""
    wanted = [seen for allowed, seen in found if allowed]
    unwanted = [seen for allowed, seen in found if not allowed]
    more = Cell(
        kind=kind.name, subject=relation.name, action=f"read {sort}", request=request,
        expected=Observed.ALLOWED if wanted else Observed.BLOCKED, observed=Observed.ALLOWED,
    )  # fmt: skip
    if not answer.worked:
        return _with(more, observed_in(answer, needed=bool(wanted)), refusal(answer))
    if any(unwanted):
        expected = Observed.BLOCKED
        return _with(more, Observed.ALLOWED, f"{count(sum(unwanted), 'row')} of {len(unwanted)}", expected)
    if wanted and not all(wanted):
        return _with(more, Observed.BLOCKED, f"only {sum(wanted)} of {count(len(wanted), 'row')}")
    return _with(more, Observed.ALLOWED if wanted else Observed.BLOCKED, f"{count(sum(wanted), 'row')}")


def _with(cell: Cell, observed: Observed, detail: str, expected: Observed | None = None) -> Cell:
    return Cell(
        kind=cell.kind, subject=cell.subject, action=cell.action, request=cell.request,
        expected=expected or cell.expected, observed=observed, detail=detail,
    )  # fmt: skip


def _rest(relation: Relation, columns: tuple[str, ...], readable: tuple[str, ...]) -> str:
    schema, _, table = relation.name.rpartition(".")
    profile = "" if schema == "public" else f" with Accept-Profile: {schema}"
    picked = "*" if len(readable) in {0, len(relation.columns)} else ",".join(columns)
    return f"GET /rest/v1/{table}?select={picked}{profile}"
