"""A foreign key whose columns no index begins with."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from seatrial.model.finding import Level
from seatrial.rules.hit import Hit
from seatrial.rules.naming import last_name, quoted

if TYPE_CHECKING:
    from collections.abc import Iterator

    from seatrial.model.trial import StatementTrial, Trial, UnindexedKey

LEVEL = Level.WARNS

_REFERENCES = re.compile(r"\breferences\b", re.IGNORECASE)


def judge(trial: Trial) -> Iterator[Hit]:
    """One hit for each such key of the release, at the statement that makes it."""
    for key in trial.unindexed_keys if trial.statements else ():
        found = _making(trial, key)
        yield Hit(
            script=(found or trial.statements[-1]).script,
            offset=found.statement.start if found else None,
            what=f"no index begins with the columns of the foreign key {quoted(key.name)} of {quoted(key.table)}",
            effect=f"each row that is deleted from {key.parent}, or gets another key, reads all of {key.table}",
            fix=key.index,
        )


def _making(trial: Trial, key: UnindexedKey) -> StatementTrial | None:
    """By the name of the constraint, which may be the server's, else by the tables."""
    on_table = [
        one for one in trial.statements
        if any((c.name, c.kind) == (key.table, "table") and c.action != "dropped" for c in one.evidence.objects)
    ]  # fmt: skip
    words = (last_name(key.name), last_name(key.parent))
    for word in words:
        for one in on_table:
            if _REFERENCES.search(one.statement.text) and word in one.statement.text:
                return one
    return on_table[-1] if on_table else None
