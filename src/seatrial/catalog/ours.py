"""What of a database Seatrial and the ledger made, and no release: left out wherever schemas are compared."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from seatrial.model.archive import PREFIX

if TYPE_CHECKING:
    from seatrial.model.catalog import Catalog, Identity

__all__ = ["changed", "is_ours", "without_ours"]

#: The last is a job of pg_cron, which `seatrial health --schedule` makes.
OURS = ("seatrial.", "supabase_migrations.", PREFIX, "seatrial-health.")


def is_ours(name: str) -> bool:
    """Whether an object of that qualified name is a part of the ledger or of the archive."""
    return f"{name}.".lstrip('"').startswith(OURS)


def without_ours(catalog: Catalog) -> Catalog:
    """The same, for a comparison of what a release did."""
    return replace(catalog, objects={key: one for key, one in catalog.objects.items() if not is_ours(key[1])})


def changed(before: Catalog, after: Catalog) -> list[Identity]:
    """What differs between two moments of a database, and is a release's doing; by kind and name."""
    either = before.objects.keys() | after.objects.keys()
    return sorted(one for one in either if before.objects.get(one) != after.objects.get(one) and not is_ours(one[1]))
