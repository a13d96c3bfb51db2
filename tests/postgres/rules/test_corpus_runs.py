"""The good files of the corpus are releases that a server takes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.corpus.measured import sources

if TYPE_CHECKING:
    from seatrial.model.source import Source
    from seatrial.pg.connection import Connection


@pytest.mark.parametrize("alone", [False, True], ids=["in a transaction", "alone"])
def test_every_good_file_runs_after_the_base(database: Connection, *, alone: bool) -> None:
    [base] = sources(".")
    database.execute(base.text.encode())
    for source in sources("good"):
        if _runs_alone(source) == alone:
            database.execute(source.text.encode() if alone else f"begin;\n{source.text}\nrollback".encode())


def _runs_alone(source: Source) -> bool:
    return "index concurrently" in source.text.lower()
