"""A catalog as JSON and back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from seatrial.errors import CannotRun
from seatrial.model.catalog import Catalog, CatalogObject, Identity

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["from_record", "to_record"]

#: Raised when a saved catalog can no longer be compared with one that is read now.
FORMAT = 1


def to_record(catalog: Catalog) -> dict[str, Any]:
    """What JSON can hold, in an order that gives the same text for the same catalog."""
    return {
        "format": FORMAT,
        "server_version": catalog.server_version,
        "objects": [_object_record(catalog.objects[identity]) for identity in sorted(catalog.objects)],
        "dropped": [
            {"kind": kind, "name": name, **_parent_record(catalog.dropped[kind, name])}
            for kind, name in sorted(catalog.dropped)
        ],
    }


def from_record(record: Mapping[str, Any]) -> Catalog:
    """The catalog that `to_record` was given.

    Raises:
        CannotRun: the record is of another format or damaged.
    """
    try:
        return _catalog(record)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise CannotRun(
            "catalog.unreadable",
            "the saved catalog cannot be read",
            why=f"it is damaged or was written by another version of Seatrial ({error!r})",
            fix="rehearse the release again to record it anew",
        ) from None


def _object_record(one: CatalogObject) -> dict[str, Any]:
    record = {
        "kind": one.kind,
        "name": one.name,
        **_parent_record(one.parent),
        "facts": dict(sorted(one.facts.items())),
    }
    return record if one.whole else {**record, "whole": False}


def _parent_record(parent: Identity | None) -> dict[str, Any]:
    return {} if parent is None else {"parent": list(parent)}


def _catalog(record: Mapping[str, Any]) -> Catalog:
    if record["format"] != FORMAT:
        raise ValueError(f"format {record['format']}, not {FORMAT}")
    return Catalog(
        server_version=int(record["server_version"]),
        objects={one.identity: one for one in map(_object, record["objects"])},
        dropped={(str(one["kind"]), str(one["name"])): _parent(one) for one in record["dropped"]},
    )


def _object(record: Mapping[str, Any]) -> CatalogObject:
    return CatalogObject(
        kind=str(record["kind"]),
        name=str(record["name"]),
        parent=_parent(record),
        facts={str(name): str(text) for name, text in record["facts"].items()},
        whole=bool(record.get("whole", True)),
    )


def _parent(record: Mapping[str, Any]) -> Identity | None:
    if "parent" not in record:
        return None
    kind, name = record["parent"]
    return str(kind), str(name)
