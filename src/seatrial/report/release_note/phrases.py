"""What the documents of a release say in the same words."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from seatrial.model.proof import Verdict
from seatrial.report.schema_page.cells import code, words

if TYPE_CHECKING:
    from collections.abc import Iterable

    from seatrial.model.documentation import Made

__all__ = ["KIND_WORDS", "UNKNOWN", "by_kind", "item", "name", "sign"]

#: Of what only a release that went through can tell.
UNKNOWN = "not known: the release does not apply"
#: Kinds in the order in which they are told.
KIND_WORDS = (
    "table", "foreign table", "view", "materialized view", "column", "index", "policy", "trigger", "function",
    "procedure", "aggregate", "type", "sequence", "cron job",
)  # fmt: skip


def by_kind(made: Iterable[Made]) -> list[tuple[str, list[Made]]]:
    """Grouped, in the order of the kinds."""
    order = KIND_WORDS.index
    found = sorted((one for one in made if one.kind in KIND_WORDS), key=lambda one: (order(one.kind), one.name))
    return [(kind, list(group)) for kind, group in groupby(found, key=lambda one: one.kind)]


def name(one: Made) -> str:
    """As a person points at it: a policy or a trigger with its table."""
    return f"{code(one.own_name)} on {code(one.parent)}" if one.kind in {"policy", "trigger"} else code(one.name)


def item(one: Made) -> str:
    """An object with what it is for: table public.contacts: who a tenant knows."""
    changed = " (changed)" if one.changed else ""
    return f"{one.kind} {code(one.name)}{changed}{f': {words(one.comment)}' if one.comment else ''}"


def sign(verdict: Verdict) -> str:
    """Beside the word, never instead of it."""
    if verdict.lets_through:
        return "✓"
    return "?" if verdict is Verdict.INCONCLUSIVE else "✗"
