"""Sequences that clients may set back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from seatrial.model.finding import Level
from seatrial.model.words import count
from seatrial.rules.hit import Hit
from seatrial.rules.naming import along, quoted
from seatrial.rules.privileges.given import by_file, given
from seatrial.rules.spelling import name, relation

if TYPE_CHECKING:
    from collections.abc import Iterator

    from seatrial.model.schema import Schema
    from seatrial.rules.privileges.given import Given

LEVEL = Level.WARNS


def read(schema: Schema) -> Iterator[Hit]:
    """One hit for each file, at its first GRANT of the kind."""
    found = [one for one in given(schema) if one.grant.kind == "sequence" and one.has("update")]
    for grants in by_file(found):
        first = grants[0]
        yield Hit(
            script=first.occasion.script,
            offset=first.occasion.offset,
            what=f"{along(role for one in grants for role in one.roles)} may set {_which(grants)}",
            effect="whoever comes to SQL as such a role can set it to a number that is given already: "
            "then every insert of everybody fails, until somebody sets it right",
            fix=f"revoke update on {_on(grants)} from {_from(grants)};\n"
            "-- USAGE is enough for new rows, and an identity column needs none",
        )


def _which(grants: list[Given]) -> str:
    if grants[0].grant.all_in_schema:
        return f"every sequence of schema {along(grants[0].grant.names)}"
    names = list(dict.fromkeys(each for one in grants for each in one.grant.names))
    more = len(names) - 1
    return f"the sequence {quoted(names[0])}" + (f" and {count(more, 'other')}" if more else "")


def _on(grants: list[Given]) -> str:
    names = dict.fromkeys(each for one in grants for each in one.grant.names)
    if grants[0].grant.all_in_schema:
        return f"all sequences in schema {', '.join(map(name, names))}"
    return f"sequence {', '.join(map(relation, names))}"


def _from(grants: list[Given]) -> str:
    return ", ".join(dict.fromkeys(role for one in grants for role in one.roles))
