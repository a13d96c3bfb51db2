"""Changes, deletes and adds rows as every kind of user: the user's own, another tenant's, nobody's."""

from __future__ import annotations

import json
import re
from collections import defaultdict
from typing import TYPE_CHECKING, Literal

from seatrial.attack.expected import may
from seatrial.attack.sound import believed, is_sound
from seatrial.attack.touched import touched
from seatrial.attack.tried import HELD
from seatrial.attack.words import REFUSED, observed_in, refusal, whose
from seatrial.model.isolation import Cell, Observed, Request
from seatrial.model.words import count
from seatrial.rows.text import literal

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from seatrial.attack.scene import Row, Scene
    from seatrial.attack.surface import Relation
    from seatrial.model.isolation import Kind
    from seatrial.pg.attempt import Attempt

__all__ = ["cells", "is_of_tenant"]

Verb = Literal["update", "delete"]
#: So many columns, or rows, are tried, to find one with which a request is sound.
MOST = 6


def cells(scene: Scene, kind: Kind, relation: Relation) -> Iterator[Cell]:
    """Updates, deletions, and moves between tenants, of all rows at once.

    A statement without a condition needs no right to read and is not narrowed by policies for reading, so it reaches
    at least what one with a condition does.
    """
    change = _harmless(scene, kind, relation)
    yield from _changed(scene, kind, relation, "update", f"UPDATE {relation.name} SET {change}")
    yield from _changed(scene, kind, relation, "delete", f"DELETE FROM {relation.name}")
    yield from _moved(scene, kind, relation)


def _harmless(scene: Scene, kind: Kind, relation: Relation) -> str:
    """A value for a column that the kind may change, and best no key and not the tenant.

    It is one that the table holds, and not the column itself: for that, the user would have to be able to read it.
    """
    rule = scene.rule(relation)
    allowed = relation.rights[kind.role].columns["UPDATE"]
    keys = {name for unique in relation.uniques for name in unique.columns} | {rule.tenant, rule.user}
    keys.update(name for key in relation.foreign_keys for name in key.columns)
    plain = [one.name for one in relation.columns if not one.generated and one.identity != "a"]
    best = [name for name in plain if name in (rule.update_columns or plain) and name in (allowed or plain)]
    ordered = [name for name in best if name not in keys] or best or plain or [relation.columns[0].name]
    # A policy may say what a row has to hold.
    decisive = scene.looked_at.get(relation.name, {})
    ordered = sorted(ordered, key=lambda name: relation.column(name).bare in decisive)
    # What says whose a row is comes last, as another value of it would be a move; and so does what a condition names.
    last = {rule.tenant, rule.user, *re.findall(r"\w+", rule.only.get("update", ""))}
    for name in sorted(ordered, key=lambda name: name.strip('"') in last or name in last)[:MOST]:
        held = [text for (text,), _ in scene.by_text(relation.name, name) if text is not None]
        change = f"{name} = {literal(min(held, key=len)) if held else 'NULL'}"
        # Not every row can hold what another does.
        if is_sound(scene, kind, f"UPDATE {relation.name} SET {change}"):
            return change
    return f"{ordered[0]} = {ordered[0]}"


def _changed(scene: Scene, kind: Kind, relation: Relation, verb: Verb, statement: str) -> Iterator[Cell]:
    """One cell for each sort of rows."""
    rule = scene.rule(relation)
    # What is hidden from its own members nobody has to be able to change, nor may not be, unless a rule says so.
    unseen = frozenset() if verb in rule.only else scene.left_out(kind, relation, "select")
    rows = [row for row in scene.seeded(relation.name) if (row.leaf, row.tid) not in unseen]
    sorts: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        sorts[whose(kind, rule, row)].append(row)
    wanted = [row for row in rows if _may(scene, kind, relation, verb, row)]
    answer, changed = _try(scene, kind, relation, statement)
    # One row that refuses ends the statement: those that must go through are tried without the others as well.
    alone, changed_alone = answer, changed
    # Who may do it says which row, and for that has to see it.
    which = f" WHERE {relation.key[0]} IS NOT NULL" if rule.select and relation.key else ""
    if wanted:
        alone, changed_alone = _try(scene, kind, relation, statement + which)
    if wanted and not alone.worked and len(wanted) < len(rows) and not _decides(scene, relation):
        others = [row for row in rows if row not in wanted]
        alone, changed_alone = _try(scene, kind, relation, statement + which, gone=others)
    for sort, found in sorted(sorts.items()):
        allowed = [row for row in found if row in wanted]
        stolen = [row for row in changed if row in found and row not in wanted]
        request = Request(sql=statement, rest=_rest(relation, verb, statement))
        if stolen or not allowed:
            observed = Observed.ALLOWED if stolen else observed_in(answer)
            detail = _count(stolen, found) if stolen or answer.worked else refusal(answer)
            # A superuser, too, may fail by the bounds of a partition; policies and privileges are asked before them.
            if not (relation.is_partition and answer.sqlstate == "42501"):
                observed, detail = believed(scene, kind, observed, detail, statement)
            expected = Observed.BLOCKED
        else:
            done = [row for row in changed_alone if row in allowed]
            observed = Observed.ALLOWED if len(done) == len(allowed) else observed_in(alone, needed=True)
            detail = _count(done, allowed) if alone.worked else refusal(alone)
            expected = Observed.ALLOWED
        yield Cell(
            kind=kind.name, subject=relation.name, action=f"{verb} {sort}", expected=expected, observed=observed,
            detail=detail, request=request,
        )  # fmt: skip


def _may(scene: Scene, kind: Kind, relation: Relation, verb: Verb, row: Row) -> bool:
    allowed = may(scene.tenancy, kind, scene.rule(relation), verb, tenant=row.tenant, owner=row.owner)
    return allowed and (row.leaf, row.tid) not in scene.left_out(kind, relation, verb)


def _try(
    scene: Scene, kind: Kind, relation: Relation, statement: str, gone: Sequence[Row] = ()
) -> tuple[Attempt, list[Row]]:
    """What came of it, and which seeded rows it changed.

    Where something other than privileges and policies is in the way (a row that others point to, say), the same is
    tried without triggers and foreign keys, so that it is known what the policies would have let through.
    """
    before = scene.without(relation.name, gone)
    answer = scene.session.attempt(kind, statement, before=before)
    if not answer.worked and answer.sqlstate not in REFUSED:
        answer = scene.session.attempt(kind, statement, before=before, quiet=True)
    return answer, touched(scene, relation.name, gone) if answer.affected else []


def _moved(scene: Scene, kind: Kind, relation: Relation) -> Iterator[Cell]:
    """Out of the own tenant, and another's into it; not for those who may do in both what is done to a row."""
    rule = scene.rule(relation)
    free = all(may(scene.tenancy, kind, rule, "update", tenant=label, owner=kind.user) for label in scene.world.tenants)
    if not (rule.tenant or rule.through) or free or kind.super_administrator or _is_in_several(scene, kind, relation):
        return
    # A row of nobody may be one that no tenant can hold.
    rows = [row for row in scene.seeded(relation.name) if row.tenant or not kind.roles or len(kind.roles) == 1]
    sorts = {
        ("move own rows to another tenant", "B"): [row for row in rows if row.tenant == "A" and "A" in kind.roles],
        ("move rows of another tenant to own", "A"): [row for row in rows if row.tenant not in kind.roles],
    }
    for (action, label), found in sorts.items():
        statement = _into(scene, kind, relation, label) if found else ""
        if statement:
            # A policy may let go of any of them.
            others = [
                row for row in rows if row not in found and not (_decides(scene, relation) and _is_own(kind, row))
            ]
            together = _move(scene, kind, relation, statement, action, found, others)
            alone = _alone(scene, kind, relation, statement, found) if not together.is_leak else None
            yield _move(scene, kind, relation, statement, action, [alone[0]], alone[1]) if alone else together


def _is_in_several(scene: Scene, kind: Kind, relation: Relation) -> bool:
    """Whether the rows say who may do what, and more than one is the user's: they would meet in one tenant."""
    own = [row for row in scene.seeded(relation.name) if _is_own(kind, row)]
    return _decides(scene, relation) and max(len(kind.roles), len(own)) > 1


def _into(scene: Scene, kind: Kind, relation: Relation, label: str) -> str:
    """What puts all rows into a tenant: its key, or that of a parent in it; empty where there is none."""
    rule = scene.rule(relation)
    if rule.tenant:
        return f"UPDATE {relation.name} SET {rule.tenant} = {literal(scene.world.tenants[label])}"
    key = next((key for key in relation.foreign_keys if rule.through in key.columns), None)
    parent = scene.relations.get(key.parent) if key else None
    if not key or not parent:
        return ""
    left_out = scene.left_out(kind, parent, "select")
    there = [
        (text, row) for (text,), row in scene.by_text(parent.name, key.parent_columns[key.columns.index(rule.through)])
        if row.tenant == label and text is not None
    ]  # fmt: skip
    # Policies may let the user see some parents only: best one that is the user's, and none that is hidden on purpose.
    there.sort(key=lambda one: ((one[1].leaf, one[1].tid) in left_out, not _is_own(kind, one[1])))
    return f"UPDATE {relation.name} SET {rule.through} = {literal(there[0][0])}" if there else ""


def _is_own(kind: Kind, row: Row) -> bool:
    return bool(row.owner) and row.owner == kind.user


def _alone(scene: Scene, kind: Kind, relation: Relation, statement: str, rows: Sequence[Row]) -> tuple[Row, list[Row]]:
    """A row that can be moved when it is the only one, and the others: two may not fit into one tenant."""
    stay = {id(row) for row in scene.seeded(relation.name) if _decides(scene, relation) and _is_own(kind, row)}
    rows = sorted(rows, key=lambda row: not _is_own(kind, row))
    for row in rows[:MOST]:
        gone = [one for one in scene.seeded(relation.name) if one is not row and id(one) not in stay]
        if is_sound(scene, kind, statement, scene.without(relation.name, gone)):
            return row, gone
    return rows[0], [one for one in scene.seeded(relation.name) if one is not rows[0] and id(one) not in stay]


def _move(
    scene: Scene, kind: Kind, relation: Relation, statement: str, action: str, rows: list[Row], gone: list[Row]
) -> Cell:
    before = scene.without(relation.name, gone)
    answer = scene.session.attempt(kind, statement, before=before)
    observed, detail = observed_in(answer), refusal(answer)
    if is_of_tenant(scene, relation, answer):
        observed = Observed.BLOCKED
    elif observed is Observed.UNDECIDED:
        # Whether the policies let it through, where something that we cannot judge stands in the way.
        quiet = scene.session.attempt(kind, statement, before=before, quiet=True)
        if answer.sqlstate == HELD and quiet.affected:
            # There are rows to which nothing points.
            observed, detail = Observed.ALLOWED, f"{count(quiet.affected, 'row')}, if nothing points to it"
        elif quiet.sqlstate == "42501" or (quiet.worked and not quiet.affected):
            observed, detail = Observed.BLOCKED, refusal(quiet)
    elif answer.worked:
        changed = touched(scene, relation.name, gone) if answer.affected else []
        moved = [row for row in changed if row in rows]
        observed, detail = Observed.ALLOWED if moved else Observed.BLOCKED, count(len(moved), "row")
    # Out of a partition of one tenant nobody moves a row, a superuser included.
    if not relation.is_partition:
        observed, detail = believed(scene, kind, observed, detail, statement, before)
    request = Request(sql=statement, rest=_rest(relation, "update", statement))
    return Cell(
        kind=kind.name, subject=relation.name, action=action, expected=Observed.BLOCKED, observed=observed,
        detail=detail, request=request,
    )  # fmt: skip


def is_of_tenant(scene: Scene, relation: Relation, answer: Attempt) -> bool:
    """A foreign key that holds the tenant keeps a row with its parent: that is a barrier as good as a policy."""
    rule = scene.rule(relation)
    tenant = rule.tenant or rule.through
    held = [key for key in relation.foreign_keys if key.name == answer.constraint and tenant in key.columns]
    # What lies in a partition of one tenant, and is changed there, has to stay there.
    kept = relation.is_partition and answer.sqlstate == "23514" and not answer.constraint
    return kept or (answer.sqlstate == "23503" and any(len(key.columns) > 1 for key in held))


def _decides(scene: Scene, relation: Relation) -> bool:
    """Whether rows of the table say who may do what, so that taking some away would change the question."""
    members = scene.tenancy.membership
    return relation.name == scene.tenancy.tenant_table or (members is not None and relation.name == members.table)


def _count(rows: Collection[Row], of: Collection[Row]) -> str:
    return count(len(rows), "row") if len(rows) == len(of) or not rows else f"{len(rows)} of {count(len(of), 'row')}"


def _rest(relation: Relation, verb: Verb, statement: str) -> str:
    """PostgREST changes everything that is visible when no filter is given, unless a guard is installed."""
    table = relation.name.rpartition(".")[2]
    if verb == "delete":
        return f"DELETE /rest/v1/{table}"
    column, _, value = statement.partition(" SET ")[2].partition(" = ")
    # What the server computes for each row is nothing that a body could hold.
    plain = value.startswith("'") and value.endswith("'")
    shown = json.dumps(value[1:-1].replace("''", "'")) if plain else "null" if value == "NULL" else ""
    return f"PATCH /rest/v1/{table} {{{json.dumps(column)}: {shown}}}" if shown else ""
