"""Names what a stand-in lacks: each thing once, causes without their consequences. Pure."""

from __future__ import annotations

import re
from collections import defaultdict
from typing import TYPE_CHECKING

from seatrial.catalog.compare import compare
from seatrial.model.catalog import describe
from seatrial.model.standin import NotCarried
from seatrial.standin.choose import is_of_platform

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from seatrial.model.catalog import Catalog, Difference, Identity
    from seatrial.model.standin import Definition, Picture

__all__ = ["Failed", "lost", "without_consequences"]

#: Definitions that did not go through, each with the server's words.
Failed = list[tuple["Definition", str]]
#: The schema that a qualified name begins with.
SCHEMA = re.compile(r'("(?:[^"]|"")*"|[^."]+)\.')
#: Names that are given of a schema in which many things differ.
MANY = 8


def without_consequences(failed: Failed) -> list[NotCarried]:
    """A table that could not be made, and not its policies, its owner and its comment as well."""
    broken = {one.identity for one, _ in failed if not one.fact}
    causes = [(one, why) for one, why in failed if not _follows(one, broken)]
    return [NotCarried(what=_what(one), why=_why(one, why)) for one, why in causes]


def lost(
    picture: Picture,
    observed: Catalog,
    failed: Failed,
    named: Iterable[NotCarried],
    present: Sequence[Definition],
) -> list[NotCarried]:
    """What is different all the same, and has no name yet; that of a schema of the platform in one sentence.

    Args:
        picture: of the target.
        observed: the stand-in's catalog.
        failed: definitions that did not go through.
        named: what is said already.
        present: what the scratch had before.
    """
    broken = {one.identity for one, _ in failed if not one.fact}
    facts = {(one.identity, one.fact.partition(" ")[0]) for one, _ in failed if one.fact}
    said = {one.what for one in named}
    platform = frozenset(one.identity for one in present)
    found, of_schema = [], defaultdict(list)
    for one in compare(picture.catalog, observed):
        identity, what = (one.kind, one.name), f"{one.kind} {one.name}"
        if {identity, one.parent} & broken or {what, f"{what}: {one.fact}"} & said:
            continue
        if (identity, one.fact.partition(" ")[0]) in facts:
            continue
        schema = SCHEMA.match(one.name)
        if schema and is_of_platform(identity, platform):
            of_schema[schema[1]].append(one)
        else:
            found.append(_lost(one))
    return [*found, *(_of_platform(schema, ones) for schema, ones in of_schema.items())]


def _follows(one: Definition, broken: set[Identity]) -> bool:
    return one.parent in broken or (bool(one.fact) and one.identity in broken)


def _what(one: Definition) -> str:
    return f"{one.kind} {one.name}" + (f": {one.fact}" if one.fact else "")


def _why(one: Definition, words: str) -> str:
    # The server quotes the value that it refuses.
    return "the scratch refuses its value" if one.kind == "setting" else words


def _lost(one: Difference) -> NotCarried:
    return NotCarried(what=f"{one.kind} {one.name}" + (f": {one.fact}" if one.fact else ""), why=describe(one))


def _of_platform(schema: str, ones: Sequence[Difference]) -> NotCarried:
    names = sorted({f"{one.kind} {one.name}" for one in ones})
    more = f" and {len(names) - MANY} more" if len(names) > MANY else ""
    why = f"the scratch has a stand-in of its own, which differs in {', '.join(names[:MANY])}{more}"
    return NotCarried(what=f"platform schema {schema}", why=why)
