"""Prepared statements that outlive a user: a plan must not keep what it was told of whoever it was made for."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING

from seatrial.attack.session import as_kind
from seatrial.model.isolation import Cell, Observed, Request

if TYPE_CHECKING:
    from collections.abc import Iterator

    from seatrial.attack.scene import Scene
    from seatrial.attack.surface import Relation
    from seatrial.model.isolation import Kind
    from seatrial.pg.attempt import Attempt

__all__ = ["cells"]

PLAN = "seatrial_plan"
#: No rollback forgets it; other prepared statements of the session are not ours to forget.
FORGET = (
    f"DO $$ BEGIN IF EXISTS (SELECT FROM pg_prepared_statements WHERE name = '{PLAN}') "
    f"THEN DEALLOCATE {PLAN}; END IF; END $$"
)


def cells(scene: Scene) -> Iterator[Cell]:
    """For each relation with narrowed rows: a plan made for a member is used for an outsider, and the other way round.

    Both have the same role of the database; for another role the server makes the plan anew.
    """
    pair = _pair(scene)
    if pair is None:
        return
    for relation in scene.relations.values():
        if relation.row_security or relation.kind == "v":
            yield from _of_relation(scene, relation, *pair)


def _of_relation(scene: Scene, relation: Relation, member: Kind, outsider: Kind) -> Iterator[Cell]:
    rights = relation.rights.get(member.role)
    if rights is None or not rights.columns["SELECT"]:
        return
    query = f"SELECT {', '.join(rights.columns['SELECT'])} FROM {relation.name}"
    direct = {kind.name: scene.session.attempt(kind, query) for kind in (member, outsider)}
    if not direct[member.name].rows:
        # A plan has nothing to give away.
        return
    for first, second in ((member, outsider), (outsider, member)):
        if direct[second.name].worked:
            yield _cell(scene, relation.name, query, direct[second.name], (first, second))


def _cell(scene: Scene, subject: str, query: str, direct: Attempt, users: tuple[Kind, Kind]) -> Cell:
    """What somebody sees by themselves is all that there is to be seen, whoever the plan was made for."""
    first, second = users
    script = _script(query, first, second)
    answer = scene.session.attempt(second, script, before=[FORGET])
    more, less = _difference(answer, direct), _difference(direct, answer)
    if answer.worked and (more or less) and _difference(direct, scene.session.attempt(second, query)):
        observed, detail = Observed.UNDECIDED, "it shows something else each time"
    elif not answer.worked:
        observed, detail = Observed.UNDECIDED, f"{answer.sqlstate} {answer.message}"
    elif second.roles:
        observed = Observed.BLOCKED if less else Observed.ALLOWED
        detail = f"{less} rows are missing" if less else f"{len(answer.rows)} rows"
    else:
        observed = Observed.ALLOWED if more else Observed.BLOCKED
        detail = f"{more} rows that were shown to the user before" if more else "no rows but the user's own"
    return Cell(
        kind=second.name, subject=subject, observed=observed, detail=detail, request=Request(sql=script),
        action=f"read {'own rows' if second.roles else 'rows of others'} with a plan made for another user",
        expected=Observed.ALLOWED if second.roles else Observed.BLOCKED,
    )  # fmt: skip


def _script(query: str, first: Kind, second: Kind) -> str:
    """A pooler keeps sessions, and after some times the server keeps the plan."""
    after = replace(second, settings={**dict.fromkeys(first.settings, ""), **second.settings})
    statements = (
        "SET LOCAL plan_cache_mode = force_generic_plan",
        f"PREPARE {PLAN} AS {query}",
        *_settings(first),
        f"EXECUTE {PLAN}",
        *_settings(after),
        f"EXECUTE {PLAN}",
    )
    return ";\n".join(statements)


def _settings(kind: Kind) -> list[str]:
    # The first two say who; that stays the same.
    return as_kind(kind)[2:]


def _difference(one: Attempt, other: Attempt) -> int:
    return (Counter(one.rows) - Counter(other.rows)).total()


def _pair(scene: Scene) -> tuple[Kind, Kind] | None:
    """The highest member of a tenant, and somebody with the same role of the database who is a member of none."""
    ranks = {role: rank for rank, role in enumerate(scene.tenancy.roles)}
    honest = [kind for kind in scene.world.kinds if kind.user and not (kind.forged or kind.super_administrator)]
    members = sorted((kind for kind in honest if "A" in kind.roles), key=lambda kind: ranks.get(kind.roles["A"], -1))
    outsiders = [kind for kind in honest if not kind.roles and members and kind.role == members[-1].role]
    return (members[-1], outsiders[0]) if outsiders else None
