"""CREATE OR REPLACE VIEW that changes the columns that are there."""

from __future__ import annotations

from itertools import zip_longest
from typing import TYPE_CHECKING

from seatrial.model.commands import CreateView
from seatrial.model.finding import Level
from seatrial.rules.hit import Hit
from seatrial.rules.naming import quoted
from seatrial.rules.spelling import relation

if TYPE_CHECKING:
    from collections.abc import Iterator

    from seatrial.model.schema import Schema

LEVEL = Level.BLOCKS
FAILS = True


def read(schema: Schema) -> Iterator[Hit]:
    """One hit for each view whose old columns are not the first of the new ones."""
    for occasion in schema.occasions:
        made = occasion.command
        if not isinstance(made, CreateView) or not made.replace or occasion.guarded:
            continue
        before = [one for one in schema.all_views if one.name == made.view and one.life.lasts(occasion)]
        changed = _changed(before[-1].made.columns, made.columns) if before else ""
        if changed:
            view = relation(made.view)
            yield Hit(
                script=occasion.script,
                offset=occasion.offset,
                what=f"OR REPLACE of the view {quoted(made.view)} {changed}",
                effect="PostgreSQL refuses the statement (42P16): a view that is replaced keeps its columns, in their "
                "order, and may only get new ones behind them",
                fix=f"drop view {view};\ncreate view {view} …; -- and grant again what was granted on it",
            )


def _changed(before: tuple[str, ...], after: tuple[str, ...]) -> str:
    """What becomes of the first column that does not stay; empty where all do, or where a name is not known."""
    if not before or not after or {"", "*"} & {*before, *after}:
        return ""
    for old, new in zip_longest(before, after[: len(before)]):
        if old != new:
            return (
                f'takes away column "{old}"'
                if new is None or old not in after
                else f'puts "{new}" in the place of "{old}"'
            )
    return ""
