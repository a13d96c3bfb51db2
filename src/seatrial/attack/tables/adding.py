"""Adds rows as every kind of user: to the own tenant, to another's, to nobody, in another's name."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from seatrial.attack.expected import expected, may
from seatrial.attack.sound import believed
from seatrial.attack.tables.writing import is_of_tenant
from seatrial.attack.words import observed_in, refusal
from seatrial.model.isolation import Cell, Observed, Request
from seatrial.model.tenancy import SELF

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from seatrial.attack.scene import Scene
    from seatrial.attack.surface import Relation
    from seatrial.model.isolation import Kind
    from seatrial.model.tenancy import TableRule
    from seatrial.pg.attempt import Attempt

__all__ = ["cells"]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Addition:
    """A row to be added, and whether it may be."""

    action: str
    content: Mapping[str, object]
    expected: Observed


def cells(scene: Scene, kind: Kind, relation: Relation) -> Iterator[Cell]:
    """One cell for each sort of row; each row is known to be valid, as it was there when everything was seeded."""
    for addition in _additions(scene, kind, relation):
        # Of a new row in another tenant, or in another's name, no condition says anything.
        if _is_kept_open(scene, kind, relation, addition):
            continue
        columns = _columns(scene, kind, relation)
        content, statement, answer = _first(scene, kind, relation, _names(scene, kind, relation, addition), columns)
        needed = addition.expected is Observed.ALLOWED
        observed = Observed.ALLOWED if answer.affected else observed_in(answer, needed=needed)
        elsewhere = answer.affected and not _is_there(scene, relation, content)
        if elsewhere or (not needed and is_of_tenant(scene, relation, answer)):
            observed = Observed.BLOCKED
        detail = "1 row" if answer.affected else refusal(answer)
        # A superuser, too, may fail by the bounds of a partition; policies and privileges are asked before them.
        kept_out = relation.is_partition and answer.sqlstate == "42501"
        if not needed and not elsewhere and not kept_out:
            before = _room(scene, relation, content)
            observed, detail = believed(scene, kind, observed, detail, statement, before)
        shown = json.dumps({name.strip('"'): content.get(name.strip('"')) for name in columns})
        yield Cell(
            kind=kind.name, subject=relation.name, action=addition.action, expected=addition.expected,
            observed=observed, detail=detail,
            request=Request(sql=statement, rest=f"POST /rest/v1/{relation.name.rpartition('.')[2]} {shown}"),
        )  # fmt: skip


def _is_kept_open(scene: Scene, kind: Kind, relation: Relation, addition: _Addition) -> bool:
    own = addition.action in {"add a row to own tenant", "add an own row"}
    return (own or addition.expected is Observed.ALLOWED) and scene.is_left_out(kind, relation, addition.content)


def _first(
    scene: Scene, kind: Kind, relation: Relation, contents: Sequence[Mapping[str, object]], columns: Sequence[str]
) -> tuple[Mapping[str, object], str, Attempt]:
    """The first row that can be added, or else the last."""
    content, *others = contents
    statement = f"INSERT INTO {relation.name} {scene.record(relation, content, columns)}"
    # The user's own row of the same kind makes room.
    answer = scene.session.attempt(kind, statement, before=_room(scene, relation, content))
    if answer.worked or not others:
        return content, statement, answer
    return _first(scene, kind, relation, others, columns)


def _names(scene: Scene, kind: Kind, relation: Relation, addition: _Addition) -> list[Mapping[str, object]]:
    """A row as it is; before that, where it must not be added, in the user's own name: policies ask who made it."""
    rule = scene.rule(relation)
    fixed = {*rule.insert_only, rule.user if _is_personal(rule) else ""}
    users = {*scene.world.victims.values(), *(one.user for one in scene.world.kinds)} - {"", kind.user}
    holding = [
        column.bare for column in relation.columns
        if str(addition.content.get(column.bare)) in users and not fixed & {column.name, column.bare}
    ]  # fmt: skip
    if addition.expected is Observed.ALLOWED or not kind.user or not holding:
        return [addition.content]
    return [{**addition.content, **dict.fromkeys(holding, kind.user)}, addition.content]


def _additions(scene: Scene, kind: Kind, relation: Relation) -> Iterator[_Addition]:
    rule = scene.rule(relation)
    spares = _spares(scene, relation)
    bare = {column.name: column.bare for column in relation.columns}
    for label, text in sorted(spares.items()):
        content = _as_declared(json.loads(text), kind, rule, bare)
        if _is_personal(rule):
            yield from _personal(scene, kind, rule, label, content, bare)
            continue
        own = label in kind.roles
        allowed = may(scene.tenancy, kind, rule, "insert", tenant=label, owner="")
        action = "add a row to own tenant" if own else "add a row to another tenant"
        # A partition may hold rows of one tenant only.
        if own or label == "B" or not label or "B" not in spares:
            yield _Addition(
                action=action if label else "add a row", content=content, expected=expected(allowed=allowed)
            )
        if allowed and own:
            yield from _against_conditions(scene, relation, rule, content, bare)
    column = relation.column(rule.tenant) if rule.tenant in bare else None
    if column and not column.not_null and spares and relation.name != scene.tenancy.tenant_table:
        # A row of nobody that is there, added again in its own place, is valid as it is.
        seeded = [dict(row.content) for row in scene.seeded(relation.name) if row.content.get(column.bare) is None]
        content = (seeded or [json.loads(next(iter(spares.values())))])[0]
        content = _as_declared(content, kind, rule, bare) | {column.bare: None}
        allowed = may(scene.tenancy, kind, rule, "insert", tenant="", owner="")
        yield _Addition(action="add a row to no tenant", content=content, expected=expected(allowed=allowed))


def _spares(scene: Scene, relation: Relation) -> Mapping[str, str]:
    """Valid rows by label; of a partition, those that lie in it, each to be added again in its own place."""
    if relation.is_partition and relation.key:
        return {row.tenant: json.dumps(row.content) for row in scene.seeded(relation.name)}
    return scene.world.spares.get(relation.name, {})


def _is_personal(rule: TableRule) -> bool:
    """Whether rows belong to users, and each adds their own."""
    return bool(rule.user) and (rule.insert == SELF or (rule.select == SELF and not rule.insert))


def _personal(
    scene: Scene, kind: Kind, rule: TableRule, label: str, content: Mapping[str, object], bare: Mapping[str, str]
) -> Iterator[_Addition]:
    """In the own name, and in that of another."""
    column = bare[rule.user]
    if kind.user and (label in kind.roles or (label == "A" and not kind.roles)):
        allowed = may(scene.tenancy, kind, rule, "insert", tenant=label, owner=kind.user)
        yield _Addition(
            action="add an own row", content={**content, column: kind.user}, expected=expected(allowed=allowed)
        )
    if label == "B":
        victim = scene.world.victims.get("owner of B") or next(iter(scene.world.victims.values()), "")
        yield _Addition(
            action="add a row in another user's name", content={**content, column: victim}, expected=Observed.BLOCKED
        )


def _as_declared(content: dict[str, object], kind: Kind, rule: TableRule, bare: Mapping[str, str]) -> dict[str, object]:
    """With what a new row has to hold; somebody without an identity leaves another's name in it."""
    own = {column: kind.user if value == SELF else value for column, value in rule.insert_only.items()}
    return content | {bare.get(column, column): value for column, value in own.items() if value}


def _against_conditions(
    scene: Scene, relation: Relation, rule: TableRule, content: Mapping[str, object], bare: Mapping[str, str]
) -> Iterator[_Addition]:
    """Own rows that hold something else than what new rows must hold."""
    for column, value in rule.insert_only.items():
        name = bare.get(column, column)
        others = [row.content.get(name) for row in scene.seeded(relation.name)]
        other = next((one for one in others if one is not None and one not in {content[name], value}), None)
        if value == SELF:
            other = scene.world.victims.get("colleague in A", other)
        if other is not None:
            action = f"add a row with another {column}"
            yield _Addition(action=action, content={**content, name: other}, expected=Observed.BLOCKED)


def _columns(scene: Scene, kind: Kind, relation: Relation) -> list[str]:
    """Those that the kind may give where it may not give all; without any right, all of them."""
    rule = scene.rule(relation)
    plain = [column.name for column in relation.columns if not column.generated]
    allowed = relation.rights[kind.role].columns["INSERT"]
    some = [name for name in plain if name in allowed] or plain
    return [name for name in some if name in rule.insert_columns] or some


def _room(scene: Scene, relation: Relation, content: Mapping[str, object]) -> list[str]:
    """Takes away a row with the same key, which is there only where a row of that user was seeded."""
    bare = {column.name: column.bare for column in relation.columns}
    key = [bare[name] for name in relation.key]
    twins = [
        row for row in scene.seeded(relation.name)
        if key and all(row.content.get(name) == content.get(name) for name in key)
    ]  # fmt: skip
    return scene.without(relation.name, twins)


def _is_there(scene: Scene, relation: Relation, content: Mapping[str, object]) -> bool:
    """A trigger may have put the row elsewhere: into the caller's own tenant, say."""
    rule = scene.rule(relation)
    names = [name for name in (rule.tenant, rule.user) if name]
    if not names:
        return True
    bare = {column.name: column.bare for column in relation.columns}
    wanted = json.dumps({bare[name]: content.get(bare[name]) for name in names}, sort_keys=True)
    pairs = ", ".join(f"'{bare[name]}', t.{name}" for name in names)
    added = scene.session.look(
        f"SELECT jsonb_build_object({pairs}) FROM {relation.name} t WHERE NOT EXISTS (SELECT "
        f"FROM seatrial_attack.seeded s WHERE s.leaf = t.tableoid AND s.tid = t.ctid)"
    )
    return any(json.dumps(json.loads(text or "{}"), sort_keys=True) == wanted for (text,) in added)
