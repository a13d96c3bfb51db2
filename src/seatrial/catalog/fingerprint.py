"""A whole catalog as one digest."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING

from seatrial.catalog.record import to_record

if TYPE_CHECKING:
    from seatrial.model.catalog import Catalog, CatalogObject

__all__ = ["fingerprint", "object_digest"]


def fingerprint(catalog: Catalog) -> str:
    """SHA-256 in hex; equal for equal schemas, on whatever server they were read."""
    record = to_record(catalog)
    del record["server_version"]
    text = json.dumps(record, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def object_digest(one: CatalogObject | None) -> str:
    """Of its facts, short; empty for one that is not there."""
    if one is None:
        return ""
    text = json.dumps(dict(one.facts), sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:16]
