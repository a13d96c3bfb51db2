"""Expected against observed, and before against after. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from seatrial.model.catalog import Catalog, CatalogObject, Change, Difference, Identity

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["compare", "differences", "owned"]

#: What changes how a release's own table or view behaves when somebody else puts it there.
NOTICED_WHEN_UNEXPECTED = frozenset(
    {"column", "constraint", "index", "policy", "published table", "rule", "statistics", "trigger"}
)


def compare(expected: Catalog, observed: Catalog) -> tuple[Difference, ...]:
    """Every departure of `observed` from `expected`, sorted by name.

    A missing object is one difference, whatever went or changed with it. Objects that are not expected count
    when they are attached to an expected one (a policy on a release's table) or were dropped by the release.
    """
    found = [*_missing(expected, observed), *_altered(expected, observed), *_unexpected(expected, observed)]
    return tuple(sorted(found, key=lambda one: (one.name, one.kind, one.fact)))


def differences(expected: Catalog, observed: Catalog) -> tuple[Difference, ...]:
    """Every departure, also objects that nobody speaks of: the two are the same only where there is none."""
    more = [
        _whole(Change.UNEXPECTED, identity, one.parent) for identity, one in observed.objects.items()
        if identity not in expected.objects
        and not (one.parent in observed.objects and one.parent not in expected.objects)
    ]  # fmt: skip
    found = dict.fromkeys([*_missing(expected, observed), *_altered(expected, observed), *more])
    return tuple(sorted(found, key=lambda one: (one.name, one.kind, one.fact)))


def owned(before: Catalog, after: Catalog) -> Catalog:
    """What happened between two readings, as a catalog to compare with.

    New objects are whole; of altered ones only the altered facts are kept, so that nothing is expected of what
    the release left alone.
    """
    objects = {
        identity: one if identity not in before.objects else _alteration(before.objects[identity], one)
        for identity, one in after.objects.items()
    }
    dropped = {i: one.parent for i, one in before.objects.items() if i not in after.objects}
    return Catalog(
        server_version=after.server_version,
        objects={identity: one for identity, one in objects.items() if one.whole or one.facts},
        dropped=dropped,
    )


def _missing(expected: Catalog, observed: Catalog) -> Iterator[Difference]:
    for identity, one in expected.objects.items():
        gone = identity not in observed.objects and not _is_gone(one.parent, expected, observed)
        if gone and _must_be_there(one):
            yield _whole(Change.MISSING, identity, one.parent)


def _must_be_there(one: CatalogObject) -> bool:
    """Not when the release only took privileges away; but PUBLIC has some where nothing is said."""
    return one.whole or any(one.facts.values()) or "grants to PUBLIC" in one.facts


def _is_gone(parent: Identity | None, expected: Catalog, observed: Catalog) -> bool:
    return parent is not None and parent in expected.objects and parent not in observed.objects


def _altered(expected: Catalog, observed: Catalog) -> Iterator[Difference]:
    for identity, one in expected.objects.items():
        other = observed.objects.get(identity)
        if other is None or _is_gone(one.parent, expected, observed):
            continue
        for fact in sorted(one.facts.keys() | (other.facts.keys() if one.whole else ())):
            left, right = one.facts.get(fact, ""), other.facts.get(fact, "")
            if left != right:
                yield Difference(
                    change=Change.ALTERED,
                    kind=one.kind,
                    name=one.name,
                    parent=one.parent,
                    fact=fact,
                    expected=left,
                    observed=right,
                )


def _unexpected(expected: Catalog, observed: Catalog) -> Iterator[Difference]:
    for identity, one in observed.objects.items():
        if identity not in expected.objects and (_is_back(identity, expected, observed) or _is_attached(one, expected)):
            yield _whole(Change.UNEXPECTED, identity, one.parent)


def _is_back(identity: Identity, expected: Catalog, observed: Catalog) -> bool:
    """Whether the release dropped it, and not together with something else that is there as well."""
    if identity not in expected.dropped:
        return False
    parent = expected.dropped[identity]
    return parent not in expected.dropped or parent not in observed.objects


def _is_attached(one: CatalogObject, expected: Catalog) -> bool:
    parent = expected.objects.get(one.parent) if one.parent else None
    return one.kind in NOTICED_WHEN_UNEXPECTED and parent is not None and parent.whole


def _whole(change: Change, identity: Identity, parent: Identity | None) -> Difference:
    return Difference(change=change, kind=identity[0], name=identity[1], parent=parent)


def _alteration(before: CatalogObject, after: CatalogObject) -> CatalogObject:
    """Only what changed; a fact that went away is kept as an empty one."""
    names = sorted(before.facts.keys() | after.facts.keys())
    changed = {name: after.facts.get(name, "") for name in names}
    changed = {name: text for name, text in changed.items() if text != before.facts.get(name, "")}
    return CatalogObject(kind=after.kind, name=after.name, parent=after.parent, facts=changed, whole=False)
