"""An enum, a domain, a composite type as it was. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from seatrial.rollback.alter_said import said
from seatrial.rollback.alteration import Alteration
from seatrial.rollback.guard import still_used
from seatrial.rollback.options import names
from seatrial.rollback.remade_type import remade_composite, remade_enum

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from seatrial.rollback.alteration import ColumnUse, Pair

__all__ = ["altered_type"]

CHECK = "check "
NOT_VALID = " NOT VALID"


def altered_type(pair: Pair, users: Sequence[ColumnUse]) -> Alteration | None:
    """None for another form or base, and for a range: nothing of these can be altered."""
    form = pair.now("form")
    if form == "enum" and "labels" in pair.changed:
        return _enum(pair, users)
    if form == "composite" and "attributes" in pair.changed:
        return _composite(pair, users)
    domain = {
        name
        for name in pair.changed
        if form == "domain" and (name in {"not null", "default"} or name.startswith(CHECK))
    }
    if pair.changed - domain - {"owner", "comment"}:
        return None
    return (_domain(pair) if domain else Alteration()) + said(pair)


def _enum(pair: Pair, users: Sequence[ColumnUse]) -> Alteration:
    was, now = names(pair.was("labels")), names(pair.now("labels"))
    renamed = [(new, old) for old, new in zip(was, now, strict=False) if old != new]
    if len(was) == len(now) and not {new for new, _ in renamed} & {*was} and not {old for _, old in renamed} & {*now}:
        statements = tuple(f"ALTER TYPE {pair.name} RENAME VALUE {new} TO {old}" for new, old in renamed)
        return Alteration(statements=statements) + said(pair)
    # The type is a new one, with its maker's name and no comment.
    return remade_enum(pair, users)


def _composite(pair: Pair, users: Sequence[ColumnUse]) -> Alteration:
    was, now = (dict(map(_attribute, names(text))) for text in (pair.was("attributes"), pair.now("attributes")))
    stay = [name for name in now if name in was]
    order = [*stay, *(name for name in was if name not in now)]
    retyped = [name for name in stay if was[name] != now[name]]
    if order != list(was) or (retyped and users):
        return remade_composite(pair, users, was, now)
    guards = tuple(_no_value(pair, user, name) for user in users for name in now if name not in was)
    command = f"ALTER TYPE {pair.name}"
    return Alteration(
        statements=(
            *guards,
            *(f"{command} DROP ATTRIBUTE {name} CASCADE" for name in now if name not in was),
            *(f"{command} ALTER ATTRIBUTE {name} TYPE {was[name]} CASCADE" for name in retyped),
            *(f"{command} ADD ATTRIBUTE {name} {was[name]} CASCADE" for name in order[len(stay) :]),
        )
    ) + said(pair)


def _attribute(text: str) -> tuple[str, str]:
    """Name and type of `"my street" text`."""
    end = text.index('"', 1) + 1 if text.startswith('"') else text.index(" ")
    while text[end : end + 1] == '"':
        end = text.index('"', end + 1) + 1
    return text[:end], text[end:].strip()


def _no_value(pair: Pair, user: ColumnUse, attribute: str) -> str:
    found = f"({user.column}).{attribute} IS NOT NULL"
    if user.type.endswith("[]"):
        found = f"EXISTS (SELECT FROM unnest({user.column}) AS one WHERE one.{attribute} IS NOT NULL)"
    return still_used(user.table, user.column, lost=found, as_type=pair.name)


def _domain(pair: Pair) -> Alteration:
    command = f"ALTER DOMAIN {pair.name}"
    statements = list(_defaults(pair, command))
    later = []
    was, now = pair.beginning(CHECK)
    statements += [f"{command} DROP CONSTRAINT {name}" for name in now if was.get(name) != now[name]]
    for name, check in was.items():
        if now.get(name) != check:
            statements.append(f"{command} ADD CONSTRAINT {name} {check.removesuffix(NOT_VALID)}{NOT_VALID}")
            if not check.endswith(NOT_VALID):
                later.append(f"{command} VALIDATE CONSTRAINT {name}")
    if "not null" in pair.changed:
        # There is no way to say it now and look later.
        statements.append(f"{command} {'SET' if pair.was('not null') == 'yes' else 'DROP'} NOT NULL")
    return Alteration(statements=tuple(statements), later=tuple(later))


def _defaults(pair: Pair, command: str) -> Iterator[str]:
    if "default" in pair.changed:
        yield f"{command} SET DEFAULT {pair.was('default')}" if pair.was("default") else f"{command} DROP DEFAULT"
