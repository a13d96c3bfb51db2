"""Which columns say whose row it is: they are kept beside what is archived, so that erasure reaches it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from seatrial.model.tenancy import Tenancy

__all__ = ["owners_of"]

_PLAIN = re.compile(r"[a-z_][a-z0-9_$]*")


def owners_of(tenancy: Tenancy | None) -> Mapping[str, tuple[str, ...]]:
    """Table → its columns that hold the tenant, the user, or what leads to them; quoted where they have to be."""
    if tenancy is None:
        return {}
    found = {name: (rule.tenant, rule.through, rule.user) for name, rule in tenancy.tables.items()}
    if member := tenancy.membership:
        found[member.table] = (member.tenant, member.user, "")
    return {name: tuple(_quoted(column) for column in dict.fromkeys(columns) if column)
            for name, columns in found.items()}  # fmt: skip


def _quoted(column: str) -> str:
    doubled = column.replace('"', '""')
    return column if _PLAIN.fullmatch(column) or column.startswith('"') else f'"{doubled}"'
