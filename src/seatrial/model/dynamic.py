"""What SQL that is put together while it runs may do, as far as its parts tell it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from seatrial.model.expression import Expression

__all__ = ["CHANGES_POLICIES", "CREATES_TABLES", "DROPS_POLICIES", "ENABLES_ROW_SECURITY", "REVOKES_EXECUTE", "may_run"]

CREATES_TABLES = re.compile(r"create (?:unlogged )?table\b")
CHANGES_POLICIES = re.compile(r"(?:create|drop) policy\b")
DROPS_POLICIES = re.compile(r"drop policy\b")
ENABLES_ROW_SECURITY = re.compile(r"\benable row level security\b")
REVOKES_EXECUTE = re.compile(r"revoke (?:execute|all)\b.* on (?:function|routine|procedure)\b")


def may_run(dynamic: Iterable[Expression], body: str, what: re.Pattern[str]) -> bool:
    """Whether EXECUTE may run something.

    Args:
        dynamic: the expressions of EXECUTE.
        body: all of the source; it counts where a text is put together before EXECUTE has it.
        what: one of the patterns above.
    """
    parts = list(dynamic)
    texts = [" ".join(one.strings) if one.strings else body for one in parts]
    return any(what.search(" ".join(text.lower().split())) for text in texts)
